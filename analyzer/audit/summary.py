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
    for name, count in sorted(figures.missed.items()):
        lines.append(f"  外接模型 {name} 有 {count} 通没有读成，已按规则判定，原因见各通的“理由”；再跑一次会补读")
    for name, count in sorted(figures.ignored.items()):
        lines.append(f"  外接模型 {name} 有 {count} 票不合要求（话轮、类别或概率不对），没有采用")
    if figures.unreadable:
        lines.append(f"  读不了 {figures.unreadable} 处，见 unreadable.jsonl")
    return "\n".join(lines)
