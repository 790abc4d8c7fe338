from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.classify.features import TURN, WORD, Sight, keys_of, placed

SPOKEN = st.text("我是公安局的你欠钱不还，。！ 😀é\n", max_size=20).map(lambda t: t.replace("\n", ""))
SIGHTS = st.builds(Sight, SPOKEN, SPOKEN, SPOKEN, st.lists(st.sampled_from(["rel=self", "rel=outsider"])).map(tuple))


def rows(sights: list[Sight]) -> list[set[int]]:
    docs, keys = keys_of(sights)
    return [set(keys[docs == i].tolist()) for i in range(len(sights))]


@settings(deadline=None)
@given(st.lists(SIGHTS, max_size=6))
def test_a_turn_has_the_same_features_alone_and_in_a_batch(sights: list[Sight]) -> None:
    assert rows(sights) == [rows([s])[0] for s in sights]


@settings(deadline=None)
@given(st.lists(SIGHTS, max_size=6))
def test_pairs_are_sorted_and_each_comes_once(sights: list[Sight]) -> None:
    docs, keys = keys_of(sights)
    pairs = list(zip(docs.tolist(), keys.tolist(), strict=True))
    assert pairs == sorted(set(pairs))


def test_the_same_words_in_another_place_are_other_features() -> None:
    turn, customer, agent = rows([Sight("还钱"), Sight("", customer="还钱"), Sight("", agent="还钱")])
    assert turn
    assert customer
    assert agent
    assert not turn & (customer | agent)
    assert not customer & agent


def test_words_to_an_outsider_are_features_of_their_own() -> None:
    plain, outsider = rows([Sight("他欠钱"), Sight("他欠钱", facts=("rel=outsider",))])
    assert plain < outsider


@settings(deadline=None)
@given(SPOKEN)
def test_placed_features_are_those_of_the_turn_and_cover_its_characters(text: str) -> None:
    sight = Sight(text)
    known = rows([sight])[0]
    for space in (TURN, WORD):
        starts, ends, keys = placed(sight, space)
        assert set(keys.tolist()) <= known
        assert all(0 <= s < e <= len(text) for s, e in zip(starts.tolist(), ends.tolist(), strict=True))


def test_nothing_gives_nothing() -> None:
    docs, keys = keys_of([])
    assert (len(docs), len(keys)) == (0, 0)
    assert keys.dtype == np.uint64
