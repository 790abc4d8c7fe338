"""阿里云 智能对话分析 (SCA): the results of ``GetResult`` and the dialogues that are sent in with ``UploadData``.

``Data[].AsrResult[]`` (RPC wraps lists once more: ``Data.ResultInfo[]``, ``AsrResult.AsrResult[]``) with Words, Role
(客服, 客户), Identity, Begin, End in milliseconds, EmotionValue; beside it ``Agent`` and ``Recording``. Sent in:
``tickets[]`` or ``callList[]`` with ``dialogue[]`` of words, role, begin, end. 点金:
``conversationList.dialogueList[]`` with content and role 0 (客户) or 1 (坐席).

https://help.aliyun.com/document_detail/456533.html
https://help.aliyun.com/zh/model-studio/user-guide/api-dianjin-2024-06-28-getqualitychecktaskresult
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.formats import vendor
from analyzer.formats.node import MILLI, Node
from analyzer.formats.recording import Recording, Said

_DIALOGUES = ("AsrResult", "asrResult", "dialogue", "dialogueList")
_NUMBERED = {"0": "客户", "1": "坐席"}
_ABOUT = {
    "call_id": (("Recording", "CallId"), ("Recording", "callId"), ("recording", "callId"), ("tid",), ("sessionId",)),
    "agent_id": (("Agent", "Id"), ("agent", "id"), ("customerServiceId",)),
    "agent_name": (("Agent", "Name"), ("agent", "name"), ("customerServiceName",)),
    "dialled_number": (("Recording", "Callee"), ("recording", "callee"), ("callee",)),
    "started_at": (("Recording", "CallTime"), ("recording", "callTime"), ("callTime",), ("gmtService",)),
    "debtor_id": (("customerId",),),
}
"""Field of ours -> the ways to it, first found wins."""


def claim(value: Node) -> float:
    """Certain of a dialogue whose sentences have words and a role."""
    first = next(_results(value), Node(None))
    sentence = _dialogue(first).at(0)
    if sentence.get("Words", "words", "content") and sentence.get("Role", "role").value is not None:
        return 0.95 if sentence.get("Begin", "begin", "beginTime").value is not None else 0.7
    return 0.3 if first.has("TaskId") and (first.has("Recording") or first.has("HitResult")) else 0.0


def hear(value: Node) -> Iterator[Recording]:
    """One recording for every result that carries its transcript."""
    for result in _results(value):
        yield Recording([_said(one) for one in _dialogue(result).each()], _about(result))


def _results(value: Node) -> Iterator[Node]:
    """The results of a page of them, or the value itself."""
    for way in (("Data", "ResultInfo"), ("data", "resultInfo"), ("Data",), ("data",), ("tickets",), ("callList",)):
        found = value.at(*way)
        if isinstance(found.value, list):
            yield from found.each()
            return
    inner = value.get("data", "Data")
    yield inner if isinstance(inner.value, dict) else value


def _dialogue(result: Node) -> Node:
    found = result.get(*_DIALOGUES)
    if not found:
        found = result.get("conversationList").get(*_DIALOGUES)
    return found.get("AsrResult") if isinstance(found.value, dict) else found


def _said(one: Node) -> Said:
    role = one.get("Role", "role").text()
    text = one.get("Words", "words", "content").text()
    return Said(
        text, _NUMBERED.get(role, role), one.get("Begin", "begin").seconds(MILLI), one.get("End", "end").seconds(MILLI)
    )


def _about(result: Node) -> dict[str, object]:
    inside = result.get("conversationList") or result
    found: dict[str, object] = {}
    for name, ways in _ABOUT.items():
        value = next((text for way in ways for place in (result, inside) if (text := place.at(*way).text())), "")
        found.update({name: value} if value else {})
    return found


FORMAT = vendor.format(
    "aliyun-sca", "阿里云 智能对话分析", claim, hear, "AsrResult（或 dialogue）数组，每项有 Words、Role、Begin"
)
