"""report.v1: the report for machines, one object, always the same keys in the same order.

Nothing is masked here: offsets and quotations are exact, so that ``turn.text[start:end] == quote`` holds for whoever
reads it.  Whatever people look at (text, Markdown, HTML) masks by default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from analyzer.call import Call
from analyzer.finding import CallReport, Disclosure, Finding, Promise, RulebookReading, Timing
from analyzer.reports import View

SCHEMA = "report.v1"
Wire = dict[str, object]


def encode(report: CallReport, *, show_excused: bool = False) -> bytes:
    """One compact UTF-8 line (without the line break) of report.v1; the same report gives the same bytes.

    Half a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD; nothing else is changed.
    """
    wire = to_wire(report, show_excused=show_excused)
    try:
        return _encoder.encode(wire)
    except UnicodeEncodeError:
        return _encoder.encode(mended(wire))


def to_wire(report: CallReport, *, show_excused: bool = False) -> Wire:
    """The report as plain dicts and lists; ``show_excused`` also lists the findings set aside."""
    book, relation, roles = report.rulebook, report.relation, report.roles
    return {
        "schema": SCHEMA,
        "call_id": report.call_id,
        "source": report.source,
        "verdict": report.verdict,
        "score": report.score,
        "vetoed": report.vetoed,
        "rulebook": _rulebook(book),
        "tool": report.tool,
        "relation": {"value": relation.value, "certainty": relation.certainty, "why": relation.why},
        "roles": {
            "swapped": roles.swapped,
            "certainty": roles.certainty,
            "why": roles.why,
            "speakers": list(roles.speakers),
        },
        "findings": [_finding(f) for f in report.listed(excused=show_excused)],
        "disclosures": [_disclosure(d) for d in report.disclosures],
        "signals": [{"id": s.id, "turn": s.turn, "quote": s.quote, "message": s.message} for s in report.signals],
        "events": [{"id": e.id, "turn": e.turn, "quote": e.quote, "seen_by": e.seen_by} for e in report.events],
        "meta": dict(report.meta),
        "why": report.why,
        "promises": [_promise(p) for p in report.promises],
        "timing": None if report.timing is None else _timing(report.timing),
    }


def write(call: Call, report: CallReport, view: View) -> str:
    """The report as ``--format json`` prints it; the call itself is not repeated in it."""
    return encode(report, show_excused=view.show_excused).decode() + "\n"


def _rulebook(book: RulebookReading) -> Wire:
    readers = [{"name": r.name, "version": r.version, "missed": r.missed, "ignored": r.ignored} for r in book.readers]
    return {"packs": list(book.packs), "version": book.version, "model": book.model, "readers": readers}


def _finding(f: Finding) -> Wire:
    return {
        "rule": f.rule,
        "category": f.category,
        "severity": f.severity.code,
        "certainty": f.certainty,
        "status": f.status,
        "found_by": list(f.found_by),
        "turn": f.turn,
        "start": f.start,
        "end": f.end,
        "quote": f.quote,
        "line": f.line,
        "at": f.at,
        "message": f.message,
        "advice": f.advice,
        "basis": [{"source": b.source, "clause": b.clause} for b in f.basis],
        "because": [{"step": b.step, "text": b.text, "start": b.start, "end": b.end} for b in f.because],
        "excused_by": f.excused_by,
        "fingerprint": f.fingerprint,
        "veto": f.veto,
        "rule_name": f.rule_name,
    }


def _disclosure(d: Disclosure) -> Wire:
    return {
        "id": d.id,
        "verdict": d.verdict,
        "turn": d.turn,
        "quote": d.quote,
        "due": d.due,
        "nearest": d.nearest,
        "why": d.why,
    }


def _promise(p: Promise) -> Wire:
    return {"turn": p.turn, "quote": p.quote, "amount": p.amount, "due": p.due, "when": p.when, "way": p.way}


def _timing(t: Timing) -> Wire:
    return {
        "length": t.length,
        "longest_gap": t.longest_gap,
        "gap_after": t.gap_after,
        "silence": t.silence,
        "overlap": t.overlap,
        "agent_rate": t.agent_rate,
    }


def mended(value: object) -> object:
    """The same value without lone surrogates."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {mended(key): mended(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [mended(item) for item in value]
    return value


_encoder = msgspec.json.Encoder(enc_hook=str)
