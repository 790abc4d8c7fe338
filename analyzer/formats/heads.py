"""What stands above a table and holds for all of it: ``通话编号：Z-9``, or a key in a cell and its value behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from analyzer.call import Call
from analyzer.formats import metadata, table
from analyzer.formats.around import Known, filled_from

_PAIR = re.compile(r"([^:：,，。？！?!\s]{1,16}?)\s*[:：]\s*(\S.*)")
_APART = re.compile(r"\s{2,}|[\t;；|]|\s(?=[^\s:：]{2,10}[:：])")


def lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The rows as lines; a cell that is one of our names and the cell behind it are one pair."""
    for cells in rows:
        shown = [text for text in (table.shown(cell).strip() for cell in cells) if text]
        shown = list(dict.fromkeys(shown))  # merged cells say the same in each column
        at = 0
        while at < len(shown):
            key = shown[at].rstrip("：: ")
            pair = at + 1 < len(shown) and metadata.head_of(key) is not None
            yield f"{key}：{shown[at + 1]}" if pair else shown[at]
            at += 2 if pair else 1


def fields(above: Iterable[str]) -> Known:
    """Our fields by the lines; the first of a name wins, what is no field is no matter."""
    found: Known = {}
    for part in (part.strip() for line in above for part in _APART.split(line)):
        match = _PAIR.fullmatch(part)
        name = metadata.head_of(match[1]) if match else None
        if match and name:
            found.setdefault(name, match[2].strip())
    return found


def filled(call: Call, known: Known, stem: str) -> Call:
    """The call with the fields it lacks; an id that was only made up gives way."""
    if not known:
        return call
    given = str(known.get("call_id") or "")
    call = replace(call, call_id=given) if given and call.call_id == stem else call
    return filled_from(call, known)
