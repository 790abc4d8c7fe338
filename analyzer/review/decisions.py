"""The decisions of reviewers, kept in ``review/decisions.jsonl`` of the audit they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from analyzer.errors import HeguiError
from analyzer.reports.whole import write_whole

FOLDER = "review"
FINDING_WORDS = {"属实": "right", "误报": "wrong", "存疑": "unsure"}
CALL_WORDS = {"无漏判": "complete", "有漏判": "missed", "听不清": "unsure"}
NOBODY = "（未填）"


@dataclass(frozen=True, slots=True)
class Decision:
    """What one reviewer said of one finding, or (no fingerprint) of a whole call.

    ``verdict`` is ``right wrong unsure`` for a finding, ``complete missed unsure`` for a call.
    """

    call: str
    source: str
    fingerprint: str
    rule: str
    verdict: str
    reviewer: str
    note: str = ""

    @property
    def subject(self) -> tuple[str, str, str]:
        """What it is about."""
        return self.call, self.source, self.fingerprint

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is about and who says so: there is one such decision."""
        return *self.subject, self.reviewer


@dataclass(frozen=True, slots=True)
class Conflict:
    """A reviewer who said something else before."""

    old: Decision
    new: Decision


def load(folder: Path) -> list[Decision]:
    """The decisions kept with an audit; none if nobody decided yet.

    Raises:
        HeguiError: the file is broken.
    """
    path = folder / FOLDER / "decisions.jsonl"
    if not path.is_file():
        return []
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            found.append(msgspec.json.decode(line, type=Decision))
        except msgspec.DecodeError as error:
            raise HeguiError(f"{path}:{number}：复核记录已损坏（{error}）；请恢复备份或删掉这一行") from error
    return found


def save(folder: Path, decisions: Iterable[Decision]) -> None:
    """Keep decisions, sorted, so that the file depends on nothing but them."""
    (folder / FOLDER).mkdir(exist_ok=True)
    rows = sorted(decisions, key=lambda d: d.key)
    write_whole(folder / FOLDER / "decisions.jsonl", b"".join(msgspec.json.encode(d) + b"\n" for d in rows))


def joined(old: Iterable[Decision], new: Iterable[Decision]) -> tuple[list[Decision], list[Conflict]]:
    """Old and new decisions, the new ones winning, and where a reviewer changed his mind."""
    kept = {d.key: d for d in old}
    conflicts = []
    for d in new:
        before = kept.get(d.key)
        if before is not None and before.verdict != d.verdict:
            conflicts.append(Conflict(before, d))
        kept[d.key] = d
    return list(kept.values()), conflicts
