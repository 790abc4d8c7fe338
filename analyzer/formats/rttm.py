"""RTTM: who speaks when, without words; the words come from the transcript of the same name beside it.

A line is ``SPEAKER file channel start duration <NA> <NA> name <NA> <NA>``, seconds. A turn belongs to the speaker who
fills the most of its time. Beside a transcript that tells no speakers (SRT, Whisper …) the file is used by itself.

https://github.com/nryant/dscore#rttm
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analyzer.call import Call, Speaker
from analyzer.errors import InputError
from analyzer.formats import speakers
from analyzer.formats.document import LINE_END, Document

ENDINGS = (".srt", ".vtt", ".tsv", ".json", ".txt")
"""Where the words may stand, by file ending, the first found wins."""

NEEDS = "SPEAKER 开头的行，以及旁边同名的文字稿"
_FIELDS = 8


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of one speaker, in seconds."""

    start: float
    end: float
    speaker: str


def sniff(document: Document) -> float:
    """Certain where every filled line is an RTTM line."""
    if "SPEAKER" not in document.words:
        return 0.0
    lines = [line.split() for line in LINE_END.split(document.words)[:50] if line.strip()]
    lines = lines if document.whole else lines[:-1]
    fitting = sum(len(line) > _FIELDS - 1 and line[0] in ("SPEAKER", "SPKR-INFO") for line in lines)
    return 0.95 if lines and fitting == len(lines) else 0.0


def spans(document: Document) -> list[Span]:
    """The stretches in the file.

    Raises:
        InputError: a line that is none, or no line at all.
    """
    found = []
    for number, line in document.lines():
        parts = line.split()
        if not parts or parts[0] != "SPEAKER":
            continue
        try:
            start, length = float(parts[3]), float(parts[4])
            found.append(Span(start, start + length, parts[7]))
        except (ValueError, IndexError):
            advice = "应为：SPEAKER 文件 声道 开始秒 时长秒 <NA> <NA> 说话人 <NA> <NA>"
            raise InputError(document.name, "不是 RTTM 的一行", line=number, advice=advice) from None
    if not found:
        raise InputError(document.name, "没有 SPEAKER 行")
    return found


def words(document: Document) -> Document:
    """The transcript beside an RTTM file.

    Raises:
        InputError: there is none.
    """
    for ending in ENDINGS:
        data = document.sibling(f"{document.stem}{ending}")
        if data is not None:
            name = document.name.removesuffix(".rttm") + ending
            return Document(name, data=data, sibling=document.sibling, mapping=document.mapping)
    wanted = "、".join(f"{document.stem}{ending}" for ending in ENDINGS)
    raise InputError(document.name, "RTTM 只有说话人的时间，没有文字", advice=f"请把文字稿放在旁边，名为 {wanted} 之一")


def beside(document: Document) -> list[Span]:
    """The stretches in the RTTM file beside a transcript, none without one.

    Raises:
        InputError: the file is there and broken.
    """
    name = f"{document.stem}.rttm"
    data = None if document.name.endswith(".rttm") else document.sibling(name)
    return [] if data is None else spans(Document(name, data=data))


def voiced(call: Call, known: Sequence[Span]) -> Call:
    """The call with the voices of the stretches, where it has times and tells no speakers itself."""
    untold = all(turn.speaker is Speaker.UNKNOWN for turn in call.turns) and "voices" not in call.meta.extra
    if not known or not untold or any(turn.start is None for turn in call.turns):
        return call
    labels = list(_voices(call, known))
    who, voices = speakers.assign(labels)
    turns = tuple(replace(turn, speaker=speaker) for turn, speaker in zip(call.turns, who, strict=True))
    extra = {**call.meta.extra, **({"voices": voices} if voices else {})}
    return replace(call, turns=turns, meta=replace(call.meta, extra=extra))


def _voices(call: Call, known: Sequence[Span]) -> Iterator[str]:
    for turn in call.turns:
        start = turn.start or 0.0
        end = turn.end if turn.end is not None else start
        filled: Counter[str] = Counter()
        for span in known:
            overlap = min(end, span.end) - max(start, span.start)
            if overlap > 0 or span.start <= start <= span.end:
                filled[span.speaker] += max(overlap, 1e-3)  # type: ignore[assignment]
        nearest = min(known, key=lambda span: (abs(span.start - start), span.start, span.speaker))
        yield max(sorted(filled), key=lambda name: filled[name]) if filled else nearest.speaker
