"""Sheets of many rows: fast, flat, continued where one is full, and never a formula."""

from __future__ import annotations

import re
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from xlsxwriter.workbook import Workbook as Book

from analyzer.reports import sheets
from analyzer.reports.figures import Figures, Where
from analyzer.reports.sheets import Column, Link, plain
from analyzer.reports.workbook import Workbook, simple_book
from analyzer.reports.worklist import FLOOR, Worklist

COLUMNS = (Column("甲", 8, "number"), Column("乙", 20, "wrap"), Column("丙", 10, "input", ("是", "否")))


def rows_of(path: Path, name: str) -> list[tuple[object, ...]]:
    return [tuple(c.value for c in row) for row in openpyxl.load_workbook(path)[name].iter_rows()]


def test_rows_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    given = [(1, "一", ""), (2.5, "a&b<c>", "是"), (None, "x\ny", "否"), (-3, "'", "")]
    simple_book(tmp_path / "a.xlsx", "表", COLUMNS, given)
    assert rows_of(tmp_path / "a.xlsx", "表") == [
        ("甲", "乙", "丙"),
        *(tuple(None if v == "" else v for v in row) for row in given),
    ]
    assert not list(tmp_path.glob("*.part"))


def test_a_full_sheet_goes_on_on_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 4)
    simple_book(tmp_path / "a.xlsx", "表", COLUMNS, [(n, "x", "") for n in range(7)])
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["表", "表(2)", "表(3)"]
    assert [[r[0].value for r in s.iter_rows(min_row=2)] for s in book.worksheets] == [[0, 1, 2], [3, 4, 5], [6]]


def test_a_wrapped_cell_gets_room_for_its_lines(tmp_path: Path) -> None:
    simple_book(tmp_path / "a.xlsx", "表", COLUMNS, [(1, "短", ""), (2, "长" * 30, ""), (3, "一\n二\n三", "")])
    page = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"]
    assert [page.row_dimensions[n].height for n in (2, 3, 4)] == [None, 60, 45]


@pytest.mark.parametrize(
    ("text", "xml"),
    [
        ("a\x00b\x1f", "a\ufffdb\ufffd"),
        ("_x000D_", "_x005F_x000D_"),
        ("a&<>", "a&amp;&lt;&gt;"),
        ("半\ud83d", "半\ufffd"),
        ("=1+1", "=1+1"),
    ],
)
def test_text_becomes_harmless_xml(text: str, xml: str) -> None:
    assert plain(text) == xml
    assert len(plain("x" * 50_000)) == sheets.LONGEST


def test_a_link_cannot_break_out_of_its_formula(tmp_path: Path) -> None:
    column = (Column("页", 8, "link"),)
    simple_book(tmp_path / "a.xlsx", "表", column, [(Link('a"&CALL("x', "打开"),)])
    assert rows_of(tmp_path / "a.xlsx", "表")[1] == ('=HYPERLINK("a""&CALL(""x","打开")',)


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        simple_book(tmp_path / f"{name}.xlsx", "表", COLUMNS, [(1, "x", "")])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_twenty_thousand_rows_take_less_than_a_second_of_the_processor(tmp_path: Path) -> None:
    columns = tuple(Column(f"列{n}", 12) for n in range(8))
    row = ("bench-1-0000001", "威胁恐吓", 80, "不接电话就一直打下去", 0.95, "", "A0012", "2026-03-02 10:15")
    begun = time.process_time()
    simple_book(tmp_path / "a.xlsx", "表", columns, (row for _ in range(20_000)))
    assert time.process_time() - begun < 1.0
    assert zipfile.ZipFile(tmp_path / "a.xlsx").testzip() is None


def test_an_error_leaves_the_old_workbook_and_no_half_one(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError), Workbook(path, "题"):
        raise RuntimeError
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["report.xlsx"]


def test_an_empty_workbook_opens(tmp_path: Path) -> None:
    with Workbook(tmp_path / "report.xlsx", "题") as book:
        book.close(Figures(), [])
    names = openpyxl.load_workbook(tmp_path / "report.xlsx").sheetnames
    assert names[0] == "总览"
    xml = zipfile.ZipFile(tmp_path / "report.xlsx").read("docProps/core.xml").decode()
    assert re.search(r"<dcterms:created[^>]*>2026-01-01", xml)


def test_xlsxwriter_still_asks_the_sheet_for_its_rows(tmp_path: Path) -> None:
    book = Book(str(tmp_path / "a.xlsx"))
    assert hasattr(book.add_worksheet("x"), "_write_sheet_data")
    book.close()


def test_a_worklist_draws_no_more_calls_than_it_lists() -> None:
    import invented_reports as invented

    from analyzer.reports.listed import Listed

    call, report = invented.good()
    work = Worklist()
    for n in range(3 * FLOOR):
        from dataclasses import replace

        one = replace(report, call_id=f"c{n}", findings=(), signals=(), verdict="pass", vetoed=False)
        work.add(Listed(n + 1, one, Where(), lambda: call))
    tasks = work.tasks()
    assert len(tasks) == FLOOR
    assert {t.reason for t in tasks} == {"随机抽听"}
    assert len({t.number for t in tasks}) == FLOOR
