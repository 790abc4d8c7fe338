"""What an audit said, as reviewers answer it: the calls and findings of ``reports.jsonl``, read as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from analyzer.errors import HeguiError
from analyzer.reports.visible import clip, visible

Key = tuple[str, str]
"""Name and source of a call as lists show them; a call id alone may occur twice."""


class ReportedFinding(msgspec.Struct):
    """A finding as far as reviewers answer it."""

    rule: str
    category: str
    fingerprint: str
    status: str


class _Relation(msgspec.Struct):
    value: str


class Reported(msgspec.Struct):
    """A call as far as reviewers answer it."""

    call_id: str
    source: str
    verdict: str
    relation: _Relation
    findings: list[ReportedFinding]
    signals: list[dict[str, object]]

    @property
    def key(self) -> Key:
        """How lists name it."""
        return visible(clip(self.call_id, 80)), visible(clip(self.source, 160))

    @property
    def clean(self) -> bool:
        """True if nothing was found in it."""
        return not self.findings and self.verdict != "not_assessable"


def reported(folder: Path) -> Iterator[Reported]:
    """The calls of an audit in their order.

    Raises:
        HeguiError: the folder holds no complete audit.
    """
    path = folder / "reports.jsonl"
    decoder = msgspec.json.Decoder(Reported)
    number = 0
    try:
        with path.open("rb") as lines:
            for line in lines:
                number += 1
                yield decoder.decode(line)
    except OSError as error:
        raise HeguiError(f"{path}：读不了；请给出 hegui audit 的输出目录") from error
    except msgspec.DecodeError as error:
        raise HeguiError(f"{path}:{number}：不是完整的报告；请用同样的命令重新生成") from error
