"""Subtitles: SubRip (.srt) and WebVTT (.vtt), with the speaker as a voice tag or a label before the words.

``<v 坐席>您好`` of WebVTT, ``坐席：您好``, ``[说话人1] 您好`` and names that come again are understood; several
speakers in one cue (``- 您好`` below ``- 喂``) become several turns of the same time. Times are seconds.

https://www.w3.org/TR/webvtt1/ https://github.com/glut23/webvtt-py
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats import metadata, text
from analyzer.formats.document import CERTAIN, Document, Format
from analyzer.formats.recording import Recording, Said, call_of

if TYPE_CHECKING:
    from webvtt.models import Caption, Timestamp

_CLOCK = r"(?:\d{1,4}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
_TIMES = re.compile(rf"(?m)^[^\S\n]*({_CLOCK})\s*--?>\s*({_CLOCK})(?=\s|$)")
_FULL = {
    kind: re.compile(rf"\d\d:[0-5]\d:[0-5]\d{mark}\d{{3}} --> \d\d:[0-5]\d:[0-5]\d{mark}\d{{3}}")
    for kind, mark in (("srt", ","), ("vtt", "[.]"))
}
"""Lines of times as each format wants them; nearly all are."""
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,60})?\s{1,4}([^<>]{1,60})>")
_DASH = re.compile(r"^\s*[-–—]\s*(?=\S)")
"""Begins what another person says in the same cue."""

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>|\{\\[^}]{0,200}\}")


def _sniff_srt(document: Document) -> float:
    return _sniff(document, 0.95)


def _sniff_vtt(document: Document) -> float:
    return 0.98 if document.words.lstrip().startswith("WEBVTT") and _TIMES.search(document.words) else 0.0


def _sniff(document: Document, certain: float) -> float:
    """By lines of two times with an arrow, at least one for four lines that are filled."""
    if "-->" not in document.words:
        return 0.0
    arrows = len(_TIMES.findall(document.words))
    lines = [line for line in map(str.strip, document.words.split("\n")) if line]
    if arrows and lines[0].isdigit() and _TIMES.match(lines[1]):
        return CERTAIN
    filled = len(lines) or 1
    return certain if arrows and arrows / filled >= 0.15 else 0.4 if arrows else 0.2


def _read_srt(document: Document) -> Iterator[Call | Skipped]:
    return _read(document, "srt")


def _read_vtt(document: Document) -> Iterator[Call | Skipped]:
    return _read(document, "vtt")


def _read(document: Document, kind: str) -> Iterator[Call | Skipped]:
    import webvtt

    lines = [line.strip() for _, line in document.lines()]
    try:
        cues = webvtt.from_buffer(io.StringIO("\n".join(_mended(lines, kind)).strip() + "\n"), format=kind)
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError) as error:
        advice = "SRT 每段应是序号、时间行、文字；VTT 第一行应是 WEBVTT"
        raise InputError(document.name, "字幕结构不对，无法解析", advice=advice) from error
    yield call_of(Recording(list(_spoken(cues.captions))), document.name, document.stem)


def _mended(lines: list[str], kind: str) -> Iterator[str]:
    """The lines as the formats want them: times in full, and in SRT, which people edit by hand, no empty line but
    between two cues."""
    for at, line in enumerate(lines):
        times = _TIMES.match(line)
        if times and _FULL[kind].fullmatch(line):
            yield line
        elif times:
            yield " --> ".join(_clock(t, kind) for t in times.groups())
        elif line or kind == "vtt" or _begins(lines, at + 1):
            yield line


def _begins(lines: list[str], at: int) -> bool:
    """True where a cue begins, with its number or without."""
    here, after = (lines[i] if i < len(lines) else "" for i in (at, at + 1))
    return bool(_TIMES.match(here) or (here.isdigit() and _TIMES.match(after)))


def _clock(time: str, kind: str) -> str:
    """A time in full: 00:00:01,000 in SRT, 00:00:01.000 in WebVTT."""
    minutes, seconds = divmod(metadata.parse_seconds(time), 60)
    whole = f"{int(minutes // 60):02}:{int(minutes % 60):02}:{seconds:06.3f}"
    return whole.replace(".", ",") if kind == "srt" else whole


def _spoken(cues: Iterable[Caption]) -> Iterator[Said]:
    """The turns: a line without a label belongs to the line above it in its cue."""
    rows = [(line, cue) for cue in cues for line in cue.raw_text.split("\n")]
    plain = [html.unescape(_TAG.sub("", line)).strip() for line, _ in rows]
    turn: Said | None = None
    above: Caption | None = None
    for (line, cue), (label, words) in zip(rows, text.parted([_DASH.sub("", one) for one in plain]), strict=True):
        tag = _VOICE.search(line)
        voice = tag[1].strip() if tag else label
        if turn is not None and cue is above and not voice and not _DASH.match(line):
            turn.text = f"{turn.text}\n{words}".strip()
            continue
        if turn is not None:
            yield turn
        turn, above = Said(words, voice, _seconds(cue.start_time), _seconds(cue.end_time)), cue
    if turn is not None:
        yield turn


def _seconds(time: Timestamp) -> float:
    return time.in_milliseconds() / 1000


SRT = Format("srt", "SRT 字幕", (".srt",), _sniff_srt, _read_srt, "“00:00:01,000 --> 00:00:02,000”这样的时间行")
VTT = Format("vtt", "WebVTT 字幕", (".vtt",), _sniff_vtt, _read_vtt, "第一行 WEBVTT，后面有“-->”时间行")
