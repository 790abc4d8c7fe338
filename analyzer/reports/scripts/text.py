"""The report for a terminal: what is new first, in the manner of a diff."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.gate import GateReport, ScriptFinding
from analyzer.reports.scripts import View, wording
from analyzer.reports.visible import clip, visible

_RED, _GREEN, _YELLOW, _BOLD, _DIM = "31", "32", "33", "1", "2"
MOST_KEPT = 20
"""Kept findings listed; the others are counted."""


def write(report: GateReport, view: View) -> str:
    """The report as ``--format text`` prints it."""
    return "\n".join(_Paper(view).lines(report)) + "\n"


class _Paper:
    def __init__(self, view: View) -> None:
        self.view = view

    def paint(self, text: str, *codes: str) -> str:
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if self.view.colour else text

    def lines(self, report: GateReport) -> Iterator[str]:
        colour = _RED if report.verdict(self.view.level) == "fail" else _GREEN
        yield self.paint(wording.headline(report, self.view), _BOLD, colour)
        yield self.paint(wording.scope(report), _DIM)
        yield from self.section("新增违规", report.new, "+", _RED)
        if report.lost:
            yield from ("", self.paint(f"告知丢失（{len(report.lost)}）", _BOLD))
            for x in report.lost:
                yield self.paint(f"{visible(x.file)}:{x.line}  {wording.told(x)}", _RED)
                if x.old_quote:
                    yield self.paint(f"  - {visible(clip(x.old_quote, 100))}", _RED)
                    yield self.paint(f"    {wording.was(x)}", _DIM)
                if x.suggestion:
                    yield self.paint(f"  + 可补上：{visible(x.suggestion)}", _GREEN)
        yield from self.section("新增疑似（请人复核，不影响结论）", report.suspected, "?", _YELLOW)
        yield from self.section("特批", report.waived, "~", _DIM)
        yield from self.section("移动（不算新增）", report.moved, ">", _DIM, brief=True)
        yield from self.section("存量", report.kept[:MOST_KEPT], " ", _DIM, brief=True)
        if len(report.kept) > MOST_KEPT:
            yield f"  ……另有 {len(report.kept) - MOST_KEPT} 项存量"
        yield from self.section("已修复", report.fixed, "-", _GREEN, brief=True)
        for note in (*report.unused, *report.unreadable):
            yield self.paint(f"注意：{visible(note)}", _YELLOW)

    def section(
        self, title: str, findings: tuple[ScriptFinding, ...], mark: str, colour: str, *, brief: bool = False
    ) -> Iterator[str]:
        if not findings:
            return
        yield from ("", self.paint(f"{title}（{len(findings)}）", _BOLD))
        for f in findings:
            scene = f"  {visible(clip(f.scene, 30))}" if f.scene else ""
            yield f"{wording.place(f)}{scene}  {self.paint(wording.title(f), colour)}"
            before, quote, after = wording.around(f)
            yield f"  {self.paint(mark, colour)} {before}{self.paint(f'【{quote}】', colour, _BOLD)}{after}"
            if not brief:
                yield from self.why(f)

    def why(self, f: ScriptFinding) -> Iterator[str]:
        yield f"    {visible(f.message)}（{f.rule}）"
        if f.basis:
            yield self.paint(f"    依据：{visible('；'.join(f.basis))}", _DIM)
        if f.suggestion:
            yield self.paint(f"    可改为：{visible(f.suggestion)}", _GREEN)
        if f.waived_by:
            yield f"    特批：{visible(f.waived_by)}"
