"""call.v1, the project's own JSON: one object, an array of objects, or JSONL with one object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats.document import LINE_END, Document, Format, skipped
from analyzer.formats.strictjson import explain
from analyzer.formats.wire import Place, call_of, to_wire

__all__ = ["FORMAT", "to_wire"]

_SPACE = re.compile(r"[ \t\r\n]*")
_SCAN = json.JSONDecoder()
_LOOKED_AT = 20
_LINES = re.compile(r'(?m)^\s*\{.*"turns"\s*:.*"text"\s*:')
_TURNS = re.compile(r'"turns"\s*:')


def sniff(document: Document) -> float:
    """Certain of JSON with ``turns`` whose objects have a text, little for other JSON."""
    text = document.words
    if not text.lstrip().startswith(("{", "[")):
        return 0.97 if _LINES.search(text) else 0.0
    if not _TURNS.search(text):
        return 0.25
    if '"speaker"' not in text and '"role"' in text:
        return 0.45
    return 0.97 if '"text"' in text else 0.55


def read(document: Document) -> Iterator[Call | Skipped]:
    """Calls in order; a bad line or element is Skipped.

    Raises:
        InputError: the file as a whole is no JSON.
    """
    return _read_lines(document) if _is_lines(document) else _read_values(document)


def _filled(text: str) -> list[str]:
    return [line for line in map(str.strip, LINE_END.split(text)) if line]


def _is_lines(document: Document) -> bool:
    """JSONL when a line on its own is a call; an array, or one object over several lines, is not."""
    lines = _filled(document.head_text)
    if not lines or lines[0].startswith("["):
        return False
    if not document.whole:
        lines = lines[:-1] or lines
        return len(lines) == 1 or any(map(_is_object, lines[:_LOOKED_AT]))
    return len(lines) > 1 and any(map(_is_object, lines[:_LOOKED_AT]))


def _is_object(line: str) -> bool:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and "turns" in value


def _read_lines(document: Document) -> Iterator[Call | Skipped]:
    for number, line in document.raw_lines():
        if line and not line.isspace():
            yield _one(line, Place(document.name, number, f"{document.stem}-{number}"))


def _one(raw: bytes, place: Place) -> Call | Skipped:
    try:
        return call_of(raw, place)
    except InputError as error:
        return skipped(error)


def _read_values(document: Document) -> Iterator[Call | Skipped]:
    text = document.text
    at = _past_space(text, 0)
    if text[at : at + 1] == "[":
        yield from _elements(document, text, at + 1)
        return
    try:
        _SCAN.raw_decode(text, at)
    except (ValueError, RecursionError) as error:
        raise _broken(document, text, at, error) from None
    yield _one(text.encode("utf-8", "surrogatepass"), Place(document.name, None, document.stem))


def _elements(document: Document, text: str, at: int) -> Iterator[Call | Skipped]:
    """The elements of an array, each on its own, so that the good ones before a broken one are kept."""
    counted, line, seen, shared = 0, 1, 0, 0
    at = _past_space(text, at)
    while text[at : at + 1] != "]":
        try:
            _, end = _SCAN.raw_decode(text, at)
            after = _past_space(text, end)
            if text[after : after + 1] not in ("]", ","):
                raise json.JSONDecodeError("Expecting ',' delimiter", text, after)
        except (ValueError, RecursionError) as error:
            problem = _broken(document, text, at, error)
            if not seen:
                raise problem from None
            yield skipped(problem)
            return
        passed = text.count("\n", counted, at)
        counted, line, seen, shared = at, line + passed, seen + 1, 1 if passed or not seen else shared + 1
        source = f"{document.name}:{line}" + ("" if shared == 1 else f"#{shared}")
        yield _one(
            text[at:end].encode("utf-8", "surrogatepass"), Place(document.name, line, f"{document.stem}-{seen}", source)
        )
        at = _past_space(text, after + 1) if text[after] == "," else after
    if _past_space(text, at + 1) < len(text):
        yield Skipped(document.name, "数组结束后还有多余内容，未读取", line + text.count("\n", counted, at))


def _past_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _broken(document: Document, text: str, at: int, error: Exception) -> InputError:
    advice = "请检查文件是否被截断或手工改坏"
    if isinstance(error, json.JSONDecodeError):
        return InputError(document.name, f"JSON 语法错误：{explain(error)}", line=error.lineno, advice=advice)
    line = text.count("\n", 0, at) + 1
    return InputError(document.name, "JSON 嵌套过深或数字过长", line=line, advice=advice)


FORMAT = Format(
    "call.v1", "合规质检标准 JSON", (".json", ".jsonl", ".ndjson"), sniff, read, "turns 数组，每项至少有 text"
)
