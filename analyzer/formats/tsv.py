"""The tab-separated output of Whisper and FunASR: ``start``, ``end``, ``text``, sometimes ``speaker``.

Both have the same header. Whisper counts whole milliseconds, FunASR and others seconds; how fast people would speak
says which it is.

https://github.com/openai/whisper/blob/main/whisper/utils.py (WriteTSV)
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats.document import Document, Format
from analyzer.formats.recording import Recording, Said, call_of, per_second

_COLUMNS = ["start", "end", "text"]


def sniff(document: Document) -> float:
    """Certain of its header."""
    return 0.98 if _header(document.words.split("\n", 1)[0])[:3] == _COLUMNS else 0.0


def _header(line: str) -> list[str]:
    return [name.strip().lower() for name in line.split("\t")]


def read(document: Document) -> Iterator[Call | Skipped]:
    """The one call.

    Raises:
        InputError: another header, or a time that is none.
    """
    rows = [(number, line.split("\t")) for number, line in document.lines() if line.strip()]
    header = _header("\t".join(rows[0][1]))
    if header[:3] != _COLUMNS:
        raise InputError(document.name, "表头不是 start、end、text", line=rows[0][0])
    cells = [(number, row) for number, row in rows[1:] if len(row) > 2]
    unit = per_second(((row[0], row[1]) for _, row in cells), sum(len(row[2]) for _, row in cells))
    at = header.index("speaker") if "speaker" in header else len(header)
    said = [
        Said(row[2], row[at] if len(row) > at else "", *(_time(row[i], unit, number, document) for i in (0, 1)))
        for number, row in cells
    ]
    yield call_of(Recording(said), document.name, document.stem)


def _time(cell: str, unit: float, number: int, document: Document) -> float:
    try:
        return round(float(cell) / unit, 6)
    except (ValueError, OverflowError):
        raise InputError(document.name, f"时间“{cell[:30]}”不是数字", line=number) from None


FORMAT = Format("whisper-tsv", "Whisper / FunASR 的 TSV", (".tsv",), sniff, read, "表头 start、end、text，制表符分隔")
