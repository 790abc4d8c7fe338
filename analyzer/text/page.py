"""What one speaker said in one go, and what is found in it: frames, cues, words — the same wherever it is said.

A page knows nothing of calls. People say the same short things again and again, so the pages read last are kept: one
that comes again need not be read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from analyzer.text import words
from analyzer.text.assertion import Cue, Cues, Verdict, assess
from analyzer.text.frames import Concept, Frame, FramePattern, Match
from analyzer.text.gate import Gate, GateTable, Seen
from analyzer.text.scan import covered

LONGEST_TORN = 3
"""A hit of up to so many characters that stands alone must not cut a word of the dictionary in two."""
MOST_KEPT = 8192
"""So many pages are kept, about 3 KB each; then all are let go."""


@dataclass(slots=True, eq=False)
class Page:
    """A text as one speaker said it.

    Attributes:
        seen: what the scanner saw in it.
        frames: the frames that start something and stand in it, as far as their words and gaps go.
        found: where frames stand in it, as far as somebody asked.
        cues: its context cues, once they were needed.
        edges: the borders of its listed words, once they were needed.
    """

    text: str
    who: str
    seen: Seen
    frames: list[int]
    found: dict[int, tuple[Match, ...]] = field(default_factory=dict)
    cues: list[Cue] | None = None
    edges: frozenset[int] | None = None


class Pages:
    """Everything that is looked for on pages, and the pages read last.

    Args:
        concepts: by name.
        frames: numbered by their place.
        table: their gate.
        cues: context cues.
        speakers: for each frame who must have said it (``agent``, ``customer`` or ``any``).
    """

    def __init__(
        self,
        concepts: Mapping[str, Concept],
        frames: Sequence[Frame],
        table: GateTable,
        cues: Cues,
        speakers: Sequence[str],
    ) -> None:
        self.concepts, self.frames, self.cues, self.speakers = concepts, frames, cues, speakers
        self.gate = Gate(table, speakers)
        self._patterns: list[FramePattern | None] = [None] * len(frames)
        self._kept: dict[tuple[str, str], Page] = {}

    def read(self, said: Sequence[tuple[str, str]]) -> list[Page]:
        """The pages of ``(speaker, text)`` pairs; those that are new are scanned together."""
        if len(self._kept) + len(said) > MOST_KEPT:
            self.forget()
        new = [pair for pair in dict.fromkeys(said) if pair not in self._kept]
        looked_at = self.gate.look([text for _, text in new], [who for who, _ in new]) if new else []
        for (who, text), seen in zip(new, looked_at, strict=True):
            self._kept[who, text] = Page(text, who, seen, self._standing(seen.frames, text))
        return [self._kept[pair] for pair in said]

    def _standing(self, frames: Sequence[int], text: str) -> list[int]:
        """Those of some frames that stand in a text; a number or an amount is looked for once for all of them."""
        there: dict[str, bool] = {}
        found = []
        for number in frames:
            pattern = self._patterns[number] or self.pattern(number)
            for numbers in pattern.numbers:
                known = there.get(numbers)
                if known is None:
                    known = there[numbers] = _compiled(numbers).search(text) is not None
                if not known:
                    break
            else:
                if pattern.first(text):
                    found.append(number)
        return found

    def forget(self) -> None:
        """Let the pages read so far go."""
        self._kept.clear()

    def facts(self, page: Page) -> list[str]:
        """Whose words stand on a page and which cues, as short facts."""
        if page.cues is None:
            page.cues = self.cues.find(page.text)
        cues = sorted({c.group.status for c in page.cues})
        return [*(f"has={self.gate.names[c]}" for c in page.seen.concepts), *(f"cue={c}" for c in cues)]

    def matches(self, number: int, page: Page) -> tuple[Match, ...]:
        """Where a frame stands on a page, from left to right."""
        known = page.found.get(number)
        if known is None:
            known = page.found[number] = tuple(m for m, blocked in self.search(number, page) if not blocked)
        return known

    def search(self, number: int, page: Page) -> list[tuple[Match, str | None]]:
        """The places of one frame on one page, each with the reason why it does not count, if there is one."""
        if self.speakers[number] not in (page.who, "any") or not self.gate.open(number, page.seen):
            return []
        pattern = self.pattern(number)
        return [(match, self._blocked(pattern, match, page)) for match in pattern.search(page.text)]

    def pattern(self, number: int) -> FramePattern:
        """A frame ready to search."""
        pattern = self._patterns[number]
        if pattern is None:
            pattern = self._patterns[number] = FramePattern(self.frames[number], self.concepts)
        return pattern

    def verdicts(self, match: Match, page: Page) -> Iterator[Verdict]:
        """What the context of a match says of it; nothing for a plain assertion."""
        if page.cues is None:
            page.cues = self.cues.find(page.text)
        return assess(match, page.text, page.cues)

    def _blocked(self, pattern: FramePattern, match: Match, page: Page) -> str | None:
        """Why a match is none: a cover word holds one of its pieces, or a word is cut in two or has no border."""
        text, covers = page.text, page.seen.covers
        if covers:
            read = {i for _, (start, end) in match.pieces for i in range(start, end)}
            against = [c for c in covers if not read.issuperset(range(*c))]
            for _, span in match.pieces:
                if covered(span, against):
                    cover = max((c for c in against if c[0] <= span[0] and span[1] <= c[1]), key=lambda c: c[1] - c[0])
                    return f"“{text[slice(*span)]}”被误伤词“{text[slice(*cover)]}”覆盖"
        if pattern.fenced:
            fences = words.borders(text)
            for (source, span), part in zip(match.pieces, _word_parts(pattern.frame, match), strict=True):
                fenced = any(self.concepts[n].fence for n in part)
                if fenced and not {*span} <= fences:
                    return f"“{text[slice(*span)]}”不是独立的词（{source} 要求词边界）"
        if len(match.pieces) == 1:
            span = match.pieces[0][1]
            if span[1] - span[0] <= LONGEST_TORN:
                if page.edges is None:
                    page.edges = words.borders(text, listed_only=True)
                word = words.torn(text, *span, page.edges)
                if word:
                    return f"“{text[slice(*span)]}”把“{word}”拆开了"
        return None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _word_parts(frame: Frame, match: Match) -> Iterable[tuple[str, ...]]:
    by_source = {p.source: p.concepts for p in frame.parts if p.kind == "words"}
    return [by_source[source] for source, _ in match.pieces]
