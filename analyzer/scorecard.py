"""From findings to a score, a veto and a verdict; all numbers stand in ``lexicons/scorecard.yaml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analyzer.errors import Mistake, RulebookError
from analyzer.finding import CATEGORIES, DISCLOSURES, Disclosure, Finding, Severity

FILE = "scorecard.yaml"
KEYS = ("full", "floor", "pass_mark", "deduct", "suspected_share", "disclosures", "categories", "review_below")


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Points: ``full`` to start with, ``deduct`` per severity, ``disclosures`` per missing one.

    Attributes:
        suspected_share: which share of the deduction a suspected finding costs.
        ceilings: category -> the most that category may cost.
    """

    full: int = 100
    floor: int = 0
    pass_mark: int = 80
    deduct: Mapping[Severity, int] = field(default_factory=dict)
    suspected_share: float = 0.0
    disclosures: Mapping[str, int] = field(default_factory=dict)
    ceilings: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Mapping[str, object]) -> Scorecard:
        """Read the scorecard.

        Raises:
            RulebookError: with all mistakes.
        """
        wrong: list[str] = [f"不认识的键 {k}；允许：{' '.join(KEYS)}" for k in data if k not in KEYS]
        deduct = _numbers(data.get("deduct", {}), [s.code for s in Severity], "deduct", wrong)
        disclosures = _numbers(data.get("disclosures", {}), list(DISCLOSURES), "disclosures", wrong)
        ceilings = _numbers(data.get("categories", {}), list(CATEGORIES), "categories", wrong)
        plain = {
            k: data.get(k, d) for k, d in (("full", 100), ("floor", 0), ("pass_mark", 80), ("suspected_share", 0.0))
        }
        wrong += [f"{k} 应是数字" for k, v in plain.items() if not isinstance(v, (int, float)) or isinstance(v, bool)]
        if wrong:
            raise RulebookError([Mistake(FILE, 1, w) for w in wrong])
        return cls(
            int(str(plain["full"])),
            int(str(plain["floor"])),
            int(str(plain["pass_mark"])),
            {Severity.of(k): v for k, v in deduct.items()},
            float(str(plain["suspected_share"])),
            disclosures,
            ceilings,
        )

    def score(self, findings: Sequence[Finding], disclosures: Sequence[Disclosure]) -> int:
        """Points left; a rule costs once per call and a category at most its ceiling."""
        cost: dict[str, float] = {}
        worst: dict[str, float] = {}
        categories: dict[str, str] = {}
        for f in findings:
            share = {"violation": 1.0, "suspected": self.suspected_share}.get(f.status, 0.0)
            worst[f.rule] = max(worst.get(f.rule, 0.0), share * self.deduct.get(f.severity, 0))
            categories[f.rule] = f.category
        for rule, points in worst.items():
            cost[categories[rule]] = cost.get(categories[rule], 0.0) + points
        total = sum(min(points, self.ceilings.get(c, points)) for c, points in cost.items())
        total += sum(self.disclosures.get(d.id, 0) for d in disclosures if d.verdict == "missing")
        return max(self.floor, round(self.full - total))

    def verdict(self, findings: Sequence[Finding], score: int, *, assessable: bool, unsure: bool) -> tuple[str, bool]:
        """``(verdict, vetoed)``: a veto fails the call; something suspected or unsure sends it to review."""
        violations = [f for f in findings if f.status == "violation"]
        vetoed = any(f.veto for f in violations)
        if not assessable:
            return "not_assessable", False
        if vetoed or score < self.pass_mark:
            return ("review" if unsure else "fail"), vetoed
        if unsure or any(f.status == "suspected" for f in findings):
            return "review", False
        return "pass", False


def _numbers(value: object, allowed: Sequence[str], name: str, wrong: list[str]) -> dict[str, int]:
    if not isinstance(value, dict):
        wrong.append(f"{name} 应是“名称: 分数”")
        return {}
    for key, points in value.items():
        if key not in allowed:
            wrong.append(f"{name} 不认识 {key}；允许：{' '.join(allowed)}")
        elif not isinstance(points, int) or isinstance(points, bool) or points < 0:
            wrong.append(f"{name}.{key} 应是不小于 0 的整数")
    return {k: v for k, v in value.items() if k in allowed and isinstance(v, int)}
