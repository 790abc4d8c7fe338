"""How rule and model combine: one small table."""

from __future__ import annotations

from analyzer.classify.model import Threshold

RULE = ("violation", "suspected", "none")
MODEL = ("sure", "likely", "silent", "doubt")
TABLE: dict[tuple[str, str], str | None] = {
    ("violation", "sure"): "violation",
    ("violation", "likely"): "violation",
    ("violation", "silent"): "violation",
    ("violation", "doubt"): "excused",
    ("suspected", "sure"): "violation",
    ("suspected", "likely"): "violation",
    ("suspected", "silent"): "suspected",
    ("suspected", "doubt"): "excused",
    ("none", "sure"): "violation",
    ("none", "likely"): "suspected",
    ("none", "silent"): None,
    ("none", "doubt"): None,
}
"""(what the rules say, what the model says) -> status of the finding; None: no finding.

``sure``: on unseen stories at least 98 of 100 such votes were right. ``likely``: more often right than wrong.
``doubt``: so improbable that on stories which the rules' writers had not read their hits were more often wrong than
right; such a finding is kept as excused, with the reason. A model's vote alone never vetoes a call.
"""
BESIDE = ("sure", "likely")
"""What the model must say of a second category on a turn whose first it believes more: one deed is one finding."""
STANDS_FOR = (
    {"threat", "harassment"},
    {"threat", "third_party_pressure"},
    {"harassment", "third_party_pressure"},
    {"threat", "obstruct_complaint"},
    {"abuse", "attitude"},
)
"""Pairs of categories that one utterance could fairly be called by either."""


def said(chance: float, threshold: Threshold) -> str:
    """What a probability says: one of ``MODEL``."""
    if threshold.sure is not None and chance >= threshold.sure:
        return "sure"
    if chance >= threshold.likely:
        return "likely"
    return "doubt" if chance < threshold.doubt else "silent"


def kin(category: str) -> set[str]:
    """The category and those that may stand for it."""
    return {category}.union(*(pair for pair in STANDS_FOR if category in pair))
