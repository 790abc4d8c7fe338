"""A Code Quality report for GitLab: shown in the merge request, compared by fingerprint."""

from __future__ import annotations

import hashlib
import json

from analyzer.finding import Severity
from analyzer.gate import GateReport
from analyzer.reports.scripts import View, wording
from analyzer.reports.visible import visible

_LEVELS = {
    Severity.FATAL: "blocker",
    Severity.SERIOUS: "critical",
    Severity.MINOR: "minor",
    Severity.NOTICE: "info",
}


def write(report: GateReport, view: View) -> str:
    """The report as ``--format gitlab`` prints it: new findings and losses; suspicions as ``info``."""
    found = []
    seen: dict[str, int] = {}
    for f in (*report.new, *report.suspected):
        level = _LEVELS[f.severity] if f.status == "violation" else "info"
        text = f"{wording.title(f)}：{wording.message(f)}"
        found.append(_entry(text, f.rule, f.fingerprint, level, (f.file, f.line), seen))
    for x in report.lost:
        found.append(_entry(wording.told(x), f"lost.{x.id}", x.fingerprint, "critical", (x.file, x.line), seen))
    return json.dumps(found, ensure_ascii=False, indent=1).encode("utf-8", "replace").decode() + "\n"


def _entry(
    text: str, check: str, fingerprint: str, level: str, place: tuple[str, int], seen: dict[str, int]
) -> dict[str, object]:
    seen[fingerprint] = seen.get(fingerprint, 0) + 1
    unique = hashlib.sha256(
        f"{fingerprint}\x1f{place[0]}\x1f{seen[fingerprint]}".encode("utf-8", "replace")
    ).hexdigest()
    return {
        "type": "issue",
        "description": visible(text),
        "check_name": check,
        "fingerprint": unique[:32],
        "severity": level,
        "categories": ["Style"],
        "location": {"path": place[0], "lines": {"begin": max(place[1], 1)}},
    }
