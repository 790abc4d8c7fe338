"""腾讯云 录音文件识别: ``Data.ResultDetail[]``, or the text ``Data.Result`` where details were not asked for.

A sentence has FinalSentence, SliceSentence, StartMs, EndMs (milliseconds) and SpeakerId: the channel of a two-channel
file (0, 1), a speaker of a separated one, and 0 everywhere when nothing was separated. The text has a line
``[0:0.020,0:2.380,0]  您好。`` for every sentence: minutes:seconds, the speaker last when there is one.

https://cloud.tencent.com/document/product/1093/37823 https://cloud.tencent.com/document/api/1093/37824
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.formats import metadata, vendor
from analyzer.formats.node import MILLI, Node
from analyzer.formats.recording import Recording, Said, voice_of

_LINE = re.compile(r"\[(\d+:\d+(?:\.\d+)?),(\d+:\d+(?:\.\d+)?)(?:,(\d+))?\]\s*(.*)", re.ASCII)


def claim(value: Node) -> float:
    """Certain of details with FinalSentence, or of a text whose lines begin with their times."""
    data = _data(value)
    if _details(data).at(0).get("FinalSentence", "finalSentence"):
        return 0.95
    if any(map(_LINE.match, _text(data).split("\n"))):
        return 0.9
    return 0.3 if data.has("TaskId", "Status") or data.has("StatusStr") else 0.0


def hear(value: Node) -> Iterator[Recording]:
    """The one recording, from the details where there are any."""
    data = _data(value)
    details = list(_details(data).each())
    yield Recording([_said(one) for one in details] if details else list(_lines(_text(data))))


def _data(value: Node) -> Node:
    for way in (("Response", "Data"), ("Data",), ("data",)):
        if isinstance((found := value.at(*way)).value, dict):
            return found
    return value


def _details(data: Node) -> Node:
    return data.get("ResultDetail", "resultDetail").parsed() if data.get("ResultDetail", "resultDetail") else Node(None)


def _text(data: Node) -> str:
    text = data.get("Result", "result", "text").value
    return text if isinstance(text, str) else ""


def _said(one: Node) -> Said:
    text = one.get("FinalSentence", "finalSentence").text()
    voice = voice_of("说话人", one.get("SpeakerId", "speakerId").text())
    start, end = one.get("StartMs", "startMs"), one.get("EndMs", "endMs")
    return Said(text, voice, start.seconds(MILLI), end.seconds(MILLI))


def _lines(text: str) -> Iterator[Said]:
    for match in map(_LINE.match, text.split("\n")):
        if match:
            start, end = metadata.parse_seconds(match[1]), metadata.parse_seconds(match[2])
            yield Said(match[4], voice_of("说话人", match[3] or ""), start, end)


FORMAT = vendor.format(
    "tencent",
    "腾讯云 录音文件识别",
    claim,
    hear,
    "Data.ResultDetail[].FinalSentence，或 Data.Result 里的 [分:秒,分:秒] 行",
)
