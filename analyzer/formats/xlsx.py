"""Excel workbooks with one row per turn, every sheet read; hostile or broken workbooks are told, not obeyed."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats import table
from analyzer.formats.document import Document, Format, skipped

_MOST_BYTES = 1 << 30
_MOST_CELLS = 50_000_000
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr\s*=\s*[\"'](\d+)")
_CELL = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,3})\d")


_ZIP_TROUBLE = (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError, zlib.error)
"""What zipfile raises for broken, truncated, encrypted or exotic archives."""


def sniff(head: bytes, text: str) -> float:
    """A zip archive with a workbook in it; old binary workbooks come close."""
    if head.startswith(b"PK\x03\x04"):
        return 0.95 if b"xl/" in head else 0.3
    return 0.3 if head.startswith(b"\xd0\xcf\x11\xe0") else 0.0


def read(document: Document) -> Iterator[Call | Skipped]:
    """The calls of all sheets in order; a sheet without a text column is Skipped when another has one.

    Raises:
        InputError: no workbook, an encrypted or old one, or no sheet with a text column.
    """
    sheets = {key: rows for key, rows in _sheets(document).items() if rows}
    if not sheets:
        raise InputError(document.name, "工作簿是空的")
    results: list[Call | Skipped] = []
    errors: list[InputError] = []
    for key, rows in sheets.items():
        single = len(sheets) == 1
        name, stem = (document.name, document.stem) if single else (f"{document.name}#{key}", f"{document.stem}-{key}")
        try:
            results.extend(table.calls(rows, name, stem))
        except InputError as error:
            errors.append(error)
            results.append(skipped(error))
    if len(errors) == len(sheets):
        raise errors[0]
    yield from results


def _sheets(document: Document) -> dict[str, list[table.Row]]:
    _guard(document)
    try:
        frames = _frames(document.data)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # the reader is native code: a panic in it is no Exception
        raise _broken(document.name) from error
    return {str(key): _filled(frame) for key, frame in frames.items()}


def _frames(data: bytes) -> dict[Any, Any]:
    import pandas as pd

    frames: dict[Any, Any] = pd.read_excel(
        io.BytesIO(data), sheet_name=None, engine="calamine", header=None, dtype=object, na_filter=False
    )
    return frames


def _filled(frame: Any) -> list[table.Row]:
    rows = list(enumerate(frame.itertuples(index=False, name=None), 1))
    return [(number, cells) for number, cells in rows if any(table.shown(cell).strip() for cell in cells)]


def _guard(document: Document) -> None:
    """Refuse what would blow up in memory before the reader sees it."""
    if document.head.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError(document.name, "是旧版 .xls 或加密的工作簿", advice="请取消密码并另存为 .xlsx")
    try:
        with zipfile.ZipFile(io.BytesIO(document.data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
                raise InputError(document.name, "工作簿解压后超过 1 GB，拒绝读取", advice="请拆成几个文件")
            for entry in archive.infolist():
                if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                    _guard_sheet(document.name, archive.read(entry))
    except _ZIP_TROUBLE as error:
        raise _broken(document.name) from error


def _guard_sheet(name: str, xml: bytes) -> None:
    deepest = max(map(int, _ROW.findall(xml)), default=1)
    widest = max(map(_column, set(_CELL.findall(xml))), default=1)
    if deepest * widest > _MOST_CELLS:
        raise InputError(name, f"工作表范围过大（{deepest} 行 × {widest} 列）", advice="请删除表格之外的零星单元格")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _broken(name: str) -> InputError:
    return InputError(name, "工作簿损坏或不是 xlsx，无法打开", advice="请在 Excel/WPS 中打开后另存为 .xlsx")


_SAMPLE = """\
通话ID\t通话时间\t关系\t坐席工号\t角色\t内容\t开始时间\t结束时间
a-001\t2026-03-02 10:15\t本人\tA0012\t坐席\t您好，我是云川银行的，我姓王，本次通话会录音。\t0\t4.1
\t\t\t\t客户\t嗯，你说。\t4.5\t5.6
a-002\t2026-03-02 11:40\t第三方\tA0012\t坐席\t请问是李女士吗？\t0\t1.9
"""

FORMAT = Format("xlsx", "Excel 工作簿（每行一个话轮）", (".xlsx", ".xlsm"), sniff, read, _SAMPLE)
