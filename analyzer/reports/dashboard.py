"""The sheets of figures of the workbook: overview with native charts, agents, teams, rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from xlsxwriter.workbook import Workbook as Book

from analyzer.finding import CATEGORIES, DISCLOSURE_VERDICTS, DISCLOSURES, VERDICTS
from analyzer.reports import wording
from analyzer.reports.figures import FEW, Figures, RuleTally, Tally, span
from analyzer.reports.visible import clip, visible

ACCENT, AMBER, RED = "#1F5F99", "#E0A030", "#B01C1C"
MOST_DAYS, MOST_BARS = 62, 15
PEOPLE = (
    "坐席",
    "姓名",
    "通话",
    "不合格",
    "不合格率",
    "95% 区间",
    "一票否决",
    "待复核",
    "违规",
    "疑似",
    "平均得分",
    "提醒",
)
PEOPLE_WIDTHS = (16, 12, 8, 8, 10, 16, 10, 8, 8, 8, 10, 34)
RULES = ("规则", "类别", "级别", "涉及通话", "违规", "疑似", "已豁免")
RULES_WIDTHS = (44, 20, 8, 10, 8, 8, 8)
NAME = "总览"


class Dashboard:
    """Reserves its sheets in their places and fills them at the end."""

    def __init__(self, book: Book, formats: Mapping[str, Any], title: str) -> None:
        self._book, self._formats, self._title = book, formats, title
        self._big = book.add_format({"bold": True, "font_size": 16, "font_name": "Microsoft YaHei"})
        self._bold = book.add_format({"bold": True, "font_size": 11, "font_name": "Microsoft YaHei"})
        self._sheet = book.add_worksheet(NAME)

    def reserve(self) -> None:
        """Take the places of the sheets that stand behind the lists."""
        self._agents, self._teams, self._rules = (self._book.add_worksheet(n) for n in ("坐席", "团队", "规则"))

    def write(self, figures: Figures) -> None:
        """Fill all sheets."""
        self._overview(figures)
        self._people(self._agents, "坐席", figures.agents, figures.names)
        self._people(self._teams, "团队", figures.teams, {})
        self._rule_rows(figures.rules)
        self._sheet.activate()

    def _overview(self, f: Figures) -> None:
        sheet = self._sheet
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 3, 11)
        sheet.set_column(4, 4, 3)
        sheet.set_column(5, 20, 9)
        sheet.write_string(0, 0, visible(clip(self._title, 120)), self._big)
        counts = [("通话", f.calls), *((n, f.verdicts[c]) for c, n in VERDICTS.items())]
        counts += [("其中一票否决", f.vetoed), ("轻生信号（先处理）", f.urgent), ("未能读取", f.unreadable)]
        row = self._table(2, ("总数", "通数", "占比"), ((n, v, _share(v, f.calls)) for n, v in counts))
        first = row + 1
        found = [(n, f.findings[c, "violation"], f.findings[c, "suspected"], f.calls_with[c]) for c, n in _named(f)]
        row = self._table(first, ("违规类别", "违规", "疑似", "涉及通话"), found)
        if found:
            self._chart("bar", "按类别", first, len(found), "F2", max(260, 70 + 26 * len(found)), stacked=True)
        told = first + len(found) + 2
        rows = [(n, *(f.disclosures[d][v] for v in list(DISCLOSURE_VERDICTS)[:3])) for d, n in DISCLOSURES.items()]
        row = self._table(told, ("告知义务", "已告知", "缺失", "不适用"), rows)
        days = sorted((d, t) for d, t in f.days.items() if d[:1].isdigit())[-MOST_DAYS:]
        first = row + 1
        self._table(first, ("日期", "通话", "不合格", "不合格率"), [(d, t.calls, t.failed, t.share) for d, t in days])
        below = max(15, len(found) * 26 // 20 + 7)
        if days:
            self._line(first, len(days), f"F{below}")
        self._agent_chart(f, f"F{below + 15}")
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def _table(self, row: int, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """A small table; gives the row after it."""
        for col, text in enumerate(head):
            self._sheet.write_string(row, col, text, self._formats["head" if col == 0 else "head_number"])
        for values in rows:
            row += 1
            for col, value in enumerate(values):
                if isinstance(value, str):
                    self._sheet.write_string(row, col, value, self._formats["text"])
                else:
                    look = "share" if isinstance(value, float) else "number"
                    self._sheet.write_number(row, col, value, self._formats[look])
        return row + 1

    def _chart(self, kind: str, title: str, head: int, count: int, at: str, height: int, *, stacked: bool) -> None:
        chart = self._book.add_chart({"type": kind, **({"subtype": "stacked"} if stacked else {})})
        for col, colour in ((1, RED), (2, AMBER)):
            chart.add_series(
                {
                    "name": [NAME, head, col],
                    "categories": [NAME, head + 1, 0, head + count, 0],
                    "values": [NAME, head + 1, col, head + count, col],
                    "fill": {"color": colour},
                    "gap": 40,
                }
            )
        chart.set_y_axis({"reverse": True, "num_font": {"size": 9}, "interval_unit": 1})
        chart.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#DFE4EA"}}})
        self._place(chart, title, at, height)

    def _line(self, head: int, count: int, at: str) -> None:
        chart = self._book.add_chart({"type": "column"})
        for col, colour in ((1, "#9DB9D3"), (2, RED)):
            chart.add_series(
                {
                    "name": [NAME, head, col],
                    "categories": [NAME, head + 1, 0, head + count, 0],
                    "values": [NAME, head + 1, col, head + count, col],
                    "fill": {"color": colour},
                    "overlap": 100,
                    "gap": 40,
                }
            )
        chart.set_x_axis({"num_font": {"size": 8, "rotation": -45}, "text_axis": True})
        self._place(chart, "每日通话与不合格", at, 280)

    def _agent_chart(self, f: Figures, at: str) -> None:
        """Agents whose share of failed calls is surely high: by the lower end of the interval."""
        rows = [(i, n) for i, (n, t) in enumerate(_ranked(f.agents)) if not t.few and t.failed][:MOST_BARS]
        if not rows:
            return
        chart = self._book.add_chart({"type": "bar"})
        last = rows[-1][0] + 1
        chart.add_series(
            {
                "name": "不合格率",
                "categories": ["坐席", 1, 0, last, 0],
                "values": ["坐席", 1, 4, last, 4],
                "fill": {"color": ACCENT},
                "gap": 40,
            }
        )
        chart.set_y_axis({"reverse": True, "num_font": {"size": 9}, "interval_unit": 1})
        chart.set_x_axis({"num_format": "0%", "min": 0, "max": 1})
        self._place(chart, f"不合格率最高的坐席（至少 {FEW} 通）", at, 320)

    def _place(self, chart: Any, title: str, at: str, height: int) -> None:
        chart.set_title({"name": title, "name_font": {"size": 11}})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 620, "height": height})
        self._sheet.insert_chart(at, chart, {"object_position": 2})

    def _people(self, sheet: Any, what: str, tallies: Mapping[str, Tally], names: Mapping[str, str]) -> None:
        looks = ("text", "text", "number", "number", "share", "text", *["number"] * 4, "number", "wrap")
        rows = [
            (
                *(visible(clip(n, 60)), visible(clip(names.get(n, ""), 30)), t.calls, t.failed, t.share),
                *(span(t.interval), t.vetoed, t.review, t.violations, t.suspected),
                "" if t.mean is None else round(t.mean, 1),
                f"通话少于 {FEW} 通，比率不可靠" if t.few else "",
            )
            for n, t in _ranked(tallies)
        ]
        self._sheet_of(sheet, (what, *PEOPLE[1:]), PEOPLE_WIDTHS, looks, rows)

    def _rule_rows(self, rules: Mapping[str, RuleTally]) -> None:
        looks = ("text", "text", "text", "number", "number", "number", "number")
        rows = [
            (
                *(visible(clip(r, 80)), wording.category(t.category), t.severity.chinese, t.calls),
                *(t.statuses[s] for s in ("violation", "suspected", "excused")),
            )
            for r, t in sorted(rules.items(), key=lambda x: (-x[1].calls, x[0]))
        ]
        self._sheet_of(self._rules, RULES, RULES_WIDTHS, looks, rows)

    def _sheet_of(
        self,
        sheet: Any,
        head: Sequence[str],
        widths: Sequence[int],
        looks: Sequence[str],
        rows: Sequence[Sequence[Any]],
    ) -> None:
        sheet.set_row(0, 24)
        for col, (text, width, look) in enumerate(zip(head, widths, looks, strict=True)):
            sheet.set_column(col, col, width)
            sheet.write_string(0, col, text, self._formats["head_number" if look in ("number", "share") else "head"])
        for n, values in enumerate(rows, 1):
            for col, (value, look) in enumerate(zip(values, looks, strict=True)):
                write = sheet.write_string if isinstance(value, str) else sheet.write_number
                write(n, col, value, self._formats[look])
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, len(rows)), len(head) - 1)


def _ranked(tallies: Mapping[str, Tally]) -> list[tuple[str, Tally]]:
    """Those whose share of failed calls is surely high come first; those with too few calls last."""
    return sorted(tallies.items(), key=lambda x: (x[1].few, -x[1].interval[0], -x[1].share, x[0]))


def _named(f: Figures) -> list[tuple[str, str]]:
    total = {c: f.findings[c, "violation"] + f.findings[c, "suspected"] for c in CATEGORIES}
    return sorted(((c, n) for c, n in CATEGORIES.items() if total[c]), key=lambda x: -total[x[0]])


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
