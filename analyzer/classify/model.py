"""The shipped linear model: numbers and a manifest, scored by numpy alone.

One logistic regression per category over the features of ``features.py``; every row is divided by the square root of
the number of its known features. The score of a category is turned into a probability by its own sigmoid, fitted on
stories the model had not seen (Platt 1999).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from analyzer.classify.features import TURN, WORD, Docs, Keys, Sight, all_keys, placed
from analyzer.errors import HeguiError

FOLDER = Path(__file__).parent
NUMBERS, MANIFEST = "model.npz", "model.json"
_SHELVES = 18
_SHELF_BITS = np.uint64(64 - _SHELVES)
Scores = npt.NDArray[np.float64]


class Threshold(msgspec.Struct, frozen=True):
    """What a probability of one category is worth.

    Attributes:
        likely: from here on the model suspects.
        sure: from here on its precision on unseen stories was at least 0.98; None where it never was.
        doubt: below this a rule's hits were mostly wrong on stories new to both; 0 where they never were.
        slope: of the sigmoid.
        offset: of the sigmoid.
    """

    likely: float
    sure: float | None
    doubt: float
    slope: float
    offset: float


class Manifest(msgspec.Struct, frozen=True):
    """What the numbers are: hash, labels in column order, thresholds, and what they were trained on."""

    numbers: str
    labels: tuple[str, ...]
    thresholds: Mapping[str, Threshold]
    training: str
    utterances: int


@dataclass(frozen=True)
class Model:
    """A model ready to score; ``version`` is the hash of the manifest, which holds that of the numbers."""

    keys: npt.NDArray[np.uint64]
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float64]
    manifest: Manifest
    version: str

    def scores(self, sights: Sequence[Sight]) -> Scores:
        """Raw scores, one row per sight, one column per label."""
        rows, known = self._known(sights)
        total = np.zeros((len(sights), len(self.manifest.labels)))
        if len(rows):
            starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
            sums = np.add.reduceat(self.weights[known].astype(np.float64), starts, axis=0)
            counts = np.diff(np.r_[starts, len(rows)])
            total[rows[starts]] = sums / np.sqrt(counts)[:, None]
        return total + self.bias

    def probabilities(self, sights: Sequence[Sight]) -> Scores:
        """Calibrated probabilities, one row per sight, one column per label."""
        slopes = np.array([self.manifest.thresholds[x].slope for x in self.manifest.labels])
        offsets = np.array([self.manifest.thresholds[x].offset for x in self.manifest.labels])
        chances: Scores = 1 / (1 + np.exp(-(self.scores(sights) * slopes + offsets)))
        return chances

    def _known(self, sights: Sequence[Sight]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Rows and column numbers of the features that the model knows."""
        rows, keys = all_keys(sights)
        rows, columns = self._looked_up(rows, keys)
        places = np.sort(rows * len(self.keys) + columns)
        places = places[np.r_[True, places[1:] != places[:-1]]] if len(places) else places
        rows = places // len(self.keys)
        return rows, places - rows * len(self.keys)

    def _looked_up(self, rows: Docs, keys: Keys) -> tuple[Docs, npt.NDArray[np.int64]]:
        """The rows and column numbers of those keys that the model knows.

        Keys are spread evenly, so that their first bits lead to within a few places of where they must stand.
        """
        starts, most = self._shelves
        shelf = (keys >> _SHELF_BITS).astype(np.int64)
        at, ends = starts[shelf], starts[shelf + 1]
        found_rows, found = [], []
        for _ in range(most):
            here = at < ends
            rows, keys, at, ends = rows[here], keys[here], at[here], ends[here]
            same = self.keys[at] == keys
            found_rows.append(rows[same])
            found.append(at[same])
            rows, keys, at, ends = rows[~same], keys[~same], at[~same] + 1, ends[~same]
        return np.concatenate(found_rows), np.concatenate(found)

    @cached_property
    def _shelves(self) -> tuple[npt.NDArray[np.int64], int]:
        """Where the keys with each beginning start, and how many the fullest shelf holds."""
        beginnings = (self.keys >> _SHELF_BITS).astype(np.int64)
        starts = np.searchsorted(beginnings, np.arange((1 << _SHELVES) + 1)).astype(np.int64)
        return starts, int(np.diff(starts).max(initial=1))

    def weigh(self, sight: Sight, label: str) -> list[tuple[int, int, float]]:
        """What the characters and words of the turn contribute to a label: ``(start, end, weight)``, as they stand."""
        column = self.manifest.labels.index(label)
        found: list[tuple[int, int, float]] = []
        for space in (TURN, WORD):
            starts, ends, keys = placed(sight, space)
            at = np.searchsorted(self.keys, keys)
            at[at == len(self.keys)] = 0
            known = self.keys[at] == keys
            weights = self.weights[at[known], column]
            found += zip(starts[known].tolist(), ends[known].tolist(), weights.tolist(), strict=True)
        return found


def load(folder: Path = FOLDER) -> Model:
    """Read a model and check its hash.

    Raises:
        HeguiError: a file is missing or is not what the manifest says.
    """
    try:
        manifest_bytes, numbers = (folder / MANIFEST).read_bytes(), (folder / NUMBERS).read_bytes()
        manifest = msgspec.json.decode(manifest_bytes, type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise HeguiError(f"{folder}：模型读不了（{error}）；请重新安装，或运行 hegui train 重新训练") from error
    if hashlib.sha256(numbers).hexdigest() != manifest.numbers:
        raise HeguiError(f"{folder / NUMBERS}：模型数据与清单不符，可能被改动或没有写完；请重新安装或运行 hegui train")
    with np.load(io.BytesIO(numbers), allow_pickle=False) as stored:
        keys, weights, bias = stored["keys"], stored["weights"], stored["bias"]
    return Model(keys, weights, bias, manifest, hashlib.sha256(manifest_bytes).hexdigest())


@lru_cache(maxsize=1)
def shipped() -> Model | None:
    """The model beside this file, or None where the package was built without one."""
    return load() if (FOLDER / MANIFEST).is_file() else None
