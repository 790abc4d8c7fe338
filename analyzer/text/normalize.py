"""Read a text the way a person does: width, script, case, noise and stutters aside, every offset kept.

Two steps. ``fold`` maps one character to one (full width, traditional, case, look-alikes), so offsets cannot move;
``read`` folds many texts at once and drops what carries no words (zero-width marks, symbols between characters,
fillers, stutters); ``Reading.origin`` says for each character that is left where it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
Index = npt.NDArray[np.int64]

TABLES = Path(__file__).with_name("tables.npz")
SEPARATOR = "\n"
FILLERS = "嗯呃唔嗱"
DIGITS = "0123456789零一二三四五六七八九十百千万两幺〇"
LONGEST_STUTTER = 3


@dataclass(frozen=True, slots=True)
class Tables:
    """Lookup tables over all code points.

    ``stutters`` are the characters whose groups are stutters when they stand twice; ``singles`` those of them that no
    word doubles.
    """

    fold: Codes
    noise: npt.NDArray[np.bool_]
    stutters: npt.NDArray[np.bool_]
    singles: npt.NDArray[np.bool_]


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The shipped tables, expanded for direct lookup (about 6 MB)."""
    with np.load(TABLES, allow_pickle=False) as stored:
        fold = np.arange(0x110000, dtype=np.uint32)
        pairs = stored["fold"]
        fold[pairs[:, 0]] = pairs[:, 1]
        fold[0xD800:0xE000] = 0xFFFD  # a lone surrogate is no character; it is read as noise
        noise = np.zeros(0x110000, bool)
        noise[stored["noise"]] = True
        doubled = stored["doubled"]
    noise[[ord(c) for c in FILLERS]] = True
    stutters = np.zeros(0x110000, bool)
    stutters[0x4E00:0x9FA6] = True
    stutters[[ord(c) for c in DIGITS]] = False
    singles = stutters.copy()
    singles[doubled] = False
    return Tables(fold, noise, stutters, singles)


def codes(text: str) -> Codes:
    """Code points of a text; lone surrogates pass."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def text_of(points: Codes) -> str:
    """The text of code points."""
    return points.tobytes().decode("utf-32-le", "surrogatepass")


def fold(text: str) -> str:
    """One character for one: ``len(fold(text)) == len(text)``."""
    return text_of(tables().fold[codes(text)])


@dataclass(frozen=True, slots=True)
class Reading:
    """Several texts read together, divided by ``\\n``.

    ``origin[i]`` is the position of ``text[i]`` in the texts joined by one separator each; it has one entry more than
    the text, so that an end can be looked up too. ``starts[k]`` is where the k-th text begins in ``text``.
    """

    text: str
    origin: Index
    starts: Index

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a non-empty span of the reading stood in the joined originals, half-open."""
        return int(self.origin[start]), int(self.origin[end - 1]) + 1


def read(texts: Sequence[str]) -> Reading:
    """Read texts together; none of the results runs across the border of two texts."""
    joined = codes(SEPARATOR.join(texts))
    table = tables()
    points = table.fold[joined]
    lengths = np.fromiter((len(t) for t in texts), np.int64, len(texts))
    borders = np.cumsum(lengths + 1)[:-1] - 1
    points[borders] = ord(SEPARATOR)
    origin = np.flatnonzero(~table.noise[points])
    points = points[origin]
    for width in range(1, LONGEST_STUTTER + 1):
        keep = _without_stutters(points, width, table.singles if width == 1 else table.stutters)
        points, origin = points[keep], origin[keep]
    starts = np.concatenate(([0], np.flatnonzero(points == ord(SEPARATOR)) + 1)).astype(np.int64)
    return Reading(text_of(points), np.append(origin, len(joined)).astype(np.int64), starts)


def _without_stutters(points: Codes, width: int, stutters: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Mask that drops the first of two equal neighbouring groups of ``width`` Chinese characters."""
    keep = np.ones(len(points), bool)
    if len(points) < 2 * width:
        return keep
    same = (points[:-width] == points[width:]) & stutters[points[:-width]]
    first = np.ones(len(points) - 2 * width + 1, bool)
    for shift in range(width):
        first &= same[shift : shift + len(first)]
    for place in np.flatnonzero(first):
        if keep[place : place + width].all():
            keep[place : place + width] = False
    return keep


def lines(texts: Sequence[str]) -> list[str]:
    """Each text as it stands in a reading."""
    return read(texts).text.split(SEPARATOR) if texts else []


def normal(term: str) -> str:
    """A word of the rulebook as it stands in a reading: the same function for the list and for the text."""
    return read([term]).text


def normals(terms: Iterable[str]) -> dict[str, str]:
    """Many words without line breaks as they stand in a reading."""
    distinct = list(dict.fromkeys(terms))
    return dict(zip(distinct, lines(distinct), strict=True))
