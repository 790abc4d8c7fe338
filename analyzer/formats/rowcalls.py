"""Tables as people keep them: a row per turn, a row per call with the whole talk in one cell, or two columns to a row.

A cell that holds a talk is read like a text file, or like JSON; the other cells of its row are metadata.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats import heads, labelled, metadata, table, text
from analyzer.formats.document import Document, skipped
from analyzer.formats.mapping import Mapping
from analyzer.formats.table import Columns, Row, cell_at

_DIVIDER = re.compile(r"(?m)^\s*[-=—＝－_*]{3,}\s*$")
_SIDES = (("agent_text", "坐席"), ("customer_text", "客户"))
_SUMS = frozenset(("合计", "总计", "小计", "共计", "汇总", "总数", "total", "sum"))
_IDS = ("id", "编号", "序号")
"""Columns that name a call where every row is one."""

_LOOKED_AT = 20


def calls(
    rows: list[Row], name: str, stem: str, mapping: Mapping | None = None, above: Sequence[str] = ()
) -> Iterator[Call | Skipped]:
    """The calls of one table, whatever its rows are.

    Args:
        rows: all rows, the header among the first.
        name: the file or sheet, for messages and sources.
        stem: id of the call where no column tells one.
        mapping: what the columns are called, where somebody said so.
        above: lines before the table, which may say what holds for all of it.

    Raises:
        InputError: no text column among the first rows, or no rows below the header.
    """
    at, columns = table.header(rows, name, mapping)
    below = [row for row in rows[at + 1 :] if not _says_nothing(row)]
    known = heads.fields([*above, *heads.lines(cells for _, cells in rows[: max(at, 0)])])
    return (
        item if isinstance(item, Skipped) else heads.filled(item, known, stem)
        for item in _calls(below, columns, name, stem)
    )


def _calls(below: list[Row], columns: Columns, name: str, stem: str) -> Iterator[Call | Skipped]:
    if "text" not in columns.turn:
        columns, below = _sides(columns, below)
    if _whole(below, columns):
        return _whole_calls(below, columns, name, stem)
    if "speaker" not in columns.turn and _has_labels(below, columns):
        columns, below = _label_apart(columns, below)
    return table.calls(below, columns, name, stem)


def _says_nothing(row: Row) -> bool:
    """True for empty rows and for the sums below a table."""
    first = next((shown for cell in row[1] if (shown := table.shown(cell).strip())), "")
    filled = sum(cell is not None and cell != "" for cell in row[1])
    return not first or (first.strip(":： ") in _SUMS and filled < max(3, len(row[1])))


def _sides(columns: Columns, rows: list[Row]) -> tuple[Columns, list[Row]]:
    """Two columns of speech become rows with a role and a text, the agent's first."""
    width = max([columns.width, *(len(cells) for _, cells in rows)])
    turn = {key: at for key, at in columns.turn.items() if key not in dict(_SIDES)} | {
        "speaker": width,
        "text": width + 1,
    }
    parted: list[Row] = [
        (number, [*cells, *[""] * (width - len(cells)), label, cell_at(cells, columns.turn[key])])
        for number, cells in rows
        for key, label in _SIDES
        if cell_at(cells, columns.turn[key]).strip()
    ]
    return Columns(turn, columns.fields, columns.others, width + 2), parted


def _has_labels(rows: list[Row], columns: Columns) -> bool:
    """True when most texts begin with who says them."""
    cells = [cell for _, row in rows[:_LOOKED_AT] if (cell := cell_at(row, columns.turn["text"]).strip())]
    return 2 * sum(labelled.inside().match(cell) is not None for cell in cells) > len(cells)


def _label_apart(columns: Columns, rows: list[Row]) -> tuple[Columns, list[Row]]:
    """The label moves from the text into a column of its own."""
    width = max([columns.width, *(len(cells) for _, cells in rows)])
    parted: list[Row] = []
    for number, cells in rows:
        ((label, words),) = text.parted([cell_at(cells, columns.turn["text"]).strip()])
        parted.append((number, [*cells, *[""] * (width - len(cells)), label, words]))
    turn = {**columns.turn, "speaker": width, "text": width + 1}
    return Columns(turn, columns.fields, columns.others, width + 2), parted


def _whole(rows: list[Row], columns: Columns) -> bool:
    """True when most cells of the text column hold a whole talk."""
    cells = [cell for _, row in rows[:_LOOKED_AT] if (cell := cell_at(row, columns.turn["text"]).strip())]
    talks = sum(map(_is_talk, cells))
    return 2 * talks > len(cells) or (talks > 0 and "speaker" not in columns.turn and 3 * talks >= len(cells))


def _is_talk(cell: str) -> bool:
    return labelled.is_talk(cell) or cell.startswith(('[{"', "[{'", '{"'))


def _whole_calls(rows: list[Row], columns: Columns, name: str, stem: str) -> Iterator[Call | Skipped]:
    for number, cells in rows:
        try:
            yield _whole_call((number, cells), columns, name, stem)
        except InputError as error:
            yield skipped(error)


def _whole_call(row: Row, columns: Columns, name: str, stem: str) -> Call:
    number, cells = row
    talk = cell_at(cells, columns.turn["text"]).strip()
    if not talk:
        raise InputError(name, "这一行的文本列是空的", line=number)
    named = columns.fields.get("call_id", next((at for key, at in columns.others.items() if key.lower() in _IDS), None))
    call_id = cell_at(cells, named).strip() or f"{stem}-{number}"
    call = _talk(talk, name, number)
    fields, extra = table.meta([row], columns)
    about = metadata.lenient(fields, {**call.meta.extra, **extra})
    if about.relation is None:
        about = replace(about, relation=call.meta.relation)
    return replace(call, call_id=call_id, meta=about, source=f"{name}:{number}")


def _talk(cell: str, name: str, number: int) -> Call:
    """The call in the cell."""
    try:
        if cell.startswith(("[", "{")):
            from analyzer.formats import fields  # reads rows of JSON with this module

            found = list(fields.read(Document(name, data=cell.encode("utf-8", "surrogatepass"), encoding="utf-8")))
        else:
            lines = _DIVIDER.sub("", "\n".join(labelled.unrolled(cell)))
            found = list(text.read(Document(name, data=lines.encode("utf-8", "replace"), encoding="utf-8")))
    except InputError as error:
        raise InputError(name, error.reason, line=number, advice=error.advice) from None
    (first, *more) = found or [Skipped(name, "单元格里没有对话")]
    if more or isinstance(first, Skipped):
        reason = first.reason if isinstance(first, Skipped) else "一个单元格里有几通通话"
        raise InputError(name, reason, line=number, advice="每个单元格应是一通完整的对话")
    return first
