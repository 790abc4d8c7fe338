from __future__ import annotations

from analyzer.call import Call, Speaker, Turn
from analyzer.dialogue.timing import measured

A, C = Speaker.AGENT, Speaker.CUSTOMER


def call(*turns: tuple[Speaker, str, float | None, float | None]) -> tuple[Call, tuple[Speaker, ...]]:
    return Call("t", tuple(Turn(*t) for t in turns)), tuple(t[0] for t in turns)


def test_silence_talking_over_and_speed_are_measured() -> None:
    timing = measured(
        *call((A, "一二三四五六七八九十。", 0.0, 6.0), (C, "嗯，好", 5.0, 8.0), (A, "一二三四五", 12.0, 16.0))
    )
    assert timing is not None
    assert (timing.length, timing.longest_gap, timing.gap_after, timing.overlap) == (16.0, 4.0, 1, 1.0)
    assert timing.silence == 0.25
    assert timing.agent_rate == 90


def test_a_short_turn_inside_a_long_one_makes_no_gap() -> None:
    timing = measured(*call((A, "说", 0.0, 10.0), (C, "嗯", 3.0, 4.0), (A, "说", 11.0, 12.0)))
    assert timing is not None
    assert (timing.longest_gap, timing.gap_after, timing.overlap) == (1.0, 0, 1.0)


def test_the_speed_of_a_few_words_says_nothing() -> None:
    timing = measured(*call((A, "喂", 0.0, 1.0), (C, "喂", 1.0, 2.0)))
    assert timing is not None
    assert (timing.agent_rate, timing.gap_after) == (None, None)


def test_without_times_nothing_is_measured() -> None:
    assert measured(*call((A, "喂", None, None), (C, "喂", None, None))) is None
    assert measured(*call((A, "喂", 0.0, None), (C, "喂", 2.0, 1.0))) is None
    assert measured(*call()) is None
