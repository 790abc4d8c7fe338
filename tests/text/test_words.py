from __future__ import annotations

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.text.words import ROUTED, borders, cut, dictionary


@pytest.fixture(scope="module")
def jieba_cut():  # type: ignore[no-untyped-def]
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.CRITICAL)
    engine = jieba.Tokenizer()
    engine.initialize()
    return engine.lcut


@settings(max_examples=300, deadline=None)
@given(st.text("停好我们是公安局的起诉还款逾期四五六0123456789ab-_. ，。😀欠钱看", max_size=30))
def test_the_words_are_those_of_jieba(jieba_cut, text: str) -> None:  # type: ignore[no-untyped-def]
    assert cut(text) == jieba_cut(text)


def test_the_words_joined_are_the_text() -> None:
    assert "".join(cut("我们不是公安局的，他姓赖。")) == "我们不是公安局的，他姓赖。"


def test_borders_are_offsets_between_words() -> None:
    assert {0, 2, 4} <= borders("我们不是公安局的")


def test_text_with_joiners_goes_to_the_reference() -> None:
    assert ROUTED.search("a-1")
    assert ROUTED.search("😀")
    assert not ROUTED.search("我们公安局 123")


def test_the_dictionary_knows_common_words() -> None:
    words = dict(dictionary())
    assert words["法院"] > 100
    assert len(words) > 300_000
