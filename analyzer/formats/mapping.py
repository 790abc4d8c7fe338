"""A mapping file: how to read transcripts whose field names nobody else uses; ``hegui formats map`` writes one.

    {"format": "fields", "calls": "data.records", "turns": "dialog",
     "fields": {"text": "content", "speaker": "role", "start": "bt", "call_id": "id", "agent_id": "seat.no"},
     "unit": "ms", "speakers": {"1": "agent", "2": "customer"}, "file_name": "{agent_id}_{dialled_number}_{date}"}

Every key is optional. Ways go through objects with dots. ``fields`` names, for each field of ours, the key in the
turn or in the call, or the column of a table. ``speakers`` says who a voice is, in any format.
"""

from __future__ import annotations

import json
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analyzer.call import Call, Speaker
from analyzer.errors import InputError
from analyzer.formats import metadata, speakers, strictjson
from analyzer.formats.document import Document

TURN_FIELDS = ("text", "speaker", "voice", "start", "end")
"""Fields of a turn; all other fields belong to the call."""

FIELDS = (*TURN_FIELDS, "call_id", *metadata.FIELDS)
UNITS = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9, "ticks": 1e7}
"""Unit of time -> how many make a second."""

FILE_NAME = "hegui.map.json"
"""A mapping of this name is used for the files beside it that no format knows, and for their names and voices."""

_KINDS: dict[str, type] = {"format": str, "calls": str, "turns": str, "unit": str, "file_name": str}


@dataclass(frozen=True)
class Mapping:
    """What a mapping file says; see the head of this file.

    Args:
        format: name of the format to read with, None for detection.
        calls: way to the list of calls, None when a value is one call.
        turns: way from a call to its turns; empty when the call is the list itself.
        fields: our field -> their way or column.
        unit: unit of their times, None when it is to be found out.
        speakers: their voice or label -> speaker.
        file_name: pattern of the file names, with fields in braces.
    """

    format: str | None = None
    calls: str | None = None
    turns: str | None = None
    fields: Lookup[str, str] = field(default_factory=dict)
    unit: str | None = None
    speakers: Lookup[str, Speaker] = field(default_factory=dict)
    file_name: str | None = None

    def renamed(self, column: str) -> str:
        """Our name of their column, or the name as it is."""
        return next((ours for ours, theirs in self.fields.items() if theirs == column), column)

    def settled(self, call: Call) -> Call:
        """The call with its voices turned into speakers where the mapping knows them."""
        voices = call.meta.extra.get("voices")
        if not self.speakers or not isinstance(voices, tuple):
            return call
        turns = tuple(
            replace(turn, speaker=self.speakers.get(_bare(voice), turn.speaker))
            for turn, voice in zip(call.turns, voices, strict=True)
        )
        return replace(call, turns=turns)


def _bare(voice: str) -> str:
    """A voice as mapping files write it: ``声道0`` and ``0`` are one."""
    return voice.removeprefix("声道").removeprefix("说话人") or voice


def load(name: str, data: bytes) -> Mapping:
    """The mapping in the bytes of a file.

    Raises:
        InputError: broken JSON, an unknown key, or a value that does not fit; the message lists what is allowed.
    """
    try:
        value = strictjson.careful(data.removeprefix(b"\xef\xbb\xbf"))
    except ValueError as error:
        raise InputError(name, str(error), advice="映射文件应为 UTF-8 的 JSON，可用 hegui formats map 生成") from None
    if not isinstance(value, dict):
        raise InputError(name, "映射文件应为一个对象 {…}", advice="可用 hegui formats map 生成")
    known = (*_KINDS, "fields", "speakers")
    for key, given in value.items():
        if key not in known:
            raise InputError(name, "不认识的键", field=key, advice=f"可用：{'、'.join(known)}")
        if given is not None and not isinstance(given, _KINDS.get(key, dict)):
            raise InputError(name, "应为文本" if key in _KINDS else "应为对象", field=key)
    if value.get("unit") not in (None, *UNITS):
        raise InputError(name, f"不认识的单位“{value['unit']}”", field="unit", advice=f"可用：{'、'.join(UNITS)}")
    plain = {key: value.get(key) for key in _KINDS}
    return Mapping(**plain, fields=_fields(name, value), speakers=_speakers(name, value))


def _fields(name: str, value: dict[str, Any]) -> dict[str, str]:
    fields = value.get("fields") or {}
    for key, way in fields.items():
        if key not in FIELDS:
            raise InputError(name, "不认识的字段", field=f"fields.{key}", advice=f"可用：{'、'.join(FIELDS)}")
        if not isinstance(way, str):
            raise InputError(name, "应为文本：对方的键或列名", field=f"fields.{key}")
    return dict(fields)


def _speakers(name: str, value: dict[str, Any]) -> dict[str, Speaker]:
    found = {}
    for voice, who in (value.get("speakers") or {}).items():
        speaker = speakers.speaker_of(who) if isinstance(who, str) else None
        if speaker is None:
            raise InputError(
                name, "应为 agent、customer、system 之一（或：坐席、客户、系统）", field=f"speakers.{voice}"
            )
        found[_bare(voice)] = speaker
    return found


def open_file(path: str) -> Mapping:
    """The mapping in a file.

    Raises:
        InputError: as for ``load``, or the file cannot be opened.
    """
    return load(path, Document(path, path=Path(path)).data)


def as_text(mapping: Mapping) -> str:
    """The bytes of a mapping file as text: keys in their order, what is not said left out."""
    value: dict[str, Any] = {key: getattr(mapping, key) for key in ("format", "calls", "turns")}
    value |= {"fields": dict(mapping.fields), "unit": mapping.unit}
    value |= {"speakers": {voice: who.value for voice, who in mapping.speakers.items()}, "file_name": mapping.file_name}
    kept = {key: given for key, given in value.items() if given not in (None, {})}
    return json.dumps(kept, ensure_ascii=False, indent=2) + "\n"
