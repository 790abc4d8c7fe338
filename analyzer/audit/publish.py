"""From the ledger to the folder that QA staff open: every output in one pass over the calls, in input order."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from types import MappingProxyType

import msgspec

from analyzer.audit.amending import WaiverUse, amended
from analyzer.audit.crosscall import Contact, Extra, across
from analyzer.audit.facts import Facts
from analyzer.audit.judging import unpack_call, unpack_report
from analyzer.audit.ledger import Entry, Ledger
from analyzer.audit.manifest import Manifest, add_outputs, digest
from analyzer.audit.pages import PAGE_FOLDER, Pages, page_name
from analyzer.audit.redact import Redactor
from analyzer.call import CHINA, Call
from analyzer.errors import Skipped
from analyzer.finding import CallReport, Finding, RulebookReading
from analyzer.reports import View, html
from analyzer.reports.figures import Figures, Where
from analyzer.reports.findingstable import FindingsTable, line
from analyzer.reports.json import encode
from analyzer.reports.listed import Listed
from analyzer.reports.overview import Overview
from analyzer.reports.whole import PART, Whole
from analyzer.reports.workbook import Workbook
from analyzer.reports.worklist import Task, Worklist
from analyzer.review.waivers import Waiver
from analyzer.rules.rulebook import Rulebook
from analyzer.scorecard import Scorecard

PAGES = ("auto", "all", "findings", "none")
MANY = 2_000
"""From so many calls on, ``auto`` makes pages only where something was found."""
TWIN, KEYS = "redacted", "pseudonyms.csv"
"""Where the redacted twin goes, and the key of its pseudonyms, which stays in the house."""
TITLE = "催收通话质检总览"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the outputs are wanted: ``pages`` is one of ``PAGES``."""

    mask: bool = True
    show_excused: bool = False
    pages: str = "auto"
    waivers: tuple[Waiver, ...] = ()
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Published:
    """What came of it: the figures, and what is to be said of the waivers."""

    figures: Figures
    waiver_problems: list[str]


def look_across(ledger: Ledger, rulebook: Rulebook) -> None:
    """Find what no single call shows, and keep it in the ledger."""
    ledger.take_extras((e.contact.item, _dial_name(e), _pack(e)) for e in across(ledger, rulebook))


def publish(
    ledger: Ledger,
    folder: Path,
    rulebook: Rulebook,
    wanted: Wanted,
    *,
    redact: bool = False,
    step: Callable[[int], None] = lambda n: None,
) -> Published:
    """Write all outputs of a ledger, and with ``redact`` their twins in the folder ``redacted``.

    Args:
        ledger: judged calls, looked at across.
        folder: where to write; files get their names when they are complete.
        rulebook: for the scorecard and the manifest.
        wanted: how.
        redact: also write what may leave the house.
        step: called after each call.
    """
    redactor = Redactor() if redact else None
    if redactor is not None:
        _write(ledger, folder / TWIN, rulebook, wanted, redactor, step)
    elif (folder / TWIN).is_dir():
        shutil.rmtree(folder / TWIN)
    return _write(ledger, folder, rulebook, wanted, None, step, _keys(folder, redactor))


def _keys(folder: Path, redactor: Redactor | None) -> dict[str, tuple[int, str]]:
    """The key of the pseudonyms, which stays in the house."""
    path = folder / KEYS
    if redactor is None:
        path.unlink(missing_ok=True)
        return {}
    with Whole(path) as file:
        file.write("\ufeff".encode() + line(("种类", "原值", "代号")))
        for row in redactor.names.keys():  # noqa: SIM118 not a mapping
            file.write(line(row))
    return {KEYS: (file.size, file.digest)}


def _write(
    ledger: Ledger,
    folder: Path,
    rulebook: Rulebook,
    wanted: Wanted,
    redactor: Redactor | None,
    step: Callable[[int], None],
    more: Mapping[str, tuple[int, str]] = MappingProxyType({}),
) -> Published:
    (folder / PAGE_FOLDER).mkdir(parents=True, exist_ok=True)
    for left in (*folder.glob(f"*{PART}"), *folder.glob(f"{PAGE_FOLDER}/*{PART}")):
        left.unlink()
    every = wanted.pages == "all" or (wanted.pages == "auto" and ledger.count() <= MANY)
    use, card = WaiverUse(wanted.waivers), Scorecard.of(rulebook.scorecard)
    work = Worklist()
    none, workers = wanted.pages == "none", wanted.workers
    with ExitStack() as stack:
        overview = stack.enter_context(Overview(TITLE))
        pages = stack.enter_context(Pages(folder, _view(wanted), every=every, none=none, workers=workers))
        out, bad = (stack.enter_context(Whole(folder / n)) for n in ("reports.jsonl", "unreadable.jsonl"))
        book = stack.enter_context(Workbook(folder / "report.xlsx", TITLE))
        table = stack.enter_context(FindingsTable(folder))
        number = 0
        for entry in ledger.entries():
            if entry.reason is not None or entry.report is None:
                item = Skipped(entry.source, entry.reason or "", entry.line)
                item = item if redactor is None else redactor.skipped(item)
                bad.write(_skipped_line(item))
                book.skip(item)
                overview.skip(item)
                continue
            number += 1
            one = _listed(number, entry, ledger, use, card, wanted, redactor)
            one.page = pages.make(one)
            out.write(encode(one.report, show_excused=wanted.show_excused) + b"\n")
            overview.add(one.report, one.page, one.where)
            book.add(one)
            table.add(one)
            work.add(one)
            step(1)
        for one in _dials(ledger, rulebook, wanted, redactor):
            table.add(one)
            book.add_dial(one)
        tasks = work.tasks()
        book.close(overview.figures, tasks)
        pages.finish()
        overview.write(folder / "index.html", html.render_index, tasks)
    _worklist(folder / "worklist.csv", tasks)
    inputs = ledger.inputs()
    if redactor is not None:
        inputs = [(redactor.source(name), size, sha) for name, size, sha in inputs]
    _seal(inputs, folder, rulebook, wanted, overview.figures, {**pages.written, **more})
    return Published(overview.figures, use.problems())


def entry_page(ledger: Ledger, folder: Path, rulebook: Rulebook, wanted: Wanted, call_ids: set[str]) -> list[Path]:
    """Make the pages of some calls on demand; gives the paths of those that were found."""
    (folder / PAGE_FOLDER).mkdir(parents=True, exist_ok=True)
    pages, number, made = Pages(folder, _view(wanted), every=True), 0, []
    card = Scorecard.of(rulebook.scorecard)
    for entry in ledger.entries():
        number += entry.reason is None
        if entry.reason is None and entry.call_id in call_ids:
            one = _listed(number, entry, ledger, WaiverUse(wanted.waivers), card, wanted, None)
            pages.make(one)
            made.append(folder / PAGE_FOLDER / page_name(number, entry.call_id))
    pages.flush()
    if pages.written:
        add_outputs(folder, pages.written)
    return made


def _listed(
    number: int,
    entry: Entry,
    ledger: Ledger,
    use: WaiverUse,
    card: Scorecard,
    wanted: Wanted,
    redactor: Redactor | None,
) -> Listed:
    extras = [_unpack(body) for _, body in ledger.extras(entry.id)]
    day = None if entry.facts.day is None else date.fromisoformat(entry.facts.day)
    report = amended(unpack_report(entry.report or b""), extras, day, use, card)
    where, load = where_of(entry.facts), partial(unpack_call, entry.call or b"", entry.source)
    if redactor is not None:
        call, report, where = redactor.call(load(), report, where)
        load = partial(_same, call)
    return Listed(number, report, where, load, mask=wanted.mask, show_excused=wanted.show_excused)


def _view(wanted: Wanted) -> View:
    return View(show_excused=wanted.show_excused, mask=wanted.mask, back="../index.html")


def _same(call: Call) -> Call:
    return call


def where_of(facts: Facts) -> Where:
    """What a call is counted and listed under."""
    from datetime import datetime

    started = "" if facts.started is None else f"{datetime.fromtimestamp(facts.started, CHINA):%Y-%m-%d %H:%M}"
    return Where(
        facts.day or "",
        facts.agent,
        facts.team or facts.agency,
        facts.agent_name,
        facts.creditor,
        started,
        facts.debtor,
    )


def _seal(
    inputs: Sequence[tuple[str, int, str]],
    folder: Path,
    rulebook: Rulebook,
    wanted: Wanted,
    figures: Figures,
    pages: dict[str, tuple[int, str]],
) -> None:
    names = ("reports.jsonl", "unreadable.jsonl", "index.html", "report.xlsx", "findings.csv", "findings.parquet")
    outputs = {n: digest(folder / n) for n in (*names, "worklist.csv")} | pages
    reading: RulebookReading = rulebook.reading
    waived = [w.fingerprint for w in wanted.waivers]
    options = {"mask": wanted.mask, "show_excused": wanted.show_excused, "pages": wanted.pages, "waivers": waived}
    counts = {"calls": figures.calls, "unreadable": figures.unreadable, **figures.verdicts}
    Manifest(inputs, reading, options, counts).write(folder, outputs)


def _skipped_line(item: Skipped) -> bytes:
    return msgspec.json.encode({"source": item.source, "line": item.line, "reason": item.reason}) + b"\n"


def _worklist(path: Path, tasks: list[Task]) -> None:
    head = ("次序", "为什么先听", "通话", "结论", "得分", "要点", "坐席", "团队", "页面")
    with Whole(path) as file:
        file.write("\ufeff".encode() + line(head))
        for n, t in enumerate(tasks, 1):
            file.write(line((n, t.reason, t.name, t.verdict, t.score, t.points, t.agent, t.team, t.page)))


def _dials(ledger: Ledger, rulebook: Rulebook, wanted: Wanted, redactor: Redactor | None) -> Iterator[Listed]:
    """What was found about dials of the contact log that have no transcript."""
    from analyzer.finding import RelationReading, RolesReading

    for _, body in ledger.extras(0):
        extra = _unpack(body)
        if extra.finding is not None:
            c = extra.contact
            relation = RelationReading(c.facts.relation, 0.0, "")
            report = CallReport(
                *(c.call_id, c.source, "not_assessable", None, False, rulebook.reading, "", relation, RolesReading()),
                findings=(extra.finding,),
            )
            call, where = Call(c.call_id, (), source=c.source), where_of(c.facts)
            if redactor is not None:
                call, report, where = redactor.call(call, report, where)
            yield Listed(0, report, where, partial(_same, call), mask=wanted.mask)


def _dial_name(extra: Extra) -> str:
    return extra.contact.source


class _Packed(msgspec.Struct):
    contact: Contact
    finding: Finding | None
    consent: str


def _pack(extra: Extra) -> bytes:
    return msgspec.msgpack.encode(_Packed(extra.contact, extra.finding, extra.consent))


def _unpack(body: bytes) -> Extra:
    packed = msgspec.msgpack.decode(body, type=_Packed)
    return Extra(packed.contact, packed.finding, packed.consent)
