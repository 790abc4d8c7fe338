"""Files as people really hand them in: exported with titles and sums, pasted, half broken, in the wrong wrapping."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from invented_transcripts import document, workbook

from analyzer.call import Call, Relation, Speaker
from analyzer.errors import InputError, Skipped
from analyzer.formats import FORMATS, read_text_stream

A, C, U = Speaker.AGENT, Speaker.CUSTOMER, Speaker.UNKNOWN


def items(data: str | bytes, name: str = "录音.bin") -> list[Call | Skipped]:
    return list(read_text_stream(data if isinstance(data, bytes) else data.encode(), name))


def calls(data: str | bytes, name: str = "录音.bin") -> list[Call]:
    return [item for item in items(data, name) if isinstance(item, Call)]


def said(call: Call) -> list[tuple[Speaker, str]]:
    return [(turn.speaker, turn.text) for turn in call.turns]


def told(data: str | bytes) -> str:
    with pytest.raises(InputError) as error:
        items(data)
    return str(error.value)


def test_titles_above_and_sums_below_a_table_of_excel_are_no_talk() -> None:
    rows = ["2026年3月通话明细,,", "导出：2026-03-05,,", "通话流水号,说话角色,说话内容", "C1,坐席,您好", "合计,,1 条"]
    (call,) = items("\r\n".join(rows).encode("gb18030"))
    assert isinstance(call, Call)
    assert (call.call_id, said(call)) == ("C1", [(A, "您好")])


def test_a_second_sheet_fills_what_the_first_does_not_say() -> None:
    talk = [["通话编号", "角色", "内容"], ["T1", "坐席", "您好"], ["T2", "坐席", "喂"]]
    about = [["通话编号", "坐席工号", "与债务人关系"], ["T1", "A7", "本人"], ["T2", "A8", "家属"]]
    first, second = items(workbook(对话=talk, 信息=about))
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert (first.meta.agent_id, first.meta.relation) == ("A7", Relation.SELF)
    assert (second.meta.agent_id, second.meta.relation) == ("A8", Relation.FAMILY)


def test_a_sheet_of_keys_and_values_holds_for_every_call() -> None:
    talk = [["角色", "内容"], ["坐席", "您好"]]
    (call,) = calls(workbook(对话=talk, 信息=[["坐席工号", "A7"], ["债权方", "云川银行"]]))
    assert (call.meta.agent_id, call.meta.creditor) == ("A7", "云川银行")


@pytest.mark.parametrize("head", [["通话编号：Z-9", "坐席工号：A7"], ["通话编号：Z-9  坐席工号：A7"]])
def test_what_stands_above_the_table_of_a_document_is_about_its_call(head: list[str]) -> None:
    (call,) = calls(document(head, [["角色", "内容"], ["坐席", "您好"]]))
    assert (call.call_id, call.meta.agent_id) == ("Z-9", "A7")


def test_keys_and_values_above_a_header_are_about_the_calls() -> None:
    (call,) = calls("通话编号,Z-9,,\n坐席工号,A7,,\n角色,内容,,\n坐席,您好,,\n")
    assert (call.call_id, call.meta.agent_id) == ("Z-9", "A7")


def test_a_table_without_a_header_is_read_by_its_column_of_speakers() -> None:
    (call,) = calls("坐席,您好，我是云川银行的\n客户,嗯\n坐席,跟您核实一下\n")
    assert said(call) == [(A, "您好，我是云川银行的"), (C, "嗯"), (A, "跟您核实一下")]


@pytest.mark.parametrize("broken", range(4))
def test_one_broken_line_of_jsonl_costs_one_call(broken: int) -> None:
    dialog = [{"role": "agent", "content": "您好，我是云川银行的"}, {"role": "user", "content": "嗯"}]
    lines = [json.dumps({"id": f"c{i}", "dialog": dialog}, ensure_ascii=False) for i in range(4)]
    lines[broken] = lines[broken][:40]
    found = items("\n".join(lines))
    assert [type(item) for item in found].count(Skipped) == 1
    assert [item.call_id for item in found if isinstance(item, Call)] == [f"c{i}" for i in range(4) if i != broken]


def test_lines_longer_than_the_head_are_jsonl_too() -> None:
    line = json.dumps({"segments": [{"start": i, "end": i + 1, "text": "您好您好"} for i in range(3000)]})
    assert [len(call.turns) for call in calls(f"{line}\n{line}\n")] == [3000, 3000]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("录音流水,声道,语音文本,起始毫秒,结束毫秒", "L1,坐席,您好，我是云川银行的,1000,3000"),
        ("call_id,speaker,asr_text,begin_time,end_time", "L1,agent,您好，我是云川银行的,1000,3000"),
        ("通话ID,说话者,单句内容,开始时间(ms),结束时间(ms)", "L1,坐席,您好，我是云川银行的,1000,3000"),
        ("通话ID,说话者,单句内容,起始秒,结束秒", "L1,坐席,您好，我是云川银行的,1,3"),
    ],
)
def test_usual_names_of_columns_and_their_units_are_known(header: str, row: str) -> None:
    (call,) = calls(f"{header}\n{row.replace('您好，', '您好 ')}\n")
    (turn,) = call.turns
    assert (call.call_id, turn.speaker, turn.start, turn.end) == ("L1", A, 1.0, 3.0)


def test_slow_seconds_stay_seconds() -> None:
    (call,) = calls("角色,内容,开始时间\n坐席,喂,0\n客户,嗯,60\n")
    assert [turn.start for turn in call.turns] == [0.0, 60.0]


def test_a_call_in_one_cell_is_parted_at_its_labels() -> None:
    talks = ["坐席:您好,我是云川银行的;客户:嗯", "【坐席】喂【客户】您好", ""]
    first, second, empty = items("录音编号,录音文本\n" + "".join(f'R{i},"{talk}"\n' for i, talk in enumerate(talks)))
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert [turn.speaker for turn in (*first.turns, *second.turns)] == [A, C, A, C]
    assert isinstance(empty, Skipped)


def test_bullets_numbers_and_bold_around_a_label_are_dress() -> None:
    (call,) = calls("# 录音\n\n**坐席**：您好\n- 客户：嗯\n3. 坐席：1. 先还一部分\n（4）**客户：** 好\n")
    assert said(call) == [(A, "您好"), (C, "嗯"), (A, "1. 先还一部分"), (C, "好")]


def test_names_that_come_again_are_speakers() -> None:
    (call,) = calls("开始时间：2026-03-02 10:15\n李专员：请问是陈平吗\n陈平：是\n李专员：我是银行的\n陈平：嗯\n")
    assert [turn.speaker for turn in call.turns] == [A, U, A, U]
    assert call.meta.started_at is not None


@pytest.mark.parametrize(
    ("label", "speaker", "relation"),
    [
        ("坐席张三", A, None),
        ("王女士（客户）", C, None),
        ("客户王先生", C, None),
        ("客户经理小李", A, None),
        ("客户母亲", C, Relation.FAMILY),
        ("借款人同事", C, Relation.THIRD_PARTY),
    ],
)
def test_labels_with_names_and_kin_are_understood(label: str, speaker: Speaker, relation: Relation | None) -> None:
    (call,) = calls(f"角色,内容\n{label},喂\n{label},您好\n")
    assert [turn.speaker for turn in call.turns] == [speaker, speaker]
    assert call.meta.relation is relation


def test_a_relative_who_speaks_once_is_not_taken_for_the_one_before() -> None:
    (call,) = calls("坐席：您好\n客户母亲：他不在\n坐席：再见\n")
    assert said(call) == [(A, "您好"), (C, "他不在"), (A, "再见")]


@pytest.mark.parametrize(
    "talk",
    [
        "0:03 坐席 您好，请问是陈平吗？\n0:06 客户 是我。\n0:08 坐席 我是银行的。\n",
        "坐席 您好，请问是陈平吗？\n客户 是我。\n坐席 我是银行的。\n",
        "坐席 - 您好，请问是陈平吗？\n客户 - 是我。\n坐席 - 我是银行的。\n",
        "坐席说：您好，请问是陈平吗？\n客户说：是我。\n坐席说：我是银行的。\n",
        "客服A: 您好，请问是陈平吗？\n客户B: 是我。\n客服A: 我是银行的。\n",
        "[坐席] 您好，请问是陈平吗？ [客户] 是我。 [坐席] 我是银行的。\n",
        "坐席：您好，请问是陈平吗？客户：是我。坐席：我是银行的。\n",
    ],
)
def test_labels_are_found_however_people_part_them_from_the_words(talk: str) -> None:
    (call,) = calls(talk)
    assert said(call) == [(A, "您好，请问是陈平吗？"), (C, "是我。"), (A, "我是银行的。")]


def test_names_above_a_talk_are_no_turns() -> None:
    head = "录音编号：LY1\n坐席：王倩（工号 1023）\n客户：陈平（138****1234）\n通话时间：2026年3月2日 10时15分\n\n"
    (call,) = calls(f"{head}坐席：您好\n客户：嗯\n")
    assert said(call) == [(A, "您好"), (C, "嗯")]
    assert call.call_id == "LY1"
    assert call.meta.extra["客户"] == "陈平（138****1234）"


@pytest.mark.parametrize("column", ["录音转写文本", "通话录音全文", "一整段"])
def test_whole_talks_in_a_column_of_any_name_are_calls(column: str) -> None:
    rows = f'编号,{column}\n7,"坐席：您好\n客户：嗯"\n8,"坐席：喂\n客户：您好"\n'
    first, second = calls(rows)
    assert (first.call_id, second.call_id) == ("7", "8")
    assert said(second) == [(A, "喂"), (C, "您好")]


def test_words_with_delimiters_that_nobody_quoted_stay_whole_in_the_last_column() -> None:
    (call,) = calls("角色,内容\n坐席,您好,我是银行的\n客户,嗯\n")
    assert said(call) == [(A, "您好,我是银行的"), (C, "嗯")]


def test_calls_under_their_ids_are_all_read() -> None:
    talk = [{"speaker": "坐席", "text": "您好"}, {"speaker": "客户", "text": "嗯"}]
    found = calls(json.dumps({"c1": {"dialog": talk}, "c2": {"dialog": talk}}, ensure_ascii=False))
    assert [call.call_id for call in found] == ["c1", "c2"]


def test_moments_may_count_from_1970() -> None:
    rows = [{"session": f"s{i // 2}", "from": "agent", "msg": "您好", "ts": 1772417700000 + 3000 * i} for i in range(4)]
    first, second = calls("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    assert (first.call_id, second.call_id) == ("s0", "s1")
    assert [turn.start for turn in second.turns] == [0.0, 3.0]
    assert first.meta.started_at is not None
    assert first.meta.started_at.isoformat() == "2026-03-02T10:15:00+08:00"


def test_the_head_of_a_meeting_is_no_speech_and_tells_when_it_began() -> None:
    head = "会议时间：2026/03/02 10:00:00-10:05:00\n\n关键词:\n账单\n\n文字记录:\n"
    (call,) = calls(
        f"{head}张三(00:00:12): 您好，请问是李四吗？\n李四(00:00:15): 是的。\n张三(00:00:18): 我是银行的。\n"
    )
    assert [turn.text for turn in call.turns] == ["您好，请问是李四吗？", "是的。", "我是银行的。"]
    assert call.meta.started_at is not None
    assert call.meta.started_at.isoformat() == "2026-03-02T10:00:00+08:00"


def test_dashes_in_a_subtitle_part_its_speakers() -> None:
    (call,) = calls("1\n00:00:05,500 --> 00:00:07,000\n- 您的账单到期了\n- 我知道\n")
    assert [turn.text for turn in call.turns] == ["您的账单到期了", "我知道"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空文件"),
        (b"[]", "没有任何内容"),
        (b"{}", "没有任何内容"),
        ("角色,内容\n".encode(), "表头下面没有任何内容"),
        (b"%PDF-1.7 \xe2\xe3", "是 PDF 文件"),
        (b"<!DOCTYPE html><html>", "是网页"),
        (b"RIFF\x24\x08\0\0WAVEfmt ", "是录音"),
        (b"Rar!\x1a\x07\0", "zip 以外的压缩包"),
        ("您好请问是王先生吗\n是的您说\n".encode(), "每句话前有“坐席：”"),
    ],
)
def test_what_is_no_transcript_is_told_by_what_it_is(data: bytes, words: str) -> None:
    assert words in told(data)


def test_a_file_of_our_own_imports_no_other_reader() -> None:
    script = (
        "import sys; from analyzer import formats\n"
        'list(formats.read_text_stream(b\'{"turns": [{"text": "x"}]}\'))\n'
        "print([m for m in sys.modules if m.startswith('analyzer.formats.')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    names = ("azure", "vendor", "chat", "text", "csv", "docx")
    assert not [name for name in names if f"formats.{name}'" in done.stdout]


def test_a_talk_in_plain_text_imports_no_reader_of_json() -> None:
    script = (
        "import sys; from analyzer import formats\n"
        "list(formats.read_text_stream('坐席：您好\\n客户：嗯\\n'.encode()))\n"
        "print([m for m in sys.modules if m.startswith('analyzer.formats.')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "formats.vendor'" not in done.stdout
    assert next(iter(FORMATS)) == "call.v1"
