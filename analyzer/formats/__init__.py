"""Doors in: one file per transcript format, found out by content.

A new format is one file that ends with a ``FORMAT`` and one line in ``FORMATS``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats import callv1, csv, text, xlsx
from analyzer.formats.document import Document, Format
from analyzer.formats.walk import walk

__all__ = ["FORMATS", "Format", "read", "read_text_stream", "walk"]

FORMATS: dict[str, Format] = {
    format.name: format
    for format in (
        callv1.FORMAT,
        text.FORMAT,
        csv.FORMAT,
        xlsx.FORMAT,
    )
}
"""Every format by name; a tie in detection goes to the usual file ending, then to the first."""

ENOUGH = 0.5
"""A format must be at least this sure of a file."""


def read(path: Path | str, *, forced: str | None = None, encoding: str | None = None) -> Iterator[Call | Skipped]:
    """The calls of a file in order; a bad call inside it is Skipped, the rest goes on.

    Args:
        path: one file.
        forced: name of the format, instead of detection.
        encoding: name of the encoding, instead of detection.

    Raises:
        InputError: the file as a whole cannot be read, or its format is unknown.
    """
    path = Path(path)
    return _read(Document(path.as_posix(), path=path, encoding=encoding), forced)


def read_text_stream(
    data: bytes, name: str = "-", *, forced: str | None = None, encoding: str | None = None
) -> Iterator[Call | Skipped]:
    """The same from bytes, such as standard input.

    Raises:
        InputError: as for ``read``.
    """
    return _read(Document(name, data=data, encoding=encoding), forced)


def _read(document: Document, forced: str | None) -> Iterator[Call | Skipped]:
    if forced is not None and forced not in FORMATS:
        raise InputError(document.name, f"没有名为“{forced}”的格式", advice=f"可用：{'、'.join(FORMATS)}")
    if not document.head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise InputError(document.name, "是空文件，没有任何内容")
    return (FORMATS[forced] if forced else _detected(document)).read(document)


def _detected(document: Document) -> Format:
    """The format that is surest of the head."""
    words, problem = _words(document)
    scores = {name: format.sniff(document.head, words) for name, format in FORMATS.items()}
    best = max(scores, key=lambda name: (scores[name], document.name.lower().endswith(FORMATS[name].extensions)))
    if scores[best] >= ENOUGH:
        return FORMATS[best]
    if problem is not None and not scores[best]:
        raise problem
    raise _unknown(document.name, best if scores[best] else None)


def _words(document: Document) -> tuple[str, InputError | None]:
    try:
        return document.head_text, None
    except InputError as problem:
        return "", problem


def _unknown(name: str, closest: str | None) -> InputError:
    tried = "、".join(f"{format.name}（{format.title}）" for format in FORMATS.values())
    near = f"，最接近 {closest}，但缺少它的必要内容" if closest else "，都不像"
    return InputError(
        name, f"认不出转写格式；试过：{tried}{near}", advice="对照 hegui formats 的样例检查，或明确指定格式"
    )
