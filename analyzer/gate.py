"""What we say about a revision of call scripts: findings with their place, lost disclosures, and the report."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from analyzer.finding import Severity

HOW = {"removed": "不再告知", "after_debt": "移到了说出债务之后"}
"""In which way a disclosure was lost -> Chinese."""

_NOISE = re.compile(r"[\W_]+")


def bare(text: str) -> str:
    """Words as they are compared: without space and punctuation, in lower case."""
    return _NOISE.sub("", text).lower()


@dataclass(frozen=True, slots=True)
class ScriptFinding:
    """One violation in a script.

    Attributes:
        line: line, paragraph or row, counted from 1; ``cell`` in tables.
        quote: the words that show it, ``sentence`` the whole line they stand in.
        offset: where the quote starts in the sentence.
        suggestion: an approved wording.
        old_file: where a kept or moved finding was before; with ``old_line``.
        waived_by: reason of the waiver that covers it.
    """

    category: str
    rule: str
    severity: Severity
    file: str
    line: int
    cell: str | None
    scene: str
    quote: str
    sentence: str
    offset: int = 0
    status: str = "violation"
    message: str = ""
    advice: str = ""
    basis: tuple[str, ...] = ()
    suggestion: str = ""
    old_file: str | None = None
    old_line: int | None = None
    waived_by: str = ""

    @property
    def fingerprint(self) -> str:
        """Identity of the finding: category, rule and words; no file and no line."""
        key = f"{self.category}\x1f{self.rule}\x1f{bare(self.quote)}"
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Lost:
    """A disclosure that was made before and is not made now, or only after the debt has been named.

    Attributes:
        line: where it stands now, or where the scene begins.
        old_quote: the sentence that made it.
    """

    id: str
    scene: str
    how: str
    file: str
    line: int
    old_file: str
    old_line: int
    old_quote: str
    suggestion: str = ""
    branch: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Identity of the loss: disclosure, scene and how."""
        key = f"{self.id}\x1f{self.scene}\x1f{self.how}"
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class GateReport:
    """What a revision brought in, kept, moved, fixed and lost.

    Attributes:
        against: what it was compared with, in words; empty when with nothing.
        suspected: new ones that a person must look at; they fail nothing.
        waived: new ones that a waiver covers.
        unused: entries of the baseline and waivers that covered nothing, in words.
        unreadable: files that could not be read, in words.
    """

    new: tuple[ScriptFinding, ...] = ()
    kept: tuple[ScriptFinding, ...] = ()
    fixed: tuple[ScriptFinding, ...] = ()
    moved: tuple[ScriptFinding, ...] = ()
    lost: tuple[Lost, ...] = ()
    suspected: tuple[ScriptFinding, ...] = ()
    waived: tuple[ScriptFinding, ...] = ()
    unused: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    against: str = ""
    files: int = 0
    scenes: int = 0
    lines: int = 0

    def failing(self, level: Severity | None) -> tuple[ScriptFinding, ...]:
        """New findings at or above a level; None: no level fails."""
        return () if level is None else tuple(f for f in self.new if f.severity >= level)

    def verdict(self, level: Severity | None) -> str:
        """``fail`` where something new is grave enough or a disclosure is lost, else ``pass``."""
        return "fail" if level is not None and (self.failing(level) or self.lost) else "pass"
