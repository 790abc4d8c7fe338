from __future__ import annotations

from datetime import datetime

import pytest

from analyzer.call import CHINA, Call, Meta, Speaker, Turn
from analyzer.check import check
from analyzer.dialogue.promises import number
from analyzer.finding import Promise
from analyzer.rules.rulebook import Rulebook

START = datetime(2026, 3, 18, 10, tzinfo=CHINA)
"""A Wednesday."""
OPENING = ("a 您好，请问是闻小舟女士吗？", "c 是我。", "a 您的账单两千三逾期三天了，您看几号还？")


def promised(rulebook: Rulebook, *lines: str, started_at: datetime | None = START) -> tuple[Promise, ...]:
    who = {"a": Speaker.AGENT, "c": Speaker.CUSTOMER}
    turns = tuple(Turn(who[line[0]], line[2:]) for line in (*OPENING, *lines))
    return check(Call("t", turns, Meta(started_at=started_at)), rulebook).promises


@pytest.mark.parametrize(
    ("spoken", "value"),
    [
        ("三千八", 3800),
        ("一万零九百", 10900),
        ("两千三百五", 2350),
        ("一千三百四十六", 1346),
        ("十五", 15),
        ("二十", 20),
        ("一百零五", 105),
        ("三万", 30000),
        ("十二万五", 125000),
        ("二零二六", 2026),
        ("三块", None),
        ("", None),
    ],
)
def test_numbers_are_read_as_they_are_spoken(spoken: str, value: float | None) -> None:
    assert number(spoken) == value


@pytest.mark.parametrize(
    ("said", "amount", "due"),
    [
        ("我后天开支就还八百。", 800, "2026-03-20"),
        ("二十号之前肯定还一千二", 1200, "2026-03-20"),
        ("十五号吧，我还两千三。", 2300, "2026-04-15"),
        ("下周五我先转五百过去。", 500, "2026-03-27"),
        ("周一我存进去。", None, "2026-03-23"),
        ("月底全还上。", None, "2026-03-31"),
        ("下个月五号还你三百五十块五", 350.5, "2026-04-05"),
        ("四月二号我给你转一千", 1000, "2026-04-02"),
        ("今晚我就转2300元", 2300, "2026-03-18"),
        ("三天之内我补上", None, "2026-03-21"),
        ("下个月发工资就还", None, None),
    ],
)
def test_amount_and_day_are_taken_from_the_words(
    rulebook: Rulebook, said: str, amount: float | None, due: str | None
) -> None:
    (one,) = promised(rulebook, f"c {said}")
    assert (one.turn, one.quote, one.amount, one.due) == (3, said, amount, due)
    assert one.when


@pytest.mark.parametrize(
    "said", ["我还不上。", "你们月底别打我单位。", "我昨天在公众号交的。", "明天我叫他打给你。", "后天我要住院。"]
)
def test_what_promises_no_money_is_no_promise(rulebook: Rulebook, said: str) -> None:
    assert promised(rulebook, f"c {said}") == ()


def test_a_bare_day_answers_the_question_for_it(rulebook: Rulebook) -> None:
    (one,) = promised(rulebook, "c 三十号吧。")
    assert (one.amount, one.due) == (None, "2026-03-30")


def test_a_yes_takes_what_the_agent_proposed(rulebook: Rulebook) -> None:
    (one,) = promised(rulebook, "a 那您月底前手机银行还八百，行吗？", "c 行吧。")
    assert (one.turn, one.amount, one.due, one.way) == (4, 800, "2026-03-31", "手机银行")


def test_two_parts_are_two_promises_and_repeating_is_none(rulebook: Rulebook) -> None:
    found = promised(rulebook, "c 我今天先还八百，剩下的二十五号之前还。", "a 好。", "c 今天八百我马上转。")
    assert [(p.amount, p.due) for p in found] == [(800, "2026-03-18"), (None, "2026-03-25")]


def test_without_the_date_of_the_call_the_day_is_not_guessed(rulebook: Rulebook) -> None:
    (one,) = promised(rulebook, "c 下周五我还一千。", started_at=None)
    assert (one.due, one.when) == (None, "下周五")
