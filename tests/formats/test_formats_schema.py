"""The shipped schema is fresh, and says the same as the reader."""

from __future__ import annotations

import json

import jsonschema
import pytest

from analyzer.call import Call
from analyzer.formats import FORMATS, read_text_stream
from analyzer.formats.callv1 import to_wire
from analyzer.formats.schema import PATH, as_text, call_schema

VALID: list[object] = [
    {"turns": []},
    {"turns": [{"text": ""}]},
    {"call_id": "a", "meta": None, "turns": [{"speaker": "agent", "text": "您好", "start": 0, "end": None}]},
    {
        "meta": {"started_at": "2026-03-02T10:15:00+08:00", "relation": "self", "stage": "late", "mood": 3},
        "turns": [],
        "x": 1,
    },
    {"turns": [{"speaker": "unknown", "text": "a", "voice": "A"}]},
]
INVALID: list[object] = [
    {},
    [],
    {"turns": {}},
    {"turns": ["您好"]},
    {"turns": [{"speaker": "agent"}]},
    {"turns": [{"text": 5}]},
    {"turns": [{"text": "a", "start": [1]}]},
    {"turns": [], "meta": {"relation": "friendly"}},
    {"turns": [], "meta": {"days_past_due": 1.5}},
    {"turns": [], "meta": []},
]
CHECKER = jsonschema.Draft202012Validator(call_schema())


def is_read(wire: object) -> bool:
    (call,) = read_text_stream(json.dumps(wire).encode(), forced="call.v1")
    return isinstance(call, Call)


def test_the_shipped_schema_is_fresh() -> None:
    assert PATH.read_text(encoding="utf-8") == as_text(call_schema()), "run tools/schemas.py"


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(call_schema())


@pytest.mark.parametrize("wire", VALID)
def test_what_the_schema_allows_is_read(wire: object) -> None:
    CHECKER.validate(wire)
    assert is_read(wire)


@pytest.mark.parametrize("wire", INVALID)
def test_what_the_schema_forbids_is_not_read(wire: object) -> None:
    assert not CHECKER.is_valid(wire)
    if wire == []:
        assert list(read_text_stream(b"[]", forced="call.v1")) == []
    else:
        assert not is_read(wire)


@pytest.mark.parametrize("name", ["call.v1", "text", "csv"])
def test_every_call_written_fits_the_schema(name: str) -> None:
    for call in read_text_stream(FORMATS[name].sample.encode()):
        assert isinstance(call, Call)
        CHECKER.validate(json.loads(json.dumps(to_wire(call))))
