"""JSON Schema of report.v1, written down once in code and shipped beside it as ``report.v1.schema.json``."""

from __future__ import annotations

import json
from pathlib import Path

from analyzer.finding import CATEGORIES, DISCLOSURE_VERDICTS, DISCLOSURES, VERDICTS, Severity
from analyzer.reports.json import SCHEMA

PATH = Path(__file__).with_name("report.v1.schema.json")
Schema = dict[str, object]

TEXT: Schema = {"type": "string"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
COUNT: Schema = {"type": "integer", "minimum": 0}
MAYBE_COUNT: Schema = {"type": ["integer", "null"], "minimum": 0}
CERTAINTY: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
SECONDS: Schema = {"type": "number", "minimum": 0}
MAYBE_NUMBER: Schema = {"type": ["number", "null"]}
TRUTH: Schema = {"type": "boolean"}


def report_schema() -> Schema:
    """The schema of one report; keys may be added in later versions, none is renamed or dropped."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "description": "一通催收通话的质检报告；turn 从 0 起，start/end 为该句原文的码点偏移（左闭右开）。",
        **_object(
            schema={"const": SCHEMA},
            call_id=TEXT,
            source=TEXT,
            verdict={"enum": list(VERDICTS)},
            score={"type": ["integer", "null"]},
            vetoed=TRUTH,
            rulebook=_object(packs=_list(TEXT), version=TEXT, model=MAYBE_TEXT),
            tool=TEXT,
            relation=_object(value=TEXT, certainty=CERTAINTY, why=TEXT),
            roles=_object(swapped=TRUTH, certainty=CERTAINTY, why=TEXT, speakers=_list(TEXT)),
            findings=_list(_finding()),
            disclosures=_list(_disclosure()),
            signals=_list(_object(id=TEXT, turn=COUNT, quote=TEXT, message=TEXT)),
            events=_list(_object(id=TEXT, turn=COUNT, quote=TEXT, seen_by=TEXT)),
            meta={"type": "object"},
            why=TEXT,
            promises=_list(_object(turn=COUNT, quote=TEXT, amount=MAYBE_NUMBER, due=MAYBE_TEXT, when=TEXT, way=TEXT)),
            timing={**_timing(), "type": ["object", "null"]},
        ),
    }


def schema_text() -> str:
    """What stands in the shipped file."""
    return json.dumps(report_schema(), ensure_ascii=False, indent=2) + "\n"


def _finding() -> Schema:
    step = _object(step=TEXT, text=TEXT, start=MAYBE_COUNT, end=MAYBE_COUNT)
    return _object(
        rule=TEXT,
        category={"enum": list(CATEGORIES)},
        severity={"enum": [s.code for s in sorted(Severity, reverse=True)]},
        certainty=CERTAINTY,
        status={"enum": ["violation", "suspected", "excused"]},
        found_by=_list(TEXT),
        turn=MAYBE_COUNT,
        start=MAYBE_COUNT,
        end=MAYBE_COUNT,
        quote=TEXT,
        line=MAYBE_COUNT,
        at=MAYBE_NUMBER,
        message=TEXT,
        advice=TEXT,
        basis=_list(_object(source=TEXT, clause=MAYBE_TEXT)),
        because=_list(step),
        excused_by=MAYBE_TEXT,
        fingerprint={"type": "string", "pattern": "^[0-9a-f]{16}$"},
        veto=TRUTH,
        rule_name=TEXT,
    )


def _timing() -> Schema:
    return _object(
        length=SECONDS,
        longest_gap=SECONDS,
        gap_after=MAYBE_COUNT,
        silence=CERTAINTY,
        overlap=SECONDS,
        agent_rate=MAYBE_COUNT,
    )


def _disclosure() -> Schema:
    return _object(
        id={"enum": list(DISCLOSURES)},
        verdict={"enum": list(DISCLOSURE_VERDICTS)},
        turn=MAYBE_COUNT,
        quote=MAYBE_TEXT,
        due=TEXT,
        nearest=MAYBE_TEXT,
        why=TEXT,
    )


def _object(**properties: Schema) -> Schema:
    """An object that must have all of these keys and may have others."""
    return {"type": "object", "required": list(properties), "properties": properties}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}
