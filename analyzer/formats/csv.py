"""Delimited text with one row per turn or one row per call; the delimiter is found out."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats import rowcalls, table
from analyzer.formats.document import LINE_END, Document, Format

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
    best = max(len(_header(document, mark)) for mark in _likely(document))
    if best:
        return 0.95 if best > 1 else 0.6 if len(lines) > 1 else 0.0
    if any(_nameless(lines if document.whole else lines[:-1], mark) for mark in _likely(document)):
        return 0.8
    return 0.2 if any(lines[0].count(mark) > 1 for mark in _DELIMITERS) else 0.0


def _nameless(lines: list[str], mark: str) -> bool:
    try:
        return table.nameless(list(csv.reader(lines, delimiter=mark))) is not None
    except csv.Error:
        return False


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
    lines = LINE_END.split(text[: 1 << 12])[:-1]
    mark = max(
        _DELIMITERS,
        key=lambda mark: (len(_header(document, mark)), _nameless(lines, mark), text[: 1 << 12].count(mark)),
    )
    usual = csv.field_size_limit(_LONGEST_CELL)
    try:
        return list(_rows(text, mark, document.name))
    finally:
        csv.field_size_limit(usual)


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


def _rows(text: str, mark: str, name: str) -> Iterator[table.Row]:
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
