"""One reading of a whole call: units, corrected words, frames, cues — before any judgement.

A unit is a run of turns of one speaker: a sentence that the transcript broke in two is read as one. Its frames
know nothing of rules; whoever asks for one is told where it stands. The gate says at once which frames can stand
where; they are searched, and their context is read, only when somebody asks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from analyzer.call import Speaker, Turn
from analyzer.text import words
from analyzer.text.assertion import Cue, Cues, Verdict, assess
from analyzer.text.frames import Concept, Frame, FramePattern, Match
from analyzer.text.gate import Gate, GateTable, Seen
from analyzer.text.normalize import Index, read
from analyzer.text.scan import Span, covered
from analyzer.text.sound import Correction, Corrector

LONGEST_TORN = 3
"""A hit of up to so many characters that stands alone must not cut a word of the dictionary in two."""


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
    """A run of turns of one speaker as it is read.

    ``seen`` is what the scanner saw in it; ``cues`` and ``edges`` (the borders of its listed words) are looked up when
    they are needed first.
    """

    number: int
    speaker: Speaker
    who: str
    first_turn: int
    last_turn: int
    text: str
    start: int
    seen: Seen = field(default_factory=Seen)
    corrections: list[Correction] = field(default_factory=list)
    cues: list[Cue] | None = None
    edges: frozenset[int] | None = None


class Lexicon:
    """Everything the reader looks for: concepts, frames, cues, cover words, sounds.

    Args:
        concepts: by name.
        frames: numbered by their place; marks carry that number.
        table: their gate.
        cues: context cues.
        covers: words that win over shorter hits inside them.
        corrector: puts misheard words right before anything else is looked for, or None.
        speakers: for each frame who must have said it (``agent``, ``customer`` or ``any``).
    """

    def __init__(
        self,
        concepts: Mapping[str, Concept],
        frames: Sequence[Frame],
        table: GateTable,
        cues: Cues,
        covers: Iterable[str],
        corrector: Corrector | None,
        speakers: Sequence[str],
    ) -> None:
        self.concepts, self.frames, self.cues, self.corrector = concepts, frames, cues, corrector
        self.gate = Gate(table, speakers)
        self.covers = frozenset(covers)
        self.speakers = speakers
        self._patterns: dict[int, FramePattern] = {}

    def read(self, turns: Sequence[Turn], speakers: Sequence[Speaker] | None = None) -> CallReading:
        """Read a call; ``speakers`` replaces the labels of the turns."""
        return CallReading(self, turns, speakers or [t.speaker for t in turns])

    def search(self, number: int, unit: Unit) -> list[tuple[Match, str | None]]:
        """The places of one frame in one unit, each with the reason why it does not count, if there is one."""
        if self.speakers[number] not in (unit.who, "any") or not self.gate.open(number, unit.seen):
            return []
        pattern = self.pattern(number)
        return [(match, self._blocked(pattern, match, unit)) for match in pattern.search(unit.text)]

    def pattern(self, number: int) -> FramePattern:
        """A frame ready to search."""
        pattern = self._patterns.get(number)
        if pattern is None:
            pattern = self._patterns[number] = FramePattern(self.frames[number], self.concepts)
        return pattern

    def counting(self, number: int, unit: Unit, matches: Sequence[Match]) -> tuple[Mark, ...]:
        """Those of the places found of a frame in a unit that nothing speaks against."""
        pattern = self.pattern(number)
        return tuple(
            Mark(number, unit.number, m, _sounded(m, unit)) for m in matches if not self._blocked(pattern, m, unit)
        )

    def verdicts(self, match: Match, unit: Unit) -> Iterator[Verdict]:
        """What the context of a match says of it; nothing for a plain assertion."""
        if unit.cues is None:
            unit.cues = self.cues.find(unit.text)
        return assess(match, unit.text, unit.cues)

    def _blocked(self, pattern: FramePattern, match: Match, unit: Unit) -> str | None:
        """Why a match is none: a cover word holds one of its pieces, or a word is cut in two or has no border."""
        text, covers = unit.text, unit.seen.covers
        if covers:
            for _, span in match.pieces:
                if covered(span, covers):
                    cover = max((c for c in covers if c[0] <= span[0] and span[1] <= c[1]), key=lambda c: c[1] - c[0])
                    return f"“{text[slice(*span)]}”被误伤词“{text[slice(*cover)]}”覆盖"
        if pattern.fenced:
            fences = words.borders(text)
            for (source, span), part in zip(match.pieces, self._word_parts(pattern.frame, match), strict=True):
                fenced = any(self.concepts[n].fence for n in part)
                if fenced and not {*span} <= fences:
                    return f"“{text[slice(*span)]}”不是独立的词（{source} 要求词边界）"
        if len(match.pieces) == 1:
            span = match.pieces[0][1]
            if span[1] - span[0] <= LONGEST_TORN:
                if unit.edges is None:
                    unit.edges = words.borders(text, listed_only=True)
                word = words.torn(text, *span, unit.edges)
                if word:
                    return f"“{text[slice(*span)]}”把“{word}”拆开了"
        return None

    @staticmethod
    def _word_parts(frame: Frame, match: Match) -> list[tuple[str, ...]]:
        by_source = {p.source: p.concepts for p in frame.parts if p.kind == "words"}
        return [by_source[source] for source, _ in match.pieces]


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
        for number, ((first, last), line) in enumerate(
            zip(runs, lines, strict=False)
        ):  # no runs still read as one line
            start = int(joined.starts[number])
            unit = Unit(number, self.speakers[first], self.speakers[first].value, first, last, line, start)
            self.units.append(unit)
            self.unit_of_turn[first : last + 1] = [number] * (last - first + 1)
        for c in corrections:
            unit = self.units[bisect_right(joined.starts.tolist(), c.start) - 1]
            unit.corrections.append(Correction(c.start - unit.start, c.end - unit.start, c.heard, c.meant))
        self.candidates: dict[int, list[int]] = {}
        """Frames that start something -> the units in which they can stand."""
        self._found: dict[tuple[int, int], tuple[Mark, ...]] = {}
        for unit, seen in zip(self.units, lexicon.gate.seen_in([u.text for u in self.units]), strict=True):
            unit.seen = seen
            for frame in lexicon.gate.frames(seen, unit.who):
                self.candidates.setdefault(frame, []).append(unit.number)

    def marks(self, frame: int, unit: int) -> tuple[Mark, ...]:
        """Where a frame stands in a unit, from left to right."""
        known = self._found.get((frame, unit))
        if known is None:
            where, lexicon = self.units[unit], self.lexicon
            known = ()
            if lexicon.speakers[frame] in (where.who, "any") and lexicon.gate.open(frame, where.seen):
                matches = lexicon.pattern(frame).search(where.text)
                known = lexicon.counting(frame, where, matches) if matches else ()
            self._found[frame, unit] = known
        return known

    def all_marks(self, frame: int) -> list[Mark]:
        """Where a frame that starts something stands in the call, in the order of the talk."""
        numbers = self.candidates.get(frame)
        if numbers is None:
            return []
        search = self.lexicon.pattern(frame).search
        found: list[Mark] = []
        for number in numbers:
            matches = search(self.units[number].text)
            if matches:
                found += self.lexicon.counting(frame, self.units[number], matches)
        return found

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
