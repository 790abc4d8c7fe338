"""Training: stories in, numbers out, the same bytes every time.

Thresholds and sigmoids are fitted on the scores that each author's stories get from a model of other authors, so that
they know nothing of the hand that wrote them. Real calls hold fewer violations than the stories; innocent
turns weigh ``INNOCENT`` times in everything that is fitted after the scores.
"""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from analyzer.classify.features import Sight, keys_of
from analyzer.classify.model import MANIFEST, NUMBERS, Manifest, Threshold

COST = 30.0
"""Inverse strength of regularisation, chosen on unseen authors among 1, 5, 10, 30."""
LEAST = 3
"""A feature counts if so many turns have it."""
MOST = 110_000
"""At most so many features are kept, the commonest."""
PRESENCE = 0.5
"""How far features are weighted by their naive-Bayes log-count ratio (Wang & Manning 2012), between 0 and 1."""
INNOCENT = 3.0
LIKELY, SURE = 0.5, 0.98
"""A vote below the first is none: an innocent person accused costs more than a hint missed."""
BARS = {"attitude": 0.7}
"""The same for single categories; the stories hold far more bad manners than calls do."""
FOLDS = 6
"""Authors are held out in so many groups."""
FEWEST = 20
"""A precision is believed from so many votes on."""
DOUBTS = (0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.16, 0.2)
LOST = 1.5
"""A right finding lost by doubt costs as much as so many wrong ones that it removes."""

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Lesson:
    """What is learnt from: sights, their labels (rows × labels), their authors, and what the rules said of them.

    ``fresh`` marks the rows that the writers of the rules had not read.
    """

    sights: Sequence[Sight]
    truth: Bools
    innocent: Bools
    authors: npt.NDArray[np.str_]
    ruled: Bools
    fresh: Bools
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Trained:
    """A model and the scores that unseen stories got while it was made."""

    keys: npt.NDArray[np.uint64]
    weights: npt.NDArray[np.float32]
    bias: Floats
    thresholds: dict[str, Threshold]
    unseen: Floats


def train(lesson: Lesson) -> Trained:
    """Fit the model and its thresholds."""
    from scipy import sparse

    rows, keys = keys_of(lesson.sights)
    known, columns, counts = np.unique(keys, return_inverse=True, return_counts=True)
    kept = np.flatnonzero(counts >= LEAST)
    if len(kept) > MOST:
        kept = np.sort(kept[np.argsort(-counts[kept], kind="stable")[:MOST]])
    number = np.full(len(known), -1)
    number[kept] = np.arange(len(kept))
    columns = number[columns]
    rows, columns = rows[columns >= 0], columns[columns >= 0]
    per_row = np.bincount(rows, minlength=len(lesson.sights)).clip(1)
    values = 1 / np.sqrt(per_row[rows])
    table = sparse.csr_matrix((values, (rows, columns)), shape=(len(lesson.sights), len(kept)))
    unseen = np.zeros(lesson.truth.shape)
    authors = np.unique(lesson.authors)
    for first in range(min(FOLDS, len(authors))):
        away = np.isin(lesson.authors, authors[first::FOLDS])
        weights, bias = _fit(table[~away], lesson.truth[~away])
        unseen[away] = table[away] @ weights + bias
    weights, bias = _fit(table, lesson.truth)
    thresholds = {
        label: _threshold(
            unseen[:, j],
            lesson.truth[:, j],
            lesson.innocent,
            lesson.ruled[:, j] & lesson.fresh,
            BARS.get(label, LIKELY),
        )
        for j, label in enumerate(lesson.labels)
    }
    return Trained(known[kept], weights.astype(np.float32), bias, thresholds, unseen)


def _fit(table: object, truth: Bools) -> tuple[Floats, Floats]:
    """One regression per label; a label without examples is never voted for."""
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    weights, bias = np.zeros((table.shape[1], truth.shape[1])), np.full(truth.shape[1], -20.0)  # type: ignore[attr-defined]
    for j in range(truth.shape[1]):
        if truth[:, j].any():
            scale = _presence(table, truth[:, j])
            model = LogisticRegression(C=COST, solver="liblinear", dual=True, random_state=0, max_iter=300)
            model.fit(table @ sparse.diags(scale), truth[:, j])
            weights[:, j], bias[j] = model.coef_[0] * scale, model.intercept_[0]
    return weights, bias


def _presence(table: object, truth: Bools) -> Floats:
    """How much each feature counts, by how unevenly it is spread over the two sides."""
    sides = [np.asarray((table[side] > 0).sum(axis=0)).ravel() + 1.0 for side in (truth, ~truth)]  # type: ignore[index]
    ratio = np.log((sides[0] / (truth.sum() + 2)) / (sides[1] / ((~truth).sum() + 2)))
    scale: Floats = 1 - PRESENCE + PRESENCE * np.abs(ratio)
    return scale


def _threshold(scores: Floats, truth: Bools, innocent: Bools, ruled: Bools, least: float) -> Threshold:
    from sklearn.linear_model import LogisticRegression

    weight = np.where(innocent, INNOCENT, 1.0)
    if not truth.any():
        return Threshold(1.0, None, 0.0, 1.0, -20.0)
    sigmoid = LogisticRegression(C=1e6, solver="lbfgs").fit(scores[:, None], truth, sample_weight=weight)
    slope, offset = round(float(sigmoid.coef_[0, 0]), 6), round(float(sigmoid.intercept_[0]), 6)
    chance = 1 / (1 + np.exp(-(scores * slope + offset)))
    return Threshold(
        _likely(chance, truth, weight, least),
        _sure(chance, truth, weight),
        _doubt(chance, truth, weight, ruled),
        slope,
        offset,
    )


def _likely(chance: Floats, truth: Bools, weight: Floats, least: float) -> float:
    """The bound with the best balance of precision and recall, not below the least."""
    best = (0.0, least)
    for bound in np.arange(least, 0.9, 0.02):
        hit = chance >= bound
        right, voted, all_true = weight[hit & truth].sum(), weight[hit].sum(), weight[truth].sum()
        if voted:
            best = max(best, (2 * right / (voted + all_true), round(float(bound), 2)))
    return best[1]


def _sure(chance: Floats, truth: Bools, weight: Floats) -> float | None:
    """The lowest bound from which on the weighted precision stays at ``SURE`` or above."""
    order = np.argsort(-chance, kind="stable")
    right, voted = np.cumsum((weight * truth)[order]), np.cumsum(weight[order])
    good = (right / voted >= SURE) & (np.arange(1, len(order) + 1) >= FEWEST)
    return round(float(chance[order][np.flatnonzero(good)[-1]]), 6) if good.any() else None


def _doubt(chance: Floats, truth: Bools, weight: Floats, ruled: Bools) -> float:
    """The bound below which dropping the rules' hits saves most; ``ruled`` are those on fresh stories."""

    def saved(bound: float) -> float:
        below = ruled & (chance < bound)
        return float(weight[below & ~truth].sum() - LOST * weight[below & truth].sum())

    return max(DOUBTS, key=lambda b: (saved(b), -b)) if ruled.sum() >= FEWEST else 0.0


def write(trained: Trained, labels: tuple[str, ...], training: str, folder: Path) -> Manifest:
    """Write numbers and manifest, each under a temporary name first; the same model gives the same bytes."""
    numbers = _npz({"keys": trained.keys, "weights": trained.weights, "bias": trained.bias})
    digest = hashlib.sha256(numbers).hexdigest()
    manifest = Manifest(digest, labels, trained.thresholds, training, len(trained.unseen))
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"
    for name, content in ((NUMBERS, numbers), (MANIFEST, text)):
        part = folder / f"{name}.{os.getpid()}.part"
        part.write_bytes(content)
        part.replace(folder / name)
    return manifest


def _npz(arrays: dict[str, npt.NDArray[np.generic]]) -> bytes:
    """An npz without time stamps; packing it would save a tenth and cost every start a twentieth of a second."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        for name, array in arrays.items():
            one = io.BytesIO()
            np.lib.format.write_array(one, np.ascontiguousarray(array), allow_pickle=False)
            file.writestr(zipfile.ZipInfo(f"{name}.npy"), one.getvalue(), zipfile.ZIP_STORED)
    return out.getvalue()
