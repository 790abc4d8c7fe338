"""Word documents (.docx): labelled paragraphs, or tables with a row per turn; text and tables in their order.

A table whose header names a text column is read like a sheet. Of any other table each row is a line, its cells put
together: ``坐席 | 您好`` is ``坐席：您好``. Paragraphs are read like a text file.

https://python-docx.readthedocs.io/en/latest/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats import chat, rowcalls, stamped, table, text
from analyzer.formats.document import OLD_OFFICE, ZIP_TROUBLE, Document, Format

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement

_MOST_BYTES, _MOST_COLUMNS = 1 << 28, 512
_MAIN = b"wordprocessingml.document.main+xml"
_OVERRIDE = re.compile(rb"<Override\b[^>]*>")
_PART = re.compile(rb"PartName\s*=\s*[\"']/([^\"']+)")
_TROUBLE = (*ZIP_TROUBLE, KeyError, AttributeError, SyntaxError)
"""What broken packages make zipfile and python-docx raise."""

Below = tuple[list[str], list[table.Row]]
"""A table and the lines above it."""

_LIKELY = 0.85
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
    for i, (above, rows) in enumerate(tables, 1):
        place = f"{document.name}#表{i}" if len(tables) > 1 else document.name
        stem = f"{document.stem}-{i}" if len(tables) > 1 else document.stem
        yield from rowcalls.calls(rows, place, stem, document.mapping, above)
    if not tables or (len(lines) > 1 and text.sniff(_text(document, lines)) >= 0.5):
        inside = _text(document, lines)
        yield from _reader(inside).read(inside)


def _reader(inside: Document) -> Format:
    """The format of the paragraphs; the others are not asked where nearly every line has a label."""
    return text.FORMAT if text.sniff(inside) >= _LIKELY else max(_READERS, key=lambda reader: reader.sniff(inside))


def _text(document: Document, lines: list[str]) -> Document:
    data = "\n".join(lines).encode("utf-8", "replace")
    return Document(document.name, data=data or b"\n", encoding="utf-8", mapping=document.mapping)


def _contents(document: Document) -> tuple[list[str], list[Below]]:
    """The lines of paragraphs and plain tables, and the tables with a header below the lines before each."""
    if document.head.startswith(OLD_OFFICE):
        raise InputError(document.name, "是旧版 .doc 或加密的文档", advice="请取消密码并另存为 .docx")
    lines: list[str] = []
    tables: list[Below] = []
    try:
        for block in _blocks(_main_part(document)):
            if isinstance(block, str):
                lines += block.split("\n")
            else:
                _add_table(block, lines, tables)
    except _TROUBLE as error:
        advice = "请在 Word/WPS 中打开后另存为 .docx"
        raise InputError(document.name, "文档损坏或不是 docx，无法打开", advice=advice) from error
    return lines, tables


def _blocks(xml: bytes) -> Iterator[str | list[list[str]]]:
    """Paragraphs as text and tables as cells; styles, pictures and headers of the document are never opened."""
    from docx.oxml.parser import parse_xml

    for element in parse_xml(xml).body.inner_content_elements:
        yield _cells(element) if _kind(element) == "tbl" else "".join(_words(element))


def _kind(element: BaseOxmlElement) -> str:
    """The name of an element without its namespace, nothing for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _inside(element: BaseOxmlElement, kind: str) -> Iterator[BaseOxmlElement]:
    found: Iterator[BaseOxmlElement] = element.iterchildren(f"{{*}}{kind}")
    return found


def _cells(element: BaseOxmlElement) -> list[list[str]]:
    """The cells of a table by rows; merged ones say the same wherever they reach."""
    rows: list[list[str]] = []
    for line in _inside(element, "tr"):
        row: list[str] = []
        for cell in _inside(line, "tc"):
            width, continued = _merge(cell)
            above = rows[-1] if rows and continued else []
            words = above[len(row)] if len(above) > len(row) else _cell(cell)
            row += [words] * width
        rows.append(row)
    return rows


def _merge(cell: BaseOxmlElement) -> tuple[int, bool]:
    """How many columns a cell fills, and whether it goes on with the cell above."""
    about = next(_inside(cell, "tcPr"), None)
    if about is None:
        return 1, False
    wide, tall = (next(_inside(about, mark), None) for mark in ("gridSpan", "vMerge"))
    span = next(iter(wide.values()), "1") if wide is not None else "1"
    continued = tall is not None and "restart" not in tall.values()
    return (min(int(span), _MOST_COLUMNS) if span.isdecimal() else 1), continued


def _cell(cell: BaseOxmlElement) -> str:
    return "\n".join("".join(_words(paragraph)) for paragraph in _inside(cell, "p")).strip()


def _words(element: BaseOxmlElement) -> Iterator[str]:
    """The text of a paragraph, links and tracked insertions too; what was struck out is not said."""
    for child in element:
        kind = _kind(child)
        if kind == "t":
            yield child.text or ""
        elif kind in ("tab", "br", "cr"):
            yield "\t" if kind == "tab" else "\n"
        elif kind in ("r", "hyperlink", "ins", "smartTag"):
            yield from _words(child)


def _main_part(document: Document) -> bytes:
    """The text of the document, wherever the package says that it lies."""
    archive = document.archive()
    if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
        raise InputError(document.name, "文档解压后超过 256 MB，拒绝读取", advice="请拆成几个文件")
    types = archive.read("[Content_Types].xml")
    names = (_PART.search(tag) for tag in _OVERRIDE.findall(types) if _MAIN in tag)
    return archive.read(next((name[1].decode() for name in names if name), "word/document.xml"))


def _add_table(cells: list[list[str]], lines: list[str], tables: list[Below]) -> None:
    if any(table.columns_of(row) for row in cells[: table.HEADER_WITHIN]):
        told = sum(len(above) for above, _ in tables)
        tables.append((lines[told:], list(enumerate(cells, 1))))
    else:
        lines += ["：".join(filter(None, dict.fromkeys(cell.strip() for cell in row))) for row in cells]


FORMAT = Format("docx", "Word 文档", (".docx",), sniff, read, "带标签的段落，或表头里有“内容”列的表格")
