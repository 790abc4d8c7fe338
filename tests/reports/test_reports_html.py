"""The pages: self-contained, scriptless where they show talk, safe against whatever was said."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import time
from dataclasses import replace
from html.parser import HTMLParser

import invented_reports as invented
import pytest

from analyzer.call import Call
from analyzer.errors import Skipped
from analyzer.finding import CallReport, Finding, Severity
from analyzer.reports.html import file_name, index, link, page

PAIRS = invented.every()
NAMES = ["good", "bad", "hostile", "empty"]


class Document(HTMLParser):
    """Elements, attributes, texts by class, and whether every element is closed."""

    VOID = frozenset({"meta", "br", "input", "col"})

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.marked: list[str] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "mark":
            self.marked.append("")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "mark":
            self.marked[-1] += data
        if "style" not in self.open and "script" not in self.open:
            self.text += data

    def ids(self) -> list[str]:
        return [a["id"] or "" for _, a in self.tags if "id" in a]

    def links(self) -> list[str]:
        return [a["href"] or "" for tag, a in self.tags if tag == "a"]


@pytest.mark.parametrize("pair", PAIRS, ids=NAMES)
def test_a_page_is_well_formed_and_loads_and_runs_nothing(pair: tuple[object, object]) -> None:
    document = Document(page(*pair, show_excused=True, back="../index.html"))  # type: ignore[arg-type]
    assert document.open == []
    tags = {tag for tag, _ in document.tags}
    assert not tags & {"script", "img", "link", "iframe", "object", "svg", "base", "form"}
    names = {name for _, attrs in document.tags for name in attrs}
    assert not [name for name in names if name.startswith("on") or name in ("src", "srcset", "action")]
    assert all(href.startswith("#") or href == "../index.html" for href in document.links())


def test_the_policy_of_a_page_forbids_scripts_and_every_request() -> None:
    policy = next(a["content"] for _, a in Document(page(*invented.bad())).tags if a.get("http-equiv"))
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def test_hostile_talk_is_read_as_text() -> None:
    source = page(*invented.hostile())
    text = Document(source).text
    assert '<script>alert("x")</script></script>' in text
    assert "<script" not in source
    assert "{{ 7*7 }}{% raw %}" in text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", source)
    assert source.encode("utf-8")


def test_evidence_is_marked_and_linked_both_ways() -> None:
    document = Document(page(*invented.bad()))
    assert "我这边是市公安局经侦支队的" in document.marked
    ids = document.ids()
    assert len(ids) == len(set(ids))
    targets = {href[1:] for href in document.links() if href.startswith("#")}
    assert targets <= set(ids)
    assert {f"f{n}" for n in range(1, 9) if n != 7} <= targets
    assert {"e1", "e2", "e3"} <= targets


def test_overlapping_findings_share_their_words_and_take_the_graver_colour() -> None:
    source = page(*invented.bad())
    assert '<mark class="fatal twice">明天就上门抓人</mark>' in source
    assert '<mark class="serious">你做妈的要替他还，今天不还</mark>' in source
    assert '<mark class="fatal">，让你们全小区都知道</mark>' in source


def test_the_turn_reads_the_same_with_its_marks() -> None:
    call, report = invented.bad()
    said = re.findall(r'<div class="said">(.*?)</div>', page(call, report, mask=False), re.S)
    bare = [re.sub(r"<a .*?</a>|<[^>]*>", "", s) for s in said]
    assert bare == [t.text for t in call.turns]


def test_findings_without_words_or_outside_the_call_are_still_listed() -> None:
    text = Document(page(*invented.hostile())).text
    assert "位置超界" in text
    assert "偏移颠倒" in text
    assert "通话开始于 21:48" in Document(page(*invented.bad())).text


def test_self_harm_comes_before_the_other_signals_and_the_talk() -> None:
    source = page(*invented.bad())
    assert source.index('class="alarm"') < source.index('class="heed"') < source.index('class="columns"')
    assert "接听人流露轻生念头" in source[source.index('class="alarm"') :][:200]


def test_excused_findings_are_folded_and_unmarked_unless_asked_for() -> None:
    folded, shown = page(*invented.bad()), page(*invented.bad(), show_excused=True)
    assert '<details class="card fold"><summary>' in folded
    assert '<details class="card fold" open>' in shown
    assert "我们不是公安的" not in Document(folded).marked
    assert "我们不是公安的" in Document(shown).marked


def test_a_page_masks_numbers_even_torn_ones_unless_told_otherwise() -> None:
    text = Document(page(*invented.bad())).text
    assert invented.MOBILE not in text
    assert "六二二二零" not in text
    assert "139****5678" in text
    assert invented.MOBILE in Document(page(*invented.bad(), mask=False)).text


def test_a_long_call_is_drawn_with_few_marks_and_a_long_turn_is_complete() -> None:
    _, report = invented.good()
    long = Call("长", invented.turns(*((invented.A, f"第{i}句") for i in range(3000))))
    assert 100 <= page(long, report).count('title="第 ') <= 120
    assert "催收" * 19_000 in Document(page(*invented.hostile())).text.replace("\n", "")


def forty_turns() -> tuple[Call, CallReport]:
    call, report = invented.bad()
    findings = tuple(
        replace(f, turn=None if f.turn is None else f.turn + 10 * (i % 4)) for i, f in enumerate(report.findings)
    )
    return replace(call, turns=call.turns * 4), replace(report, findings=findings)


def test_a_call_of_forty_turns_is_rendered_in_under_five_milliseconds() -> None:
    call, report = forty_turns()
    page(call, report)
    times = []
    for _ in range(15):
        begun = time.process_time()
        page(call, report)
        times.append(time.process_time() - begun)
    assert min(times) < 0.005


def data_of(source: str, name: str) -> object:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', source, re.S)
    assert found
    return json.loads(found[1])


def overview(**more: object) -> str:
    rows = [(report, "calls/" + file_name(call.call_id)) for call, report in PAIRS]
    return index(rows, **{"title": "三月 <b>", "skipped": [Skipped("坏<i>.csv", "第 3 列不是时间", 3)], **more})  # type: ignore[arg-type]


def test_the_overview_counts_calls_verdicts_and_categories() -> None:
    text = re.sub(r"\s+", " ", Document(overview()).text)
    assert "4通话" in text.replace(" ", "")
    assert "1合格·25.0%" in text.replace(" ", "")
    assert "威胁恐吓" in text
    assert "三月 <b>" in text
    assert "坏<i>.csv" in text
    assert "第 3 列不是时间" in text


def test_the_overview_runs_one_script_that_its_policy_names() -> None:
    source = overview()
    scripts = re.findall(r"<script>(.*?)</script>", source, re.S)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in source
    assert "innerHTML" not in scripts[0]
    assert source.count("<script") == 3
    assert source.count("</script") == 3


def test_the_data_of_the_overview_is_every_call_and_cannot_end_its_element() -> None:
    _, report = invented.good()
    evil = replace(report, call_id="</script><script>alert(1)</script>\u2028&", source="<!--")
    source = index([(evil, "javascript:alert(1)")], title="x", skipped=[])
    assert source.count("<script") == 3
    (row,) = data_of(source, "data")  # type: ignore[misc]
    assert row[0] == "</script><script>alert(1)</script>↵&"
    assert row[1] == ""
    assert "javascript:" not in source


def test_the_overview_lists_alarms_and_failures_first() -> None:
    source = overview()
    shown = source[source.index('<tbody id="rows">') : source.index('<tbody id="below"')]
    names = re.findall(r"<tr><td>.*?<bdi>(.*?)</bdi>", shown)
    assert names[0] == "a-001"
    assert names[-1] == "b-2026-0007"


def test_a_large_overview_keeps_all_calls_as_data_and_a_page_of_them_as_rows() -> None:
    _, report = invented.good()
    source = index(
        [(replace(report, call_id=f"c{i}"), f"calls/c{i}.html") for i in range(1000)], title="大", skipped=[]
    )
    assert len(data_of(source, "data")) == 1000  # type: ignore[arg-type]
    assert source.count("<tr><td>") == 200
    assert Document(source).open == []


def test_an_overview_of_nothing_is_a_page_too() -> None:
    document = Document(index([], title="空", skipped=[]))
    assert document.open == []
    assert "全部通话" in document.text


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("calls/a-001.html", "calls/a-001.html"),
        ("../index.html", "../index.html"),
        ("calls/通话 1#?.html", "calls/%E9%80%9A%E8%AF%9D%201%23%3F.html"),
        ("javascript:alert(1)", ""),
        ("JAVASCRIPT:x", ""),
        ("//evil.example/x", ""),
        ("/etc/passwd", ""),
        ("\\\\server\\x", ""),
        ("calls/../../x.html", ""),
        ("calls/\ud800.html", "calls/%3F.html"),
        ("", ""),
    ],
)
def test_only_plain_relative_paths_become_links(path: str, target: str) -> None:
    assert link(path) == target


@pytest.mark.parametrize(
    "call_id", ["../../etc/passwd", "", ".", "..", "a/b\\c", "CON", "\x00", "x" * 5000, "<b>", "\ud800", "通话 1"]
)
def test_a_file_name_is_safe_whatever_the_call_is_called(call_id: str) -> None:
    assert re.fullmatch(r"[0-9A-Za-z_\u4e00-\u9fff-]{8,60}\.html", file_name(call_id))


def test_different_calls_have_different_file_names() -> None:
    assert len({file_name(name) for name in ("a/b", "a-b", "a\\b", "a b", "")}) == 5


def test_rich_and_jinja_are_loaded_only_when_a_report_needs_them() -> None:
    code = (
        "import sys, analyzer.reports.html, analyzer.reports.text, analyzer.reports.markdown\n"
        "print(sorted({'rich', 'jinja2'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_the_same_report_gives_the_same_page() -> None:
    assert page(*invented.bad()) == page(*invented.bad())
    lone = replace(invented.good()[1], findings=(Finding("a.b", "abuse", Severity.MINOR, "m", "a", turn=0),))
    assert 'href="#f1"' in page(invented.good()[0], lone)
