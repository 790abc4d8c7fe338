from __future__ import annotations

from datetime import datetime

from conftest import shipped
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.call import CHINA, Call, Meta, Relation, Speaker, Turn
from analyzer.check import check
from analyzer.rules.rulebook import Rulebook

A, C, U = Speaker.AGENT, Speaker.CUSTOMER, Speaker.UNKNOWN


def call(*turns: tuple[Speaker, str], **meta: object) -> Call:
    return Call("t", tuple(Turn(s, t) for s, t in turns), Meta(**meta))  # type: ignore[arg-type]


OPENING = ((A, "您好，请问是张伟先生吗？"), (C, "是我。"))


def rules_of(report) -> set[str]:  # type: ignore[no-untyped-def]
    """The rules broken; what a short invented call leaves out of the manual's procedure is not meant here."""
    return {f.rule for f in report.findings if f.status == "violation" and f.category != "procedure"}


def test_a_collector_who_says_he_is_police_is_vetoed(rulebook: Rulebook) -> None:
    report = check(call(*OPENING, (A, "我是市公安局经侦支队的，姓王。")), rulebook)
    assert "impersonation.police" in rules_of(report)
    assert (report.verdict, report.vetoed) == ("fail", True)


def test_the_same_words_denied_are_kept_as_excused_and_cost_nothing(rulebook: Rulebook) -> None:
    report = check(call(*OPENING, (A, "我们不是公安局的，就是银行。")), rulebook)
    assert rules_of(report) == set()
    hits = [f for f in report.findings if f.category == "impersonation"]
    assert hits
    assert all(f.status == "excused" and f.excused_by for f in hits)


def test_words_of_the_customer_are_no_finding(rulebook: Rulebook) -> None:
    assert rules_of(check(call(*OPENING, (C, "我是市公安局的。")), rulebook)) == set()


def test_a_question_and_its_answer_are_read_together(rulebook: Rulebook) -> None:
    yes = check(call(*OPENING, (C, "你是派出所的？"), (A, "对，配合一下。")), rulebook)
    no = check(call(*OPENING, (C, "你是派出所的？"), (A, "不是，我是银行的。")), rulebook)
    assert "impersonation.official_yes" in rules_of(yes)
    assert rules_of(no) == set()


def test_the_clause_in_force_on_the_day_of_the_call_is_printed(rulebook: Rulebook) -> None:
    turns = (*OPENING, (A, "我是市公安局经侦支队的。"))
    old = check(call(*turns, started_at=datetime(2025, 6, 1, 10, tzinfo=CHINA)), rulebook)
    new = check(call(*turns, started_at=datetime(2026, 6, 1, 10, tzinfo=CHINA)), rulebook)

    def clauses(report) -> set[str | None]:  # type: ignore[no-untyped-def]
        return {b.clause for f in report.findings for b in f.basis if "治安" in b.source}

    assert clauses(old) == {"第五十一条"}
    assert clauses(new) == {"第六十二条"}


def test_night_begins_at_ten_and_ends_at_eight(rulebook: Rulebook) -> None:
    def night(hour: int, minute: int) -> bool:
        report = check(call(*OPENING, started_at=datetime(2026, 3, 2, hour, minute, tzinfo=CHINA)), rulebook)
        return "contact_time.night" in rules_of(report)

    assert [night(7, 59), night(8, 0), night(21, 59), night(22, 0)] == [True, False, False, True]


def test_without_a_start_nothing_is_said_about_the_hour(rulebook: Rulebook) -> None:
    assert "contact_time.night" not in rules_of(check(call(*OPENING), rulebook))


def test_a_call_without_an_agent_cannot_be_assessed(rulebook: Rulebook) -> None:
    report = check(call((C, "喂？")), rulebook)
    assert (report.verdict, report.score) == ("not_assessable", None)


def test_an_empty_call_cannot_be_assessed(rulebook: Rulebook) -> None:
    assert check(call(), rulebook).verdict == "not_assessable"


def test_speakers_that_nobody_named_are_found_by_what_they_say(rulebook: Rulebook) -> None:
    turns = (
        (U, "喂"),
        (U, "您好，请问是张伟先生吗，我是江海银行的，姓李，通话有录音"),
        (U, "是我"),
        (U, "您的账单逾期三天了"),
    )
    report = check(call(*turns, extra={"voices": ("b", "a", "b", "a")}), rulebook)
    assert report.roles.certainty > 0.6
    met = {d.id for d in report.disclosures if d.verdict == "met"}
    assert "recording_notice" in met


def test_the_same_call_gives_the_same_report(rulebook: Rulebook) -> None:
    one = call(*OPENING, (A, "我是公安局的，你那笔钱逾期了。"), relation=Relation.SELF)
    assert check(one, rulebook) == check(one, rulebook)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from([A, C, U]), st.text(max_size=30)), max_size=8))
def test_any_call_gets_a_report_whose_quotes_hold(turns: list[tuple[Speaker, str]]) -> None:
    report = check(call(*turns), shipped())
    for f in report.findings:
        if f.turn is not None:
            assert turns[f.turn][1][f.start : f.end] == f.quote
