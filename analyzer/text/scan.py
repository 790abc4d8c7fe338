"""Find many thousand words in one native pass (Aho–Corasick); longest-wins and cover logic stand above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ahocorasick_rs import AhoCorasick, MatchKind

Span = tuple[int, int]


class Automaton:
    """All overlapping occurrences of a fixed list of words.

    Args:
        words: distinct, non-empty words in the form in which they stand in a reading.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(w for w in words if w)
        self._find = AhoCorasick(self.words, matchkind=MatchKind.Standard) if self.words else None

    def hits(self, text: str) -> Iterator[tuple[str, int, int]]:
        """``(word, start, end)`` in code points, by end, then by length."""
        for index, start, end in self.places(text):
            yield self.words[index], start, end

    def places(self, text: str) -> list[tuple[int, int, int]]:
        """``(index of the word, start, end)`` of all occurrences."""
        if self._find is None:
            return []
        found: list[tuple[int, int, int]] = self._find.find_matches_as_indexes(text, overlapping=True)
        return found


class Longest:
    """Those of a fixed list of words that a person would see: from left to right the longest, none over another.

    Args:
        words: distinct words in the form in which they stand in a reading.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(sorted(w for w in words if w))
        self._find = AhoCorasick(self.words, matchkind=MatchKind.LeftmostLongest) if self.words else None

    def seen(self, text: str) -> set[str]:
        """The words of a text, each once."""
        if self._find is None:
            return set()
        return {self.words[index] for index, _, _ in self._find.find_matches_as_indexes(text)}


def covered(span: Span, covers: Iterable[Span]) -> bool:
    """True where a longer span of ``covers`` holds the whole of ``span``: the longest word decides."""
    start, end = span
    return any(s <= start and end <= e and e - s > end - start for s, e in covers)
