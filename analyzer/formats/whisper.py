"""Whisper and its kin: ``segments[]`` with text, start, end in seconds.

OpenAI Whisper, faster-whisper (a list of segments), WhisperX (speaker at the segment and at its words), the OpenAI API
(verbose_json, diarized_json), whisper.cpp (``transcription[]`` with offsets in milliseconds), Hugging Face pipelines
(``chunks[]`` with timestamp). Where the words of a segment have several speakers, it is parted between them.

https://github.com/openai/whisper/blob/main/whisper/transcribe.py https://github.com/m-bain/whisperX
https://github.com/SYSTRAN/faster-whisper https://github.com/ggml-org/whisper.cpp/blob/master/examples/cli/cli.cpp
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from analyzer.formats import vendor
from analyzer.formats.node import MILLI, Node
from analyzer.formats.recording import Recording, Said, joined

_OWN = ("tokens", "avg_logprob", "no_speech_prob", "words", "seek", "speaker")
"""Keys that only a segment of Whisper has beside its text and times."""


def claim(value: Node) -> float:
    """Certain of segments with Whisper's own keys or beside its language; less of bare ones."""
    if value.at("transcription", 0).has("offsets", "text") or value.at("chunks", 0).has("timestamp", "text"):
        return 0.95
    first = _segments(value).at(0)
    if not first.has("text", "start", "end"):
        return 0.3 if value.has("segments", "language") else 0.0
    return 0.9 if any(first.has(key) for key in _OWN) or value.has("language") or value.has("text") else 0.65


def hear(value: Node) -> Iterator[Recording]:
    """The one recording."""
    if found := value.get("transcription"):
        yield Recording([_offset(one) for one in found.each()])
    elif found := value.get("speakers") or value.get("chunks"):
        yield Recording([_chunk(one) for one in found.each()])
    else:
        yield Recording([said for one in _segments(value).each() for said in _segment(one)])


def _segments(value: Node) -> Node:
    return value if isinstance(value.value, list) else value.get("segments")


def _segment(one: Node) -> Iterator[Said]:
    words = list(one.get("words").each())
    voices = {voice for word in words if (voice := word.get("speaker").text())}
    if len(voices) > 1 and all(word.get("word").text().strip() for word in words):
        yield from _by_voice(words, one.get("speaker").text())
    else:
        voice = one.get("speaker").text() or (voices.pop() if voices else "")
        yield Said(one.get("text").text(), voice, one.get("start").seconds(), one.get("end").seconds())


def _by_voice(words: list[Node], voice: str) -> Iterator[Said]:
    for speaker, group in groupby(words, key=lambda word: word.get("speaker").text() or voice):
        part = list(group)
        start = next((time for word in part if (time := word.get("start").seconds()) is not None), None)
        end = next((time for word in reversed(part) if (time := word.get("end").seconds()) is not None), None)
        yield Said(joined(word.get("word").text() for word in part), speaker, start, end)


def _offset(one: Node) -> Said:
    start, end = (one.get("offsets").get(key).seconds(MILLI) for key in ("from", "to"))
    return Said(one.get("text").text(), one.get("speaker").text(), start, end)


def _chunk(one: Node) -> Said:
    start, end = (one.at("timestamp", i).seconds() for i in (0, 1))
    return Said(one.get("text").text(), one.get("speaker").text(), start, end)


FORMAT = vendor.format(
    "whisper", "Whisper / faster-whisper / WhisperX", claim, hear, "segments[]，每项有 text、start、end"
)
