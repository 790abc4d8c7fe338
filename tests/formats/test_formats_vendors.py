"""Recognisers' JSON: the traps of each vendor, and that a surprise names its field."""

from __future__ import annotations

import copy
import json
from importlib import import_module
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented_transcripts import every

from analyzer.call import Call, Speaker
from analyzer.errors import InputError, Skipped
from analyzer.formats import FORMATS, read_text_stream

A, C, U = Speaker.AGENT, Speaker.CUSTOMER, Speaker.UNKNOWN
JSON = [(name, data) for name, samples in every().items() for path, data in samples if path.endswith(".json")]


def calls_of(wire: object, **options: str) -> list[Call | Skipped]:
    data = wire if isinstance(wire, bytes) else json.dumps(wire, ensure_ascii=False).encode()
    return list(read_text_stream(data, "录音.json", **options))  # type: ignore[arg-type]


def call_of(wire: object, **options: str) -> Call:
    (call,) = calls_of(wire, **options)
    assert isinstance(call, Call), call
    return call


def voices(call: Call) -> object:
    return call.meta.extra.get("voices")


def tencent(*speakers: int) -> dict[str, object]:
    details = [
        {"FinalSentence": "您好您好", "StartMs": 1000 * i, "EndMs": 1000 * i + 900, "SpeakerId": speaker}
        for i, speaker in enumerate(speakers)
    ]
    return {"Data": {"TaskId": 1, "Status": 2, "ResultDetail": details}}


def test_speaker_zero_alone_means_that_nobody_told_the_voices_apart() -> None:
    assert voices(call_of(tencent(0, 0, 0))) is None
    assert voices(call_of(tencent(0, 1, 0))) == ("说话人0", "说话人1", "说话人0")


def test_channels_that_were_recognised_one_after_the_other_are_sorted_by_time() -> None:
    sentences = [
        {"Text": text, "BeginTime": begin, "EndTime": begin + 500, "ChannelId": channel}
        for text, begin, channel in (("甲一", 0, 0), ("甲二", 2000, 0), ("乙一", 1000, 1))
    ]
    call = call_of({"StatusText": "SUCCESS", "Result": {"Sentences": sentences}})
    assert [turn.text for turn in call.turns] == ["甲一", "乙一", "甲二"]
    assert [turn.start for turn in call.turns] == [0.0, 1.0, 2.0]


def test_a_failed_task_says_that_nothing_was_recognised() -> None:
    with pytest.raises(InputError, match="没有任何识别出的文字"):
        calls_of({"Data": {"TaskId": 1, "Status": 3, "StatusStr": "failed", "Result": ""}}, forced="tencent")


def test_one_failed_task_of_several_is_skipped_and_the_rest_goes_on() -> None:
    good = {"task_id": "a", "task_result": {"result": ["您好"]}}
    bad = {"task_id": "b", "task_result": {"result": []}}
    first, second = calls_of({"tasks_info": [good, bad]})
    assert isinstance(first, Call)
    assert first.call_id == "a"
    assert isinstance(second, Skipped)


def test_a_surprise_names_its_field() -> None:
    wire = tencent(0, 1)
    wire["Data"]["ResultDetail"][1]["StartMs"] = [1]  # type: ignore[index]
    with pytest.raises(InputError, match=r"字段 Data\.ResultDetail\[1\]\.StartMs 应为时间"):
        calls_of(wire)


def test_results_one_a_line_are_calls_of_their_own() -> None:
    lines = b"\n".join(json.dumps(tencent(0, 1)).encode() for _ in range(3)) + b"\n{broken\n"
    calls = calls_of(lines)
    assert [type(call) for call in calls] == [Call, Call, Call, Skipped]
    assert [call.call_id for call in calls if isinstance(call, Call)] == ["录音-1", "录音-2", "录音-3"]
    assert calls[3].line == 4  # type: ignore[union-attr]


def test_a_list_of_results_gives_a_call_each() -> None:
    calls = calls_of([tencent(0, 1), tencent(0, 0)])
    assert [call.call_id for call in calls if isinstance(call, Call)] == ["录音-1", "录音-2"]


def test_words_with_several_speakers_part_a_segment_of_whisperx() -> None:
    words = [{"word": w, "start": i, "end": i + 1, "speaker": f"S{i // 2}"} for i, w in enumerate("您好我是")]
    call = call_of({"segments": [{"start": 0, "end": 4, "text": "您好我是", "words": words}], "language": "zh"})
    assert [(turn.text, turn.start, turn.end) for turn in call.turns] == [("您好", 0.0, 2.0), ("我是", 2.0, 4.0)]


def test_marks_of_sensevoice_are_no_speech() -> None:
    call = call_of([{"key": "a", "text": "<|zh|><|ANGRY|><|Speech|><|withitn|>您什么时候还款？"}])
    assert [turn.text for turn in call.turns] == ["您什么时候还款？"]


def test_words_of_google_are_read_once_although_the_last_result_says_them_again() -> None:
    (call,) = read_text_stream(every()["google"][0][1])
    assert isinstance(call, Call)
    assert "".join(turn.text for turn in call.turns).count("请问是赵先生吗") == 1


def test_roles_of_call_centre_products_are_known() -> None:
    for name, at in (("aliyun-sca", 0), ("contact-lens", 0), ("huawei", 0)):
        (call,) = read_text_stream(every()[name][at][1])
        assert isinstance(call, Call)
        assert [turn.speaker for turn in call.turns] == [A, C, A, C, A, C]


def test_an_utterance_of_words_ends_at_a_voice_a_pause_or_a_full_stop() -> None:
    def item(content: str, start: float | None, speaker: str) -> dict[str, object]:
        times = {} if start is None else {"start_time": f"{start}", "end_time": f"{start + 0.5}"}
        kind = "punctuation" if start is None else "pronunciation"
        return {**times, "type": kind, "speaker_label": speaker, "alternatives": [{"content": content}]}

    items = [item("您好", 0.0, "spk_0"), item("。", None, "spk_0")]
    items += [item("请问", 0.5, "spk_0"), item("是", 3.0, "spk_0")]
    items += [item("喂", 3.5, "spk_1"), item("OK", 4.0, "spk_1"), item("bye", 4.5, "spk_1")]
    call = call_of({"results": {"transcripts": [{"transcript": "x"}], "items": items}})
    assert [turn.text for turn in call.turns] == ["您好。", "请问", "是", "喂OK bye"]


def test_segments_of_the_real_time_api_are_turns() -> None:
    segments = [
        {"Transcript": {"ParticipantRole": role, "Content": "您好", "BeginOffsetMillis": at, "EndOffsetMillis": at + 9}}
        for at, role in ((0, "AGENT"), (500, "CUSTOMER"))
    ]
    call = call_of({"Channel": "VOICE", "Segments": [*segments, {"Categories": {"MatchedCategories": []}}]})
    assert [(turn.speaker, turn.start) for turn in call.turns] == [(A, 0.0), (C, 0.5)]


def test_a_list_of_words_becomes_utterances() -> None:
    spoken = [("a", "您好请问是李女士吗"), ("b", "我是你说吧"), ("a", "好")]
    letters = [(speaker, letter) for speaker, text in spoken for letter in text]
    words = [{"text": w, "start": i / 5, "end": i / 5 + 0.2, "speaker_id": s} for i, (s, w) in enumerate(letters)]
    call = call_of({"language_code": "zh", "text": "…", "words": words})
    assert [turn.text for turn in call.turns] == [text for _, text in spoken]
    assert voices(call) == ("a", "b", "a")


@st.composite
def injured(draw: st.DrawFn) -> tuple[str, object]:
    """A sample with one to three of its values replaced by something else, or left out."""
    name, data = draw(st.sampled_from(JSON))
    wire = copy.deepcopy(json.loads(data))
    for _ in range(draw(st.integers(1, 3))):
        box = {"root": wire}
        holder: Any = box
        key: Any = "root"
        while isinstance(holder[key], (dict, list)) and holder[key] and draw(st.integers(0, 5)):
            holder = holder[key]
            key = draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else list(range(len(holder)))))
        strange = st.sampled_from([None, True, -1, 1e300, "", "x", "1:2:3", [], {}, [[]], [{}], {"text": 1}, "[", "{}"])
        if draw(st.booleans()) or holder is box:
            holder[key] = draw(strange)
        else:
            del holder[key]
        wire = box["root"]
    return name, wire


@given(injured(), st.booleans())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_injured_result_gives_calls_or_a_clear_error(case: tuple[str, object], force: bool) -> None:
    name, wire = case
    try:
        results = calls_of(wire, **({"forced": name} if force else {}))
    except InputError as error:
        assert str(error).startswith("录音.json")  # noqa: PT017  both outcomes are right, this one must name the file
        return
    assert all(isinstance(result, (Call, Skipped)) for result in results)
    for call in results:
        if isinstance(call, Call):
            assert call.turns
            assert all(turn.text for turn in call.turns)


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("call.v1", "zip", "rttm")])
def test_a_forced_format_says_what_is_missing_in_a_file_of_another(name: str) -> None:
    with pytest.raises(InputError):
        list(read_text_stream('{"weather": "今天天气很好，我们出去走走"}'.encode(), "a.json", forced=name))


VENDORS = sorted({name for name, _ in JSON} - {"call.v1", "fields"})


@pytest.mark.parametrize("name", VENDORS)
def test_a_reader_says_where_its_shape_is_written_down_and_what_its_times_count(name: str) -> None:
    told = import_module(f"analyzer.formats.{name.replace('-', '_')}").__doc__ or ""
    assert "https://" in told
    assert any(unit in told.lower() for unit in ("second", "milli", "ticks"))
    assert "``" in told
