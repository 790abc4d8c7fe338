"""The report for programs: one object, keys as the contract names them."""

from __future__ import annotations

import json

from analyzer.gate import GateReport, Lost, ScriptFinding
from analyzer.reports.scripts import View


def write(report: GateReport, view: View) -> str:
    """The report as ``--format json`` prints it."""
    found = {
        "schema": "script-gate.v1",
        "verdict": report.verdict(view.level),
        "against": report.against or None,
        "new_findings": [finding(f) for f in report.new],
        "kept_findings": [finding(f) for f in report.kept],
        "fixed_findings": [finding(f) for f in report.fixed],
        "moved": [finding(f) for f in report.moved],
        "lost_disclosures": [lost(x) for x in report.lost],
        "suspected": [finding(f) for f in report.suspected],
        "waived": [finding(f) for f in report.waived],
        "unused": list(report.unused),
        "unreadable": list(report.unreadable),
        "files": report.files,
        "scenes": report.scenes,
        "lines": report.lines,
    }
    return json.dumps(found, ensure_ascii=False, indent=1).encode("utf-8", "replace").decode() + "\n"


def finding(f: ScriptFinding) -> dict[str, object]:
    """One finding."""
    found: dict[str, object] = {
        "category": f.category,
        "rule": f.rule,
        "severity": f.severity.code,
        "file": f.file,
        "line": f.line,
        "cell": f.cell,
        "scene": f.scene,
        "quote": f.quote,
        "sentence": f.sentence,
        "status": f.status,
        "fingerprint": f.fingerprint,
        "message": f.message,
        "advice": f.advice,
        "suggestion": f.suggestion,
        "basis": list(f.basis),
    }
    if f.old_file is not None:
        found.update(old_file=f.old_file, old_line=f.old_line)
    if f.waived_by:
        found["waived_by"] = f.waived_by
    return found


def lost(x: Lost) -> dict[str, object]:
    """One lost disclosure; ``old_line`` is null when only a baseline knows of it."""
    return {
        "id": x.id,
        "scene": x.scene,
        "how": x.how,
        "old_line": x.old_line or None,
        "old_file": x.old_file,
        "old_quote": x.old_quote,
        "file": x.file,
        "line": x.line,
        "branch": list(x.branch),
        "fingerprint": x.fingerprint,
        "suggestion": x.suggestion,
    }
