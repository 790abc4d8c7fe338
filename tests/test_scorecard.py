from __future__ import annotations

import pytest

from analyzer.errors import RulebookError
from analyzer.finding import Disclosure, Finding, Severity
from analyzer.scorecard import Scorecard

CARD = Scorecard.of(
    {
        "full": 100,
        "pass_mark": 80,
        "deduct": {"fatal": 60, "serious": 25, "minor": 5},
        "disclosures": {"recording_notice": 2},
        "categories": {"attitude": 8},
    }
)


def finding(
    rule: str, severity: Severity, category: str = "threat", status: str = "violation", veto: bool = False
) -> Finding:
    return Finding(rule, category, severity, "", "", status=status, veto=veto)


def verdict(*findings: Finding, unsure: bool = False) -> tuple[str, bool]:
    return CARD.verdict(findings, CARD.score(findings, []), assessable=True, unsure=unsure)


def test_a_rule_costs_once_however_often_it_is_broken() -> None:
    twice = [finding("a", Severity.SERIOUS)] * 2
    assert CARD.score(twice, []) == 75


def test_a_category_costs_no_more_than_its_ceiling() -> None:
    rude = [finding(r, Severity.MINOR, "attitude") for r in "abc"]
    assert CARD.score(rude, []) == 92


def test_excused_and_suspected_findings_cost_nothing() -> None:
    soft = [finding("a", Severity.FATAL, status="excused"), finding("b", Severity.FATAL, status="suspected")]
    assert CARD.score(soft, []) == 100


def test_only_missing_disclosures_cost() -> None:
    assert CARD.score([], [Disclosure("recording_notice", "missing", "")]) == 98
    assert CARD.score([], [Disclosure("recording_notice", "not_applicable", "")]) == 100


def test_the_score_does_not_fall_below_the_floor() -> None:
    assert CARD.score([finding(r, Severity.FATAL) for r in "abcd"], []) == 0


def test_a_veto_fails_a_call_whatever_its_score() -> None:
    assert verdict(finding("a", Severity.NOTICE, veto=True)) == ("fail", True)


def test_what_is_only_suspected_goes_to_review() -> None:
    assert verdict(finding("a", Severity.FATAL, status="suspected", veto=True)) == ("review", False)


def test_a_call_below_the_pass_mark_fails_and_a_clean_one_passes() -> None:
    assert verdict(finding("a", Severity.SERIOUS)) == ("fail", False)
    assert verdict() == ("pass", False)


def test_a_failing_call_with_unsure_speakers_goes_to_review() -> None:
    assert verdict(finding("a", Severity.FATAL, veto=True), unsure=True) == ("review", True)


def test_all_mistakes_of_a_scorecard_are_told() -> None:
    with pytest.raises(RulebookError) as error:
        Scorecard.of({"deduct": {"deadly": 3, "minor": -1}, "colour": 1, "pass_mark": "x"})
    for part in ("deadly", "deduct.minor", "colour", "pass_mark"):
        assert part in str(error.value)
