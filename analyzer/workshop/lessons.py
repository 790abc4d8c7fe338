"""From training stories to a lesson: what the second reader would see of each turn, near-duplicates left out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analyzer.call import Call, Speaker
from analyzer.check import found_by_rules
from analyzer.classify.corpus import Utterance
from analyzer.classify.features import Sight
from analyzer.classify.train import Lesson
from analyzer.finding import SPOKEN
from analyzer.rules import second
from analyzer.rules.rulebook import Rulebook
from analyzer.text.normalize import normal

READ_BY_RULES = frozenset({"t1", "t2", "t3", "t4"})
"""Authors whose stories the writers of the rules have read: there the rules are righter than elsewhere."""
SHINGLE = 3
ALIKE = 0.8
"""Two turns with the same labels are near-duplicates from this overlap of their character trigrams on (Jaccard)."""
RARE = 60
"""Trigrams in more turns than this say nothing about likeness."""


@dataclass(frozen=True)
class Twin:
    """A turn left out because another with the same labels says nearly the same."""

    kept: Utterance
    left_out: Utterance
    overlap: float


def agent_turns(utterances: Sequence[Utterance]) -> tuple[list[Utterance], list[Twin]]:
    """The agent's turns without near-duplicates, and the pairs that were found."""
    mine = [u for u in utterances if u.speaker is Speaker.AGENT]
    shingles = [_shingles(u.text) for u in mine]
    places: dict[str, list[int]] = {}
    for i, some in enumerate(shingles):
        for shingle in some:
            places.setdefault(shingle, []).append(i)
    kept: list[Utterance] = []
    twins: list[Twin] = []
    gone: set[int] = set()
    for i, u in enumerate(mine):
        near = {j for s in shingles[i] if len(places[s]) <= RARE for j in places[s] if j < i and j not in gone}
        best = max(((_overlap(shingles[i], shingles[j]), -j) for j in near if mine[j].labels == u.labels), default=None)
        if best is not None and best[0] >= ALIKE:
            gone.add(i)
            twins.append(Twin(mine[-best[1]], u, round(best[0], 3)))
        else:
            kept.append(u)
    return kept, twins


def _shingles(text: str) -> frozenset[str]:
    read = "".join(c for c in normal(text) if c.isalnum())
    return frozenset(read[i : i + SHINGLE] for i in range(max(1, len(read) - SHINGLE + 1)))


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b)


def lesson(utterances: Sequence[Utterance], rulebook: Rulebook) -> tuple[Lesson, list[Utterance]]:
    """What is learnt from the turns, and the turns in its order; turns that nothing can be read of are left out."""
    sights: list[Sight] = []
    ruled: list[list[bool]] = []
    used: list[Utterance] = []
    for u in utterances:
        seen = last_seen(u.call(), rulebook)
        if seen is not None:
            sights.append(seen[0])
            ruled.append([label in seen[1] for label in SPOKEN])
            used.append(u)
    truth = np.array([[label in u.labels for label in SPOKEN] for u in used], bool)
    return (
        Lesson(
            sights,
            truth,
            np.logical_not(truth.any(axis=1)),
            np.array([u.author for u in used]),
            np.array(ruled, bool),
            np.array([u.author not in READ_BY_RULES for u in used], bool),
            SPOKEN,
        ),
        used,
    )


def last_seen(call: Call, rulebook: Rulebook) -> tuple[Sight, set[str]] | None:
    """What the second reader sees of the last turn of a call, and the categories that the rules found on it."""
    case = found_by_rules(call, rulebook)
    rows = second.seen(case)
    last = len(call.turns) - 1
    if not rows or rows[-1][0] != last:
        return None
    return rows[-1][1], {f.category for f in case.found if f.turn == last and f.status != "excused"}


def digest(paths: Sequence[Path]) -> str:
    """Hash of the training files, in the order of their names."""
    total = hashlib.sha256()
    for path in sorted(paths, key=lambda p: p.name):
        total.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return total.hexdigest()
