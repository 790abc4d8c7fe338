"""The page a training manager reads: offline, no script in it, what must be changed first."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.finding import DISCLOSURES
from analyzer.gate import HOW, GateReport, Lost, ScriptFinding
from analyzer.reports.html import _environment
from analyzer.reports.scripts import View, wording
from analyzer.reports.visible import clip, visible


@dataclass(frozen=True, slots=True)
class Card:
    """One finding as the page shows it."""

    look: str
    title: str
    place: str
    scene: str
    before: str
    quote: str
    after: str
    message: str
    suggestion: str
    advice: str
    basis: str
    rule: str
    waived_by: str


def write(report: GateReport, view: View) -> str:
    """The report as ``--format html`` prints it."""
    files = sorted({f.file for f in (*report.new, *report.suspected)} | {x.file for x in report.lost})
    return (
        _environment()
        .get_template("script.html.j2")
        .render(
            verdict=report.verdict(view.level),
            verdict_name=wording.VERDICTS[report.verdict(view.level)],
            headline=wording.headline(report, view),
            scope=wording.scope(report),
            figures=_figures(report),
            files=[_File.of(name, report) for name in files],
            waived=[card(f) for f in report.waived],
            folded=[
                (title, [card(f) for f in found])
                for title, found in (
                    ("移动（不算新增）", report.moved),
                    ("存量", report.kept),
                    ("已修复", report.fixed),
                )
                if found
            ],
            notes=[visible(n) for n in (*report.unreadable, *report.unused)],
        )
    )


def _figures(report: GateReport) -> list[tuple[str, int, str]]:
    return [
        ("新增违规", len(report.new), "fatal" if report.new else "pass"),
        ("告知丢失", len(report.lost), "fatal" if report.lost else "pass"),
        ("新增疑似", len(report.suspected), "minor" if report.suspected else "not_assessable"),
        ("已修复", len(report.fixed), "pass" if report.fixed else "not_assessable"),
        ("存量", len(report.kept) + len(report.moved), "not_assessable"),
    ]


@dataclass(frozen=True, slots=True)
class _File:
    """What must be looked at in one file."""

    name: str
    cards: list[Card]
    suspected: list[Card]
    lost: list[tuple[str, str, str, str, str]]

    @classmethod
    def of(cls, name: str, report: GateReport) -> _File:
        return cls(
            visible(name),
            [card(f) for f in report.new if f.file == name],
            [card(f) for f in report.suspected if f.file == name],
            [_told(x) for x in report.lost if x.file == name],
        )


def card(f: ScriptFinding) -> Card:
    """A finding made fit to be seen."""
    before, quote, after = wording.around(f)
    return Card(
        f.severity.code,
        ("疑似·" if f.status == "suspected" else "") + wording.title(f),
        visible(f"第 {f.line} 行" + (f"（单元格 {f.cell}）" if f.cell else "")),
        visible(clip(f.scene, 60)),
        before,
        quote,
        after,
        visible(f.message),
        visible(f.suggestion),
        visible(f.advice),
        visible("；".join(f.basis)),
        f.rule,
        visible(f.waived_by),
    )


def _told(x: Lost) -> tuple[str, str, str, str, str]:
    where = f"场景“{x.scene}”" + (f"，{'、'.join(x.branch)}" if x.branch else "")
    return (
        DISCLOSURES.get(x.id, x.id),
        HOW.get(x.how, x.how),
        visible(clip(where, 80)),
        visible(f"原第 {x.old_line} 行：{x.old_quote}" if x.old_line else "按基线，原来有这项告知"),
        visible(x.suggestion),
    )
