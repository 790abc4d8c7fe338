"""Pairs of scripts, old and new, in all containers: each gives exactly its golden verdict."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.finding import Severity
from analyzer.gate import GateReport
from analyzer.revision.history import Older
from analyzer.revision.run import Gate, base_of, gather

PAIRS = Path(__file__).parent / "pairs"
NAMES = sorted(p.name for p in PAIRS.iterdir())


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate.of(stored=False)


def judged(gate: Gate, name: str) -> GateReport:
    new, old = PAIRS / name / "new", PAIRS / name / "old"
    return gate.report(gather([new]), Older(base_of([new], old), {}, "旧版"))


def seen(report: GateReport, wanted: dict[str, object]) -> dict[str, object]:
    """The report in the words of a golden file; quotes are the golden ones where they stand in what was found."""
    quotes = {(f["category"], f["line"]): f["quote"] for f in wanted["new_findings"]}  # type: ignore[attr-defined]
    found = []
    for f in report.new:
        quote = quotes.get((f.category, f.line))
        found.append({"category": f.category, "line": f.line, "quote": quote if (quote or "") in f.quote else f.quote})
    lost = [{"id": x.id, "how": x.how, "old_line": x.old_line} for x in report.lost]
    return {
        "verdict": report.verdict(Severity.SERIOUS),
        "new_findings": sorted(found, key=lambda f: (f["line"], f["category"])),
        "lost_disclosures": sorted(lost, key=lambda x: (x["id"], x["old_line"])),
        "moved": len(report.moved),
        "kept": len(report.kept),
        "fixed": len(report.fixed),
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_pair_gives_its_golden_verdict(name: str, gate: Gate) -> None:
    wanted = json.loads((PAIRS / name / "golden.json").read_text(encoding="utf-8"))
    wanted["new_findings"].sort(key=lambda f: (f["line"], f["category"]))
    wanted["lost_disclosures"].sort(key=lambda x: (x["id"], x["old_line"]))
    assert seen(judged(gate, name), wanted) == wanted


def test_there_are_pairs_in_every_container() -> None:
    assert len(NAMES) >= 50
    endings = {p.suffix for p in PAIRS.rglob("*") if p.is_file()}
    assert endings >= {".md", ".txt", ".csv", ".tsv", ".xlsx", ".yaml", ".json", ".jsonl", ".docx"}


@pytest.mark.parametrize("name", NAMES)
def test_a_revision_compared_with_itself_brings_nothing_new(name: str, gate: Gate) -> None:
    files = gather([PAIRS / name / "new"])
    report = gate.report(files, Older(files, {}, "自身"))
    assert not report.new
    assert not report.lost
    assert not report.moved
    assert not report.fixed


@pytest.mark.parametrize("name", NAMES)
def test_every_quote_stands_in_its_sentence(name: str, gate: Gate) -> None:
    for f in gate.revision(gather([PAIRS / name / "new"])).findings:
        assert f.sentence[f.offset : f.offset + len(f.quote)] == f.quote
        assert f.quote


@pytest.mark.parametrize("name", [n for n in NAMES if "-md-" in n or "-txt-" in n])
def test_blank_lines_above_change_nothing_but_the_line(name: str, gate: Gate) -> None:
    files = gather([PAIRS / name / "new"])
    shifted = {path: ("\n\n\n" + data.decode()).encode() for path, data in files.items()}
    first, second = gate.revision(files).findings, gate.revision(shifted).findings
    assert [(f.rule, f.quote, f.line + 3) for f in first] == [(f.rule, f.quote, f.line) for f in second]
    report = gate.report(shifted, Older(files, {}, "旧版"))
    assert not report.new
    assert not report.lost
