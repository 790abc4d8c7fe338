"""Azure Speech: batch transcription (``recognizedPhrases[]``) and fast transcription (``phrases[]``).

Batch: channel (from 0), speaker (from 1; in some answers at the best reading), offsetInTicks and durationInTicks
(100 ns; also ``offset: PT0.07S``), ``nBest[0].display``; Video Indexer writes the same names with capitals. Fast:
channel, speaker, offsetMilliseconds, durationMilliseconds (``offsetInMs`` where the JavaScript client wrote it), text.
Where several channels were recognised the channel is the voice.

https://learn.microsoft.com/azure/ai-services/speech-service/batch-transcription-get
https://learn.microsoft.com/azure/ai-services/speech-service/fast-transcription-create
https://learn.microsoft.com/javascript/api/@azure/ai-speech-transcription/transcribedphrase
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.formats import vendor
from analyzer.formats.node import MILLI, TICK, Node
from analyzer.formats.recording import Recording, Said, voice_of

_PHRASES = ("recognizedPhrases", "RecognizedPhrases", "phrases")
_TEXT = ("display", "Display", "lexical", "Lexical")
_UNITS = (("InTicks", TICK), ("Milliseconds", MILLI), ("InMs", MILLI), ("", 1.0))
"""What stands behind ``offset`` and ``duration``, and how many of it make a second."""

_LOOKED_AT = 5
"""Phrases among which one was understood."""


def claim(value: Node) -> float:
    """Certain of phrases with their best readings or with an offset in milliseconds."""
    phrases = [value.get(*_PHRASES).at(i) for i in range(_LOOKED_AT)]
    timed = phrases[0].get("offsetMilliseconds", "offsetInMs").value is not None
    if any(phrase.get("nBest", "NBest") for phrase in phrases) or (phrases[0].has("text") and timed):
        return 0.95
    return 0.4 if value.has("combinedRecognizedPhrases") or value.has("combinedPhrases") else 0.0


def hear(value: Node) -> Iterator[Recording]:
    """The one recording."""
    phrases = list(value.get(*_PHRASES).each())
    split = len({phrase.get("channel", "Channel").text() for phrase in phrases}) > 1
    yield Recording([_said(phrase, split) for phrase in phrases])


def _said(phrase: Node, split: bool) -> Said:
    best = phrase.get("nBest", "NBest").at(0)
    channel = phrase.get("channel", "Channel").text()
    speaker = (phrase.get("speaker", "Speaker") or best.get("speaker")).text()
    voice = voice_of("声道", channel) if split or not speaker else voice_of("说话人", speaker)
    start, length = _time(phrase, "offset"), _time(phrase, "duration")
    end = round(start + length, 6) if start is not None and length is not None else None
    return Said((best.get(*_TEXT) or phrase.get("text")).text(), voice, start, end)


def _time(phrase: Node, what: str) -> float | None:
    for behind, unit in _UNITS:
        found = phrase.get(f"{what}{behind}", f"{what.capitalize()}{behind}")
        if found.value is not None:
            return found.seconds(unit)
    return None


FORMAT = vendor.format(
    "azure", "Azure 语音批量转写与快速转写", claim, hear, "recognizedPhrases[].nBest[].display，或 phrases[].text"
)
