"""A sheet without a talk that says something about the calls of the others: a row per call, or keys and values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from analyzer.call import Call
from analyzer.formats import metadata, table
from analyzer.formats.around import Known, filled_from
from analyzer.formats.heads import fields, lines

About = Mapping[str, Known]
"""Call id -> what is known of the call; under the empty id what holds for all of them."""


def about(rows: list[table.Row]) -> About | None:
    """What a sheet says, None where it says nothing of any call."""
    for at, (_, cells) in enumerate(rows[: table.HEADER_WITHIN]):
        names = [metadata.field_of(table.shown(cell).strip()) for cell in cells]
        if "call_id" in names and len(set(names) - {None}) > 1:
            return _by_call([metadata.field_of(h) or h for h in _texts(cells)], rows[at + 1 :])
    pairs = fields(lines(cells for _, cells in rows))
    return {"": pairs} if len(pairs) * 2 >= len(rows) else None


def _texts(cells: Iterable[object]) -> list[str]:
    return [table.shown(cell).strip() for cell in cells]


def _by_call(header: list[str], rows: list[table.Row]) -> About:
    found: dict[str, Known] = {}
    for _, cells in rows:
        known: Known = {
            key: cell.strip() if isinstance(cell, str) else cell
            for key, cell in zip(header, cells, strict=False)
            if key and table.shown(cell).strip()
        }
        if call_id := table.shown(known.pop("call_id", "")).strip():
            found.setdefault(call_id, known)
    return found


def filled(call: Call, sheets: Iterable[About]) -> Call:
    """The call with the fields it lacks."""
    for known in sheets:
        call = filled_from(call, known.get(call.call_id) or known.get("") or {})
    return call
