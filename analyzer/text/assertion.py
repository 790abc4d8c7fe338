"""Is it meant? Negated, asked, quoted, hypothetical, told not to — for every hit, with the cue that says so.

The method is that of ConText (Harkema et al. 2009, doi:10.1016/j.jbi.2009.05.002) for spoken Chinese: a cue has
a side, a reach in characters, words that stop it and look-alikes that do nothing. The cues stand in
``lexicons/context``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analyzer.text.frames import COMMAS, STOPS, Match
from analyzer.text.scan import Automaton, Span, covered

STATUSES: dict[str, str] = {
    "negated": "被否定",
    "asked": "是提问",
    "quoted": "是引述",
    "hypothetical": "是假设",
    "instructed_not_to": "是劝阻",
}
"""Status -> what a person reads."""


@dataclass(frozen=True, slots=True)
class CueGroup:
    """Cue words that behave alike.

    Attributes:
        status: what they say of a hit, one of ``STATUSES``.
        side: ``before`` or ``after`` the decisive words.
        reach: how many characters may lie between cue and decisive words.
        scope: ``clause`` (a comma ends it) or ``sentence``.
        stops: words that end the reach.
        pseudo: look-alikes; a cue word inside one of them is none.
    """

    status: str
    side: str
    reach: int
    scope: str
    words: tuple[str, ...]
    stops: tuple[str, ...] = ()
    pseudo: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue word at one place of a unit."""

    group: CueGroup
    word: str
    span: Span


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status and the cue it rests on."""

    status: str
    cue: str
    span: Span


class Cues:
    """All cue groups, ready to be looked up in a unit."""

    def __init__(self, groups: Sequence[CueGroup]) -> None:
        self.by_word: Mapping[str, tuple[CueGroup, ...]] = _by_word(groups)
        pseudo = {w for g in groups for w in g.pseudo}
        self._automaton = Automaton(sorted({*self.by_word, *pseudo}))

    def find(self, text: str) -> list[Cue]:
        """The cues of one unit; a cue inside a look-alike of its group is none."""
        hits = list(self._automaton.hits(text))
        return [
            Cue(group, word, (start, end))
            for word, start, end in hits
            for group in self.by_word.get(word, ())
            if not covered((start, end), ((s, e) for w, s, e in hits if w in group.pseudo))
        ]


def _by_word(groups: Sequence[CueGroup]) -> dict[str, tuple[CueGroup, ...]]:
    found: dict[str, list[CueGroup]] = {}
    for group in groups:
        for word in group.words:
            found.setdefault(word, []).append(group)
    return {w: tuple(g) for w, g in found.items()}


def assess(match: Match, text: str, cues: Sequence[Cue]) -> Iterator[Verdict]:
    """Everything the cues of a unit say about one match; nothing means: simply asserted."""
    return (Verdict(c.group.status, c.word, c.span) for c in cues if _reaches(c, match, text))


def _reaches(cue: Cue, match: Match, text: str) -> bool:
    start, end = cue.span
    if any(s <= start and end <= e for _, (s, e) in match.pieces):
        return False
    if cue.group.side == "before":
        between = text[end : match.decisive[0]] if end <= match.decisive[0] else None
    else:
        between = text[match.decisive[1] : start] if start >= match.decisive[1] else None
    if between is None or len(between) > cue.group.reach:
        return False
    borders = STOPS if cue.group.scope == "sentence" else STOPS + COMMAS
    if any(c in borders for c in between):
        return False
    return not any(stop in between for stop in cue.group.stops)
