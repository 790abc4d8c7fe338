"""``required``: something must be told. The six disclosures of the report, or events that a pack asks for."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.dialogue.disclosures import Told, judge
from analyzer.finding import DISCLOSURES, Finding
from analyzer.rules.case import Case
from analyzer.rules.rule import Rule


def find(rule: Rule, case: Case) -> Iterator[Finding]:
    """Adds the disclosure to the case; a missing event of a pack is a finding without a place."""
    name = rule.params.get("disclosure")
    if name in DISCLOSURES:
        leaked = sorted(
            {
                f.turn
                for f in case.found
                if f.turn is not None and f.category == "third_party_disclosure" and f.status == "violation"
            }
        )
        case.disclosures.append(judge(str(name), Told(case.dialogue, leaked)))
        return
    wanted = rule.params.get("events", [])
    assert isinstance(wanted, list)
    within = rule.params.get("within_turns")
    steps = case.dialogue.happened(*map(str, wanted))
    if isinstance(within, int):
        steps = [s for s in steps if s.turn < within]
    if not steps and case.call.turns and case.allows(rule, 0, (10**9, 0)):
        yield case.at(rule, None)
