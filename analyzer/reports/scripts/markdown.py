"""A summary for a pull request; whatever a script says stays plain text in it."""

from __future__ import annotations

from analyzer.gate import GateReport, Lost, ScriptFinding
from analyzer.reports.markdown import escape
from analyzer.reports.scripts import View, wording
from analyzer.reports.visible import clip, visible

MOST = 50
"""Rows per table; a comment on a pull request may hold 65,536 characters."""


def write(report: GateReport, view: View) -> str:
    """The report as ``--format markdown`` prints it."""
    mark = "❌" if report.verdict(view.level) == "fail" else "✅"
    blocks = [
        f"## {mark} 话术检查{escape(wording.headline(report, view))}",
        escape(wording.scope(report)),
        _findings("新增违规", report.new),
        _losses(report.lost),
        _findings("新增疑似（请人复核，不影响结论）", report.suspected),
        _folded("特批", report.waived),
        _folded("移动（不算新增）", report.moved),
        _folded("存量", report.kept),
        _folded("已修复", report.fixed),
        "\n".join(f"- ⚠️ {escape(visible(note))}" for note in (*report.unused, *report.unreadable)),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _findings(title: str, findings: tuple[ScriptFinding, ...]) -> str:
    if not findings:
        return ""
    rows = [f"### {title}（{len(findings)}）", "", "| 位置 | 场景 | 问题 | 原句 | 建议说法 |", "|---|---|---|---|---|"]
    for f in findings[:MOST]:
        before, quote, after = wording.around(f)
        said = f"{escape(before)}**{escape(quote.strip())}**{escape(after)}"
        cells = [
            f"{escape(wording.place(f))}",
            escape(visible(clip(f.scene, 40))),
            f"{escape(wording.title(f))}<br>{escape(visible(f.message))}",
            said,
            escape(visible(f.suggestion or f.advice)),
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + _more(len(findings))


def _losses(lost: tuple[Lost, ...]) -> str:
    if not lost:
        return ""
    rows = [f"### 告知丢失（{len(lost)}）", "", "| 位置 | 问题 | 原来 | 可补上 |", "|---|---|---|---|"]
    for x in lost[:MOST]:
        cells = (f"{x.file}:{x.line}", wording.told(x), wording.was(x), x.suggestion)
        rows.append(f"| {' | '.join(escape(visible(c)) for c in cells)} |")
    return "\n".join(rows) + _more(len(lost))


def _folded(title: str, findings: tuple[ScriptFinding, ...]) -> str:
    if not findings:
        return ""
    rows = [
        f"- {escape(wording.place(f))} {escape(wording.title(f))}：{escape(visible(clip(f.quote, 60)))}"
        for f in findings[:MOST]
    ]
    return (
        f"<details><summary>{title}（{len(findings)}）</summary>\n\n"
        + "\n".join(rows)
        + _more(len(findings))
        + "\n\n</details>"
    )


def _more(count: int) -> str:
    return f"\n\n……另有 {count - MOST} 项" if count > MOST else ""
