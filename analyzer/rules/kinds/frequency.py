"""``frequency``: the same thing said too often in one call."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.finding import Finding
from analyzer.rules.case import Case
from analyzer.rules.kinds import forbidden
from analyzer.rules.rule import Rule


def find(rule: Rule, case: Case) -> Iterator[Finding]:
    """One finding on the turn that made it too many."""
    least = rule.params.get("at_least", 3)
    asserted = [f for f in forbidden.find(rule, case) if f.status != "excused"]
    if isinstance(least, int) and len(asserted) >= least:
        yield asserted[least - 1]
