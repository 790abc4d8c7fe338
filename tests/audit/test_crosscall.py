"""What no single call shows: frequency, hours with consent, third parties, stop requests, aliases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from analyzer.audit.contactlog import dials
from analyzer.audit.contactrules import contact_rules
from analyzer.audit.crosscall import Extra, across
from analyzer.audit.facts import Facts, answered, facts_of
from analyzer.audit.ledger import Ledger
from analyzer.call import CHINA, Call, Meta, Speaker, Turn
from analyzer.check import check
from analyzer.errors import InputError, RulebookError
from analyzer.finding import Severity
from analyzer.rules.rulebook import Rulebook

Found = Callable[[Iterable[Facts]], list[Extra]]


def at(clock: str, day: int = 2, **more: object) -> Facts:
    """A connected outgoing call with the debtor D1 of 云川银行."""
    hour, minute = map(int, clock.split(":"))
    moment = datetime(2026, 3, day, hour, minute, tzinfo=CHINA)
    known = Facts(moment.timestamp(), moment.date().isoformat(), "D1", "云川银行", relation="self", connected=1)
    return replace(known, **more)  # type: ignore[arg-type]


@pytest.fixture
def found(tmp_path: Path, rulebook: Rulebook) -> Found:
    def look(contacts: Iterable[Facts], book: Rulebook = rulebook) -> list[Extra]:
        with Ledger(tmp_path / "out") as ledger:
            ledger.take_dials((f"log.csv:{n}", f"d{n}", f) for n, f in enumerate(contacts, 2))
            return list(across(ledger, book))

    return look


def rules(extras: Iterable[Extra]) -> list[tuple[str, str]]:
    """Contact and rule of every finding."""
    return [(e.contact.call_id, e.finding.rule.removeprefix("contact.")) for e in extras if e.finding is not None]


def test_the_fourth_connected_call_of_a_day_is_one_too_many(found: Found) -> None:
    extras = found(at(f"{9 + n}:00") for n in range(4))
    assert rules(extras) == [("d5", "connected_day")]
    finding = extras[0].finding
    assert finding is not None
    assert finding.message == "同一债务人同一债权人，2026-03-02 第 4 次接通（上限 3 次）"
    assert finding.severity is Severity.SERIOUS
    assert [b.source for b in finding.basis] == ["GB/T 45251-2025"]


def test_from_the_sixth_on_it_is_fatal(found: Found) -> None:
    severities = [e.finding.severity for e in found(at(f"{9 + n}:00") for n in range(6)) if e.finding]
    assert severities == [Severity.SERIOUS, Severity.SERIOUS, Severity.FATAL]


@pytest.mark.parametrize(
    "other",
    [
        {"connected": 0},
        {"connected": None},
        {"direction": "inbound"},
        {"relation": "third_party"},
        {"agreed": 1},
        {"creditor": "江禾银行"},
        {"debtor": "D2"},
        {"day": None, "started": None},
    ],
)
def test_unanswered_incoming_agreed_and_other_calls_do_not_count(found: Found, other: dict[str, object]) -> None:
    contacts = [at("9:00"), at("10:00"), at("11:00"), replace(at("12:00"), **other)]  # type: ignore[arg-type]
    assert not [r for r in rules(found(contacts)) if r[1] == "connected_day"]


def test_days_are_counted_apart(found: Found) -> None:
    assert rules(found([at("9:00", 2), at("10:00", 2), at("11:00", 3), at("12:00", 3)])) == []


def test_the_seventh_unanswered_dial_of_a_number_is_one_too_many(found: Found) -> None:
    dialled = [at(f"{9 + n}:00", connected=0, number="13900000001") for n in range(7)]
    assert rules(found(dialled)) == [("d8", "unanswered_day")]
    two_numbers = [replace(f, number=str(n % 2)) for n, f in enumerate(dialled)]
    assert rules(found(two_numbers)) == []


def test_three_dials_within_a_quarter_of_an_hour_are_a_burst(found: Found) -> None:
    number = {"number": "13900000001", "connected": 0}
    assert rules(found(at(c, **number) for c in ("9:00", "9:06", "9:12"))) == [("d4", "burst")]
    assert rules(found(at(c, **number) for c in ("9:00", "9:08", "9:16"))) == []


def test_two_agencies_on_one_day_are_told_with_their_names(found: Found) -> None:
    extras = found([at("9:00", agency="甲咨询"), at("10:00", agency="乙外包"), at("11:00", agency="甲咨询")])
    assert rules(extras) == [("d3", "agencies_day")]
    assert extras[0].finding is not None
    assert extras[0].finding.message.endswith("甲咨询、乙外包")


def test_a_third_party_is_called_only_after_contact_was_lost(found: Found) -> None:
    reached = [at("10:02"), at("10:20", relation="family")]
    assert ("d3", "third_party_reached") in rules(found(reached))
    lost = [at("10:02", 2), at("10:20", 8, relation="family")]
    assert rules(found(lost)) == []
    unanswered = [at("10:02", connected=0), at("10:20", relation="family")]
    assert rules(found(unanswered)) == []


def test_a_second_call_to_a_third_party_on_one_day_is_told(found: Found) -> None:
    sister = {"relation": "family", "number": "13900000002", "debtor": ""}
    assert rules(found([at("9:00", **sister), at("12:00", **sister)])) == [("d3", "third_party_day")]


def test_whoever_asked_to_be_left_alone_is_not_called_again(found: Found) -> None:
    sister = {"relation": "family", "number": "13900000002"}
    extras = found(
        [at("9:00", 2, **sister, stop=1), at("9:00", 4, **sister), at("9:00", 5, direction="inbound", **sister)]
    )
    assert rules(extras) == [("d3", "after_stop")]
    assert extras[0].finding is not None
    assert "“d2”（03-02 09:00）" in extras[0].finding.message


def test_a_debtor_who_says_stop_may_be_called_again(found: Found) -> None:
    assert rules(found([at("9:00", 2, stop=1), at("9:00", 3)])) == []


def test_a_late_call_that_was_asked_for_is_consented_to(found: Found) -> None:
    extras = found([at("15:00", late=1), at("22:30")])
    assert [(e.contact.call_id, e.finding) for e in extras] == [("d3", None)]
    assert "“d2”（03-02 15:00）" in extras[0].consent


def test_a_late_dial_without_consent_is_told_and_consent_ends(found: Found) -> None:
    assert rules(found([at("22:30", number="1")])) == [("d2", "night_dial")]
    assert rules(found([at("15:00", 2, late=1, number="1"), at("22:30", 9, number="1")])) == [("d3", "night_dial")]
    assert rules(found([at("7:59", number="1")])) == [("d2", "night_dial")]
    assert rules(found([at("8:00", number="1"), at("21:59", number="1")])) == []


def test_an_agent_who_changes_his_name_is_suspected(found: Found) -> None:
    names = ["王", "王", "王", "王", "李"]
    contacts = [at("9:00", d, agent="A7", surname=n, debtor=f"D{d}") for d, n in enumerate(names, 1)]
    extras = found(contacts)
    assert rules(extras) == [("d6", "alias")]
    assert extras[0].finding is not None
    assert extras[0].finding.status == "suspected"
    mixed = [replace(c, surname="王李张赵陈"[n]) for n, c in enumerate(contacts)]
    assert rules(found(mixed)) == []


def test_the_registered_name_wins_over_the_usual_one(tmp_path: Path, rulebook: Rulebook) -> None:
    book = replace(rulebook, profile=replace(rulebook.profile, staff={"A7": "李"}))
    with Ledger(tmp_path / "out") as ledger:
        ledger.take_dials([("log:2", "d2", at("9:00", agent="A7", surname="王"))])
        assert rules(across(ledger, book)) == [("d2", "alias")]


def test_limits_of_the_profile_win(tmp_path: Path, rulebook: Rulebook) -> None:
    book = replace(rulebook, profile=replace(rulebook.profile, contact_limits={"connected_day": 1}))
    assert contact_rules(book)["connected_day"].limit == 1
    unknown = replace(rulebook, profile=replace(rulebook.profile, contact_limits={"conected_day": 1}))
    with pytest.raises(RulebookError, match="contact_limits 不认识 conected_day"):
        contact_rules(unknown)


def test_citations_are_those_in_force_on_the_day(rulebook: Rulebook) -> None:
    rule = contact_rules(rulebook)["unanswered_day"]
    assert rule.finding("2026-01-29", 7).basis == ()
    assert len(rule.finding("2026-01-30", 7).basis) == 1


def test_a_call_says_who_when_and_whether_he_wants_to_be_called_late(rulebook: Rulebook) -> None:
    turns = (
        Turn(Speaker.AGENT, "您好，我是云川银行的，我姓王，请问是陈先生吗？"),
        Turn(Speaker.CUSTOMER, "我是，我在上班，晚上十点以后你再打给我吧。"),
    )
    meta = Meta(datetime(2026, 3, 1, 17, 0, tzinfo=CHINA), debtor_id="D1", extra={"团队": "一组"})
    call = Call("a", turns, meta)
    facts = facts_of(call, check(call, rulebook))
    assert (facts.day, facts.debtor, facts.team, facts.surname, facts.late) == ("2026-03-01", "D1", "一组", "王", 1)
    assert facts.connected == 1
    silent = replace(call, turns=turns[:1])
    assert facts_of(silent, check(silent, rulebook)).connected == 0
    told = replace(call, meta=replace(meta, extra={"是否接通": "否"}))
    assert facts_of(told, check(told, rulebook)).connected == 0


@pytest.mark.parametrize(
    ("word", "means"), [("是", 1), ("无人接听", 0), (1, 1), ("Busy", 0), ("转人工", None), (None, None)]
)
def test_what_diallers_write_of_an_answer(word: object, means: int | None) -> None:
    assert answered(word) is means or answered(word) == means


LOG = """\
呼叫时间,案件号,被叫号码,是否接通,债权人,关系
2026-03-02 09:00,D1,13900000001,否,云川银行,本人
2026-03-02 09:30,D1,13900000001,是,云川银行,家属
"""


@pytest.mark.parametrize("kind", ["csv", "gbk.csv", "xlsx", "parquet"])
def test_a_contact_log_is_read_from_every_table(tmp_path: Path, kind: str) -> None:
    import io

    import pandas as pd

    path = tmp_path / f"log.{kind}"
    frame = pd.read_csv(io.StringIO(LOG), dtype=str)
    if kind == "xlsx":
        frame.to_excel(path, index=False, engine="xlsxwriter")
    elif kind == "parquet":
        frame.to_parquet(path)
    else:
        path.write_bytes(LOG.encode("gb18030" if kind.startswith("gbk") else "utf-8-sig"))
    rows = list(dials(path))
    assert [(f.connected, f.relation, f.number, f.debtor) for _, _, f in rows] == [
        (0, "self", "13900000001", "D1"),
        (1, "family", "13900000001", "D1"),
    ]
    assert rows[0][0] == f"{path.as_posix()}:2"
    assert rows[0][2].day == "2026-03-02"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("时间,内容\n1,2\n", "缺少必要的列"),
        ("呼叫时间,案件号\n昨天,D1\n", ":2：字段 呼叫时间"),
        ("", "读不了"),
    ],
)
def test_a_bad_contact_log_is_told_with_its_line(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=why):
        list(dials(tmp_path / "log.csv"))


def test_a_missing_contact_log_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="不存在"):
        list(dials(tmp_path / "no.csv"))
