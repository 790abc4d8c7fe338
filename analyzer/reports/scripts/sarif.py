"""SARIF 2.1.0: new findings as results, known and waived ones as suppressed results."""

from __future__ import annotations

import json
from urllib.parse import quote

from analyzer import __version__
from analyzer.finding import CATEGORIES, DISCLOSURES, Severity
from analyzer.gate import GateReport, Lost, ScriptFinding
from analyzer.reports.scripts import View, wording

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.FATAL: "error", Severity.SERIOUS: "error", Severity.MINOR: "warning", Severity.NOTICE: "note"}


def write(report: GateReport, view: View) -> str:
    """The report as ``--format sarif`` prints it."""
    results = [_result(f, "new") for f in report.new]
    results += [_result(f, "new", level="note") for f in report.suspected]
    results += [_lost(x) for x in report.lost]
    results += [_result(f, "new", suppressed=f"特批：{f.waived_by}") for f in report.waived]
    results += [_result(f, "unchanged", suppressed="存量，本次未新增") for f in (*report.kept, *report.moved)]
    results += [_result(f, "absent") for f in report.fixed]
    rules = _rules(report)
    order = {rule["id"]: i for i, rule in enumerate(rules)}
    for result in results:
        result["ruleIndex"] = order[result["ruleId"]]
    run = {
        "tool": {
            "driver": {
                "name": "hegui",
                "version": __version__,
                "informationUri": "https://pypi.org/project/hegui/",
                "rules": rules,
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not report.unreadable,
                "toolExecutionNotifications": [
                    {"level": "error" if note in report.unreadable else "note", "message": {"text": note}}
                    for note in (*report.unreadable, *report.unused)
                ],
            }
        ],
        "results": results,
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1).encode("utf-8", "replace").decode() + "\n"


def _rules(report: GateReport) -> list[dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    every = (*report.new, *report.suspected, *report.waived, *report.kept, *report.moved, *report.fixed)
    for f in every:
        name = CATEGORIES.get(f.category, f.category)
        found[f.rule] = {
            "id": f.rule,
            "shortDescription": {"text": name},
            "fullDescription": {"text": f.advice or name},
            "defaultConfiguration": {"level": _LEVELS[f.severity]},
            "properties": {"category": f.category, "severity": f.severity.code},
        }
    for x in report.lost:
        name = f"告知丢失：{DISCLOSURES.get(x.id, x.id)}"
        found[f"lost.{x.id}"] = {
            "id": f"lost.{x.id}",
            "shortDescription": {"text": name},
            "defaultConfiguration": {"level": "error"},
        }
    return [found[key] for key in sorted(found)]


def _result(f: ScriptFinding, state: str, *, suppressed: str = "", level: str = "") -> dict[str, object]:
    found: dict[str, object] = {
        "ruleId": f.rule,
        "level": level or _LEVELS[f.severity],
        "message": {"text": f"{wording.title(f)}：{wording.message(f)}"},
        "locations": [_location(f.file, f.line, f.cell, f.sentence)],
        "partialFingerprints": {"heguiFingerprint/v1": f.fingerprint},
        "baselineState": state,
        "properties": {"scene": f.scene, "quote": f.quote, "cell": f.cell, "status": f.status},
    }
    if suppressed:
        found["suppressions"] = [{"kind": "external", "status": "accepted", "justification": suppressed}]
    return found


def _lost(x: Lost) -> dict[str, object]:
    found: dict[str, object] = {
        "ruleId": f"lost.{x.id}",
        "level": "error",
        "message": {"text": f"{wording.told(x)}。{wording.was(x)}"},
        "locations": [_location(x.file, x.line, None, "")],
        "partialFingerprints": {"heguiFingerprint/v1": x.fingerprint},
        "baselineState": "new",
        "properties": {"scene": x.scene, "how": x.how},
    }
    if x.old_line:
        found["relatedLocations"] = [
            {**_location(x.old_file, x.old_line, None, x.old_quote), "id": 1, "message": {"text": "原来在这里告知"}}
        ]
    return found


def _location(file: str, line: int, cell: str | None, snippet: str) -> dict[str, object]:
    region: dict[str, object] = {"startLine": max(line, 1)}
    if snippet:
        region["snippet"] = {"text": snippet}
    uri = {"uri": quote(file, safe="/", errors="replace")}
    physical = {"artifactLocation": uri, "region": region}
    found: dict[str, object] = {"physicalLocation": physical}
    if cell:
        found["logicalLocations"] = [{"name": cell, "kind": "member"}]
    return found
