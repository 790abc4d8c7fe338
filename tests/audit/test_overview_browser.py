"""The overview as a person uses it, in headless Chromium: filters, search, sorting, scrolling, wide and narrow."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import CHROMIUM, look

from analyzer.errors import Skipped
from analyzer.finding import CallReport, Finding, RelationReading, RolesReading, RulebookReading, Severity
from analyzer.reports.figures import Where
from analyzer.reports.html import render_index
from analyzer.reports.overview import Overview

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
BOOK = RulebookReading(("cn-2026",), "0" * 64)
CALLS = 3000


def report(n: int) -> CallReport:
    category = ("threat", "abuse")[n % 2]
    found = (Finding(f"{category}.x", category, Severity.FATAL, "m", "a", veto=True),) if n % 10 == 0 else ()
    found = (Finding("abuse.y", "abuse", Severity.MINOR, "m", "a", status="suspected"),) if n % 10 == 1 else found
    verdict = {0: "fail", 1: "review"}.get(n % 10, "pass")
    relation = RelationReading("family" if n % 4 == 0 else "self", 1.0, "")
    return CallReport(
        *(f"call-{n}", f"in.jsonl:{n + 1}", verdict, 100 - 3 * (n % 30), n % 10 == 0, BOOK, "hegui", relation),
        RolesReading(),
        findings=found,
    )


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    overview = Overview("三月")
    for n in range(CALLS):
        where = Where(f"2026-03-{1 + n % 20:02d}", f"A{n % 7}", "一组" if n % 2 else "二组")
        overview.add(report(n), f"calls/{n}.html" if n % 10 < 2 else "", where)
    overview.skip(Skipped("坏.csv", "不是表格", 3))
    path = tmp_path_factory.mktemp("page") / "index.html"
    overview.write(path, render_index)
    return path


PERSON = """
seen.all = shown(); seen.drawn = rows().length; seen.first = rows()[0][0];
await change("verdict", "1");
seen.failed = shown(); seen.onlyFailed = rows().every((r) => r[1].startsWith("不合格"));
await change("category", "2");
seen.threats = shown();
await change("team", [...at("team").options].find((o) => o.text === "二组").value);
seen.team = shown(); seen.clearable = !at("clear").hidden;
at("clear").click(); await frame();
seen.cleared = shown();
await type("CALL-12 a");
seen.typed = shown();
await type("没有这样的词");
seen.none = [shown(), at("nothing").hidden, rows().length];
await type("");
const heads = [...document.querySelectorAll("th[data-key]")];
const click = async (i) => { heads[i].querySelector("button").click(); await frame(); };
await click(2);
seen.lowest = rows()[0][2];
await click(2);
seen.highest = rows()[0][2]; seen.sort = heads[2].getAttribute("aria-sort");
if (innerWidth <= 600) await change("sort", "0"); else await click(0);
seen.byName = rows().slice(0, 3).map((r) => r[0].trim());
at("sheet").scrollTop = 1e9; at("sheet").dispatchEvent(new Event("scroll"));  // headless may skip the frame
await until(() => rows().at(-1)[0].trim() === "call-2999");
seen.end = rows().at(-1)[0].trim(); seen.kept = rows().length;
document.querySelector('[data-filter="day"][data-value="2026-03-05"]').click(); await frame();
seen.day = shown(); seen.fits = document.documentElement.scrollWidth <= innerWidth;
"""


@pytest.mark.parametrize("width", [1280, 390])
def test_filters_search_and_sorting_work_and_few_rows_are_drawn(page: Path, width: int) -> None:
    seen = look(
        page,
        PERSON,
        width=width,
    )
    assert seen["all"] == "3000 通"
    assert seen["drawn"] < 80
    assert seen["first"].startswith("call-")
    assert seen["failed"] == "300 / 3000 通"
    assert seen["onlyFailed"]
    assert seen["threats"] == "300 / 3000 通"
    assert seen["team"] == "300 / 3000 通"
    assert (seen["clearable"], seen["cleared"]) == (True, "3000 通")
    assert seen["typed"] == f"{sum(f'call-{n}'.startswith('call-12') for n in range(CALLS))} / 3000 通"
    assert seen["none"] == ["0 / 3000 通", False, 0]
    assert (seen["lowest"], seen["highest"], seen["sort"]) == ("13", "100", "descending")
    assert seen["byName"] == ["call-0", "call-1", "call-2"]
    assert seen["end"] == "call-2999"
    assert seen["kept"] < 80
    assert seen["day"] == "150 / 3000 通"
    assert seen["fits"]


def test_a_call_without_a_page_says_how_to_make_one(page: Path) -> None:
    seen = look(
        page,
        """await change("verdict", "0"); at("rows").querySelector(".copy").click(); seen.hint = at("hint").textContent;
        await change("verdict", "1"); seen.link = at("rows").querySelector("a").getAttribute("href");""",
    )
    assert "hegui audit -o . --page 'call-" in seen["hint"]
    assert seen["link"].startswith("calls/")


def test_without_its_script_the_page_still_lists_the_gravest(page: Path) -> None:
    source = page.read_text(encoding="utf-8")
    assert source.count("<tr><td>") == 200 + 1  # and what could not be read
    assert "前 200 通，共 3000 通" in source
