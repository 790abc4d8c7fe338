"""The report as Markdown, to be pasted into a ticket; whatever was said on the phone stays plain text in it."""

from __future__ import annotations

import re

from analyzer.call import Call
from analyzer.finding import DISCLOSURE_VERDICTS, DISCLOSURES, CallReport, Disclosure, Finding, Signal
from analyzer.reports import View, wording
from analyzer.reports.shown import Shown

AROUND = 60
"""Characters of a turn shown before and after the evidence."""
SPECIAL = re.compile(r"[\\`*_{}\[\]()#+!|~$:=^]")
ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"})


def render(
    call: Call, report: CallReport, *, mask: bool = True, show_excused: bool = False, explain: bool = False
) -> str:
    """The report as Markdown (CommonMark), ending with a line break.

    Args:
        call: what was said.
        report: what is said about it.
        mask: star out personal numbers.
        show_excused: also list the findings set aside, last.
        explain: also list what happened in the call and the steps to each finding.
    """
    paper = _Paper(Shown(call, report, mask=mask), explain)
    urgent, signals = wording.alarms(report)
    findings = wording.ordered(report, excused=show_excused)
    blocks = [
        paper.head(),
        *(f"> **{paper.signal(one)}**" for one in urgent),
        paper.facts(),
        *(paper.finding(n, f) for n, f in enumerate(findings, 1)),
        _list("告知义务", [paper.disclosure(d) for d in report.disclosures]),
        _list("请复核人员留意（不扣分）", [paper.signal(one) for one in signals]),
        _list("经过", paper.timeline() if explain else []),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def write(call: Call, report: CallReport, view: View) -> str:
    """The report as ``--format markdown`` prints it."""
    return render(call, report, mask=view.mask, show_excused=view.show_excused, explain=view.explain)


def escape(text: str) -> str:
    """Text that Markdown and HTML take for text: no emphasis, link, mention, tag or picture comes out of it."""
    return SPECIAL.sub(r"\\\g<0>", text).replace("www.", "www\\.").translate(ENTITIES)


class _Paper:
    """Writes the blocks of one report."""

    def __init__(self, shown: Shown, explain: bool) -> None:
        self.shown, self.call, self.report, self.explain = shown, shown.call, shown.report, explain

    def head(self) -> str:
        name = escape(self.shown.identity(self.report.call_id))
        return f"## 通话 {name}：{escape(wording.headline(self.report))}"

    def facts(self) -> str:
        facts = [("来源", escape(self.shown.identity(self.report.source)))]
        facts += [("理由", self.words(wording.sentences(self.report.why)))] if self.report.why else []
        facts += [("接听人", escape(wording.who(self.report, self.shown.words)))]
        facts += [("角色", escape(r))] if (r := wording.roles(self.report, self.shown.words)) else []
        facts += [("还款承诺", escape(p))] if (p := wording.promises(self.report, self.shown.words)) else []
        facts += [("通话节奏", escape(c))] if (c := wording.timing(self.report.timing)) and self.explain else []
        facts += [(label, self.words(value)) for label, value in wording.metadata(self.call)]
        return "\n".join(f"- {label}：{value}" for label, value in facts)

    def finding(self, number: int, f: Finding) -> str:
        veto = "（一票否决）" if f.veto and f.status == "violation" else ""
        status = wording.STATUSES.get(f.status, f.status)
        head = f"### {number}. {status}·{f.severity.chinese}：{wording.category(f.category)}{veto}"
        rows = [
            ("规则", self.words(wording.rule(f))),
            self.place(f),
            ("问题", self.words(f.message)),
            ("建议", self.words(f.advice)),
            ("依据", self.words(wording.basis(f))),
            ("发现", "" if wording.plain(f) and not self.explain else escape(wording.found_by(f))),
            ("豁免", self.words(f.excused_by or "")),
            *(("因为", self.step(f, i)) for i in range(len(f.because) if self.explain else 0)),
        ]
        return head + "\n\n" + "\n".join(f"- {label}：{value}" for label, value in rows if value)

    def place(self, f: Finding) -> tuple[str, str]:
        """Where it was said and the words around the evidence, which stands in bold and 【】."""
        if f.turn is None or not 0 <= f.turn < len(self.call.turns):
            quote = self.shown.quote(f.turn, f.quote, f.start)
            return "位置", "整通通话" + (f" “{escape(quote)}”" if quote else "")
        when = wording.moment(self.call, f.turn, f.at)
        speaker = wording.SPEAKERS[self.call.turns[f.turn].speaker]
        said = "".join(
            f"【{_bold(escape(p.text))}】" if p.findings else escape(p.text)
            for p in self.shown.pieces(f.turn, [f], AROUND)
        )
        return f"{wording.sentence(f.turn)}{' ' + when if when else ''} {speaker}", said

    def step(self, f: Finding, number: int) -> str:
        step = f.because[number]
        quote = self.shown.quote(f.turn, step.text, step.start)
        return self.words(step.step) + (f" “{escape(quote)}”" if quote else "")

    def disclosure(self, d: Disclosure) -> str:
        verdict = DISCLOSURE_VERDICTS.get(d.verdict, d.verdict)
        parts = [f"{wording.MARKS.get(d.verdict, '?')} {DISCLOSURES.get(d.id, d.id)}：{verdict}"]
        if d.quote:
            place = "" if d.turn is None else wording.sentence(d.turn)
            parts.append(f"{place}“{escape(self.shown.quote(d.turn, d.quote))}”")
        if d.why:
            parts.append(self.words(wording.sentences(d.why)))
        if d.nearest:
            parts.append(f"最接近：“{self.words(d.nearest)}”")
        return "，".join(parts)

    def signal(self, one: Signal) -> str:
        quote = escape(self.shown.quote(one.turn, one.quote))
        return f"{self.words(wording.signal(one))}：{wording.sentence(one.turn)} “{quote}”"

    def timeline(self) -> list[str]:
        return [
            f"{wording.sentence(e.turn)} {self.words(wording.event(e))} “{escape(self.shown.quote(e.turn, e.quote))}”"
            for e in self.report.events
        ]

    def words(self, text: str) -> str:
        return escape(self.shown.words(text))


def _bold(text: str) -> str:
    """Bold, which Markdown only sees around something that is no blank."""
    bare = text.strip()
    return text.replace(bare, f"**{bare}**", 1) if bare else text


def _list(title: str, items: list[str]) -> str:
    return f"### {title}\n\n" + "\n".join(f"- {item}" for item in items) if items else ""
