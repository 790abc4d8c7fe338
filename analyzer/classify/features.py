"""What the second reader looks at: one sight per agent turn, turned into numbered features by numpy alone.

A feature is a 64-bit key made of a name space and up to four characters (or the hash of a word or fact), so a whole
batch of turns becomes keys in a few array operations and no dictionary of strings is kept.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analyzer.text import words
from analyzer.text.normalize import SEPARATOR, codes
from analyzer.text.sound import key as sound_key

Keys = npt.NDArray[np.uint64]
Docs = npt.NDArray[np.int64]

TURN, WORD, PAIR, SOUND, CUSTOMER, AGENT, FACT, OUTSIDER, ASKED = range(9)
"""Name spaces: characters of the turn, its words, neighbouring words, its sound, characters of the customer's turn
before, characters of the agent's turn before, facts, words said to an outsider, words said in answer to a request."""
GRAMS = {TURN: (1, 2, 3, 4), SOUND: (2, 3), CUSTOMER: (2, 3), AGENT: (2,)}
LONGEST = 160
"""Characters of a neighbouring turn that are read: its end before the turn, where the talk joins."""
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SPACE = np.uint64(0xC2B2AE3D27D4EB4F)


@dataclass(frozen=True, slots=True)
class Sight:
    """One agent turn as the second reader sees it.

    Attributes:
        text: the turn, folded and corrected.
        customer: the customer's words before it; empty at the beginning.
        agent: the agent's words before those.
        facts: ``rel=outsider``, ``stage=late``, ``event=asks_identity``, ``has=police``, ``cue=negated`` …
    """

    text: str
    customer: str = ""
    agent: str = ""
    facts: tuple[str, ...] = ()

    @property
    def to_outsider(self) -> bool:
        """True where somebody who may not know of the debt listens."""
        return "rel=outsider" in self.facts

    @property
    def answers(self) -> bool:
        """True where the customer has just asked who is calling, for a way to complain, or to be left alone."""
        return any(f"event={e}" in self.facts for e in ("asks_identity", "asks_channel", "complains", "stop_request"))


def keys_of(sights: Sequence[Sight]) -> tuple[Docs, Keys]:
    """The features of many turns: row numbers and keys, each pair once, sorted by row, then key."""
    docs, keys = all_keys(sights)
    order = np.lexsort((keys, docs))
    docs, keys = docs[order], keys[order]
    fresh = np.ones(len(docs), bool)
    fresh[1:] = (docs[1:] != docs[:-1]) | (keys[1:] != keys[:-1])
    return docs[fresh], keys[fresh]


def all_keys(sights: Sequence[Sight]) -> tuple[Docs, Keys]:
    """The same as often and in the order in which they come."""
    if not sights:
        return np.zeros(0, np.int64), np.zeros(0, np.uint64)
    texts = [s.text for s in sights]
    parts = [_grams(texts, TURN), _grams([sound_key(t, loose=False) for t in texts], SOUND)]
    parts.append(_grams([s.customer[-LONGEST:] for s in sights], CUSTOMER))
    parts.append(_grams([s.agent[-LONGEST:] for s in sights], AGENT))
    parts += _words(sights)
    parts.append(_facts(sights))
    return np.concatenate([d for d, _ in parts]), np.concatenate([k for _, k in parts])


def _mixed(packed: npt.NDArray[np.uint64], space: int) -> Keys:
    mixed: Keys = packed * _MIX ^ np.uint64((space + 1) * int(_SPACE) & 0xFFFFFFFFFFFFFFFF)
    return mixed


def _joined(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint64], Docs]:
    """Code points of all texts, a separator after each, and the row of each; those beyond the plane lose their top."""
    points = codes(SEPARATOR.join([*texts, ""])).astype(np.uint64)
    ends = points == ord(SEPARATOR)
    points &= np.uint64(0xFFFF)
    points[(points == ord(SEPARATOR)) & ~ends] = 0xFFFD
    return points, np.cumsum(ends) - ends


def _packed(points: npt.NDArray[np.uint64], width: int) -> npt.NDArray[np.uint64]:
    """``width`` code points from every place on in one number."""
    many = max(len(points) - width + 1, 0)
    packed = np.zeros(many, np.uint64)
    for i in range(width):
        packed |= points[i : i + many] << np.uint64(16 * i)
    return packed


def _grams(texts: Sequence[str], space: int) -> tuple[Docs, Keys]:
    points, rows = _joined(texts)
    inside = points != ord(SEPARATOR)
    docs, keys = [], []
    for width in GRAMS[space]:
        packed = _packed(points, width)
        whole = np.ones(len(packed), bool)
        for i in range(width):
            whole &= inside[i : i + len(packed)]
        docs.append(rows[: len(packed)][whole])
        keys.append(_mixed(packed[whole], space))
    return np.concatenate(docs), np.concatenate(keys)


def _words(sights: Sequence[Sight]) -> list[tuple[Docs, Keys]]:
    """Words, pairs of words, and words again where an outsider listens or a request is answered."""
    points, rows = _joined([s.text for s in sights])
    lengths = np.array([len(w) for s in sights for w in (*words.cut(s.text, exact=False), SEPARATOR)], np.int64)
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1])).astype(np.int64)
    real = points[starts] != ord(SEPARATOR)
    starts, lengths = starts[real], lengths[real]
    padded = np.concatenate((points, np.zeros(4, np.uint64)))
    packed = np.zeros(len(starts), np.uint64)
    for i in range(4):
        char = padded[starts + i] << np.uint64(16 * i)
        packed |= np.where(lengths > i, char, np.uint64(0))
    packed ^= lengths.astype(np.uint64) << np.uint64(58)
    docs = rows[starts]
    found = [(docs, _mixed(packed, WORD))]
    same = docs[1:] == docs[:-1]
    pairs = packed[:-1] * _SPACE + packed[1:]
    found.append((docs[:-1][same], _mixed(pairs[same], PAIR)))
    for space, flags in (
        (OUTSIDER, [s.to_outsider for s in sights]),
        (ASKED, [s.answers for s in sights]),
    ):
        chosen = np.array(flags, bool)[docs] if len(docs) else np.zeros(0, bool)
        found.append((docs[chosen], _mixed(packed[chosen], space)))
    return found


def _facts(sights: Sequence[Sight]) -> tuple[Docs, Keys]:
    pairs = [(row, zlib.crc32(fact.encode())) for row, s in enumerate(sights) for fact in s.facts]
    docs = np.array([row for row, _ in pairs], np.int64)
    return docs, _mixed(np.array([crc for _, crc in pairs], np.uint64), FACT)


def placed(sight: Sight, space: int) -> tuple[Docs, Docs, Keys]:
    """The features of one turn in one name space (``TURN`` or ``WORD``) with the characters they cover."""
    if space == WORD:
        pieces = words.cut(sight.text, exact=False)
        ends = np.cumsum([len(w) for w in pieces]).astype(np.int64)
        starts = np.concatenate(([0], ends[:-1])).astype(np.int64) if pieces else ends
        docs, keys = _words([sight])[0]
        return starts[: len(docs)], ends[: len(docs)], keys
    points = codes(sight.text).astype(np.uint64) & np.uint64(0xFFFF)
    packs = [(w, _packed(points, w)) for w in GRAMS[space]]
    starts = np.concatenate([np.arange(len(p)) for _, p in packs])
    ends = np.concatenate([np.arange(len(p)) + w for w, p in packs])
    return starts, ends, _mixed(np.concatenate([p for _, p in packs]), space)
