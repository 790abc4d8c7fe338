from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.text.frames import Concept, FramePattern, FrameSyntaxError, alternation, check_pattern, parse
from analyzer.text.normalize import normal

CONCEPTS = {
    c.name: c
    for c in (
        Concept("self", ("我", "我们", "这边"), common=True),
        Concept("am", ("是", "来自"), common=True),
        Concept("police", ("公安局", "派出所", "经侦")),
        Concept("amount", pattern="[0-9]{2,6}元"),
    )
}


def found(frame: str, text: str) -> list[str]:
    pattern = FramePattern(parse(frame, CONCEPTS), CONCEPTS)
    return [text[m.start : m.end] for m in pattern.search(normal(text))]


def test_parts_stand_in_order_with_small_gaps() -> None:
    assert found("{self} {am} {police}", "我就是公安局") == ["我就是公安局"]
    assert found("{self} {am} {police}", "我是市里来的公安局") == []
    assert found("{police} {self}", "我是公安局") == []


def test_a_gap_ends_with_the_clause() -> None:
    assert found("{self} … {police}", "我是市里来的公安局") == ["我是市里来的公安局"]
    assert found("{self} … {police}", "我说，他在公安局") == []


def test_a_wide_gap_crosses_commas_but_no_sentence() -> None:
    assert found("{self} …… {police}", "我跟你说，公安局") == ["我跟你说，公安局"]
    assert found("{self} …… {police}", "我说完了。公安局") == []


def test_gaps_can_be_sized() -> None:
    assert found("{self} …3 {police}", "我一二三四公安局") == []
    assert found("{self} …4 {police}", "我一二三四公安局") == ["我一二三四公安局"]


def test_optional_parts_may_be_absent() -> None:
    assert found("{self} {am}? {police}", "我经侦") == ["我经侦"]


def test_plus_allows_nothing_between() -> None:
    assert found("{self} + {police}", "我公安局") == ["我公安局"]
    assert found("{self} + {police}", "我市公安局") == []


def test_literals_and_concepts_mix_in_alternatives() -> None:
    assert found("{police}|市局 的", "市局的") == ["市局的"]
    assert found("{police|self}", "经侦") == ["经侦"]


def test_edges_hold_at_commas_and_at_the_ends() -> None:
    assert found("^ {police}", "，公安局") == ["公安局"]
    assert found("^ {police}", "市公安局") == []
    assert found("{police} $", "公安局。") == ["公安局"]
    assert found("{police} $", "公安局的") == []


def test_what_must_not_follow_is_looked_for_behind_the_small_gap() -> None:
    assert found("{self} !不 {police}", "我不公安局") == []
    assert found("{self} !不 {police}", "我公安局") == ["我公安局"]


def test_the_star_names_the_decisive_part_else_the_longest_words_do() -> None:
    starred = FramePattern(parse("{self}* {am} {police}", CONCEPTS), CONCEPTS)
    assert starred.search("我是经侦")[0].decisive == (0, 1)
    plain = FramePattern(parse("{self} {am} {police}", CONCEPTS), CONCEPTS)
    assert plain.search("我是经侦")[0].decisive == (2, 4)


def test_patterns_may_stand_beside_words() -> None:
    assert found("{police} … {amount}", "公安局要你交500元") == ["公安局要你交500元"]


@pytest.mark.parametrize(
    ("frame", "what"),
    [
        ("{nobody}", "不存在"),
        ("…", "没有词"),
        ("… {police}", "开头或结尾"),
        ("{police} …", "开头或结尾"),
        ("{police}?", "起查"),
        ("{amount}", "起查"),
    ],
)
def test_frames_that_cannot_be_are_told(frame: str, what: str) -> None:
    with pytest.raises(FrameSyntaxError, match=what):
        parse(frame, CONCEPTS)


@pytest.mark.parametrize("pattern", ["a+", "a*", "(ab){2,}", r"(a)\1", "[a-z"])
def test_patterns_without_a_bound_are_refused(pattern: str) -> None:
    with pytest.raises(FrameSyntaxError):
        check_pattern(pattern)


def test_bounded_patterns_are_accepted() -> None:
    check_pattern(r"(?<!\d)[0-9一二三]{11}(?!\d)")


@given(
    st.lists(st.text("公安法院.*", min_size=1, max_size=4), min_size=1, max_size=8), st.text("公安法院.*", max_size=8)
)
def test_the_shared_pattern_matches_exactly_the_words(words: list[str], text: str) -> None:
    assert (re.fullmatch(alternation(tuple(words)), text) is not None) == (text in words)
