"""Decisions back from ``report.xlsx`` or ``sample.xlsx``: every filled row is checked against the report it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analyzer.errors import HeguiError
from analyzer.review.decisions import CALL_WORDS, FINDING_WORDS, NOBODY, Decision
from analyzer.review.reported import Key, reported

FINDINGS, CALLS = "复核结论", "整通结论"
"""The columns that hold decisions on findings and on whole calls."""


@dataclass(slots=True)
class Imported:
    """What a workbook said, and every row that could not be taken."""

    decisions: list[Decision] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Known:
    findings: Mapping[Key, Mapping[str, str]]
    calls: Mapping[str, list[Key]]


def read(path: Path, folder: Path) -> Imported:
    """The decisions of a workbook on the audit in a folder.

    Raises:
        HeguiError: the workbook or the audit cannot be read, or has no column for decisions.
    """
    sheets = [(name, rows) for name, rows in _sheets(path).items() if rows]
    if not any({FINDINGS, CALLS} & set(rows[0]) for _, rows in sheets):
        raise HeguiError(f"{path}：没有“{FINDINGS}”或“{CALLS}”列；请用 hegui audit 生成的 report.xlsx 填写")
    known, found = _known(folder), Imported()
    for name, rows in sheets:
        for number, row in enumerate(rows, 2):
            place = f"{path.name} {name} 第 {number} 行"
            for decision in _row(row, known, place, found.problems):
                found.decisions.append(decision)
    return found


def _sheets(path: Path) -> dict[str, list[dict[str, Any]]]:
    import pandas as pd

    try:
        frames = pd.read_excel(path, sheet_name=None, engine="calamine", dtype=object, na_filter=False)
    except OSError as error:
        raise HeguiError(f"{path}：读不了；请检查路径") from error
    except Exception as error:  # the reader is native code with errors of its own
        raise HeguiError(f"{path}：不是能打开的 xlsx 工作簿；请在 Excel/WPS 里另存为 .xlsx") from error
    return {str(n): [{str(k): v for k, v in r.items()} for r in f.to_dict("records")] for n, f in frames.items()}


def _known(folder: Path) -> _Known:
    findings: dict[Key, Mapping[str, str]] = {}
    calls: dict[str, list[Key]] = {}
    for call in reported(folder):
        findings[call.key] = {f.fingerprint: f.rule for f in call.findings}
        calls.setdefault(call.key[0], []).append(call.key)
    return _Known(findings, calls)


def _row(row: Mapping[str, Any], known: _Known, place: str, problems: list[str]) -> Iterator[Decision]:
    for column, words in ((FINDINGS, FINDING_WORDS), (CALLS, CALL_WORDS)):
        said = _text(row.get(column))
        if not said:
            continue
        if said not in words:
            problems.append(f"{place}：“{column}”不能是“{said}”；可选 {'、'.join(words)}")
            continue
        key = _call(row, known, place, problems)
        mark = _text(row.get("指纹")) if column == FINDINGS else ""
        if key is None:
            continue
        if column == FINDINGS and mark not in known.findings[key]:
            problems.append(f"{place}：指纹 {mark or '（空）'} 不在这通电话的报告里；规则变过后请用新的工作簿复核")
            continue
        rule = known.findings[key].get(mark, "")
        reviewer = _text(row.get("复核人")) or NOBODY
        yield Decision(*key, mark, rule, words[said], reviewer, _text(row.get("复核备注")))


def _call(row: Mapping[str, Any], known: _Known, place: str, problems: list[str]) -> Key | None:
    name, source = _text(row.get("通话")), _text(row.get("来源"))
    keys = known.calls.get(name, [])
    if source:
        keys = [k for k in keys if k[1] == source]
    if len(keys) == 1:
        return keys[0]
    why = "有多通同名，工作簿里没有来源" if keys else "不在这次质检的报告里"
    problems.append(f"{place}：通话 {name or '（空）'} {why}")
    return None


def _text(value: object) -> str:
    if value is None or value != value:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
