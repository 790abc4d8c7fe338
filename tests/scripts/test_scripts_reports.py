"""Every output says what the report says, holds whatever a script may contain, and keeps to its format."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from conftest import Run

from analyzer.finding import CATEGORIES, DISCLOSURES, Severity
from analyzer.gate import GateReport, Lost, ScriptFinding
from analyzer.reports.scripts import SCRIPT_REPORTS, View
from analyzer.revision import baseline
from analyzer.revision.history import Older
from analyzer.revision.phrases import Phrases
from analyzer.revision.run import Gate
from analyzer.rules.rulebook import lexicon_folder

HERE = Path(__file__).parent
HOSTILE = "<script>alert(1)</script> | `x` ::error:: ]]> \x1b[31m \u202e %0A 张三\x00"
NEW = ScriptFinding(
    "threat",
    "threat.visit_stay",
    Severity.FATAL,
    "话术,a:b.md",
    7,
    "C7",
    HOSTILE,
    "去你家堵门",
    f"我们去你家堵门{HOSTILE}",
    2,
    message=HOSTILE,
    advice=HOSTILE,
    basis=("法 第一条",),
    suggestion="请您尽早安排。",
)
MINOR = ScriptFinding(
    "attitude", "attitude.x", Severity.MINOR, "b.md", 1, None, "", "哼", "哼", status="violation", message="态度"
)
GONE = Lost("recording_notice", HOSTILE, "after_debt", "a.md", 9, "旧.md", 4, HOSTILE, "本次通话会录音。", ("若",))
FULL = GateReport(
    (NEW, MINOR), (MINOR,), (MINOR,), (MINOR,), (GONE,), (MINOR,), (NEW,), ("基线条目 x",), ("坏.md：读不了",), "main"
)
SERIOUS = View(level=Severity.SERIOUS)


def written(name: str, report: GateReport = FULL, view: View = SERIOUS) -> str:
    return SCRIPT_REPORTS[name].write(report, view)


@pytest.mark.parametrize("name", SCRIPT_REPORTS)
@pytest.mark.parametrize("report", [FULL, GateReport()], ids=["full", "empty"])
def test_every_output_is_the_same_twice_and_ends_with_a_line_break(name: str, report: GateReport) -> None:
    text = written(name, report)
    assert text == written(name, report)
    assert text.endswith("\n")
    text.encode("utf-8")


def test_json_keeps_to_the_contract() -> None:
    found = json.loads(written("json"))
    assert found["verdict"] == "fail"
    for key in ("new_findings", "kept_findings", "fixed_findings", "moved"):
        assert set(found[key][0]) >= {"category", "rule", "severity", "file", "line", "cell", "scene", "quote"}
    lost = {"id": "recording_notice", "scene": HOSTILE, "how": "after_debt", "old_line": 4}
    assert lost.items() <= found["lost_disclosures"][0].items()
    assert json.loads(written("json", GateReport()))["verdict"] == "pass"


@pytest.mark.parametrize("report", [FULL, GateReport()], ids=["full", "empty"])
def test_sarif_keeps_to_the_published_schema(report: GateReport) -> None:
    schema = json.loads((HERE / "sarif-2.1.0.schema.json").read_text(encoding="utf-8"))
    log = json.loads(written("sarif", report))
    jsonschema.Draft4Validator(schema).validate(log)


def test_sarif_suppresses_what_is_known_or_waived() -> None:
    results = json.loads(written("sarif"))["runs"][0]["results"]
    counted = [
        r for r in results if not r.get("suppressions") and r["baselineState"] == "new" and r["level"] == "error"
    ]
    assert [r["ruleId"] for r in counted] == ["threat.visit_stay", "lost.recording_notice"]
    assert sum(bool(r.get("suppressions")) for r in results) == 3


def test_junit_fails_what_fails_and_skips_the_rest() -> None:
    suite = ElementTree.fromstring(written("junit").encode())
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("2", "1", "2")
    assert len(suite.findall(".//failure")) == 2
    assert ElementTree.fromstring(written("junit", GateReport()).encode()).get("tests") == "1"


def test_github_annotations_cannot_be_broken_out_of() -> None:
    lines = written("github").splitlines()
    assert lines[0].startswith("::error file=话术%2Ca%3Ab.md,line=7,title=")
    assert lines[1].startswith("::warning file=b.md")
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines[:-1])


def test_gitlab_fingerprints_are_unique() -> None:
    entries = json.loads(written("gitlab", GateReport(new=(NEW, NEW), lost=(GONE,))))
    assert len({e["fingerprint"] for e in entries}) == 3
    assert entries[0]["location"] == {"path": "话术,a:b.md", "lines": {"begin": 7}}
    assert {e["severity"] for e in entries} == {"blocker", "critical"}


@pytest.mark.parametrize("name", ["html", "markdown"])
def test_what_a_script_says_stays_text(name: str) -> None:
    text = written(name)
    assert "<script" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "请您尽早安排" in text


def test_the_terminal_shows_what_is_new_first_and_no_escape_without_colour() -> None:
    text = written("text")
    assert text.startswith("不通过：2 项新增违规，1 项告知丢失")
    assert "\x1b" not in text
    assert text.index("新增违规（2）") < text.index("告知丢失（1）") < text.index("存量（1）")
    assert "\x1b[31" in written("text", view=View(colour=True, level=Severity.SERIOUS))


def test_nothing_fails_when_told_never() -> None:
    view = View(level=None)
    assert json.loads(written("json", view=view))["verdict"] == "pass"
    assert ElementTree.fromstring(written("junit", view=view).encode()).get("failures") == "0"


def test_every_category_that_can_stand_in_a_script_has_approved_wordings() -> None:
    phrases = Phrases.load(lexicon_folder())
    silent = {"contact_time", "contact_frequency", "procedure"}
    assert set(CATEGORIES) - silent <= set(phrases.by_category)
    assert set(DISCLOSURES) == set(phrases.by_disclosure)


def test_the_approved_wordings_are_clean_themselves() -> None:
    phrases = Phrases.load(lexicon_folder())
    told = [s for group in (phrases.by_category, phrases.by_disclosure) for one in group.values() for s in one]
    text = "## 首次联系本人\n\n- 坐席：您好，请问是{姓名}先生吗？\n" + "".join(f"- 坐席：{s}\n" for s in told)
    assert Gate.of(stored=False).revision({"用语.md": text.encode()}).findings == ()


OLD = """## 跟进

- 坐席：您好，请问是{姓名}先生吗？
- 坐席：我是云川银行的，本次通话会录音。
- 坐席：你这个老赖不要脸。
"""


def test_a_baseline_survives_editing_and_tells_its_unused_entries(tmp_path: Path) -> None:
    gate = Gate.of(stored=False)
    file = tmp_path / "基线.txt"
    file.write_text(gate.baseline({"a.md": OLD.encode()}), encoding="utf-8")
    lines = [x for x in file.read_text(encoding="utf-8").splitlines() if not x.startswith("#")]
    assert lines == sorted(lines)
    assert not any(":5" in x for x in lines)
    edited = OLD.replace("## 跟进\n", "## 跟进\n\n\n").replace("不要脸。", "不要脸！\n- 坐席：去你家堵门。")
    report = gate.report({"a.md": edited.encode()}, baseline=baseline.Baseline.load(file))
    assert [f.category for f in report.new] == ["threat"]
    assert [f.category for f in report.kept] == ["abuse"]
    cleaned = gate.report(
        {"a.md": OLD.replace("你这个老赖不要脸", "谢谢").encode()}, baseline=baseline.Baseline.load(file)
    )
    assert len(cleaned.unused) == 2
    assert not cleaned.lost
    assert not cleaned.new


def test_an_entry_of_what_an_older_revision_has_too_is_in_use(tmp_path: Path) -> None:
    file = tmp_path / "b.txt"
    gate = Gate.of(stored=False)
    file.write_text(gate.baseline({"a.md": OLD.encode()}), encoding="utf-8")
    older = Older({"a.md": OLD.encode()}, {}, "旧版")
    report = gate.report({"a.md": OLD.encode()}, older, baseline=baseline.Baseline.load(file))
    assert report.kept
    assert not report.unused


def test_a_baseline_also_knows_what_was_told(tmp_path: Path) -> None:
    gate = Gate.of(stored=False)
    file = tmp_path / "基线.txt"
    file.write_text(gate.baseline({"a.md": OLD.encode()}), encoding="utf-8")
    report = gate.report({"a.md": OLD.replace("，本次通话会录音", "").encode()}, baseline=baseline.Baseline.load(file))
    assert [(x.id, x.how) for x in report.lost] == [("recording_notice", "removed")]


def test_a_merge_conflict_in_a_baseline_is_told_with_its_line(tmp_path: Path, run: Run) -> None:
    (tmp_path / "a.md").write_text(OLD, encoding="utf-8")
    (tmp_path / "b.txt").write_text("# x\n<<<<<<< HEAD\n", encoding="utf-8")
    done = run("script", str(tmp_path / "a.md"), "--baseline", str(tmp_path / "b.txt"))
    assert done.code == 2
    assert "b.txt:2：有未解决的合并冲突" in done.err


def test_a_waiver_covers_until_its_day(tmp_path: Path) -> None:
    gate = Gate.of(stored=False)
    found = gate.revision({"a.md": OLD.encode()}).findings
    file = tmp_path / "特批.yaml"
    rows = [
        f"- {{fingerprint: {f.fingerprint}, reason: 培训, owner: 李四, until: 2026-12-31}}\n"
        for f in {f.fingerprint: f for f in found}.values()
    ]
    file.write_text(
        "".join(rows) + "- {fingerprint: abc, reason: 旧, owner: 王五, until: 2030-01-01}\n", encoding="utf-8"
    )
    given = baseline.waivers(file)
    during = gate.report({"a.md": OLD.encode()}, given=given, today=date(2026, 12, 31))
    assert not during.new
    assert "李四" in during.waived[0].waived_by
    assert during.unused == ("特批 abc 没有对应的问题",)
    after = gate.report({"a.md": OLD.encode()}, given=given, today=date(2027, 1, 1))
    assert after.new
    assert any("到期" in note for note in after.unused)


def test_mistakes_in_a_waiver_are_all_told(tmp_path: Path, run: Run) -> None:
    (tmp_path / "a.md").write_text(OLD, encoding="utf-8")
    (tmp_path / "w.yaml").write_text(
        "- {fingerprint: a}\n- {fingerprint: b, reason: x, owner: y, until: 明年}\n", "utf-8"
    )
    done = run("script", str(tmp_path / "a.md"), "--waivers", str(tmp_path / "w.yaml"))
    assert done.code == 2
    assert "特批缺少 reason owner until" in done.err
    assert "2026-12-31 这样的日期" in done.err


def test_the_command_ends_with_the_right_code(tmp_path: Path, run: Run) -> None:
    good, bad = tmp_path / "a.md", tmp_path / "b.md"
    good.write_text("## 跟进\n\n- 坐席：请您尽快处理。\n", encoding="utf-8")
    bad.write_text(OLD, encoding="utf-8")
    assert run("script", str(good)).code == 0
    assert run("script", str(bad)).code == 1
    assert run("script", str(bad), "--fail-on", "never").code == 0
    assert run("script", str(bad), "--fail-on", "fatal").code == 0
    assert run("script", str(bad), "--base", str(bad)).code == 0
    assert run("script", str(tmp_path / "none")).code == 2
    broken = tmp_path / "c.docx"
    broken.write_bytes(b"PK\x03\x04nothing")
    done = run("script", str(broken), str(good), "--format", "json")
    assert done.code == 2
    assert "c.docx" in done.err
    assert json.loads(done.out)["files"] == 1


def test_a_report_goes_into_a_file_whole_or_not_at_all(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "a.md"
    file.write_text(OLD, encoding="utf-8")
    done = run("script", str(file), "--format", "html", "-o", str(tmp_path / "out" / "r.html"))
    assert done.code == 1
    assert done.out == ""
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["r.html"]


def test_two_ways_of_comparing_are_one_too_many(tmp_path: Path, run: Run) -> None:
    done = run("script", str(tmp_path), "--since", "HEAD", "--base", str(tmp_path))
    assert done.code == 2
    assert "只能用一个" in done.err


def test_the_order_of_files_changes_nothing() -> None:
    gate = Gate.of(stored=False)
    files = {"a.md": OLD.encode(), "b.md": (OLD + "- 坐席：去你家堵门。\n").encode()}
    older = Older({"a.md": OLD.encode()}, {}, "旧")
    forward = gate.report(files, older)
    backward = gate.report(dict(reversed(files.items())), older)
    assert written("json", forward) == written("json", backward)
