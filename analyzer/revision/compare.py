"""Two revisions -> new, kept, moved and fixed findings; by meaning, never by line number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from analyzer.gate import ScriptFinding, bare
from analyzer.revision.likeness import alike

REWORDED = 0.55
"""A sentence this much like the old one is the old one in other words."""
SAME_WORDS = 0.6


@dataclass(frozen=True, slots=True)
class Compared:
    """The findings of the newer revision sorted by where they come from, and those that are gone."""

    new: tuple[ScriptFinding, ...]
    kept: tuple[ScriptFinding, ...]
    moved: tuple[ScriptFinding, ...]
    fixed: tuple[ScriptFinding, ...]


Pair = Callable[[ScriptFinding, ScriptFinding], float]


def compare(
    old: Sequence[ScriptFinding], new: Sequence[ScriptFinding], *, texts: frozenset[str] = frozenset()
) -> Compared:
    """Sort findings.

    Args:
        old: of the older revision.
        new: of the newer one.
        texts: all lines of the newer revision: what still stands word for word was not reworded into something else.
    """
    left, right = list(old), list(new)
    kept: list[ScriptFinding] = []
    moved: list[ScriptFinding] = []
    standing = {bare(t) for t in texts}

    def reworded(a: ScriptFinding, b: ScriptFinding) -> float:
        if a.category != b.category or b.severity > a.severity or bare(a.sentence) in standing:
            return 0.0
        likeness = alike(a.sentence, b.sentence)
        words = alike(a.quote, b.quote)
        near = likeness >= REWORDED or (words >= SAME_WORDS and a.rule == b.rule)
        same = a.rule == b.rule or words >= SAME_WORDS or likeness >= 0.75
        return likeness + words if near and same else 0.0

    for key in (_in_place, _in_file, _words):
        for before, after in _exact(left, right, key):
            _settle(before, after, left, right, kept, moved)
    for pair in (_same_quote, reworded):
        for before, after in _pairs(left, right, pair):
            _settle(before, after, left, right, kept, moved)
    order = {_spot(f): i for i, f in enumerate(new)}
    kept.sort(key=lambda f: order[_spot(f)])
    moved.sort(key=lambda f: order[_spot(f)])
    return Compared(tuple(right), tuple(kept), tuple(moved), tuple(left))


def _spot(f: ScriptFinding) -> tuple[str, int, str | None, int, str, str]:
    return f.file, f.line, f.cell, f.offset, f.rule, f.sentence


def _pairs(
    left: Sequence[ScriptFinding], right: Sequence[ScriptFinding], pair: Pair
) -> list[tuple[ScriptFinding, ScriptFinding]]:
    """The best pairs, each finding once."""
    scored = [
        (-score, i, j)
        for i, a in enumerate(left)
        for j, b in enumerate(right)
        if a.category == b.category and _not_worse(a, b) and (score := pair(a, b)) > 0
    ]
    found, used_left, used_right = [], set(), set()
    for _, i, j in sorted(scored):
        if i not in used_left and j not in used_right:
            used_left.add(i)
            used_right.add(j)
            found.append((left[i], right[j]))
    return found


def _not_worse(old: ScriptFinding, new: ScriptFinding) -> bool:
    """A suspicion that became a violation is something new."""
    return old.status == new.status or new.status == "suspected"


def _same_place(old: ScriptFinding, new: ScriptFinding) -> bool:
    return old.file == new.file and bare(old.scene) == bare(new.scene)


def _words(f: ScriptFinding) -> tuple[str, ...]:
    return f.rule, bare(f.quote), bare(f.sentence)


def _in_file(f: ScriptFinding) -> tuple[str, ...]:
    return (*_words(f), f.file)


def _in_place(f: ScriptFinding) -> tuple[str, ...]:
    return (*_in_file(f), bare(f.scene))


def _settle(
    before: ScriptFinding,
    after: ScriptFinding,
    left: list[ScriptFinding],
    right: list[ScriptFinding],
    kept: list[ScriptFinding],
    moved: list[ScriptFinding],
) -> None:
    """Take a pair out of what is left to explain."""
    left.remove(before)
    right.remove(after)
    known = replace(after, old_file=before.file, old_line=before.line)
    (kept if _same_place(before, after) else moved).append(known)


def _exact(
    left: Sequence[ScriptFinding], right: Sequence[ScriptFinding], key: Callable[[ScriptFinding], tuple[str, ...]]
) -> list[tuple[ScriptFinding, ScriptFinding]]:
    """Pairs of one key, each finding once, in order."""
    waiting: dict[tuple[str, ...], list[ScriptFinding]] = {}
    for f in left:
        waiting.setdefault(key(f), []).append(f)
    found = []
    for f in right:
        same = waiting.get(key(f), [])
        before = next((s for s in same if _not_worse(s, f)), None)
        if before is not None:
            same.remove(before)
            found.append((before, f))
    return found


def _same_quote(old: ScriptFinding, new: ScriptFinding) -> float:
    if old.rule != new.rule or bare(old.quote) != bare(new.quote):
        return 0.0
    likeness = alike(old.sentence, new.sentence)
    if likeness < 0.3 and not _same_place(old, new):
        return 0.0
    return 0.1 + likeness + _same_place(old, new)
