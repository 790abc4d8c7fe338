"""A chunk of calls -> what the ledger keeps of each; a pure function that any worker can run."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from analyzer.audit.facts import Facts, facts_of
from analyzer.call import Call
from analyzer.check import check_all
from analyzer.errors import Skipped
from analyzer.finding import CallReport
from analyzer.formats.callv1 import to_wire
from analyzer.formats.wire import Place, call_of
from analyzer.reports.json import mended
from analyzer.rules.rulebook import Rulebook

NOTHING = Facts()
TOGETHER = 32
"""So many calls the second reader reads in one go."""
QUICK = 1
"""zlib level: transcripts shrink to a quarter, and more effort gains little."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A call as the ledger keeps it: packed call.v1."""

    source: str
    call: bytes


@dataclass(frozen=True, slots=True)
class Judged:
    """A call with its report, or what could not be read (``reason`` is set); what the ledger keeps of it.

    ``missed``: a plug-in reader could not read the call; the next run asks it again.
    """

    call_id: str
    source: str
    line: int | None = None
    reason: str | None = None
    call: bytes | None = None
    report: bytes | None = None
    facts: Facts = NOTHING
    missed: bool = False


def judge(items: Sequence[Call | Skipped | Stored], rulebook: Rulebook) -> list[Judged]:
    """Judge a chunk; a call on which the check itself breaks is told like one that cannot be read."""
    judged: list[Judged] = []
    for at in range(0, len(items), TOGETHER):
        some = items[at : at + TOGETHER]
        calls = [unpack_call(i.call, i.source) if isinstance(i, Stored) else i for i in some]
        reports = iter(_checked([c for c in calls if isinstance(c, Call)], rulebook))
        for item, call in zip(some, calls, strict=True):
            judged.append(_skipped(call) if isinstance(call, Skipped) else _judged(item, call, next(reports)))
    return judged


def _checked(calls: Sequence[Call], rulebook: Rulebook) -> list[CallReport | Exception]:
    """The reports; where one call breaks the check, the others are checked one by one."""
    try:
        return list(check_all(calls, rulebook))
    except Exception as error:  # one odd call must not end a night's batch; it is listed, with the reason
        return [error] if len(calls) == 1 else [r for c in calls for r in _checked([c], rulebook)]


def _judged(item: Call | Skipped | Stored, call: Call, report: CallReport | Exception) -> Judged:
    packed = item.call if isinstance(item, Stored) else pack_call(call)
    if isinstance(report, Exception):
        reason = f"检查这通电话时程序出错（{type(report).__name__}：{report}）；请把这通转写报告给维护人员"
        return Judged(_plain(call.call_id), _plain(call.source), None, _plain(reason), packed)
    facts = facts_of(call, report)
    words = (_plain(v) if isinstance(v, str) else v for v in (getattr(facts, k) for k in Facts.__slots__))
    return Judged(
        _plain(call.call_id),
        _plain(call.source),
        call=packed,
        report=pack_report(report),
        facts=Facts(*words),  # type: ignore[arg-type]
        missed=any(r.missed for r in report.rulebook.readers),
    )


def _skipped(item: Skipped) -> Judged:
    return Judged("", _plain(item.source), item.line, _plain(item.reason))


def pack_call(call: Call) -> bytes:
    """A call as the ledger keeps it; half a surrogate pair becomes U+FFFD."""
    wire = to_wire(call)
    try:
        raw = msgspec.json.encode(wire)
    except UnicodeEncodeError:
        raw = msgspec.json.encode(mended(wire))
    return zlib.compress(raw, QUICK)


def unpack_call(packed: bytes, source: str) -> Call:
    """The call again."""
    return call_of(zlib.decompress(packed), Place(source, None, "", source))


def pack_report(report: CallReport) -> bytes:
    """A report as the ledger keeps it, excused findings included."""
    try:
        raw = msgspec.msgpack.encode(report)
    except UnicodeEncodeError:
        raw = msgspec.msgpack.encode(mended(msgspec.to_builtins(report)))
    return zlib.compress(raw, QUICK)


def unpack_report(packed: bytes) -> CallReport:
    """The report again."""
    return _report_decoder().decode(zlib.decompress(packed))


@cache
def _report_decoder() -> msgspec.msgpack.Decoder[CallReport]:
    return msgspec.msgpack.Decoder(CallReport)


def _plain(text: str) -> str:
    """Text that a database can hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode() if _torn(text) else text


def _torn(text: str) -> bool:
    return any("\ud800" <= c <= "\udfff" for c in text)


@cache
def code_stamp() -> str:
    """Digest of the program itself: a new release judges and reads again what an old one has done."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[1]
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\x1f" + path.read_bytes())
    return digest.hexdigest()


def judging_key(rulebook: Rulebook) -> str:
    """Identity of everything that can change a verdict: rules, model, plug-in readers, program."""
    reading = rulebook.reading
    readers = "".join(f"\x1f{r.name}\x1f{r.version}" for r in reading.readers)
    return hashlib.sha256(f"{reading.version}\x1f{reading.model}\x1f{code_stamp()}{readers}".encode()).hexdigest()[:24]
