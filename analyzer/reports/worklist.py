"""What to listen to first: self-harm, vetoes, what is suspected, then calls without a finding drawn by chance."""

from __future__ import annotations

import hashlib
import heapq
from dataclasses import dataclass, field
from typing import Any

from analyzer.finding import Finding
from analyzer.reports import wording
from analyzer.reports.listed import Listed

URGENT, VETOED, SUSPECTED, DRAWN = 0, 1, 2, 3
REASONS = ("轻生信号", "一票否决", "疑似待核", "随机抽听")
MOST = 2_000
"""Tasks that are listed; nobody listens to more."""
FLOOR = 50
"""Calls without a finding that are drawn, so that what the rules miss is noticed too."""


@dataclass(frozen=True, slots=True, order=True)
class Task:
    """A call to listen to; tasks sort by urgency."""

    rank: int
    weight: float
    number: int
    name: str = field(compare=False)
    page: str = field(compare=False)
    verdict: str = field(compare=False)
    score: int | None = field(compare=False)
    points: str = field(compare=False)
    agent: str = field(compare=False)
    team: str = field(compare=False)
    source: str = field(compare=False)

    @property
    def reason(self) -> str:
        """Why it is on the list."""
        return REASONS[self.rank]


class Worklist:
    """The tasks of an audit; keeps no more than it lists."""

    def __init__(self) -> None:
        self._ranked: list[tuple[Any, ...]] = []
        self._drawn: list[tuple[Any, ...]] = []

    def add(self, one: Listed) -> None:
        """Consider a call."""
        rank = _rank(one)
        if rank == DRAWN:
            if one.report.verdict != "not_assessable" and not one.findings:
                chance = _chance(one)
                _keep(self._drawn, (-chance, -one.number, _task(one, DRAWN, chance)), FLOOR)
            return
        weight = float(-1 if one.report.score is None else one.report.score) - one.violations / 100
        _keep(self._ranked, (-rank, -weight, -one.number, _task(one, rank, weight)), MOST)

    def tasks(self) -> list[Task]:
        """The list, the most urgent first."""
        return sorted(entry[-1] for entry in (*self._ranked, *self._drawn))


def _keep(heap: list[tuple[Any, ...]], entry: tuple[Any, ...], most: int) -> None:
    if len(heap) < most:
        heapq.heappush(heap, entry)
    else:
        heapq.heappushpop(heap, entry)


def _rank(one: Listed) -> int:
    if one.urgent:
        return URGENT
    if one.report.vetoed:
        return VETOED
    return SUSPECTED if one.report.verdict == "review" or one.suspected else DRAWN


def _chance(one: Listed) -> float:
    """A number in [0, 1) that depends on the call alone, so that the same calls are drawn again."""
    digest = hashlib.sha256(f"{one.report.call_id}\x1f{one.report.source}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _task(one: Listed, rank: int, weight: float) -> Task:
    return Task(
        rank,
        weight,
        one.number,
        one.name,
        one.page,
        wording.verdict(one.report),
        one.report.score,
        _points(one),
        one.where.agent,
        one.where.team,
        one.source,
    )


def _point(one: Listed, f: Finding) -> str:
    quote = one.shown.quote(f.turn, f.quote, f.start, 40) if f.quote else ""
    return wording.category(f.category) + (f"：“{quote}”" if quote else "")


def _points(one: Listed) -> str:
    """The signals and the gravest findings in a line."""
    said = [f"{wording.signal(s)}：“{one.shown.quote(s.turn, s.quote, limit=40)}”" for s in one.report.signals[:2]]
    said += [_point(one, f) for f in one.findings[:3]]
    return "；".join(said)
