"""``sum``: pieces that are harmless alone and a campaign together."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.finding import Because, Finding
from analyzer.rules.case import Case
from analyzer.rules.rule import Rule


def find(rule: Rule, case: Case) -> Iterator[Finding]:
    """One finding on the piece that completes the sum; each clue counts once."""
    least = rule.params.get("at_least", 3)
    detector = case.detectors[rule.id]
    seen: dict[tuple[str, ...], Finding] = {}
    for detection in case.index.detect(detector):
        finding = case.finding(rule, detection)
        turn = finding.turn
        if finding.status == "excused" or turn is None:
            continue
        if case.allows(rule, turn, (detection.unit.number, detection.decisive[0])):
            seen.setdefault(tuple(source for source, _ in detection.pieces), finding)
        if isinstance(least, int) and len(seen) >= least:
            pieces = tuple(Because(f"第 {(f.turn or 0) + 1} 句", f.quote) for f in seen.values())
            yield case.at(
                rule,
                case.index.reading.place(detection.unit, detection.span, detection.decisive),
                because=pieces,
                certainty=rule.certainty,
            )
            return
