from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzer.text.normalize import fold, normal, read

ANY_TEXT = st.text(st.characters(), max_size=40)
SPOKEN = st.text("我我们是公安局嗯 的*,。！\u200b😀é", max_size=40)


@given(ANY_TEXT)
def test_folding_never_changes_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.lists(ANY_TEXT | SPOKEN, min_size=1, max_size=6))
def test_every_character_of_a_reading_stood_where_its_origin_says(texts: list[str]) -> None:
    reading = read(texts)
    joined = "\n".join(texts)
    assert len(reading.starts) == len(texts)
    for i, char in enumerate(reading.text):
        if char != "\n":
            assert fold(joined[reading.origin[i]]) == char


@given(st.lists(ANY_TEXT, min_size=1, max_size=6))
def test_texts_read_together_stay_apart(texts: list[str]) -> None:
    assert read(texts).text.split("\n") == [read([t]).text for t in texts]


def test_lone_surrogates_are_read_as_noise() -> None:
    assert fold("\ud800公安") == "\ufffd公安"
    assert read(["\ud800公安"]).text == "公安"


def test_width_script_case_and_look_alikes_are_folded() -> None:
    assert fold("ＡＢＣ①貸款ａ") == "abc1贷款a"


def test_line_ends_inside_a_turn_end_a_sentence() -> None:
    assert read(["我是\n公安"]).text == "我是.公安"


def test_noise_between_characters_is_skipped() -> None:
    assert read(["公*安 局\u200b的"]).text == "公安局的"


def test_fillers_and_stutters_are_dropped_but_doubled_words_stay() -> None:
    assert read(["嗯我我是那笔那笔钱"]).text == "我是那笔钱"
    assert read(["爸爸妈妈天天四四零七"]).text == "爸爸妈妈天天四四零七"


def test_word_lists_are_normalised_like_the_text() -> None:
    assert normal("打 爆 通訊錄") == "打爆通讯录"
