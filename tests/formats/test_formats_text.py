"""Plain text with labels: the notations people use, and what divides calls."""

from __future__ import annotations

from datetime import datetime

import pytest

from analyzer.call import CHINA, Call, Relation, Speaker, Turn
from analyzer.errors import InputError, Skipped
from analyzer.formats import FORMATS, read_text_stream

A, C, U = Speaker.AGENT, Speaker.CUSTOMER, Speaker.UNKNOWN


def calls_of(text: str, name: str = "录音.txt") -> list[Call | Skipped]:
    return list(read_text_stream(text.encode(), name))


def call_of(text: str) -> Call:
    (call,) = calls_of(text)
    assert isinstance(call, Call), call
    return call


LABELS = [
    "坐席",
    "客户",
    "催收员",
    "客服",
    "专员",
    "业务员",
    "机器人",
    "接听人",
    "用户",
    "债务人",
    "对方",
    "家属",
    "本人",
]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("colon", ["：", ":", "： ", " ："])
def test_every_usual_label_is_known_with_either_colon(label: str, colon: str) -> None:
    call = call_of(f"{label}{colon}您好\n坐席：在吗\n")
    assert call.turns[0].text == "您好"
    assert call.turns[0].speaker in (A, C)
    assert "voices" not in call.meta.extra


@pytest.mark.parametrize(
    "line",
    [
        "[00:01:02] 坐席：您好",
        "00:01:02,000 坐席：您好",
        "(1:02) 坐席: 您好",
        "（1:02）坐席：您好",
        "坐席 [00:01:02]：您好",
        "坐席（1:02）：您好",
        "坐席：[01:02] 您好",
        "【1:02】【坐席】您好",
        "坐席 00:01:02\n您好",
        "坐席 [1:02]\n您好",
        "[01:02]\n坐席：您好",
        "坐席1001 [1:02]：您好",
        "坐席(A0012) 1:02: 您好",
    ],
)
def test_stamps_stand_before_or_behind_the_label(line: str) -> None:
    call = call_of(f"{line}\n{line.replace('坐席', '客户')}\n")
    assert call.turns == (Turn(A, "您好", 62.0), Turn(C, "您好", 62.0))


def test_a_range_gives_start_and_end() -> None:
    call = call_of("1\n00:00:01,500 --> 00:00:03,000\n坐席：您好\n\n2\n00:00:03,200 --> 00:00:04,000\n客户：喂\n")
    assert call.turns == (Turn(A, "您好", 1.5, 3.0), Turn(C, "喂", 3.2, 4.0))


def test_labels_may_stand_on_lines_of_their_own() -> None:
    call = call_of("坐席\n您好\n请问是李女士吗\n客户\n本人\n坐席\n好的\n")
    assert call.turns == (Turn(A, "您好\n请问是李女士吗"), Turn(C, "本人"), Turn(A, "好的"))


def test_a_lone_word_between_labelled_lines_is_a_continuation() -> None:
    call = call_of("坐席：请问您是\n本人\n客户：是的\n")
    assert call.turns == (Turn(A, "请问您是\n本人"), Turn(C, "是的"))


@pytest.mark.parametrize(
    ("first", "second"),
    [("A", "B"), ("说话人1", "说话人2"), ("spk0", "spk1"), ("左", "右"), ("左声道", "右声道"), ("声道0", "声道1")],
)
def test_mere_voices_are_kept_apart_but_nobody_is_the_agent(first: str, second: str) -> None:
    call = call_of(f"{first}：您好\n{second}：喂\n{first}：在吗\n")
    assert [turn.speaker for turn in call.turns] == [U, U, U]
    assert call.meta.extra["voices"] == (first, second, first)


def test_the_head_fills_the_metadata() -> None:
    call = call_of(
        "通话录音转写\n通话时间：2026-03-02 10:15\n机构：云川银行\n关系：第三方\n坐席工号：A12\n"
        "案件编号: D-9\n流水号：c-1\n质检员：老周\n-----\n坐席：您好\n客户：喂\n"
    )
    assert call.call_id == "c-1"
    assert call.meta.started_at == datetime(2026, 3, 2, 10, 15, tzinfo=CHINA)
    assert (call.meta.creditor, call.meta.relation) == ("云川银行", Relation.THIRD_PARTY)
    assert (call.meta.agent_id, call.meta.debtor_id) == ("A12", "D-9")
    assert call.meta.extra == {"heading": "通话录音转写", "质检员": "老周"}


def test_a_head_value_that_does_not_fit_is_kept_raw_and_never_guessed() -> None:
    meta = call_of("通话时间：2026-03-02\n关系：不好说\n坐席：您好\n客户：喂\n").meta
    assert (meta.started_at, meta.relation) == (None, None)
    assert meta.extra == {"started_at_raw": "2026-03-02", "relation_raw": "不好说"}


@pytest.mark.parametrize("divider", ["---", "======", "－－－－"])
def test_dividers_part_the_calls_of_a_file(divider: str) -> None:
    first, second = calls_of(f"坐席：您好\n客户：喂\n{divider}\n关系：家属\n坐席：在吗\n")
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert (first.call_id, first.source) == ("录音-1", "录音.txt:1")
    assert (second.call_id, second.source) == ("录音-4", "录音.txt:4")
    assert second.meta.relation is Relation.FAMILY


def test_a_part_without_labels_is_skipped_with_its_line() -> None:
    first, second, third = calls_of("坐席：您好\n客户：喂\n---\n喂你好\n你是谁\n---\n坐席：在吗\n")
    assert isinstance(first, Call)
    assert isinstance(third, Call)
    assert second == Skipped("录音.txt", "这一段没有说话人标签，无法分出话轮；请在每句话前标明“坐席：”“客户：”", 4)


def test_prose_is_refused_with_what_was_tried() -> None:
    with pytest.raises(InputError, match=r"试过：call\.v1"):
        calls_of("今天天气很好\n我们出去走走\n")


@pytest.mark.parametrize("codec", ["utf-8-sig", "gb18030", "utf-16", "big5hkscs"])
def test_other_encodings_are_recognised(codec: str) -> None:
    text = "客戶：喂，你是哪位\r\n客服：您好，請問是本人嗎\r客服：我是銀行的\n"
    (call,) = read_text_stream(text.encode(codec), "a.txt")
    assert isinstance(call, Call)
    assert call.turns == (Turn(C, "喂，你是哪位"), Turn(A, "您好，請問是本人嗎"), Turn(A, "我是銀行的"))


def test_the_sample_holds_two_calls() -> None:
    first, second = calls_of(FORMATS["text"].sample)
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert [turn.start for turn in first.turns] == [1.0, 6.0, 8.0]
    assert second.meta.extra["voices"] == ("说话人1", "说话人2")


def test_words_that_begin_like_a_label_are_not_one() -> None:
    call = call_of("坐席：您好\n客户说他没钱：真的\nA股跌了：所以没钱\n客户：是\n")
    assert len(call.turns) == 2
    assert call.turns[0].text == "您好\n客户说他没钱：真的\nA股跌了：所以没钱"


def test_names_that_come_again_are_voices_and_not_the_words_of_the_agent() -> None:
    call = call_of("王女士：喂\n坐席：您好\n[00:05] 王女士：你说\n")
    assert call.turns == (Turn(U, "喂"), Turn(A, "您好"), Turn(U, "你说", 5.0))
    assert call.meta.extra == {"voices": ("王女士", "坐席", "王女士")}


def test_a_head_that_comes_with_every_call_is_no_speaker() -> None:
    calls = calls_of("质检员：老周\n坐席：您好\n客户：喂\n---\n质检员：老周\n坐席：在吗\n客户：在\n")
    assert [call.meta.extra for call in calls if isinstance(call, Call)] == [{"质检员": "老周"}] * 2
