"""Tables with one row per turn, as csv and as workbook."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from analyzer.call import CHINA, Call, Relation, Speaker, Turn
from analyzer.errors import InputError, Skipped
from analyzer.formats import FORMATS, read, read_text_stream

A, C, U = Speaker.AGENT, Speaker.CUSTOMER, Speaker.UNKNOWN
Rows = list[list[object]]


def workbook(**sheets: Rows) -> bytes:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def calls_of(data: bytes | str, name: str = "表.csv") -> list[Call | Skipped]:
    return list(read_text_stream(data.encode() if isinstance(data, str) else data, name))


def call_of(data: bytes | str, name: str = "表.csv") -> Call:
    (call,) = calls_of(data, name)
    assert isinstance(call, Call), call
    return call


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(mark: str) -> None:
    text = "通话ID,角色,内容\nb,坐席,您好\na,客户,喂\nb,客户,嗯\n".replace(",", mark)
    first, second = calls_of(text)
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert (first.call_id, first.source, second.call_id, second.source) == ("b", "表.csv:2", "a", "表.csv:3")
    assert first.turns == (Turn(A, "您好"), Turn(C, "嗯"))


@pytest.mark.parametrize("ids", ["通话ID", "流水号", "录音编号", "call_id", "Call ID"])
@pytest.mark.parametrize("who", ["角色", "说话人", "speaker"])
@pytest.mark.parametrize("what", ["内容", "文本", "话术内容", "转写文本", "text"])
def test_usual_column_names_are_known(ids: str, who: str, what: str) -> None:
    assert call_of(f"{ids},{who},{what}\nc-1,客服,您好\n") == Call("c-1", (Turn(A, "您好"),), source="表.csv:2")


def test_meta_columns_are_read_from_their_first_filled_cell() -> None:
    call = call_of(
        "通话ID,呼叫时间,委托方,坐席工号,客户号,关系,内容,班组\n1,,,,,,甲,\n"
        "1,2026/3/2 10:15,云川银行,007,D1,家属,乙,三组\n"
    )
    meta = call.meta
    assert meta.started_at == datetime(2026, 3, 2, 10, 15, tzinfo=CHINA)
    assert (meta.creditor, meta.agent_id, meta.debtor_id, meta.relation) == ("云川银行", "007", "D1", Relation.FAMILY)
    assert meta.extra == {"班组": "三组"}


def test_unknown_columns_that_vary_are_kept_per_turn() -> None:
    assert call_of("内容,情绪\n甲,平\n乙,怒\n").meta.extra == {"turn_extra": {"情绪": ("平", "怒")}}


def test_without_an_id_column_the_table_is_one_call() -> None:
    assert call_of("角色,内容\n坐席,您好\n客户,喂\n", "d/录音7.csv").call_id == "录音7"


def test_quoted_cells_may_hold_delimiters_quotes_and_line_ends() -> None:
    call = call_of('角色,内容\n坐席,"您好，a,b ""引号""\n第二行"\n\n客户,NA\n')
    assert [turn.text for turn in call.turns] == ['您好，a,b "引号"\n第二行', "NA"]


@pytest.mark.parametrize(
    ("header", "cell", "seconds"),
    [
        ("开始时间", "1:02.5", 62.5),
        ("开始", "62.5", 62.5),
        ("start", "00:01:02,500", 62.5),
        ("开始时间(ms)", "62500", 62.5),
    ],
)
def test_times_are_seconds_clocks_or_milliseconds(header: str, cell: str, seconds: float) -> None:
    assert call_of(f'内容,{header}\n甲,"{cell}"\n').turns[0].start == seconds


def test_moments_count_from_the_first_turn() -> None:
    call = call_of("内容,开始时间,结束时间\n甲,2026-03-02 10:15:00,2026-03-02 10:15:02\n乙,2026-03-02 10:15:03,\n")
    assert call.turns == (Turn(U, "甲", 0.0, 2.0), Turn(U, "乙", 3.0))


def test_one_moment_in_every_row_is_the_start_of_the_call() -> None:
    call = call_of("内容,开始时间\n甲,2026-03-02 10:15:00\n乙,2026-03-02 10:15:00\n")
    assert call.meta.started_at == datetime(2026, 3, 2, 10, 15, tzinfo=CHINA)
    assert [turn.start for turn in call.turns] == [None, None]


def test_a_bad_row_skips_its_call_with_the_row_number() -> None:
    calls = calls_of("通话ID,内容,开始\na,甲,0\nb,乙,很早\nc,丙,1,多了\nd,丁,\ne,,\n")
    assert [type(call) for call in calls] == [Call, Skipped, Skipped, Call, Skipped]
    assert [call.line for call in calls if isinstance(call, Skipped)] == [3, 4, 6]


def test_a_quote_that_never_closes_is_told() -> None:
    with pytest.raises(InputError, match=r"表\.csv:3：.*双引号没有闭合"):
        calls_of('角色,内容\n坐席,您好\n客户,"喂\n坐席,在吗\n')


def test_a_cell_may_be_longer_than_python_likes() -> None:
    import csv

    usual = csv.field_size_limit()
    assert len(call_of("角色,内容\n坐席," + "您好" * 100_000 + "\n").turns[0].text) == 200_000
    assert csv.field_size_limit() == usual


def test_line_ends_of_old_macs_are_line_ends() -> None:
    assert len(call_of("角色,内容\r坐席,您好\r客户,喂\r").turns) == 2


def test_a_table_without_text_column_lists_what_it_saw() -> None:
    with pytest.raises(InputError, match="看到：甲、乙"):
        list(read_text_stream("甲,乙\n1,2\n".encode(), "a.csv", forced="csv"))


def test_mere_voices_in_the_role_column_are_kept_apart() -> None:
    call = call_of("角色,内容\n0,您好\n1,喂\n")
    assert [turn.speaker for turn in call.turns] == [U, U]
    assert call.meta.extra["voices"] == ("0", "1")
    assert call_of("声道,内容\n左,您好\n右,喂\n").meta.extra["voices"] == ("左", "右")


@pytest.mark.parametrize("codec", ["utf-8-sig", "gb18030", "utf-16", "big5hkscs"])
def test_csv_in_other_encodings(codec: str) -> None:
    data = "角色,內容,文本\n客服,x,您好請問是本人嗎\n用户,y,我是他的家人\n".replace("用户", "用戶").encode(codec)
    assert [turn.text for turn in call_of(data).turns] == ["您好請問是本人嗎", "我是他的家人"]


def test_sample_of_csv_is_read() -> None:
    first, second = calls_of(FORMATS["csv"].sample)
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert (len(first.turns), second.meta.relation) == (2, Relation.THIRD_PARTY)


def test_sample_of_xlsx_is_read_from_a_workbook() -> None:
    rows: Rows = [list(line.split("\t")) for line in FORMATS["xlsx"].sample.splitlines()]
    first, second = calls_of(workbook(通话=rows), "a.xlsx")
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert (first.call_id, len(first.turns), first.turns[1].start) == ("a-001", 2, 4.5)
    assert second.source == "a.xlsx:4"


def test_merged_ids_are_filled_down_and_cell_types_understood() -> None:
    rows: Rows = [
        ["流水号", "通话时间", "坐席工号", "角色", "内容", "开始"],
        [1001, datetime(2026, 3, 2, 10, 15), 7.0, "坐席", "您好", 0],
        [None, None, None, "客户", 110, time(0, 1, 2)],
        [1002, date(2026, 3, 2), None, "客户", "再见", 1.5],
    ]
    first, second = calls_of(workbook(a=rows), "a.xlsx")
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert first.turns == (Turn(A, "您好", 0.0), Turn(C, "110", 62.0))
    assert (first.call_id, first.meta.agent_id) == ("1001", "7")
    assert first.meta.started_at == datetime(2026, 3, 2, 10, 15, tzinfo=CHINA)
    assert second.meta.started_at is None
    assert second.meta.extra == {"started_at_raw": "2026-03-02"}


def test_every_sheet_is_read_and_one_without_text_is_skipped() -> None:
    one: Rows = [["角色", "内容"], ["坐席", "您好"]]
    calls = calls_of(workbook(一月=one, 二月=[["题目"], *one], 说明=[["随便写"]], 空=[]), "a.xlsx")
    assert [call.source for call in calls] == ["a.xlsx#一月:2", "a.xlsx#二月:3", "a.xlsx#说明"]
    assert [call.call_id for call in calls if isinstance(call, Call)] == ["a-一月", "a-二月"]


def test_a_workbook_is_known_by_content_not_by_name(tmp_path: Path) -> None:
    path = tmp_path / "录音.txt"
    path.write_bytes(workbook(a=[["内容"], ["您好"]]))
    assert [type(call) for call in read(path)] == [Call]


def test_a_sheet_that_would_fill_the_memory_is_refused() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "内容", "您好"
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(InputError, match="范围过大"):
        calls_of(stream.getvalue(), "a.xlsx")


def test_old_encrypted_and_foreign_archives_are_told() -> None:
    with pytest.raises(InputError, match="旧版"):
        list(read_text_stream(b"\xd0\xcf\x11\xe0" + bytes(600), "a.xls", forced="xlsx"))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(InputError):
        calls_of(stream.getvalue(), "a.docx")
    with pytest.raises(InputError, match="损坏"):
        calls_of(workbook(a=[["内容"], ["您好"]])[:900], "a.xlsx")
