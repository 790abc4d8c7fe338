"""The second labelling of the stories: who was asked, what came of it, and that the figures are those of the files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from analyzer.call import Speaker
from analyzer.classify import corpus
from analyzer.classify.corpus import Utterance
from analyzer.errors import CorpusError, HeguiError
from analyzer.workshop import agreement

FOLDER = Path(__file__).parents[2] / "data" / "training"


@pytest.fixture(scope="module")
def stories() -> list[Utterance]:
    return corpus.read(sorted(FOLDER.glob("*.txt")))


def test_the_figures_are_those_of_the_stories_and_the_second_labels(stories: list[Utterance]) -> None:
    stored = agreement.load(FOLDER / agreement.AGREEMENT)
    assert stored is not None
    second = agreement.read(FOLDER / agreement.SECOND_HAND)
    again = agreement.compare(stories, second, checked_by=stored.checked_by, date=stored.date)
    assert again == stored, "run python tools/second_hand.py"


def test_the_sample_is_a_tenth_spread_over_the_stories(stories: list[Utterance]) -> None:
    taken = agreement.sample(stories)
    agents = [u for u in stories if u.speaker is Speaker.AGENT]
    assert 0.1 <= len(taken) / len(agents) < 0.11
    assert max(Counter(u.story for u in taken).values()) <= agreement.MOST
    assert {u.author for u in taken} == {u.author for u in agents}
    assert [agreement.name_of(u) for u in taken] == [agreement.name_of(u) for u in agreement.sample(stories)]


def test_the_labelled_utterances_still_stand_in_the_stories(stories: list[Utterance]) -> None:
    names = {agreement.name_of(u) for u in stories if u.speaker is Speaker.AGENT}
    second = agreement.read(FOLDER / agreement.SECOND_HAND)
    assert len(names & set(second)) > 0.9 * len(second), (
        "label a fresh sample: python tools/second_hand.py --sample 0 100"
    )


def test_kappa_is_cohens() -> None:
    pairs = [("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15
    assert agreement.kappa(pairs) == 0.4
    assert agreement.kappa([]) == agreement.kappa([("a", "a")]) == 1.0


def test_what_both_say_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "x-01.txt"
    lines = [
        "@ x-1 org=bank rel=self",
        "a threat|等着瞧",
        "a ok|您好",
        "a abuse,threat|滚",
        "a ok|再见",
        "a attitude|哼",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    every = corpus.read([path])
    said = [{"threat"}, set[str](), {"threat"}, {"abuse"}, {"abuse"}]
    second = {agreement.name_of(u): frozenset(s) for u, s in zip(every, said, strict=True)}
    found = agreement.compare(every, second, checked_by="某人", date="2026-01-01")
    assert (found.utterances, found.innocent, found.both_violations, found.category, found.same) == (5, 4, 3, 2, 2)
    threat = found.categories["threat"]
    assert (threat.both, threat.first, threat.second) == (2, 0, 0)
    assert [d.split()[2:] for d in found.disputed] == [
        ["abuse,threat", "threat"],
        ["ok", "abuse"],
        ["attitude", "abuse"],
    ]
    assert any("违规与否一致" in line for line in found.told())


def test_mistakes_in_the_files_are_told(tmp_path: Path) -> None:
    path = tmp_path / "second_hand.tsv"
    path.write_text(f"{agreement.HEAD}\nx-1\tabc\tok\nx-1\tabc\trude\nx-1 abc ok\n", encoding="utf-8")
    with pytest.raises(CorpusError) as error:
        agreement.read(path)
    assert [m.line for m in error.value.mistakes] == [3, 4]
    (tmp_path / "agreement.json").write_text("{", encoding="utf-8")
    with pytest.raises(HeguiError, match=r"agreement\.json：读不了"):
        agreement.load(tmp_path / "agreement.json")
    assert agreement.load(tmp_path / "none.json") is None
