"""JSON and tables with anybody's names: found by usual names, or told by a mapping file."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from analyzer.call import CHINA, Call, Speaker
from analyzer.errors import InputError, Skipped
from analyzer.formats import format_of, mapping, read, read_text_stream

A, C, U = Speaker.AGENT, Speaker.CUSTOMER, Speaker.UNKNOWN
ODD = {"rows": [{"zjh": "k-1", "thread": [{"blah": "您好请问是本人吗", "z": "1"}, {"blah": "我是，您说", "z": "2"}]}]}
ODD_MAP = {
    "calls": "rows",
    "turns": "thread",
    "fields": {"text": "blah", "speaker": "z", "call_id": "zjh"},
    "speakers": {"1": "坐席", "2": "customer"},
}


def calls_of(wire: object, name: str = "导出.json") -> list[Call | Skipped]:
    data = wire if isinstance(wire, bytes) else json.dumps(wire, ensure_ascii=False).encode()
    return list(read_text_stream(data, name))


def call_of(wire: object) -> Call:
    (call,) = calls_of(wire)
    assert isinstance(call, Call), call
    return call


def files(folder: Path, **contents: object) -> list[str]:
    found = []
    for name, content in contents.items():
        path = folder / name.replace("_dot_", ".")
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        path.write_text(text, encoding="utf-8")
        found.append(str(path))
    return found


@pytest.mark.parametrize("text", ["content", "text", "sentence", "msg", "asrText", "内容"])
@pytest.mark.parametrize("who", ["role", "speaker", "角色", "from"])
def test_usual_names_are_found_however_deep(text: str, who: str) -> None:
    turns = [{who: "客服", text: "您好", "x": 1}, {who: "用户", text: "你说"}]
    for wire in (turns, {"dialog": turns}, {"code": 0, "data": {"result": {"list": turns}}}):
        call = call_of(wire)
        assert [(turn.speaker, turn.text) for turn in call.turns] == [(A, "您好"), (C, "你说")]


@pytest.mark.parametrize(("scale", "start"), [(1, 62.5), (1000, 62.5)])
def test_seconds_and_milliseconds_are_told_apart_by_how_fast_people_speak(scale: int, start: float) -> None:
    turns = [
        {"role": "客服", "content": "您好，请问是李女士吗", "begin": 62.5 * scale, "end": 65 * scale},
        {"role": "用户", "content": "是的，你说", "begin": 66 * scale, "end": 67.5 * scale},
    ]
    assert [turn.start for turn in call_of({"a": turns}).turns] == [start, 66.0]


def test_clocks_are_times_too() -> None:
    turns = [
        {"role": "客服", "content": "您好", "time": "00:01:02"},
        {"role": "用户", "content": "喂", "time": "00:01:05"},
    ]
    assert [turn.start for turn in call_of({"list": turns}).turns] == [62.0, 65.0]
    assert [turn.start for turn in call_of(turns).turns] == [62.0, 65.0]


def test_moments_count_from_the_first_and_begin_the_call() -> None:
    turns = [
        {"role": "客服", "content": "您好", "time": "2026-03-02 10:15:00"},
        {"role": "用户", "content": "喂", "time": "2026-03-02 10:15:04"},
    ]
    for wire in (turns, {"list": turns}):
        call = call_of(wire)
        assert [turn.start for turn in call.turns] == [0.0, 4.0]
        assert call.meta.started_at == datetime(2026, 3, 2, 10, 15, tzinfo=CHINA)


def test_turns_with_a_role_in_place_of_a_speaker_keep_who_says_them() -> None:
    wire = {"callId": "a", "turns": [{"role": "agent", "text": "您好"}, {"role": "customer", "text": "喂"}]}
    assert [turn.speaker for turn in call_of(wire).turns] == [A, C]


def test_the_call_around_the_turns_fills_the_metadata_and_keeps_the_rest() -> None:
    call = call_of({"seatNo": "A7", "mood": "坏", "info": {"phone": "138"}, "list": [{"role": "客服", "text": "您好"}]})
    assert (call.meta.agent_id, call.meta.dialled_number, call.meta.extra) == ("A7", "138", {"mood": "坏"})


def test_turns_one_a_line_are_grouped_by_their_call() -> None:
    rows = [("a", "客服", "您好"), ("b", "客服", "在吗"), ("a", "用户", "喂")]
    lines = "\n".join(json.dumps({"callId": i, "role": r, "words": w}, ensure_ascii=False) for i, r, w in rows)
    first, second = calls_of(lines.encode(), "导出.jsonl")
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert (first.call_id, len(first.turns), second.call_id) == ("a", 2, "b")


def test_whole_talks_one_a_line_are_calls() -> None:
    lines = "\n".join(json.dumps({"id": i, "dialog": "坐席：您好\n客户：喂"}, ensure_ascii=False) for i in range(2))
    assert [len(call.turns) for call in calls_of(lines.encode()) if isinstance(call, Call)] == [2, 2]


def test_a_bad_call_is_skipped_and_the_rest_goes_on() -> None:
    good = {"list": [{"role": "客服", "text": "您好"}]}
    results = calls_of([good, {"list": [{"role": "客服", "text": ["您好"]}]}, {"list": 5}, good])
    assert [type(result) for result in results] == [Call, Skipped, Skipped, Call]


def test_json_nobody_understands_says_how_to_go_on() -> None:
    with pytest.raises(InputError, match=r"最接近.*hegui formats map"):
        calls_of(ODD)


def test_a_mapping_reads_what_nobody_understands(tmp_path: Path) -> None:
    odd, how = files(tmp_path, odd_dot_json=ODD, how_dot_json={"format": "fields", **ODD_MAP})
    (call,) = read(odd, forced=how)
    assert isinstance(call, Call)
    assert call.call_id == "k-1"
    assert [(turn.speaker, turn.text) for turn in call.turns] == [(A, "您好请问是本人吗"), (C, "我是，您说")]


def test_a_mapping_names_the_columns_of_a_table(tmp_path: Path) -> None:
    how = {"fields": {"text": "说啥", "speaker": "谁", "agent_id": "小二"}, "speakers": {"甲": "agent"}}
    table, how_path = files(tmp_path, t_dot_csv="谁,说啥,小二\n甲,您好,A7\n乙,喂,\n", how_dot_json=how)
    (call,) = read(table, forced=how_path)
    assert isinstance(call, Call)
    assert ([turn.speaker for turn in call.turns], call.meta.agent_id) == ([A, U], "A7")


def test_a_mapping_says_which_channel_is_the_agent_in_any_format(tmp_path: Path) -> None:
    sentences = [{"Text": "您好", "BeginTime": 0, "EndTime": 9, "ChannelId": 0}]
    sentences += [{"Text": "喂", "BeginTime": 10, "EndTime": 19, "ChannelId": 1}]
    files(tmp_path, hegui_dot_map_dot_json={"speakers": {"0": "客户", "声道1": "坐席"}})
    (path,) = files(tmp_path, a_dot_json={"Result": {"Sentences": sentences}})
    (call,) = read(path)
    assert isinstance(call, Call)
    assert [turn.speaker for turn in call.turns] == [C, A]


@pytest.mark.parametrize(
    ("wire", "words"),
    [
        ("{", "JSON 语法错误"),
        ([], "应为一个对象"),
        ({"text": "x"}, r"字段 text 不认识的键；可用：format、"),
        ({"fields": {"txt": "x"}}, r"字段 fields\.txt 不认识的字段；可用：text、speaker"),
        ({"fields": {"text": 5}}, "应为文本"),
        ({"fields": []}, "应为对象"),
        ({"unit": "min"}, "不认识的单位“min”"),
        ({"speakers": {"1": "张三"}}, r"speakers\.1"),
        ({"format": "nope"}, "“nope”不存在"),
    ],
)
def test_a_bad_mapping_is_told(tmp_path: Path, wire: object, words: str) -> None:
    talk, how = files(tmp_path, a_dot_txt="坐席：您好\n客户：喂\n", how_dot_json=wire)
    with pytest.raises(InputError, match=words):
        list(read(talk, forced=how))


def test_a_mapping_survives_being_written_and_read() -> None:
    first = mapping.load("a", json.dumps({**ODD_MAP, "unit": "ms", "file_name": "{agent_id}"}).encode())
    assert mapping.load("b", mapping.as_text(first).encode()) == first


def test_a_misspelt_format_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match="是不是想用 tencent"):
        list(read_text_stream(b"x", forced="tencet"))


def test_the_format_of_a_file_can_be_asked(tmp_path: Path) -> None:
    (path,) = files(tmp_path, a_dot_bin="WEBVTT\n\n00:01.000 --> 00:02.000\n您好\n")
    assert format_of(path) == "vtt"
