"""One call.v1 object to one Call and back: validated by hand, so that a message names the field and what to do.

The common shape takes a fast path through msgspec; everything else is read again slowly and explained.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from analyzer.call import Call, Meta, Speaker, Turn
from analyzer.errors import InputError
from analyzer.formats import metadata, speakers, strictjson

TURN_KEYS = frozenset(("speaker", "text", "start", "end"))
META_KEYS = frozenset(metadata.FIELDS)
_decode = msgspec.json.Decoder().decode


class Place:
    """Where a call stands; builds the errors and the derived id of it."""

    __slots__ = ("call_id", "line", "name", "source")

    def __init__(self, name: str, line: int | None, call_id: str, source: str | None = None) -> None:
        self.name, self.line, self.call_id = name, line, call_id
        self.source = source or (name if line is None else f"{name}:{line}")

    def error(self, reason: str, field: str | None = None, advice: str | None = None) -> InputError:
        """An InputError at this place."""
        return InputError(self.name, reason, line=self.line, field=field, advice=advice)


class _Plain(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """The shape nearly every call has; anything else is read the careful way."""

    turns: tuple[Turn, ...]
    meta: dict[str, Any] | None = None
    call_id: str | None = None

    def keys(self) -> int:
        """How many keys of the JSON text are surely accounted for."""
        absent = [turn.start for turn in self.turns].count(None) + [turn.end for turn in self.turns].count(None)
        top = 1 + (self.meta is not None) + (self.call_id is not None)
        return top + len(self.meta or ()) + 4 * len(self.turns) - absent


_decode_plain = msgspec.json.Decoder(_Plain).decode


def call_of(raw: bytes, place: Place) -> Call:
    """The call in the JSON text ``raw``.

    Raises:
        InputError: broken JSON, duplicate keys, NaN, or a field that does not fit call.v1, with its path.
    """
    plain = _plain(raw)
    if plain is None:
        return _any_call(_object(raw, place), place)
    fields, extra = _meta({}, plain.meta or {}, place)
    return Call(plain.call_id or place.call_id, plain.turns, Meta(**fields, extra=extra), place.source)


def _plain(raw: bytes) -> _Plain | None:
    try:
        plain = _decode_plain(raw)
    except (ValueError, RecursionError):
        return None
    return None if strictjson.most_keys(raw) > plain.keys() else plain


def _any_call(wire: dict[str, Any], place: Place) -> Call:
    meta = _section(wire, "meta", dict, place) or {}
    given = _section(wire, "turns", list, place)
    if given is None:
        raise place.error("缺失", "turns", "每通通话要有 turns 数组，每项至少有 text")
    fields, extra = _meta(wire, meta, place)
    turns = _turns(given, fields, extra, place)
    return Call(_call_id(wire.get("call_id"), place), turns, Meta(**fields, extra=extra), place.source)


def to_wire(call: Call) -> dict[str, object]:
    """The call as a call.v1 object; reading it again gives the same call, but for ``source``."""
    meta: dict[str, object] = {}
    for name in metadata.FIELDS:
        value = getattr(call.meta, name)
        if value is not None:
            meta[name] = value.isoformat() if name.endswith("_at") else getattr(value, "value", value)
    meta.update((key, value) for key, value in call.meta.extra.items() if key not in metadata.RESERVED)
    return {"call_id": call.call_id, "meta": meta, "turns": _wire_turns(call)}


def _wire_turns(call: Call) -> list[dict[str, object]]:
    turns: list[dict[str, object]] = [{"speaker": turn.speaker.value, "text": turn.text} for turn in call.turns]
    for wire, turn in zip(turns, call.turns, strict=True):
        wire.update((key, value) for key, value in (("start", turn.start), ("end", turn.end)) if value is not None)
    columns: dict[str, Any] = dict(call.meta.extra.get("turn_extra") or {})  # type: ignore[call-overload]
    if "voices" in call.meta.extra:
        columns["voice"] = call.meta.extra["voices"]
    for key, values in columns.items():
        for wire, value in zip(turns, values, strict=True):
            wire.update({} if value in (None, "") else {key: value})
    return turns


def _object(raw: bytes, place: Place) -> dict[str, Any]:
    try:
        value = _decode(raw)
        if strictjson.may_repeat_keys(raw, value):
            value = _careful(raw, place)
    except (ValueError, RecursionError):
        value = _careful(raw, place)
    if not isinstance(value, dict):
        raise place.error("这里应是一个对象 {…}，一通通话一个", advice="见 hegui formats 的 call.v1 样例")
    return value


def _careful(raw: bytes, place: Place) -> Any:
    try:
        return strictjson.careful(raw)
    except ValueError as error:
        raise place.error(str(error), advice="请检查是否被截断、改坏，或从源系统重新导出") from None


def _section(wire: dict[str, Any], key: str, kind: type, place: Place) -> Any:
    value = wire.get(key)
    if value is not None and not isinstance(value, kind):
        raise place.error(f"应为{'数组' if kind is list else '对象'}", key)
    return value


def _call_id(value: object, place: Place) -> str:
    if value is None or value == "":
        return place.call_id
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise place.error("应为文本", "call_id")
    return str(value)


def _meta(wire: dict[str, Any], meta: dict[str, Any], place: Place) -> tuple[dict[str, Any], dict[str, object]]:
    fields: dict[str, Any] = {}
    extra: dict[str, object] = {}
    for key, value in meta.items():
        if key in META_KEYS:
            fields[key] = _converted(key, value, f"meta.{key}", place)
        else:
            _keep(extra, key, value, f"meta.{key}", place)
    for key, value in wire.items():
        if key in META_KEYS and key not in meta:
            fields[key] = _converted(key, value, key, place)
        elif key not in ("call_id", "meta", "turns", "gold") and (key, value) != ("schema", "call.v1"):
            _keep(extra, f"top.{key}" if key in extra or key in META_KEYS else key, value, key, place)
    return fields, extra


def _converted(key: str, value: object, path: str, place: Place) -> Any:
    try:
        return metadata.convert(key, value)
    except ValueError as error:
        raise place.error(str(error), path) from None


def _keep(extra: dict[str, object], key: str, value: object, path: str, place: Place) -> None:
    if isinstance(value, (dict, list)) and strictjson.too_deep(value):
        raise place.error(f"嵌套过深（超过 {strictjson.DEEPEST} 层）", path)
    extra[f"{key}_raw" if key in metadata.RESERVED else key] = value


def _turns(given: list[Any], fields: dict[str, Any], extra: dict[str, object], place: Place) -> tuple[Turn, ...]:
    labels = [_label(turn, i, place) for i, turn in enumerate(given)]
    who, voices = speakers.assign(labels)
    voices = _voices(given, place) or voices
    extra.update({} if voices is None else {"voices": voices})
    others = sorted({key for turn in given for key in turn} - TURN_KEYS - {"voice", "channel"})
    if others:
        _keep_columns(given, others, extra, place)
    if fields.get("relation") is None:
        fields["relation"] = speakers.stated_relation(labels)
    return tuple(_turn(turn, who[i], i, place) for i, turn in enumerate(given))


def _keep_columns(given: list[Any], keys: list[str], extra: dict[str, object], place: Place) -> None:
    for i, turn in enumerate(given):
        for key in keys:
            if isinstance(turn.get(key), (dict, list)) and strictjson.too_deep(turn[key]):
                raise place.error(f"嵌套过深（超过 {strictjson.DEEPEST} 层）", f"turns[{i}].{key}")
    extra["turn_extra"] = {key: tuple(turn.get(key) for turn in given) for key in keys}


def _label(turn: object, i: int, place: Place) -> str:
    if not isinstance(turn, dict):
        raise place.error("应为对象 {…}", f"turns[{i}]", "每个话轮至少有 text")
    value = turn.get("speaker")
    if isinstance(value, Speaker):
        return value.value
    return "" if value is None else _name(value, f"turns[{i}].speaker", place)


def _voices(given: list[Any], place: Place) -> tuple[str, ...] | None:
    for key in ("voice", "channel"):
        if any(turn.get(key) is not None for turn in given):
            return tuple(_name(turn.get(key), f"turns[{i}].{key}", place) for i, turn in enumerate(given))
    return None


def _name(value: object, path: str, place: Place) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise place.error("应为文本", path, "可用 agent、customer、system、unknown 或 坐席、客户")
    return str(value)


def _turn(turn: Mapping[str, Any], speaker: Speaker, i: int, place: Place) -> Turn:
    text = turn.get("text")
    if not isinstance(text, str):
        raise place.error("缺失" if text is None else "应为文本", f"turns[{i}].text", "没有内容时请写空文本")
    return Turn(speaker, text, *(_seconds(turn.get(key), f"turns[{i}].{key}", place) for key in ("start", "end")))


def _seconds(value: object, path: str, place: Place) -> float | None:
    if value is None:
        return None
    try:
        return metadata.parse_seconds(value)
    except ValueError:
        raise place.error("应为秒数（从通话开始算起），例如 12.5", path) from None
