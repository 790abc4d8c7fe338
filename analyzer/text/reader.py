"""One reading of a whole call: units, corrected words, frames found, cues — before any judgement.

A unit is a run of turns of one speaker: a sentence that the transcript broke in two is read as one. Its frames
know nothing of rules; whoever asked for them is found by the frame's number.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from analyzer.call import Speaker, Turn
from analyzer.text import words
from analyzer.text.assertion import Cues, Verdict, assess
from analyzer.text.frames import Concept, Frame, FramePattern, Match, anchor_words
from analyzer.text.normalize import Index, read
from analyzer.text.scan import Automaton, Span, covered
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
    """A frame found in a unit, with what the context says of it.

    ``verdicts`` is empty for a plain assertion; ``sounded`` are the corrections the match rests on.
    """

    frame: int
    unit: int
    match: Match
    verdicts: tuple[Verdict, ...] = ()
    sounded: tuple[Correction, ...] = ()


@dataclass(slots=True)
class Unit:
    """A run of turns of one speaker as it is read."""

    number: int
    speaker: Speaker
    first_turn: int
    last_turn: int
    text: str
    start: int
    corrections: list[Correction] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    blocked: list[tuple[int, Match, str]] = field(default_factory=list)


class Lexicon:
    """Everything the reader looks for: concepts, frames, cues, cover words, sounds.

    Args:
        concepts: by name.
        frames: numbered by their place; marks carry that number.
        cues: context cues.
        covers: words that win over shorter hits inside them.
        corrector: puts misheard words right before anything else is looked for, or None.
        speakers: for each frame who must have said it (``agent``, ``customer`` or ``any``).
    """

    def __init__(
        self,
        concepts: Mapping[str, Concept],
        frames: Sequence[Frame],
        cues: Cues,
        covers: Iterable[str],
        corrector: Corrector | None,
        speakers: Sequence[str],
    ) -> None:
        self.concepts, self.frames, self.cues, self.corrector = concepts, frames, cues, corrector
        self.patterns = [FramePattern(f, concepts) for f in frames]
        self.covers = frozenset(covers)
        self.speakers = speakers
        starts: dict[str, list[int]] = {}
        for number, frame in enumerate(frames):
            for word in anchor_words(frame, concepts):
                starts.setdefault(word, []).append(number)
        self._words = Automaton(sorted({*starts, *self.covers}))
        self._starts = [tuple(starts.get(w, ())) for w in self._words.words]
        self._is_cover = [w in self.covers for w in self._words.words]

    def read(self, turns: Sequence[Turn], speakers: Sequence[Speaker] | None = None) -> CallReading:
        """Read a call; ``speakers`` replaces the labels of the turns."""
        return CallReading(self, turns, speakers or [t.speaker for t in turns])

    def mark(self, unit: Unit) -> None:
        """Find all frames of one unit."""
        wanted: set[int] = set()
        cover_spans: list[Span] = []
        for index, start, end in self._words.places(unit.text):
            wanted.update(self._starts[index])
            if self._is_cover[index]:
                cover_spans.append((start, end))
        who = unit.speaker.value
        numbers = sorted(n for n in wanted if self.speakers[n] in (who, "any"))
        cues = self.cues.find(unit.text) if numbers else []
        for number in numbers:
            for match in self.patterns[number].search(unit.text):
                reason = self._blocked(number, match, unit.text, cover_spans)
                if reason:
                    unit.blocked.append((number, match, reason))
                    continue
                sounded = tuple(
                    c for c in unit.corrections if any(c.start < e and s < c.end for _, (s, e) in match.pieces)
                )
                verdicts = tuple(assess(match, unit.text, cues))
                unit.marks.append(Mark(number, unit.number, match, verdicts, sounded))

    def _blocked(self, number: int, match: Match, text: str, covers: Sequence[Span]) -> str | None:
        """Why a match is none: a cover word holds one of its pieces, or a fenced word has no border."""
        for _, span in match.pieces:
            if covered(span, covers):
                cover = max((c for c in covers if c[0] <= span[0] and span[1] <= c[1]), key=lambda c: c[1] - c[0])
                return f"“{text[slice(*span)]}”被误伤词“{text[slice(*cover)]}”覆盖"
        if self.patterns[number].fenced:
            edges = words.borders(text)
            for (source, span), part in zip(match.pieces, self._word_parts(number, match), strict=True):
                fenced = any(self.concepts[n].fence for n in part)
                if fenced and not {*span} <= edges:
                    return f"“{text[slice(*span)]}”不是独立的词（{source} 要求词边界）"
        if len(match.pieces) == 1:
            span = match.pieces[0][1]
            word = None if span[1] - span[0] > LONGEST_TORN else words.torn(text, *span)
            if word:
                return f"“{text[slice(*span)]}”把“{word}”拆开了"
        return None

    def _word_parts(self, number: int, match: Match) -> list[tuple[str, ...]]:
        by_source = {p.source: p.concepts for p in self.frames[number].parts if p.kind == "words"}
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
            unit = Unit(number, self.speakers[first], first, last, line, start)
            self.units.append(unit)
            self.unit_of_turn[first : last + 1] = [number] * (last - first + 1)
        for c in corrections:
            unit = self.units[bisect_right(joined.starts.tolist(), c.start) - 1]
            unit.corrections.append(Correction(c.start - unit.start, c.end - unit.start, c.heard, c.meant))
        for unit in self.units:
            lexicon.mark(unit)

    @cached_property
    def marks(self) -> list[Mark]:
        """All marks in the order of the talk."""
        return [m for u in self.units for m in sorted(u.marks, key=lambda m: (m.match.decisive, m.frame))]

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
        low = self._turn_starts[turn]
        origin = self._origin[unit.start : unit.start + len(unit.text)]
        first, last = origin.searchsorted([low, low + len(self.turns[turn].text)])
        return unit, (int(first), int(last))

    def turn_of(self, unit: Unit, span: Span) -> int:
        """The turn in which a span begins."""
        return self.place(unit, span, (span[0], span[0] + 1)).turn

    def _origins(self, unit: Unit, span: Span) -> Span:
        first, last = unit.start + span[0], unit.start + max(span[1], span[0] + 1) - 1
        return int(self._origin[first]), int(self._origin[last]) + 1


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
