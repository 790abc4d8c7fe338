"""The report as a person reads it in a terminal: the verdict in the first line, then the proof of it."""

from __future__ import annotations

from analyzer.call import Call, Speaker
from analyzer.finding import DISCLOSURE_VERDICTS, DISCLOSURES, CallReport, Disclosure, Finding, Severity, Signal
from analyzer.reports import View, wording
from analyzer.reports.shown import Shown
from analyzer.reports.terminal import Part, Sheet

STYLES = {
    Severity.FATAL: "bold white on red",
    Severity.SERIOUS: "bold red",
    Severity.MINOR: "bold yellow",
    Severity.NOTICE: "bold cyan",
}
VERDICT_STYLES = {"pass": "bold green", "fail": "bold red", "review": "bold yellow"}
MARK_STYLES = {"met": "green", "missing": "bold red", "not_applicable": "dim", "undetermined": "yellow"}
ALARM = "bold white on red"
EVIDENCE = "reverse underline"
AROUND = 60
"""Characters of a turn shown before and after the evidence."""


def render(
    call: Call,
    report: CallReport,
    *,
    colour: bool,
    width: int,
    show_excused: bool = False,
    explain: bool = False,
    mask: bool = True,
) -> str:
    """The report for the terminal, without a final line break; no line is wider than ``width`` cells.

    Args:
        call: what was said.
        report: what is said about it.
        colour: with ANSI colours; without, the evidence stands in 【】.
        width: cells of the terminal, at least eight.
        show_excused: also list the findings set aside, last.
        explain: also show what happened in the call, and how each finding was reached, step by step.
        mask: star out personal numbers.
    """
    sheet = Sheet(colour=colour, width=width)
    _Report(Shown(call, report, mask=mask), sheet, explain).write(show_excused)
    return str(sheet)


def write(call: Call, report: CallReport, view: View) -> str:
    """The report as ``--format text`` prints it."""
    wanted = {"show_excused": view.show_excused, "explain": view.explain, "mask": view.mask}
    return render(call, report, colour=view.colour, width=view.width, **wanted) + "\n"


class _Report:
    """Writes one report on one sheet."""

    def __init__(self, shown: Shown, sheet: Sheet, explain: bool) -> None:
        self.shown, self.sheet, self.explain = shown, sheet, explain
        self.call, self.report = shown.call, shown.report

    def write(self, show_excused: bool) -> None:
        urgent, signals = wording.alarms(self.report)
        self._headline()
        for one in urgent:
            self._signal(one, ALARM)
        self._who()
        for finding in wording.ordered(self.report, excused=show_excused):
            self._finding(finding)
        self._set_aside(show_excused)
        self._disclosures()
        self._signals(signals)
        if self.explain:
            self._timeline()

    def _headline(self) -> None:
        style = VERDICT_STYLES.get(self.report.verdict, "bold")
        name = self.shown.identity(self.report.call_id)
        self.sheet.add((f"通话 {name}：", "bold"), (wording.headline(self.report), style))
        if self.report.why:
            self._labelled("理由", self.shown.words(wording.sentences(self.report.why)), indent=0)

    def _who(self) -> None:
        self._labelled("接听人", wording.who(self.report, self.shown.words), indent=0)
        if roles := wording.roles(self.report, self.shown.words):
            self._labelled("角色", roles, indent=0)
        self._labelled("还款承诺", wording.promises(self.report, self.shown.words), indent=0)
        if self.explain:
            self._labelled("通话节奏", wording.timing(self.report.timing), indent=0)
        facts = [f"{label} {self.shown.words(value, 60)}" for label, value in wording.metadata(self.call)]
        facts.append(f"来源 {self.shown.identity(self.report.source)}")
        self.sheet.flow(*((fact, "dim") for fact in facts), between=" · ")

    def _finding(self, f: Finding) -> None:
        style = STYLES[f.severity] if f.status != "excused" else "dim"
        status = "" if f.status == "violation" else wording.STATUSES.get(f.status, f.status)
        self.sheet.gap()
        self.sheet.add(
            (f"[{status}{'·' if status else ''}{f.severity.chinese}]", style),
            (f" {wording.category(f.category)}", "bold"),
            f"  {self.shown.words(wording.rule(f), 80)}",
            ("  一票否决" if f.veto and f.status == "violation" else "", "bold red"),
            hang=2,
        )
        self._place(f)
        self._labelled("问题", self.shown.words(f.message))
        self._labelled("建议", self.shown.words(f.advice))
        self._labelled("依据", self.shown.words(wording.basis(f)))
        self._proof(f)

    def _place(self, f: Finding) -> None:
        """Where it was said, and the words around the evidence."""
        if f.turn is None or not 0 <= f.turn < len(self.call.turns):
            when = wording.clock(f.at)
            self._labelled("位置", f"整通通话{' ' + when if when else ''}" + (f"：{self._quote(f)}" if f.quote else ""))
            return
        when = wording.moment(self.call, f.turn, f.at)
        where = f"{wording.sentence(f.turn)}{' ' + when if when else ''} {self._speaker(f.turn)}："
        self.sheet.add((where, "bold"), *self._evidence(f, f.turn), indent=2, hang=4)

    def _evidence(self, f: Finding, turn: int) -> list[Part]:
        parts: list[Part] = []
        for piece in self.shown.pieces(turn, [f], AROUND):
            if not piece.findings:
                parts.append(piece.text)
            else:
                parts.append((piece.text, EVIDENCE) if self.sheet.colour else f"【{piece.text}】")
        return parts

    def _proof(self, f: Finding) -> None:
        """Who found it, where that does not go without saying, and the steps to it."""
        if self.explain or not wording.plain(f):
            self._labelled("发现", wording.found_by(f))
        if f.excused_by:
            self._labelled("豁免", self.shown.words(f.excused_by))
        for step in f.because if self.explain else ():
            said = self.shown.quote(f.turn, step.text, step.start)
            self._labelled("因为", self.shown.words(step.step, 80) + (f" “{said}”" if said else ""))

    def _set_aside(self, show_excused: bool) -> None:
        excused = sum(f.status == "excused" for f in self.report.findings)
        if excused and not show_excused:
            self.sheet.add((f"另有 {excused} 项命中已豁免（--show-excused 可见）", "dim"))

    def _disclosures(self) -> None:
        told = self.report.disclosures
        if not told:
            return
        if self.report.verdict == "pass" and not self.explain:
            first, *rest = ((self._told(d), MARK_STYLES.get(d.verdict, "")) for d in told)
            self.sheet.flow((f"告知义务：{first[0]}", first[1]), *rest, between="  ", hang=10)
            return
        self.sheet.gap()
        self.sheet.add(("告知义务", "bold"))
        for d in told:
            self.sheet.add((self._told(d), MARK_STYLES.get(d.verdict, "")), self._told_why(d), indent=2, hang=4)

    def _told(self, d: Disclosure) -> str:
        doubt = (
            f"（{self.shown.words(d.why)}）" if d.verdict == "undetermined" and self.report.verdict == "pass" else ""
        )
        return f"{wording.MARKS.get(d.verdict, '?')} {DISCLOSURES.get(d.id, d.id)}{doubt}"

    def _told_why(self, d: Disclosure) -> str:
        """The verdict in words and what it rests on."""
        parts = [f" {DISCLOSURE_VERDICTS.get(d.verdict, d.verdict)}"]
        if d.quote:
            place = "" if d.turn is None else wording.sentence(d.turn)
            parts.append(f"{place}“{self.shown.quote(d.turn, d.quote)}”")
        if d.why and (self.explain or d.verdict != "met"):
            parts.append(self.shown.words(wording.sentences(d.why)))
        if d.nearest:
            parts.append(f"最接近：“{self.shown.words(d.nearest, 120)}”")
        return "，".join(parts)

    def _signals(self, signals: list[Signal]) -> None:
        if signals:
            self.sheet.gap()
            self.sheet.add(("请复核人员留意（不扣分）", "bold"))
        for one in signals:
            self._signal(one, "yellow", indent=2)

    def _signal(self, one: Signal, style: str, indent: int = 0) -> None:
        quote = self.shown.quote(one.turn, one.quote)
        self.sheet.add(
            (f"! {self.shown.words(wording.signal(one))}", style),
            f"：{wording.sentence(one.turn)}“{quote}”",
            indent=indent,
            hang=indent + 2,
        )

    def _timeline(self) -> None:
        if self.report.events:
            self.sheet.gap()
            self.sheet.add(("经过", "bold"))
        for event in self.report.events:
            when = wording.moment(self.call, event.turn)
            seen = wording.SEEN_BY.get(event.seen_by, event.seen_by)
            place = f"{wording.sentence(event.turn)}{' ' + when if when else ''} {self._speaker(event.turn)}"
            said = f"“{self.shown.quote(event.turn, event.quote)}”（{self.shown.words(seen, 40)}）"
            self.sheet.add(f"{place} · {self.shown.words(wording.event(event), 40)} {said}", indent=2, hang=4)

    def _labelled(self, label: str, text: str, indent: int = 2) -> None:
        """``问题：…`` with its later lines under the first; nothing if there is no text."""
        if text:
            self.sheet.add((f"{label}：", "dim"), text, indent=indent, hang=indent + 2 * len(label) + 2)

    def _quote(self, f: Finding) -> str:
        return f"“{self.shown.quote(f.turn, f.quote, f.start)}”"

    def _speaker(self, turn: int) -> str:
        known = 0 <= turn < len(self.call.turns)
        return wording.SPEAKERS[self.call.turns[turn].speaker if known else Speaker.UNKNOWN]
