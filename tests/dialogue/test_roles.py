from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analyzer import formats
from analyzer.call import Call, Meta, Speaker, Turn
from analyzer.check import assigned, check
from analyzer.rules.rulebook import Rulebook

A, C, S, U = Speaker.AGENT, Speaker.CUSTOMER, Speaker.SYSTEM, Speaker.UNKNOWN
SAMPLES = Path(__file__).parents[2] / "data" / "samples"
POLITE = (
    (C, "喂，哪位？"),
    (A, "您好，请问是乔安平乔先生吗？我是南屏银行信用卡中心的，姓褚，工号三三零，通话有录音。"),
    (C, "是我，你说吧。"),
    (A, "您这期账单两千三，逾期六天了，您看哪天方便处理？"),
    (C, "我厂里没发工资，我能不能月底再还？"),
    (A, "可以的，我给您登记月底，有问题您打卡背面的客服电话。"),
    (C, "那行，谢谢你。"),
    (A, "不客气，打扰您了，再见。"),
)


def labelled() -> list[Call]:
    """The calls of our samples in which the transcript says who speaks."""
    found = []
    for path in sorted(SAMPLES.glob("*.*")):
        if path.suffix in (".json", ".jsonl", ".txt", ".csv"):
            found += [c for c in formats.read(path) if isinstance(c, Call)]
    return [c for c in found if {t.speaker for t in c.turns} == {A, C} and len(c.turns) >= 6]


def call(turns: tuple[tuple[Speaker, str], ...], voices: tuple[str, ...] | None = None) -> Call:
    extra = {} if voices is None else {"voices": voices}
    return Call("t", tuple(Turn(s, t) for s, t in turns), Meta(extra=extra))


def unlabelled(one: Call, agent: str | None = "0", customer: str = "1") -> Call:
    """The call with all speakers unknown, its voices kept or not."""
    voices = tuple(agent if t.speaker is A else customer for t in one.turns) if agent is not None else None
    extra = {k: v for k, v in one.meta.extra.items() if k != "voices"}
    if voices is not None:
        extra["voices"] = voices
    turns = tuple(replace(t, speaker=U) for t in one.turns)
    return replace(one, turns=turns, meta=replace(one.meta, extra=extra))


def speakers(one: Call) -> tuple[Speaker, ...]:
    return tuple(t.speaker for t in one.turns)


@pytest.mark.parametrize(("agent", "customer"), [("0", "1"), ("1", "0"), ("说话人2", "说话人1")])
def test_two_voices_are_told_apart_in_all_our_samples(rulebook: Rulebook, agent: str, customer: str) -> None:
    for one in labelled():
        found = assigned(unlabelled(one, agent, customer), rulebook)
        assert found.speakers == speakers(one) or found.reading.certainty < 0.7, one.call_id


def test_whoever_speaks_first_is_not_therefore_the_agent(rulebook: Rulebook) -> None:
    found = assigned(unlabelled(call(POLITE)), rulebook)
    assert found.speakers == speakers(call(POLITE))
    assert found.reading.certainty > 0.9


def test_labels_that_are_right_are_kept(rulebook: Rulebook) -> None:
    for one in labelled():
        found = assigned(one, rulebook)
        assert (found.speakers, found.reading.swapped, found.reading.certainty) == (speakers(one), False, 1.0)


def test_labels_that_are_exchanged_are_put_right_and_told(rulebook: Rulebook) -> None:
    turned = tuple((C if s is A else A, t) for s, t in POLITE)
    report = check(call(turned), rulebook)
    assert report.roles.swapped
    assert "对调" in report.roles.why
    assert report.roles.speakers == tuple(s.value for s, _ in POLITE)


def test_channels_exchanged_inside_a_call_are_found_and_told(rulebook: Rulebook) -> None:
    more = (
        (C, "你们怎么又打来了？我不是说月底还吗？"),
        (A, "不好意思打扰您，我跟您核实一下，您上次登记的还款日是月底，对吧？"),
        (C, "对，我老公那边工地没结钱，我能怎么办？"),
        (A, "我理解，我帮您备注，您可以申请延期，材料提交以后三个工作日回复您。"),
        (C, "那我问问，要什么材料啊？"),
        (A, "您提供停工证明就行，上传到手机银行。祝您生活愉快，再见。"),
    )
    whole = POLITE + more
    voices = tuple("ab"[(s is A) ^ (i >= len(POLITE))] for i, (s, _) in enumerate(whole))
    found = assigned(call(tuple((U, t) for _, t in whole), voices), rulebook)
    assert found.speakers == tuple(s for s, _ in whole)
    assert found.reading.swapped
    assert "第 9 句" in found.reading.why


def test_of_three_voices_one_is_the_agent_and_a_machine_is_no_person(rulebook: Rulebook) -> None:
    turns = (
        (S, "欢迎致电南屏银行，为保证服务质量，本次通话将被录音。"),
        *POLITE[:5],
        (C, "你是谁啊，找我老公干什么？"),
        *POLITE[5:],
    )
    names = {S: "c", A: "b", C: "a"}
    voices = ["d" if i == 6 else names[s] for i, (s, _) in enumerate(turns)]
    bare = call(tuple((U, t) for _, t in turns), tuple(voices))
    assert assigned(bare, rulebook).speakers == tuple(s for s, _ in turns)
    told = next(d for d in check(bare, rulebook).disclosures if d.id == "recording_notice")
    assert told.verdict == "met"


def test_without_voices_every_turn_is_read_by_its_words_and_nothing_is_sure(rulebook: Rulebook) -> None:
    broken = (*POLITE[:4], (A, "您名下就这一张卡，逾期会按规定报送征信。"), *POLITE[4:])
    bare = call(tuple((U, t) for _, t in broken))
    found = assigned(bare, rulebook)
    assert found.reading.certainty < 0.7
    assert sum(a is b for a, (b, _) in zip(found.speakers, broken, strict=True)) >= len(broken) - 1
    assert check(bare, rulebook).verdict == "review"


def test_a_doubtful_call_is_judged_both_ways(rulebook: Rulebook) -> None:
    bare = call(((U, "我是市公安局经侦的，姓王。"), (U, "你哪位？")))
    report = check(bare, rulebook)
    assert report.roles.certainty < 0.7
    assert "反过来" in report.roles.why
    assert report.verdict == "review"


def test_one_voice_for_everything_tells_nothing(rulebook: Rulebook) -> None:
    bare = call(tuple((U, t) for _, t in POLITE), ("0",) * len(POLITE))
    assert assigned(bare, rulebook).reading.certainty < 0.7


def test_an_unknown_voice_beside_a_labelled_agent_is_the_customer(rulebook: Rulebook) -> None:
    turns = tuple((s if s is A else U, t) for s, t in POLITE)
    voices = tuple("坐席" if s is A else "说话人2" for s, _ in POLITE)
    found = assigned(call(turns, voices), rulebook)
    assert found.speakers == speakers(call(POLITE))
    assert found.reading.certainty >= 0.7
