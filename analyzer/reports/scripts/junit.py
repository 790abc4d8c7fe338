"""JUnit XML: one test case per new finding or loss, so that every CI shows them; a passing run has one passing case."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from analyzer.gate import GateReport, Lost, ScriptFinding
from analyzer.reports.scripts import View, wording

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(report: GateReport, view: View) -> str:
    """The report as ``--format junit`` prints it; what does not fail the gate stands as a skipped case."""
    failing = {id(f) for f in report.failing(view.level)}
    cases = [_finding(f, fails=id(f) in failing) for f in (*report.new, *report.suspected)]
    cases += [_lost(x, fails=view.level is not None) for x in report.lost]
    failures = len(failing) + (len(report.lost) if view.level is not None else 0)
    errors = [
        f'  <testcase classname="话术" name={_attribute(note)}><error message={_attribute(note)}/></testcase>'
        for note in report.unreadable
    ]
    skipped = max(len(cases) - failures, 0)
    if not cases and not errors:
        cases = [f'  <testcase classname="话术" name={_attribute(wording.headline(report, view))}/>']
    total = len(cases) + len(errors)
    counts = f'tests="{total}" failures="{failures}" errors="{len(errors)}" skipped="{skipped}"'
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    suite = f'<testsuites {counts}>\n <testsuite name="hegui script" {counts}>'
    return "\n".join([head, suite, *cases, *errors, " </testsuite>", "</testsuites>"]) + "\n"


def _finding(f: ScriptFinding, *, fails: bool) -> str:
    name = f"{f.scene} {wording.place(f)} {wording.title(f)}"
    text = f"{f.sentence}\n{wording.message(f)}"
    return _case(f.file, name, f.line, f.message, text, f.rule, fails=fails)


def _lost(x: Lost, *, fails: bool) -> str:
    return _case(x.file, wording.told(x), x.line, wording.told(x), wording.was(x), f"lost.{x.id}", fails=fails)


def _case(file: str, name: str, line: int, message: str, text: str, kind: str, *, fails: bool) -> str:
    where = f'file={_attribute(file)} line="{max(line, 1)}"'
    head = f"  <testcase classname={_attribute(file)} name={_attribute(name)} {where}>"
    if fails:
        inner = f"<failure type={_attribute(kind)} message={_attribute(message)}>{escape(_clean(text))}</failure>"
    else:
        inner = f"<skipped message={_attribute(message)}/>"
    return f"{head}{inner}</testcase>"


def _attribute(text: str) -> str:
    return quoteattr(_clean(text).replace("\n", " "))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
