from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from analyzer.check import merged
from analyzer.classify.model import Threshold
from analyzer.finding import Finding, Severity
from analyzer.rules.second import _beside

EVEN = Threshold(likely=0.7, sure=0.95, doubt=0.05, slope=1, offset=0)
MODEL = SimpleNamespace(manifest=SimpleNamespace(thresholds=dict.fromkeys(("threat", "abuse", "attitude"), EVEN)))


def finding(category: str, **changed: object) -> Finding:
    plain = Finding(
        f"{category}.a", category, Severity.SERIOUS, "m", "a", 0.95, "violation", ("lexicon",), 3, 0, 2, "话"
    )
    return replace(plain, **changed)


def kept(found: list[Finding], **chances: float) -> set[str]:
    return {f.category for f in _beside(list(found), 3, chances, MODEL) if f is not None}  # type: ignore[arg-type]


def test_a_second_category_on_a_turn_needs_the_voice_of_the_model() -> None:
    both = [finding("threat"), finding("abuse")]
    assert kept(both, threat=0.9, abuse=0.3) == {"threat"}
    assert kept(both, threat=0.2, abuse=0.3) == {"abuse"}
    assert kept(both, threat=0.9, abuse=0.8) == {"threat", "abuse"}


def test_one_category_excused_words_and_other_turns_are_left_alone() -> None:
    assert kept([finding("threat")], threat=0.0, abuse=0.0) == {"threat"}
    assert kept([finding("threat"), finding("abuse", status="excused")], threat=0.9, abuse=0.1) == {"threat", "abuse"}
    assert kept([finding("threat"), finding("abuse", turn=5)], threat=0.9, abuse=0.1) == {"threat", "abuse"}
    assert kept([finding("threat"), finding("contact_time")], threat=0.9) == {"threat", "contact_time"}


def test_bad_manners_are_no_finding_of_their_own_beside_something_worse() -> None:
    rude = finding("attitude", severity=Severity.MINOR, start=5, end=7)
    assert [f.category for f in merged([rude, finding("threat")])] == ["threat"]
    assert [f.category for f in merged([rude])] == ["attitude"]
    assert len(merged([rude, finding("threat", status="suspected")])) == 2
    assert len(merged([replace(rude, status="excused"), finding("threat")])) == 2
    assert len(merged([rude, finding("contact_time")])) == 2
