"""The JSON Schema of call.v1, generated from the types of ``analyzer.call`` so that it cannot drift from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from analyzer.call import Meta, Turn

PATH = Path(__file__).with_name("call.v1.schema.json")
"""The shipped copy; ``tools/schemas.py`` writes it."""

_TIME = "带时差的时间；没有时差时按北京时间"
_TITLES = {
    "started_at": f"通话开始，{_TIME}",
    "ended_at": f"通话结束，{_TIME}",
    "direction": "呼叫方向，例如 outbound",
    "channel": "人工或机器人",
    "relation": "接听人与债务人的关系",
    "stage": "催收阶段",
    "days_past_due": "逾期天数",
    "creditor": "债权方",
    "agency": "受托催收机构",
    "agent_org_type": "坐席所属机构类型",
    "agent_id": "坐席工号",
    "agent_name": "坐席姓名",
    "debtor_id": "债务人或案件编号",
    "dialled_number": "拨打的号码",
    "product": "产品",
    "principal": "本金（元）",
    "amount_due": "应还金额（元）",
    "ivr_notice": "接通前是否已播放录音提示",
    "consent_night": "债务人是否同意夜间联系",
    "litigation_status": "诉讼状态",
    "guarantor": "接听人是否担保人",
}
_CHOICES = {
    "channel": ["human", "ai"],
    "stage": ["first_contact", "follow_up", "late", "legal"],
    "agent_org_type": ["bank", "agency", "law_firm"],
}


def call_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of one call.v1 object as it goes over the wire."""
    _, parts = msgspec.json.schema_components((Turn, Meta), ref_template="#/$defs/{name}", schema_hook=_anything)
    meta, turn = parts["Meta"], parts["Turn"]
    _loosen_meta(meta["properties"])
    turn["required"] = ["text"]
    turn["properties"]["voice"] = {"type": ["string", "integer", "null"], "description": "只区分声音、不知身份时的标签"}
    for part in parts.values():
        part.pop("description", None)
    for part in (meta, turn):
        part["additionalProperties"] = True
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "call.v1",
        "title": "一通通话",
        "type": "object",
        "required": ["turns"],
        "properties": {
            "call_id": {"type": ["string", "integer", "null"], "description": "缺省时由文件名和行号得出"},
            "meta": {"anyOf": [{"$ref": "#/$defs/Meta"}, {"type": "null"}]},
            "turns": {"type": "array", "items": {"$ref": "#/$defs/Turn"}},
        },
        "additionalProperties": True,
        "$defs": dict(sorted(parts.items())),
    }


def _anything(kind: type) -> dict[str, Any]:
    """The schema of ``object``, the value of an unknown key.

    Raises:
        NotImplementedError: any other type, which is for msgspec to know.
    """
    if kind is not object:
        raise NotImplementedError
    return {"description": "任意值"}


def _loosen_meta(properties: dict[str, Any]) -> None:
    """From the frozen noun to the wire: unknown keys lie beside the known ones, and choices are spelt out."""
    del properties["extra"]
    for name, rule in properties.items():
        rule["description"] = _TITLES[name]
        if name in _CHOICES:
            rule.pop("anyOf")
            rule["enum"] = [*_CHOICES[name], None]
    for name in ("started_at", "ended_at"):
        properties[name]["anyOf"] = [{"type": "string"}, {"type": "null"}]


def as_text(schema: dict[str, Any]) -> str:
    """A schema as the bytes of its file: indented, Chinese readable, one newline at the end."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
