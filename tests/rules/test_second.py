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
    both = _beside(list(found), 3, chances, MODEL)  # type: ignore[arg-type]
    assert [f and f.rule for f in both] == [f.rule for f in found]
    assert all(f.excused_by for f in both if f is not None and f.status == "excused" and f not in found)
    return {f.category for f in both if f is not None and (f.status != "excused" or f in found)}


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

    def counted(*found: Finding) -> list[str]:
        return [f.category for f in merged(found) if f.status != "excused"]

    assert counted(rude, finding("threat")) == ["threat"]
    assert [f.excused_by for f in merged([rude, finding("threat")])] == [None, "同一句话已记为威胁恐吓"]
    assert counted(rude) == ["attitude"]
    assert counted(rude, finding("threat", status="suspected")) == ["attitude", "threat"]
    assert counted(rude, finding("contact_time")) == ["contact_time", "attitude"]
