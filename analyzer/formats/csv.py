"""Delimited text with one row per turn or one row per call; the delimiter is found out."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats import rowcalls, table
from analyzer.formats.document import CERTAIN, LINE_END, Document, Format

_DELIMITERS = ",;\t|"
_LONGEST_CELL = 1 << 26
"""Characters; a cell may hold the JSON of a whole call."""

_LAST = "\ue000"


def sniff(document: Document) -> float:
    """By a header row with a text column, or by a column of speakers where there is no header."""
    if document.specimen is not None:
        return 0.0
    lines = [line for line in LINE_END.split(document.words[: 1 << 14]) if line.strip()]
    if not lines:
        return 0.0
    header = max((_header(document, mark) for mark in _likely(document)), key=len)
    if header:
        return _sure(header) if len(header) > 1 else 0.55 if len(lines) > 1 else 0.0
    if any(_talks(document, mark) for mark in _likely(document)):
        return 0.92
    if any(_nameless(document, mark) for mark in _likely(document)):
        return 0.8
    return 0.2 if any(lines[0].count(mark) > 1 for mark in _DELIMITERS) else 0.0


def _sure(header: list[str]) -> float:
    """How sure a header is that names a text column: certain with another column we know."""
    columns = table.columns_of(header)
    return CERTAIN if columns and len(columns.turn) + len(columns.fields) > 1 else 0.95


def _talks(document: Document, mark: str) -> bool:
    """True where cells hold whole talks though no column is named for them."""
    return document.mapping is None and table.by_talks(_records(document, mark)) is not None


def _nameless(document: Document, mark: str) -> bool:
    """True where a column holds nothing but speakers though there is no header."""
    return table.nameless([row for row in _records(document, mark) if row]) is not None


def _records(document: Document, mark: str) -> list[list[str]]:
    """The first rows; one that the look at the file cuts off is none of them."""
    head = document.words[: 1 << 14]
    try:
        found = list(csv.reader(head.splitlines(keepends=True), delimiter=mark))
    except csv.Error:
        return []
    return found if document.whole and len(head) < 1 << 14 else found[:-1]


def read(document: Document) -> Iterator[Call | Skipped]:
    """The calls of the table.

    Raises:
        InputError: no text column, or quotes that never close.
    """
    return rowcalls.calls(rows(document), document.name, document.stem, document.mapping)


def rows(document: Document) -> list[table.Row]:
    """All rows with their numbers from 1, by the likeliest delimiter.

    Raises:
        InputError: quotes that never close.
    """
    text = document.text
    mark = _mark(document)
    header = _header(document, mark)
    usual = csv.field_size_limit(_LONGEST_CELL)
    try:
        found = list(_rows(text, mark, document.name))
    finally:
        csv.field_size_limit(usual)
    if header and table.columns_of(header[-1:]):
        found = [(number, _joined(cells, len(header), mark)) for number, cells in found]
    return [*found]


def _mark(document: Document) -> str:
    """The delimiter by which the table makes the most sense, else the most frequent one."""
    likely = _likely(document)
    widths = {mark: len(_header(document, mark)) for mark in likely}
    if not any(widths.values()):
        widths = {mark: int(_talks(document, mark) or _nameless(document, mark)) for mark in likely}
    return max(likely, key=lambda mark: (widths[mark], document.words[: 1 << 12].count(mark)))


def _joined(cells: list[str], width: int, mark: str) -> list[str]:
    """A row whose last cell, the words, was parted at delimiters that nobody quoted."""
    return [*cells[: width - 1], mark.join(cells[width - 1 :])] if len(cells) > width else cells


def _likely(document: Document) -> str:
    """The delimiters that are in the first lines at all, else a comma."""
    head = "\n".join(document.words[: 1 << 14].splitlines()[: table.HEADER_WITHIN])
    return "".join(mark for mark in _DELIMITERS if mark in head) or ","


def _header(document: Document, mark: str) -> list[str]:
    """The cells of the first row that names a text column, nothing when there is none."""
    lines = document.words[: 1 << 14].splitlines()[: table.HEADER_WITHIN]
    try:
        rows = list(csv.reader(lines, delimiter=mark))
    except csv.Error:
        return []
    return next((row for row in rows if table.columns_of(table.renamed(row, document.mapping))), [])


def _rows(text: str, mark: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Records with their numbers; a line of our own at the end shows whether the last quote was closed."""
    lines = LINE_END.split(text)
    reader = csv.reader((f"{line}\n" for line in [*lines, _LAST]), delimiter=mark)
    line = 1
    try:
        for number, cells in enumerate(reader, 1):
            if cells == [_LAST]:
                return
            if reader.line_num > len(lines):
                break
            line = reader.line_num + 1
            yield number, cells
    except csv.Error:
        reason = f"从这一行起的一个单元格超过 {_LONGEST_CELL} 个字符，可能有双引号没有闭合"
        raise InputError(name, reason, line=line, advice="请补上引号，或另存为 xlsx") from None
    advice = "请补上引号，或把文中的引号写成两个"
    raise InputError(name, "从这一行起有一个双引号没有闭合", line=line, advice=advice)


FORMAT = Format(
    "csv", "CSV 表格（每行一个话轮，或每行一通）", (".csv", ".tsv", ".tab"), sniff, read, "表头里有“内容”一类的文本列"
)
