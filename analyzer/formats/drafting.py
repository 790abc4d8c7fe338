"""A first draft of a mapping file for a strange file: what is in it, what each key seems to mean, what else it may."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from analyzer.call import Call, Speaker
from analyzer.errors import InputError, Skipped
from analyzer.formats import csv, fields, guess, mapping, rowcalls, speakers, table, xlsx
from analyzer.formats.document import Document
from analyzer.formats.mapping import TURN_FIELDS, Mapping
from analyzer.formats.node import Node

_LONGEST = 40
_MOST_VOICES = 6


@dataclass(frozen=True)
class Draft:
    """What a file seems to be.

    Args:
        mapping: the guess.
        where: where its turns lie, in Chinese, for people.
        examples: the keys of a turn with a value of each, then those of a call.
        turns: some turns as they are, by their keys.
        is_json: JSON, not a table.
    """

    mapping: Mapping
    where: str
    examples: Lookup[str, str]
    turns: Sequence[Lookup[str, Any]]
    is_json: bool

    def choices(self, ours: str) -> list[str]:
        """Keys or columns that a field of ours may be."""
        own = {key for turn in self.turns for key in turn}
        if not self.is_json or not self.mapping.turns:
            return list(self.examples)
        return [key for key in self.examples if (key in own) == (ours in TURN_FIELDS)]

    def unknown_voices(self, key: str | None) -> list[str]:
        """Labels under a key that do not say who is who, in order of their names."""
        found = {table.shown(turn.get(key)).strip() for turn in self.turns} if key else set()
        return sorted(voice for voice in found if voice and speakers.speaker_of(voice) is None)[:_MOST_VOICES]

    def with_fields(self, given: Lookup[str, str], unit: str | None, voices: Lookup[str, str]) -> Mapping:
        """The mapping with these fields, unit and voices."""
        who = {voice: speakers.speaker_of(label) or Speaker.UNKNOWN for voice, label in voices.items()}
        return replace(self.mapping, fields=dict(given), unit=unit, speakers=who)


def draft(path: Path, encoding: str | None = None) -> Draft:
    """The draft for a file.

    Raises:
        InputError: neither JSON with a list of objects nor a table.
    """
    document = Document(path.as_posix(), path=path, encoding=encoding)
    if document.specimen is not None:
        return _json_draft(document)
    return _table_draft(document)


def _json_draft(document: Document) -> Draft:
    found = guess.mapping_of(document.specimen, bold=True)
    if found is None:
        raise InputError(document.name, "JSON 里没有对象数组，写不出映射文件")
    root = Node(document.specimen)
    call = root.at(*_steps(found.calls)) if found.calls else root
    call = call.at(0) if found.calls is not None else call
    inside = call.at(*_steps(found.turns)).value
    turns = [turn for turn in (inside if isinstance(inside, list) else [inside]) if isinstance(turn, dict)]
    examples = {key: _example(value) for turn in turns[:5] for key, value in turn.items() if value is not None}
    if found.turns:
        examples |= {".".join((*way, key)): _example(value) for way, key, value in guess.plain(call.value)}
    place = f"{f'{found.calls or chr(46)}[] 里每通的 ' if found.calls is not None else ''}{found.turns or '文件本身'}"
    where = f"逐句文字像是在 {place}，例子："
    starts = [(turn.get(found.fields.get("start", "")), turn.get(found.fields.get("end", ""))) for turn in turns]
    unit = fields.unit_name(starts, turns, found) if "start" in found.fields else None
    return Draft(replace(found, unit=unit), where, examples, turns, True)


def _table_draft(document: Document) -> Draft:
    rows = xlsx.first_sheet(document) if document.packed is not None else csv.rows(document)
    shown = [[table.shown(cell).strip() for cell in cells] for _, cells in rows]
    at = max(range(min(len(shown), table.HEADER_WITHIN)), key=lambda i: (sum(map(bool, shown[i])), -i), default=None)
    if at is None or sum(map(bool, shown[at])) < 2:
        raise InputError(document.name, "既不是 JSON 也不是表格，写不出映射文件", advice="先另存为 CSV、XLSX 或 JSON")
    header, below = shown[at], shown[at + 1 :]
    records = [{key: cell for key, cell in zip(header, cells, strict=False) if key} for cells in below[:200]]
    examples = {key: next((_example(r[key]) for r in records if r.get(key)), "") for key in header if key}
    found = Mapping(fields=guess.columns_of([header, *below[:200]]))
    return Draft(found, f"表头在第 {rows[at][0]} 行，各列和例子：", examples, records, False)


def _steps(way: str | None) -> list[str]:
    return [step for step in (way or "").split(".") if step]


def _example(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def preview(path: Path, given: Mapping, encoding: str | None = None) -> Iterator[Call | Skipped]:
    """The first calls of a file as a mapping reads it; an error of the whole file is told like one of a call."""
    document = Document(path.as_posix(), path=path, encoding=encoding, mapping=given)
    try:
        if document.specimen is not None:
            found = fields.read(document)
        else:
            rows = xlsx.first_sheet(document) if document.packed is not None else csv.rows(document)
            found = rowcalls.calls(rows, document.name, document.stem, given)
        for item in islice(found, 2):
            yield item if isinstance(item, Skipped) else given.settled(item)
    except InputError as error:
        yield Skipped(document.name, error.reason, error.line)


def write(path: Path, text: str) -> None:
    """Write a mapping file under a temporary name, then rename it; what is written is read once before.

    Raises:
        InputError: the text is no mapping.
    """
    mapping.load(path.as_posix(), text.encode())
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)
