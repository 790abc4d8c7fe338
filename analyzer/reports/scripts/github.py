"""Annotations for GitHub: workflow commands, one per finding, shown beside the changed line."""

from __future__ import annotations

from analyzer.finding import Severity
from analyzer.gate import GateReport, ScriptFinding
from analyzer.reports.scripts import View, wording
from analyzer.reports.visible import visible

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def write(report: GateReport, view: View) -> str:
    """The report as ``--format github`` prints it."""
    lines = [_command(_level(f, view), f.file, f.line, wording.title(f), wording.message(f)) for f in report.new]
    for x in report.lost:
        level = "error" if view.level is not None else "warning"
        text = f"{wording.told(x)}。{wording.was(x)}" + (f" 可补上：{visible(x.suggestion)}" if x.suggestion else "")
        lines.append(_command(level, x.file, x.line, "告知丢失", text))
    lines += [
        _command("notice", f.file, f.line, f"疑似·{wording.title(f)}", wording.message(f)) for f in report.suspected
    ]
    lines += [
        f"::warning title=话术检查::{visible(note).translate(_DATA)}" for note in (*report.unused, *report.unreadable)
    ]
    lines.append(wording.headline(report, view))
    return "\n".join(lines) + "\n"


def _level(f: ScriptFinding, view: View) -> str:
    if view.level is not None and f.severity >= view.level:
        return "error"
    return "notice" if f.severity is Severity.NOTICE else "warning"


def _command(level: str, file: str, line: int, title: str, text: str) -> str:
    place = f"file={file.translate(_PROPERTY)},line={max(line, 1)},title={visible(title).translate(_PROPERTY)}"
    return f"::{level} {place}::{text.translate(_DATA)}"
