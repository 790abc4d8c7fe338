"""Which frames can stand in a unit at all: one native pass for all their words, one comparison of bits a frame.

Every part that must be there has a bit. A unit has the bits of the parts whose words it holds; a frame is tried where
it has all of its bits. It is looked up under its rarest part only, so the cost follows what is said and not the number
of frames.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from analyzer.text.frames import Concept, Frame, words_of
from analyzer.text.scan import Automaton, Span

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
    for sentence in sentences:
        held = gate.seen(sentence).parts
        while held:
            lowest = held & -held
            seen[lowest.bit_length() - 1] += 1
            held ^= lowest
    return seen


@dataclass(slots=True)
class Seen:
    """What the scanner saw in one unit: bits of the parts, and where cover words stand."""

    parts: int = 0
    covers: list[Span] = field(default_factory=list)


class Gate:
    """The gate, ready to look at units.

    Args:
        table: the gate as data.
        speakers: for each frame who must have said it, one of ``SPEAKERS`` or ``any``.
    """

    def __init__(self, table: GateTable, speakers: Sequence[str]) -> None:
        self._table = table
        # single characters are everywhere: they are looked up by themselves, and the scanner need not tell their places
        single = [i for i, w in enumerate(table.words) if len(w) == 1 and not table.covers[i]]
        self._single = {table.words[i]: i for i in single}
        scanned = [i for i, w in enumerate(table.words) if len(w) > 1 or table.covers[i]]
        self._scanned = scanned
        self._words = Automaton([table.words[i] for i in scanned])
        self._bits: list[int | None] = [None] * len(table.words)
        self._needs = [_union(n) for n in table.needs]
        self._under: dict[str, dict[int, list[tuple[int, int]]]] = {}
        for frame, (key, speaker) in enumerate(zip(table.keys, speakers, strict=True)):
            if key >= 0:
                for who in SPEAKERS if speaker == "any" else (speaker,):
                    self._under.setdefault(who, {}).setdefault(key, []).append((frame, self._needs[frame]))
        self._keys = {who: _union(under) for who, under in self._under.items()}

    def seen(self, text: str) -> Seen:
        """What is in one text."""
        return self.seen_in([text])[0]

    def seen_in(self, texts: Sequence[str]) -> list[Seen]:
        """What is in each of some texts without line breaks; they are scanned together."""
        found, scanned, covers = [], self._scanned, self._table.covers
        hits = iter(self._words.places("\n".join(texts)))
        hit = next(hits, None)
        low = 0
        for text in texts:
            high, here, seen = low + len(text), set(), Seen()
            while hit is not None and hit[2] <= high:
                word = scanned[hit[0]]
                here.add(word)
                if covers[word]:
                    seen.covers.append((hit[1] - low, hit[2] - low))
                hit = next(hits, None)
            here.update(self._single[c] for c in set(text) if c in self._single)
            for word in here:
                seen.parts |= self._bits_of(word)
            found.append(seen)
            low = high + 1
        return found

    def frames(self, seen: Seen, speaker: str) -> list[int]:
        """The frames that start something and can stand in what a speaker said."""
        under, parts = self._under.get(speaker, {}), seen.parts
        found, keys = [], parts & self._keys.get(speaker, 0)
        while keys:
            lowest = keys & -keys
            found += [frame for frame, needs in under[lowest.bit_length() - 1] if needs & parts == needs]
            keys ^= lowest
        return found

    def open(self, frame: int, seen: Seen) -> bool:
        """True where a unit has all the parts that a frame needs."""
        return self._needs[frame] & seen.parts == self._needs[frame]

    def opened(self, frames: Sequence[int], seen: Seen) -> list[int]:
        """Those of some frames that can stand in a unit."""
        needs, parts = self._needs, seen.parts
        return [n for n in frames if needs[n] & parts == needs[n]]

    def _bits_of(self, word: int) -> int:
        bits = self._bits[word]
        if bits is None:
            bits = self._bits[word] = _union(self._table.parts[word])
        return bits


def _union(parts: Iterable[int]) -> int:
    bits = 0
    for part in parts:
        bits |= 1 << part
    return bits
