"""Word documents (.docx): labelled paragraphs, or tables with a row per turn; text and tables in their order.

A table whose header names a text column is read like a sheet. Of any other table each row is a line, its cells put
together: ``坐席 | 您好`` is ``坐席：您好``. Paragraphs are read like a text file.

https://python-docx.readthedocs.io/en/latest/
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats import chat, rowcalls, stamped, table, text
from analyzer.formats.document import OLD_OFFICE, ZIP_TROUBLE, Document, Format

_MOST_BYTES = 1 << 28
_TROUBLE = (*ZIP_TROUBLE, KeyError, AttributeError, SyntaxError)
"""What broken packages make zipfile and python-docx raise."""

_READERS: tuple[Format, ...] = (text.FORMAT, chat.FORMAT, stamped.FORMAT)


def sniff(document: Document) -> float:
    """A zip archive with a Word document in it; old binary documents come close."""
    if document.packed is not None:
        return 0.95 if "word" in document.packed else 0.0
    return 0.25 if document.head.startswith(OLD_OFFICE) else 0.0


def read(document: Document) -> Iterator[Call | Skipped]:
    """The calls of the document.

    Raises:
        InputError: no document, an encrypted or old one, or no labels in it.
    """
    lines, tables = _contents(document)
    for i, rows in enumerate(tables, 1):
        place = f"{document.name}#表{i}" if len(tables) > 1 else document.name
        stem = f"{document.stem}-{i}" if len(tables) > 1 else document.stem
        yield from rowcalls.calls(rows, place, stem, document.mapping)
    if not tables or (len(lines) > 1 and text.sniff(_text(document, lines)) >= 0.5):
        inside = _text(document, lines)
        best = max(_READERS, key=lambda reader: reader.sniff(inside))
        yield from best.read(inside)


def _text(document: Document, lines: list[str]) -> Document:
    data = "\n".join(lines).encode("utf-8", "replace")
    return Document(document.name, data=data or b"\n", encoding="utf-8", mapping=document.mapping)


def _contents(document: Document) -> tuple[list[str], list[list[table.Row]]]:
    """The lines of paragraphs and plain tables, and the tables with a header."""
    if document.head.startswith(OLD_OFFICE):
        raise InputError(document.name, "是旧版 .doc 或加密的文档", advice="请取消密码并另存为 .docx")
    import docx as library
    from docx.table import Table

    try:
        _guard(document)
        lines: list[str] = []
        tables: list[list[table.Row]] = []
        for block in library.Document(io.BytesIO(document.data)).iter_inner_content():
            if isinstance(block, Table):
                _add_table([[cell.text for cell in row.cells] for row in block.rows], lines, tables)
            else:
                lines += block.text.split("\n")
    except _TROUBLE as error:
        advice = "请在 Word/WPS 中打开后另存为 .docx"
        raise InputError(document.name, "文档损坏或不是 docx，无法打开", advice=advice) from error
    return lines, tables


def _add_table(cells: list[list[str]], lines: list[str], tables: list[list[table.Row]]) -> None:
    if any(table.columns_of(row) for row in cells[: table.HEADER_WITHIN]):
        tables.append(list(enumerate(cells, 1)))
    else:
        lines += ["：".join(filter(None, dict.fromkeys(cell.strip() for cell in row))) for row in cells]


def _guard(document: Document) -> None:
    with zipfile.ZipFile(io.BytesIO(document.data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
            raise InputError(document.name, "文档解压后超过 256 MB，拒绝读取", advice="请拆成几个文件")


FORMAT = Format("docx", "Word 文档", (".docx",), sniff, read, "带标签的段落，或表头里有“内容”列的表格")
