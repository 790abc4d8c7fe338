"""report.v1: the keys of the contract, in its order, exact and always encodable."""

from __future__ import annotations

import json
from dataclasses import replace

import invented_reports as invented
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.finding import CATEGORIES, CallReport, Finding, Severity
from analyzer.reports.json import encode, to_wire
from analyzer.reports.schema import PATH, report_schema, schema_text

CONTRACT = [
    "schema",
    "call_id",
    "source",
    "verdict",
    "score",
    "vetoed",
    "rulebook",
    "tool",
    "relation",
    "roles",
    "findings",
    "disclosures",
    "signals",
]
FINDING = [
    "rule",
    "category",
    "severity",
    "certainty",
    "status",
    "found_by",
    "turn",
    "start",
    "end",
    "quote",
    "line",
    "at",
    "message",
    "advice",
    "basis",
    "because",
    "excused_by",
    "fingerprint",
]
REPORTS = [report for _, report in invented.every()]


def schema_of(name: str) -> dict[str, object]:
    properties = report_schema()["properties"]
    assert isinstance(properties, dict)
    return dict(properties[name]["items"])


def test_the_keys_of_the_contract_come_first_and_in_its_order() -> None:
    wire = json.loads(encode(invented.bad()[1]))
    assert list(wire)[: len(CONTRACT)] == CONTRACT
    assert list(wire)[len(CONTRACT) :] == ["events", "meta", "why", "promises", "timing"]
    assert list(wire["findings"][0])[: len(FINDING)] == FINDING


def test_values_are_machine_keys_and_quotes_are_exact() -> None:
    call, report = invented.bad()
    wire = json.loads(encode(report))
    assert wire["schema"] == "report.v1"
    assert wire["findings"][0]["severity"] == "fatal"
    assert wire["findings"][0]["fingerprint"] == report.findings[0].fingerprint
    assert wire["events"][0] == {"id": "asks_person", "turn": 1, "quote": "周明在不在", "seen_by": "lexicon"}
    for f in wire["findings"]:
        if f["turn"] is not None:
            assert call.turns[f["turn"]].text[f["start"] : f["end"]] == f["quote"]


def test_the_bytes_are_compact_utf8_on_one_line_without_ascii_escapes() -> None:
    data = encode(invented.bad()[1])
    assert "市公安局".encode() in data
    assert b"\\u" not in data
    assert b"\n" not in data
    assert b'", "' not in data
    assert data == encode(invented.bad()[1])


def test_excused_findings_are_listed_only_when_asked_for() -> None:
    _, report = invented.bad()
    assert all(f["status"] != "excused" for f in json.loads(encode(report))["findings"])
    assert sum(f["status"] == "excused" for f in json.loads(encode(report, show_excused=True))["findings"]) == 1


@pytest.mark.parametrize("report", REPORTS, ids=lambda r: ascii(r.call_id))
def test_every_report_is_valid_against_the_schema(report: CallReport) -> None:
    jsonschema.Draft202012Validator(report_schema()).validate(json.loads(encode(report, show_excused=True)))


def test_the_schema_names_every_key_that_is_written_and_no_other() -> None:
    wire = json.loads(encode(invented.bad()[1]))
    assert list(wire) == report_schema()["required"]
    for name in ("findings", "disclosures", "signals", "events", "promises"):
        assert list(wire[name][0]) == schema_of(name)["required"]


def test_the_schema_refuses_an_unknown_severity_and_a_missing_key() -> None:
    wire = json.loads(encode(invented.bad()[1]))
    wire["findings"][0]["severity"] = "critical"
    del wire["score"]
    errors = list(jsonschema.Draft202012Validator(report_schema()).iter_errors(wire))
    assert len(errors) == 2


def test_the_shipped_schema_is_fresh() -> None:
    jsonschema.Draft202012Validator.check_schema(report_schema())
    assert PATH.read_text(encoding="utf-8") == schema_text(), f"write schema_text() to {PATH.name} again"


def test_half_a_surrogate_pair_becomes_a_replacement_character_and_all_else_stays() -> None:
    _, report = invented.good()
    f = Finding("a.b", "abuse", Severity.MINOR, "半\ud83d个", "好", quote="\udc00😀")
    wire = json.loads(encode(replace(report, findings=(f,), meta={"\ud800": ["\udfff", 1, None]})))
    assert wire["findings"][0]["message"] == "半\ufffd个"
    assert wire["findings"][0]["quote"] == "\ufffd😀"
    assert wire["findings"][0]["advice"] == "好"
    assert wire["meta"] == {"\ufffd": ["\ufffd", 1, None]}


@given(st.text(st.characters(exclude_categories=())), st.sampled_from(sorted(CATEGORIES)))
def test_any_text_can_be_encoded_and_comes_back(text: str, category: str) -> None:
    f = Finding(text, category, Severity.NOTICE, text, text, quote=text)
    back = json.loads(encode(replace(invented.good()[1], findings=(f,))))["findings"][0]["quote"]
    whole = not any("\ud800" <= c <= "\udfff" for c in text)
    assert not whole or back == text


def test_the_wire_holds_plain_values_only() -> None:
    def plain(value: object) -> bool:
        if isinstance(value, dict):
            return all(type(k) is str and plain(v) for k, v in value.items())
        return all(map(plain, value)) if isinstance(value, list) else type(value) in (str, int, float, bool, type(None))

    assert all(plain(to_wire(report)) for report in REPORTS)
