"""Waivers: findings that somebody answers for, each with a reason, an owner and a last day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from analyzer.errors import Mistake, MistakesError
from analyzer.finding import Finding
from analyzer.rules.fields import Reader
from analyzer.rules.yamlfile import read

WHAT = "豁免清单"
KEYS = ("fingerprint", "rule", "reason", "owner", "expires", "call_id")
NEEDED = ("fingerprint", "rule", "reason", "owner", "expires")


@dataclass(frozen=True, slots=True)
class Waiver:
    """One waived finding: every finding with these words under this rule, or only that of one call."""

    fingerprint: str
    rule: str
    reason: str
    owner: str
    expires: date
    line: int
    call_id: str | None = None

    def means(self, finding: Finding, call_id: str) -> bool:
        """True if it speaks of a finding of a call, in force or not."""
        same = finding.fingerprint == self.fingerprint and finding.rule == self.rule
        return same and self.call_id in (None, call_id)

    def in_force(self, day: date | None) -> bool:
        """True on the day of the call (China) up to the last day; a call without a date is taken as in time."""
        return day is None or day <= self.expires

    @property
    def excuse(self) -> str:
        """What the report says."""
        return f"特批：{self.reason}（{self.owner}，有效至 {self.expires.isoformat()}）"


def load(path: Path) -> tuple[Waiver, ...]:
    """Read a waiver file: a list under ``waivers`` or a plain list.

    Raises:
        HeguiError: it cannot be read, or has mistakes; all of them are told.
    """
    file, mistakes = read(path, WHAT)
    data = file.data.get("waivers", []) if isinstance(file.data, dict) else file.data
    root: tuple[object, ...] = ("waivers",) if isinstance(file.data, dict) else ()
    reader = Reader(file, mistakes)
    found = []
    for i, value in enumerate(data if isinstance(data, list) else []):
        waiver = _waiver(reader, value, (*root, i))
        found += [] if waiver is None else [waiver]
    if not isinstance(data, list):
        mistakes.append(Mistake(str(path), 1, "应是一列豁免，每条有 " + "、".join(NEEDED)))
    if mistakes:
        raise MistakesError(WHAT, mistakes)
    return tuple(found)


def _waiver(reader: Reader, value: object, path: tuple[object, ...]) -> Waiver | None:
    data: Mapping[str, object] = reader.mapping(value, path, KEYS)
    missing = [k for k in NEEDED if data.get(k) in (None, "")]
    if missing:
        reader.wrong(path, f"豁免缺少 {'、'.join(missing)}")
        return None
    expires = _date(data["expires"])
    if expires is None:
        reader.wrong((*path, "expires"), f"expires 应是日期，如 2026-12-31，而不是 {data['expires']!r}")
        return None
    call_id = data.get("call_id")
    return Waiver(
        str(data["fingerprint"]).zfill(16),
        str(data["rule"]),
        str(data["reason"]),
        str(data["owner"]),
        expires,
        reader.file.line(path),
        None if call_id is None else str(call_id),
    )


def _date(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
