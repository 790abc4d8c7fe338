"""火山引擎 录音文件识别 (豆包): ``result.utterances[]``.

An utterance has text, start_time, end_time (milliseconds) and ``additions`` with speaker (from 1) and channel_id (1 and
2, left and right). Older answers wrap it in ``resp``, or make ``result`` a list of candidates.

https://www.volcengine.com/docs/6561/1354868 https://www.volcengine.com/docs/6561/120559
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.formats import vendor
from analyzer.formats.node import MILLI, Node
from analyzer.formats.recording import Recording, Said, voice_of


def claim(value: Node) -> float:
    """Certain of utterances with start_time in milliseconds."""
    if _utterances(value).at(0).has("text", "start_time", "end_time"):
        return 0.95
    return 0.3 if value.has("audio_info") or value.has("reqid") else 0.0


def hear(value: Node) -> Iterator[Recording]:
    """The one recording."""
    yield Recording([_said(one) for one in _utterances(value).each()])


def _utterances(value: Node) -> Node:
    for way in (("result",), ("resp",), ("result", 0), ("resp", "result")):
        if found := value.at(*way).get("utterances"):
            return found
    return value.get("utterances")


def _said(one: Node) -> Said:
    more = one.get("additions")
    speaker = more.get("speaker").text() or one.get("speaker").text()
    channel = more.get("channel_id").text() or one.get("channel_id").text()
    voice = voice_of("声道", channel) if channel else voice_of("说话人", speaker)
    return Said(one.get("text").text(), voice, one.get("start_time").seconds(MILLI), one.get("end_time").seconds(MILLI))


FORMAT = vendor.format(
    "volcengine", "火山引擎 录音文件识别", claim, hear, "result.utterances[]，每项有 text、start_time、end_time"
)
