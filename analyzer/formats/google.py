"""Google Cloud Speech-to-Text v1 and v2: ``results[]`` with ``alternatives[0].transcript`` and its words.

Times are ``1.400s`` or seconds and nanos. Channels: ``channelTag`` (from 1). Speakers: ``speakerTag`` (v1) or
``speakerLabel`` (v2) at the words; in v1 the last result repeats all words of the call with their speakers, and only it
is read then. Without words, a result begins where the one before it on its channel ended. The answer to a batch of v2
holds a call for each file: ``response.results`` by address, each with ``inlineResult.transcript.results``.

https://cloud.google.com/speech-to-text/docs/reference/rest/v1/speech/recognize
https://cloud.google.com/speech-to-text/docs/reference/rest/v2/BatchRecognizeFileResult
https://cloud.google.com/speech-to-text/docs/samples/speech-transcribe-diarization
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from analyzer.formats import vendor
from analyzer.formats.node import Node
from analyzer.formats.recording import Recording, Said, uttered, voice_of


def claim(value: Node) -> float:
    """Certain of results with alternatives."""
    results = _results(next(iter(_files(value).values()), value))
    first = results.at(0)
    if results.at(0, "alternatives", 0).has("transcript") or results.at(0, "alternatives", 0).has("words"):
        return 0.95
    return 0.3 if first.has("alternatives") or first.has("resultEndTime") else 0.0


def hear(value: Node) -> Iterator[Recording]:
    """The one recording, or one for every file of a batch."""
    files = _files(value)
    for name, one in files.items():
        yield Recording(_heard(one), {"call_id": PurePosixPath(name).stem} if len(files) > 1 else {})
    if not files:
        yield Recording(_heard(value))


def _files(value: Node) -> dict[str, Node]:
    """The results of a batch by the addresses of their files, none for any other answer."""
    for way in (("response", "results"), ("results",)):
        inside = value.at(*way)
        if isinstance(inside.value, dict):
            found = {name: inside.get(name) for name in inside.value}
            return {name: one.get("inlineResult") or one for name, one in found.items()}
    return {}


def _heard(value: Node) -> list[Said]:
    results = list(_results(value).each())
    words = list(results[-1].at("alternatives", 0).get("words").each()) if results else []
    if len(results) > 1 and words and all(_speaker(word) for word in words) and _repeats(results[:-1], words):
        return uttered(map(_word, words))
    ended: dict[str, float | None] = {}
    return [said for one in results for said in _result(one, ended)]


def _results(value: Node) -> Node:
    for way in (
        ("response", "results"),
        ("response", "transcript", "results"),
        ("transcript", "results"),
        ("results",),
    ):
        found = value.at(*way)
        if isinstance(found.value, list) and found:
            return found
    return Node(None, None, "results")


def _repeats(before: list[Node], words: list[Node]) -> bool:
    """Whether the last result says again what the results before it said."""
    spoken = sum(len(list(one.at("alternatives", 0).get("words").each())) for one in before)
    return len(words) >= spoken > 0 and words[0].get("startTime", "startOffset").value == _first_start(before)


def _first_start(results: list[Node]) -> object:
    return next(
        (word.get("startTime", "startOffset").value for word in results[0].at("alternatives", 0).get("words").each()),
        None,
    )


def _result(one: Node, ended: dict[str, float | None]) -> Iterator[Said]:
    best, channel = one.at("alternatives", 0), voice_of("声道", one.get("channelTag", "channel_tag").text())
    words = list(best.get("words").each())
    end = one.get("resultEndTime", "resultEndOffset", "result_end_time").seconds()
    start, ended[channel] = ended.get(channel, 0.0), end
    if words and any(map(_speaker, words)):
        yield from uttered(map(_word, words))
    else:
        if words:
            start, end = _word(words[0]).start, _word(words[-1]).end
        yield Said(best.get("transcript").text(), channel, start if end is not None else None, end)


def _speaker(word: Node) -> str:
    tag = word.get("speakerTag", "speakerLabel", "speaker_tag", "speaker_label").text()
    return "" if tag == "0" else tag


def _word(word: Node) -> Said:
    start = word.get("startTime", "startOffset", "start_time", "start_offset").seconds()
    end = word.get("endTime", "endOffset", "end_time", "end_offset").seconds()
    return Said(word.get("word").text(), voice_of("说话人", _speaker(word)), start, end)


FORMAT = vendor.format("google", "Google Speech-to-Text", claim, hear, "results[].alternatives[].transcript")
