"""The redacted twin of a call and its report: every text rewritten, every offset moved along."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from analyzer.audit.pseudonyms import Mention, Pseudonyms, full_names, mentions
from analyzer.call import Call, Meta, Turn
from analyzer.errors import Skipped
from analyzer.finding import Because, CallReport, Finding
from analyzer.reports.figures import Where

NAME_KEYS = re.compile(r"姓名|名字|客户名|(?:^|_)name$|customer_name|debtor_name|contact_name", re.I)
EARLIER = re.compile("“([^“”]+)”(?=（\\d\\d-\\d\\d|$| )")
"""Another call, as messages across calls name it."""
KEPT = ("voices",)
"""Keys of the metadata that say nothing of anybody; all others a source may have filled with anything."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A text and its twin; ``cuts`` are (start, end, start in the twin, end in the twin) of what was replaced."""

    old: str
    new: str
    cuts: tuple[tuple[int, int, int, int], ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a span stands in the twin; one that holds a part of a replaced word holds all of the new one."""
        return self._at(start, low=True), self._at(end, low=False)

    def quote(self, quote: str) -> str | None:
        """The twin of words that stand in the text; None if they do not."""
        at = self.old.find(quote) if quote else -1
        return None if at < 0 else self.new[slice(*self.span(at, at + len(quote)))]

    def _at(self, place: int, *, low: bool) -> int:
        n = bisect_right(self.cuts, (place, float("inf"), 0, 0)) - 1
        if n < 0:
            return place
        start, end, new_start, new_end = self.cuts[n]
        if start < place < end or (place == start and low):
            return new_start if low else new_end
        return new_start if place == start else new_end + place - end


class Redactor:
    """Makes the twins of one audit; pseudonyms are shared by all of them."""

    def __init__(self) -> None:
        self.names = Pseudonyms()

    def call(self, call: Call, report: CallReport, where: Where) -> tuple[Call, CallReport, Where]:
        """The twin of a call."""
        people = self._people(call)
        turns = [self.text(t.text, people) for t in call.turns]
        new_id, source = self.names.of("call", call.call_id), self.source(call.source)
        new_turns = (Turn(t.speaker, r.new, t.start, t.end) for t, r in zip(call.turns, turns, strict=True))
        twin = Call(new_id, tuple(new_turns), self._meta(call.meta), source)
        return twin, self._report(report, turns, people, new_id, source), self._where(where)

    def source(self, source: str) -> str:
        """Where something was read from, without the name of the file."""
        name, _, line = source.rpartition(":")
        file = name if name and line.split("#")[0].isdigit() else source
        return self.names.of("source", file) + source[len(file) :]

    def skipped(self, item: Skipped) -> Skipped:
        """The twin of what could not be read."""
        return Skipped(self.source(item.source), self.text(item.reason, set()).new, item.line)

    def text(self, text: str, people: set[str]) -> Rewritten:
        """Any text; ``people`` are the names known in its call."""
        parts, cuts, at, length = list[str](), list[tuple[int, int, int, int]](), 0, 0
        for m in mentions(text, people):
            before, new = text[at : m.start], self._pseudonym(m)
            start = length + len(before)
            parts += (before, new)
            cuts.append((m.start, m.end, start, start + len(new)))
            at, length = m.end, start + len(new)
        return Rewritten(text, "".join(parts) + text[at:], tuple(cuts))

    def _pseudonym(self, m: Mention) -> str:
        return "某" if m.kind == "surname" else f"〔{self.names.of(m.kind, m.value)}〕"

    def _people(self, call: Call) -> set[str]:
        given = [call.meta.agent_name, *(v for k, v in call.meta.extra.items() if NAME_KEYS.search(k))]
        told = {v.strip() for v in given if isinstance(v, str) and 2 <= len(v.strip()) <= 12}
        return told | {name for t in call.turns for name in full_names(t.text)}

    def _meta(self, meta: Meta) -> Meta:
        return replace(
            meta,
            agent_id=self.names.of("agent", meta.agent_id or "") or None,
            agent_name=None,
            debtor_id=self.names.of("debtor", meta.debtor_id or "") or None,
            dialled_number=self.names.of("phone", meta.dialled_number or "") or None,
            extra={k: v for k, v in meta.extra.items() if k in KEPT},
        )

    def _where(self, where: Where) -> Where:
        agent, debtor = self.names.of("agent", where.agent), self.names.of("debtor", where.debtor)
        return replace(where, agent=agent, debtor=debtor, agent_name="")

    def _report(
        self, report: CallReport, turns: list[Rewritten], people: set[str], call_id: str, source: str
    ) -> CallReport:
        def words(text: str) -> str:
            return self.text(text, people).new

        def quote(turn: int | None, text: str) -> str:
            found = turns[turn].quote(text) if turn is not None and 0 <= turn < len(turns) else None
            return words(text) if found is None else found

        return replace(
            report,
            call_id=call_id,
            source=source,
            relation=replace(report.relation, why=words(report.relation.why)),
            roles=replace(report.roles, why=words(report.roles.why)),
            findings=tuple(self._finding(f, turns, people) for f in report.findings),
            disclosures=tuple(
                replace(
                    d,
                    quote=None if d.quote is None else quote(d.turn, d.quote),
                    nearest=None if d.nearest is None else words(d.nearest),
                    why=words(d.why),
                )
                for d in report.disclosures
            ),
            signals=tuple(replace(s, quote=quote(s.turn, s.quote), message=words(s.message)) for s in report.signals),
            events=tuple(replace(e, quote=quote(e.turn, e.quote)) for e in report.events),
            promises=tuple(replace(p, quote=quote(p.turn, p.quote), when=words(p.when)) for p in report.promises),
            meta={},
            why=words(report.why),
        )

    def _finding(self, f: Finding, turns: list[Rewritten], people: set[str]) -> Finding:
        placed = f.turn is not None and f.start is not None and f.end is not None and 0 <= f.turn < len(turns)
        start, end, quote = f.start, f.end, self.text(f.quote, people).new
        if placed and f.turn is not None and f.start is not None and f.end is not None:
            start, end = turns[f.turn].span(f.start, f.end)
            quote = turns[f.turn].new[start:end]
        message = f.message.replace(f.quote, "\x00") if f.quote else f.message
        message = self.text(self._earlier(message) if f.rule.startswith("contact.") else message, people).new
        message = message.replace("\x00", quote)
        because = tuple(self._because(b, f, turns, people) for b in f.because)
        excused = None if f.excused_by is None else self.text(self._consent(f.excused_by), people).new
        return replace(f, start=start, end=end, quote=quote, message=message, because=because, excused_by=excused)

    def _because(self, b: Because, f: Finding, turns: list[Rewritten], people: set[str]) -> Because:
        if f.turn is not None and b.start is not None and b.end is not None and 0 <= f.turn < len(turns):
            start, end = turns[f.turn].span(b.start, b.end)
            return Because(self.text(b.step, people).new, turns[f.turn].new[start:end], start, end)
        return Because(self.text(b.step, people).new, self.text(b.text, people).new, None, None)

    def _consent(self, text: str) -> str:
        return self._earlier(text) if text.startswith("客户在 “") else text

    def _earlier(self, text: str) -> str:
        """A message across calls names another call."""
        return EARLIER.sub(lambda m: f"“{self.names.of('call', m[1])}”", text)
