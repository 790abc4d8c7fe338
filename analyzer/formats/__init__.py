"""Doors in: one file per transcript format, found out by content.

A new format is one file that ends with a ``FORMAT``, one line in ``FORMATS`` and two samples. It is imported when a
document looks like it, or somebody names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats import mapping, rttm
from analyzer.formats.around import Around
from analyzer.formats.detect import detected, unlike
from analyzer.formats.document import Document, Format, skipped
from analyzer.formats.mapping import Mapping
from analyzer.formats.registry import Entry, Look, Registry, entry
from analyzer.formats.walk import walk

__all__ = ["FORMATS", "Format", "Mapping", "format_of", "read", "read_text_stream", "walk"]


def read(path: Path | str, *, forced: str | None = None, encoding: str | None = None) -> Iterator[Call | Skipped]:
    """The calls of a file in order; a bad call inside it is Skipped, the rest goes on.

    Args:
        path: one file.
        forced: name of the format, or path of a mapping file, instead of detection.
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


def format_of(path: Path | str, *, encoding: str | None = None) -> str:
    """Name of the format of a file.

    Raises:
        InputError: the format is unknown; the message says what was tried and what looked closest.
    """
    return detected(Document(Path(path).as_posix(), path=Path(path), encoding=encoding), FORMATS).name


def _read(document: Document, forced: str | None) -> Iterator[Call | Skipped]:
    given = None if forced is None or forced in FORMATS else _mapping(document, forced)
    document.mapping = given or _mapping_beside(document)
    if given is not None:
        forced = given.format
        if forced is not None and forced not in FORMATS:
            raise InputError(document.name, f"映射文件里的格式“{forced}”不存在", advice=f"可用：{'、'.join(FORMATS)}")
    document.refuse_empty()
    format = FORMATS[forced] if forced else detected(document, FORMATS)
    return format.read(document) if format.name == "zip" else _completed(document, format)


def _mapping(document: Document, forced: str) -> Mapping:
    if not Path(forced).is_file():
        advice = f"可用：{'、'.join(FORMATS)}；或给出映射文件的路径"
        raise InputError(document.name, f"没有名为“{forced}”的格式{unlike(forced, FORMATS)}", advice=advice)
    return mapping.open_file(forced)


def _mapping_beside(document: Document) -> Mapping | None:
    data = document.sibling(mapping.FILE_NAME)
    return None if data is None else mapping.load(mapping.FILE_NAME, data)


def _completed(document: Document, format: Format) -> Iterator[Call | Skipped]:
    """The calls with what is known around them: metadata, the speakers of an RTTM file, voices a mapping knows."""
    found = format.read(document)
    around, spans = Around(document), rttm.beside(document)
    for item in found:
        if isinstance(item, Skipped):
            yield item
        else:
            call = around.fill(rttm.voiced(item, spans))
            yield call if document.mapping is None else document.mapping.settled(call)


def _read_zip(document: Document) -> Iterator[Call | Skipped]:
    """The calls of all files in an archive; a file that cannot be read is Skipped."""
    from analyzer.formats import archive

    for member in archive.members(document):
        if isinstance(member, Skipped):
            yield member
            continue
        try:
            yield from _member(member)
        except InputError as error:
            yield skipped(error)


def _member(member: Document) -> Iterator[Call | Skipped]:
    if member.head.startswith(b"PK\x03\x04") and detected(member, FORMATS).name == "zip":
        raise InputError(member.name, "压缩包里还有压缩包，未读取", advice="请先解开里面的压缩包")
    yield from _read(member, member.mapping.format if member.mapping else None)


def _read_rttm(document: Document) -> Iterator[Call | Skipped]:
    """The calls of the transcript beside, with the speakers of this file."""
    spans, words = rttm.spans(document), rttm.words(document)
    for item in detected(words, FORMATS).read(words):
        yield item if isinstance(item, Skipped) else rttm.voiced(item, spans)


def _zip() -> Format:
    from analyzer.formats import archive

    return Format("zip", "压缩包（里面是以上任何格式）", (".zip",), archive.sniff, _read_zip, archive.NEEDS)


def _rttm() -> Format:
    return Format("rttm", "RTTM 说话人时间（文字在同名文件里）", (".rttm",), rttm.sniff, _read_rttm, rttm.NEEDS)


FORMATS = Registry(
    {
        "call.v1": entry(Look.ANY, "callv1"),
        "srt": entry(Look.TEXT, "subtitle", "SRT"),
        "vtt": entry(Look.TEXT, "subtitle", "VTT"),
        "whisper-tsv": entry(Look.TEXT, "tsv"),
        "csv": entry(Look.TEXT, "csv"),
        "text": entry(Look.TEXT, "text"),
        "chat": entry(Look.TEXT, "chat"),
        "stamped": entry(Look.TEXT, "stamped"),
        "xlsx": entry(Look.PACKED, "xlsx"),
        "docx": entry(Look.PACKED, "docx"),
        "rttm": Entry(Look.TEXT, _rttm),
        "aliyun": entry(Look.JSON, "aliyun"),
        "aliyun-sca": entry(Look.JSON, "aliyun_sca"),
        "bailian": entry(Look.JSON, "bailian"),
        "tingwu": entry(Look.JSON, "tingwu"),
        "tencent": entry(Look.JSON, "tencent"),
        "iflytek": entry(Look.JSON, "iflytek"),
        "volcengine": entry(Look.JSON, "volcengine"),
        "baidu": entry(Look.JSON, "baidu"),
        "huawei": entry(Look.JSON, "huawei"),
        "funasr": entry(Look.JSON, "funasr"),
        "whisper": entry(Look.JSON, "whisper"),
        "amazon": entry(Look.JSON, "amazon"),
        "contact-lens": entry(Look.JSON, "contact_lens"),
        "google": entry(Look.JSON, "google"),
        "azure": entry(Look.JSON, "azure"),
        "deepgram": entry(Look.JSON, "deepgram"),
        "fields": entry(Look.JSON, "fields"),
        "zip": Entry(Look.PACKED, _zip),
    }
)
"""Every format by name, those that are certain of their files first; a tie goes to the usual file ending."""
