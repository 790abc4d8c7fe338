"""The figures of a folder of calls: one row a call, and what they add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.finding import CATEGORIES, VERDICTS, CallReport
from analyzer.reports import wording
from analyzer.reports.visible import clip, visible


@dataclass(frozen=True, slots=True)
class Row:
    """One call as the overview lists it, harmless and ready to be escaped; ``link`` is empty if it must not be one."""

    call: str
    link: str
    source: str
    verdict: str
    vetoed: bool
    score: int | None
    worst: int
    violations: int
    suspected: int
    categories: tuple[str, ...]
    relation: str
    urgent: bool

    @property
    def verdict_name(self) -> str:
        """The verdict in Chinese."""
        return VERDICTS.get(self.verdict, self.verdict)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: so many violations and suspicions, in percent of the longest bar."""

    code: str
    name: str
    violations: int
    suspected: int
    width: float
    suspected_width: float


def row(report: CallReport, link: str) -> Row:
    """The row of one report."""
    found = report.listed()
    worst = report.worst
    return Row(
        visible(clip(report.call_id, 80)),
        link,
        visible(clip(report.source, 120)),
        report.verdict,
        report.vetoed,
        report.score,
        -1 if worst is None else int(worst),
        sum(f.status == "violation" for f in found),
        sum(f.status == "suspected" for f in found),
        tuple(c for c in CATEGORIES if any(f.category == c for f in found)),
        wording.RELATIONS.get(report.relation.value, visible(report.relation.value)),
        any(s.id == wording.SELF_HARM for s in report.signals),
    )


def gravest_first(rows: Sequence[Row]) -> list[Row]:
    """Rows as a reviewer wants them: alarms, failed, to be reviewed, passed; the lowest score first."""
    rank = {code: i for i, code in enumerate(("fail", "review", "not_assessable", "pass"))}
    return sorted(
        rows, key=lambda r: (not r.urgent, rank.get(r.verdict, 1), -1 if r.score is None else r.score, r.call)
    )


def verdicts(rows: Sequence[Row]) -> list[tuple[str, str, int, float]]:
    """Code, name, number of calls and percent of all calls for every verdict."""
    counted = Counter(r.verdict for r in rows)
    return [(code, name, counted[code], 100 * counted[code] / max(1, len(rows))) for code, name in VERDICTS.items()]


def bars(reports: Sequence[CallReport]) -> list[Bar]:
    """Findings by category, the most frequent first; categories without a finding are left out."""
    count = Counter((f.category, f.status == "suspected") for r in reports for f in r.listed())
    totals = {c: (count[c, False], count[c, True]) for c in CATEGORIES if count[c, False] or count[c, True]}
    longest = max((v + s for v, s in totals.values()), default=1)
    made = [Bar(c, CATEGORIES[c], v, s, 100 * v / longest, 100 * s / longest) for c, (v, s) in totals.items()]
    return sorted(made, key=lambda bar: -(bar.violations + bar.suspected))
