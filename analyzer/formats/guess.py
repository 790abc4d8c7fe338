"""Where the turns of a strange JSON lie and what its keys mean, by the names that people give them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from analyzer.formats import metadata
from analyzer.formats.mapping import Mapping

_NAMES = {
    "text": "text content words sentence utterance transcript message msg asr_text asr_result onebest txt value "
    "result_text "
    "voice_text speech body 内容 文本 话术 语句 转写文本 识别结果 对话内容 说话内容 "
    "dialog dialogue conversation talk transcription 对话 对话记录 通话内容 通话记录 转写内容 全文",
    "speaker": "speaker role who from sender speaker_role spk speaker_id spk_id speaker_name participant "
    "participant_role "
    "identity name user_type talker side party 角色 说话人 讲话人 发言人",
    "voice": "channel channel_id voice track 声道 通道",
    "start": "start begin start_time begin_time bg start_ms begin_ms start_offset begin_offset offset bt "
    "from_time time "
    "timestamp ts 开始时间 开始 起始时间",
    "end": "end stop end_time finish_time ed end_ms end_offset et to_time 结束时间 结束",
}
_KNOWN = {metadata.shape(name): ours for ours, names in _NAMES.items() for name in names.split()}
_HAN = re.compile("[\u3400-\u9fff]")
_IDS = ("id", "ID", "_id", "uuid", "uid", "guid", "编号")
"""Keys that name a call where no better one does."""

_DEEPEST, _LOOKED_AT = 6, 40

Found = tuple[tuple[str, ...], bool, list[dict[str, Any]]]
"""Way to a list, whether a list of calls lies on it, and the objects in the list."""


def listed(value: Any) -> Any:
    """Calls that an object holds under their ids, as a list of calls that know their ids; any other value as it is."""
    if (
        not isinstance(value, dict)
        or len(value) < 2
        or not all(isinstance(one, (dict, list)) for one in value.values())
    ):
        return value
    calls = [one if isinstance(one, dict) else {"turns": one} for one in value.values()]
    found = [mapping_of(call) for call in calls[:_LOOKED_AT]]
    alike = {(one.turns, one.fields.get("text")) if one is not None else None for one in found}
    if None in alike or len(alike) != 1 or not all(one.calls is None and one.turns for one in found if one):
        return value
    return [{"call_id": key, **call} for key, call in zip(value, calls, strict=True)]


def mapping_of(value: Any, *, bold: bool = False) -> Mapping | None:
    """The likeliest mapping of a value, None when no list of objects is in it.

    Args:
        value: one decoded value of the file.
        bold: also take the longest Chinese text for the words when no key says so; for people who will look at it.
    """
    best: tuple[float, Mapping] | None = None
    for outer, inner, rows, call in _lists(value):
        fields = _turn_fields(rows, bold)
        weight = _weight(rows, fields)
        if best is None or weight > best[0]:
            known = {**fields, **_call_fields(call, {inner} if inner else set())} if call is not None else fields
            best = weight, Mapping(format="fields", calls=outer, turns=inner, fields=known)
    return best[1] if best else None


def columns_of(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Our fields by the columns of a table, its first row being the header; the longest Chinese text is the words."""
    header, below = rows[0], rows[1:]
    records = [dict(zip(header, cells, strict=False)) for cells in below]
    named = [{key: cell for key, cell in record.items() if cell} for record in records]
    found = _turn_fields(named, bold=True)
    return {**found, **_call_fields(dict.fromkeys(header, ""), set(found.values()))}


def _lists(value: Any) -> Iterator[tuple[str | None, str, list[dict[str, Any]], Any]]:
    """Every list of objects: way to the calls (None for one call), way from a call to its turns, the turns, a call."""
    if isinstance(value, dict) and _KNOWN.keys() & {metadata.shape(key) for key in value} and not _holds_lists(value):
        yield None, "", [value], None
    for way, rows in _object_lists(value, ()):
        yield None, ".".join(way), rows, None if not way else value
        for inner, turns in _object_lists(rows[0], ()):
            if inner:
                yield ".".join(way), ".".join(inner), turns, rows[0]


def _holds_lists(value: dict[str, Any]) -> bool:
    return any(isinstance(inner, list) and inner and isinstance(inner[0], dict) for inner in value.values())


def _object_lists(value: Any, way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[dict[str, Any]]]]:
    """The lists of objects below a value that can be reached through objects alone."""
    if isinstance(value, list):
        rows = [row for row in value[:_LOOKED_AT] if isinstance(row, dict)]
        if rows:
            yield way, rows
    elif isinstance(value, dict) and len(way) < _DEEPEST:
        for key, inner in value.items():
            if "." not in key:
                yield from _object_lists(inner, (*way, key))


def _turn_fields(rows: list[dict[str, Any]], bold: bool) -> dict[str, str]:
    """Our fields of a turn by the keys of its objects; the first name of the list above wins."""
    keys = list(dict.fromkeys(key for row in rows for key in row if "." not in key))
    found: dict[str, str] = {}
    for ours, names in _NAMES.items():
        order = {metadata.shape(name): at for at, name in enumerate(names.split())}
        fitting = [key for key in keys if metadata.shape(key) in order and _fits(ours, key, rows)]
        if fitting:
            found[ours] = min(fitting, key=lambda key: order[metadata.shape(key)])
    if "text" not in found and bold and (longest := max(keys, key=lambda key: _han(rows, key), default="")):
        found.update({"text": longest} if _han(rows, longest) else {})
    return {ours: key for ours, key in found.items() if ours == "text" or key != found.get("text")}


def _fits(ours: str, key: str, rows: list[dict[str, Any]]) -> bool:
    kinds = (str,) if ours == "text" else (str, int, float)
    values = [row.get(key) for row in rows if row.get(key) is not None]
    return bool(values) and all(isinstance(value, kinds) for value in values)


def _han(rows: list[dict[str, Any]], key: str) -> int:
    return sum(len(_HAN.findall(value)) for row in rows if isinstance(value := row.get(key), str))


def _weight(rows: list[dict[str, Any]], fields: dict[str, str]) -> float:
    """How likely these are the turns: a text first, then who and when, then much Chinese."""
    if "text" not in fields:
        return 0.0
    return 10 + 5 * ("speaker" in fields) + 2 * ("start" in fields) + min(_han(rows, fields["text"]), 200) / 100


def _call_fields(call: Any, taken: set[str]) -> dict[str, str]:
    """Our fields of a call by its own keys and those of the objects in it."""
    found: dict[str, str] = {}
    for way, key, _ in plain(call):
        ours = metadata.field_of(key)
        path = ".".join((*way, key))
        if ours and ours not in found and path not in taken:
            found[ours] = path
    if "call_id" not in found and (own := next((key for key in _IDS if _is_id(call, key)), None)):
        found["call_id"] = own
    return found


def _is_id(call: Any, key: str) -> bool:
    return isinstance(call, dict) and isinstance(call.get(key), (str, int)) and call[key] not in ("", True, False)


def plain(value: Any, way: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """The values that are neither objects nor lists, with the way to each through objects."""
    if isinstance(value, dict) and len(way) < _DEEPEST:
        for key, inner in value.items():
            if "." in key:
                continue
            if isinstance(inner, dict):
                yield from plain(inner, (*way, key))
            elif not isinstance(inner, list):
                yield way, key, inner
