"""The votes of plug-in readers on a case: they back what others found, and alone they send a call to review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from analyzer.call import Relation, Turn
from analyzer.classify import votes
from analyzer.classify.readers import Placed, ReaderError, Seat, Talk
from analyzer.finding import CATEGORIES, Because, Finding, RulebookReading, Severity
from analyzer.rules.case import Case
from analyzer.rules.readers import Assisted

MARK = "reader:"
Texts = Mapping[str, Mapping[str, str]]


def vote(case: Case, rulebook: Assisted) -> RulebookReading:
    """Let every reader vote on a case; gives which rules, model and readers judged it.

    Raises:
        ReaderError: a reader could not read the call, and the rulebook is strict.
    """
    talk, readings = talk_of(case), []
    for seat, reading in zip(rulebook.seats, rulebook.reading.readers, strict=True):
        try:
            heard, ignored = seat.hear(talk)
        except ReaderError as error:
            if rulebook.strict:
                raise
            readings.append(replace(reading, missed=str(error)))
            continue
        for placed in heard:
            case.found = _counted(case, seat, placed, rulebook.second_reader)
        readings.append(replace(reading, ignored=ignored))
    return replace(rulebook.reading, readers=tuple(readings))


def talk_of(case: Case) -> Talk:
    """What readers are given: the speakers as they were made out, and who is on the line."""
    turns = zip(case.call.turns, case.index.reading.speakers, strict=True)
    told = tuple(Turn(speaker, t.text, t.start, t.end) for t, speaker in turns)
    return Talk(told, Relation(case.dialogue.relation.value), case.call.meta.stage)


def told(judges: RulebookReading) -> list[str]:
    """What people must know of readers that took no part."""
    return [f"{r.missed}；这通没有经过它，按规则和自带模型判定" for r in judges.readers if r.missed]


def _counted(case: Case, seat: Seat, placed: Placed, texts: Texts) -> list[Finding]:
    """The findings of the case after one vote."""
    category, turn = placed.vote.category, placed.vote.turn
    here = [f for f in case.found if f.turn == turn and f.category in votes.kin(category)]
    if any(f.status == "excused" and _meets(f, placed) for f in here):
        return case.found
    if any(f.status != "excused" for f in here):
        return [_backed(f, seat, placed) if _means(f, category, turn) else f for f in case.found]
    return [*case.found, _own(case, seat, placed, texts)]


def _means(f: Finding, category: str, turn: int) -> bool:
    return f.turn == turn and f.category == category and f.status != "excused"


def _meets(f: Finding, placed: Placed) -> bool:
    """True where a vote is about the words of a finding."""
    return (f.start or 0) < placed.end and placed.start < (f.end or 0)


def _backed(f: Finding, seat: Seat, placed: Placed) -> Finding:
    """A finding that a reader agrees with; with another's voice a suspicion becomes a violation."""
    by = f"{MARK}{seat.name}"
    if by in f.found_by:
        return f
    alone = all(x.startswith(MARK) for x in f.found_by)
    step = Because(f"外接模型 {seat.name}：也这样看", f"概率 {placed.vote.probability:.2f}")
    status = f.status if alone else "violation"
    return replace(f, status=status, found_by=(*f.found_by, by), because=(*f.because, step))


def _own(case: Case, seat: Seat, placed: Placed, texts: Texts) -> Finding:
    """A suspicion that nobody else has."""
    vote = placed.vote
    turn = case.call.turns[vote.turn]
    quote = turn.text[placed.start : placed.end]
    text = texts.get(vote.category, {})
    message = text.get("message", f"像是{CATEGORIES[vote.category]}：“{{quote}}”")
    return Finding(
        f"reader.{vote.category}",
        vote.category,
        Severity.of(text.get("severity", "serious")),
        message.replace("{quote}", quote),
        text.get("advice", "请复核这句话。"),
        round(vote.probability, 2),
        "suspected",
        (f"{MARK}{seat.name}",),
        vote.turn,
        placed.start,
        placed.end,
        quote,
        at=turn.start,
        because=(Because(f"外接模型 {seat.name}：概率", f"{vote.probability:.2f}"),),
        rule_name=f"外接模型 {seat.name}",
    )
