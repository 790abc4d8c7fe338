"""The redacted twin: no personal data, one pseudonym for one person, evidence where it is said to be."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from night import audited, call

from analyzer.audit.pseudonyms import Pseudonyms, digits_of, full_names, identity_number, luhn, mentions
from analyzer.audit.redact import Redactor
from analyzer.formats.callv1 import to_wire
from analyzer.rules.rulebook import Rulebook

SECRETS = (
    "13912345678",
    "一三九一二三四五六七八",
    "11010519491231002X",
    "6222020200112230",
    "沪A12345",
    "陈晓东",
    "幸福路12号",
)
LINES = (
    ("agent", "请问是陈晓东本人吗？我是市公安局经侦的，您的手机是13912345678。"),
    ("customer", "我是陈晓东，号码是一三九一二三四五六七八，我住在临川市幸福路12号3栋501室。"),
    ("agent", "身份证11010519491231002X，卡号6222020200112230，车是沪A12345，陈晓东你等着，明天就来抓你。"),
    ("customer", "王经理我记住你了。"),
)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("打13912345678吧", "phone", "13912345678"),
        ("号码是幺三九 幺二三四 五六七八", "phone", "13912345678"),
        ("打１３９１２３４５６７８", "phone", "13912345678"),
        ("座机021-58881234", "phone", "02158881234"),
        ("证件11010519491231002X", "identity", "11010519491231002X"),
        ("卡号6222020200112230", "card", "6222020200112230"),
        ("卡号6222020200112231", "number", "6222020200112231"),
        ("车牌沪A·12345", "plate", "沪A12345"),
        ("住在临川市幸福路12号3栋501室", "address", "临川市幸福路12号3栋501室"),
    ],
)
def test_personal_data_is_found_however_it_is_written(text: str, kind: str, value: str) -> None:
    assert [(m.kind, m.value) for m in mentions(text)] == [(kind, value)]


@pytest.mark.parametrize(
    "text", ["应还12345.67元", "2026-03-02还款", "客服热线95500", "尾号1234", "逾期一百二十天", "第3号之前还清"]
)
def test_amounts_dates_and_hot_lines_stay(text: str) -> None:
    assert mentions(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("请问是陈晓东本人吗", ["陈晓东"]),
        ("麻烦转告李梅女士", ["李梅", "李梅"]),
        ("我叫欧阳建国，", ["欧阳建国"]),
        ("您好请问您是哪位", []),
        ("我们不是法院的", []),
        ("王先生您好", []),
    ],
)
def test_names_are_heard_from_how_people_are_spoken_of(text: str, names: list[str]) -> None:
    assert list(full_names(text)) == names


def test_checksums_are_those_of_the_standards() -> None:
    assert identity_number("11010519491231002X")
    assert not identity_number("110105194912310021")
    assert luhn("6222020200112230")
    assert not luhn("6222020200112231")
    assert digits_of("幺三九 １２") == "13912"


def test_a_pseudonym_is_the_same_for_the_same_and_counts_on() -> None:
    names = Pseudonyms()
    assert [names.of("phone", v) for v in ("1", "2", "1")] == ["电话0001", "电话0002", "电话0001"]
    assert names.of("name", "1") == "姓名0001"
    assert names.of("name", "") == ""
    assert names.keys() == [("电话", "1", "电话0001"), ("电话", "2", "电话0002"), ("姓名", "1", "姓名0001")]


def test_spans_move_with_the_text_and_hold_whole_pseudonyms() -> None:
    done = Redactor().text("号码13912345678，明天13912345678抓你", set())
    assert done.new == "号码〔电话0001〕，明天〔电话0001〕抓你"
    start = done.old.index("抓你")
    low, high = done.span(start, start + 2)
    assert done.new[low:high] == "抓你"
    low, high = done.span(5, 8)  # three digits inside the number
    assert done.new[low:high] == "〔电话0001〕"
    assert done.quote("明天13912345678抓") == "明天〔电话0001〕抓"
    low, high = done.span(0, len(done.old))
    assert (low, high) == (0, len(done.new))


@pytest.fixture(scope="module")
def twin(rulebook: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("twin")
    meta = {"debtor_id": "D-778", "dialled_number": "13912345678", "客户姓名": "陈晓东", "备注": "陈晓东 13912345678"}
    one = call(1, LINES, agent_name="赵铁柱", **meta)
    one["call_id"] = "陈晓东_13912345678"
    lines = [json.dumps(one, ensure_ascii=False), json.dumps(call(2, LINES, **meta), ensure_ascii=False), "{陈晓东"]
    path = folder / "陈晓东_13912345678.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    audited([path], folder / "out", rulebook, redact=True)
    return folder / "out"


def test_no_output_of_the_twin_holds_anything_personal(twin: Path) -> None:
    for path in (twin / "redacted").rglob("*"):
        if path.suffix in (".jsonl", ".csv", ".html", ".json"):
            text = path.read_text(encoding="utf-8")
        elif path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            text = " ".join(str(c.value) for s in book.worksheets for row in s.iter_rows() for c in row)
        elif path.suffix == ".parquet":
            import pandas as pd

            text = pd.read_parquet(path).to_csv()
        else:
            continue
        assert not [s for s in (*SECRETS, "D-778", "赵铁柱", "王经理") if s in text.replace("\\/", "/")], path.name


def test_every_output_has_a_twin(twin: Path) -> None:
    names = {p.name for p in twin.iterdir()} - {".ledger", "redacted", "pseudonyms.csv"}
    assert {p.name for p in (twin / "redacted").iterdir()} == names


def test_evidence_stands_where_the_twin_says(twin: Path, rulebook: Rulebook) -> None:
    from analyzer.audit.judging import unpack_call, unpack_report
    from analyzer.audit.ledger import Ledger
    from analyzer.reports.figures import Where

    redactor, seen = Redactor(), 0
    with Ledger(twin) as ledger:
        for entry in ledger.entries():
            if entry.report and entry.call:
                one = unpack_call(entry.call, entry.source)
                new, report, _ = redactor.call(one, unpack_report(entry.report), Where())
                for f in report.findings:
                    if f.turn is not None:
                        assert new.turns[f.turn].text[f.start : f.end] == f.quote
                        seen += 1
                assert "陈晓东" not in json.dumps(to_wire(new), ensure_ascii=False)
    assert seen >= 4


def test_one_person_has_one_pseudonym_in_all_calls(twin: Path) -> None:
    key = (twin / "pseudonyms.csv").read_text(encoding="utf-8-sig")
    assert key.count("姓名,陈晓东,") == 1
    assert key.count("电话,13912345678,") == 1
    reports = [json.loads(x) for x in (twin / "redacted" / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [r["call_id"] for r in reports] == ["通话0001", "通话0002"]
    assert [r["source"] for r in reports] == ["来源0001:1", "来源0001:2"]


def test_without_the_wish_an_old_twin_is_taken_away(twin: Path, rulebook: Rulebook, tmp_path: Path) -> None:
    source = next(twin.parent.glob("*.jsonl"))
    audited([source], tmp_path / "out", rulebook, redact=True)
    audited([source], tmp_path / "out", rulebook)
    assert not (tmp_path / "out" / "redacted").exists()
    assert not (tmp_path / "out" / "pseudonyms.csv").exists()
