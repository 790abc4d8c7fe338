"""The shipped model, and a small one trained here."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from analyzer.classify import votes
from analyzer.classify.features import Sight, keys_of
from analyzer.classify.model import FOLDER, MANIFEST, NUMBERS, Threshold, load, shipped
from analyzer.classify.train import Lesson, train, write
from analyzer.errors import HeguiError
from analyzer.workshop.agreement import AGREEMENT
from analyzer.workshop.agreement import load as load_agreement
from analyzer.workshop.card import Figures, card
from analyzer.workshop.lessons import digest

ROOT = Path(__file__).parents[2]
LABELS = ("threat", "attitude")


def lesson() -> Lesson:
    bad = ["我去你家楼下等你", "你家孩子几点放学", "我找人收拾你", "别怪我不客气"]
    rude = ["你听不懂人话吗", "没钱你刷什么卡", "装什么糊涂", "少跟我废话"]
    fine = ["您好请问是王先生吗", "您什么时候方便还款", "好的我给您登记", "再见祝您生活愉快"]
    sights, truth, authors = [], [], []
    for author in ("x", "y", "z"):
        for i in range(4):
            for texts, label in ((bad, 0), (rude, 1), (fine, None)):
                sights.append(Sight(texts[i] + author * (i % 2), facts=("rel=self",)))
                truth.append([label == 0, label == 1])
                authors.append(author)
    table = np.array(truth)
    return Lesson(
        sights, table, ~table.any(axis=1), np.array(authors), np.zeros_like(table), np.zeros(len(authors), bool), LABELS
    )


def test_training_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(train(lesson()), LABELS, "t", tmp_path / name)
    for file in (NUMBERS, MANIFEST):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    assert not list(tmp_path.rglob("*.part"))


def test_the_scores_are_those_of_scikit_learn(tmp_path: Path) -> None:
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    from analyzer.classify.train import COST, LEAST, _presence

    taught = lesson()
    write(train(taught), LABELS, "t", tmp_path)
    rows, keys = keys_of(taught.sights)
    known, columns, counts = np.unique(keys, return_inverse=True, return_counts=True)
    inside = counts[columns] >= LEAST
    table = sparse.csr_matrix(
        (np.ones(inside.sum()), (rows[inside], columns[inside])), shape=(len(taught.sights), len(known))
    )
    table = sparse.diags(1 / np.sqrt(np.maximum(table.getnnz(axis=1), 1))) @ table
    scores = load(tmp_path).scores(taught.sights)
    for j in range(len(LABELS)):
        reference = LogisticRegression(C=COST, solver="liblinear", dual=True, random_state=0, max_iter=300)
        scale = _presence(table, taught.truth[:, j])
        reference.fit(table @ sparse.diags(scale), taught.truth[:, j])
        assert np.abs(reference.decision_function(table @ sparse.diags(scale)) - scores[:, j]).max() < 1e-4
        reference.coef_ = (reference.coef_ * scale).astype(np.float32).astype(np.float64)  # as they are stored
        assert np.abs(reference.decision_function(table) - scores[:, j]).max() < 1e-6


def test_doubt_is_learnt_where_the_rules_are_new_and_only_from_enough_hits() -> None:
    from analyzer.classify.train import _doubt

    chance = np.repeat([0.01, 0.04, 0.3], 20)
    truth = np.arange(60) >= 40
    even, every = np.ones(60), np.ones(60, bool)
    assert _doubt(chance, truth, even, every) == 0.05
    assert _doubt(chance, truth, even, np.arange(60) < 15) == 0.0
    assert _doubt(chance, ~truth, even, every) == 0.0


def test_one_by_one_and_together_give_the_same_scores() -> None:
    model = shipped()
    assert model is not None
    sights = [Sight("我们不是公安局的"), Sight("", facts=("rel=self",)), Sight("你等着瞧", "别打了", "还钱")]
    together = model.scores(sights)
    assert np.allclose(together, np.vstack([model.scores([s]) for s in sights]), atol=1e-12)
    assert model.scores([]).shape == (0, len(model.manifest.labels))


def test_a_damaged_or_missing_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(HeguiError, match="模型读不了"):
        load(tmp_path)
    write(train(lesson()), LABELS, "t", tmp_path)
    whole = (tmp_path / NUMBERS).read_bytes()
    (tmp_path / NUMBERS).write_bytes(whole[:-1])
    with pytest.raises(HeguiError, match="与清单不符"):
        load(tmp_path)


def test_the_shipped_model_is_small_and_was_trained_on_the_shipped_stories() -> None:
    assert (FOLDER / NUMBERS).stat().st_size < 8_000_000
    stories = list((ROOT / "data" / "training").glob("*.txt"))
    assert load().manifest.training == digest(stories)


def test_the_card_is_fresh() -> None:
    folder = ROOT / "data" / "training"
    figures = msgspec.json.decode((folder / "figures.json").read_bytes(), type=Figures)
    assert (folder / "README.md").read_text(encoding="utf-8") == card(figures, load_agreement(folder / AGREEMENT)), (
        "run hegui train --card"
    )
    assert (figures.training, figures.numbers) == (load().manifest.training, load().manifest.numbers)


def test_every_pair_of_votes_has_a_row_in_the_table() -> None:
    assert set(votes.TABLE) == {(r, m) for r in votes.RULE for m in votes.MODEL}


@pytest.mark.parametrize(
    ("chance", "sure", "said"),
    [(0.95, 0.9, "sure"), (0.95, None, "likely"), (0.6, 0.9, "likely"), (0.3, 0.9, "silent"), (0.01, 0.9, "doubt")],
)
def test_a_probability_is_worth_what_its_thresholds_say(chance: float, sure: float | None, said: str) -> None:
    assert votes.said(chance, Threshold(0.5, sure, 0.05, 1.0, 0.0)) == said
