"""Which frames can stand in a text at all: one native pass for all their words, array operations for the rest.

Every part that must be there has a bit. A text has the bits of the parts whose words it holds; a frame is tried where
it has all of its bits. It is looked up under its rarest part only, so the cost follows what is said and not the number
of frames. Many texts are looked at together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analyzer.text.frames import Concept, Frame, words_of
from analyzer.text.normalize import Index, codes
from analyzer.text.scan import Automaton, Span

NONE = -1

SPEAKERS = ("agent", "customer", "unknown", "system")
"""Those whose words frames for ``any`` are looked up in."""


@dataclass(frozen=True, slots=True)
class GateTable:
    """The gate as data.

    Attributes:
        words: every word of a needed part and every cover word, sorted, each once.
        parts: the parts that each word belongs to.
        needs: the parts that each frame needs.
        keys: the rarest of them, under which the frame is looked up; -1 for one that is never looked up.
        covers: whether each word is a cover word.
    """

    words: tuple[str, ...]
    parts: tuple[tuple[int, ...], ...]
    needs: tuple[tuple[int, ...], ...]
    keys: tuple[int, ...]
    covers: tuple[bool, ...]


def tabulate(
    frames: Sequence[Frame],
    concepts: Mapping[str, Concept],
    covers: Iterable[str],
    looked_up: Iterable[int],
    sentences: Sequence[str],
) -> GateTable:
    """Make the table.

    Args:
        frames: all frames.
        concepts: by name.
        covers: cover words.
        looked_up: the frames that start something; the others are asked for where those were found.
        sentences: talk on which the parts are counted; the part that is seen in the fewest is the rarest.
    """
    numbers: dict[tuple[str, ...], int] = {}
    needs = tuple(tuple(numbers.setdefault(p, len(numbers)) for p in _needed(f, concepts)) for f in frames)
    belongs: dict[str, list[int]] = {w: [] for w in covers}
    for part, number in numbers.items():
        for word in part:
            belongs.setdefault(word, []).append(number)
    words = tuple(sorted(w for w in belongs if w))
    chosen, covering = frozenset(looked_up), frozenset(covers)
    table = GateTable(
        words,
        tuple(tuple(belongs[w]) for w in words),
        needs,
        tuple(n[0] if i in chosen else -1 for i, n in enumerate(needs)),
        tuple(w in covering for w in words),
    )
    seen = _counts(table, len(numbers), sentences)
    keys = tuple(min(n, key=lambda p: (seen[p], p)) if i in chosen else -1 for i, n in enumerate(needs))
    return GateTable(table.words, table.parts, needs, keys, table.covers)


def _needed(frame: Frame, concepts: Mapping[str, Concept]) -> list[tuple[str, ...]]:
    """The words of each part that must be there; parts with patterns are left out."""
    return [
        tuple(words_of(part, concepts))
        for part in frame.parts
        if part.kind == "words" and not part.optional and not any(concepts[n].pattern for n in part.concepts)
    ]


def _counts(table: GateTable, parts: int, sentences: Sequence[str]) -> list[int]:
    gate, seen = Gate(table, ["any"] * len(table.keys)), [0] * parts
    for sight in gate.look(sentences, ["agent"] * len(sentences)):
        held = sight.parts
        while held:
            lowest = held & -held
            seen[lowest.bit_length() - 1] += 1
            held ^= lowest
    return seen


@dataclass(slots=True)
class Seen:
    """What the scanner saw in one text: bits of the parts, where cover words stand, the frames that can stand there."""

    parts: int = 0
    covers: list[Span] = field(default_factory=list)
    frames: list[int] = field(default_factory=list)


class _Lists:
    """Lists of numbers in one array, to be looked up many at a time."""

    def __init__(self, lists: Sequence[Sequence[int]]) -> None:
        self.lengths = np.array([len(x) for x in lists], np.int64)
        self.starts = np.concatenate(([0], np.cumsum(self.lengths)))[:-1].astype(np.int64)
        self.values = np.array([v for x in lists for v in x], np.int64)

    def of(self, keys: Index) -> tuple[Index, Index]:
        """For some keys: the place of the key and each value of its list."""
        lengths = self.lengths[keys]
        places = np.repeat(np.arange(len(keys)), lengths)
        within = np.arange(len(places)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return places, self.values[self.starts[keys][places] + within]


class Gate:
    """The gate, ready to look at texts.

    Args:
        table: the gate as data.
        speakers: for each frame who must have said it, one of ``SPEAKERS`` or ``any``.
    """

    def __init__(self, table: GateTable, speakers: Sequence[str]) -> None:
        self._table = table
        count = 1 + max((p for parts in table.parts for p in parts), default=0)
        # single characters are everywhere: they are looked up in a table, and the scanner need not tell their places
        single = [i for i, w in enumerate(table.words) if len(w) == 1 and not table.covers[i]]
        self._single = np.full(0x110000, NONE, np.int32)
        self._single[[ord(table.words[i]) for i in single]] = single
        scanned = [i for i, w in enumerate(table.words) if len(w) > 1 or table.covers[i]]
        self._scanned = np.array(scanned, np.int64)
        self._covers = np.array([table.covers[i] for i in scanned], bool)
        self._words = Automaton([table.words[i] for i in scanned])
        self._parts, self._count = _Lists(table.parts), count
        self._bits = [_union(n) for n in table.needs]
        deepest = max(map(len, table.needs), default=1)
        self._needs = np.full((len(table.needs), deepest), NONE, np.int64)
        for frame, needs in enumerate(table.needs):
            self._needs[frame, : len(needs)] = needs
        self._under = [self._looked_up(speakers, who, count) for who in SPEAKERS]

    def _looked_up(self, speakers: Sequence[str], who: str, count: int) -> _Lists:
        """The frames of a speaker under each part."""
        under: list[list[int]] = [[] for _ in range(count)]
        for frame, (key, speaker) in enumerate(zip(self._table.keys, speakers, strict=True)):
            if key >= 0 and speaker in (who, "any"):
                under[key].append(frame)
        return _Lists(under)

    def look(self, texts: Sequence[str], speakers: Sequence[str]) -> list[Seen]:
        """What is in each of some texts without line breaks, and which frames can stand in what its speaker said."""
        joined = "\n".join(texts)
        ends = np.cumsum([len(t) + 1 for t in texts])
        hits = self._hits(joined)
        units = np.searchsorted(ends, hits[:, 1], "right")
        singles = self._single[codes(joined)]
        there = np.flatnonzero(singles >= 0)
        many = len(self._table.words)
        pairs = np.concatenate(
            (units * many + self._scanned[hits[:, 0]], np.searchsorted(ends, there, "right") * many + singles[there])
        )
        pairs = _distinct(pairs)
        held = np.zeros((len(texts), self._count), bool)
        places, parts = self._parts.of(pairs % many)
        held[(pairs // many)[places], parts] = True
        packed = np.packbits(held, axis=1, bitorder="little")
        found = [Seen(int.from_bytes(row.tobytes(), "little")) for row in packed]
        for unit, start, end in zip(*self._covering(hits, units, ends), strict=True):
            found[unit].covers.append((start, end))
        for number, who in enumerate(SPEAKERS):
            own = np.array([i for i, s in enumerate(speakers) if s == who], np.int64)
            if len(own):
                self._frames(own, held, self._under[number], found)
        return found

    def _hits(self, joined: str) -> Index:
        places = self._words.places(joined)
        flat = np.fromiter((v for place in places for v in place), np.int64, 3 * len(places))
        return flat.reshape(-1, 3)

    def _covering(self, hits: Index, units: Index, ends: Index) -> tuple[list[int], list[int], list[int]]:
        """Unit, start and end of every cover word."""
        chosen = np.flatnonzero(self._covers[hits[:, 0]]) if len(hits) else np.zeros(0, np.int64)
        low = np.concatenate(([0], ends))[units[chosen]]
        return units[chosen].tolist(), (hits[chosen, 1] - low).tolist(), (hits[chosen, 2] - low).tolist()

    def _frames(self, own: Index, held: npt.NDArray[np.bool_], under: _Lists, found: list[Seen]) -> None:
        """Note the frames that can stand in some texts of one speaker."""
        keys = np.flatnonzero(under.lengths)
        rows, columns = np.nonzero(held[np.ix_(own, keys)])
        places, frames = under.of(keys[columns])
        rows = own[rows][places]
        for depth in range(self._needs.shape[1]):
            needed = self._needs[frames, depth]
            able = (needed < 0) | held[rows, needed]
            rows, frames = rows[able], frames[able]
        for row, frame in zip(rows.tolist(), frames.tolist(), strict=True):
            found[row].frames.append(frame)

    def seen(self, text: str, speaker: str = "agent") -> Seen:
        """The same for one text."""
        return self.look([text], [speaker])[0]

    def open(self, frame: int, seen: Seen) -> bool:
        """True where a text has all the parts that a frame needs."""
        return self._bits[frame] & seen.parts == self._bits[frame]

    def opened(self, frames: Sequence[int], seen: Seen) -> list[int]:
        """Those of some frames that can stand in a text."""
        bits, parts = self._bits, seen.parts
        return [n for n in frames if bits[n] & parts == bits[n]]


def _distinct(values: Index) -> Index:
    """Each value once, sorted; sorting is several times faster here than numpy's own way."""
    values = np.sort(values)
    return values[np.concatenate(([True], values[1:] != values[:-1]))] if len(values) else values


def _union(parts: Iterable[int]) -> int:
    bits = 0
    for part in parts:
        bits |= 1 << part
    return bits
