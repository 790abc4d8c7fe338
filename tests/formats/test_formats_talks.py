"""Subtitles, chats, stamped lines, Word documents, RTTM, and tables as people keep them."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import docx
import pytest
from invented_transcripts import document, workbook

from analyzer.call import CHINA, Call, Relation, Speaker, Turn
from analyzer.errors import InputError, Skipped
from analyzer.formats import read, read_text_stream

A, C, U = Speaker.AGENT, Speaker.CUSTOMER, Speaker.UNKNOWN


def calls_of(data: str | bytes, name: str = "通话", **options: str) -> list[Call | Skipped]:
    raw = data.encode() if isinstance(data, str) else data
    return list(read_text_stream(raw, name, **options))  # type: ignore[arg-type]


def call_of(data: str | bytes, **options: str) -> Call:
    (call,) = calls_of(data, **options)
    assert isinstance(call, Call), call
    return call


def said(call: Call) -> list[tuple[Speaker, str]]:
    return [(turn.speaker, turn.text) for turn in call.turns]


def test_a_cue_with_two_labels_is_two_turns_and_a_line_without_one_goes_on() -> None:
    call = call_of("1\n00:00:01,000 --> 00:00:02,500\n坐席：您好\n请问是李女士吗\n客户：喂\n")
    assert call.turns == (Turn(A, "您好\n请问是李女士吗", 1.0, 2.5), Turn(C, "喂", 1.0, 2.5))


def test_tags_notes_styles_and_names_of_cues_are_no_speech() -> None:
    call = call_of(
        "WEBVTT\n\nNOTE 坐席：不算\n\nSTYLE\n::cue{}\n\nid-1\n00:01.000 --> 00:02.000 line:0\n"
        "<v.loud 坐席><b>您&amp;好</b></v>\n<v 客户>喂\n"
    )
    assert call.turns == (Turn(A, "您&好", 1.0, 2.0), Turn(C, "喂", 1.0, 2.0))


def test_names_that_come_again_in_subtitles_are_voices() -> None:
    cues = "".join(
        f"{i}\n00:00:0{i},000 --> 00:00:0{i},900\n{n}: 您好\n\n"
        for i, n in enumerate(["王五", "赵六", "王五", "赵六"], 1)
    )
    assert call_of(cues).meta.extra["voices"] == ("王五", "赵六", "王五", "赵六")


def test_a_subtitle_without_structure_is_told() -> None:
    with pytest.raises(InputError, match="字幕结构不对"):
        calls_of("00:01.000 --> 00:02.000\n您好\n", forced="vtt")
    with pytest.raises(InputError, match="没有任何识别出的文字"):
        calls_of("WEBVTT\n\nNOTE 坐席：您好\n", forced="vtt")


def test_a_blank_line_inside_a_subtitle_that_people_edited_loses_no_words() -> None:
    cues = "1\n00:00:01,000 --> 00:00:02,000\n坐席：您好\n\n我是银行的\n\n2\n00:00:02,500 --> 00:00:03,000\n客户：嗯\n"
    assert [turn.text for turn in call_of(cues).turns] == ["您好\n我是银行的", "嗯"]


@pytest.mark.parametrize("times", ["00:00:01.000->00:00:02.000", "0:00:01,0 --> 0:00:02,0", "00:00:01 --> 00:00:02"])
def test_times_of_subtitles_are_read_as_people_write_them(times: str) -> None:
    (turn,) = call_of(f"1\n{times}\n坐席：您好\n", forced="srt").turns
    assert (turn.start, turn.end) == (1.0, 2.0)


@pytest.mark.parametrize(
    ("rows", "start"),
    [
        ("62500\t65000\t您好请问是李女士吗\n", 62.5),
        ("62.5\t65.0\t您好请问是李女士吗\n", 62.5),
        ("62\t65\t您好请问是李女士吗\n", 62.0),
    ],
)
def test_the_same_header_counts_milliseconds_or_seconds(rows: str, start: float) -> None:
    assert call_of(f"start\tend\ttext\n{rows}").turns[0].start == start


def test_a_bad_time_in_a_tsv_names_its_line() -> None:
    with pytest.raises(InputError, match=":3：时间“很早”不是数字"):
        calls_of("start\tend\ttext\n0\t900\t您好\n很早\t9\t喂\n")


@pytest.mark.parametrize(
    "head",
    [
        "{name} 2026/3/2 10:15:{second}",
        "2026-03-02 10:15:{second} {name}",
        "[2026-03-02 10:15:{second}] {name}:",
        "{name}(10001) 2026年3月2日 10:15:{second}",
    ],
)
def test_chats_with_dates_count_from_the_first_message(head: str) -> None:
    lines = [
        head.format(name=name, second=second) + f"\n{words}\n第二行\n"
        for name, second, words in (("老王", "01", "您好"), ("客户小李", "04", "喂"), ("老王", "09", "在吗"))
    ]
    call = call_of("\n".join(lines))
    assert call.meta.started_at == datetime(2026, 3, 2, 10, 15, 1, tzinfo=CHINA)
    assert [turn.start for turn in call.turns] == [0.0, 3.0, 8.0]
    assert call.turns[0].text == "您好\n第二行"
    assert call.meta.extra["voices"] == ("老王", "客户小李", "老王")


def test_a_meeting_tool_counts_from_its_start_and_a_clock_does_not() -> None:
    meeting = call_of("周会 转写\n张三 00:01\n您好\n李四(00:05): 喂\n张三 00:09\n在吗\n")
    assert [turn.start for turn in meeting.turns] == [1.0, 5.0, 9.0]
    assert meeting.meta.extra["heading"] == "周会 转写"
    clock = call_of("张三 10:15\n您好\n李四 10:16\n喂\n张三 10:17\n在吗\n")
    assert [turn.start for turn in clock.turns] == [None] * 3


def test_relative_days_of_a_chat_give_no_times() -> None:
    call = call_of("老王 昨天 下午10:15\n您好\n小李 3月2日 10:16\n喂\n老王 星期三 10:17\n在吗\n")
    assert [(turn.text, turn.start) for turn in call.turns] == [("您好", None), ("喂", None), ("在吗", None)]


@pytest.mark.parametrize(
    ("label", "relation"), [("妻子", Relation.FAMILY), ("同事", Relation.THIRD_PARTY), ("担保人", None)]
)
def test_whoever_is_on_the_line_is_the_customer_and_says_who_it_is(label: str, relation: Relation | None) -> None:
    call = call_of(f"催收方：您好\n{label}：喂\n")
    assert (said(call), call.meta.relation) == ([(A, "您好"), (C, "喂")], relation)


def test_caller_and_callee_are_voices() -> None:
    assert call_of("主叫：您好\n被叫：喂\n").meta.extra["voices"] == ("主叫", "被叫")


def test_prose_with_colons_is_no_chat() -> None:
    with pytest.raises(InputError, match="认不出转写格式"):
        calls_of("通知:\n明天开会。\n地点:\n二楼。\n时间:\n下午三点到五点。\n")


def test_lines_with_a_range_and_no_speaker_are_read_in_order() -> None:
    call = call_of("转写结果\n[00:00.000 --> 00:02.500]  您好\n还有一行\n[01:00:01.000 --> 01:00:02.000]  喂\n")
    assert call.turns == (Turn(U, "您好\n还有一行", 0.0, 2.5), Turn(U, "喂", 3601.0, 3602.0))
    assert call.meta.extra == {"heading": "转写结果"}


def test_paragraphs_and_tables_of_a_document_are_read() -> None:
    assert said(call_of(document(["通话时间：2026-03-02 10:15", "坐席：您好", "客户：喂"]))) == [(A, "您好"), (C, "喂")]
    assert said(call_of(document(["标题"], [["角色", "内容"], ["坐席", "您好"], ["客户", "喂"]]))) == [
        (A, "您好"),
        (C, "喂"),
    ]
    assert said(call_of(document([], [["坐席", "您好"], ["客户", "喂"]]))) == [(A, "您好"), (C, "喂")]
    assert said(call_of(document(["张三 00:01", "您好", "李四 00:03", "喂"]))) == [(U, "您好"), (U, "喂")]


def test_several_tables_of_a_document_are_several_calls() -> None:
    rows = [["角色", "内容"], ["坐席", "您好"]]
    first, second = calls_of(document([], rows, rows), "案卷.docx")
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert (first.call_id, second.call_id, second.source) == ("案卷-1", "案卷-2", "案卷.docx#表2:2")


def test_a_broken_or_old_document_is_told() -> None:
    whole = document(["坐席：您好"])
    for data in (whole[:200], whole[:-200], whole.replace(b"word/document.xml", b"word/nothing_.xml")):
        with pytest.raises(InputError):
            calls_of(data, "a.docx", forced="docx")
    with pytest.raises(InputError, match=r"旧版 \.doc"):
        calls_of(b"\xd0\xcf\x11\xe0" + bytes(600), "a.doc", forced="docx")
    with pytest.raises(InputError, match=r"说话人标签|姓名 时间|时间段"):
        calls_of(document(["随便写写"]), "a.docx")


RTTM = "SPEAKER a 1 0.0 2.0 <NA> <NA> spk0 <NA> <NA>\nSPEAKER a 1 2.2 1.5 <NA> <NA> spk1 <NA> <NA>\n"
CUES = (
    "1\n00:00:00,100 --> 00:00:02,100\n您好\n\n2\n00:00:02,000 --> 00:00:03,600\n喂\n\n"
    "3\n00:00:09,000 --> 00:00:09,500\n在\n"
)


def test_speakers_of_an_rttm_file_are_those_who_fill_the_most_of_a_turn(tmp_path: Path) -> None:
    (tmp_path / "a.rttm").write_text(RTTM, encoding="utf-8")
    (tmp_path / "a.srt").write_text(CUES, encoding="utf-8")
    for name in ("a.rttm", "a.srt"):
        (call,) = read(tmp_path / name)
        assert isinstance(call, Call)
        assert call.meta.extra["voices"] == ("spk0", "spk1", "spk1")


def test_an_rttm_file_does_not_overrule_labels(tmp_path: Path) -> None:
    (tmp_path / "a.rttm").write_text(RTTM, encoding="utf-8")
    (tmp_path / "a.srt").write_text(CUES.replace("您好", "客户：您好").replace("\n喂", "\n坐席：喂"), encoding="utf-8")
    (call,) = read(tmp_path / "a.srt")
    assert isinstance(call, Call)
    assert [turn.speaker for turn in call.turns] == [C, A, U]


def test_an_rttm_file_alone_asks_for_its_words() -> None:
    with pytest.raises(InputError, match=r"请把文字稿放在旁边，名为 a\.srt、"):
        calls_of(RTTM, "a.rttm")
    with pytest.raises(InputError, match=r"a\.rttm:2：不是 RTTM 的一行"):
        calls_of(RTTM.replace("2.2", "早"), "a.rttm")


def test_a_whole_talk_in_a_cell_is_a_call_however_it_is_written() -> None:
    cells = [
        "坐席：您好\n客户：喂",
        "坐席：您好 客户：喂",
        "坐席:您好。客户:喂",
        '[{"role": "客服", "content": "您好"}, {"role": "用户", "content": "喂"}]',
    ]
    rows = [["录音编号", "坐席工号", "通话内容"], *([f"c{i}", "A7", cell] for i, cell in enumerate(cells))]
    calls = calls_of(workbook(一月=rows), "表.xlsx")
    for i, call in enumerate(calls):
        assert isinstance(call, Call), call
        assert [(turn.speaker, turn.text.rstrip("。")) for turn in call.turns] == [(A, "您好"), (C, "喂")]
        assert (call.call_id, call.source, call.meta.agent_id) == (f"c{i}", f"表.xlsx:{i + 2}", "A7")


def test_a_row_whose_talk_is_empty_or_unlabelled_is_skipped_with_its_number() -> None:
    good = '"坐席：您好\n客户：喂"'
    results = calls_of(f"编号,通话内容\n1,{good}\n2,\n3,喂喂喂\n4,{good}\n5,{good}\n", "表.csv")
    assert [type(result) for result in results] == [Call, Skipped, Skipped, Call, Call]
    assert [result.line for result in results if isinstance(result, Skipped)] == [3, 4]


def test_two_columns_of_speech_are_turns_in_turn() -> None:
    call = call_of("通话ID,坐席内容,客户内容\n1,您好,喂\n1,在吗,\n1,,在\n")
    assert said(call) == [(A, "您好"), (C, "喂"), (A, "在吗"), (C, "在")]


def test_labels_inside_the_text_column_are_the_speakers() -> None:
    assert said(call_of("通话ID,内容\n1,坐席：您好\n1,客户：喂\n")) == [(A, "您好"), (C, "喂")]


def test_merged_cells_say_the_same_in_all_their_rows() -> None:
    rows = [
        ["通话ID", "角色", "内容"],
        ["a", "坐席", "您好"],
        [None, None, "在吗"],
        [None, "客户", "喂"],
        ["b", "坐席", "您好"],
    ]
    first, second = calls_of(workbook(["A2:A4", "B2:B3"], 一月=rows), "表.xlsx")
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert said(first) == [(A, "您好"), (A, "在吗"), (C, "喂")]
    assert said(second) == [(A, "您好")]


def test_an_unknown_file_is_told_what_was_tried_and_what_it_was_closest_to() -> None:
    with pytest.raises(
        InputError, match=r"试过：call\.v1、.*最接近 tencent（腾讯云 录音文件识别，但缺少：Data\.ResultDetail"
    ) as told:
        calls_of('{"Response": {"Data": {"TaskId": 1, "Status": 0, "StatusStr": "waiting"}}}', "a.json")
    assert "hegui formats" in str(told.value)


def test_json_that_breaks_off_says_where() -> None:
    with pytest.raises(InputError, match=r"a\.json:2：JSON 语法错误：第 2 行第 \d+ 列"):
        calls_of('{"Result":\n {"Sentences": [{"Text": "您好"', "a.json")


def test_merged_cells_of_a_document_say_the_same_wherever_they_reach() -> None:
    made = docx.Document()
    table = made.add_table(4, 3)
    words_of = [["角色", "内容", "备注"], ["坐席", "您好", ""], ["", "在吗", ""], ["客户", "喂", ""]]
    for row, cells in zip(table.rows, words_of, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 1).merge(table.cell(3, 2))
    stream = io.BytesIO()
    made.save(stream)
    assert said(call_of(stream.getvalue())) == [(A, "您好"), (A, "在吗"), (C, "喂")]
