"""One reading of a whole call: units, corrected words, frames, cues — before any judgement.

A unit is a run of turns of one speaker: a sentence that the transcript broke in two is read as one. Its frames
know nothing of rules; whoever asks for one is told where it stands. The gate says at once which frames can stand
where; they are searched, and their context is read, only when somebody asks (``page.py``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from analyzer.call import Speaker, Turn
from analyzer.text.frames import Concept, Frame, Match
from analyzer.text.normalize import Index, read
from analyzer.text.page import Page, Pages
from analyzer.text.scan import Span
from analyzer.text.sound import Correction, Corrector


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one turn's text as given: ``turns[turn].text[start:end] == quote``."""

    turn: int
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A frame found in a unit; ``sounded`` are the corrections the match rests on."""

    frame: int
    unit: int
    match: Match
    sounded: tuple[Correction, ...] = ()


@dataclass(slots=True)
class Unit:
    """A run of turns of one speaker as it is read; ``start`` is where its text begins in the reading of the call."""

    number: int
    speaker: Speaker
    first_turn: int
    last_turn: int
    start: int
    page: Page
    corrections: list[Correction] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What is read of it."""
        return self.page.text


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything the reader looks for.

    Attributes:
        pages: frames and cues, and the pages read last.
        covers: words that win over shorter hits inside them.
        corrector: puts misheard words right before anything else is looked for, or None.
    """

    pages: Pages
    covers: frozenset[str] = frozenset()
    corrector: Corrector | None = None

    @property
    def concepts(self) -> Mapping[str, Concept]:
        """By name."""
        return self.pages.concepts

    @property
    def frames(self) -> Sequence[Frame]:
        """Numbered by their place; marks carry that number."""
        return self.pages.frames

    def read(self, turns: Sequence[Turn], speakers: Sequence[Speaker] | None = None) -> CallReading:
        """Read a call; ``speakers`` replaces the labels of the turns."""
        return self.read_all([turns], [speakers or [t.speaker for t in turns]])[0]

    def read_all(self, calls: Sequence[Sequence[Turn]], speakers: Sequence[Sequence[Speaker]]) -> list[CallReading]:
        """Read some calls together: the same readings, for less."""
        runs = [_runs(of_call) for of_call in speakers]
        texts = ["".join(t.text for t in turns[a : b + 1]) for turns, r in zip(calls, runs, strict=True) for a, b in r]
        joined = read(texts)
        text, corrections = (joined.text, []) if self.corrector is None else self.corrector.correct(joined.text)
        whos = [of_call[first].value for of_call, r in zip(speakers, runs, strict=True) for first, _ in r]
        pages = self.pages.read(list(zip(whos, text.split("\n"), strict=False)))  # no runs still read as one line
        starts, lengths = joined.starts.tolist(), [len(t) + 1 for t in texts]
        changes: dict[int, list[Correction]] = {}
        for c in corrections:
            run = bisect_right(starts, c.start) - 1
            changes.setdefault(run, []).append(Correction(c.start - starts[run], c.end - starts[run], c.heard, c.meant))
        found, at, given = [], 0, 0
        for turns, of_call, r in zip(calls, speakers, runs, strict=True):
            low = starts[at] if r else 0
            units = [
                Unit(n, of_call[a], a, b, starts[at + n] - low, pages[at + n], changes.get(at + n, []))
                for n, (a, b) in enumerate(r)
            ]
            high = low + (units[-1].start + len(units[-1].text) if units else 0)
            origin = joined.origin[low : high + 1] - given
            found.append(CallReading(self, turns, of_call, units, origin))
            at, given = at + len(r), given + sum(lengths[at : at + len(r)])
        return found


class CallReading:
    """The units of one call and a way back from every span to the turn as given.

    Args:
        lexicon: what reads it.
        turns: the turns as given.
        speakers: who says each.
        units: its runs of one speaker.
        origin: for each character that is read, and for the end, where it stood in the runs as given, joined.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        turns: Sequence[Turn],
        speakers: Sequence[Speaker],
        units: list[Unit],
        origin: Index,
    ) -> None:
        self.lexicon = lexicon
        self.turns = turns
        self.speakers = tuple(speakers)
        self.units = units
        self._origin = origin
        self._turn_starts = _turn_starts(turns, [(u.first_turn, u.last_turn) for u in units])
        self.unit_of_turn = [u.number for u in units for _ in range(u.first_turn, u.last_turn + 1)]
        self.candidates: dict[int, list[int]] = {}
        """Frames that start something -> the units in which they stand."""
        for unit in units:
            for frame in unit.page.frames:
                self.candidates.setdefault(frame, []).append(unit.number)

    def marks(self, frame: int, unit: int) -> list[Mark]:
        """Where a frame stands in a unit, from left to right."""
        where = self.units[unit]
        matches = self.lexicon.pages.matches(frame, where.page)
        return [Mark(frame, unit, m, _sounded(m, where)) for m in matches] if matches else []

    def all_marks(self, frame: int) -> list[Mark]:
        """Where a frame that starts something stands in the call, in the order of the talk."""
        return [m for unit in self.candidates.get(frame, ()) for m in self.marks(frame, unit)]

    def place(self, unit: Unit, span: Span, decisive: Span | None = None) -> Place:
        """Where a span of a unit stood; one that runs over several turns is cut to the turn of the decisive words."""
        start, end = self._origins(unit, span)
        anchor = self._origins(unit, decisive or span)[0]
        turn = bisect_right(self._turn_starts, anchor) - 1
        while not self.turns[turn].text:
            turn -= 1
        low = self._turn_starts[turn]
        first, last = max(start - low, 0), min(end - low, len(self.turns[turn].text))
        return Place(turn, first, last, self.turns[turn].text[first:last])

    def span_of(self, turn: int) -> tuple[Unit, Span]:
        """The unit of a turn and the stretch of it that the turn said; empty where nothing of it is read."""
        unit = self.units[self.unit_of_turn[turn]]
        first, last = self._turn_spans[turn]
        end = unit.start + len(unit.text)
        return unit, (max(first, unit.start) - unit.start, min(max(last, unit.start), end) - unit.start)

    @cached_property
    def _turn_spans(self) -> list[Span]:
        """Where each turn begins and ends in what is read of the whole call."""
        ends = [low + len(t.text) for low, t in zip(self._turn_starts, self.turns, strict=True)]
        first, last = self._origin[:-1].searchsorted([self._turn_starts, ends])
        return list(zip(first.tolist(), last.tolist(), strict=True))

    def turn_of(self, unit: Unit, span: Span) -> int:
        """The turn in which a span begins."""
        return self.place(unit, span, (span[0], span[0] + 1)).turn

    def _origins(self, unit: Unit, span: Span) -> Span:
        first, last = unit.start + span[0], unit.start + max(span[1], span[0] + 1) - 1
        return int(self._origin[first]), int(self._origin[last]) + 1


def _sounded(match: Match, unit: Unit) -> tuple[Correction, ...]:
    if not unit.corrections:
        return ()
    return tuple(c for c in unit.corrections if any(c.start < e and s < c.end for _, (s, e) in match.pieces))


def _runs(speakers: Sequence[Speaker]) -> list[tuple[int, int]]:
    """First and last turn of each run of one speaker."""
    runs: list[tuple[int, int]] = []
    for i, speaker in enumerate(speakers):
        if runs and speakers[i - 1] is speaker and speaker is not Speaker.UNKNOWN:
            runs[-1] = (runs[-1][0], i)
        else:
            runs.append((i, i))
    return runs


def _turn_starts(turns: Sequence[Turn], runs: Sequence[tuple[int, int]]) -> list[int]:
    """Where each turn begins in the joined originals (runs divided by one separator)."""
    starts, at = [], 0
    for first, last in runs:
        for turn in turns[first : last + 1]:
            starts.append(at)
            at += len(turn.text)
        at += 1
    return starts
