"""阿里云百炼 Paraformer, Fun-ASR and Qwen-ASR files: ``transcripts[]`` by channel, each with ``sentences[]``.

A sentence has text, begin_time, end_time (milliseconds), speaker_id when speakers were told apart; ``channel_id``
stands at its transcript.

https://help.aliyun.com/zh/model-studio/paraformer-recorded-speech-recognition-restful-api
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.formats import vendor
from analyzer.formats.node import MILLI, Node
from analyzer.formats.recording import Recording, Said, voice_of


def claim(value: Node) -> float:
    """Certain of sentences below transcripts."""
    first = value.at("transcripts", 0)
    if first.at("sentences", 0).has("begin_time", "text"):
        return 0.95
    return 0.3 if value.has("file_url") or first.has("channel_id") else 0.0


def hear(value: Node) -> Iterator[Recording]:
    """The one recording, all channels together."""
    yield Recording([said for channel in value.get("transcripts").each() for said in _channel(channel)])


def _channel(channel: Node) -> Iterator[Said]:
    number = channel.get("channel_id").text()
    for one in channel.get("sentences").each():
        speaker = one.get("speaker_id").text()
        voice = voice_of("说话人", speaker) if speaker else voice_of("声道", number)
        yield Said(
            one.get("text").text(), voice, one.get("begin_time").seconds(MILLI), one.get("end_time").seconds(MILLI)
        )


FORMAT = vendor.format(
    "bailian", "阿里云百炼 Paraformer/Qwen 录音识别", claim, hear, "transcripts[].sentences[]，每项有 text、begin_time"
)
