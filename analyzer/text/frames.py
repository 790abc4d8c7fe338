"""Frames: concepts and words in order, small gaps allowed, a clause ends a frame.

Written by compliance officers, so the notation is small (blank-separated parts)::

    {self} {am}? … {police}*       {concept} or word; a|b or {a|b} alternatives; ? optional; * the decisive part
    担保?人|作?保                   ? inside a part makes the character before it optional
    +                              nothing between its neighbours (otherwise up to two characters)
    …  …5                          up to eight (five) characters inside the clause
    ……  ……30                       up to sixteen (thirty) characters, commas allowed, inside the sentence
    ^  $                           here a clause begins, ends
    !{neg}  !不                    what follows here must not be this

A frame is compiled to one pattern of literals and bounded gaps when it is first tried, and it is tried only on units
that hold a word of each of its parts (``gate.py``), so a rule that does not fire costs nothing. Every repetition is
bounded, so the time is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from analyzer.text.normalize import normal
from analyzer.text.scan import Span

COMMAS = ",:/"
STOPS = ".!?;\n"
CLAUSE_GAP, SENTENCE_GAP, TOUCH = 8, 16, 2
OFTEN = 6
"""A frame is compiled as a whole when it is tried so many times: most frames are tried on one call or on thousands."""
NEVER = r"[^\s\S]"
LONGEST_PATTERN = 80
"""No pattern of a concept is taken to be longer."""
_INSIDE_CLAUSE = f"[^{COMMAS}{STOPS}]"
_INSIDE_SENTENCE = f"[^{STOPS}]"
_BORDERS = f"[{COMMAS}{STOPS}]"
_PIECES = re.compile(r"\{[^{}]*\}|[^|{}]+")
_LETTERS = re.compile(r"(.)(\??)")
_GAP = re.compile(r"(…{1,2})(\d{0,2})")


class FrameSyntaxError(ValueError):
    """The notation cannot be read; the message is Chinese and names the part."""


@dataclass(frozen=True, slots=True)
class Concept:
    """A named list of words.

    ``pattern`` stands in place of words for amounts, phone numbers and the like; it may use character classes
    and bounded repetition only. ``common`` words never start a search. ``fence`` asks for a word border at both
    ends.
    """

    name: str
    terms: tuple[str, ...] = ()
    pattern: str | None = None
    common: bool = False
    fence: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a frame: words, a gap, an edge of the clause or something that must not follow."""

    kind: str
    source: str
    concepts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    optional: bool = False
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """A parsed frame; ``decisive`` and ``anchor`` are indexes into ``parts``."""

    source: str
    parts: tuple[Part, ...]
    decisive: int
    anchor: int


@dataclass(frozen=True, slots=True)
class Match:
    """Where a frame was found in a unit; ``pieces`` are ``(part, span)`` of the parts with words."""

    start: int
    end: int
    decisive: Span
    pieces: tuple[tuple[str, Span], ...]


def parse(source: str, concepts: Mapping[str, Concept], norm: Callable[[str], str] = normal) -> Frame:
    """Read one frame.

    Args:
        source: the frame as written.
        concepts: by name.
        norm: gives a word as it stands in a reading.

    Raises:
        FrameSyntaxError: unknown concept, empty frame, gap at the edge, no part that can start a search.
    """
    parts: list[Part] = []
    starred: int | None = None
    for token in source.split():
        part, star = _part(token, concepts, norm)
        if star and part.optional:
            raise FrameSyntaxError(f"“{token}”：决定性的部分不能可有可无")
        if star:
            starred = len(parts)
        parts.append(part)
    words = [i for i, p in enumerate(parts) if p.kind == "words"]
    if not words:
        raise FrameSyntaxError("句式里没有词或词表")
    if parts[0].kind in ("gap", "sentence", "join") or parts[-1].kind in ("gap", "sentence", "join"):
        raise FrameSyntaxError("句式不能以间隔开头或结尾")
    anchor = _anchor(parts, concepts, starred)
    return Frame(source, tuple(parts), anchor if starred is None else starred, anchor)


def _part(token: str, concepts: Mapping[str, Concept], norm: Callable[[str], str]) -> tuple[Part, bool]:
    if token in ("^", "$"):
        return Part("start" if token == "^" else "end", token), False
    if token == "+":
        return Part("join", token), False
    gap = _GAP.fullmatch(token)
    if gap:
        wide = len(gap.group(1)) == 2
        size = int(gap.group(2) or (SENTENCE_GAP if wide else CLAUSE_GAP))
        return Part("sentence" if wide else "gap", token, gap=size), False
    kind = "words"
    if token.startswith("!"):
        kind, token = "not", token[1:]
    star, optional = False, False
    while token and token[-1] in "*?":
        star, optional = star or token[-1] == "*", optional or token[-1] == "?"
        token = token[:-1]
    return _words(kind, token, concepts, optional, norm), star


def _words(kind: str, token: str, concepts: Mapping[str, Concept], optional: bool, norm: Callable[[str], str]) -> Part:
    names, words = [], []
    for piece in _PIECES.findall(token):
        if piece.startswith("{"):
            names += [n.strip() for n in piece[1:-1].split("|")]
        else:
            spelled = [(w, norm(w)) for w in _spellings(piece) if w]
            if empty := next((w for w, read_as in spelled if not read_as), None):
                raise FrameSyntaxError(f"“{empty}”读起来什么也不剩（语气词、标点和空白不读），请删去")
            words += [read_as for _, read_as in spelled]
    if not names and not words:
        raise FrameSyntaxError(f"“{token}”读不懂")
    for name in names:
        if name not in concepts:
            raise FrameSyntaxError(f"词表 {{{name}}} 不存在")
    return Part(kind, token, tuple(names), tuple(words), optional)


def literals(source: str) -> Iterator[str]:
    """The words that a frame names itself, as written, whether it can be read or not."""
    for token in source.split():
        for piece in _PIECES.findall(token.removeprefix("!").rstrip("*?")):
            if not piece.startswith("{"):
                yield from _spellings(piece)


def _spellings(piece: str) -> list[str]:
    """The words that ``担保?人`` stands for: with and without the character before each question mark."""
    found = [""]
    for char, mark in _LETTERS.findall(piece):
        found = [w + char for w in found] + ([*found] if mark else [])
    return list(dict.fromkeys(found))


def _anchor(parts: Sequence[Part], concepts: Mapping[str, Concept], starred: int | None) -> int:
    """The part whose words start the search: the starred one if it can, else the one with the longest words."""

    def rank(index: int) -> tuple[int, int, int]:
        words = words_of(parts[index], concepts)
        if not words or any(concepts[n].pattern for n in parts[index].concepts):
            return -1, 0, 0
        common = any(concepts[n].common for n in parts[index].concepts) or min(map(len, words)) < 2
        return (0 if common else 2) + (index == starred), min(map(len, words)), index

    ranked = [(rank(i), i) for i, p in enumerate(parts) if p.kind == "words" and not p.optional]
    best = max(ranked, default=((-1, 0, 0), -1))
    if best[0][0] < 0:
        raise FrameSyntaxError("句式里没有可以起查的词（全是可选部分或号码模式）")
    return best[1]


def words_of(part: Part, concepts: Mapping[str, Concept]) -> list[str]:
    """All literal words of a part, as they stand in a reading."""
    return list(dict.fromkeys([*(t for n in part.concepts for t in concepts[n].terms), *part.words]))


@lru_cache(maxsize=4096)
def alternation(words: tuple[str, ...]) -> str:
    """A pattern for any of the words that shares their beginnings and tries the longest first."""
    trie: dict[str, object] = {}
    for word in words:
        node = trie
        for char in word:
            node = node.setdefault(char, {})  # type: ignore[assignment]
        node[""] = True
    return _branch(trie)


def _branch(node: dict[str, object]) -> str:
    ends = "" in node
    tails = [re.escape(c) + _branch(n) for c, n in sorted(node.items()) if c and isinstance(n, dict)]
    if not tails:
        return ""
    if len(tails) == 1 and not ends:
        return tails[0]
    return f"(?:{'|'.join(tails)}){'?' if ends else ''}"


class FramePattern:
    """A frame ready to search; compiled when its words stand in their order, for one text first."""

    def __init__(self, frame: Frame, concepts: Mapping[str, Concept]) -> None:
        self.frame = frame
        self._concepts = concepts
        self._pattern: re.Pattern[str] | None = None
        self._tried = 0
        words = [i for i, p in enumerate(frame.parts) if p.kind == "words"]
        self._sources = [(frame.parts[i].source, n) for n, i in enumerate(words, 1)]
        self._decisive = words.index(frame.decisive) + 1
        self.fenced = any(concepts[n].fence for p in frame.parts for n in p.concepts)
        self.numbers = tuple(_numbers(p, concepts) for p in frame.parts if _is_number(p, concepts))
        """For each needed part without words of its own: a pattern that must be found where the frame stands."""
        self.first: Callable[[str], object] = self._first
        """Whether the frame stands in one unit at all: something true where it does."""

    def search(self, text: str) -> list[Match]:
        """All non-overlapping places of the frame in one unit."""
        pattern = self._pattern_for(text)
        return [] if pattern is None else [self._match(found.regs) for found in pattern.finditer(text)]

    def _first(self, text: str) -> object:
        pattern = self._pattern_for(text)
        return None if pattern is None else pattern.search(text)

    def _pattern_for(self, text: str) -> re.Pattern[str] | None:
        """The pattern, or one that does for this text; None where its words say already that it is not there."""
        if self._pattern is not None:
            return self._pattern
        if not self._in_order(text):
            return None
        self._tried += 1
        if self._tried < OFTEN:
            return re.compile(self._compiled(text))
        self._pattern = re.compile(self._compiled())
        self.first = self._pattern.search  # from now on without a detour
        return self._pattern

    def _match(self, spans: tuple[Span, ...]) -> Match:
        pieces = tuple((source, spans[n]) for source, n in self._sources if spans[n][0] >= 0)
        return Match(*spans[0], spans[self._decisive], pieces)

    def _in_order(self, text: str) -> bool:
        """False where the needed words do not stand one after the other, near enough; far cheaper than compiling."""
        reached: list[int] | None = None
        far = 0
        for part in self.frame.parts:
            if part.kind != "words":
                far += part.gap
                continue
            words = words_of(part, self._concepts)
            pattern = any(self._concepts[n].pattern for n in part.concepts)
            far += TOUCH
            if part.optional or pattern:
                far += LONGEST_PATTERN if pattern else max(map(len, words))
                continue
            spans = [s for w in words for s in _occurrences(w, text)]
            reached = [e for s, e in spans if reached is None or any(0 <= s - r <= far for r in reached)]
            if not reached:
                return False
            far = 0
        return True

    def _compiled(self, text: str | None = None) -> str:
        """The pattern; with a text, one that does for that text only and is much smaller."""
        out: list[str] = []
        loose = False
        for part in self.frame.parts:
            if part.kind == "words":
                touch = f"{_INSIDE_CLAUSE}{{0,{TOUCH}}}?" if loose else ""
                body = f"({self._either(part, text)})"
                out.append(f"(?:{touch}{body})?" if part.optional else touch + body)
                loose = True
            elif part.kind == "not":
                # what must not follow is looked for behind the small gap too
                out.append(f"(?!{_INSIDE_CLAUSE}{{0,{TOUCH if loose else 0}}}(?:{self._either(part, text)}))")
            else:
                out.append(_glue(part))
                loose = False
        return "".join(out)

    def _either(self, part: Part, text: str | None) -> str:
        patterns = [p for n in part.concepts if (p := self._concepts[n].pattern)]
        words = words_of(part, self._concepts)
        if text is None:
            return "|".join([*patterns, *([alternation(tuple(words))] if words else [])])
        present = sorted((w for w in words if w in text), key=len, reverse=True)
        return "|".join([*patterns, *map(re.escape, present)]) or NEVER


def _is_number(part: Part, concepts: Mapping[str, Concept]) -> bool:
    """True for a needed part that only patterns make."""
    return part.kind == "words" and not part.optional and not words_of(part, concepts)


def _numbers(part: Part, concepts: Mapping[str, Concept]) -> str:
    return "|".join(p for n in part.concepts if (p := concepts[n].pattern))


def _occurrences(word: str, text: str) -> Iterator[Span]:
    at = text.find(word)
    while at >= 0:
        yield at, at + len(word)
        at = text.find(word, at + 1)


def _glue(part: Part) -> str:
    if part.kind == "gap":
        return f"{_INSIDE_CLAUSE}{{0,{part.gap}}}?"
    if part.kind == "sentence":
        return f"{_INSIDE_SENTENCE}{{0,{part.gap}}}?"
    if part.kind == "start":
        return rf"(?:\A|(?<={_BORDERS}))"
    if part.kind == "end":
        return rf"(?=\Z|{_BORDERS})"
    return ""


_QUANTIFIER = re.compile(r"[*+]|\{\d*,\}|\\[1-9]|\(\?P=")


def check_pattern(pattern: str) -> None:
    """Accept patterns with bounded repetition only.

    Raises:
        FrameSyntaxError: the pattern does not compile, repeats without bound or refers back.
    """
    bare = re.sub(r"\\[^1-9]|\[[^\]]*\]", "x", pattern)
    if _QUANTIFIER.search(bare):
        raise FrameSyntaxError("模式只允许有上限的重复，如 {0,8}；不允许 * + {n,} 和反向引用")
    try:
        re.compile(pattern)
    except re.error as error:
        raise FrameSyntaxError(f"模式无法编译：{error}") from None
