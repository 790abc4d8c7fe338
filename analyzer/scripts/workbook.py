"""CSV files and Excel workbooks of scripts, cell by cell."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib

from analyzer.errors import InputError
from analyzer.formats.table import shown
from analyzer.scripts import table
from analyzer.scripts.outline import Outline

_MOST_BYTES = 1 << 28
_MOST_CELLS = 5_000_000


def read_csv(text: str, name: str) -> Outline:
    """The outline of a CSV file; lines are numbers of rows, however many lines a cell has.

    Raises:
        InputError: a quotation mark is never closed.
    """
    csv.field_size_limit(1 << 26)
    head = text[:20_000].split("\n", 1)[0]
    delimiter = max(",\t;|", key=lambda d: (head.count(d), d == ","))
    try:
        rows = [
            (n, cells) for n, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True), 1)
        ]
    except csv.Error as error:
        raise InputError(name, "表格的引号没有配对", advice="请检查双引号，或在 Excel/WPS 中另存为 CSV") from error
    outline = Outline()
    if rows:
        table.fill(outline, rows)
    return outline


def read_xlsx(data: bytes, name: str) -> Outline:
    """The outline of all visible sheets of a workbook; a sheet whose rows name no scene is a scene itself.

    Raises:
        InputError: broken, encrypted, old or absurdly large.
    """
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    _guard(data, name)
    outline = Outline()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        visible = [s.name for s in book.sheets_metadata if s.visible is SheetVisibleEnum.Visible]
        sheets = [(title, _rows(book, title, name)) for title in visible]
    except (KeyboardInterrupt, SystemExit, MemoryError, InputError):
        raise
    except BaseException as error:  # the reader is native code: a panic in it is no Exception
        raise _broken(name) from error
    filled = [(title, rows) for title, rows in sheets if any(any(cells) for _, cells in rows)]
    for title, rows in filled:
        if len(filled) > 1:
            outline.heading(title, 1)
        table.fill(outline, rows, nested=len(filled) > 1)
    return outline


def _rows(book: object, title: str, name: str) -> list[table.Row]:
    sheet = book.get_sheet_by_name(title)  # type: ignore[attr-defined]
    if sheet.height * sheet.width > _MOST_CELLS:
        raise InputError(name, f"工作表“{title}”范围过大", advice="请删除表格之外的零星单元格")
    rows = sheet.to_python(skip_empty_area=False)
    return [(n, [shown(cell) for cell in cells]) for n, cells in enumerate(rows, 1)]


def _guard(data: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError, zlib.error) as error:
        raise _broken(name) from error
    if size > _MOST_BYTES:
        raise InputError(name, "工作簿解压后过大", advice="请拆成几个文件")


def _broken(name: str) -> InputError:
    return InputError(name, "工作簿损坏或不是 xlsx，无法打开", advice="请在 Excel/WPS 中打开后另存为 .xlsx")
