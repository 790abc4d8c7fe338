"""The examples inside the rules are their tests: each violating one must be found, no compliant one may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from analyzer.call import CHINA, Call, Meta, Relation, Speaker, Turn
from analyzer.check import open_case
from analyzer.rules.kinds import KINDS
from analyzer.rules.profile import Profile
from analyzer.rules.rule import CueExample, EventSpec, Example, Rule
from analyzer.rules.rulebook import Rulebook
from analyzer.text.assertion import assess
from analyzer.text.frames import Match
from analyzer.text.normalize import normal


@dataclass(frozen=True, slots=True)
class Outcome:
    """One example judged: ``wanted`` is what the author says, ``got`` what the rule says."""

    owner: str
    path: str
    line: int
    text: str
    wanted: bool
    got: bool

    @property
    def passed(self) -> bool:
        """True where rule and author agree."""
        return self.wanted == self.got


def call_of(example: Example, speaker: str, name: str = "example") -> Call:
    """The small call that an example stands for; a bare sentence is said by ``speaker``."""
    turns = tuple(Turn(Speaker(who or speaker), text) for who, text in example.turns)
    return Call(name, turns, _meta(dict(example.meta)))


def _meta(data: dict[str, Any]) -> Meta:
    for key in ("started_at", "ended_at"):
        if key in data:
            moment = datetime.fromisoformat(str(data[key]))
            data[key] = moment if moment.tzinfo else moment.replace(tzinfo=CHINA)
    if "relation" in data:
        data["relation"] = Relation(data["relation"])
    known = set(Meta.__dataclass_fields__)
    extra = {k: v for k, v in data.items() if k not in known}
    return Meta(**{k: v for k, v in data.items() if k in known}, extra=extra)


def fires(rule: Rule, call: Call, rulebook: Rulebook) -> bool:
    """True where the rule finds something (or its disclosure missing) in the call.

    An example may bring the organisation profile that the rule asks for: ``meta: {profile: {…}}``.
    """
    if "profile" in call.meta.extra:
        rulebook = replace(rulebook, profile=Profile.of(call.meta.extra["profile"]))
    case = open_case(call, [t.speaker for t in call.turns], rulebook)
    if not case.applies(rule):
        return False
    if rule.kind == "required":
        for other in rulebook.rules.values():
            if other.category == "third_party_disclosure" and case.applies(other):
                case.found += KINDS[other.kind](other, case)
    found = list(KINDS[rule.kind](rule, case))
    if any(f.status != "excused" for f in found):
        return True
    return any(d.id == rule.params.get("disclosure") and d.verdict == "missing" for d in case.disclosures)


def sees(event: EventSpec, call: Call, rulebook: Rulebook) -> bool:
    """True where the event is seen in the call."""
    case = open_case(call, [t.speaker for t in call.turns], rulebook)
    return case.dialogue.first(event.id) is not None


def run(rulebook: Rulebook, prefix: str = "") -> Iterator[Outcome]:
    """Judge the examples of all rules, events and contexts whose id begins with ``prefix``."""
    for rule in rulebook.rules.values():
        if rule.id.startswith(prefix):
            speaker = rule.sighting.speaker if rule.sighting.speaker != "any" else "agent"
            for wanted, examples in ((True, rule.violating), (False, rule.compliant)):
                for e in examples:
                    got = fires(rule, call_of(e, speaker), rulebook)
                    yield Outcome(rule.id, rule.path, e.line, _text(e), wanted, got)
    for event in rulebook.events.values():
        if f"events.{event.id}".startswith(prefix):
            speaker = event.sighting.speaker if event.sighting.speaker != "any" else "agent"
            for wanted, examples in ((True, event.seen), (False, event.unseen)):
                for e in examples:
                    got = sees(event, call_of(e, speaker), rulebook)
                    yield Outcome(f"events.{event.id}", event.path, e.line, _text(e), wanted, got)
    for cue in rulebook.cue_examples:
        if f"context.{cue.status}".startswith(prefix):
            yield Outcome(
                f"context.{cue.status}",
                cue.path,
                cue.line,
                f"{cue.before}【{cue.hit}】{cue.after}",
                cue.wanted,
                excused(cue, rulebook),
            )


def excused(example: CueExample, rulebook: Rulebook) -> bool:
    """True where the status of the example excuses its hit."""
    before, hit = normal(example.before), normal(example.hit)
    text = normal(f"{example.before}{example.hit}{example.after}")
    span = (len(before), len(before) + len(hit))
    verdicts = assess(Match(*span, span, (("", span),)), text, rulebook.lexicon.pages.cues.find(text))
    return example.status in {v.status for v in verdicts}


def _text(example: Example) -> str:
    return " / ".join(f"{who}: {text}" if who else text for who, text in example.turns)
