"""A call as people may see it: numbers masked, nothing invisible, the evidence cut out where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from analyzer.call import Call, Speaker
from analyzer.finding import CallReport, Finding
from analyzer.reports.mask import mask as masked
from analyzer.reports.visible import clip, visible

Span = tuple[int, int]
GAP = 4
"""Digits of one number stand at most this many characters apart."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a turn and the findings (by index) that rest on it; ``opens`` and ``closes`` begin and end here."""

    text: str
    findings: tuple[int, ...] = ()
    opens: tuple[int, ...] = ()
    closes: tuple[int, ...] = ()


def _spoken(call: Call, report: CallReport) -> Call:
    """The call with the speakers that the report found."""
    speakers = report.roles.speakers
    if len(speakers) != len(call.turns):
        return call
    turns = tuple(replace(t, speaker=Speaker(s)) for t, s in zip(call.turns, speakers, strict=True))
    return replace(call, turns=turns)


class Shown:
    """The texts of one call and its report, ready to be escaped and printed.

    Args:
        call: what was said.
        report: what is said about it.
        mask: star out personal numbers; call id and source stay, since people look a call up by them.
    """

    def __init__(self, call: Call, report: CallReport, *, mask: bool = True) -> None:
        self.call = _spoken(call, report)
        self.report = report
        self.mask = mask
        self.turns = tuple(masked(t.text) if mask else t.text for t in call.turns)
        self._known = sorted(set(self._torn()), key=lambda pair: (-len(pair[0]), pair))

    def words(self, text: str, limit: int = 400) -> str:
        """Any text of the report: masked, harmless, on one line, at most ``limit`` characters before spelling out."""
        for raw, starred in self._known:
            text = text.replace(raw, starred)
        return visible(clip(masked(text) if self.mask else text, limit))

    def identity(self, text: str, limit: int = 80) -> str:
        """A call id or source: harmless, but never masked."""
        return visible(clip(text, limit))

    def quote(self, turn: int | None, quote: str, start: int | None = None, limit: int = 160) -> str:
        """A quotation, masked as it is in its turn even if it holds only a part of a number."""
        at = self._find(turn, quote, start)
        if at is None or turn is None:
            return self.words(quote, limit)
        return visible(clip(self.turns[turn][at : at + len(quote)], limit))

    def span(self, finding: Finding) -> Span | None:
        """Where a finding's evidence stands in its turn, inside the turn whatever the finding says; None if nowhere."""
        if finding.turn is None or finding.start is None or finding.end is None or not self._has(finding.turn):
            return None
        length = len(self.turns[finding.turn])
        start, end = max(0, min(finding.start, length)), max(0, min(finding.end, length))
        return (start, end) if start < end else None

    def pieces(self, turn: int, findings: Sequence[Finding], around: int | None = None) -> list[Piece]:
        """A turn cut at every border of its findings; with ``around`` only that many characters beside them.

        ``findings`` may belong to any turn; a piece names them by their index.
        """
        spans = {i: span for i, f in enumerate(findings) if f.turn == turn and (span := self.span(f))}
        text = self.turns[turn]
        cuts = sorted({0, len(text), *(edge for span in spans.values() for edge in span)})
        edges = list(pairwise(cuts))
        cut = [self._piece(text, edge, spans, around) for edge in edges] or [Piece("")]
        return cut if around is None else _shortened(cut, around)

    def _piece(self, text: str, edge: Span, spans: dict[int, Span], around: int | None) -> Piece:
        start, end = edge
        covering = tuple(i for i, (s, e) in spans.items() if s <= start and end <= e)
        opens = tuple(i for i in covering if spans[i][0] == start)
        closes = tuple(i for i in covering if spans[i][1] == end)
        raw = text[start:end]
        return Piece(visible(raw) if around is None else raw, covering, opens, closes)

    def _has(self, turn: int) -> bool:
        return 0 <= turn < len(self.turns)

    def _find(self, turn: int | None, quote: str, start: int | None) -> int | None:
        """Where a quotation begins in its turn: at ``start`` if the words stand there, else where they first do."""
        if turn is None or not quote or not self._has(turn):
            return None
        raw = self.call.turns[turn].text
        if start is not None and start >= 0 and raw.startswith(quote, start):
            return start
        at = raw.find(quote)
        return None if at < 0 else at

    def _torn(self) -> Iterator[tuple[str, str]]:
        """Parts of masked numbers at the edge of a quotation, which ``mask`` would not recognise on their own."""
        for turn, quote, start in self._quotes() if self.mask else ():
            at = self._find(turn, quote, start)
            if at is not None and turn is not None:
                starred = self.turns[turn][at : at + len(quote)]
                if starred != masked(quote):
                    yield from _fragments(quote, starred)

    def _quotes(self) -> Iterator[tuple[int | None, str, int | None]]:
        for f in self.report.findings:
            yield f.turn, f.quote, f.start
            yield from ((f.turn, b.text, b.start) for b in f.because)
        yield from ((s.turn, s.quote, None) for s in self.report.signals)
        yield from ((e.turn, e.quote, None) for e in self.report.events)
        yield from ((d.turn, d.quote or "", None) for d in self.report.disclosures)


def _fragments(raw: str, starred: str) -> Iterator[tuple[str, str]]:
    """The stretches that differ, separators between their digits included."""
    hidden = [i for i, (a, b) in enumerate(zip(raw, starred, strict=True)) if a != b]
    begins = [i for k, i in enumerate(hidden) if k == 0 or i - hidden[k - 1] > GAP]
    ends = [i + 1 for k, i in enumerate(hidden) if k == len(hidden) - 1 or hidden[k + 1] - i > GAP]
    return ((raw[b:e], starred[b:e]) for b, e in zip(begins, ends, strict=True))


def _shortened(pieces: list[Piece], around: int) -> list[Piece]:
    """Keep ``around`` characters before the first and after the last evidence, and the ends of what is long between."""
    marked = [i for i, p in enumerate(pieces) if p.findings] or [0]
    first, last = marked[0], marked[-1]
    out = []
    for i, piece in enumerate(pieces):
        text = piece.text
        if i < first:
            text = clip(text, around, head=True)
        elif i > last or not pieces[first].findings:
            text = clip(text, around)
        elif len(text) > 4 * around:
            text = clip(text, 2 * around) + clip(text[2 * around :], 2 * around, head=True).removeprefix("…")
        out.append(Piece(visible(text), piece.findings, piece.opens, piece.closes))
    return out
