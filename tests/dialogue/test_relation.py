"""Who is on the line, from the talk alone."""

from __future__ import annotations

import pytest

from analyzer.call import Call, Meta, Relation, Speaker, Turn
from analyzer.check import open_case
from analyzer.dialogue.state import Dialogue
from analyzer.rules.rulebook import Rulebook

SELF, FAMILY, THIRD = Relation.SELF, Relation.FAMILY, Relation.THIRD_PARTY
END = (10**9, 0)


def dialogue(rulebook: Rulebook, *lines: str, **meta: object) -> Dialogue:
    """The state after a call; lines of the agent begin with ``a ``, of whoever answers with ``c ``."""
    who = {"a": Speaker.AGENT, "c": Speaker.CUSTOMER}
    call = Call("t", tuple(Turn(who[line[0]], line[2:]) for line in lines), Meta(**meta))  # type: ignore[arg-type]
    return open_case(call, [t.speaker for t in call.turns], rulebook).dialogue


@pytest.mark.parametrize(
    ("lines", "relation"),
    [
        (("a 您好，请问是曲红梅女士吗？", "c 嗯，哪位？"), SELF),
        (("a 曲红梅，是吧？", "c 哎，什么事？"), SELF),
        (("a 喂，睡了没有曲红梅", "c 我是谁谁啊，都几点了"), SELF),
        (("a 您好，是曲红梅家吗？", "c 是啊，你哪个？"), FAMILY),
        (("a 您好，请问是曲红梅的爱人吧？", "c 对，咋了？"), FAMILY),
        (("a 请问曲红梅在吗？", "c 我妈买菜去了，你打她手机"), FAMILY),
        (("a 喂是曲红梅不", "c 不是我是她爹你找她弄啥"), FAMILY),
        (("a 喂，搵曲红梅", "c 佢唔喺度，我系佢老窦"), FAMILY),
        (("a 您好，请问曲红梅是您什么人？", "c 我俩一个车间的"), THIRD),
        (("a 喂你好是海川纸箱厂的人事吗", "c 对您哪位"), THIRD),
        (("a 您好，问下你们厂的曲红梅还在上班吗？", "c 她上个月辞工了"), THIRD),
        (("a 您好，曲红梅是您爱人吧？", "c 前妻，离了两年了。"), THIRD),
        (("a 侬好，寻一下曲红梅。", "c 伊出去了，我是伊同事。"), THIRD),
        (("a 喂是三车间的王主任吗我想找一下那个曲红梅", "c 我是你有啥事"), THIRD),
        (("a 喂，曲红梅吗？", "c 你打错了，这号我刚办的"), THIRD),
        (("a 您这期两千一逾期八天了。", "c 我下个月发工资就还"), SELF),
    ],
)
def test_the_first_words_tell_who_answers(rulebook: Rulebook, lines: tuple[str, ...], relation: Relation) -> None:
    assert dialogue(rulebook, *lines).relation.value == relation.value


def test_who_only_said_to_be_the_one_asked_for_is_kin_once_the_agent_speaks_of_another(rulebook: Rulebook) -> None:
    state = dialogue(
        rulebook,
        "a 喂，是曲大山曲叔吗？",
        "c 我就是，你哪个？",
        "a 你儿子曲小军在我们这借了两万，半年没还了。",
        "c 这娃没跟我讲过。",
    )
    assert [state.relation_at(i) for i in range(4)] == [FAMILY] * 4


def test_kin_that_the_agent_mentions_later_do_not_change_who_is_on_the_line(rulebook: Rulebook) -> None:
    lines = (
        "a 请问是曲大山吗？",
        "c 是我。",
        "a 您那张卡逾期五天了，欠两千。",
        "c 我没钱。",
        "a 那我问问，你老婆欠不欠？要不打给你们主任还是你女朋友？",
    )
    assert dialogue(rulebook, *lines).relation_at(4) is SELF


def test_metadata_that_name_the_debtor_outweigh_what_the_agent_says(rulebook: Rulebook) -> None:
    lines = ("a 您好，请问是曲大山吗？", "c 我就是。", "a 您儿子那张卡的事也麻烦您。")
    assert dialogue(rulebook, *lines, relation=SELF).relation.value == "self"


def test_the_relation_follows_the_phone(rulebook: Rulebook) -> None:
    state = dialogue(
        rulebook,
        "a 您好，请问是戚海涛先生吗？",
        "c 我是他妈，他在里屋睡着呢。",
        "a 那我等会儿再打。",
        "c 你等下，我叫他。海涛，接电话。",
        "c 喂，我是戚海涛，你直接跟我妈说，我授权她。",
        "a 好的戚先生。",
    )
    assert [state.relation_at(i) for i in (1, 2, 4, 5)] == [FAMILY, FAMILY, SELF, SELF]
    assert state.entitled(END)


def test_the_phone_can_go_from_the_debtor_to_his_wife(rulebook: Rulebook) -> None:
    state = dialogue(
        rulebook,
        "a 喂，请问是戚海涛吗？",
        "c 是我，我在开车，让我媳妇跟你说。",
        "c 喂，我是他爱人，什么事？",
        "a 您好，不方便跟您说。",
    )
    assert [state.relation_at(i) for i in (1, 2, 3)] == [SELF, FAMILY, FAMILY]


def test_a_greeting_after_the_phone_was_handed_over_is_somebody_else_and_later_the_debtor_again(
    rulebook: Rulebook,
) -> None:
    state = dialogue(
        rulebook,
        "a 您好，是戚海涛吗？",
        "c 是我，我在店里干活。",
        "a 你把手机给你师傅，我跟他讲。",
        "c 喂，哪里啊？我这儿忙着。",
        "a 您好。",
        "c 莫打到店里来。海涛，拿去。",
        "c 喂，你跟我师傅讲什么了？",
    )
    assert [state.relation_at(i) for i in (1, 3, 4, 6)] == [SELF, THIRD, THIRD, SELF]


@pytest.mark.parametrize(
    "lines",
    [
        ("a 您好，请问是戚海涛吗？", "c 我就是。", "a 您给曲小军签过担保书，您是连带责任保证人。", "c 字是我签的。"),
        ("a 请问是戚海涛的女儿吗？", "c 我爸上个月走了，房子我继承了。", "a 您节哀。"),
        ("a 您好，请问是戚海涛吗？", "c 我耳朵背，你跟我儿子说。", "c 你讲，我是他儿子。"),
    ],
)
def test_guarantor_heir_and_authorised_person_may_hear_of_it(rulebook: Rulebook, lines: tuple[str, ...]) -> None:
    assert dialogue(rulebook, *lines).entitled(END)


def test_an_agent_who_guarantees_something_makes_nobody_a_guarantor(rulebook: Rulebook) -> None:
    state = dialogue(rulebook, "a 请问是戚海涛吗？", "c 是我。", "a 您先还两千，我个人给您担保不起诉。", "c 好。")
    assert state.relation.value == "self"
    assert not state.entitled(END)
