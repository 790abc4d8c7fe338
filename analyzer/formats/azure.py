"""Azure Speech: batch transcription (``recognizedPhrases[]``) and fast transcription (``phrases[]``).

Batch: channel (from 0), speaker (from 1), offsetInTicks and durationInTicks (100 ns; also ``offset: PT0.07S``),
``nBest[0].display``. Fast: channel, speaker, offsetMilliseconds, durationMilliseconds, text. Where several channels
were recognised the channel is the voice.

https://learn.microsoft.com/azure/ai-services/speech-service/batch-transcription-get
https://learn.microsoft.com/azure/ai-services/speech-service/fast-transcription-create
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.formats import vendor
from analyzer.formats.node import MILLI, TICK, Node
from analyzer.formats.recording import Recording, Said, voice_of


def claim(value: Node) -> float:
    """Certain of phrases with their best readings or with an offset in milliseconds."""
    if value.at("recognizedPhrases", 0).has("nBest") or value.at("phrases", 0).has("offsetMilliseconds", "text"):
        return 0.95
    return 0.4 if value.has("combinedRecognizedPhrases") or value.has("combinedPhrases") else 0.0


def hear(value: Node) -> Iterator[Recording]:
    """The one recording."""
    phrases = list((value.get("recognizedPhrases") or value.get("phrases")).each())
    split = len({phrase.get("channel").text() for phrase in phrases}) > 1
    yield Recording([_said(phrase, split) for phrase in phrases])


def _said(phrase: Node, split: bool) -> Said:
    channel, speaker = phrase.get("channel").text(), phrase.get("speaker").text()
    voice = voice_of("声道", channel) if split or not speaker else voice_of("说话人", speaker)
    text = phrase.at("nBest", 0).get("display", "lexical") or phrase.get("text")
    start, length = _time(phrase, "offset"), _time(phrase, "duration")
    end = round(start + length, 6) if start is not None and length is not None else None
    return Said(text.text(), voice, start, end)


def _time(phrase: Node, what: str) -> float | None:
    if (ticks := phrase.get(f"{what}InTicks")).value is not None:
        return ticks.seconds(TICK)
    if (milli := phrase.get(f"{what}Milliseconds")).value is not None:
        return milli.seconds(MILLI)
    return phrase.get(what).seconds()


FORMAT = vendor.format(
    "azure", "Azure 语音批量转写与快速转写", claim, hear, "recognizedPhrases[].nBest[].display，或 phrases[].text"
)
