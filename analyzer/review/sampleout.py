"""``review/sample.xlsx``: the drawn calls with drop-downs for what was heard."""

from __future__ import annotations

from pathlib import Path

from analyzer.reports.sheets import Column
from analyzer.reports.workbook import CALL_DECISIONS, simple_book
from analyzer.review.decisions import FOLDER
from analyzer.review.sampling import STRATA, Sample

COLUMNS = (
    Column("序号", 7, "number"),
    Column("通话", 26),
    Column("来源", 44),
    Column("层", 26),
    Column("整通结论", 12, "input", CALL_DECISIONS),
    Column("复核人", 12, "input"),
    Column("复核备注", 50, "input"),
)


def write(folder: Path, sample: Sample) -> Path:
    """Write the workbook of a sample; gives its path."""
    path = folder / FOLDER / "sample.xlsx"
    rows = [(n, c.call, c.source, STRATA[c.stratum], "", "", "") for n, c in enumerate(sample.calls, 1)]
    simple_book(path, "抽样", COLUMNS, rows)
    return path
