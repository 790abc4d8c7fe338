"""``repeat``: pressed again after a refusal or a request to stop."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.finding import Finding
from analyzer.rules.case import Case
from analyzer.rules.kinds import forbidden
from analyzer.rules.kinds.duty import names
from analyzer.rules.rule import Rule


def find(rule: Rule, case: Case) -> Iterator[Finding]:
    """Findings after the trigger: the rule's own frames, or the agent's events it names."""
    triggers = case.dialogue.happened(*names(rule, "trigger"))
    if not triggers:
        return
    start = triggers[0].order
    for finding in forbidden.find(rule, case):
        if finding.turn is not None and case.index.reading.unit_of_turn[finding.turn] > start[0]:
            yield finding
    for step in case.dialogue.happened(*names(rule, "events")):
        if step.order > start and step.unit > start[0] and case.allows(rule, step.turn, step.order):
            unit = case.index.reading.units[step.unit]
            yield case.at(rule, case.index.reading.place(unit, (0, len(unit.text)), (step.at, step.at + 1)))
            return
