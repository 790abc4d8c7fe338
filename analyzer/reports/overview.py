"""The overview of many calls: figures, charts, and every call as a compact row that the page filters and sorts.

Rows are spooled as they come, so that memory stays flat; the page draws only those that are in sight.
"""

from __future__ import annotations

import heapq
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analyzer.errors import Skipped
from analyzer.finding import CATEGORIES, VERDICTS, CallReport
from analyzer.reports import wording
from analyzer.reports.figures import FEW, UNNAMED, Figures, Tally, Where, percent, span
from analyzer.reports.visible import clip, visible
from analyzer.reports.whole import Whole
from analyzer.reports.worklist import Task

JSON_ESCAPES = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})
STATIC_ROWS = 200
"""Rows the page holds without its script; the script shows the others too."""
MOST_ROWS = 250_000
"""Rows of the page; beyond them calls that passed are left out and the page says so."""
BLOCK = 2_000
MOST_BARS, MOST_DAYS, MOST_TASKS, MOST_SKIPPED = 15, 92, 30, 500
RANK = {code: i for i, code in enumerate(("fail", "review", "not_assessable", "pass"))}
CODES, VERDICT_CODES = list(CATEGORIES), list(VERDICTS)


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
    agent: str = ""
    day: str = ""
    team: str = ""

    @property
    def verdict_name(self) -> str:
        """The verdict in Chinese."""
        return VERDICTS.get(self.verdict, self.verdict)

    @property
    def order(self) -> tuple[bool, int, int, str]:
        """Rows sort as a reviewer wants them: alarms, failed, to be reviewed, passed; the lowest score first."""
        return not self.urgent, RANK.get(self.verdict, 1), -1 if self.score is None else self.score, self.call


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart, in percent of the longest; ``maybe`` is the lighter part, ``value`` what a click filters."""

    value: str
    name: str
    figure: str
    note: str
    width: float
    maybe: float = 0.0
    few: bool = False


class Overview:
    """Collects calls; ``write`` renders the page."""

    def __init__(self, title: str) -> None:
        self.title = visible(clip(title, 120))
        self.figures = Figures()
        self._spool = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 lives as long as the overview
        self._block: list[list[Any]] = []
        self._first: list[tuple[Any, ...]] = []
        self._known: dict[str, dict[str, int]] = {"agent": {}, "day": {}, "team": {}, "relation": {}}
        self.rows = self.left_out = 0
        self.skipped: list[Skipped] = []

    def __enter__(self) -> Overview:
        return self

    def __exit__(self, *_: object) -> None:
        self._spool.close()

    def add(self, report: CallReport, link: str, where: Where | None = None) -> None:
        """Count and list a call; ``link`` is safe to be followed or empty."""
        self.figures.add(report, where or Where())
        if self.rows >= MOST_ROWS and report.verdict == "pass" and not report.signals:
            self.left_out += 1
            return
        row = made(report, link, where or Where())
        self.rows += 1
        self._first.append((*row.order, self.rows, row))
        if len(self._first) > 4 * STATIC_ROWS:
            self._first = heapq.nsmallest(STATIC_ROWS, self._first)
        self._block.append(self._packed(row))
        if len(self._block) >= BLOCK:
            self._flush()

    def skip(self, item: Skipped) -> None:
        """List what could not be read."""
        self.figures.unreadable += 1
        if len(self.skipped) < MOST_SKIPPED:
            self.skipped.append(item)

    def _packed(self, row: Row) -> list[Any]:
        """A row as the script reads it; see the names at its top."""
        mask = sum(1 << CODES.index(c) for c in row.categories)
        verdict = VERDICT_CODES.index(row.verdict) if row.verdict in VERDICT_CODES else -1
        return [
            *(row.call, row.link, row.source, verdict, int(row.vetoed), row.score, row.worst),
            *(row.violations, row.suspected, mask, self._number("relation", row.relation), int(row.urgent)),
            *(self._number("agent", row.agent), self._number("day", row.day), self._number("team", row.team)),
        ]

    def _number(self, kind: str, name: str) -> int:
        known = self._known[kind]
        return known.setdefault(name, len(known))

    def _flush(self) -> None:
        if self._block:
            rows = ",\n".join(as_json(r) for r in self._block)
            self._spool.write(f"{',' if self.rows > len(self._block) else ''}\n{rows}")
        self._block = []

    def values(self) -> dict[str, Any]:
        """Everything the template asks for but the rows."""
        f = self.figures
        first = [entry[-1] for entry in heapq.nsmallest(STATIC_ROWS, self._first)]
        dictionary = {
            "verdicts": list(VERDICTS.values()),
            "looks": VERDICT_CODES,
            "categories": list(CATEGORIES.values()),
            "severities": wording.SEVERITIES,
            **{kind: list(known) for kind, known in self._known.items()},
        }
        return {
            "title": self.title,
            "rows": first,
            "listed": self.rows,
            "left_out": self.left_out,
            "total": f.calls,
            "urgent": f.urgent,
            "vetoed": f.vetoed,
            "unreadable": f.unreadable,
            "verdicts": verdicts(f),
            "bars": bars(f),
            "days": days(f.days),
            "agents": people(f.agents, f.names),
            "teams": people(f.teams, {}),
            "few": FEW,
            "skipped": [(visible(clip(s.source, 200)), s.line, visible(clip(s.reason, 400))) for s in self.skipped],
            "categories": CATEGORIES,
            "severities": wording.SEVERITIES,
            "words": as_json(dictionary),
        }

    def write(self, path: Path, render: Any, tasks: Sequence[Task] = ()) -> None:
        """Write the page.

        Args:
            path: where.
            render: the template as a function of its values; ``data`` in it stands for the rows.
            tasks: what to listen to first.
        """
        head, _, tail = render({**self.values(), "tasks": tasks[:MOST_TASKS], "data": MARK}).partition(MARK)
        self._flush()
        self._spool.seek(0)
        with Whole(path) as file:
            file.write(head.encode("utf-8", "replace") + b"[")
            while piece := self._spool.read(1 << 20):
                file.write(piece.encode("utf-8", "replace"))
            file.write(b"]" + tail.encode("utf-8", "replace"))
        self._spool.close()


MARK = "\ue0ff\ue0fe"
"""Where the rows go into the rendered page; no text of a report holds it, since ``visible`` spells it out."""


def made(report: CallReport, link: str, where: Where) -> Row:
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
        visible(clip(where.agent, 40)),
        where.day,
        visible(clip(where.team, 40)),
    )


def verdicts(f: Figures) -> list[tuple[str, str, int, float]]:
    """Code, name, number of calls and percent of all calls for every verdict."""
    return [(code, name, f.verdicts[code], 100 * f.verdicts[code] / max(1, f.calls)) for code, name in VERDICTS.items()]


def bars(f: Figures) -> list[Bar]:
    """Findings by category, the most frequent first; categories without a finding are left out."""
    count = {c: (f.findings[c, "violation"], f.findings[c, "suspected"]) for c in CATEGORIES}
    longest = max((v + s for v, s in count.values()), default=0) or 1
    made = [
        Bar(str(n), CATEGORIES[c], str(v), f"+{s} 疑似" if s else "", 100 * v / longest, 100 * s / longest)
        for n, (c, (v, s)) in enumerate(count.items())
        if v or s
    ]
    return sorted(made, key=lambda bar: -(bar.width + bar.maybe))


def days(tallies: Mapping[str, Tally]) -> list[Bar]:
    """The last days in their order: so many calls, the failed ones darker."""
    dated = sorted((d, t) for d, t in tallies.items() if d != UNNAMED)[-MOST_DAYS:]
    longest = max((t.calls for _, t in dated), default=0) or 1
    return [
        Bar(d, d, f"{t.calls} 通", f"不合格 {t.failed}", 100 * t.failed / longest, 100 * (t.calls - t.failed) / longest)
        for d, t in dated
    ]


def people(tallies: Mapping[str, Tally], names: Mapping[str, str]) -> list[Bar]:
    """Agents or teams whose share of failed calls is surely high first; none if nobody is named."""
    named = [(n, t) for n, t in tallies.items() if n != UNNAMED]
    ranked = sorted(named, key=lambda x: (x[1].few, -x[1].interval[0], -x[1].share, x[0]))[:MOST_BARS]
    return [
        Bar(
            visible(clip(n, 40)),
            visible(clip(" ".join(filter(None, (n, names.get(n, "")))), 40)),
            f"{percent(t.share)} ({t.failed}/{t.calls})",
            span(t.interval),
            100 * t.share,
            few=t.few,
        )
        for n, t in ranked
    ]


def as_json(value: object) -> str:
    """JSON that is safe inside a script element: no character in it can end the element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(JSON_ESCAPES)
