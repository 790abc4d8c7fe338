"""Two rulebooks on the same calls: which calls flip, and the words that flip them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analyzer.call import Call
from analyzer.check import check
from analyzer.finding import CallReport, Finding
from analyzer.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Flip:
    """One call that the two rulebooks judge differently; ``gone`` and ``come`` are the findings of one side only."""

    before: CallReport
    after: CallReport
    gone: tuple[Finding, ...]
    come: tuple[Finding, ...]


def difference(old: Rulebook, new: Rulebook, calls: Iterable[Call]) -> Iterator[Flip]:
    """The calls whose verdict, score or listed findings differ, in input order."""
    for call in calls:
        before, after = check(call, old), check(call, new)
        was, now = ({_key(f): f for f in r.listed()} for r in (before, after))
        gone = tuple(f for k, f in was.items() if k not in now)
        come = tuple(f for k, f in now.items() if k not in was)
        if gone or come or (before.verdict, before.score) != (after.verdict, after.score):
            yield Flip(before, after, gone, come)


def _key(f: Finding) -> tuple[object, ...]:
    return f.rule, f.status, f.severity, f.turn, f.start, f.end, f.message if f.turn is None else ""
