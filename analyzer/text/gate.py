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


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of numbers, one after the other: how long each is, and all values (int32)."""

    lengths: bytes
    values: bytes

    @classmethod
    def of(cls, lists: Iterable[Sequence[int]]) -> Lists:
        """Some lists."""
        every = list(lists)
        lengths = np.array([len(x) for x in every], np.int32)
        return cls(lengths.tobytes(), np.array([v for x in every for v in x], np.int32).tobytes())


@dataclass(frozen=True, slots=True)
class GateTable:
    """The gate as data; lists of numbers are arrays, so that thousands of them are read at once.

    Attributes:
        words: every word of a needed part and every cover word, sorted, each once.
        parts: the parts that each word belongs to.
        needs: the parts that each frame needs.
        keys: the rarest of them, under which the frame is looked up (int32); -1 for one that is never looked up.
        covers: whether each word is a cover word (one byte each).
        concepts: the concepts that each word stands in, by their place in ``names``; common ones and single characters
            say nothing and are left out.
    """

    words: tuple[str, ...]
    parts: Lists
    needs: Lists
    keys: bytes
    covers: bytes
    names: tuple[str, ...]
    concepts: Lists


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
    parts, needed = Lists.of(belongs[w] for w in words), Lists.of(needs)
    covering_words = bytes(w in covering for w in words)
    names = tuple(sorted(c.name for c in concepts.values() if not c.common))
    owners: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        for term in concepts[name].terms:
            if len(term) > 1:
                owners.setdefault(term, []).append(i)
    stands_in = Lists.of(owners.get(w, ()) for w in words)

    def table(keys: Iterable[int]) -> GateTable:
        packed = np.array(list(keys), np.int32).tobytes()
        return GateTable(words, parts, needed, packed, covering_words, names, stands_in)

    first = table(n[0] if i in chosen else NONE for i, n in enumerate(needs))
    seen = _counts(first, len(numbers), sentences)
    return table(min(n, key=lambda p: (seen[p], p)) if i in chosen else NONE for i, n in enumerate(needs))


def _needed(frame: Frame, concepts: Mapping[str, Concept]) -> list[tuple[str, ...]]:
    """The words of each part that must be there; parts with patterns are left out."""
    return [
        tuple(words_of(part, concepts))
        for part in frame.parts
        if part.kind == "words" and not part.optional and not any(concepts[n].pattern for n in part.concepts)
    ]


def _counts(table: GateTable, parts: int, sentences: Sequence[str]) -> list[int]:
    gate, seen = Gate(table, ["any"] * (len(table.keys) // 4)), [0] * parts
    for sight in gate.look(sentences, ["agent"] * len(sentences)):
        held = sight.parts
        while held:
            lowest = held & -held
            seen[lowest.bit_length() - 1] += 1
            held ^= lowest
    return seen


@dataclass(slots=True)
class Seen:
    """What the scanner saw in one text.

    Attributes:
        parts: bits of the parts.
        covers: where cover words stand.
        frames: the frames that can stand there.
        concepts: the concepts whose words were seen, by their place in the table.
    """

    parts: int = 0
    covers: list[Span] = field(default_factory=list)
    frames: list[int] = field(default_factory=list)
    concepts: list[int] = field(default_factory=list)


class _Lists:
    """Lists of numbers in one array, to be looked up many at a time."""

    def __init__(self, lengths: Index, values: Index) -> None:
        self.lengths, self.values = lengths, values
        self.starts = np.cumsum(lengths) - lengths

    @classmethod
    def read(cls, lists: Lists) -> _Lists:
        """Lists as they are kept."""
        return cls(*(np.frombuffer(b, np.int32).astype(np.int64) for b in (lists.lengths, lists.values)))

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
        speakers: for each frame who must have said it, or ``any``.
    """

    def __init__(self, table: GateTable, speakers: Sequence[str]) -> None:
        self._many = len(table.words)
        self.names = table.names
        self._parts, self._concepts = _Lists.read(table.parts), _Lists.read(table.concepts)
        covers = np.frombuffer(table.covers, bool)
        # single characters are everywhere: they are looked up in a table, and the scanner need not tell their places
        single = np.array([len(w) == 1 for w in table.words], bool) & ~covers
        self._single = np.full(0x110000, NONE, np.int32)
        self._single[[ord(table.words[i]) for i in np.flatnonzero(single)]] = np.flatnonzero(single)
        self._scanned = np.flatnonzero(~single)
        self._covers = covers[self._scanned]
        self._words = Automaton([table.words[i] for i in self._scanned.tolist()])
        needs = _Lists.read(table.needs)
        self._count = 1 + int(max(self._parts.values.max(initial=0), needs.values.max(initial=0)))
        self._needs = np.full((len(needs.lengths), int(needs.lengths.max(initial=1))), NONE, np.int64)
        places, values = needs.of(np.arange(len(needs.lengths)))
        self._needs[places, np.arange(len(places)) - needs.starts[places]] = values
        self._bits: list[int | None] = [None] * len(self._needs)
        self._keys = np.frombuffer(table.keys, np.int32).astype(np.int64)
        self._speakers = np.array(speakers, dtype=object)
        self._under: dict[str, _Lists] = {}

    def _looked_up(self, who: str) -> _Lists:
        """The frames of a speaker under each part."""
        known = self._under.get(who)
        if known is None:
            own = np.flatnonzero((self._keys >= 0) & ((self._speakers == who) | (self._speakers == "any")))
            keys = self._keys[own]
            lengths = np.bincount(keys, minlength=self._count)
            known = self._under[who] = _Lists(lengths, own[np.argsort(keys, kind="stable")])
        return known

    def look(self, texts: Sequence[str], speakers: Sequence[str]) -> list[Seen]:
        """What is in each of some texts without line breaks, and which frames can stand in what its speaker said."""
        joined = "\n".join(texts)
        ends = np.cumsum([len(t) + 1 for t in texts])
        hits = self._hits(joined)
        units = np.searchsorted(ends, hits[:, 1], "right")
        singles = self._single[codes(joined)]
        there = np.flatnonzero(singles >= 0)
        many = self._many
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
        places, concepts = self._concepts.of(pairs % many)
        kinds = max(1, len(self.names))
        for pair in _distinct((pairs // many)[places] * kinds + concepts).tolist():
            found[pair // kinds].concepts.append(pair % kinds)
        for who in dict.fromkeys(speakers):
            own = np.array([i for i, s in enumerate(speakers) if s == who], np.int64)
            self._frames(own, held, self._looked_up(who), found)
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
        bits = self._bits[frame]
        if bits is None:
            bits = self._bits[frame] = _union(int(p) for p in self._needs[frame] if p >= 0)
        return bits & seen.parts == bits

    def opened(self, frames: Sequence[int], seen: Seen) -> list[int]:
        """Those of some frames that can stand in a text."""
        return [n for n in frames if self.open(n, seen)]


def _distinct(values: Index) -> Index:
    """Each value once, sorted; sorting is several times faster here than numpy's own way."""
    values = np.sort(values)
    return values[np.concatenate(([True], values[1:] != values[:-1]))] if len(values) else values


def _union(parts: Iterable[int]) -> int:
    bits = 0
    for part in parts:
        bits |= 1 << part
    return bits
