"""Detectors: what to look for in the frames of a call, and what silences it. Rules and dialogue events both
stand on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from analyzer.call import Speaker
from analyzer.text.assertion import Verdict
from analyzer.text.frames import STOPS
from analyzer.text.reader import CallReading, Mark, Unit
from analyzer.text.scan import Span
from analyzer.text.sound import Correction


@dataclass(frozen=True, slots=True)
class Clue:
    """One way in which a detector fires; numbers are frames of the lexicon.

    Attributes:
        kind: ``one`` frame; ``all`` frames in any order; ``count`` of them; ``exchange``: the customer says
            ``frames[0]`` and the agent's next unit holds ``frames[1]``.
        within: the most characters between the first and the last of them.
        need: how many of a ``count``.
    """

    kind: str
    frames: tuple[int, ...]
    within: int = 60
    need: int = 1


@dataclass(frozen=True, slots=True)
class Detector:
    """Clues by one speaker, the frames that silence them and the assertion statuses that excuse.

    ``frames`` are those of the clues, without the customer's part of an exchange: where none of them can stand, the
    detector is idle.
    """

    speaker: str
    clues: tuple[Clue, ...]
    without: tuple[int, ...] = ()
    unless: frozenset[str] = frozenset()
    frames: frozenset[int] = frozenset()

    @classmethod
    def of(cls, speaker: str, clues: Sequence[Clue], without: Sequence[int], unless: Iterable[str]) -> Detector:
        """A detector with its ``frames``."""
        frames = frozenset(n for c in clues for n in (c.frames[1:] if c.kind == "exchange" else c.frames))
        return cls(speaker, tuple(clues), tuple(without), frozenset(unless), frames)


@dataclass(frozen=True, slots=True)
class Detection:
    """A detector fired: where, on which words, and what excuses it if anything does."""

    unit: Unit
    span: Span
    decisive: Span
    pieces: tuple[tuple[str, Span], ...]
    excuse: Verdict | None = None
    sounded: tuple[Correction, ...] = ()


class FrameIndex:
    """Detections in one call."""

    def __init__(self, reading: CallReading) -> None:
        self.reading = reading
        self._candidates = frozenset(reading.candidates)
        self._marks: dict[int, list[Mark]] = {}

    def idle(self, detector: Detector) -> bool:
        """True where nothing of a detector stands in the call."""
        return detector.frames.isdisjoint(self._candidates)

    def marks(self, frame: int) -> list[Mark]:
        """Where a frame of a clue stands, in the order of the talk."""
        known = self._marks.get(frame)
        if known is None:
            known = self._marks[frame] = self.reading.all_marks(frame)
        return known

    def detect(self, detector: Detector) -> Iterator[Detection]:
        """All detections of one detector in the order of the talk."""
        if self.idle(detector):
            return
        here = self._candidates
        found = [d for c in detector.clues if not here.isdisjoint(c.frames) for d in self._clue(c, detector)]
        found.sort(key=lambda d: (d.unit.number, d.decisive, d.span))
        for detection in found:
            opened = self.reading.lexicon.pages.gate.opened(detector.without, detection.unit.page.seen)
            if not any(self._silenced(detection, number) for number in opened):
                yield detection

    def _clue(self, clue: Clue, detector: Detector) -> Iterator[Detection]:
        if clue.kind == "one":
            for mark in self.marks(clue.frames[0]):
                yield self._detection([mark], detector)
        elif clue.kind == "exchange":
            yield from self._exchange(clue, detector)
        else:
            yield from self._together(clue, detector)

    def _exchange(self, clue: Clue, detector: Detector) -> Iterator[Detection]:
        units = self.reading.units
        for answer in self.marks(clue.frames[1]):
            before = answer.unit - 1
            asked = before >= 0 and self.reading.marks(clue.frames[0], before)
            if asked and units[before].speaker is Speaker.CUSTOMER and answer.match.start <= 4:
                yield self._detection([answer], detector)

    def _together(self, clue: Clue, detector: Detector) -> Iterator[Detection]:
        need = len(clue.frames) if clue.kind == "all" else clue.need
        marks = [m for n in clue.frames for m in self.marks(n)]
        for unit in sorted({m.unit for m in marks}):
            here = sorted((m for m in marks if m.unit == unit), key=lambda m: m.match.start)
            for i, first in enumerate(here):
                window = [m for m in here[i:] if m.match.end - first.match.start <= clue.within]
                distinct = list({m.frame: m for m in reversed(window)}.values())
                if len(distinct) >= need:
                    yield self._detection(sorted(distinct, key=lambda m: m.match.start), detector)
                    break

    def _detection(self, marks: Sequence[Mark], detector: Detector) -> Detection:
        last = marks[-1]
        unit = self.reading.units[last.unit]
        excuse = None
        if detector.unless:
            said = (v for m in marks for v in self.reading.lexicon.pages.verdicts(m.match, unit.page))
            excuse = next((v for v in said if v.status in detector.unless), None)
        return Detection(
            unit,
            (min(m.match.start for m in marks), max(m.match.end for m in marks)),
            last.match.decisive,
            tuple(p for m in marks for p in m.match.pieces),
            excuse,
            tuple(c for m in marks for c in m.sounded),
        )

    def _silenced(self, detection: Detection, number: int) -> bool:
        """True where a ``without`` frame stands in the same sentence."""
        unit = detection.unit
        marks = self.reading.marks(number, unit.number)
        if not marks:
            return False
        low, high = sentence(unit.text, detection.span)
        return any(m.match.start < high and low < m.match.end for m in marks)


def sentence(text: str, span: Span) -> Span:
    """The sentence or sentences around a span; unpunctuated talk is cut at forty characters to both sides."""
    low = max((text.rfind(stop, 0, span[0]) for stop in STOPS), default=-1) + 1
    ends = [i for stop in STOPS if (i := text.find(stop, span[1])) >= 0]
    return max(low, span[0] - 40), min([*ends, len(text), span[1] + 40])
