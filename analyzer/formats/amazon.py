"""Amazon Transcribe: ``results`` with items (words and punctuation), speaker or channel labels, audio segments.

Times are seconds, written as text. ``audio_segments[]`` are used where they tell the speaker or nothing does; else the
words are put together by ``speaker_label`` (spk_0) or by ``channel_labels.channels[]`` (ch_0).

https://docs.aws.amazon.com/transcribe/latest/dg/diarization-output-batch.html
https://docs.aws.amazon.com/transcribe/latest/dg/channel-id-output-batch.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analyzer.formats import vendor
from analyzer.formats.node import Node
from analyzer.formats.recording import Recording, Said, uttered


def claim(value: Node) -> float:
    """Certain of results with transcripts and items."""
    results = value.get("results")
    if results.has("transcripts") and (results.has("items") or results.has("audio_segments")):
        return 0.95
    return 0.4 if value.has("jobName") else 0.0


def hear(value: Node) -> Iterator[Recording]:
    """The one recording."""
    results = value.get("results")
    segments, items = list(results.get("audio_segments").each()), list(results.get("items").each())
    channels = list(results.get("channel_labels").get("channels").each())
    if segments and (segments[0].has("speaker_label") or not (channels or _labelled(items))):
        yield Recording([_segment(one) for one in segments])
    elif channels:
        yield Recording([said for channel in channels for said in _utterances(list(channel.get("items").each()), {})])
    elif items:
        yield Recording(_utterances(items, dict(_by_start(results.get("speaker_labels")))))
    else:
        yield Recording([Said(one.get("transcript").text()) for one in results.get("transcripts").each()])


def _labelled(items: list[Node]) -> bool:
    return any(item.has("speaker_label") for item in items)


def _segment(one: Node) -> Said:
    voice = (one.get("speaker_label") or one.get("channel_label")).text()
    return Said(one.get("transcript").text(), voice, one.get("start_time").seconds(), one.get("end_time").seconds())


def _by_start(labels: Node) -> Iterator[tuple[str, str]]:
    """Old answers name the speaker beside the words: start time -> speaker."""
    for segment in labels.get("segments").each():
        for item in segment.get("items").each():
            yield item.get("start_time").text(), item.get("speaker_label").text()


def _utterances(items: Iterable[Node], by_start: dict[str, str]) -> list[Said]:
    return uttered(_words(items, by_start))


def _words(items: Iterable[Node], by_start: dict[str, str]) -> Iterator[Said]:
    """Words; punctuation has no time and belongs to the word before it."""
    voice = ""
    for item in items:
        voice = (
            item.get("speaker_label", "channel_label").text()
            or by_start.get(item.get("start_time").text(), "")
            or voice
        )
        text = item.at("alternatives", 0).get("content").text()
        yield Said(text, voice, item.get("start_time").seconds(), item.get("end_time").seconds())


FORMAT = vendor.format(
    "amazon", "Amazon Transcribe", claim, hear, "results.transcripts 和 results.items（或 audio_segments）"
)
