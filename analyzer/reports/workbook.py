"""``report.xlsx``: what QA staff open, filter, decide in and send on.

Sheets: 总览 · 工作清单 · 违规明细 · 通话 · 告知义务 · 坐席 · 团队 · 规则 · 未读取. Decisions are taken in drop-down
columns and come back by ``hegui review import``, which knows a row by its fingerprint.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from xlsxwriter.workbook import Workbook as Book

from analyzer.errors import Skipped
from analyzer.finding import DISCLOSURE_VERDICTS, DISCLOSURES, Finding
from analyzer.reports import wording
from analyzer.reports.dashboard import Dashboard
from analyzer.reports.figures import Figures
from analyzer.reports.listed import Listed
from analyzer.reports.sheets import Cell, Column, Link, Rolling
from analyzer.reports.visible import clip, visible
from analyzer.reports.whole import PART
from analyzer.reports.worklist import Task

DECISIONS = ("属实", "误报", "存疑")
"""What a reviewer can say of a finding."""
CALL_DECISIONS = ("无漏判", "有漏判", "听不清")
"""What a reviewer can say of a whole call."""
FONT = "Microsoft YaHei"
FIXED = datetime(2026, 1, 1)
"""The date in the properties: the same input gives the same bytes on every day."""
FINDINGS_SHEET, CALLS_SHEET, TASKS_SHEET = "违规明细", "通话", "工作清单"
FINDING_COLUMNS = (
    Column("序号", 7, "number"),
    Column("通话", 20),
    Column("页面", 7, "link"),
    Column("类别", 16),
    Column("级别", 7),
    Column("状态", 7),
    Column("第几句", 8, "number"),
    Column("时间点", 8),
    Column("原话", 34, "wrap"),
    Column("上下文（前后两句）", 70, "wrap"),
    Column("复核结论", 10, "input", DECISIONS),
    Column("复核人", 10, "input"),
    Column("复核备注", 24, "input"),
    Column("问题", 34, "wrap"),
    Column("建议", 34, "wrap"),
    Column("依据", 34, "wrap"),
    Column("规则", 30),
    Column("把握", 7, "percent"),
    Column("坐席", 12),
    Column("团队", 16),
    Column("债权人", 16),
    Column("通话时间", 17),
    Column("来源", 30),
    Column("指纹", 19),
)
CALL_COLUMNS = (
    Column("序号", 7, "number"),
    Column("通话", 22),
    Column("页面", 7, "link"),
    Column("结论", 12),
    Column("得分", 7, "number"),
    Column("违规", 7, "number"),
    Column("疑似", 7, "number"),
    Column("类别", 34, "wrap"),
    Column("客户风险信号", 24, "wrap"),
    Column("缺失的告知", 30, "wrap"),
    Column("接听人", 12),
    Column("通话时间", 17),
    Column("坐席", 12),
    Column("团队", 16),
    Column("债权人", 16),
    Column("债务人编号", 14),
    Column("来源", 34),
)
TOLD_COLUMNS = (
    Column("序号", 7, "number"),
    Column("通话", 22),
    Column("坐席", 12),
    *(Column(name, 16) for name in DISCLOSURES.values()),
    Column("缺失原因", 60, "wrap"),
)
TASK_COLUMNS = (
    Column("次序", 7, "number"),
    Column("为什么先听", 16),
    Column("通话", 22),
    Column("页面", 7, "link"),
    Column("结论", 12),
    Column("得分", 7, "number"),
    Column("要点", 60, "wrap"),
    Column("坐席", 12),
    Column("团队", 16),
    Column("整通结论", 10, "input", CALL_DECISIONS),
    Column("复核人", 10, "input"),
    Column("复核备注", 24, "input"),
    Column("来源", 34),
)
SKIPPED_COLUMNS = (Column("来源", 50), Column("行", 8, "number"), Column("原因", 90, "wrap"))
HEAD = {"bold": True, "bg_color": "#1F5F99", "font_color": "#FFFFFF", "valign": "vcenter", "text_wrap": True}
LOOKS: dict[str, dict[str, Any]] = {
    "head": HEAD,
    "head_number": {**HEAD, "align": "right"},
    "text": {},
    "wrap": {"text_wrap": True},
    "number": {"align": "right"},
    "percent": {"num_format": "0%", "align": "right"},
    "share": {"num_format": "0.0%", "align": "right"},
    "link": {"font_color": "#1F5F99", "underline": 1, "align": "center"},
    "input": {"bg_color": "#FFF7D6", "border": 1, "border_color": "#E3D9AA", "text_wrap": True},
}


class Workbook:
    """The workbook of an audit; ``add`` takes calls one by one, ``close`` adds what they come to.

    Args:
        path: where it goes, under a temporary name until it is complete.
        title: heading of the overview sheet.
    """

    def __init__(self, path: Path, title: str) -> None:
        self._path, self._part = path, path.with_name(path.name + PART)
        self._book, formats = _book(self._part, title)
        self._dashboard = Dashboard(self._book, formats, title)
        self._tasks = Rolling(self._book, TASKS_SHEET, TASK_COLUMNS, formats)
        self._findings = Rolling(self._book, FINDINGS_SHEET, FINDING_COLUMNS, formats)
        self._calls = Rolling(self._book, CALLS_SHEET, CALL_COLUMNS, formats)
        self._told = Rolling(self._book, "告知义务", TOLD_COLUMNS, formats)
        self._dashboard.reserve()
        self._skipped = Rolling(self._book, "未读取", SKIPPED_COLUMNS, formats)

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is not None:
            self._book.fileclosed = True  # half a workbook is not worth assembling
            for sheet in (self._tasks, self._findings, self._calls, self._told, self._skipped):
                sheet.discard()
            self._part.unlink(missing_ok=True)

    def add(self, one: Listed) -> None:
        """List a call, its findings and its disclosures."""
        report, where = one.report, one.where
        page = Link(one.page) if one.page else None
        self._calls.append(
            (
                *(one.number, one.name, page, wording.verdict(report), report.score, one.violations, one.suspected),
                *(one.categories, one.signals, one.missing),
                *(wording.RELATIONS.get(report.relation.value, visible(report.relation.value)), where.started),
                *map(_short, (where.agent, where.team, where.creditor, where.debtor)),
                one.source,
            )
        )
        for finding in one.findings:
            self._findings.append(self._finding(one, finding, page))
        told = {d.id: d for d in report.disclosures}
        why = "；".join(f"{DISCLOSURES[d.id]}：{d.why}" for d in report.disclosures if d.verdict == "missing")
        verdicts = (DISCLOSURE_VERDICTS.get(told[d].verdict, "") if d in told else "" for d in DISCLOSURES)
        self._told.append((one.number, one.name, _short(where.agent), *verdicts, wording.sentences(why)))

    def _finding(self, one: Listed, f: Finding, page: Link | None) -> tuple[Any, ...]:
        where = one.where
        return (
            *(self._findings.rows + 1, one.name, page, wording.category(f.category), f.severity.chinese),
            *(wording.STATUSES.get(f.status, f.status), None if f.turn is None else f.turn + 1, one.moment(f)),
            *(one.quote(f), one.context(f), "", "", ""),
            *(one.words(f.message), one.words(f.advice), one.words(wording.basis(f)), visible(clip(f.rule, 80))),
            f.certainty,
            *map(_short, (where.agent, where.team, where.creditor)),
            *(where.started, one.source, f.fingerprint),
        )

    def add_dial(self, one: Listed) -> None:
        """List what was found about a dial that has no transcript."""
        for finding in one.findings:
            self._findings.append(self._finding(one, finding, None))

    def skip(self, item: Skipped) -> None:
        """List what could not be read."""
        self._skipped.append((visible(clip(item.source, 300)), item.line, visible(clip(item.reason, 400))))

    def close(self, figures: Figures, tasks: Sequence[Task]) -> None:
        """Write the sheets of figures and give the workbook its name."""
        for n, t in enumerate(tasks, 1):
            link = Link(t.page) if t.page else None
            seen = (n, t.reason, t.name, link, t.verdict, t.score, t.points, _short(t.agent), _short(t.team))
            self._tasks.append((*seen, "", "", "", t.source))
        for sheet in (self._tasks, self._findings, self._calls, self._told, self._skipped):
            sheet.finish()
        self._dashboard.write(figures)
        self._book.close()
        self._part.replace(self._path)


def _short(text: str) -> str:
    return visible(clip(text, 60))


def simple_book(path: Path, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
    """A workbook of one list, written under a temporary name, then renamed."""
    part = path.with_name(path.name + PART)
    book, formats = _book(part, name)
    sheet = Rolling(book, name, columns, formats)
    for row in rows:
        sheet.append(row)
    sheet.finish()
    book.close()
    part.replace(path)


def _book(path: Path, title: str) -> tuple[Book, dict[str, Any]]:
    """An empty workbook in which no text becomes a formula or a link by itself, and its formats."""
    book = Book(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": FIXED, "author": "hegui"})
    base = {"font_name": FONT, "font_size": 10, "valign": "top"}
    return book, {name: book.add_format({**base, **look}) for name, look in LOOKS.items()}
