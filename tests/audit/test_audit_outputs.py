"""What an audit writes: complete, the same every time, and harmless whatever the transcripts hold."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from night import GOOD, OUTPUTS, audited, call, everything, night

from analyzer.audit.manifest import verify
from analyzer.audit.publish import Wanted
from analyzer.rules.rulebook import Rulebook

HOSTILE = {
    "script": "</script><script>alert(1)</script>我是市公安局经侦的",
    "formula": "=cmd|' /C calc'!A0 我是市公安局经侦的",
    "at": "@SUM(1+1)我是市公安局经侦的",
    "control": "我是市公安局\x00\x07\x1b[31m经侦的",
    "long": "我是市公安局经侦的，" + "您听我说，" * 8000,
    "rtl": "\u202e我是市公安局经侦的\u2066\u200f",
    "torn": "我是市公安局经侦的\ud83d",
    "escape": "_x000D_我是市公安局经侦的_x0041_",
}


@pytest.fixture(scope="module")
def out(rulebook: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outputs")
    audited([night(folder / "in")], folder / "out", rulebook)
    return folder / "out"


@pytest.fixture(scope="module")
def hostile(rulebook: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    lines = []
    for name, text in HOSTILE.items():
        one = call(1, (("agent", text), ("customer", "=1+1")))
        one["call_id"] = {"formula": "=1+1", "script": "<script>alert(2)</script>", "at": "../../../etc/passwd"}.get(
            name, name
        )
        one["meta"] |= {"agent_id": "=A1", "creditor": "<b>", "team": "+x"}
        lines.append(json.dumps(one))
    (folder / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    audited([folder / "in.jsonl"], folder / "out", rulebook, redact=True)
    return folder / "out"


def sheets(path: Path) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(path)
    return {s.title: [tuple(c.value for c in row) for row in s.iter_rows()] for s in book.worksheets}


def test_all_outputs_are_there_and_nothing_half_written(out: Path) -> None:
    names = {n.split("/")[0] for n in everything(out)}
    assert names == {*OUTPUTS, "worklist.csv", "manifest.json", "calls"}
    assert not list(out.rglob("*.part"))


def test_calls_and_unreadable_keep_the_input_order(out: Path) -> None:
    reports = [json.loads(x) for x in (out / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [r["call_id"] for r in reports] == [f"c{n:03d}" for n in range(12)]
    bad = [json.loads(x) for x in (out / "unreadable.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(Path(b["source"]).name, b["line"]) for b in bad] == [("a.jsonl", 7), ("c.json", 1)]


def test_the_workbook_has_its_sheets_and_every_call(out: Path) -> None:
    found = sheets(out / "report.xlsx")
    assert list(found) == ["总览", "工作清单", "违规明细", "通话", "告知义务", "坐席", "团队", "规则", "未读取"]
    assert [row[1] for row in found["通话"][1:]] == [f"c{n:03d}" for n in range(12)]
    assert len(found["告知义务"]) == 13
    assert [row[1] for row in found["未读取"][1:]] == [7, 1]
    assert {row[0] for row in found["坐席"][1:]} == {"A0", "A1", "A2"}
    assert all("不可靠" in str(row[-1]) for row in found["坐席"][1:])


def test_findings_show_their_context_with_the_quote_marked(out: Path) -> None:
    book = openpyxl.load_workbook(out / "report.xlsx", rich_text=True)
    sheet = book["违规明细"]
    head = [c.value for c in sheet[1]]
    context, quote = (sheet.cell(2, head.index(n) + 1).value for n in ("上下文（前后两句）", "原话"))
    marked = [str(block) for block in context if getattr(getattr(block, "font", None), "b", False)]
    assert "".join(marked) == quote
    assert "2 接听人：啊？警察？" in str(context)
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref.startswith("A1:")


def test_reviewers_get_drop_downs_for_their_decisions(out: Path) -> None:
    book = openpyxl.load_workbook(out / "report.xlsx")
    lists = {s.title: [v.formula1 for v in s.data_validations.dataValidation] for s in book.worksheets}
    assert lists["违规明细"] == ['"属实,误报,存疑"']
    assert lists["工作清单"] == ['"无漏判,有漏判,听不清"']


def test_the_overview_sheet_has_native_charts(out: Path) -> None:
    names = zipfile.ZipFile(out / "report.xlsx").namelist()
    assert len([n for n in names if re.fullmatch(r"xl/charts/chart\d+\.xml", n)]) >= 2


def test_the_tables_agree(out: Path) -> None:
    rows = list(csv.reader(io.StringIO((out / "findings.csv").read_text(encoding="utf-8-sig"))))
    frame = pd.read_parquet(out / "findings.parquet")
    reports = [json.loads(x) for x in (out / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (out / "findings.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    wanted = sorted(f["fingerprint"] for r in reports for f in r["findings"])
    assert sorted(frame["fingerprint"]) == wanted
    assert sorted(row[-1] for row in rows[1:]) == wanted
    assert len(sheets(out / "report.xlsx")["违规明细"]) == len(wanted) + 1


def test_the_worklist_puts_vetoes_before_what_is_drawn(out: Path) -> None:
    rows = list(csv.reader(io.StringIO((out / "worklist.csv").read_text(encoding="utf-8-sig"))))
    reasons = [row[1] for row in rows[1:]]
    assert reasons == sorted(reasons, key=["轻生信号", "一票否决", "疑似待核", "随机抽听"].index)
    assert reasons.count("一票否决") == 3
    assert "随机抽听" in reasons


def test_no_cell_of_a_hostile_night_is_a_formula_but_our_links(hostile: Path) -> None:
    for path in (hostile / "report.xlsx", hostile / "redacted" / "report.xlsx"):
        formulas = [str(v) for rows in sheets(path).values() for row in rows for v in row if str(v)[:1] == "="]
        linked = [f for f in formulas if f.startswith("=HYPERLINK")]
        assert all(re.fullmatch(r'=HYPERLINK\("calls/[0-9A-Za-z_\-%]+\.html","打开"\)', f) for f in linked)
        with zipfile.ZipFile(path) as archive:
            sheet_xml = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        assert sum(xml.count("<f>") for xml in sheet_xml) == len(linked)
        assert not any(re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202e]", xml) for xml in sheet_xml)


def test_long_cells_are_cut_and_escapes_stay_words(hostile: Path) -> None:
    cells = [str(v) for rows in sheets(hostile / "report.xlsx").values() for row in rows for v in row if v is not None]
    assert max(map(len, cells)) < 32_767
    assert any("_x000D_" in c for c in cells)


def test_no_field_of_a_hostile_csv_is_run(hostile: Path) -> None:
    for name in ("findings.csv", "worklist.csv"):
        rows = list(csv.reader(io.StringIO((hostile / name).read_text(encoding="utf-8-sig"))))
        assert not [c for row in rows for c in row if c.startswith(("=", "+", "-", "@", "\t", "\r"))]
        assert any("'=1+1" in c for row in rows for c in row)


def test_no_script_of_a_transcript_is_in_a_page(hostile: Path) -> None:
    pages = list(hostile.rglob("*.html"))
    assert len(pages) == 2 * (len(HOSTILE) + 1)
    for page in pages:
        source = page.read_text(encoding="utf-8")
        assert "<script>alert" not in source
        assert "\u202e" not in source
        assert source.count("<script") == (3 if page.name == "index.html" else 0)
    assert {p.parent.name for p in pages} == {"out", "calls", "redacted"}


def test_machine_outputs_keep_hostile_words_exactly(hostile: Path) -> None:
    reports = {r["call_id"]: r for r in map(json.loads, (hostile / "reports.jsonl").read_text("utf-8").splitlines())}
    assert set(reports) >= {"=1+1", "../../../etc/passwd", "<script>alert(2)</script>"}
    assert all(r["findings"] for r in reports.values())


def test_the_same_night_gives_the_same_bytes(out: Path, rulebook: Rulebook, tmp_path: Path) -> None:
    audited([out.parent / "in"], tmp_path / "again", rulebook)
    assert everything(tmp_path / "again") == everything(out)


@pytest.mark.parametrize(("pages", "count"), [("all", 12), ("findings", 3), ("none", 0)])
def test_pages_are_made_for_the_calls_that_are_wanted(
    rulebook: Rulebook, tmp_path: Path, pages: str, count: int
) -> None:
    inputs = night(tmp_path / "in")
    audited([inputs], tmp_path / "out", rulebook)
    audited([inputs], tmp_path / "out", rulebook, Wanted(pages=pages))
    assert len(list((tmp_path / "out" / "calls").iterdir())) == count
    assert verify(tmp_path / "out") == []


def test_a_night_without_calls_is_written_too(rulebook: Rulebook, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    done = audited([tmp_path / "in"], tmp_path / "out", rulebook)
    assert done.figures.calls == 0
    assert next(iter(sheets(tmp_path / "out" / "report.xlsx"))) == "总览"
    assert pd.read_parquet(tmp_path / "out" / "findings.parquet").empty


def test_numbers_are_masked_for_people_and_exact_for_machines(rulebook: Rulebook, tmp_path: Path) -> None:
    text = "我是市公安局经侦的，您的手机13912345678我们已经监控了"
    (tmp_path / "in.json").write_text(json.dumps(call(1, (("agent", text), *GOOD[1:]))), encoding="utf-8")
    audited([tmp_path / "in.json"], tmp_path / "out", rulebook)
    for name in ("findings.csv", "index.html", "worklist.csv"):
        assert "13912345678" not in (tmp_path / "out" / name).read_text(encoding="utf-8")
    assert "13912345678" not in str(sheets(tmp_path / "out" / "report.xlsx"))
    audited([tmp_path / "in.json"], tmp_path / "out", rulebook, Wanted(mask=False))
    assert "13912345678" in (tmp_path / "out" / "findings.csv").read_text(encoding="utf-8")


def test_the_manifest_notices_every_change(rulebook: Rulebook, tmp_path: Path) -> None:
    audited([night(tmp_path / "in")], tmp_path / "out", rulebook)
    out = tmp_path / "out"
    assert verify(out) == []
    (out / "findings.csv").write_bytes(b"x")
    (out / "index.html").unlink()
    (out / "new.txt").write_bytes(b"x")
    (tmp_path / "in" / "a.jsonl").write_text("{}", encoding="utf-8")
    told = verify(out)
    assert [t.split("：")[0] for t in told] == ["findings.csv", "index.html", "new.txt", f"输入 {tmp_path}/in/a.jsonl"]
    assert len(verify(out, inputs=False)) == 3
    manifest = json.loads((out / "manifest.json").read_bytes())
    manifest["counts"]["calls"] = 99
    (out / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    assert "清单本身被改动过" in verify(out)[0]


def test_the_manifest_names_inputs_rules_and_outputs(out: Path) -> None:
    manifest = json.loads((out / "manifest.json").read_bytes())
    assert [Path(i["name"]).name for i in manifest["inputs"]] == ["a.jsonl", "b.jsonl", "c.json"]
    assert manifest["counts"] == {"calls": 12, "unreadable": 2, "fail": 3, "pass": 9}
    assert len(manifest["rulebook"]["version"]) == 64
    assert {o["path"] for o in manifest["outputs"]} == set(everything(out)) - {"manifest.json"}


def test_calls_across_files_are_looked_at_together(rulebook: Rulebook, tmp_path: Path) -> None:
    meta = {"debtor_id": "D1", "creditor": "云川银行", "relation": "self"}
    for n in range(4):
        one = call(n, GOOD, **{**meta, "started_at": f"2026-03-02T{9 + n:02d}:00:00+08:00"})
        (tmp_path / f"{n}.json").write_text(json.dumps(one), encoding="utf-8")
    audited([tmp_path / f"{n}.json" for n in range(4)], tmp_path / "out", rulebook)
    reports = [json.loads(x) for x in (tmp_path / "out" / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [[f["rule"] for f in r["findings"]] for r in reports] == [[], [], [], ["contact.connected_day"]]
    assert [r["verdict"] for r in reports] == ["pass", "pass", "pass", "fail"]
    assert reports[3]["score"] == 75
