"""百度智能云 音频文件转写: ``tasks_info[]`` with ``task_result.detailed_result[]``.

A part has res (a list of texts), begin_time, end_time in milliseconds, and in call-centre results channel or speaker.
Several tasks of one query are several calls. A failed task has err_msg in place of words.

https://cloud.baidu.com/doc/SPEECH/s/Klbxern8v https://cloud.baidu.com/doc/qianfan-api/s/tm84h4sot
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.formats import vendor
from analyzer.formats.node import MILLI, Node
from analyzer.formats.recording import Recording, Said, joined, voice_of


def claim(value: Node) -> float:
    """Certain of a detailed result."""
    first = next(_tasks(value), Node(None))
    if first.at("task_result").has("detailed_result") or first.at("task_result").has("result"):
        return 0.95
    return 0.4 if value.has("tasks_info") else 0.0


def hear(value: Node) -> Iterator[Recording]:
    """One recording for every task."""
    tasks = list(_tasks(value))
    for task in tasks:
        result = task.get("task_result")
        parts = [_said(part) for part in result.get("detailed_result").each()]
        named: dict[str, object] = {"call_id": task.get("task_id").text()} if len(tasks) > 1 else {}
        yield Recording(parts or [Said(_texts(result.get("result")))], named)


def _tasks(value: Node) -> Iterator[Node]:
    tasks = value.get("tasks_info")
    if isinstance(tasks.value, list):
        yield from tasks.each()
    else:
        yield tasks or value


def _texts(value: Node) -> str:
    return joined(text.text() for text in value.each()) if isinstance(value.value, list) else value.text()


def _said(part: Node) -> Said:
    voice = voice_of("声道", part.get("channel").text()) or voice_of("说话人", part.get("speaker").text())
    return Said(
        _texts(part.get("res")), voice, part.get("begin_time").seconds(MILLI), part.get("end_time").seconds(MILLI)
    )


FORMAT = vendor.format("baidu", "百度 音频文件转写", claim, hear, "tasks_info[].task_result.detailed_result[].res")
