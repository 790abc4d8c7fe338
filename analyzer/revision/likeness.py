"""How alike two texts are, whatever their punctuation and the lines around them."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from analyzer.gate import bare


@lru_cache(maxsize=65536)
def _pairs(text: str) -> Counter[str]:
    words = bare(text)
    return Counter(words[i : i + 2] for i in range(max(len(words) - 1, 1)))


def alike(a: str, b: str) -> float:
    """Share of the character pairs two texts have in common, 0.0 to 1.0."""
    if a == b or bare(a) == bare(b):
        return 1.0
    left, right = _pairs(a), _pairs(b)
    common = sum((left & right).values())
    return 2 * common / max(sum(left.values()) + sum(right.values()), 1)


def held(part: str, by: str) -> float:
    """Share of the character pairs of ``part`` that stand in ``by`` too."""
    left = _pairs(part)
    return sum((left & _pairs(by)).values()) / max(sum(left.values()), 1)
