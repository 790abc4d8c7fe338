"""The terminal report: verdict first, gravest first, never too wide, never dangerous."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import invented_reports as invented
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from analyzer.call import Call, Turn
from analyzer.finding import Finding, Severity
from analyzer.reports import REPORTS, View
from analyzer.reports.text import render
from analyzer.reports.wording import EVENTS

ANSI = re.compile(r"\x1b\[[0-9;]*m")
FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def shown(pair: tuple[object, object], **options: object) -> str:
    return render(*pair, **{"colour": False, "width": 80, **options})  # type: ignore[arg-type]


def test_the_first_line_is_the_verdict_in_one_sentence() -> None:
    assert shown(invented.bad()).splitlines()[0] == "通话 a-001：不合格（一票否决），得分 0，7 项违规、1 项疑似"
    assert shown(invented.good()).splitlines()[0] == "通话 b-2026-0007：合格，得分 100，未发现违规"
    assert shown(invented.empty()).splitlines()[0] == "通话 空：无法评定，不计分，未发现违规"


def test_promises_are_told_at_once_and_the_clock_where_it_is_asked_for() -> None:
    assert "还款承诺：第 2 句 1,200 元，2026-03-13（下周五），手机银行；第 2 句 金额未说，日期未说" in shown(
        invented.bad(), width=200
    )
    told = "通话节奏：静默占 12%，最长静默 4.5 秒（第 3 句之后），抢话 1.2 秒，坐席语速每分钟 240 字"
    assert told in shown(invented.bad(), width=200, explain=True)
    assert told not in shown(invented.bad(), width=200)


def test_self_harm_stands_right_below_the_verdict_and_in_red() -> None:
    assert shown(invented.bad()).splitlines()[1] == "! 接听人流露轻生念头：第 7 句“我真不想活了”"
    assert "\x1b[1;37;41m! 接听人流露轻生念头" in shown(invented.bad(), colour=True).splitlines()[1]


def test_a_passing_call_takes_two_to_six_lines() -> None:
    assert 2 <= len(shown(invented.good()).splitlines()) <= 6


def test_who_is_on_the_line_is_said_with_the_reason() -> None:
    assert "接听人：债务人家属，把握 90%（第 3 句：我是他妈妈）" in shown(invented.bad())
    call, report = invented.bad()
    machine = replace(report, relation=replace(report.relation, why="turn 2: 我是他妈妈"))
    assert "（第 3 句：我是他妈妈）" in shown((call, machine))


def test_the_gravest_comes_first_and_suspicions_after_all_violations() -> None:
    heads = re.findall(r"^\[(\S+)\]", shown(invented.bad()), re.M)
    assert heads == ["致命", "致命", "严重", "严重", "严重", "一般", "提示", "疑似·致命"]


def test_a_finding_says_where_what_why_and_on_what_basis() -> None:
    text = shown(invented.bad())
    assert "第 2 句 00:02 坐席：喂，周明在不在？【我这边是市公安局经侦支队的】，姓王。" in text
    assert "问题：自称公安机关人员" in text
    assert "建议：使用核准的机构" in text
    assert "依据：治安管理处罚法(2025修订) 第六十二条" in text
    assert "发现：词表＋模型，把握 98%" in text


def test_colour_underlines_the_evidence_and_plain_brackets_it() -> None:
    assert "\x1b[4;7m" in shown(invented.bad(), colour=True)
    assert "【我这边" not in shown(invented.bad(), colour=True)
    assert "\x1b" not in shown(invented.bad())


def test_colour_changes_no_word_outside_the_evidence() -> None:
    call, report = invented.good()
    assert ANSI.sub("", shown((call, report), colour=True)) == shown((call, report))


def test_excused_findings_appear_only_when_asked_for() -> None:
    assert "另有 1 项命中已豁免" in shown(invented.bad())
    assert "豁免：语境：否定（不是）" not in shown(invented.bad())
    assert "豁免：语境：否定（不是）" in shown(invented.bad(), show_excused=True)


def test_explaining_adds_the_course_of_the_call_and_the_steps() -> None:
    assert "经过" not in shown(invented.bad())
    text = shown(invented.bad(), explain=True)
    assert f"第 3 句 00:07 接听人 · {EVENTS['is_family']} “我是他妈妈”（词表）" in text
    assert "因为：词：police “市公安局”" in text


def test_disclosures_are_a_checklist_with_reasons() -> None:
    text = shown(invented.bad())
    for line in (
        "✗ 表明机构 缺失，整通没有说到",
        "✓ 告知姓氏或工号 已告知",
        "– 先核身后谈债 不适用",
        "? 说明事由或金额 无法判断",
    ):
        assert line in text


def test_personal_numbers_are_masked_even_where_a_quote_tears_them() -> None:
    text = shown(invented.bad(), explain=True, show_excused=True)
    assert invented.MOBILE not in text
    assert "110101199003071234" not in text
    assert "六二二二零" not in text.replace("\n    ", "")
    assert "六二二二零二一二三四五" in re.sub(r"\s", "", shown(invented.bad(), mask=False))


@pytest.mark.parametrize("width", [8, 20, 40, 79, 80, 81, 120, 200])
@pytest.mark.parametrize("pair", invented.every(), ids=["good", "bad", "hostile", "empty"])
@pytest.mark.parametrize("colour", [True, False])
def test_no_line_is_wider_than_the_terminal(pair: tuple[object, object], width: int, colour: bool) -> None:
    text = shown(pair, width=width, colour=colour, explain=True, show_excused=True)
    assert max(cell_len(ANSI.sub("", line)) for line in text.splitlines()) <= width


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=120), st.integers(8, 60))
def test_no_text_widens_a_line_or_reaches_the_terminal_raw(said: str, width: int) -> None:
    call, report = invented.good()
    call = Call(said, (Turn(invented.A, said),), source=said)
    f = Finding(said, "abuse", Severity.FATAL, said, said, turn=0, start=0, end=max(1, len(said) // 2), quote=said)
    text = shown((call, replace(report, call_id=said, source=said, findings=(f,), why=said)), width=width, explain=True)
    assert all(cell_len(line) <= width for line in text.split("\n"))
    assert not FORBIDDEN.search(text)


def test_escapes_and_direction_marks_are_spelled_out() -> None:
    text = shown(invented.hostile(), explain=True)
    assert not FORBIDDEN.search(text)
    assert "‹U+001B›" in text
    assert "‹U+202E›" in text
    assert "↵" in text
    coloured = shown(invented.hostile(), explain=True, colour=True)
    assert not FORBIDDEN.search(ANSI.sub("", coloured))


def test_a_turn_of_forty_thousand_characters_is_shown_around_its_evidence() -> None:
    assert len(shown(invented.hostile())) < 20_000


def test_a_long_latin_word_is_kept_whole_and_no_line_begins_with_a_full_stop() -> None:
    text = shown(invented.bad(), width=33)
    assert not [line for line in text.splitlines() if line.strip()[:1] in tuple("。，、；：？！）")]
    assert "impersonation.police" in text


def test_every_output_is_named_and_writes_every_call() -> None:
    assert list(REPORTS) == ["text", "json", "html", "markdown"]
    for call, report in invented.every():
        for output in REPORTS.values():
            written = output.write(call, report, View(width=60, explain=True))
            assert written.endswith("\n")
            assert written.encode()


def test_every_event_of_the_lexicon_has_its_name_in_reports() -> None:
    folder = Path(__file__).parents[2] / "lexicons" / "events"
    named = {
        key: spec["name"]
        for path in folder.glob("*.yaml")
        for key, spec in yaml.safe_load(path.read_text("utf-8")).items()
    }
    assert {key: EVENTS.get(key) for key in named} == named
