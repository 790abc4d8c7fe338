"""The overview of many calls: flat in memory, complete in its figures, honest about what it leaves out."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import invented_reports as invented
import pytest

from analyzer.finding import CallReport
from analyzer.reports import overview as page
from analyzer.reports.figures import FEW, Figures, Where, span
from analyzer.reports.html import render_index
from analyzer.reports.overview import Overview, people


def passed(n: int) -> CallReport:
    _, report = invented.good()
    return replace(report, call_id=f"c{n}", findings=(), signals=(), verdict="pass", vetoed=False, score=100)


def written(overview: Overview, folder: Path) -> str:
    overview.write(folder / "index.html", render_index)
    return (folder / "index.html").read_text(encoding="utf-8")


def rows(source: str) -> list[list[object]]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', source, re.S)
    assert found
    listed: list[list[object]] = json.loads(found[1])
    return listed


@pytest.mark.parametrize("count", [0, 1, page.BLOCK, page.BLOCK + 1, 2 * page.BLOCK + 7])
def test_every_call_is_a_row_whatever_the_blocks(count: int, tmp_path: Path) -> None:
    overview = Overview("题")
    for n in range(count):
        overview.add(passed(n), "")
    assert [r[0] for r in rows(written(overview, tmp_path))] == [f"c{n}" for n in range(count)]


def test_beyond_the_most_rows_passed_calls_are_left_out_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "MOST_ROWS", 3)
    overview = Overview("题")
    for n in range(5):
        overview.add(passed(n), "")
    overview.add(replace(passed(9), verdict="fail"), "")
    source = written(overview, tmp_path)
    assert [r[0] for r in rows(source)] == ["c0", "c1", "c2", "c9"]
    assert "没有列出其余 2 通合格通话" in source
    assert overview.figures.calls == 6


def test_names_are_said_once_and_rows_hold_their_numbers(tmp_path: Path) -> None:
    overview = Overview("题")
    for n in range(4):
        overview.add(passed(n), "", Where(f"2026-03-0{1 + n % 2}", "A1", "一组"))
    source = written(overview, tmp_path)
    dictionary = json.loads(re.search(r'id="dictionary">(.*?)</script>', source, re.S)[1])  # type: ignore[index]
    assert dictionary["day"] == ["2026-03-01", "2026-03-02"]
    assert dictionary["agent"] == ["A1"]
    assert [r[13] for r in rows(source)] == [0, 1, 0, 1]


def test_agents_are_ranked_by_what_is_sure_and_small_numbers_are_marked() -> None:
    figures = Figures()
    for n in range(200):
        figures.add(replace(passed(n), verdict="fail" if n % 2 else "pass"), Where(agent="many"))
    for n in range(3):
        figures.add(replace(passed(n), verdict="fail"), Where(agent="few", agent_name="张"))
    first, second = people(figures.agents, figures.names)
    assert (first.value, first.few, first.figure) == ("many", False, "50.0% (100/200)")
    assert first.note == span(figures.agents["many"].interval)
    assert (second.name, second.few) == ("few 张", True)
    assert figures.agents["few"].calls < FEW


def test_the_page_is_the_same_whenever_it_is_written(tmp_path: Path) -> None:
    sources = []
    for _ in range(2):
        overview = Overview("题")
        for call, report in (invented.good(), invented.bad()):
            overview.add(report, f"calls/{call.call_id}.html")
        sources.append(written(overview, tmp_path))
    assert sources[0] == sources[1]
