from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzer.text.sound import Corrector, SoundTable, guards_for, keys_of

TERMS = ["经侦", "公安", "法院", "起诉", "律师", "逾期", "还款", "强制执行"]


def corrected(text: str, heard: dict[str, str] | None = None, guards: tuple[str, ...] = ()) -> str:
    return Corrector(SoundTable.of(TERMS, heard or {}, [(g, 1000) for g in guards])).correct(text)[0]


def test_misheard_words_are_put_right_without_moving_anything() -> None:
    assert corrected("我是京真的准备启诉你雨期了") == "我是经侦的准备起诉你逾期了"


def test_polyphones_are_tried_in_all_their_readings() -> None:
    assert corrected("换款") == "还款"
    assert corrected("绿师") == "律师"


def test_n_and_l_are_folded_for_long_words_only() -> None:
    assert corrected("强字执行") == "强制执行"
    assert Corrector(SoundTable.of(["离谱"], {})).correct("泥谱")[0] == "泥谱"


def test_a_real_word_is_no_hit() -> None:
    assert corrected("历史") == "历史"
    assert corrected("发源地", guards=("发源地",)) == "发源地"


def test_known_mishearings_need_no_guard() -> None:
    assert corrected("区发源的", heard={"发源": "法院"}) == "区法院的"


def test_words_written_right_are_left_alone() -> None:
    text, changes = Corrector(SoundTable.of(TERMS, {})).correct("公安和法院")
    assert (text, changes) == ("公安和法院", [])


@given(st.text("我是京真攻安发院启诉律率师还换款的地", max_size=30))
def test_correction_keeps_the_length(text: str) -> None:
    assert len(corrected(text)) == len(text)


def test_guards_are_dictionary_words_that_sound_like_a_term() -> None:
    words = [("历史", 900), ("发院", 1), ("其数", 50), ("启示", 100), ("法院", 999)]
    guards = guards_for(["起诉", "法院"], words)
    assert "其数" not in guards or keys_of("其数", loose=False)[0] in keys_of("起诉", loose=False)
    assert "法院" not in guards
    assert "发院" not in guards


def test_real_words_and_function_words_are_not_read_against_themselves() -> None:
    listed = ["失信", "录音", "没事", "服刑", "信访", "刑法", "底子", "蹲牢", "刑期", "五年起"]
    corrector = Corrector(SoundTable.of(listed, {}))
    for said in (
        "这是新卡",
        "这是信用卡",
        "江麓银行的",
        "什么时候",
        "敝姓幸",
        "我姓范",
        "免贵姓法",
        "五零七",
        "寄信寄到家",
        "村老支书",
    ):
        assert corrector.correct(said)[0] == said
