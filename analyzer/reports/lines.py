"""Breaking Chinese text into terminal lines: by cells, anywhere between ideographs, never before a full stop."""

from __future__ import annotations

from collections.abc import Callable

NOT_FIRST = frozenset("。，、；：？！）】》」』”’…—·,.;:!?)]}%›")
NOT_LAST = frozenset("（【《「『“‘([{‹")
ALONE = frozenset(" “”‘’…—·()[]{}‹›")
LATIN_REACH = 40
"""A run of Latin letters longer than this many characters is broken like ideographs."""


def breaks(text: str, first: int, rest: int, cells: Callable[[str], int]) -> list[int]:
    """Offsets at which ``text`` continues on a new line.

    Args:
        text: one paragraph without line breaks.
        first: cells of the first line.
        rest: cells of every other line.
        cells: cells of one character.
    """
    out: list[int] = []
    start, used, room = 0, 0, first
    sizes = [cells(c) for c in text]
    i = 0
    while i < len(text):
        if used + sizes[i] > room and i > start:
            start = _border(text, start, i)
            out.append(start)
            used, room = sum(sizes[start:i]), rest
            continue
        used += sizes[i]
        i += 1
    return out


def _border(text: str, start: int, full: int) -> int:
    """The best place in ``text[start + 1 : full + 1]`` to begin a new line; ``full`` does not fit any more."""
    for at in range(full, max(start, full - LATIN_REACH), -1):
        if _may_break(text[at - 1], text[at]):
            return at
    return full


def _may_break(before: str, after: str) -> bool:
    """True if a line may end with ``before`` and the next begin with ``after``."""
    if after in NOT_FIRST or before in NOT_LAST or after == " ":
        return False
    if before == " ":
        return True
    return not (_letter(before) and _letter(after))


def _letter(char: str) -> bool:
    """True for what clings to its neighbours: Latin letters, digits and the marks inside words such as ``a.b``."""
    return char < "\u2e80" and char not in ALONE
