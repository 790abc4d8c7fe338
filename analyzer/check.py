"""One call -> one report. The whole method on one screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import msgspec

from analyzer import __version__
from analyzer.call import Call, Speaker
from analyzer.dialogue import promises, roles, timing
from analyzer.dialogue.state import Dialogue
from analyzer.finding import CATEGORIES, DISCLOSURES, SPOKEN, CallReport, Finding, RolesReading, RulebookReading, Signal
from analyzer.rules import plugged, second
from analyzer.rules.case import Case
from analyzer.rules.kinds import BY_WORDS, KINDS
from analyzer.rules.readers import Assisted
from analyzer.rules.rulebook import Rulebook
from analyzer.scorecard import Scorecard
from analyzer.text.detect import FrameIndex
from analyzer.text.reader import CallReading

UNSURE_ROLES = roles.DOUBT
"""Below this certainty of who speaks, a call is judged both ways and goes to review."""
LEFT_OVER = "attitude"
"""Improper and nothing worse: on a turn that breaks another rule it is no finding of its own."""
MOST_NAMED, MOST_QUOTED = 4, 20
"""How many findings that depend on the speakers are named, and how much of each quotation."""


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
    return check_all([call], rulebook)[0]


def check_all(calls: Sequence[Call], rulebook: Rulebook) -> list[CallReport]:
    """The same for many calls; the second reader reads them in one go.

    Raises:
        ReaderError: a plug-in reader could not read a call and may not be done without.
    """
    assignments = [assigned(call, rulebook) for call in calls]
    cases = cases_of(calls, rulebook, [who.speakers for who in assignments])
    doubtful = [i for i, w in enumerate(assignments) if w.other is not None and w.reading.certainty < UNSURE_ROLES]
    other = cases_of([calls[i] for i in doubtful], rulebook, [assignments[i].other or () for i in doubtful])
    others = dict(zip(doubtful, other, strict=True))
    if rulebook.model is not None:
        second.vote([*cases, *others.values()], rulebook.model, rulebook.second_reader)
    reports = [_judged(case, who.reading, rulebook) for case, who in zip(cases, assignments, strict=True)]
    for i, case in others.items():
        reports[i] = _in_doubt(reports[i], _judged(case, assignments[i].reading, rulebook))
    return reports


def assigned(call: Call, rulebook: Rulebook) -> roles.Assignment:
    """Who says each turn of a call."""
    return roles.assign(call, _cues(rulebook), events_seen(call, rulebook), lambda way: _explained(call, way, rulebook))


def _judged(case: Case, reading: RolesReading, rulebook: Rulebook) -> CallReport:
    """The report on a case that the rules and the second reader have seen."""
    judges = plugged.vote(case, rulebook) if isinstance(rulebook, Assisted) else rulebook.reading
    return _report(case, reading, rulebook, judges)


def _in_doubt(report: CallReport, other: CallReport) -> CallReport:
    """The report with what would be different if the doubtful speakers were the other way round."""
    here, there = report.listed(), other.listed()
    gone = _named([f for f in here if not _among(f, there)])
    more = _named([f for f in there if not _among(f, here)])
    told = [f"若拿不准的说话人反过来，{what}：{names}" for what, names in (("另有", more), ("不再成立", gone)) if names]
    told = told or ["拿不准的说话人反过来，发现的问题也一样"]
    why = "；".join([report.roles.why, *told])
    verdict = "review" if here or there else report.verdict
    return replace(report, verdict=verdict, roles=replace(report.roles, why=why))


def _among(finding: Finding, others: Iterable[Finding]) -> bool:
    return any(f.rule == finding.rule and f.turn == finding.turn for f in others)


def _named(findings: Sequence[Finding]) -> str:
    """A few findings in one line."""
    names = [
        CATEGORIES[f.category] + ("" if f.turn is None else f"（第 {f.turn + 1} 句“{f.quote[:MOST_QUOTED]}”）")
        for f in findings
    ]
    more = f"等 {len(names)} 项" if len(names) > MOST_NAMED else ""
    return "、".join(dict.fromkeys(names[:MOST_NAMED])) + more


def found_by_rules(call: Call, rulebook: Rulebook, speakers: Sequence[Speaker] | None = None) -> Case:
    """A call with everything the rules find in it, before the second reader votes."""
    return cases_of([call], rulebook, [speakers or [t.speaker for t in call.turns]])[0]


def cases_of(calls: Sequence[Call], rulebook: Rulebook, speakers: Sequence[Sequence[Speaker]]) -> list[Case]:
    """The same for some calls, which are read together."""
    readings = rulebook.lexicon.read_all([c.turns for c in calls], speakers)
    return [_judged_by_rules(_followed(c, r, rulebook), rulebook) for c, r in zip(calls, readings, strict=True)]


def _judged_by_rules(case: Case, rulebook: Rulebook) -> Case:
    for kind, find in KINDS.items():
        for rule in rulebook.by_kind.get(kind, ()):
            if not (kind in BY_WORDS and case.index.idle(case.detectors[rule.id])) and case.applies(rule):
                case.found += find(rule, case)
    return case


def open_case(call: Call, speakers: Sequence[Speaker], rulebook: Rulebook) -> Case:
    """Read a call and follow its dialogue, before any rule is asked."""
    return _followed(call, rulebook.lexicon.read(call.turns, speakers), rulebook)


def _followed(call: Call, reading: CallReading, rulebook: Rulebook) -> Case:
    index = FrameIndex(reading)
    dialogue = Dialogue(call, index, rulebook.event_detectors, rulebook.profile.creditors)
    return Case(call, index, dialogue, rulebook.profile, rulebook.detectors)


def _cues(rulebook: Rulebook) -> roles.Cues:
    """The words of ``lexicons/roles.yaml``."""
    file = rulebook.sources.get("roles.yaml")
    return roles.cues_of(msgspec.json.encode(file.data if file is not None else {}))


def _explained(call: Call, speakers: Sequence[Speaker], rulebook: Rulebook) -> int:
    """How much of the talk an assignment of speakers explains: the dialogue events it lets us see."""
    return len(open_case(call, speakers, rulebook).dialogue.events())


def events_seen(call: Call, rulebook: Rulebook) -> roles.Seen:
    """How to look for the events of a call under given speakers: ``(event, turn)``, what is excused left out."""

    def seen(speakers: Sequence[Speaker]) -> Iterator[tuple[str, int]]:
        index = FrameIndex(rulebook.lexicon.read(call.turns, speakers))
        for name, detector in rulebook.event_detectors.items():
            for d in index.detect(detector) if detector.speaker != "any" else ():
                if d.excuse is None:
                    yield name, index.reading.place(d.unit, d.span, d.decisive).turn

    return seen


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
        promises.found(call, dialogue),
        timing.measured(call, case.index.reading.speakers),
    )


def merged(found: Iterable[Finding]) -> list[Finding]:
    """One finding where several rules of a category saw the same words.

    The gravest, then the surest, then the longest.
    """
    kept: list[Finding] = []
    for f in sorted(found, key=_weight):
        if not any(_same_words(f, k) for k in kept):
            kept.append(f)
    grave = [f for f in kept if f.category in SPOKEN and f.category != LEFT_OVER and f.status == "violation"]
    worse = {f.turn: f.category for f in reversed(grave)}
    return [_left_over(f, worse[f.turn]) if f.category == LEFT_OVER and f.turn in worse else f for f in kept]


def _left_over(f: Finding, worse: str) -> Finding:
    if f.status == "excused":
        return f
    return replace(f, status="excused", excused_by=f"同一句话已记为{CATEGORIES[worse]}")


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
