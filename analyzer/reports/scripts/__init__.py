"""Reports on a revision of scripts: one file per output, and one dict that names them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import cast

from analyzer.finding import Severity
from analyzer.gate import GateReport


@dataclass(frozen=True, slots=True)
class View:
    """How a report is wanted: colours, the width of the terminal in cells, the level that fails (None: none)."""

    colour: bool = False
    width: int = 80
    level: Severity | None = Severity.SERIOUS


@dataclass(frozen=True, slots=True)
class ScriptOutput:
    """One output: the module that writes it, loaded when first used."""

    module: str

    def write(self, report: GateReport, view: View) -> str:
        """The report in this output, ending with a line break if it is not empty."""
        return cast("str", import_module(self.module).write(report, view))


SCRIPT_REPORTS: dict[str, ScriptOutput] = {
    name: ScriptOutput(f"analyzer.reports.scripts.{name}")
    for name in ("text", "json", "sarif", "junit", "github", "gitlab", "markdown", "html")
}
"""Name of an output, as ``--format`` takes it -> the output."""
