from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analyzer.text.frames import Concept, FramePattern, parse
from analyzer.text.gate import Gate, tabulate

CONCEPTS = {
    c.name: c
    for c in (
        Concept("we", ("我", "我们", "这边"), common=True),
        Concept("police", ("公安局", "派出所", "经侦")),
        Concept("amount", pattern="[0-9]{2,6}元"),
    )
}
SOURCES = (
    "{we} {police}",
    "{police} …3 抓|拘",
    "{we}? 报警*",
    "!不 {police} {amount}",
    "^ 派出所 $",
    "{amount} …… {police}",
)
FRAMES = [parse(s, CONCEPTS) for s in SOURCES]
TALK = st.lists(
    st.sampled_from(["我", "我们", "派出所", "公安局", "抓", "拘", "报警", "不", "100元", "，", "。", "的", "😀"]),
    max_size=12,
).map("".join)


def gate(speakers: tuple[str, ...] = ("any",) * len(FRAMES), rare: tuple[str, ...] = ()) -> Gate:
    return Gate(tabulate(FRAMES, CONCEPTS, ["公安县"], range(len(FRAMES)), rare), speakers)


@given(texts=st.lists(TALK, min_size=1, max_size=4))
def test_a_frame_that_stands_in_a_text_always_passes_the_gate(texts: list[str]) -> None:
    looking = gate()
    for text, seen in zip(texts, looking.look(texts, ["agent"] * len(texts)), strict=True):
        assert looking.seen(text) == seen
        passed = set(seen.frames)
        for number, frame in enumerate(FRAMES):
            pattern = FramePattern(frame, CONCEPTS)
            stands = re.search(pattern._compiled(), text) is not None
            tries = [pattern.search(text) for _ in range(4)]
            assert all(t == tries[0] for t in tries)
            assert bool(tries[0]) == stands
            assert number in passed or not stands
            assert (number in passed) == looking.open(number, seen)


def test_frames_are_looked_up_for_their_speaker_only() -> None:
    looking = gate(("agent", "customer", "any", "customer", "customer", "customer"))
    said = "我们公安局要抓,报警"
    assert set(looking.seen(said, "agent").frames) == {0, 2}
    assert set(looking.seen(said, "customer").frames) == {1, 2, 3, 5}
    assert set(looking.seen(said, "system").frames) == {2}


def test_a_frame_is_looked_up_under_its_rarest_part() -> None:
    def keys(looked_up: Iterable[int], *sentences: str) -> list[int]:
        return np.frombuffer(tabulate(FRAMES, CONCEPTS, (), looked_up, sentences).keys, np.int32).tolist()

    we, police = 0, 1
    assert keys(range(len(FRAMES)), "我们说", "我在", "我去派出所")[0] == police
    assert keys(range(len(FRAMES)), "派出所", "公安局")[0] == we
    assert keys([1], "派出所", "公安局")[0] == -1


def test_cover_words_are_told_with_their_places() -> None:
    assert [s.covers for s in gate().look(["去公安县", "公安局"], ["agent", "agent"])] == [[(1, 4)], []]
