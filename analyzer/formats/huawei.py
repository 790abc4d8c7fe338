"""华为云 SIS 录音文件识别 and 云客服 (CEC) 质检: ``segments[]``.

SIS: start_time, end_time (milliseconds), ``result.text`` and ``result.analysis_info.role`` (agent, user).
CEC: asr_text, speaker, start_time, end_time; beside it staff_id, call_id, left_channel and right_channel.

https://support.huaweicloud.com/api-sis/sis_03_0093.html
https://support.huaweicloud.com/intl/zh-cn/api-cec/cec_07_0249.html
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.formats import vendor
from analyzer.formats.node import MILLI, Node
from analyzer.formats.recording import Recording, Said, voice_of


def claim(value: Node) -> float:
    """Certain of segments whose text lies in a result, or is named asr_text."""
    first = value.at("segments", 0)
    if first.get("result").has("text") or first.has("asr_text"):
        return 0.95
    return 0.3 if value.has("segments") and (value.has("audio_duration") or value.has("trace_id")) else 0.0


def hear(value: Node) -> Iterator[Recording]:
    """The one recording."""
    fields: dict[str, object] = {"call_id": value.get("call_id").text(), "agent_id": value.get("staff_id").text()}
    yield Recording([_said(one) for one in value.get("segments").each()], {k: v for k, v in fields.items() if v})


def _said(one: Node) -> Said:
    result = one.get("result")
    role = result.get("analysis_info").get("role").text()
    text = (result.get("text") or one.get("asr_text")).text()
    voice = role or voice_of("说话人", one.get("speaker").text())
    return Said(text, voice, one.get("start_time").seconds(MILLI), one.get("end_time").seconds(MILLI))


FORMAT = vendor.format(
    "huawei", "华为云 语音识别与云客服质检", claim, hear, "segments[].result.text，或 segments[].asr_text"
)
