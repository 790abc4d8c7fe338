"""What the page of a call shows, as plain values for its template: harmless text, Chinese words, numbers for links."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

from analyzer.call import Speaker
from analyzer.finding import DISCLOSURE_VERDICTS, DISCLOSURES, Disclosure, Finding, Severity, Signal
from analyzer.reports import wording
from analyzer.reports.shown import Piece, Shown

TICKS = 120
"""Most marks on the strip that draws the call; a longer call shares them."""
SIDES = {Speaker.AGENT: "agent", Speaker.CUSTOMER: "customer"}


class Values(SimpleNamespace):
    """Named values; a template reads attributes faster than keys."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A piece of a turn as it is drawn: ``look`` is a CSS class, ``opens`` and ``closes`` are numbers of findings."""

    text: str
    look: str
    opens: tuple[int, ...]
    closes: tuple[int, ...]


def page_view(shown: Shown, *, show_excused: bool) -> dict[str, object]:
    """Everything the template of a call's page asks for."""
    report = shown.report
    findings = wording.ordered(report, excused=True)
    marked = [f for f in findings if show_excused or f.status != "excused"]
    cards = [_card(shown, f, number) for number, f in enumerate(findings, 1)]
    urgent, signals = wording.alarms(report)
    turns = _turns(shown, marked)
    return {
        "name": shown.identity(report.call_id),
        "source": shown.identity(report.source, 120),
        "verdict": report.verdict,
        "verdict_name": wording.verdict(report),
        "score": report.score,
        "counts": wording.counts(report),
        "why": shown.words(wording.sentences(report.why)),
        "who": wording.who(report, shown.words),
        "roles": wording.roles(report, shown.words),
        "facts": [(label, shown.words(value, 80)) for label, value in wording.metadata(shown.call)],
        "promises": wording.promises(report, shown.words),
        "timing": wording.timing(report.timing),
        "urgent": [_signal(shown, s) for s in urgent],
        "signals": [_signal(shown, s) for s in signals],
        "turns": turns,
        "ticks": _ticks(turns),
        "has_events": any(turn.chips for turn in turns),
        "cards": [c for c, f in zip(cards, findings, strict=True) if f.status != "excused"],
        "excused": [c for c, f in zip(cards, findings, strict=True) if f.status == "excused"],
        "show_excused": show_excused,
        "disclosures": [_disclosure(shown, d) for d in report.disclosures],
        "judged_by": _judged_by(shown),
    }


def _turns(shown: Shown, findings: list[Finding]) -> list[Values]:
    here: dict[int, list[int]] = {}
    for i, f in enumerate(findings):
        if f.turn is not None:
            here.setdefault(f.turn, []).append(i)
    chips: dict[int, list[Values]] = {}
    for e in shown.report.events:
        quote = shown.quote(e.turn, e.quote, limit=60)
        chips.setdefault(e.turn, []).append(Values(name=shown.words(wording.event(e), 40), quote=quote))
    urgent, others = wording.alarms(shown.report)
    heard = {**{s.turn: "heard" for s in others}, **{s.turn: "heard urgent" for s in urgent}}
    return [
        _turn(
            shown,
            n,
            [findings[i] for i in here.get(n, [])],
            [i + 1 for i in here.get(n, [])],
            chips.get(n, []),
            heard.get(n, ""),
        )
        for n in range(len(shown.turns))
    ]


def _turn(shown: Shown, n: int, findings: list[Finding], numbers: list[int], chips: list[Values], heard: str) -> Values:
    """One bubble; findings that rest on no words of it are named beneath it (``whole``)."""
    speaker = shown.call.turns[n].speaker
    side, time = SIDES.get(speaker, "other"), wording.moment(shown.call, n)
    return Values(
        n=n,
        number=n + 1,
        side=side,
        time=time,
        label=" · ".join(filter(None, (str(n + 1), wording.SPEAKERS[speaker], time))),
        classes=" ".join(filter(None, ("turn", side, heard))),
        shapes=[_shape(p, findings, numbers) for p in shown.pieces(n, findings)],
        whole=[number for number, f in zip(numbers, findings, strict=True) if shown.span(f) is None],
        look=_gravest(findings),
        chips=chips,
    )


def _shape(piece: Piece, findings: list[Finding], numbers: list[int]) -> Shape:
    look = _gravest([findings[i] for i in piece.findings]) + (" twice" if len(piece.findings) > 1 else "")
    return Shape(piece.text, look, tuple(numbers[i] for i in piece.opens), tuple(numbers[i] for i in piece.closes))


def _gravest(findings: list[Finding]) -> str:
    """The CSS class of the gravest finding: its severity, ``excused`` if all are; empty without any."""
    if not findings:
        return ""
    standing = [f for f in findings if f.status != "excused"]
    if not standing:
        return "excused"
    worst = max(f.severity for f in standing).code
    return worst if any(f.status == "violation" for f in standing) else f"{worst} suspected"


def _ticks(turns: list[Values]) -> list[Values]:
    """The call as a strip: one mark a turn, or a few turns, where there are many."""
    size = -(-len(turns) // TICKS) or 1
    groups = [turns[i : i + size] for i in range(0, len(turns), size)]
    return [_tick(group) for group in groups]


def _tick(group: list[Values]) -> Values:
    """The turn that stands for its neighbours: the one with the gravest finding, else the first."""
    weights = ["", "excused", *(s.code for s in sorted(Severity))]
    turn = max(group, key=lambda t: weights.index(t.look.split(" ")[0]))
    until = "" if group[-1] is group[0] else f" 至 {group[-1].number}"
    return Values(n=turn.n, look=f"{turn.side} {turn.look}", label=f"第 {group[0].number}{until} 句 {turn.time}")


def _card(shown: Shown, f: Finding, number: int) -> Values:
    placed = f.turn is not None and 0 <= f.turn < len(shown.turns)
    status = wording.STATUSES.get(f.status, f.status)
    place = wording.sentence(f.turn) if placed and f.turn is not None else "整通通话"
    return Values(
        number=number,
        classes=" ".join(dict.fromkeys(("finding", "excused" if f.status == "excused" else f.severity.code, f.status))),
        severity=("" if f.status == "violation" else f"{status} · ") + f.severity.chinese,
        category=wording.category(f.category),
        rule=shown.words(wording.rule(f), 80),
        veto=f.veto and f.status == "violation",
        turn=f.turn if placed else None,
        target=f"e{number}" if shown.span(f) and f.status != "excused" else f"t{f.turn}",
        place=f"{place} {wording.moment(shown.call, f.turn, f.at)}".strip(),
        quote=shown.quote(f.turn, f.quote, f.start),
        message=shown.words(f.message),
        advice=shown.words(f.advice),
        basis=[shown.words(b.source + (f" {b.clause}" if b.clause else "")) for b in f.basis],
        found_by="" if wording.plain(f) else wording.found_by(f),
        because=[(shown.words(b.step, 80), shown.quote(f.turn, b.text, b.start)) for b in f.because],
        excused_by=shown.words(f.excused_by or ""),
    )


def _disclosure(shown: Shown, d: Disclosure) -> Values:
    return Values(
        verdict=d.verdict,
        mark=wording.MARKS.get(d.verdict, "?"),
        name=DISCLOSURES.get(d.id, shown.words(d.id)),
        verdict_name=DISCLOSURE_VERDICTS.get(d.verdict, d.verdict),
        turn=d.turn,
        quote=shown.quote(d.turn, d.quote or "", limit=80),
        why=shown.words(wording.sentences(d.why)),
        nearest=shown.words(d.nearest or "", 80),
    )


def _signal(shown: Shown, s: Signal) -> Values:
    return Values(turn=s.turn, name=shown.words(wording.signal(s)), quote=shown.quote(s.turn, s.quote))


def _judged_by(shown: Shown) -> str:
    """Which rules and which tool judged, for the foot of the page."""
    report = shown.report
    book = report.rulebook
    model = f" · 模型 {_short(book.model)}" if book.model else ""
    readers = "".join(f" · 外接模型 {r.name} {_short(r.version)}" for r in book.readers)
    return shown.words(
        f"{report.tool} · 规则包 {'、'.join(book.packs)} · 规则集 {_short(book.version)}{model}{readers}"
    )


def _short(digest: str) -> str:
    """Enough of a digest to tell two apart."""
    return digest.removeprefix("sha256:")[:12]
