"""What the decisions say of the rules: precision, agreement of reviewers, and how much is missed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from analyzer.reports.figures import wilson
from analyzer.review.decisions import Decision
from analyzer.review.sampling import STRATA, Sample


@dataclass(frozen=True, slots=True)
class Precision:
    """How often a rule was right, of the findings on which reviewers agree."""

    rule: str
    right: int
    wrong: int
    unsure: int

    @property
    def total(self) -> int:
        """Findings that were decided."""
        return self.right + self.wrong

    @property
    def share(self) -> float | None:
        """Precision; None if nothing was decided."""
        return self.right / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson interval of the precision."""
        return wilson(self.right, self.total)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two reviewers: how many findings both decided, how many alike, Cohen's kappa (None if it is undefined)."""

    first: str
    second: str
    both: int
    alike: int
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Missed:
    """The estimate of calls with a violation among those without a finding."""

    reviewed: int
    drawn: int
    missed: int
    population: int
    share: float
    interval: tuple[float, float]

    @property
    def calls(self) -> tuple[int, int, int]:
        """Estimated number of such calls, and its interval."""
        low, high = self.interval
        return round(self.share * self.population), round(low * self.population), round(high * self.population)


def precisions(decisions: Iterable[Decision]) -> list[Precision]:
    """Per rule, the most decided first; where reviewers differ a finding counts as unsure."""
    said: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    rules: dict[tuple[str, str, str], str] = {}
    for d in decisions:
        if d.fingerprint:
            said[d.subject].add(d.verdict)
            rules[d.subject] = d.rule
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for subject, verdicts in said.items():
        counts[rules[subject]][next(iter(verdicts)) if len(verdicts) == 1 else "unsure"] += 1
    made = [Precision(rule, c["right"], c["wrong"], c["unsure"]) for rule, c in counts.items()]
    return sorted(made, key=lambda p: (-p.total, p.rule))


def agreements(decisions: Iterable[Decision]) -> list[Agreement]:
    """For every pair of reviewers who decided the same findings."""
    said: dict[str, dict[tuple[str, str, str], str]] = defaultdict(dict)
    for d in decisions:
        if d.fingerprint:
            said[d.reviewer][d.subject] = d.verdict
    found = []
    for first, second in combinations(sorted(said), 2):
        both = sorted(said[first].keys() & said[second].keys())
        if both:
            pairs = [(said[first][s], said[second][s]) for s in both]
            found.append(Agreement(first, second, len(both), sum(a == b for a, b in pairs), kappa(pairs)))
    return found


def kappa(pairs: list[tuple[str, str]]) -> float | None:
    """Cohen's kappa; None where chance alone explains everything or there is nothing."""
    n = len(pairs)
    if not n:
        return None
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(first[k] * second[k] for k in first) / (n * n)
    observed = sum(a == b for a, b in pairs) / n
    return None if expected == 1 else (observed - expected) / (1 - expected)


def missed(decisions: Iterable[Decision], sample: Sample) -> Missed | None:
    """How many calls without a finding hold a violation; None before any call of the sample was decided.

    The strata are weighted by their size; the interval is Wilson's for the sample size that a simple sample of the
    same precision would have.
    """
    said: dict[tuple[str, str], set[str]] = defaultdict(set)
    for d in decisions:
        if not d.fingerprint and d.verdict != "unsure":
            said[d.call, d.source].add(d.verdict)
    counts = {s: [0, 0] for s in STRATA}
    for c in sample.calls:
        verdicts = said.get((c.call, c.source))
        if verdicts:
            counts[c.stratum][0] += 1
            counts[c.stratum][1] += "missed" in verdicts
    heard = {s: (n, x) for s, (n, x) in counts.items() if n}
    population = sum(sample.sizes.get(s, 0) for s in heard)
    if not population:
        return None
    share = variance = smooth = 0.0
    for s, (n, x) in heard.items():
        weight, p = sample.sizes[s] / population, (x + 0.5) / (n + 1)
        share += weight * x / n
        smooth += weight * p
        variance += weight**2 * p * (1 - p) / n * max(0.0, 1 - n / sample.sizes[s])
    size = smooth * (1 - smooth) / variance if variance else float(10**9)
    interval = wilson(share * size, size)
    heard_calls = sum(n for n, _ in heard.values())
    return Missed(heard_calls, len(sample.calls), sum(x for _, x in heard.values()), population, share, interval)
