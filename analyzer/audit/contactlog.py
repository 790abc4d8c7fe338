"""A contact log (dialler export): one row a dial, answered or not, as CSV, XLSX or Parquet."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analyzer.audit.facts import CONNECTED, Facts, answered
from analyzer.call import CHINA, Relation
from analyzer.errors import InputError
from analyzer.formats import encoding, metadata

ROWS = 50_000
"""Rows of a Parquet file that are in memory at a time."""
WANTED = ("started_at", "debtor_id", "creditor", "agency", "agent_id", "agent_name", "dialled_number", "relation")
HINTS = "至少要有呼叫时间和（案件号或被叫号码）两列；列名如 呼叫时间、案件号、被叫号码、是否接通、债权人、关系"
MORE_NAMES = {
    "号码": "dialled_number",
    "联系电话": "dialled_number",
    "电话": "dialled_number",
    "手机号": "dialled_number",
}

Dial = tuple[str, str, Facts]
"""Where the row stands (``log.csv:3``), its call id (may be empty), and the contact."""


def dials(path: Path) -> Iterator[Dial]:
    """The rows of a contact log.

    Raises:
        InputError: it is no such table, or a row holds a time that is none.
    """
    if not path.is_file():
        raise InputError(str(path), "联系记录文件不存在", advice="请检查 --contact-log 的路径")
    number = 1
    fields: dict[str, str] | None = None
    for frame in _frames(path):
        if fields is None:
            fields = _fields(path, [str(c) for c in frame.columns])
        for row in frame.to_dict("records"):
            number += 1
            yield f"{path.as_posix()}:{number}", *_dial(row, fields, path, number)


def _frames(path: Path) -> Iterator[Any]:
    import pandas as pd

    try:
        if path.suffix.lower() == ".parquet":
            import pyarrow.parquet as pq

            with pq.ParquetFile(path) as file:
                yield from (batch.to_pandas() for batch in file.iter_batches(ROWS))
        elif path.suffix.lower() in (".xlsx", ".xlsm"):
            yield pd.read_excel(path, engine="calamine", dtype=object, na_filter=False)
        else:
            text = encoding.decode(path.read_bytes(), path.as_posix())
            yield pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, sep=None, engine="python")
    except InputError:
        raise
    except Exception as error:  # three readers, each with its own kinds of trouble
        reason = f"联系记录读不了（{type(error).__name__}）"
        raise InputError(path.as_posix(), reason, advice="应是 CSV、XLSX 或 Parquet 表格，第一行是列名") from error


def _fields(path: Path, columns: list[str]) -> dict[str, str]:
    """Field -> column."""
    found: dict[str, str] = {}
    for column in columns:
        name = column.strip()
        key = metadata.field_of(name) or MORE_NAMES.get(name) or ("connected" if name in CONNECTED else None)
        found.setdefault(key or "", column)
    if "started_at" not in found or not {"debtor_id", "dialled_number"} & set(found):
        raise InputError(
            path.as_posix(), f"联系记录缺少必要的列（看到：{'、'.join(columns[:12])}）", line=1, advice=HINTS
        )
    return found


def _dial(row: Mapping[str, Any], fields: Mapping[str, str], path: Path, number: int) -> tuple[str, Facts]:
    values = {key: _value(row.get(column)) for key, column in fields.items()}
    try:
        moment = metadata.convert("started_at", values["started_at"])
    except ValueError as error:
        raise InputError(path.as_posix(), str(error), line=number, field=fields["started_at"]) from error
    moment = None if moment is None else moment.astimezone(CHINA)
    texts = {key: str(values.get(key) or "") for key in WANTED}
    facts = Facts(
        None if moment is None else moment.timestamp(),
        None if moment is None else moment.date().isoformat(),
        texts["debtor_id"],
        texts["creditor"],
        texts["agency"],
        "",
        texts["agent_id"],
        texts["agent_name"],
        texts["dialled_number"],
        _relation(texts["relation"]),
        _direction(values.get("direction")),
        answered(values.get("connected")),
    )
    return str(values.get("call_id") or ""), facts


def _value(cell: Any) -> Any:
    if cell is None or cell != cell:
        return None
    if hasattr(cell, "to_pydatetime"):
        return cell.to_pydatetime()
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else cell


def _relation(text: str) -> str:
    try:
        found = metadata.convert("relation", text)
    except ValueError:
        return Relation.UNKNOWN.value
    return Relation.UNKNOWN.value if found is None else str(found.value)


def _direction(value: object) -> str:
    try:
        return str(metadata.convert("direction", value) or "")
    except ValueError:
        return ""
