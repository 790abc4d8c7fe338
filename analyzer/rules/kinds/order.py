"""``order``: ``then`` must not come before ``first`` (debt before identity)."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.finding import Finding
from analyzer.rules.case import Case
from analyzer.rules.rule import Rule


def find(rule: Rule, case: Case) -> Iterator[Finding]:
    """One finding on the step that came too early."""
    then = case.dialogue.first(str(rule.params.get("then")))
    first = case.dialogue.first(str(rule.params.get("first")))
    if then is None or (first is not None and first.order <= then.order):
        return
    if case.allows(rule, then.turn, then.order):
        yield case.at(rule, case.index.reading.place(case.index.reading.units[then.unit], (then.at, then.at + 1)))
