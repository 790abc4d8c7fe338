"""JSON that hides nothing: duplicate keys, NaN, lone surrogates and absurd nesting are told or mended."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

_decode = msgspec.json.Decoder().decode

DEEPEST = 64
"""Unknown values may be nested this deep; deeper ones are an attack or an accident."""

_KEY = re.compile(rb'"\s*:')
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SYNTAX = {
    "Expecting value": "此处应有一个值",
    "Expecting ',' delimiter": "缺少逗号",
    "Expecting ':' delimiter": "键后缺少冒号",
    "Expecting property name enclosed in double quotes": "此处应有双引号括起的键",
    "Illegal trailing comma before end of object": "对象末尾多了逗号",
    "Illegal trailing comma before end of array": "数组末尾多了逗号",
    "Unterminated string starting at": "字符串没有结束的双引号",
    "Invalid control character at": "字符串里有未转义的控制字符",
    "Extra data": "一个值之后还有多余内容",
    "Invalid \\escape": "无效的反斜杠转义",
    "Invalid \\uXXXX escape": "无效的 \\u 转义",
}


def most_keys(raw: bytes) -> int:
    """At least the number of keys in the JSON text ``raw``; quotes before a colon inside a text are counted too."""
    if b" :" in raw or b"\t" in raw or b"\n" in raw or b"\r" in raw:
        return len(_KEY.findall(raw))
    return raw.count(b'":')


def may_repeat_keys(raw: bytes, value: Any) -> bool:
    """True when ``raw`` may hold more keys than survived in ``value``; never False when it does."""
    try:
        survived = len(value) + len(value.get("meta") or ()) + sum(map(len, value.get("turns") or ()))
    except (TypeError, AttributeError):
        return True
    return most_keys(raw) > survived


def careful(raw: bytes) -> Any:
    """Decode slowly with every complaint; lone surrogates become U+FFFD.

    Raises:
        ValueError: in Chinese, with the column.
    """
    try:
        text = raw.decode("utf-8", "surrogatepass")
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_constant, parse_float=_finite)
        return _mended(value) if _SURROGATE_ESCAPE.search(raw) or _SURROGATE.search(text) else value
    except UnicodeDecodeError as error:
        raise ValueError(f"第 {error.start + 1} 个字节不是合法的 UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"JSON 语法错误：{explain(error)}") from None
    except RecursionError:
        raise ValueError("JSON 嵌套过深") from None
    except ValueError as error:
        raise ValueError(f"JSON 内容有误：{error}" if _chinese(error) else "JSON 中的数字过长") from None


def loose(raw: bytes | str) -> Any:
    """Decode somebody else's JSON: the last of equal keys wins, the rest is as strict as ``careful``.

    Raises:
        ValueError: in Chinese, with the column.
    """
    try:
        return _decode(raw)
    except (ValueError, RecursionError):
        return careful(raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass"))


def explain(error: json.JSONDecodeError) -> str:
    """What is wrong and where, in Chinese."""
    where = f"第 {error.colno} 列" if error.lineno == 1 else f"第 {error.lineno} 行第 {error.colno} 列"
    return f"{where}{_SYNTAX.get(error.msg, '无法解析')}"


def _chinese(error: ValueError) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in str(error))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"键“{next(key for key in keys if keys.count(key) > 1)}”重复出现，只能保留一个")
    return found


def _constant(name: str) -> float:
    raise ValueError(f"{name} 不是合法的 JSON 数字，没有值时请写 null")


def _finite(text: str) -> float:
    number = float(text)
    if number - number != 0:
        raise ValueError(f"数字 {text[:20]} 超出范围")
    return number


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    return value


def too_deep(value: object) -> bool:
    """True when a decoded value is nested deeper than ``DEEPEST``."""
    level: list[object] = [value]
    for _ in range(DEEPEST):
        inner: list[object] = []
        for item in level:
            inner.extend(item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())
        if not inner:
            return False
        level = inner
    return True
