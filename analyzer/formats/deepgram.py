"""Deepgram: ``results.utterances[]``, or the paragraphs or words of ``results.channels[]``.

Times are seconds. An utterance has transcript, start, end, channel and, when speakers were told apart, speaker (both
from 0). Where several channels were recognised the channel is the voice.

https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded
https://developers.deepgram.com/docs/utterances https://developers.deepgram.com/docs/paragraphs
https://developers.deepgram.com/docs/diarization
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.formats import vendor
from analyzer.formats.node import Node
from analyzer.formats.recording import Recording, Said, uttered, voice_of


def claim(value: Node) -> float:
    """Certain of channels with alternatives below results."""
    if value.at("results", "channels", 0).has("alternatives") or value.at("results", "utterances", 0).has("transcript"):
        return 0.95
    return 0.3 if value.get("metadata").has("request_id") else 0.0


def hear(value: Node) -> Iterator[Recording]:
    """The one recording."""
    results = value.get("results")
    channels = list(results.get("channels").each())
    split = len(channels) > 1
    if utterances := list(results.get("utterances").each()):
        yield Recording([_utterance(one, split) for one in utterances])
    else:
        yield Recording([said for i, channel in enumerate(channels) for said in _channel(channel, i, split)])


def _voice(channel: str, speaker: str, split: bool) -> str:
    return voice_of("声道", channel) if split or not speaker else voice_of("说话人", speaker)


def _utterance(one: Node, split: bool) -> Said:
    voice = _voice(one.get("channel").text(), one.get("speaker").text(), split)
    return Said(one.get("transcript").text(), voice, one.get("start").seconds(), one.get("end").seconds())


def _channel(channel: Node, number: int, split: bool) -> Iterator[Said]:
    best = channel.at("alternatives", 0)
    if paragraphs := list(best.get("paragraphs").get("paragraphs").each()):
        for paragraph in paragraphs:
            voice = _voice(str(number), paragraph.get("speaker").text(), split)
            for one in paragraph.get("sentences").each():
                yield Said(one.get("text").text(), voice, one.get("start").seconds(), one.get("end").seconds())
    elif words := list(best.get("words").each()):
        yield from uttered(_word(word, number, split) for word in words)
    else:
        yield Said(best.get("transcript").text(), _voice(str(number), "", split))


def _word(word: Node, number: int, split: bool) -> Said:
    text = word.get("punctuated_word", "word").text()
    voice = _voice(str(number), word.get("speaker").text(), split)
    return Said(text, voice, word.get("start").seconds(), word.get("end").seconds())


FORMAT = vendor.format("deepgram", "Deepgram", claim, hear, "results.channels[].alternatives，或 results.utterances[]")
