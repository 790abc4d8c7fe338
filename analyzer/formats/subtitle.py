"""Subtitles: SubRip (.srt) and WebVTT (.vtt), with the speaker as a voice tag or a label before the words.

``<v 坐席>您好`` of WebVTT, ``坐席：您好``, ``[说话人1] 您好`` and names that come again are understood; several
speakers in one cue (``- 您好`` below ``- 喂``) become several turns of the same time. Times are hours, minutes, seconds
and milliseconds. A cue ends at an empty line; what stands between it and the next times (a number, a name, NOTE, STYLE)
is no speech, but in SRT, which people edit by hand, only numbers are none.

https://www.w3.org/TR/webvtt1/ https://docs.fileformat.com/video/srt/
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats import metadata, text
from analyzer.formats.document import CERTAIN, Document, Format
from analyzer.formats.recording import Recording, Said, call_of

_CLOCK = r"(?:\d{1,4}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
_TIMES = re.compile(rf"(?m)^[^\S\n]*({_CLOCK})\s*--?>\s*({_CLOCK})(?=\s|$)")
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
    filled = len(lines) or 1
    if arrows and lines[0].isdigit() and _TIMES.match(lines[1]):
        return CERTAIN
    return certain if arrows and arrows / filled >= 0.15 else 0.4 if arrows else 0.2


def _read_srt(document: Document) -> Iterator[Call | Skipped]:
    return _read(document, "srt")


def _read_vtt(document: Document) -> Iterator[Call | Skipped]:
    return _read(document, "vtt")


@dataclass(slots=True)
class _Cue:
    """The lines between two times and the end of them."""

    start: float
    end: float
    lines: list[str] = field(default_factory=list)


def _read(document: Document, kind: str) -> Iterator[Call | Skipped]:
    lines = [line.strip() for _, line in document.lines()]
    named = next(filter(None, lines), "").startswith("WEBVTT")
    cues = list(_cues(lines, strict=kind == "vtt")) if named or kind == "srt" else []
    if not any(cue.lines for cue in cues):
        advice = "SRT 每段应是序号、时间行、文字；VTT 第一行应是 WEBVTT"
        raise InputError(document.name, "字幕结构不对，无法解析", advice=advice)
    yield call_of(Recording(list(_spoken(cues))), document.name, document.stem)


def _cues(lines: list[str], *, strict: bool) -> Iterator[_Cue]:
    """The cues in order.

    Args:
        lines: of the file.
        strict: a line behind an empty one belongs to no cue.
    """
    cue: _Cue | None = None
    ended = False
    for at, line in enumerate(lines):
        if match := _TIMES.match(line) if "-" in line else None:
            if cue is not None:
                yield cue
            cue, ended = _Cue(metadata.parse_seconds(match[1]), metadata.parse_seconds(match[2])), False
        elif not line:
            ended = True
        elif cue is not None and not (ended and strict) and not _counts(lines, at):
            cue.lines.append(line)
    if cue is not None:
        yield cue


def _counts(lines: list[str], at: int) -> bool:
    """True for the number above the times of a cue."""
    return lines[at].isdigit() and _TIMES.match(lines[at + 1] if at + 1 < len(lines) else "") is not None


def _spoken(cues: Iterable[_Cue]) -> Iterator[Said]:
    """The turns: a line without a label belongs to the line above it in its cue."""
    rows = [(line, cue) for cue in cues for line in cue.lines]
    plain = [html.unescape(_TAG.sub("", line)).strip() for line, _ in rows]
    turn: Said | None = None
    above: _Cue | None = None
    for (line, cue), (label, words) in zip(rows, text.parted([_DASH.sub("", one) for one in plain]), strict=True):
        tag = _VOICE.search(line)
        voice = tag[1].strip() if tag else label
        if turn is not None and cue is above and not voice and not _DASH.match(line):
            turn.text = f"{turn.text}\n{words}".strip()
            continue
        if turn is not None:
            yield turn
        turn, above = Said(words, voice, cue.start, cue.end), cue
    if turn is not None:
        yield turn


SRT = Format("srt", "SRT 字幕", (".srt",), _sniff_srt, _read_srt, "“00:00:01,000 --> 00:00:02,000”这样的时间行")
VTT = Format("vtt", "WebVTT 字幕", (".vtt",), _sniff_vtt, _read_vtt, "第一行 WEBVTT，后面有“-->”时间行")
