"""What an audit found, in a few lines for the terminal."""

from __future__ import annotations

from analyzer.finding import CATEGORIES, VERDICTS
from analyzer.reports.figures import Figures


def summary(figures: Figures) -> str:
    """The figures as people read them."""
    verdicts = "，".join(
        f"{name} {figures.verdicts[code]}" for code, name in VERDICTS.items() if figures.verdicts[code]
    )
    lines = [f"共 {figures.calls} 通：{verdicts or '没有通话'}（其中一票否决 {figures.vetoed} 通）"]
    for code, name in CATEGORIES.items():
        sure, unsure = figures.findings[code, "violation"], figures.findings[code, "suspected"]
        if sure or unsure:
            doubt = f"，疑似 {unsure} 处" if unsure else ""
            lines.append(f"  {name}：违规 {sure} 处{doubt}，涉及 {figures.calls_with[code]} 通")
    if figures.signals:
        lines.append(f"  客户风险信号 {figures.signals} 处，请先听这些通话")
    if figures.unreadable:
        lines.append(f"  读不了 {figures.unreadable} 处，见 unreadable.jsonl")
    return "\n".join(lines)
