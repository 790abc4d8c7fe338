"""Excel workbooks with one row per turn or per call, every sheet read, merged cells filled.

Hostile or broken workbooks are told, not obeyed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats import aside, rowcalls, table
from analyzer.formats.document import OLD_OFFICE, ZIP_TROUBLE, Document, Format, skipped

_MOST_BYTES = 1 << 30
_MOST_CELLS = 50_000_000
Range = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged range, each as row and column from 0."""

_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr\s*=\s*[\"'](\d+)")
_CELL = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,3})\d")


def sniff(document: Document) -> float:
    """A zip archive with a workbook in it; old binary workbooks come close."""
    if document.packed is not None:
        return 0.95 if "xl" in document.packed else 0.0
    return 0.3 if document.head.startswith(OLD_OFFICE) else 0.0


def read(document: Document) -> Iterator[Call | Skipped]:
    """The calls of all sheets in order; a sheet about the calls fills them, any other is Skipped when one has calls.

    Raises:
        InputError: no workbook, an encrypted or old one, or no sheet with a text column.
    """
    sheets = {key: rows for key, rows in _sheets(document).items() if rows}
    if not sheets:
        raise InputError(document.name, "工作簿是空的")
    results: list[Call | Skipped] = []
    errors: dict[str, InputError] = {}
    about: list[aside.About] = []
    for key, rows in sheets.items():
        single = len(sheets) == 1
        name, stem = (document.name, document.stem) if single else (f"{document.name}#{key}", f"{document.stem}-{key}")
        try:
            results.extend(rowcalls.calls(rows, name, stem, document.mapping))
        except InputError as error:
            errors[key] = error
            if known := aside.about(rows):
                about.append(known)
            else:
                results.append(skipped(error))
    if len(errors) == len(sheets):
        raise next(iter(errors.values()))
    yield from (aside.filled(item, about) if isinstance(item, Call) else item for item in results)


def first_sheet(document: Document) -> list[table.Row]:
    """The filled rows of the first sheet.

    Raises:
        InputError: as for ``read``.
    """
    return next(iter(_sheets(document).values()), [])


def _sheets(document: Document) -> dict[str, list[table.Row]]:
    """The filled rows of every sheet; a merged cell says the same in all its rows."""
    from python_calamine import CalamineWorkbook

    _guard(document)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(document.data))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
        found = {sheet.name: _filled(sheet.to_python(skip_empty_area=False), _merged(sheet)) for sheet in sheets}
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # the reader is native code: a panic in it is no Exception
        raise _broken(document.name) from error
    return found


def _merged(sheet: Any) -> list[Range]:
    return sheet.merged_cell_ranges or []


def _filled(rows: list[list[Any]], merged: list[Range]) -> list[table.Row]:
    """The rows that hold anything, merged cells filled."""
    for (top, left), (bottom, right) in merged:
        if top < len(rows) and left < len(rows[top]):
            for row in rows[top : bottom + 1]:
                row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
    return [(number, cells) for number, cells in enumerate(rows, 1) if any(table.shown(cell).strip() for cell in cells)]


def _guard(document: Document) -> None:
    """Refuse what would blow up in memory before the reader sees it."""
    if document.head.startswith(OLD_OFFICE):
        raise InputError(document.name, "是旧版 .xls 或加密的工作簿", advice="请取消密码并另存为 .xlsx")
    try:
        archive = document.archive()
        if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
            raise InputError(document.name, "工作簿解压后超过 1 GB，拒绝读取", advice="请拆成几个文件")
        for entry in archive.infolist():
            if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                _guard_sheet(document.name, archive.read(entry))
    except ZIP_TROUBLE as error:
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


FORMAT = Format(
    "xlsx",
    "Excel 工作簿（每行一个话轮，或每行一通）",
    (".xlsx", ".xlsm"),
    sniff,
    read,
    "某个工作表的表头里有“内容”一类的文本列",
)
