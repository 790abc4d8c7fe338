"""call.v1: what is read, what is told, and what comes back."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.call import CHINA, Call, Meta, Relation, Speaker, Turn
from analyzer.errors import InputError, Skipped
from analyzer.formats import FORMATS, read, read_text_stream
from analyzer.formats.callv1 import to_wire

TURNS = [{"speaker": "agent", "text": "您好", "start": 0.0, "end": 1.5}, {"speaker": "customer", "text": "你说"}]


def calls_of(wire: object, name: str = "通话.json") -> list[Call | Skipped]:
    data = wire if isinstance(wire, bytes) else json.dumps(wire, ensure_ascii=False).encode()
    return list(read_text_stream(data, name))


def call_of(wire: object) -> Call:
    (call,) = calls_of(wire)
    assert isinstance(call, Call), call
    return call


def told(wire: object) -> str:
    """Why the only call of the input was skipped."""
    (call,) = calls_of(wire)
    assert isinstance(call, Skipped), call
    return call.reason


def test_one_object_an_array_and_jsonl_give_the_same_turns() -> None:
    one = json.dumps({"turns": TURNS}, ensure_ascii=False)
    pretty = json.dumps({"turns": TURNS}, ensure_ascii=False, indent=1)
    for text, count in (
        (one, 1),
        (pretty, 1),
        (f"[{one}]", 1),
        (f"[\n{pretty},\n{one}\n]\n", 2),
        (f"{one}\n\n{one}\n", 2),
    ):
        for mark in (b"", b"\xef\xbb\xbf"):
            calls = calls_of(mark + text.encode())
            assert len(calls) == count
            assert {call.turns for call in calls if isinstance(call, Call)} == {call_of({"turns": TURNS}).turns}


def test_ids_and_sources_come_from_file_name_and_line() -> None:
    one = json.dumps({"turns": TURNS})
    assert [(c.call_id, c.source) for c in calls_of(one.encode()) if isinstance(c, Call)] == [("通话", "通话.json")]
    lines = calls_of(f"{one}\n{one}\n".encode(), "b.jsonl")
    assert [(c.call_id, c.source) for c in lines if isinstance(c, Call)] == [
        ("b-1", "b.jsonl:1"),
        ("b-2", "b.jsonl:2"),
    ]
    array = calls_of(f"[\n{one},\n{one},{one}]".encode(), "b.json")
    assert [(c.call_id, c.source) for c in array if isinstance(c, Call)] == [
        ("b-1", "b.json:2"),
        ("b-2", "b.json:3"),
        ("b-3", "b.json:3#2"),
    ]


def test_line_ends_may_be_mixed() -> None:
    one = json.dumps({"turns": TURNS})
    calls = calls_of(f"{one}\r\n{one}\r{one}\n".encode())
    assert [call.source for call in calls] == ["通话.json:1", "通话.json:2", "通话.json:3"]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "big5hkscs", "utf-16"])
def test_jsonl_in_every_encoding(codec: str) -> None:
    line = json.dumps(
        {"turns": [{"speaker": "agent", "text": "您好，我是銀行的客服人員，請問是本人嗎"}]}, ensure_ascii=False
    )
    calls = calls_of(f"{line}\n{line}\n".encode(codec))
    assert [call.turns[0].text for call in calls if isinstance(call, Call)] == [
        "您好，我是銀行的客服人員，請問是本人嗎"
    ] * 2


def test_a_bad_line_is_skipped_with_its_number_and_the_rest_goes_on() -> None:
    good = json.dumps({"turns": TURNS})
    first, bad, last = calls_of(f"{good}\n{good[:-9]}\n{good}\n".encode())
    assert isinstance(first, Call)
    assert isinstance(bad, Skipped)
    assert isinstance(last, Call)
    assert (bad.line, bad.source) == (2, "通话.json")
    assert "JSON 语法错误" in bad.reason


def test_a_line_in_broken_utf8_is_skipped_alone() -> None:
    good = json.dumps({"turns": [{"text": "您好，请问是本人吗"}]}, ensure_ascii=False).encode()
    calls = calls_of(b"\n".join([good, good.replace("您".encode(), b"\xe6\x82"), good]))
    assert [type(call) for call in calls] == [Call, Skipped, Call]
    assert isinstance(calls[1], Skipped)
    assert "UTF-8" in calls[1].reason


def test_good_elements_before_a_broken_one_are_kept() -> None:
    good = json.dumps({"turns": TURNS})
    calls = calls_of(f'[{good},\n{good},\n{{"turns": [}}]'.encode())
    assert [type(call) for call in calls] == [Call, Call, Skipped]
    assert calls[-1].line == 3  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("wire", "path"),
    [
        ({"turns": [{"text": "a"}, {"text": 5}]}, "turns[1].text"),
        ({"turns": [{"speaker": "agent"}]}, "turns[0].text"),
        ({"turns": ["您好"]}, "turns[0]"),
        ({"turns": [{"text": "a", "start": "很早"}]}, "turns[0].start"),
        ({"turns": [{"text": "a", "end": True}]}, "turns[0].end"),
        ({"turns": [{"text": "a", "speaker": ["agent"]}]}, "turns[0].speaker"),
        ({"turns": {"text": "a"}}, "turns"),
        ({"turns": None}, "turns"),
        ({"turns": [], "meta": []}, "meta"),
        ({"turns": [], "call_id": {}}, "call_id"),
        ({"turns": [], "meta": {"started_at": "昨天"}}, "meta.started_at"),
        ({"turns": [], "meta": {"started_at": "2026-02-30 10:00"}}, "meta.started_at"),
        ({"turns": [], "meta": {"started_at": "2026-02-03"}}, "meta.started_at"),
        ({"turns": [], "meta": {"relation": "thrid_party"}}, "meta.relation"),
        ({"turns": [], "meta": {"days_past_due": 1.5}}, "meta.days_past_due"),
        ({"turns": [], "meta": {"principal": "很多"}}, "meta.principal"),
        ({"turns": [], "meta": {"guarantor": "也许"}}, "meta.guarantor"),
        ({"turns": [], "meta": {"creditor": ["a"]}}, "meta.creditor"),
    ],
)
def test_a_field_that_does_not_fit_is_named_by_its_path(wire: object, path: str) -> None:
    assert told(wire).startswith(f"字段 {path} ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"turns": [{"text": "a", "text": "b"}]}', "“text”重复"),
        ('{"turns": [{"text": "a"}], "turns" : []}', "“turns”重复"),
        ('{"turns": [{"text": "a", "te\\u0078t": "b"}]}', "“text”重复"),
        ('{"turns": [{"text": "a"}], "meta": {"x": {"y": 1, "y": 2}}}', "“y”重复"),
        ('{"turns": [{"text": "a", "start": NaN}]}', "NaN"),
        ('{"turns": [{"text": "a", "start": -Infinity}]}', "-Infinity"),
        ('{"turns": [{"text": "a", "start": 1e999}]}', "超出范围"),
    ],
)
def test_what_json_should_not_hold_is_told(text: str, words: str) -> None:
    assert words in told(text.encode())


def test_a_raw_control_character_skips_its_line_only() -> None:
    calls = calls_of(b'{"turns": [{"text": "a"}]}\n{"turns": [{"text": "a\x01\x00"}]}\n')
    assert isinstance(calls[1], Skipped)
    assert "控制字符" in calls[1].reason


def test_absurd_nesting_is_told() -> None:
    deep = "[" * 90 + "]" * 90
    assert "嵌套过深" in told(f'{{"turns": [], "meta": {{"x": {deep}}}}}'.encode())
    assert "嵌套过深" in told(f'{{"turns": [{{"text": "a", "x": {deep}}}]}}'.encode())
    with pytest.raises(InputError, match="嵌套过深"):
        calls_of(f'{{"turns": {"[" * 20_000}'.encode())
    assert "嵌套过深" in told(f'{{"turns": {"[" * 200_000}'.encode())


def test_a_broken_file_names_line_and_column() -> None:
    with pytest.raises(InputError, match=r"通话\.json:2：.*第 2 行第 \d+ 列缺少逗号"):
        calls_of(b'{"turns": [\n{"text": "a"} {"text": "b"}]}')


def test_json_without_turns_says_what_came_closest() -> None:
    with pytest.raises(InputError, match=r"最接近 call\.v1"):
        calls_of(b'{"dialogue": []}')


def test_a_text_that_looks_like_keys_is_not_a_duplicate() -> None:
    text = 'he said "text": and \\"text\\": "speaker" :'
    assert call_of({"turns": [{"speaker": "agent", "text": text}]}).turns[0].text == text


def test_lone_surrogates_become_the_replacement_character() -> None:
    call = call_of(b'{"turns": [{"text": "a\\ud800b"}], "meta": {"note": ["\\udfff"]}}')
    assert call.turns[0].text == "a\ufffdb"
    assert call.meta.extra["note"] == ["\ufffd"]


def test_unknown_keys_are_kept_and_labels_are_dropped() -> None:
    call = call_of(
        {"schema": "call.v1", "gold": {"x": 1}, "team": "三组", "meta": {"team": "二组", "mood": 3}, "turns": TURNS}
    )
    assert call.meta.extra == {"team": "二组", "top.team": "三组", "mood": 3}


def test_known_keys_beside_meta_are_taken_as_meta() -> None:
    call = call_of({"relation": "family", "creditor": "外", "meta": {"creditor": "内"}, "turns": []})
    assert (call.meta.relation, call.meta.creditor) == (Relation.FAMILY, "内")
    assert call.meta.extra == {"top.creditor": "外"}


def test_unknown_keys_of_turns_are_kept_one_value_per_turn() -> None:
    call = call_of({"turns": [{"text": "a", "emotion": "怒"}, {"text": "b"}]})
    assert call.meta.extra == {"turn_extra": {"emotion": ("怒", None)}}


def test_only_text_is_needed() -> None:
    call = call_of({"turns": [{"text": "您好"}]})
    assert call.turns == (Turn(Speaker.UNKNOWN, "您好"),)
    assert call.meta == Meta()


@pytest.mark.parametrize(
    ("label", "speaker"),
    [
        ("坐席", Speaker.AGENT),
        ("客户", Speaker.CUSTOMER),
        ("催收员", Speaker.AGENT),
        ("Agent", Speaker.AGENT),
        ("系统", Speaker.SYSTEM),
        ("unknown", Speaker.UNKNOWN),
    ],
)
def test_chinese_labels_are_mapped(label: str, speaker: Speaker) -> None:
    call = call_of({"turns": [{"speaker": label, "text": "a"}]})
    assert call.turns[0].speaker is speaker
    assert "voices" not in call.meta.extra


def test_labels_that_only_tell_voices_apart_are_kept_as_voices() -> None:
    call = call_of({"turns": [{"speaker": "spk0", "text": "a"}, {"speaker": 1, "text": "b"}, {"text": "c"}]})
    assert [turn.speaker for turn in call.turns] == [Speaker.UNKNOWN] * 3
    assert call.meta.extra["voices"] == ("spk0", "1", "")


@pytest.mark.parametrize("key", ["voice", "channel"])
def test_voice_and_channel_fill_the_voices(key: str) -> None:
    call = call_of({"turns": [{"text": "a", key: 0}, {"text": "b", key: "右"}, {"text": "c"}]})
    assert call.meta.extra == {"voices": ("0", "右", "")}


def test_a_label_that_states_the_relation_fills_it_only_when_it_is_missing() -> None:
    turns = [{"speaker": "坐席", "text": "a"}, {"speaker": "家属", "text": "b"}]
    assert call_of({"turns": turns}).meta.relation is Relation.FAMILY
    assert call_of({"turns": turns, "meta": {"relation": "self"}}).meta.relation is Relation.SELF
    assert call_of({"turns": [*turns, {"speaker": "本人", "text": "c"}]}).meta.relation is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02T10:15:00+08:00", datetime(2026, 3, 2, 10, 15, tzinfo=CHINA)),
        ("2026-03-02 10:15", datetime(2026, 3, 2, 10, 15, tzinfo=CHINA)),
        ("2026/3/2 9:05:07", datetime(2026, 3, 2, 9, 5, 7, tzinfo=CHINA)),
        ("2026年3月2日 10时15分", datetime(2026, 3, 2, 10, 15, tzinfo=CHINA)),
        ("2026-03-02T02:15:00.25Z", datetime(2026, 3, 2, 2, 15, 0, 250000, tzinfo=timezone.utc)),
        ("2026-03-02T10:15:00-0530", datetime(2026, 3, 2, 10, 15, tzinfo=timezone(-timedelta(hours=5, minutes=30)))),
    ],
)
def test_times_without_offset_are_china_time(text: str, moment: datetime) -> None:
    started = call_of({"turns": [], "meta": {"started_at": text}}).meta.started_at
    assert started is not None
    assert (started, started.utcoffset()) == (moment, moment.utcoffset())


def test_numbers_and_flags_written_as_text_are_understood() -> None:
    meta = call_of(
        {"turns": [], "meta": {"days_past_due": "12", "principal": "1,200.50", "ivr_notice": "是", "agent_id": 7}}
    ).meta
    assert (meta.days_past_due, meta.principal, meta.ivr_notice, meta.agent_id) == (12, 1200.5, True, "7")


def test_the_sample_is_read_by_its_own_format() -> None:
    calls = calls_of(FORMATS["call.v1"].sample.encode())
    assert [type(call) for call in calls] == [Call, Call]


def test_a_long_jsonl_file_is_streamed(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    line = json.dumps({"turns": [{"text": "您好，请问是本人吗" * 20}]}, ensure_ascii=False)
    path.write_text(f"{line}\n" * 400, encoding="utf-8")
    calls = read(path)
    assert isinstance(next(calls), Call)
    assert sum(1 for _ in calls) == 399


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
moments = st.datetimes(timezones=st.sampled_from([CHINA, timezone.utc])).map(lambda moment: moment)
numbers = st.floats(0, 1e6, allow_nan=False)
named = st.text("字母甲乙丙xyz", min_size=1, max_size=5)
metas = st.builds(
    Meta,
    started_at=st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(CHINA)),
    direction=st.none() | named,
    relation=st.none() | st.sampled_from(Relation),
    days_past_due=st.none() | st.integers(0, 9999),
    creditor=st.none() | named,
    amount_due=st.none() | numbers,
    ivr_notice=st.none() | st.booleans(),
    extra=st.dictionaries(named, st.none() | st.booleans() | words | st.lists(st.integers(-9, 9)), max_size=3),
)
turns = st.lists(st.builds(Turn, st.sampled_from(Speaker), words, st.none() | numbers, st.none() | numbers), max_size=5)


@given(named, turns.map(tuple), metas, st.booleans(), st.booleans())
def test_reading_what_was_written_gives_the_same_call(
    call_id: str, turns: tuple[Turn, ...], meta: Meta, voices: bool, more: bool
) -> None:
    if voices and turns:
        meta.extra["voices"] = tuple("AB"[i % 2] for i in range(len(turns)))  # type: ignore[index]
    if more and turns:
        meta.extra["turn_extra"] = {"情绪": tuple(range(1, len(turns) + 1))}  # type: ignore[index]
    call = Call(call_id, turns, meta, "通话.json")
    assert call_of(to_wire(call)) == call
