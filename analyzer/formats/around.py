"""What is known about a call outside its transcript: a file beside it, a list of calls in its folder, its file name.

Beside ``a.json`` may lie ``a.meta.json`` (an object) or ``a.meta.csv`` (a header and a row). A list of calls
(通话清单.csv, 元数据.xlsx, metadata.csv …) has a row per call and a column with the file name or the call id. A file
name is read by the pattern of a mapping, else a moment and a mobile number in it are understood. What the transcript
says itself comes first, then the file beside it, the list, the name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Lookup
from dataclasses import fields, replace
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from analyzer.call import Call, Meta
from analyzer.errors import InputError
from analyzer.formats import metadata, strictjson
from analyzer.formats.document import Document
from analyzer.formats.mapping import FILE_NAME

ENDINGS = (".meta.json", ".meta.csv", ".map.json")
"""Files that lie beside transcripts and are none."""

_STEMS = ("通话清单", "通话列表", "录音清单", "元数据", "metadata", "calls.meta")
LISTS = frozenset((*(f"{stem}{ending}" for stem in _STEMS for ending in (".csv", ".xlsx")), FILE_NAME))
"""Names of lists of calls, in lower case."""

_FILE_NAMES = "文件名 文件 文件名称 转写文件 转写文件名 录音文件 录音文件名 录音 file filename file_name path"
_FILE_COLUMNS = frozenset(map(metadata.shape, _FILE_NAMES.split()))
_ALIASES = {"phone": "dialled_number", "mobile": "dialled_number", "date": "date", "time": "time"}
_MOMENT = re.compile(
    r"(?<!\d)(20\d{2})[-_.年]?(0\d|1[0-2])[-_.月]?([0-2]\d|3[01])日?[-_.T ]{0,3}([01]\d|2[0-3])[-_.:时]?([0-5]\d)"
    r"(?:[-_.:分]?([0-5]\d)秒?)?(?!\d)"
)
_MOBILE = re.compile(r"(?<![\dA-Za-z])(1[3-9]\d{9}|1[3-9]\d[*xX]{4}\d{4})(?![\dA-Za-z])")
_DIRECTIONS = re.compile("呼出|外呼|呼入|来电")
_BRACES = re.compile(r"\{(\w*)\}")
_META = tuple(field.name for field in fields(Meta) if field.name != "extra")

Known = dict[str, object]
"""Field of ours or name of theirs -> value, in the source's own words."""


class Around:
    """All that is known around one document, looked up once and then filled into each of its calls.

    Raises:
        InputError: a file beside it is there and broken.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._beside = _sidecar(document)
        self._named = _by_name(document)
        self._lists = _lists(document)

    def fill(self, call: Call) -> Call:
        """The call with the fields it lacks."""
        sources = [self._beside, *(_row(rows, call, self._document) for rows in self._lists), self._named]
        for known in sources:
            if known:
                call = filled_from(call, known)
        return call


def filled_from(call: Call, known: Known) -> Call:
    """The call with the fields it lacks; what is no field of ours is kept in extra."""
    given = {key: value for key, value in known.items() if key in _META}
    extra = {key: value for key, value in known.items() if key not in _META and key != "call_id"}
    about = metadata.lenient(given, metadata.unreserved(extra))
    fresh = {
        name: value
        for name in _META
        if getattr(call.meta, name) is None and (value := getattr(about, name)) is not None
    }
    return replace(call, meta=replace(call.meta, extra={**about.extra, **call.meta.extra}, **fresh))


def _named(key: str) -> str:
    return metadata.field_of(key) or key


def _sidecar(document: Document) -> Known:
    """The object or the first row of the file beside the document."""
    name = f"{document.stem}.meta.json"
    if (data := document.sibling(name)) is not None:
        try:
            value = strictjson.careful(data.removeprefix(b"\xef\xbb\xbf"))
        except ValueError as error:
            raise InputError(name, str(error), advice=f"它是 {document.name} 旁边的元数据，请改正或移走") from None
        inside = value.get("meta", value) if isinstance(value, dict) else None
        if not isinstance(inside, dict):
            raise InputError(name, "应为一个对象 {…}", advice=f"它是 {document.name} 旁边的元数据，请改正或移走")
        return {_named(key): given for key, given in inside.items() if given is not None}
    name = f"{document.stem}.meta.csv"
    if (data := document.sibling(name)) is not None:
        rows = _records(name, data)
        return rows[0] if rows else {}
    return {}


def _lists(document: Document) -> list[dict[str, Known]]:
    """The lists of calls in the folder: file name or call id -> what its row says."""
    found = []
    for stem in _STEMS:
        for ending in (".csv", ".xlsx"):
            data = document.sibling(f"{stem}{ending}")
            if data is not None:
                found.append(_indexed(f"{stem}{ending}", data))
    return found


@lru_cache(maxsize=4)
def _indexed(name: str, data: bytes) -> dict[str, Known]:
    """The rows of a list by every key they can be found by; of equal keys the first row wins."""
    found: dict[str, Known] = {}
    for record in _records(name, data):
        keys = [str(value) for key, value in record.items() if key == "call_id" or metadata.shape(key) in _FILE_COLUMNS]
        kept = {key: value for key, value in record.items() if metadata.shape(key) not in _FILE_COLUMNS}
        for key in keys:
            found.setdefault(PurePath(key.replace("\\", "/")).stem, kept)
    return found


def _row(rows: Lookup[str, Known], call: Call, document: Document) -> Known:
    return rows.get(document.stem) or rows.get(call.call_id) or {}


def _records(name: str, data: bytes) -> list[Known]:
    """The rows below the header, empty cells left out."""
    from analyzer.formats import csv, table, xlsx  # tables of calls are read like tables of turns

    document = Document(name, data=data)
    rows = xlsx.first_sheet(document) if name.endswith(".xlsx") else csv.rows(document)
    if not rows:
        return []
    header = [_column(table.shown(cell).strip()) for cell in rows[0][1]]
    return [
        {key: _value(cell) for key, cell in zip(header, cells, strict=False) if key and table.shown(cell).strip()}
        for _, cells in rows[1:]
    ]


def _column(name: str) -> str:
    """Our name of a column; one that holds file names keeps its own."""
    return name if metadata.shape(name) in _FILE_COLUMNS else _named(name)


def _value(cell: object) -> object:
    return cell.strip() if isinstance(cell, str) else cell


def _by_name(document: Document) -> Known:
    """What the file name says."""
    pattern = document.mapping.file_name if document.mapping else None
    if pattern:
        match = _pattern(pattern).fullmatch(document.stem)
        return _dated({_ALIASES.get(key, key): value for key, value in match.groupdict().items()}) if match else {}
    found: Known = {}
    if moment := _MOMENT.search(document.stem):
        year, month, day, hour, minute, second = moment.groups()
        found["started_at"] = f"{year}-{month}-{day} {hour}:{minute}:{second or '00'}"
    if mobile := _MOBILE.search(document.stem):
        found["dialled_number"] = mobile[1]
    if direction := _DIRECTIONS.search(document.stem):
        found["direction"] = direction[0]
    return found


@lru_cache(maxsize=16)
def _pattern(pattern: str) -> re.Pattern[str]:
    """The expression of a pattern like ``{agent_id}_{phone}_{date}``; braces without a name match anything.

    Raises:
        InputError: a name that is no field, or one that comes twice.
    """
    known = (*_ALIASES, "call_id", *metadata.FIELDS)
    names = _BRACES.findall(pattern.rsplit(".", 1)[0] if pattern.endswith((".txt", ".json")) else pattern)
    for name in filter(None, names):
        if name not in known or names.count(name) > 1:
            reason = f"文件名模式里的“{name}”{'重复' if names.count(name) > 1 else '不是字段名'}"
            raise InputError(FILE_NAME, reason, field="file_name", advice=f"可用：{'、'.join(known)}")
    bare = pattern.removesuffix(".txt").removesuffix(".json")
    parts = _BRACES.split(bare)
    body = "".join(
        re.escape(part) if i % 2 == 0 else f"(?P<{part}>.+?)" if part else ".+?" for i, part in enumerate(parts)
    )
    return re.compile(body)


def _dated(found: dict[str, Any]) -> Known:
    """``date`` and ``time`` of a name become the start of the call; a date alone is kept as it is written."""
    day, clock = found.pop("date", None), found.pop("time", None)
    if day is None:
        return found
    digits = re.sub(r"\D", "", day + (clock or ""))
    if len(digits) in (12, 14):
        date = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
        return {**found, "started_at": f"{date} {digits[8:10]}:{digits[10:12]}:{digits[12:] or '00'}"}
    return {**found, "started_at": day}
