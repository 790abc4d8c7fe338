from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzer.text.scan import Automaton, covered

WORDS = st.lists(st.text("公安局法院😀", min_size=1, max_size=3), min_size=1, max_size=8, unique=True)


@given(WORDS, st.text("公安局法院😀我", max_size=30))
def test_the_automaton_finds_exactly_what_a_plain_search_finds(words: list[str], text: str) -> None:
    found = sorted(Automaton(words).hits(text))
    plain = sorted((w, i, i + len(w)) for w in words for i in range(len(text)) if text.startswith(w, i))
    assert found == plain


def test_an_empty_list_finds_nothing() -> None:
    assert list(Automaton([]).hits("公安")) == []


def test_only_a_longer_span_covers() -> None:
    assert covered((2, 4), [(1, 5)])
    assert not covered((2, 4), [(2, 4)])
    assert not covered((2, 4), [(3, 9)])
