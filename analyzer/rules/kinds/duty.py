"""``duty``: after the customer says something the agent must, or must not, say something within some of his turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.call import Speaker
from analyzer.dialogue.state import Step
from analyzer.finding import Finding
from analyzer.rules.case import Case
from analyzer.rules.rule import Rule

DEFAULT_TURNS = 3


def find(rule: Rule, case: Case) -> Iterator[Finding]:
    """One finding per call: on the forbidden answer, or on the trigger that stayed without the due answer."""
    triggers = case.dialogue.happened(*names(rule, "trigger"))
    for trigger in triggers:
        if not case.allows(rule, trigger.turn, trigger.order):
            continue
        answers = _answers(case, trigger, within(rule))
        bad = [s for s in answers if s.id in names(rule, "must_not")]
        if bad:
            yield _finding(rule, case, bad[0])
            return
        wanted = names(rule, "must")
        spoke = _agent_units(case, trigger, within(rule))
        if wanted and spoke and not any(s.id in wanted for s in answers):
            yield _finding(rule, case, trigger)
            return


def names(rule: Rule, key: str) -> tuple[str, ...]:
    """The events a parameter names."""
    value = rule.params.get(key, [])
    return tuple(map(str, value)) if isinstance(value, list) else ()


def within(rule: Rule) -> int:
    """How many agent units an answer may take."""
    value = rule.params.get("within_turns", DEFAULT_TURNS)
    return value if isinstance(value, int) else DEFAULT_TURNS


def _agent_units(case: Case, trigger: Step, count: int) -> Sequence[int]:
    return [n for n in case.speaker_units(Speaker.AGENT) if n > trigger.unit][:count]


def _answers(case: Case, trigger: Step, count: int) -> list[Step]:
    units = set(_agent_units(case, trigger, count))
    return [s for s in case.dialogue.steps if s.unit in units]


def _finding(rule: Rule, case: Case, step: Step) -> Finding:
    unit = case.index.reading.units[step.unit]
    return case.at(rule, case.index.reading.place(unit, (0, len(unit.text)), (step.at, step.at + 1)))
