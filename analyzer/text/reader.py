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
        return CallReading(self, turns, speakers or [t.speaker for t in turns])


class CallReading:
    """The units of one call and a way back from every span to the turn as given."""

    def __init__(self, lexicon: Lexicon, turns: Sequence[Turn], speakers: Sequence[Speaker]) -> None:
        self.lexicon = lexicon
        self.turns = turns
        self.speakers = tuple(speakers)
        runs = _runs(self.speakers)
        joined = read(["".join(turns[i].text for i in range(a, b + 1)) for a, b in runs])
        self._origin: Index = joined.origin
        self._turn_starts = _turn_starts(turns, runs)
        self.unit_of_turn = [0] * len(turns)
        self.units: list[Unit] = []
        text, corrections = (joined.text, []) if lexicon.corrector is None else lexicon.corrector.correct(joined.text)
        lines = text.split("\n")
        pages = lexicon.pages.read([(self.speakers[a].value, line) for (a, _), line in zip(runs, lines, strict=False)])
        for number, ((first, last), page) in enumerate(zip(runs, pages, strict=True)):
            self.units.append(Unit(number, self.speakers[first], first, last, int(joined.starts[number]), page))
            self.unit_of_turn[first : last + 1] = [number] * (last - first + 1)
        for c in corrections:
            unit = self.units[bisect_right(joined.starts.tolist(), c.start) - 1]
            unit.corrections.append(Correction(c.start - unit.start, c.end - unit.start, c.heard, c.meant))
        self.candidates: dict[int, list[int]] = {}
        """Frames that start something -> the units in which they stand."""
        for unit in self.units:
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
