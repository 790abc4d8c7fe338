"""Words that a recogniser heard right and wrote wrong: 京真 for 经侦, 发院 for 法院.

A frozen table gives every character the key of its commonest reading; the further readings of polyphones are tried on
the side of the word list. A homophone has as many characters as the word it stands for, so the text is corrected in
place and no offset moves. ``strict`` keys fold zh/z, ch/c, sh/s, an/ang, en/eng, in/ing; ``loose`` keys also
n/l, r/l, f/h and count for words of three or more characters only.

A stretch is left alone where it would have to be read against its own words: its edge lies inside a word of jieba's
dictionary, or one of its characters that would change is a function word or a digit, which recognisers write right;
two common words side by side (真行, 信发) are no misheard word of two characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
import numpy.typing as npt

from analyzer.text import words
from analyzer.text.normalize import TABLES, codes, normal
from analyzer.text.scan import Automaton

PRIVATE = 0xF0000
"""Sound keys are shown to the automaton as characters of a private-use plane."""
MOST_READINGS = 16
LIVING_POLYPHONES = frozenset("还率行重长调传差处得都发干给好会降校卡空落没难便强任少数说提挑为系相应载占涨着中种转")
"""Characters of which a further reading is common enough to be tried in a word of two characters."""
FUNCTION_WORDS = frozenset(
    "是的了我你您他她它们在有这那哪个么吗吧呢啊呀哦嗯没不一二两三四五六七八九十百千万零年月日点姓贵就也还到给跟和要会说"
)
"""Characters that a recogniser writes right; a hit by sound that would change one of them is none."""
PARTICLES = ("的", "了", "着", "过")
"""A particle after the stretch may have been drawn into a word of the dictionary: 京真的."""
WINDOW = 12
"""Characters on both sides that are cut into words to judge a stretch."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """Key tables over all code points, and how common characters are as words."""

    strict: npt.NDArray[np.uint32]
    loose: npt.NDArray[np.uint32]
    common: frozenset[str]
    everywhere: frozenset[str]


@lru_cache(maxsize=1)
def sounds() -> Sounds:
    """The shipped sound table."""
    with np.load(TABLES, allow_pickle=False) as stored:
        first = 0x4E00
        tables = []
        for name in ("strict", "loose"):
            table = np.arange(0x110000, dtype=np.uint32)
            keys = stored[name].astype(np.uint32)
            known = np.flatnonzero(keys)
            table[known + first] = keys[known] + PRIVATE
            tables.append(table)
        common, everywhere = (frozenset(map(chr, stored[k].tolist())) for k in ("common", "everywhere"))
    return Sounds(tables[0], tables[1], common, everywhere)


@lru_cache(maxsize=1)
def further() -> Mapping[int, tuple[tuple[int, int], ...]]:
    """The further readings of polyphones: code point -> strict and loose keys."""
    more: dict[int, list[tuple[int, int]]] = {}
    with np.load(TABLES, allow_pickle=False) as stored:
        for code, strict, loose in stored["more"].tolist():
            more.setdefault(code, []).append((strict + PRIVATE, loose + PRIVATE))
    return {c: tuple(v) for c, v in more.items()}


def key(text: str, *, loose: bool) -> str:
    """The text as sound keys, one per character."""
    table = sounds().loose if loose else sounds().strict
    return table[codes(text)].tobytes().decode("utf-32-le", "surrogatepass")


def keys_of(term: str, *, loose: bool) -> list[str]:
    """All ways the word may sound, the commonest first, at most sixteen."""
    table = further()
    choices = []
    for char in term:
        main = key(char, loose=loose)
        tried = len(term) > 2 or char in LIVING_POLYPHONES
        others = [chr(pair[1 if loose else 0]) for pair in table.get(ord(char), ())] if tried else []
        choices.append(list(dict.fromkeys([main, *others])))
    return ["".join(p) for _, p in zip(range(MOST_READINGS), product(*choices), strict=False)]


@dataclass(frozen=True, slots=True)
class Correction:
    """A stretch of the reading that sounds like a listed word and was read as that word."""

    start: int
    end: int
    heard: str
    meant: str


@dataclass(frozen=True, slots=True)
class SoundTable:
    """The words that are found by their sound, as data.

    Attributes:
        terms: words to be found, each of two or more characters, as they stand in a reading.
        heard: known mishearings and the word each stands for; these need no guard.
        guards: real words; a sound hit inside one of them that is not the listed word itself is no hit.
        strict: strict sound -> term.
        loose: loose sound -> term of three or more characters.
    """

    terms: frozenset[str]
    heard: Mapping[str, str]
    guards: frozenset[str]
    strict: Mapping[str, str]
    loose: Mapping[str, str]

    @classmethod
    def of(
        cls, terms: Sequence[str], heard: Mapping[str, str], dictionary: Iterable[tuple[str, int]] = ()
    ) -> SoundTable:
        """Work out the sounds of some words, and which words of a dictionary guard against them."""
        listed = sorted({normal(t) for t in terms if len(t) >= 2})
        ways = {normal(k): normal(v) for k, v in heard.items()}
        guards = frozenset(normal(g) for g in guards_for(listed, dictionary)) - frozenset(listed)
        strict = {k: t for t in reversed(listed) for k in reversed(keys_of(t, loose=False))}
        loose = {k: t for t in reversed(listed) if len(t) >= 3 for k in reversed(keys_of(t, loose=True))}
        return cls(frozenset(listed), ways, guards, strict, loose)


class Corrector:
    """Finds listed words by their sound."""

    def __init__(self, table: SoundTable) -> None:
        self._terms, self._heard, self._guards = table.terms, table.heard, table.guards
        self._strict = _SoundList(table.strict, loose=False)
        self._loose = _SoundList(table.loose, loose=True)
        self._words = Automaton(sorted(table.terms | set(table.heard) | table.guards))

    def correct(self, text: str) -> tuple[str, list[Correction]]:
        """The reading with every misheard word put right, and what was changed."""
        literal = list(self._words.hits(text))
        found = [Correction(s, e, text[s:e], self._heard[w]) for w, s, e in literal if w in self._heard]
        kept = [(s, e) for w, s, e in literal if w in self._terms or w in self._guards]
        for start, end, meant in (*self._strict.hits(text), *self._loose.hits(text)):
            clear = text[start:end] != meant and not any(s < end and start < e for s, e in kept)
            if clear and _plausible(text, start, end, meant):
                found.append(Correction(start, end, text[start:end], meant))
        return _apply(text, _without_overlaps(found, kept))

    def listed(self, text: str) -> list[tuple[int, int]]:
        """Where listed words stand in a text as they are written, in code points."""
        return [(start, end) for word, start, end in self._words.hits(text) if word in self._terms]


class _SoundList:
    """One automaton over sound keys."""

    def __init__(self, patterns: Mapping[str, str], *, loose: bool) -> None:
        self._meant = patterns
        self._automaton = Automaton(sorted(patterns))
        self._is_loose = loose

    def hits(self, text: str) -> Iterable[tuple[int, int, str]]:
        if self._meant:
            for sound, start, end in self._automaton.hits(key(text, loose=self._is_loose)):
                yield start, end, self._meant[sound]


def _plausible(text: str, start: int, end: int, meant: str) -> bool:
    """True where nothing in the text speaks against the stretch being a misheard word."""
    if any(a != b and a in FUNCTION_WORDS for a, b in zip(text[start:end], meant, strict=True)):
        return False
    if end - start == 2 and _two_words(text[start:end]):
        return False
    low = max(0, start - WINDOW)
    edges = words.borders(text[low : end + WINDOW], listed_only=True)
    after = end + 1 if text[end : end + 1] in PARTICLES else end
    return start - low in edges and bool({end - low, after - low} & edges)


def _two_words(pair: str) -> bool:
    """True where two characters are more likely two words than one misheard: 真行, 去挣."""
    table = sounds()
    return set(pair) <= table.common or bool(set(pair) & table.everywhere)


def _without_overlaps(found: Sequence[Correction], kept: Sequence[tuple[int, int]]) -> list[Correction]:
    """Longest first, then leftmost; nothing inside a longer word that was written right."""
    chosen: list[Correction] = []
    for c in sorted(set(found), key=lambda c: (c.start - c.end, c.start, c.meant)):
        if any(o.start < c.end and c.start < o.end for o in chosen):
            continue
        if any(s <= c.start and c.end <= e and e - s > c.end - c.start for s, e in kept):
            continue
        chosen.append(c)
    return sorted(chosen, key=lambda c: c.start)


def _apply(text: str, corrections: list[Correction]) -> tuple[str, list[Correction]]:
    parts, at = [], 0
    for c in corrections:
        parts += [text[at : c.start], c.meant]
        at = c.end
    return "".join([*parts, text[at:]]), corrections


def guards_for(terms: Sequence[str], dictionary: Iterable[tuple[str, int]], *, rarest: int = 20) -> list[str]:
    """Real words that a sound hit must not be taken from.

    A word guards if it sounds like a term, or holds a stretch that does, and is not the term itself; words
    rarer than ``rarest`` in the dictionary do not.
    """
    listed = {normal(t) for t in terms}
    known = [w for w, n in dictionary if 2 <= len(w) <= 5 and n >= rarest and w.isalpha()]
    text = "\n".join(known)
    found: set[int] = set()
    starts = np.cumsum([0, *(len(w) + 1 for w in known)])
    for loose in (False, True):
        patterns = {k: t for t in listed if not loose or len(t) >= 3 for k in keys_of(t, loose=loose)}
        for sound, start, end in Automaton(sorted(patterns)).hits(key(text, loose=loose)):
            if text[start:end] != patterns[sound]:
                found.add(int(np.searchsorted(starts, start, "right")) - 1)
    return sorted({known[i] for i in found} - listed)
