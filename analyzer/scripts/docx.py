"""Word documents: paragraphs with their styles, lists and tables; the XML is read by the standard library."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

from analyzer.errors import InputError
from analyzer.scripts import headings, labels, speech, table
from analyzer.scripts.outline import Outline
from analyzer.scripts.text import looks_like_heading

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MOST_BYTES = 1 << 26
_STYLE_LEVEL = re.compile(r"(?:heading|标题|biaoti)\s*(\d)", re.IGNORECASE)
_TROUBLE = (
    zipfile.BadZipFile,
    OSError,
    ValueError,
    EOFError,
    RuntimeError,
    KeyError,
    zlib.error,
    ElementTree.ParseError,
)


def read(data: bytes, name: str) -> Outline:
    """The outline of a document; lines are numbers of paragraphs, in tables of rows.

    Raises:
        InputError: broken, encrypted or hostile.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            body = _xml(archive, "word/document.xml", name)
            names = {info.filename for info in archive.infolist()}
            styles = _styles(_xml(archive, "word/styles.xml", name)) if "word/styles.xml" in names else {}
    except _TROUBLE as error:
        raise InputError(
            name, "Word 文档损坏或不是 docx，无法打开", advice="请在 Word/WPS 中打开后另存为 .docx"
        ) from error
    outline = Outline()
    root = body.find(f"{_W}body")
    number = 0
    for block in _blocks(root if root is not None else body):
        if block.tag == f"{_W}p":
            number += 1
            _paragraph(outline, block, number, styles)
        else:
            rows = [
                (i, [_cell(c) for c in row.findall(f"{_W}tc")]) for i, row in enumerate(block.findall(f"{_W}tr"), 1)
            ]
            if rows:
                table.fill(outline, rows, nested=True)
    return outline


def _xml(archive: zipfile.ZipFile, part: str, name: str) -> ElementTree.Element:
    info = archive.getinfo(part)
    if info.file_size > _MOST_BYTES:
        raise InputError(name, "文档过大", advice="请拆成几个文件")
    data = archive.read(info)
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
        raise InputError(name, "文档里有不允许的 XML 声明", advice="请在 Word/WPS 中另存为 .docx")
    return ElementTree.fromstring(data)


def _styles(root: ElementTree.Element) -> dict[str, int]:
    """Style id -> heading level."""
    found = {}
    for style in root.iter(f"{_W}style"):
        label = style.find(f"{_W}name")
        match = _STYLE_LEVEL.search(label.get(f"{_W}val", "") if label is not None else "")
        outline = style.find(f"{_W}pPr/{_W}outlineLvl")
        if match:
            found[style.get(f"{_W}styleId", "")] = int(match[1])
        elif label is not None and label.get(f"{_W}val", "").lower() == "title":
            found[style.get(f"{_W}styleId", "")] = 1
        elif outline is not None:
            found[style.get(f"{_W}styleId", "")] = int(outline.get(f"{_W}val", "8")) + 1
    return found


def _blocks(root: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """Paragraphs and tables in their order, also those inside content controls."""
    for child in root:
        if child.tag in (f"{_W}p", f"{_W}tbl"):
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins"):
            yield from _blocks(child)


def _paragraph(outline: Outline, block: ElementTree.Element, number: int, styles: dict[str, int]) -> None:
    properties = block.find(f"{_W}pPr")
    style = properties.find(f"{_W}pStyle") if properties is not None else None
    name = style.get(f"{_W}val", "") if style is not None else ""
    match = _STYLE_LEVEL.search(name)
    level = styles.get(name) or (int(match[1]) if match else 0)
    numbering = properties.find(f"{_W}numPr") if properties is not None else None
    listed = numbering is not None or bool(re.search(r"list", name, re.IGNORECASE))
    depth = numbering.find(f"{_W}ilvl") if numbering is not None else None
    text = _text(block).strip()
    if not text:
        outline.blank()
        return
    if level:
        outline.heading(speech.plain(text), level)
        return
    for row in speech.rows(text):
        found = None if listed else looks_like_heading(row)
        if found is not None and not (headings.teaching(found) is not None and outline.section.level):
            outline.heading(speech.plain(found), 8)
        elif _all_bold(block) and len(row) <= 24 and labels.read(row) is None and not re.search(r"[。！？，您]", row):
            outline.heading(row, 9)
        else:
            bare = speech.unbulleted(row)
            indent = 2 * (int(depth.get(f"{_W}val", "0")) if depth is not None else 0)
            outline.text(bare, number, indent=indent, kind="item" if listed or bare != row else "text")


def _all_bold(block: ElementTree.Element) -> bool:
    runs = [r for r in block.iter(f"{_W}r") if "".join(t.text or "" for t in r.iter(f"{_W}t")).strip()]
    return bool(runs) and all(r.find(f"{_W}rPr/{_W}b") is not None for r in runs)


def _text(block: ElementTree.Element) -> str:
    """The words of a paragraph; deleted and struck-out ones are gone."""
    found = []
    for run in block.iter(f"{_W}r"):
        properties = run.find(f"{_W}rPr")
        if properties is not None and any(
            (mark := properties.find(f"{_W}{tag}")) is not None and mark.get(f"{_W}val", "1") not in ("0", "false")
            for tag in ("strike", "dstrike", "vanish")
        ):
            continue
        for part in run:
            if part.tag == f"{_W}t":
                found.append(part.text or "")
            elif part.tag == f"{_W}tab":
                found.append(" ")
            elif part.tag in (f"{_W}br", f"{_W}cr"):
                found.append("\n")
    return "".join(found)


def _cell(cell: ElementTree.Element) -> str:
    return "\n".join(t for p in cell.iter(f"{_W}p") if (t := _text(p)))
