"""``findings.csv`` for spreadsheets and ``findings.parquet`` for programs: one row per finding.

The CSV begins with a byte order mark, so that Excel reads it as UTF-8, and no cell of it can be run as a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from analyzer.reports import wording
from analyzer.reports.listed import Listed
from analyzer.reports.visible import clip, visible
from analyzer.reports.whole import PART, Whole

COLUMNS: dict[str, tuple[str, str]] = {
    "call_id": ("通话", "string"),
    "source": ("来源", "string"),
    "started_at": ("通话时间", "string"),
    "agent_id": ("坐席", "string"),
    "team": ("团队", "string"),
    "creditor": ("债权人", "string"),
    "debtor_id": ("债务人编号", "string"),
    "relation": ("接听人", "string"),
    "verdict": ("结论", "string"),
    "score": ("得分", "int64"),
    "category": ("类别", "string"),
    "rule": ("规则", "string"),
    "severity": ("级别", "string"),
    "status": ("状态", "string"),
    "certainty": ("把握", "float64"),
    "turn": ("第几句", "int64"),
    "at": ("秒", "float64"),
    "quote": ("原话", "string"),
    "context": ("上下文", "string"),
    "message": ("问题", "string"),
    "advice": ("建议", "string"),
    "basis": ("依据", "string"),
    "excused_by": ("豁免原因", "string"),
    "fingerprint": ("指纹", "string"),
}
"""Key -> Chinese heading of the CSV, type in the Parquet file; a turn counts from 0 there, from 1 in the CSV."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
BATCH = 5_000


def rows(one: Listed) -> Iterable[dict[str, Any]]:
    """The findings of a call with the machine's words for verdict, category, severity and status."""
    r, w = one.report, one.where
    for f in one.findings:
        yield {
            "call_id": one.name,
            "source": one.source,
            "started_at": w.started,
            "agent_id": _short(w.agent),
            "team": _short(w.team),
            "creditor": _short(w.creditor),
            "debtor_id": _short(w.debtor),
            "relation": r.relation.value,
            "verdict": r.verdict,
            "score": r.score,
            "category": f.category,
            "rule": visible(clip(f.rule, 80)),
            "severity": f.severity.code,
            "status": f.status,
            "certainty": f.certainty,
            "turn": f.turn,
            "at": f.at,
            "quote": one.quote(f),
            "context": "".join(text for text, _ in one.context(f)),
            "message": one.words(f.message),
            "advice": one.words(f.advice),
            "basis": one.words(wording.basis(f)),
            "excused_by": one.words(f.excused_by or ""),
            "fingerprint": f.fingerprint,
        }


class FindingsTable:
    """Both files, written as the calls come; ``close`` gives them their names."""

    def __init__(self, folder: Path) -> None:
        self._csv = Whole(folder / "findings.csv")
        self._parquet, self._part = folder / "findings.parquet", folder / f"findings.parquet{PART}"
        self._rows: list[dict[str, Any]] = []
        self._writer: Any = None

    def __enter__(self) -> FindingsTable:
        self._csv.__enter__()
        self._csv.write("\ufeff".encode() + line([name for name, _ in COLUMNS.values()]))
        return self

    def add(self, one: Listed) -> None:
        """The findings of a call."""
        for row in rows(one):
            self._rows.append(row)
            self._csv.write(line(_chinese(one, row)))
        if len(self._rows) >= BATCH:
            self._flush()

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._csv.__exit__(kind, *rest)
        if kind is None:
            self._flush(always=True)
        if self._writer is not None:
            self._writer.close()
        if kind is None:
            self._part.replace(self._parquet)
        else:
            self._part.unlink(missing_ok=True)

    def _flush(self, *, always: bool = False) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = pa.schema([(key, getattr(pa, kind)()) for key, (_, kind) in COLUMNS.items()])
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._part, schema, compression="zstd")
        if self._rows or always:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=schema))
        self._rows = []


def _chinese(one: Listed, row: dict[str, Any]) -> list[object]:
    """The row as people read it."""
    finding = next(f for f in one.findings if f.fingerprint == row["fingerprint"] and f.turn == row["turn"])
    said = {
        "relation": wording.RELATIONS.get(row["relation"], row["relation"]),
        "verdict": wording.verdict(one.report),
        "category": wording.category(finding.category),
        "severity": finding.severity.chinese,
        "status": wording.STATUSES.get(row["status"], row["status"]),
        "turn": None if row["turn"] is None else row["turn"] + 1,
    }
    return [said.get(key, value) for key, value in row.items()]


def line(cells: Sequence[object]) -> bytes:
    """One line of CSV that no spreadsheet runs."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_safe(c) for c in cells])
    return out.getvalue().encode("utf-8", "replace")


def _safe(cell: object) -> object:
    """A text that a spreadsheet would run gets an apostrophe before it."""
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _short(text: str) -> str:
    return visible(clip(text, 60))
