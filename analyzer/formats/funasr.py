"""FunASR and ModelScope: ``sentence_info[]`` with text, start, end (milliseconds) and spk.

Where the pieces are those of the voice detector (SenseVoice with speakers) ``sentence`` stands in place of text.
The runtime server answers ``stamp_sents[]`` with text_seg and punc in place of it; old pipelines say ``sentences``.
Without any of these there is only ``text`` with ``timestamp``, read as one turn. Marks such as ``<|zh|><|HAPPY|>`` of
SenseVoice are no speech.

https://github.com/modelscope/FunASR/blob/main/README_zh.md
https://github.com/modelscope/FunASR/blob/main/funasr/auto/auto_model.py (sentence, timestamp)
https://modelscope.github.io/FunASR/tutorial.html
https://github.com/modelscope/FunASR/blob/main/runtime/docs/websocket_protocol_zh.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.formats import vendor
from analyzer.formats.node import MILLI, Node
from analyzer.formats.recording import Recording, Said, voice_of

_MARK = re.compile(r"<\|[^|<>]{0,30}\|>")
_WORDS = ("text", "sentence")
_LISTS = ("sentence_info", "stamp_sents", "sentences")


def claim(value: Node) -> float:
    """Certain of its lists of sentences; likely for text with time stamps."""
    one = _result(value)
    first = one.get(*_LISTS).at(0)
    said = first.get(*_WORDS).value is not None and first.has("start")
    if first.has("text_seg") or (said and one.has("sentence_info")):
        return 0.95
    if said and first.has("end") and first.get("spk", "ts_list", "timestamp"):
        return 0.9
    if isinstance(one.get("text").value, str) and (one.has("timestamp") or _MARK.search(one.get("text").text())):
        return 0.8
    return 0.3 if one.has("text", "key") else 0.0


def hear(value: Node) -> Iterator[Recording]:
    """One recording for every file that was recognised."""
    results = [value] if isinstance(value.value, dict) else list(value.each())
    for one in map(_unwrapped, results):
        fields: dict[str, object] = {"call_id": one.get("key", "wav_name").text()} if len(results) > 1 else {}
        sentences = [_said(sentence) for sentence in one.get(*_LISTS).each()]
        yield Recording(sentences or [Said(_spoken(one.get("text").text()))], fields)


def _result(value: Node) -> Node:
    return _unwrapped(value.at(0) if isinstance(value.value, list) else value)


def _unwrapped(value: Node) -> Node:
    return value.get("result") if isinstance(value.get("result").value, dict) else value


def _said(one: Node) -> Said:
    text = one.get(*_WORDS).text() or one.get("text_seg").text().replace(" ", "") + one.get("punc").text()
    speaker = voice_of("说话人", one.get("spk").text())
    return Said(_spoken(text), speaker, one.get("start").seconds(MILLI), one.get("end").seconds(MILLI))


def _spoken(text: str) -> str:
    return _MARK.sub("", text)


FORMAT = vendor.format("funasr", "FunASR / ModelScope", claim, hear, "sentence_info[]，每项有 text、start、end、spk")
