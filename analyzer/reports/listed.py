"""One call as lists show it: its report, where its page is, and the evidence with what was said around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from analyzer.call import Call
from analyzer.finding import CATEGORIES, DISCLOSURES, CallReport, Finding
from analyzer.reports import wording
from analyzer.reports.figures import Where
from analyzer.reports.shown import Shown
from analyzer.reports.visible import clip, visible

AROUND = 2
"""Turns of context before and after the evidence."""
LONGEST = 2_000
"""Characters of a cell; a transcript of 40,000 characters in one turn must not fill a sheet."""
TURN = 240
"""Characters of one turn of context."""

Run = tuple[str, bool]
"""Text and whether it is the evidence."""


@dataclass
class Listed:
    """A judged call on its way into lists.

    Attributes:
        number: counts calls from 1 in input order.
        load: gives the call itself when somebody needs what was said.
        page: relative path of its page; empty if it has none.
        mask: star out personal numbers.
    """

    number: int
    report: CallReport
    where: Where
    load: Callable[[], Call]
    page: str = ""
    mask: bool = True
    show_excused: bool = False

    @cached_property
    def call(self) -> Call:
        """What was said."""
        return self.load()

    @cached_property
    def shown(self) -> Shown:
        """Its texts as people may see them."""
        return Shown(self.call, self.report, mask=self.mask)

    @cached_property
    def findings(self) -> list[Finding]:
        """The findings that are listed, the gravest first."""
        return wording.ordered(self.report, excused=self.show_excused)

    @property
    def violations(self) -> int:
        """How many of them are certain."""
        return sum(f.status == "violation" for f in self.findings)

    @property
    def suspected(self) -> int:
        """How many of them are not."""
        return sum(f.status == "suspected" for f in self.findings)

    @property
    def urgent(self) -> bool:
        """True if the customer spoke of killing himself."""
        return any(s.id == wording.SELF_HARM for s in self.report.signals)

    @property
    def name(self) -> str:
        """The call id, harmless."""
        return visible(clip(self.report.call_id, 80))

    @property
    def source(self) -> str:
        """Where it was read from, harmless."""
        return visible(clip(self.report.source, 160))

    @property
    def categories(self) -> str:
        """Names of the categories that were found."""
        found = {f.category for f in self.findings if f.status != "excused"}
        return "、".join(name for code, name in CATEGORIES.items() if code in found)

    @property
    def signals(self) -> str:
        """Names of the customer's signals."""
        return "、".join(dict.fromkeys(wording.SIGNALS.get(s.id, visible(s.id)) for s in self.report.signals))

    @property
    def missing(self) -> str:
        """Names of the disclosures that were due and not made."""
        return "、".join(DISCLOSURES.get(d.id, d.id) for d in self.report.disclosures if d.verdict == "missing")

    def words(self, text: str) -> str:
        """Any text of the report, masked and harmless."""
        return self.shown.words(text, LONGEST)

    def quote(self, f: Finding) -> str:
        """The evidence."""
        return self.shown.quote(f.turn, f.quote, f.start, LONGEST) if f.quote else ""

    def moment(self, f: Finding) -> str:
        """When it was said: ``01:32``."""
        return wording.clock(f.at if f.at is not None or f.turn is None else self._start(f.turn))

    def context(self, f: Finding) -> list[Run]:
        """The turn of the evidence, marked, with the turns around it; empty without a turn."""
        if f.turn is None or not 0 <= f.turn < len(self.call.turns):
            return []
        runs: list[Run] = []
        for n in range(max(0, f.turn - AROUND), min(len(self.call.turns), f.turn + AROUND + 1)):
            head = ("" if not runs else "\n") + f"{n + 1} {wording.SPEAKERS[self.call.turns[n].speaker]}："
            runs.append((head, False))
            runs += self._marked(f, n) if n == f.turn else [(visible(clip(self.shown.turns[n], TURN)), False)]
        return _joined(runs)

    def _marked(self, f: Finding, n: int) -> list[Run]:
        pieces = self.shown.pieces(n, [f], around=TURN)
        return [(clip(p.text, 4 * TURN), bool(p.findings)) for p in pieces if p.text]

    def _start(self, turn: int) -> float | None:
        return self.call.turns[turn].start if 0 <= turn < len(self.call.turns) else None


def _joined(runs: list[Run]) -> list[Run]:
    """Neighbours of one kind as one run."""
    out: list[Run] = []
    for text, marked in runs:
        if out and out[-1][1] == marked:
            out[-1] = (out[-1][0] + text, marked)
        else:
            out.append((text, marked))
    return out
