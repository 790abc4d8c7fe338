"""阿里云 通义听悟: ``Transcription.Paragraphs[]`` of one speaker each, made of words with their sentence.

``Paragraphs[].SpeakerId``, ``Words[]`` with Text, SentenceId, Start, End (milliseconds). A sentence becomes a turn.

https://help.aliyun.com/zh/tingwu/voice-transcription
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from analyzer.formats import vendor
from analyzer.formats.node import MILLI, Node
from analyzer.formats.recording import Recording, Said, joined, voice_of


def claim(value: Node) -> float:
    """Certain of words below paragraphs."""
    if _paragraphs(value).at(0, "Words", 0).has("SentenceId"):
        return 0.95
    return 0.3 if _paragraphs(value).at(0).has("ParagraphId") else 0.0


def hear(value: Node) -> Iterator[Recording]:
    """The one recording."""
    yield Recording([said for paragraph in _paragraphs(value).each() for said in _sentences(paragraph)])


def _paragraphs(value: Node) -> Node:
    for way in (("Transcription", "Paragraphs"), ("Data", "Transcription", "Paragraphs"), ("Paragraphs",)):
        if found := value.at(*way):
            return found
    return Node(None, None, "Transcription.Paragraphs")


def _sentences(paragraph: Node) -> Iterator[Said]:
    voice = voice_of("说话人", paragraph.get("SpeakerId").text())
    for _, group in groupby(paragraph.get("Words").each(), key=lambda word: word.get("SentenceId").text()):
        words = list(group)
        text = joined(word.get("Text").text() for word in words)
        yield Said(text, voice, words[0].get("Start").seconds(MILLI), words[-1].get("End").seconds(MILLI))


FORMAT = vendor.format(
    "tingwu", "阿里云 通义听悟", claim, hear, "Transcription.Paragraphs[].Words[]，每项有 SentenceId、Text"
)
