"""Decisions come back checked, say how good the rules are, and a sample says what they miss."""

from __future__ import annotations

import json
import math
import random
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from conftest import Run

sys.path.insert(0, str(Path(__file__).parents[1] / "audit"))
from night import BAD, GOOD, audited, call

from analyzer.errors import HeguiError
from analyzer.reports.figures import wilson
from analyzer.review import decisions, sampling, statistics, workbookin
from analyzer.review.decisions import Decision
from analyzer.review.sampling import Drawn, Sample
from analyzer.rules.rulebook import Rulebook


@pytest.fixture(scope="module")
def made(rulebook: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("review")
    lines = [json.dumps(call(n, BAD if n < 2 else GOOD), ensure_ascii=False) for n in range(14)]
    (folder / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    audited([folder / "in.jsonl"], folder / "out", rulebook)
    return folder / "out"


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copytree(made, tmp_path / "out", ignore=shutil.ignore_patterns(".ledger")))


def fill(path: Path, sheet: str, column: str, values: list[str], reviewer: str = "李", **more: str) -> Path:
    """Fill a column of a workbook as a reviewer would, and save it beside."""
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    head = [c.value for c in page[1]]
    for row, value in enumerate(values, 2):
        for name, text in {column: value, "复核人": reviewer, **more}.items():
            page.cell(row, head.index(name) + 1).value = text if value else None
    copy = path.with_name(f"filled-{reviewer}-{path.name}")
    book.save(copy)
    return copy


def said(verdict: str, reviewer: str = "李", mark: str = "f1", rule: str = "a.b", name: str = "c") -> Decision:
    return Decision(name, "s", mark, rule, verdict, reviewer)


def test_decisions_come_back_from_the_workbook(out: Path, run: Run) -> None:
    book = fill(out / "report.xlsx", "违规明细", "复核结论", ["属实", "误报", "", "存疑"], 复核备注="听过")
    done = run("review", "import", str(book))
    assert (done.code, done.err) == (0, "")
    kept = decisions.load(out)
    assert sorted(d.verdict for d in kept) == ["right", "unsure", "wrong"]
    assert {d.reviewer for d in kept} == {"李"}
    assert all(d.rule and d.fingerprint and d.note == "听过" for d in kept)
    again = run("review", "import", str(book))
    assert again.code == 0
    assert decisions.load(out) == kept


def test_a_row_that_fits_no_finding_is_told_and_the_rest_is_taken(out: Path, run: Run) -> None:
    book = fill(out / "report.xlsx", "违规明细", "复核结论", ["属实", "属实", "可能吧"])
    page = openpyxl.load_workbook(book)
    sheet = page["违规明细"]
    head = [c.value for c in sheet[1]]
    sheet.cell(2, head.index("指纹") + 1).value = "0" * 16
    sheet.cell(3, head.index("通话") + 1).value = "nobody"
    page.save(book)
    done = run("review", "import", str(book))
    assert done.code == 2
    assert "违规明细 第 2 行：指纹 0000000000000000 不在这通电话的报告里" in done.err
    assert "第 3 行：通话 nobody 不在这次质检的报告里" in done.err
    assert "第 4 行：“复核结论”不能是“可能吧”；可选 属实、误报、存疑" in done.err


def test_a_changed_mind_is_told_and_taken_only_when_asked_for(out: Path, run: Run) -> None:
    run("review", "import", str(fill(out / "report.xlsx", "违规明细", "复核结论", ["属实"])))
    changed = fill(out / "report.xlsx", "违规明细", "复核结论", ["误报"])
    done = run("review", "import", str(changed))
    assert done.code == 2
    assert "李 先前“属实”，现在“误报”" in done.err
    assert decisions.load(out)[0].verdict == "right"
    assert run("review", "import", str(changed), "--replace").code == 0
    assert decisions.load(out)[0].verdict == "wrong"


def test_two_reviewers_are_both_kept_and_compared(out: Path, run: Run) -> None:
    for reviewer, words in (("李", ["属实", "属实", "误报"]), ("张", ["属实", "误报", "误报"])):
        run("review", "import", str(fill(out / "report.xlsx", "违规明细", "复核结论", words, reviewer)))
    done = run("review", "stats", str(out), "--format", "json")
    body = json.loads(done.out)
    assert [(a["first"], a["second"], a["both"], a["alike"]) for a in body["agreement"]] == [("张", "李", 3, 2)]
    assert body["agreement"][0]["kappa"] == pytest.approx(0.4)
    assert "一致性 张 与 李：共同复核 3 处，相同 2 处，kappa 0.40" in run("review", "stats", str(out)).out


def test_whole_calls_are_decided_in_the_worklist_and_the_sample(out: Path, run: Run) -> None:
    drawn = run("review", "sample", str(out), "-n", "12")
    assert "从 12 通无命中的通话里抽了 12 通" in drawn.out
    words = ["无漏判"] * 11 + ["有漏判"]
    book = fill(out / "review" / "sample.xlsx", "抽样", "整通结论", words)
    assert run("review", "import", str(book), "-d", str(out)).code == 0
    body = json.loads(run("review", "stats", str(out), "--format", "json").out)
    assert (body["missed"]["reviewed"], body["missed"]["missed"], body["missed"]["population"]) == (12, 1, 12)
    assert body["missed"]["calls"][0] == 1
    assert "漏判估计：抽样 12 通，已听 12 通，其中有漏判 1 通" in run("review", "stats", str(out)).out


def test_the_same_seed_draws_the_same_calls_and_another_others(out: Path) -> None:
    first, again, other = (sampling.draw(out, 6, seed) for seed in (1, 1, 2))
    assert first == again
    assert first.calls != other.calls
    assert len(first.calls) == 6
    assert all(c.call not in ("c000", "c001") for c in first.calls)


def test_strata_are_drawn_in_proportion_and_small_ones_at_least_a_little(tmp_path: Path) -> None:
    with (tmp_path / "reports.jsonl").open("w", encoding="utf-8") as file:
        for n in range(1000):
            relation = "family" if n % 50 == 0 else "self"
            row = {"call_id": str(n), "source": "s", "verdict": "pass", "findings": [], "signals": []}
            file.write(json.dumps({**row, "relation": {"value": relation}}) + "\n")
    sample = sampling.draw(tmp_path, 100, 1)
    assert sample.sizes == {"other": 20, "self": 980}
    counts = {s: sum(c.stratum == s for c in sample.calls) for s in sample.sizes}
    assert counts == {"other": sampling.LEAST, "self": 98}


def test_nothing_to_draw_from_and_nothing_to_count_are_told(tmp_path: Path, run: Run) -> None:
    (tmp_path / "reports.jsonl").write_bytes(b"")
    assert "没有无命中的通话可抽" in run("review", "sample", str(tmp_path)).err
    assert "还没有复核结论" in run("review", "stats", str(tmp_path)).err
    assert "请给出 hegui audit 的输出目录" in run("review", "sample", str(tmp_path / "no")).err


def test_a_workbook_without_the_columns_is_told(out: Path, tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(HeguiError, match="没有“复核结论”"):
        workbookin.read(tmp_path / "other.xlsx", out)
    (tmp_path / "no.xlsx").write_bytes(b"x")
    with pytest.raises(HeguiError, match="不是能打开的 xlsx"):
        workbookin.read(tmp_path / "no.xlsx", out)


def test_a_broken_store_is_told_with_its_line(out: Path) -> None:
    decisions.save(out, [said("right")])
    path = out / "review" / "decisions.jsonl"
    path.write_bytes(path.read_bytes() + b"{broken\n")
    with pytest.raises(HeguiError, match=r"decisions\.jsonl:2：复核记录已损坏"):
        decisions.load(out)


def test_precision_counts_what_is_agreed_upon() -> None:
    rows = [said("right", mark="1"), said("right", mark="2"), said("wrong", mark="3"), said("unsure", mark="4")]
    rows += [said("wrong", "张", mark="2"), said("right", mark="5", rule="c.d")]
    found = statistics.precisions(rows)
    assert [(p.rule, p.right, p.wrong, p.unsure) for p in found] == [("a.b", 1, 1, 2), ("c.d", 1, 0, 0)]
    assert found[0].share == 0.5
    assert found[0].interval == wilson(1, 2)


@pytest.mark.parametrize(
    ("pairs", "value"),
    [
        ([("a", "a"), ("b", "b")], 1.0),
        ([("a", "b"), ("b", "a")], -1.0),
        ([("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15, 0.4),  # Cohen 1960's example
        ([("a", "a")], None),
        ([], None),
    ],
)
def test_kappa_is_cohens(pairs: list[tuple[str, str]], value: float | None) -> None:
    found = statistics.kappa(pairs)
    assert (found is None) if value is None else math.isclose(found or 0, value)


def test_the_missed_estimate_weights_strata_by_their_size() -> None:
    drawn = [Drawn(f"s{n}", "s", "self") for n in range(50)] + [Drawn(f"o{n}", "s", "other") for n in range(10)]
    sample = Sample(1, {"self": 900, "other": 100}, drawn)
    rows = [
        Decision(d.call, "s", "", "", "missed" if d.call in ("s0", "o0", "o1") else "complete", "李") for d in drawn
    ]
    found = statistics.missed(rows, sample)
    assert found is not None
    assert found.share == pytest.approx(0.9 * 1 / 50 + 0.1 * 2 / 10)
    low, high = found.interval
    assert low < found.share < high
    assert found.calls[0] == 38
    assert statistics.missed([], sample) is None
    unsure = [replace(r, verdict="unsure") for r in rows]
    assert statistics.missed(unsure, sample) is None


def test_the_interval_of_the_missed_estimate_holds_what_is_true() -> None:
    chance, held = random.Random(7), 0
    sizes, truth = {"self": 2000, "other": 300}, {"self": 0.03, "other": 0.2}
    real = sum(sizes[s] * truth[s] for s in sizes) / sum(sizes.values())
    for _ in range(300):
        drawn = [Drawn(f"{s}{n}", "s", s) for s, k in (("self", 130), ("other", 20)) for n in range(k)]
        rows = [
            Decision(d.call, "s", "", "", "missed" if chance.random() < truth[d.stratum] else "complete", "李")
            for d in drawn
        ]
        found = statistics.missed(rows, Sample(1, sizes, drawn))
        assert found is not None
        held += found.interval[0] <= real <= found.interval[1]
    assert held >= 0.92 * 300


def test_wilson_is_wilsons() -> None:
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.49, 0.943)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 20)[0] == 0.0
