"""What an audit found, in figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from analyzer.finding import CATEGORIES, VERDICTS, CallReport, Severity


@dataclass(slots=True)
class Summary:
    """Counts over the calls of an audit; ``add`` takes them one by one."""

    calls: int = 0
    unreadable: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    vetoed: int = 0
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)
    calls_with: Counter[str] = field(default_factory=Counter)
    signals: int = 0
    worst: Severity | None = None

    def add(self, report: CallReport) -> None:
        """Count one call."""
        self.calls += 1
        self.verdicts[report.verdict] += 1
        self.vetoed += report.vetoed
        self.signals += len(report.signals)
        listed = report.listed()
        self.findings.update((f.category, f.status) for f in listed)
        self.calls_with.update({f.category for f in listed})
        certain = [f.severity for f in listed if f.status == "violation"]
        self.worst = max([*certain, *([] if self.worst is None else [self.worst])], default=None)

    def text(self) -> str:
        """The summary for the terminal."""
        verdicts = "，".join(f"{name} {self.verdicts[code]}" for code, name in VERDICTS.items() if self.verdicts[code])
        lines = [f"共 {self.calls} 通：{verdicts or '没有通话'}（其中一票否决 {self.vetoed} 通）"]
        for code, name in CATEGORIES.items():
            sure, unsure = self.findings[code, "violation"], self.findings[code, "suspected"]
            if sure or unsure:
                doubt = f"，疑似 {unsure} 处" if unsure else ""
                lines.append(f"  {name}：违规 {sure} 处{doubt}，涉及 {self.calls_with[code]} 通")
        if self.signals:
            lines.append(f"  客户风险信号 {self.signals} 处，请先听这些通话")
        if self.unreadable:
            lines.append(f"  读不了 {self.unreadable} 处，见 unreadable.jsonl")
        return "\n".join(lines)
