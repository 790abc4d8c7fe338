"""One call -> one report. The whole method on one screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer import __version__
from analyzer.call import Call, Speaker
from analyzer.dialogue import roles
from analyzer.dialogue.state import Dialogue
from analyzer.finding import CATEGORIES, DISCLOSURES, CallReport, Finding, RolesReading, RulebookReading, Signal
from analyzer.rules import plugged, second
from analyzer.rules.case import Case
from analyzer.rules.kinds import BY_WORDS, KINDS
from analyzer.rules.readers import Assisted
from analyzer.rules.rulebook import Rulebook
from analyzer.scorecard import Scorecard
from analyzer.text.detect import FrameIndex

UNSURE_ROLES = 0.7
"""Below this certainty of who speaks, a call with findings goes to review."""


def check(call: Call, rulebook: Rulebook) -> CallReport:
    """Judge one call.

    Args:
        call: what was said.
        rulebook: compiled rules.

    Returns:
        The report; the same call and rulebook give the same report.

    Raises:
        ReaderError: a plug-in reader could not read the call and may not be done without.
    """
    speakers, reading = roles.assign(call, lambda way: _explained(call, way, rulebook))
    case = found_by_rules(call, rulebook, speakers)
    if rulebook.model is not None:
        case.found = second.vote(case, rulebook.model, rulebook.second_reader)
    judges = plugged.vote(case, rulebook) if isinstance(rulebook, Assisted) else rulebook.reading
    return _report(case, reading, rulebook, judges)


def found_by_rules(call: Call, rulebook: Rulebook, speakers: Sequence[Speaker] | None = None) -> Case:
    """A call with everything the rules find in it, before the second reader votes."""
    case = open_case(call, speakers or [t.speaker for t in call.turns], rulebook)
    for kind, find in KINDS.items():
        for rule in rulebook.by_kind.get(kind, ()):
            if not (kind in BY_WORDS and case.index.idle(case.detectors[rule.id])) and case.applies(rule):
                case.found += find(rule, case)
    return case


def open_case(call: Call, speakers: Sequence[Speaker], rulebook: Rulebook) -> Case:
    """Read a call and follow its dialogue, before any rule is asked."""
    index = FrameIndex(rulebook.lexicon.read(call.turns, speakers))
    dialogue = Dialogue(call, index, rulebook.event_detectors, rulebook.profile.creditors)
    return Case(call, index, dialogue, rulebook.profile, rulebook.detectors)


def _explained(call: Call, speakers: Sequence[Speaker], rulebook: Rulebook) -> int:
    """How much of the talk an assignment of speakers explains: the dialogue events it lets us see."""
    index = FrameIndex(rulebook.lexicon.read(call.turns, speakers))
    return len(Dialogue(call, index, rulebook.event_detectors, rulebook.profile.creditors).events())


def _report(case: Case, reading: RolesReading, rulebook: Rulebook, judges: RulebookReading) -> CallReport:
    call, dialogue = case.call, case.dialogue
    findings = tuple(sorted(merged(case.found), key=_place))
    card = Scorecard.of(rulebook.scorecard)
    assessable = any(
        s is Speaker.AGENT and t.text.strip() for s, t in zip(case.index.reading.speakers, call.turns, strict=True)
    )
    score = card.score(findings, case.disclosures)
    unsure = reading.certainty < UNSURE_ROLES
    verdict, vetoed = card.verdict(findings, score, assessable=assessable, unsure=unsure)
    signals = tuple(
        Signal(spec.signal, step.turn, step.quote, spec.name)
        for step in dialogue.steps
        if (spec := rulebook.events.get(step.id)) is not None and spec.signal
    )
    return CallReport(
        call.call_id,
        call.source,
        verdict,
        score if assessable else None,
        vetoed,
        judges,
        f"hegui {__version__}",
        dialogue.relation,
        reading,
        findings,
        tuple(sorted(case.disclosures, key=lambda d: list(DISCLOSURES).index(d.id))),
        _once(signals),
        dialogue.events(),
        dict(call.meta.extra),
        "；".join(plugged.told(judges)),
    )


def merged(found: Iterable[Finding]) -> list[Finding]:
    """One finding where several rules of a category saw the same words.

    The gravest, then the surest, then the longest.
    """
    kept: list[Finding] = []
    for f in sorted(found, key=_weight):
        if not any(_same_words(f, k) for k in kept):
            kept.append(f)
    return kept


def _weight(f: Finding) -> tuple[bool, bool, int, float, int, str]:
    return f.status == "excused", f.status != "violation", -f.severity, -f.certainty, -len(f.quote), f.rule


def _same_words(a: Finding, b: Finding) -> bool:
    if a.turn is None or a.turn != b.turn or a.category != b.category:
        return False
    return (a.start or 0) < (b.end or 0) and (b.start or 0) < (a.end or 0)


def _place(f: Finding) -> tuple[int, int, int, str]:
    order = list(CATEGORIES).index(f.category)
    return (10**9 if f.turn is None else f.turn, f.start or 0, order, f.rule)


def _once(signals: Sequence[Signal]) -> tuple[Signal, ...]:
    seen: dict[tuple[str, int], Signal] = {}
    for s in signals:
        seen.setdefault((s.id, s.turn), s)
    return tuple(seen.values())
