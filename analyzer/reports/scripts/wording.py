"""The words that all reports on scripts share."""

from __future__ import annotations

from analyzer.finding import CATEGORIES, DISCLOSURES
from analyzer.gate import HOW, GateReport, Lost, ScriptFinding
from analyzer.reports.scripts import View
from analyzer.reports.visible import clip, visible

VERDICTS = {"pass": "通过", "fail": "不通过"}
AROUND = 40
"""Characters of a sentence shown before and after the quote."""


def headline(report: GateReport, view: View) -> str:
    """The whole report in one clause."""
    counts = [
        (len(report.new), "项新增违规"),
        (len(report.lost), "项告知丢失"),
        (len(report.suspected), "项新增疑似"),
        (len(report.fixed), "项已修复"),
        (len(report.kept) + len(report.moved), "项存量"),
    ]
    said = "，".join(f"{n} {name}" for n, name in counts if n) or "没有发现问题"
    return f"{'不作判定' if view.level is None else VERDICTS[report.verdict(view.level)]}：{said}"


def scope(report: GateReport) -> str:
    """What was read and with what it was compared."""
    against = f"，对比 {visible(report.against)}" if report.against else ""
    return f"检查了 {report.files} 个文件、{report.scenes} 个场景、{report.lines} 句{against}"


def place(f: ScriptFinding) -> str:
    """``话术.md:12`` or ``话术.xlsx:3 [C3]``."""
    return visible(f"{f.file}:{f.line}" + (f" [{f.cell}]" if f.cell else ""))


def title(f: ScriptFinding) -> str:
    """Severity and category."""
    return f"{f.severity.chinese}·{CATEGORIES.get(f.category, f.category)}"


def around(f: ScriptFinding) -> tuple[str, str, str]:
    """The sentence before the quote, the quote, the sentence after it."""
    before, after = f.sentence[: f.offset], f.sentence[f.offset + len(f.quote) :]
    return visible(clip(before, AROUND, head=True)), visible(f.quote), visible(clip(after, AROUND))


def told(x: Lost) -> str:
    """What was lost and how, in one sentence."""
    branch = f"（{visible(clip('、'.join(x.branch), 30))}）" if x.branch else ""
    scene = f"“{visible(clip(x.scene, 40))}”" if x.scene else "本文件"
    return f"{DISCLOSURES.get(x.id, x.id)}：场景{scene}{branch}{HOW.get(x.how, x.how)}"


def was(x: Lost) -> str:
    """Where it was before."""
    return (
        f"原在 {visible(x.old_file)}:{x.old_line}：{visible(clip(x.old_quote, 80))}"
        if x.old_line
        else "按基线，原来有这项告知"
    )


def message(f: ScriptFinding) -> str:
    """The finding in one paragraph: what, why, what instead."""
    parts = [visible(f.message)]
    if f.suggestion:
        parts.append(f"可改为：{visible(f.suggestion)}")
    elif f.advice:
        parts.append(visible(f.advice))
    return " ".join(parts)
