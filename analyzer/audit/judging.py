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
from analyzer.check import check
from analyzer.errors import Skipped
from analyzer.finding import CallReport
from analyzer.formats.callv1 import to_wire
from analyzer.formats.wire import Place, call_of
from analyzer.reports.json import mended
from analyzer.rules.rulebook import Rulebook

NOTHING = Facts()
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
    return [_skipped(i) if isinstance(i, Skipped) else _judged(i, rulebook) for i in items]


def _judged(item: Call | Stored, rulebook: Rulebook) -> Judged:
    packed = item.call if isinstance(item, Stored) else pack_call(item)
    call = unpack_call(item.call, item.source) if isinstance(item, Stored) else item
    try:
        report = check(call, rulebook)
    except Exception as error:  # one odd call must not end a night's batch; it is listed, with the reason
        reason = f"检查这通电话时程序出错（{type(error).__name__}：{error}）；请把这通转写报告给维护人员"
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
