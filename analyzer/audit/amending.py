"""A report after the other calls and the waivers were heard: findings added, excused, and the verdict drawn again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from analyzer.audit.crosscall import Extra
from analyzer.check import UNSURE_ROLES
from analyzer.finding import CallReport, Finding
from analyzer.review.waivers import Waiver
from analyzer.scorecard import Scorecard


@dataclass(slots=True)
class WaiverUse:
    """How often each waiver was used, and how often it came too late."""

    waivers: tuple[Waiver, ...]
    used: Counter[int] = field(default_factory=Counter)
    expired: Counter[int] = field(default_factory=Counter)

    def excuse(self, finding: Finding, call_id: str, day: date | None) -> str | None:
        """What excuses a finding, and note it."""
        for n, waiver in enumerate(self.waivers):
            if finding.status != "excused" and waiver.means(finding, call_id):
                if waiver.in_force(day):
                    self.used[n] += 1
                    return waiver.excuse
                self.expired[n] += 1
        return None

    def problems(self) -> list[str]:
        """Waivers that were not needed or are out of date, one sentence each."""
        told = []
        for n, w in enumerate(self.waivers):
            if self.expired[n]:
                text = f"已于 {w.expires.isoformat()} 到期，{self.expired[n]} 处命中不再豁免（负责人 {w.owner}）"
                told.append(f"第 {w.line} 行 {w.rule}：{text}")
            elif not self.used[n]:
                told.append(f"第 {w.line} 行 {w.rule}：没有用到，可以删除（负责人 {w.owner}）")
        return told


def amended(
    report: CallReport, extras: Sequence[Extra], day: date | None, waivers: WaiverUse, card: Scorecard
) -> CallReport:
    """The report with what was found across calls and what was waived; unchanged if that is nothing."""
    consent = next((e.consent for e in extras if e.finding is None), None)
    added = [e.finding for e in extras if e.finding is not None]
    findings = [_heard(f, report, consent, day, waivers) for f in (*report.findings, *added)]
    if not added and all(a is b for a, b in zip(findings, report.findings, strict=True)):
        return report
    assessable = report.score is not None
    score = card.score(findings, report.disclosures)
    unsure = report.roles.certainty < UNSURE_ROLES
    verdict, vetoed = card.verdict(findings, score, assessable=assessable, unsure=unsure)
    return replace(
        report, findings=tuple(findings), score=score if assessable else None, verdict=verdict, vetoed=vetoed
    )


def _heard(f: Finding, report: CallReport, consent: str | None, day: date | None, waivers: WaiverUse) -> Finding:
    excuse = consent if f.category == "contact_time" and f.status != "excused" else None
    excuse = excuse or waivers.excuse(f, report.call_id, day)
    return f if excuse is None else replace(f, status="excused", excused_by=excuse)
