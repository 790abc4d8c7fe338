"""Every sample of every format as bytes: the shipped ones, those in ``samples/``, and containers built here."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import docx
import openpyxl

from analyzer.formats.document import SAMPLES

MORE = Path(__file__).with_name("samples")
MEETING = "坐席：您好，我是云川银行的，本次通话会录音。\n客户：嗯，你说。\n"
ROWS = [["角色", "内容"], ["坐席", "请问是李女士本人吗？"], ["客户", "是我。"]]
Cells = Sequence[Sequence[object]]


def workbook(merged: Sequence[str] = (), **sheets: Cells) -> bytes:
    """A workbook of these sheets; ``merged`` are ranges of the first."""
    book = openpyxl.Workbook()
    del book["Sheet"]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    for cells in merged:
        book.worksheets[0].merge_cells(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def document(lines: Sequence[str] = (), *tables: Cells) -> bytes:
    """A Word document: these paragraphs, then these tables."""
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    for rows in tables:
        table = made.add_table(len(rows), len(rows[0]))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = str(words)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def archive(**files: bytes) -> bytes:
    """An archive of these files; ``__`` in a name is a slash, ``_dot_`` a dot."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(zipfile.ZipInfo(name.replace("__", "/").replace("_dot_", ".")), data)
    return stream.getvalue()


def _cells() -> Cells:
    text = (SAMPLES / "xlsx.txt").read_text(encoding="utf-8")
    return [[cell or None for cell in line.split("\t")] for line in text.splitlines()]


def _inside() -> dict[str, bytes]:
    return {
        "通话清单_dot_csv": "文件名,坐席工号,通话时间\na-001.txt,A0012,2026-03-02 10:15\n".encode(),
        "a-001_dot_txt": MEETING.encode("gb18030"),
        "二月__b-001_dot_srt": (SAMPLES / "srt.srt").read_bytes(),
    }


BUILT: dict[str, list[Callable[[], bytes]]] = {
    "xlsx": [
        lambda: workbook(通话=_cells()),
        lambda: workbook(
            ["A2:A3"], 三月=[["通话ID", *ROWS[0]], ["x-1", *ROWS[1]], [None, *ROWS[2]]], 说明=[["随便写"]]
        ),
    ],
    "docx": [lambda: document(MEETING.splitlines()), lambda: document(["三月二日录音"], ROWS)],
    "zip": [
        lambda: archive(**_inside()),
        lambda: archive(x_dot_docx=document(MEETING.splitlines()), y_dot_xlsx=workbook(a=ROWS)),
    ],
}
"""Formats whose files are built: several samples of each."""


@lru_cache(maxsize=1)
def every() -> dict[str, list[tuple[str, bytes]]]:
    """Format -> its samples, each with a file name."""
    found: dict[str, list[tuple[str, bytes]]] = {
        name: [(f"{name}-{i}.{name}", make()) for i, make in enumerate(makers, 1)] for name, makers in BUILT.items()
    }
    for path in [*sorted(SAMPLES.iterdir()), *sorted(MORE.iterdir())]:
        name = path.name.rsplit(".", 1)[0]
        name = name if path.parent == SAMPLES else name.rsplit("-", 1)[0]
        if name not in BUILT and not (name == "rttm" and path.suffix != ".rttm"):
            found.setdefault(name, []).append((path.as_posix(), path.read_bytes()))
    return found


def first_sample(name: str) -> bytes:
    """The bytes of a format's first sample."""
    return every()[name][0][1]
