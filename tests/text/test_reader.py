from __future__ import annotations

from conftest import shipped
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.call import Speaker, Turn
from analyzer.rules.rulebook import Rulebook
from analyzer.text.reader import CallReading, Mark

PIECES = st.lists(
    st.sampled_from(
        [
            "我是",
            "市公安局",
            "公*安 局",
            "派出所",
            "😀",
            "é",
            "e\u0301",
            "\ud800",
            "嗯",
            "的。",
            "我我",
            "攻安",
            "\n",
            "\u200b",
            "起诉你",
            "",
        ]
    ),
    max_size=12,
).map("".join)
TURNS = st.lists(
    st.tuples(st.sampled_from([Speaker.AGENT, Speaker.CUSTOMER]), PIECES | st.text(max_size=20)), min_size=1, max_size=8
)


def marks(reading: CallReading) -> list[Mark]:
    return [m for frame, units in reading.candidates.items() for u in units for m in reading.marks(frame, u)]


@settings(deadline=None, max_examples=200)
@given(turns=TURNS)
def test_every_quote_is_what_stands_at_its_offsets(turns: list[tuple[Speaker, str]]) -> None:
    given_turns = [Turn(s, t) for s, t in turns]
    reading = shipped().lexicon.read(given_turns)
    for mark in marks(reading):
        unit = reading.units[mark.unit]
        for place in (
            reading.place(unit, (mark.match.start, mark.match.end), mark.match.decisive),
            reading.place(unit, mark.match.decisive),
        ):
            assert given_turns[place.turn].text[place.start : place.end] == place.quote
            assert place.quote
            assert unit.first_turn <= place.turn <= unit.last_turn


def test_a_sentence_broken_in_two_turns_is_read_as_one(rulebook: Rulebook) -> None:
    reading = rulebook.lexicon.read([Turn(Speaker.AGENT, "我这边是"), Turn(Speaker.AGENT, "派出所的")])
    assert [u.text for u in reading.units] == ["我这边是派出所的"]
    assert any(reading.place(reading.units[0], m.match.decisive).quote == "派出所" for m in marks(reading))


def test_turns_of_different_speakers_are_not_joined(rulebook: Rulebook) -> None:
    reading = rulebook.lexicon.read([Turn(Speaker.AGENT, "我这边是"), Turn(Speaker.CUSTOMER, "派出所的")])
    assert len(reading.units) == 2


def test_empty_turns_do_no_harm(rulebook: Rulebook) -> None:
    turns = [
        Turn(Speaker.AGENT, ""),
        Turn(Speaker.AGENT, "我是派出所的"),
        Turn(Speaker.CUSTOMER, ""),
        Turn(Speaker.AGENT, ""),
    ]
    reading = rulebook.lexicon.read(turns)
    assert {reading.place(reading.units[m.unit], m.match.decisive).turn for m in marks(reading)} == {1}
