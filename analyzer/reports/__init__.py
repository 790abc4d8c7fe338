"""Doors out: one file per output, and one dict that names them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import cast

from analyzer.call import Call
from analyzer.finding import CallReport


@dataclass(frozen=True, slots=True)
class View:
    """How a report is wanted; every output takes from it what concerns it.

    ``width`` is in terminal cells; ``back`` is where an HTML page leads back to.
    """

    colour: bool = False
    width: int = 80
    show_excused: bool = False
    explain: bool = False
    mask: bool = True
    back: str | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """One output: the module that writes it (loaded when first used) and the suffix of its files."""

    module: str
    suffix: str

    def write(self, call: Call, report: CallReport, view: View | None = None) -> str:
        """One call's report in this output, ending with a line break.

        Args:
            call: what was said, as given.
            report: what is said about it.
            view: how it is wanted; left out, the defaults of ``View``.
        """
        return cast("str", import_module(self.module).write(call, report, view or View()))


REPORTS: dict[str, Output] = {
    "text": Output("analyzer.reports.text", ".txt"),
    "json": Output("analyzer.reports.json", ".json"),
    "html": Output("analyzer.reports.html", ".html"),
    "markdown": Output("analyzer.reports.markdown", ".md"),
}
"""Name of an output, as ``--format`` takes it -> the output."""
