"""Which format a document is, by what is in it; when it is none, what was tried and what it was closest to."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from difflib import get_close_matches

from analyzer.errors import InputError
from analyzer.formats.document import CERTAIN, Document, Format
from analyzer.formats.registry import Registry
from analyzer.formats.strictjson import explain

ENOUGH = 0.5
"""A format must be at least this sure of a file."""

_SHOWN = 3
_OUT_OF_IT = "请从原系统导出文字：TXT、CSV、Excel、Word 或 JSON"
_FOREIGN = (
    (re.compile(rb"%PDF-"), " PDF 文件", _OUT_OF_IT),
    (re.compile(rb"\s*(?:<!DOCTYPE html|<html\b)", re.IGNORECASE), "网页", _OUT_OF_IT),
    (re.compile(rb"RIFF....WAVE|ID3|\xff[\xf2\xf3\xfb]|#!AMR|OggS|fLaC|....ftyp", re.DOTALL), "录音", "请先做语音识别"),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|BM....\0\0\0\0", re.DOTALL), "图片", _OUT_OF_IT),
    (re.compile(rb"Rar!|7z\xbc\xaf|\x1f\x8b"), " zip 以外的压缩包", "请解开，或重新压缩为 zip"),
)
"""How such files begin, what they are, and what to do."""


def detected(document: Document, formats: Registry) -> Format:
    """The format that is surest of the document.

    Raises:
        InputError: none is sure enough, or the document is empty or no text at all.
    """
    scores: dict[str, float] = {}
    general: list[Format] = []
    for format in formats.likely(document):
        if format.general:
            general.append(format)
            continue
        scores[format.name] = format.sniff(document)
        if scores[format.name] >= CERTAIN:
            return format
    if max(scores.values()) < ENOUGH:
        scores |= {format.name: format.sniff(document) for format in general}
    ending = document.name.lower()
    best = max(scores, key=lambda name: (scores[name], ending.endswith(formats[name].extensions)))
    if scores[best] >= ENOUGH:
        return formats[best]
    document.refuse_empty()
    if foreign := _foreign(document):
        raise foreign
    document.refuse_binary()
    if document.specimen is not None and not document.specimen:
        raise InputError(document.name, "JSON 里没有任何内容")
    raise _broken_json(document) or _unknown(document.name, scores, formats)


def _foreign(document: Document) -> InputError | None:
    """What a file is that people often give although nothing can read it."""
    for mark, what, advice in _FOREIGN:
        if mark.match(document.head[:512]):
            return InputError(document.name, f"是{what}，不是转写文本", advice=advice)
    return None


def _broken_json(document: Document) -> InputError | None:
    """Why a file that looks like JSON is none."""
    start = document.words.lstrip()[:2]
    if document.specimen is not None or not start.startswith(("{", '["', "[{", "[\n", "[[", "[\r")):
        return None
    try:
        json.loads(document.text)
    except json.JSONDecodeError as error:
        advice = "请检查文件是否被截断或手工改坏"
        return InputError(document.name, f"JSON 语法错误：{explain(error)}", line=error.lineno, advice=advice)
    except (ValueError, RecursionError):
        return InputError(document.name, "JSON 嵌套过深或数字过长", advice="请从源系统重新导出")
    return None


def _unknown(name: str, scores: Mapping[str, float], formats: Mapping[str, Format]) -> InputError:
    tried = "、".join(formats)
    near = sorted((other for other in scores if scores[other]), key=lambda other: -scores[other])[:_SHOWN]
    closest = "；".join(f"{other}（{formats[other].title}，但缺少：{formats[other].needs}）" for other in near)
    reason = f"认不出转写格式；试过：{tried}；{f'最接近 {closest}' if near else '都不像'}"
    return InputError(
        name, reason, advice="对照 hegui formats 的样例检查，用 --from 指定格式，或用 hegui formats map 写映射文件"
    )


def unlike(asked: str, formats: Mapping[str, Format]) -> str:
    """A hint at the nearest names of formats."""
    near = get_close_matches(asked, formats)
    return f"；是不是想用 {'、'.join(near)}？" if near else ""
