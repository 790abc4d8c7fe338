"""Waivers: honoured until their last day, told when they are late or not needed; a report drawn again after them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from night import BAD, audited, call

from analyzer.audit.publish import Wanted
from analyzer.errors import HeguiError
from analyzer.review.waivers import load
from analyzer.rules.rulebook import Rulebook

ENTRY = "- {{fingerprint: {mark}, rule: {rule}, reason: 演练通话, owner: 李质检, expires: {until}}}\n"


def judged(tmp_path: Path, rulebook: Rulebook, text: str | None = None) -> tuple[dict[str, object], list[str]]:
    """The report of one bad call of 2026-03-02 under a waiver file, and what is said of the waivers."""
    (tmp_path / "in.json").write_text(json.dumps(call(1, BAD)), encoding="utf-8")
    held = ()
    if text is not None:
        (tmp_path / "waivers.yaml").write_text(text, encoding="utf-8")
        held = load(tmp_path / "waivers.yaml")
    done = audited([tmp_path / "in.json"], tmp_path / "out", rulebook, Wanted(waivers=held, show_excused=True))
    report: dict[str, object] = json.loads((tmp_path / "out" / "reports.jsonl").read_bytes())
    return report, done.waiver_problems


def findings(report: dict[str, object]) -> list[dict[str, str]]:
    found = report["findings"]
    assert isinstance(found, list)
    return found


def test_a_waived_finding_is_excused_and_the_verdict_drawn_again(tmp_path: Path, rulebook: Rulebook) -> None:
    before, _ = judged(tmp_path, rulebook)
    marks = [(f["fingerprint"], f["rule"]) for f in findings(before)]
    text = "".join(ENTRY.format(mark=m, rule=r, until="2026-03-02") for m, r in marks)
    after, problems = judged(tmp_path, rulebook, f"waivers:\n{text}")
    assert before["verdict"] == "fail"
    assert [f["status"] for f in findings(after)] == ["excused"] * len(marks)
    assert findings(after)[0]["excused_by"] == "特批：演练通话（李质检，有效至 2026-03-02）"
    assert after["vetoed"] is False
    assert after["score"] > before["score"]  # type: ignore[operator]
    assert problems == []


def test_an_expired_waiver_excuses_nothing_and_is_told(tmp_path: Path, rulebook: Rulebook) -> None:
    before, _ = judged(tmp_path, rulebook)
    one = findings(before)[0]
    after, problems = judged(
        tmp_path, rulebook, ENTRY.format(mark=one["fingerprint"], rule=one["rule"], until="2026-03-01")
    )
    assert findings(after)[0]["status"] == "violation"
    assert problems == [f"第 1 行 {one['rule']}：已于 2026-03-01 到期，1 处命中不再豁免（负责人 李质检）"]


def test_a_waiver_nobody_needs_is_told(tmp_path: Path, rulebook: Rulebook) -> None:
    _, problems = judged(tmp_path, rulebook, ENTRY.format(mark="0" * 16, rule="threat.job", until="2027-01-01"))
    assert problems == ["第 1 行 threat.job：没有用到，可以删除（负责人 李质检）"]


def test_a_waiver_holds_for_its_rule_and_its_call_only(tmp_path: Path, rulebook: Rulebook) -> None:
    before, _ = judged(tmp_path, rulebook)
    one = findings(before)[0]
    for entry in (
        ENTRY.format(mark=one["fingerprint"], rule="threat.job", until="2027-01-01"),
        ENTRY.format(mark=one["fingerprint"], rule=one["rule"], until="2027-01-01, call_id: other"),
    ):
        after, problems = judged(tmp_path, rulebook, entry)
        assert findings(after)[0]["status"] == "violation"
        assert len(problems) == 1


def test_a_waiver_file_tells_all_its_mistakes_with_lines(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(
        "- {rule: a.b}\n- {fingerprint: x, rule: a, reason: b, owner: c, expires: 明年}\n- {wat: 1}\n", "utf-8"
    )
    with pytest.raises(HeguiError) as caught:
        load(path)
    text = str(caught.value)
    assert "w.yaml:1：豁免缺少 fingerprint、reason、owner、expires" in text
    assert "w.yaml:2：expires 应是日期" in text
    assert "w.yaml:3" in text


def test_digits_of_a_fingerprint_keep_their_zeros(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text("- {fingerprint: 0012345678901234, rule: a, reason: b, owner: c, expires: 2026-12-31}", "utf-8")
    (waiver,) = load(path)
    assert waiver.fingerprint == "0012345678901234"
    assert waiver.expires == date(2026, 12, 31)
    assert waiver.in_force(None)


def test_a_missing_waiver_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(HeguiError, match="豁免清单读不了"):
        load(tmp_path / "no.yaml")
