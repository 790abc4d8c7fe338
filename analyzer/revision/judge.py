"""A scene -> what is wrong in it and what it tells; a script is the scenes of one file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analyzer.call import Call
from analyzer.check import check
from analyzer.finding import CallReport, Finding
from analyzer.revision import paths, telling
from analyzer.revision.paths import Path
from analyzer.revision.telling import Telling
from analyzer.rules.rulebook import Rulebook
from analyzer.scripts.script import Line, Scene

SILENT = ("procedure", "contact_time", "contact_frequency")
"""Categories that say nothing about a text: house rules of a whole call, times, counts."""
IN_INSTRUCTIONS = (
    "impersonation",
    "abuse",
    "threat",
    "false_consequence",
    "privacy",
    "improper_payment",
    "inducement",
    "improper_promise",
    "harassment",
)
"""Categories whose rules for spoken words also hold for what the agent is told to do."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A finding on a line of a scene: its number, and code points of its text as written."""

    index: int
    start: int
    end: int
    rule: str
    category: str
    severity: int
    status: str
    message: str
    advice: str
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said about one scene."""

    hits: tuple[Hit, ...]
    tellings: tuple[Telling, ...]


def judge(scene: Scene, rulebook: Rulebook) -> Judgement:
    """Judge a scene path by path."""
    hits: dict[tuple[int, str, int], Hit] = {}
    tellings = []
    own = range(len(scene.before), len(scene.before) + len(scene.lines))
    for path in paths.paths(scene):
        report = _report(paths.call_of(path, scene), rulebook)
        tellings.append(telling.telling(path, report, scene))
        for finding in report.listed() if report is not None else ():
            if finding.category not in SILENT and not _answered_by_instruction(finding, path):
                _keep(hits, finding, path, own)
    for taught in (False, True):
        path = paths.instructions(scene, taught=taught)
        report = _report(paths.instruction_call(path, scene, taught=taught), rulebook)
        for finding in report.listed() if report is not None else ():
            if _about_instructions(finding, rulebook, taught=taught):
                _keep(hits, finding, path, own)
    ordered = sorted(hits.values(), key=lambda h: (h.index, h.start, h.rule))
    lines = paths.whole(scene)
    return Judgement(tuple(h for h in ordered if not _continued(h, ordered, lines)), tuple(tellings))


def _continued(hit: Hit, hits: Sequence[Hit], lines: Sequence[Line]) -> bool:
    """True for the second half of a finding whose sentence runs over two lines."""
    return hit.start == 0 and any(
        h.index == hit.index - 1
        and h.category == hit.category
        and lines[h.index].runs_on
        and h.end == len(lines[h.index].text)
        for h in hits
    )


def _report(call: Call, rulebook: Rulebook) -> CallReport | None:
    return check(call, rulebook) if any(t.text.strip() for t in call.turns) else None


def _answered_by_instruction(finding: Finding, path: Path) -> bool:
    """A duty that the script answers by an instruction, not by words, is no finding."""
    if finding.category != "duty_to_respond" or finding.turn is None:
        return False
    step = path.steps_of_turns[finding.turn]
    following = path.steps[step + 1 : step + 4] if step is not None else []
    return not following or any(s.line.voice.value == "instruction" for s in following)


def _about_instructions(finding: Finding, rulebook: Rulebook, *, taught: bool) -> bool:
    rule = rulebook.rules.get(finding.rule)
    written_for = rule is not None and bool({"instruction", "prohibition"} & set(rule.scope.channel))
    return written_for or (not taught and finding.category in IN_INSTRUCTIONS)


def _keep(hits: dict[tuple[int, str, int], Hit], finding: Finding, path: Path, own: Iterable[int]) -> None:
    """Note a finding once, on the line it stands in, if that line is the scene's own."""
    if finding.turn is None or finding.start is None or finding.end is None:
        return
    number = path.steps_of_turns[finding.turn]
    if number is None or path.steps[number].index not in own:
        return
    step = path.steps[number]
    start, end = step.filled.origin(min(finding.start, len(step.filled.text)), min(finding.end, len(step.filled.text)))
    hit = Hit(
        step.index,
        start,
        max(end, start),
        finding.rule,
        finding.category,
        int(finding.severity),
        finding.status,
        finding.message.replace(finding.quote, step.line.text[start:end]) if finding.quote else finding.message,
        finding.advice,
        tuple(b.source + (f" {b.clause}" if b.clause else "") for b in finding.basis),
    )
    key = (hit.index, hit.category, hit.start)
    known = hits.get(key)
    if known is None or (known.status != "violation" and hit.status == "violation"):
        hits[key] = hit
