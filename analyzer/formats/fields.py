"""JSON with anybody's field names: found by the names everybody uses, or told by a mapping file.

A list of objects with a text is looked for, however deep it lies; a list around it holds the calls. Objects that
are turns themselves, one a line or in one list, are read as the rows of a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats import guess, metadata, strictjson
from analyzer.formats.document import Document, Format, skipped
from analyzer.formats.mapping import TURN_FIELDS, UNITS, Mapping
from analyzer.formats.node import Misfit, Node
from analyzer.formats.recording import Recording, Said, call_of, per_second, uttered

_WORDS, _SHORT = 8, 2.5
"""That many turns of fewer characters than this are words."""

_ADVICE = "用 hegui formats map 生成映射文件，再用 --from 映射文件 读取"


def sniff(document: Document) -> float:
    """Likely where a list of turns with usual names is found, little for any other JSON."""
    if document.specimen is None:
        return 0.0
    mapping = guess.mapping_of(guess.listed(document.specimen))
    if mapping is None or "text" not in mapping.fields:
        return 0.2
    return 0.6 if "speaker" in mapping.fields or "start" in mapping.fields else 0.5


def read(document: Document) -> Iterator[Call | Skipped]:
    """The calls; a bad one is Skipped.

    Raises:
        InputError: no JSON, or no turns in it.
    """
    mapping = document.mapping
    if mapping is None or "text" not in mapping.fields:
        found = guess.mapping_of(guess.listed(document.specimen))
        if found is None or "text" not in found.fields:
            raise InputError(document.name, "JSON 里找不到逐句文字的数组", advice=_ADVICE)
        mapping = found
    values = list(_values(document))
    if mapping.turns == "" and not any(isinstance(value, list) and _nested(value) for value, _ in values):
        yield from _flat(document, mapping, values)
        return
    found_any = [result for value, line in values for result in _calls(document, mapping, value, line)]
    if len(found_any) == 1 and isinstance(found_any[0], InputError):
        raise found_any[0]
    yield from (skipped(one) if isinstance(one, InputError) else one for one in found_any)


def _nested(value: list[Any]) -> bool:
    """A list of lists of turns: calls that have nothing but their turns."""
    return bool(value) and all(isinstance(inner, list) for inner in value)


def _values(document: Document) -> Iterator[tuple[Any, int | None]]:
    """The JSON values of a file with their lines, None for a file that is one value."""
    if document.json_lines:
        for number, line in document.raw_lines():
            if line.strip():
                yield _decoded(document, line, number), number
    else:
        yield _decoded(document, None, None), None


def _decoded(document: Document, raw: bytes | None, line: int | None) -> Any:
    """A value; InputError in place of one that is broken."""
    try:
        return guess.listed(document.value if raw is None else strictjson.loose(raw))
    except ValueError as error:
        return InputError(document.name, str(error), line=line, advice="请检查文件是否被截断或手工改坏")


def _flat(document: Document, mapping: Mapping, values: Iterable[tuple[Any, int | None]]) -> Iterator[Call | Skipped]:
    """Turns that stand alone: rows of a table, its columns their keys."""
    from analyzer.formats import rowcalls  # reads cells that hold JSON with this module

    rows: list[tuple[int, dict[str, Any]]] = []
    for value, line in values:
        if isinstance(value, InputError):
            yield skipped(value)
        else:
            inside = Node(value).at(*_steps(mapping.calls)).value if mapping.calls else value
            listed = inside if isinstance(inside, list) else [inside]
            rows += [(line or i, row) for i, row in enumerate(listed, 1) if isinstance(row, dict)]
    keys = list(dict.fromkeys(key for _, row in rows for key in row))
    unit = UNITS[mapping.unit] if mapping.unit else _unit(mapping, [row for _, row in rows])
    header = [_column(mapping, key, unit) for key in keys]
    cells = [(number, [_cell(row.get(key)) for key in keys]) for number, row in rows]
    yield from rowcalls.calls([(0, header), *cells], document.name, document.stem)


def _column(mapping: Mapping, key: str, unit: float) -> str:
    name = mapping.renamed(key)
    return f"{name}_ms" if name in ("start", "end") and unit == UNITS["ms"] else name


def _cell(value: Any) -> object:
    if isinstance(value, (dict, list)):
        import json

        return json.dumps(value, ensure_ascii=False)
    return value


def _unit(mapping: Mapping, rows: list[dict[str, Any]]) -> float:
    """What the numbers of a list of turns count."""
    spans = [(row.get(mapping.fields.get("start", "")), row.get(mapping.fields.get("end", ""))) for row in rows]
    return per_second(spans, sum(len(str(row.get(mapping.fields["text"]) or "")) for row in rows))


def unit_name(spans: Iterable[tuple[object, object]], rows: Iterable[dict[str, Any]], mapping: Mapping) -> str:
    """``s`` or ``ms``: what the times of some turns most likely count."""
    characters = sum(len(str(row.get(mapping.fields.get("text", "")) or "")) for row in rows)
    return "ms" if per_second(spans, characters) == UNITS["ms"] else "s"


def _calls(document: Document, mapping: Mapping, value: Any, line: int | None) -> Iterator[Call | InputError]:
    if isinstance(value, InputError):
        yield value
        return
    root = Node(value)
    try:
        parts = [root] if mapping.calls is None else list(root.at(*_steps(mapping.calls)).each())
    except Misfit as error:
        yield InputError(document.name, error.reason, line=line, field=error.path or "calls", advice=_ADVICE)
        return
    stem = document.stem if line is None else f"{document.stem}-{line}"
    for i, part in enumerate(parts, 1):
        try:
            recording = _recording(mapping, part)
            yield call_of(recording, document.name, stem if len(parts) == 1 else f"{stem}-{i}", line=line)
        except Misfit as error:
            yield InputError(document.name, error.reason, line=line, field=error.path, advice=_ADVICE)
        except InputError as error:
            yield error


def _steps(way: str | None) -> list[str]:
    return [step for step in (way or "").split(".") if step]


def _recording(mapping: Mapping, call: Node) -> Recording:
    turns = list(call.at(*_steps(mapping.turns)).parsed().each())
    rows = [turn.value for turn in turns if isinstance(turn.value, dict)]
    unit = UNITS[mapping.unit] if mapping.unit else _unit(mapping, rows)
    fields = {
        ours: found.value
        for ours, way in mapping.fields.items()
        if ours not in TURN_FIELDS and (found := call.at(*_steps(way))) and not isinstance(found.value, (dict, list))
    }
    starts, ends = ([_time(_of(mapping, turn, key), unit) for turn in turns] for key in ("start", "end"))
    moments = [start for start in starts if isinstance(start, datetime)]
    zero = min(moments, default=None)
    if zero is not None:
        fields.setdefault("started_at", zero)
    said = [
        Said(_of(mapping, turn, "text").text(), _voice(mapping, turn), _from(zero, start), _from(zero, end))
        for turn, start, end in zip(turns, starts, ends, strict=True)
    ]
    return Recording(uttered(said) if _single_words(said) else said, fields, _kept(mapping, call))


def _single_words(said: list[Said]) -> bool:
    """True for a list of words with their times, not of utterances."""
    length = sum(len(one.text.strip()) for one in said)
    return len(said) >= _WORDS and length < _SHORT * len(said) and all(one.start is not None for one in said)


def _kept(mapping: Mapping, call: Node) -> dict[str, object]:
    """Plain values of the call that are nobody's field come back in the report."""
    used = set(mapping.fields.values())
    if not isinstance(call.value, dict):
        return {}
    plain = {
        key: value for key, value in call.value.items() if value is not None and not isinstance(value, (dict, list))
    }
    return {key: value for key, value in plain.items() if key not in used and metadata.field_of(key) is None}


def _of(mapping: Mapping, turn: Node, name: str) -> Node:
    way = mapping.fields.get(name)
    return turn.at(*_steps(way)) if way else Node(None, turn, name)


def _voice(mapping: Mapping, turn: Node) -> str:
    return _of(mapping, turn, "speaker").text() or _of(mapping, turn, "voice").text()


def _time(node: Node, unit: float) -> float | datetime | None:
    """Seconds from the start of the call, or a moment."""
    try:
        return metadata.parse_time(node.value) if metadata.is_epoch(node.value) else node.seconds(unit)
    except Misfit:
        try:
            return metadata.parse_time(node.value)
        except ValueError:
            raise Misfit(node.path, "应为时间") from None


def _from(zero: datetime | None, time: float | datetime | None) -> float | None:
    """Seconds; moments count from the first one."""
    if isinstance(time, datetime):
        return (time - zero).total_seconds() if zero is not None else None
    return time


FORMAT = Format(
    "fields",
    "其他 JSON（按常见字段名或映射文件）",
    (".json", ".jsonl", ".ndjson"),
    sniff,
    read,
    "一个对象数组，每项有 text/content 一类的文字",
    general=True,
)
