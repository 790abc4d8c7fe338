"""阿里云 录音文件识别: the results of ``nls-filetrans``, polled or called back, and of its fast version.

Polled (2018-08-17): ``Result.Sentences[]`` with Text, ChannelId, BeginTime, EndTime, SilenceDuration, SpeechRate,
EmotionValue. Called back: the same in snake case below ``result.sentences``. First version: camel case in a plain
list ``data.result``. Fast version: ``flash_result.sentences``. Times are milliseconds; channels count from 0.

https://help.aliyun.com/zh/isi/developer-reference/api-reference-2
https://help.aliyun.com/zh/isi/developer-reference/sdk-reference-14 (fast version)
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.formats import vendor
from analyzer.formats.node import MILLI, Node
from analyzer.formats.recording import Recording, Said, voice_of

_TEXT = ("Text", "text")
_CHANNEL = ("ChannelId", "channel_id", "channelId")
_SPEAKER = ("SpeakerId", "speaker_id", "speakerId")
_BEGIN = ("BeginTime", "begin_time", "beginTime")
_END = ("EndTime", "end_time", "endTime")


def claim(value: Node) -> float:
    """Certain of sentences below a result; another shape of the same names comes close."""
    first = _sentences(value).at(0)
    if first.get(*_TEXT) and first.get(*_BEGIN).value is not None:
        return 0.95 if first.get(*_CHANNEL).value is not None else 0.8
    return 0.3 if value.has("StatusText") or value.has("BizDuration") else 0.0


def hear(value: Node) -> Iterator[Recording]:
    """The one recording of a result."""
    said = [
        Said(one.get(*_TEXT).text(), _voice(one), one.get(*_BEGIN).seconds(MILLI), one.get(*_END).seconds(MILLI))
        for one in _sentences(value).each()
    ]
    yield Recording(said)


def _sentences(value: Node) -> Node:
    for way in (("Result", "Sentences"), ("result", "sentences"), ("flash_result", "sentences"), ("data", "result")):
        if found := value.at(*way):
            return found
    result = value.get("Result", "result")
    return result if isinstance(result.value, list) else Node(None, None, "Result.Sentences")


def _voice(one: Node) -> str:
    speaker = one.get(*_SPEAKER).text()
    return voice_of("说话人", speaker) if speaker else voice_of("声道", one.get(*_CHANNEL).text())


FORMAT = vendor.format(
    "aliyun", "阿里云 录音文件识别", claim, hear, "Result.Sentences 数组，每项有 Text、BeginTime、ChannelId"
)
