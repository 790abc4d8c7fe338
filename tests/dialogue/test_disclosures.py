"""The six things that must be told, as the dialogue shows them."""

from __future__ import annotations

import pytest

from analyzer.call import Call, Meta, Speaker, Turn
from analyzer.check import check
from analyzer.rules.rulebook import Rulebook

OPENING = ("a 您好，请问是贺小川先生吗？", "c 是我。", "a 我是南屏银行的，您的账单逾期三天了。")


def verdict(rulebook: Rulebook, disclosure: str, *lines: str, **meta: object) -> str:
    """What is said of one disclosure after a call."""
    who = {"a": Speaker.AGENT, "c": Speaker.CUSTOMER}
    call = Call("t", tuple(Turn(who[line[0]], line[2:]) for line in lines), Meta(**meta))  # type: ignore[arg-type]
    return next(d.verdict for d in check(call, rulebook).disclosures if d.id == disclosure)


@pytest.mark.parametrize(
    "said",
    [
        "有疑问您打九六六八X问。",
        "没人接您就打总行客服。",
        "我们座机零三一，零零零零，七七八八。",
        "您可以打卡背面的热线，我工号四零零九。",
        "回拨零二八八八零零零零一一就行",
        "不放心您打九五零一一核实，被骗了就打110。",
    ],
)
def test_a_number_to_call_back_is_a_channel(rulebook: Rulebook, said: str) -> None:
    assert verdict(rulebook, "complaint_or_contact_channel", *OPENING, f"a {said}") == "met"


@pytest.mark.parametrize(
    "said",
    [
        "您身份证是三二零一零零一九八零零一零一零零零零，对吧？",
        "我工号四零零九。",
        "您转我微信，我这个号一三九零零零零七七八八。",
        "我今天打这个电话就是给您提个醒。",
        "您这个号码是零二幺六六八八零零三四吗",
        "冒充公家叫人转账的都是骗子，您打96110问问。",
        "心里难受可以拨一二三五六。",
    ],
)
def test_other_numbers_are_no_channel(rulebook: Rulebook, said: str) -> None:
    assert verdict(rulebook, "complaint_or_contact_channel", *OPENING, f"a {said}") == "not_applicable"


@pytest.mark.parametrize(
    "asked",
    ["你们座机给我，我打回去问。", "我找社区评理去！", "这段录音我会交给南屏银行。", "叫你们领导来。"],
)
def test_who_asks_or_complains_and_gets_no_channel_misses_it(rulebook: Rulebook, asked: str) -> None:
    assert verdict(rulebook, "complaint_or_contact_channel", *OPENING, f"c {asked}", "a 随你。") == "missing"


@pytest.mark.parametrize(
    "said", ["请你别再打公司电话了。", "都立案了还打什么电话。", "我先打个电话给我闺女商量。", "师傅他要跟你讲。"]
)
def test_talk_of_telephones_asks_for_no_channel(rulebook: Rulebook, said: str) -> None:
    assert verdict(rulebook, "complaint_or_contact_channel", *OPENING, f"c {said}", "a 好。") == "not_applicable"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("南屏银行小贺，跟您说下账单。", "met"),
        ("你叫我孔叔叔就行。", "met"),
        ("我叫什么关你什么事。", "missing"),
        ("非要名字就记我叫王五，反正不是真的。", "missing"),
    ],
)
def test_a_name_is_told_only_if_it_is_one(rulebook: Rulebook, said: str, expected: str) -> None:
    lines = ("a 请问是贺小川先生吗？", "c 是我。", f"a {said}")
    assert verdict(rulebook, "surname_or_staff_id", *lines, creditor="南屏银行") == expected


def test_a_nod_with_a_question_confirms_the_name(rulebook: Rulebook) -> None:
    lines = ("a 贺小川先生吧？", "c 嗯，哪位？", "a 南屏银行的，您那张卡逾期了。")
    assert verdict(rulebook, "identity_verified_before_debt", *lines) == "met"


def test_a_leak_after_the_debtor_was_verified_does_not_undo_it(rulebook: Rulebook) -> None:
    lines = (*OPENING, "a 你把手机给你师傅。", "c 喂，哪里？", "a 师傅，他欠我们银行八千块没还。")
    assert verdict(rulebook, "identity_verified_before_debt", *lines) == "met"


def test_an_heir_may_be_told_and_going_to_renounce_is_not_renouncing(rulebook: Rulebook) -> None:
    lines = (
        "a 请问是贺大川的爱人吗？",
        "c 是我。大川上个月就走了。",
        "a 您节哀，他那张卡还有八千没结清。",
        "c 等出了殡，我们去公证处声明放弃。",
    )
    assert verdict(rulebook, "identity_verified_before_debt", *lines) == "met"
    assert verdict(rulebook, "purpose_or_amount", *lines) == "met"
