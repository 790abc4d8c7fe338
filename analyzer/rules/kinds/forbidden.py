"""``forbidden``: something must not be said."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.finding import Finding
from analyzer.rules.case import Case
from analyzer.rules.rule import Rule


def find(rule: Rule, case: Case) -> Iterator[Finding]:
    """One finding per turn: an asserted one if there is any, else the excused one."""
    by_turn: dict[int | None, Finding] = {}
    for detection in case.index.detect(case.detectors[rule.id]):
        turn = case.index.reading.place(detection.unit, detection.span, detection.decisive).turn
        if not case.allows(rule, turn, (detection.unit.number, detection.decisive[0])):
            continue
        finding = case.finding(rule, detection)
        known = by_turn.get(finding.turn)
        if known is None or (known.status == "excused" and finding.status != "excused"):
            by_turn[finding.turn] = finding
    yield from by_turn.values()
