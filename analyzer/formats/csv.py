"""Delimited text with one row per turn; the delimiter is found out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats import table
from analyzer.formats.document import Document, Format

_DELIMITERS = ",;\t|"
_WIDEST = 512
_NUMBER = re.compile(r"(?:line|row) (\d+)")
_SAMPLE = """\
通话ID,通话时间,关系,坐席工号,角色,内容,开始时间,结束时间
a-001,2026-03-02 10:15,本人,A0012,坐席,"您好，我是云川银行的，我姓王，本次通话会录音。",0.0,4.1
a-001,,,,客户,"嗯，你说。",4.5,5.6
a-002,2026-03-02 11:40,第三方,A0012,坐席,请问是李女士吗？,0.0,1.9
"""


def sniff(head: bytes, text: str) -> float:
    """By a header row with a text column."""
    if not text or "\n" not in text.strip():
        return 0.0
    best = max((len(_header(text, mark)) for mark in _DELIMITERS), default=0)
    if best:
        return 0.95 if best > 1 else 0.6
    return 0.2 if any(text.split("\n", 1)[0].count(mark) > 1 for mark in _DELIMITERS) else 0.0


def read(document: Document) -> Iterator[Call | Skipped]:
    """The calls of the table.

    Raises:
        InputError: no text column, or quotes that never close.
    """
    text = document.text
    mark = max(_DELIMITERS, key=lambda mark: (len(_header(text, mark)), text[: 1 << 12].count(mark)))
    return table.calls(list(_rows(text, mark, document.name)), document.name, document.stem)


def _header(text: str, mark: str) -> list[str]:
    """The cells of the first row that names a text column, nothing when there is none."""
    lines = text[: 1 << 16].splitlines()[: table.HEADER_WITHIN]
    try:
        rows = list(csv.reader(lines, delimiter=mark))
    except csv.Error:
        return []
    return next((row for row in rows if table.columns_of(row)), [])


def _rows(text: str, mark: str, name: str) -> Iterator[table.Row]:
    import pandas as pd

    widest = min(max(line.count(mark) for line in text.split("\n")) + 2, _WIDEST)
    try:
        frame = pd.read_csv(
            io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")),
            sep=mark,
            header=None,
            names=range(widest),
            index_col=False,
            dtype=str,
            keep_default_na=False,
            na_filter=False,
            skip_blank_lines=False,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError, OverflowError) as error:
        raise _broken(name, error) from None
    yield from enumerate(frame.itertuples(index=False, name=None), 1)


def _broken(name: str, error: Exception) -> InputError:
    found = _NUMBER.search(str(error))
    if "EOF inside string" in str(error):
        line = int(found[1]) + 1 if found else None
        return InputError(
            name, "从这一行起有一个双引号没有闭合", line=line, advice="请补上引号，或把文中的引号写成两个"
        )
    return InputError(
        name, "表格无法解析", line=int(found[1]) if found else None, advice="请检查各行列数，或另存为 xlsx"
    )


FORMAT = Format("csv", "CSV 表格（每行一个话轮）", (".csv", ".tsv", ".tab"), sniff, read, _SAMPLE)
