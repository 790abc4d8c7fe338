"""Which format a document is, by what is in it; when it is none, what was tried and what it was closest to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import get_close_matches

from analyzer.errors import InputError
from analyzer.formats.document import Document, Format
from analyzer.formats.strictjson import explain

ENOUGH = 0.5
"""A format must be at least this sure of a file."""

CERTAIN = 0.97
"""A format this sure is taken without asking the others, so that a big file is not decoded only to look at it."""

_SHOWN = 3


def detected(document: Document, formats: Mapping[str, Format]) -> Format:
    """The format that is surest of the document.

    Raises:
        InputError: none is sure enough, or the document is no text at all.
    """
    scores: dict[str, float] = {}
    for name, format in formats.items():
        scores[name] = 0.0 if format.general else format.sniff(document)
        if scores[name] >= CERTAIN:
            return format
    if max(scores.values()) < ENOUGH:
        scores |= {name: format.sniff(document) for name, format in formats.items() if format.general}
    ending = document.name.lower()
    best = max(scores, key=lambda name: (scores[name], ending.endswith(formats[name].extensions)))
    if scores[best] >= ENOUGH:
        return formats[best]
    if not any(scores.values()):
        _complain(document)
    raise _broken_json(document) or _unknown(document.name, scores, formats)


def _complain(document: Document) -> None:
    """InputError when the document is no text."""
    _ = document.head_text


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
