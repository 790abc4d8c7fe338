"""What many reports add up to, by category, day, agent, team, rule and disclosure, with its uncertainty."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

from analyzer.finding import DISCLOSURES, CallReport, Severity
from analyzer.reports import wording

Z = 1.96
"""95 % of a normal distribution lies within so many standard deviations."""
FEW = 30
"""Below so many calls a share says little about an agent or a team."""
UNNAMED = "（未填）"


@dataclass(frozen=True, slots=True)
class Where:
    """What a call is counted under: day in China (ISO), agent, team; empty if unknown."""

    day: str = ""
    agent: str = ""
    team: str = ""
    agent_name: str = ""
    creditor: str = ""
    started: str = ""
    debtor: str = ""


@dataclass(slots=True)
class Tally:
    """Counts of calls under one heading; ``points`` is the sum of the scores of ``scored`` calls."""

    calls: int = 0
    failed: int = 0
    vetoed: int = 0
    review: int = 0
    violations: int = 0
    suspected: int = 0
    scored: int = 0
    points: int = 0

    def add(self, report: CallReport, violations: int, suspected: int) -> None:
        """Count one call."""
        self.calls += 1
        self.failed += report.verdict == "fail"
        self.review += report.verdict == "review"
        self.vetoed += report.vetoed
        self.violations += violations
        self.suspected += suspected
        if report.score is not None:
            self.scored += 1
            self.points += report.score

    @property
    def mean(self) -> float | None:
        """Mean score."""
        return self.points / self.scored if self.scored else None

    @property
    def share(self) -> float:
        """Share of failed calls."""
        return self.failed / self.calls if self.calls else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson interval of the share of failed calls."""
        return wilson(self.failed, self.calls)

    @property
    def few(self) -> bool:
        """True if there are too few calls to judge by."""
        return self.calls < FEW


@dataclass(slots=True)
class RuleTally:
    """How often a rule fired, and on how many calls."""

    category: str
    severity: Severity
    calls: int = 0
    statuses: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Figures:
    """Counts over many calls; ``add`` takes them one by one and keeps none.

    Attributes:
        missed: plug-in reader -> calls that it could not read.
        ignored: plug-in reader -> votes that were none.
    """

    calls: int = 0
    unreadable: int = 0
    vetoed: int = 0
    urgent: int = 0
    signals: int = 0
    worst: Severity | None = None
    verdicts: Counter[str] = field(default_factory=Counter)
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)
    calls_with: Counter[str] = field(default_factory=Counter)
    days: dict[str, Tally] = field(default_factory=dict)
    agents: dict[str, Tally] = field(default_factory=dict)
    teams: dict[str, Tally] = field(default_factory=dict)
    rules: dict[str, RuleTally] = field(default_factory=dict)
    disclosures: dict[str, Counter[str]] = field(default_factory=lambda: {d: Counter() for d in DISCLOSURES})
    names: dict[str, str] = field(default_factory=dict)
    missed: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)

    def add(self, report: CallReport, where: Where) -> None:
        """Count one call."""
        self.calls += 1
        self.verdicts[report.verdict] += 1
        self.vetoed += report.vetoed
        self.signals += len(report.signals)
        self.urgent += any(s.id == wording.SELF_HARM for s in report.signals)
        listed = report.listed()
        self.findings.update((f.category, f.status) for f in listed)
        self.calls_with.update({f.category for f in listed})
        sure = [f.severity for f in listed if f.status == "violation"]
        self.worst = max([*sure, *([] if self.worst is None else [self.worst])], default=None)
        for tallies, name in ((self.days, where.day), (self.agents, where.agent), (self.teams, where.team)):
            tallies.setdefault(name or UNNAMED, Tally()).add(report, len(sure), len(listed) - len(sure))
        if where.agent and where.agent_name:
            self.names.setdefault(where.agent, where.agent_name)
        for d in report.disclosures:
            self.disclosures.setdefault(d.id, Counter())[d.verdict] += 1
        self.missed.update(r.name for r in report.rulebook.readers if r.missed)
        self.ignored.update({r.name: r.ignored for r in report.rulebook.readers if r.ignored})
        self._count_rules(report)

    def _count_rules(self, report: CallReport) -> None:
        for rule in {f.rule for f in report.findings}:
            here = [f for f in report.findings if f.rule == rule]
            tally = self.rules.setdefault(rule, RuleTally(here[0].category, here[0].severity))
            tally.calls += 1
            tally.statuses.update(f.status for f in here)


def wilson(right: float, total: float) -> tuple[float, float]:
    """Wilson's (1927) 95 % interval of a share; (0, 1) of nothing. Sizes need not be whole (effective samples)."""
    if total <= 0:
        return 0.0, 1.0
    p, z2 = right / total, Z * Z
    middle = p + z2 / (2 * total)
    spread = Z * math.sqrt(p * (1 - p) / total + z2 / (4 * total * total))
    return max(0.0, (middle - spread) / (1 + z2 / total)), min(1.0, (middle + spread) / (1 + z2 / total))


def percent(share: float) -> str:
    """``12.3%``."""
    return f"{100 * share:.1f}%"


def span(interval: tuple[float, float]) -> str:
    """``10.1%–15.0%``."""
    return f"{percent(interval[0])}–{percent(interval[1])}"
