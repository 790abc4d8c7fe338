"""科大讯飞 语音转写 and 录音文件转写大模型: JSON inside JSON.

New: ``content.orderResult`` is a JSON text with ``lattice[]``, whose ``json_1best`` is a JSON text again: ``st`` with
bg and ed (milliseconds, as text), rl (role, 0 when roles were not separated) and ``rt[].ws[].cw[]`` of words w with
their kind wp (p punctuation, s smoothed away, g end of paragraph). ``lattice2`` holds the same in objects, and spk.
Old: ``data`` is a JSON text of sentences with onebest, bg, ed, speaker.

https://www.xfyun.cn/doc/asr/ifasr_new/API.html https://www.xfyun.cn/doc/spark/asr_llm/Ifasr_llm.html
https://www.xfyun.cn/doc/asr/lfasr/API.html (old)
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.formats import vendor
from analyzer.formats.node import MILLI, Misfit, Node
from analyzer.formats.recording import Recording, Said, joined, voice_of


def claim(value: Node) -> float:
    """Certain of a lattice or of sentences with onebest, however deep they are wrapped."""
    try:
        return 0.95 if _lattice(value) or _old(value).at(0).has("onebest") else _close(value)
    except Misfit:
        return 0.6 if value.at("content", "orderResult") else 0.0


def _close(value: Node) -> float:
    return 0.4 if value.at("content").has("orderInfo") else 0.0


def hear(value: Node) -> Iterator[Recording]:
    """The one recording."""
    lattice = _lattice(value)
    yield Recording([_best(one) for one in lattice.each()] if lattice else [_onebest(o) for o in _old(value).each()])


def _lattice(value: Node) -> Node:
    result = value.at("content", "orderResult") or value.get("orderResult")
    inside = result.parsed() if result else value
    return inside.get("lattice") or inside.get("lattice2")


def _old(value: Node) -> Node:
    data = value.get("data") if isinstance(value.value, dict) else value
    text = data.value.strip() if isinstance(data.value, str) else ""
    found = data.parsed() if text.startswith("[") else data
    return found if isinstance(found.value, list) else Node(None, None, "data")


def _best(one: Node) -> Said:
    sentence = one.get("json_1best").parsed().get("st")
    words = [
        word.get("w").text()
        for part in sentence.get("rt").each()
        for position in part.get("ws").each()
        for word in list(position.get("cw").each())[:1]
        if word.get("wp").text() != "g"
    ]
    role = sentence.get("rl").text()
    voice = voice_of("说话人", role) if role not in ("", "0") else one.get("spk").text()
    return Said(joined(words), voice, sentence.get("bg").seconds(MILLI), sentence.get("ed").seconds(MILLI))


def _onebest(one: Node) -> Said:
    speaker = one.get("speaker").text()
    voice = voice_of("说话人", speaker) if speaker != "0" else ""
    return Said(one.get("onebest").text(), voice, one.get("bg").seconds(MILLI), one.get("ed").seconds(MILLI))


FORMAT = vendor.format(
    "iflytek", "科大讯飞 语音转写", claim, hear, "content.orderResult 里的 lattice[].json_1best，或 data 里的 onebest"
)
