"""A scene as calls: every branch is walked once, and what the script leaves unsaid is filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from analyzer.call import Call, Meta, Relation, Speaker, Turn
from analyzer.scripts.placeholders import Filled, fill
from analyzer.scripts.script import Line, Medium, Scene, Voice

MOST_PATHS = 60
"""A scene with more branches than this is walked this often."""
ASKS_PERSON = re.compile(
    r"(?:请问|您好|你好|喂)?[^。！？?]{0,12}(?:是|找)[^。！？?]{0,14}(?:先生|女士|小姐|本人|机主|持卡人|张伟|张)[^。！？?]{0,8}(?:吗|么|吧|嘛|？|\?)|(?:核对|确认|核实|验证|提供|报)[^。！？?]{0,12}(?:身份证?|后四位|姓名|证件)|(?:请问|您|你)[^。！？?]{0,6}是(?:不是)?[^。！？?]{0,10}(?:本人|机主|持卡人)[^。！？?]{0,4}(?:吗|么|吧|？|\?)?"
)
CONFIRMS = re.compile(
    r"(?:确认|核实|核对|核验|验证)[^。，；]{0,10}(?:本人|身份|姓名|证件|后四位|信息)|本人(?:确认|核实)|(?:确认|是|为|系)本人(?:后|的)?|客户(?:回答|确认|应答|表示)是|(?:等待|待)(?:客户|对方|其)?(?:确认|回应|回答|应答|答复)|身份(?:核实|确认|核验|验证)"
)
_DENIED = re.compile(
    r"^(?:no|n|否|否定|不是|deny|denied|wrong.*|not[ _-]?self)$|非本人|不是本人|否认(?:是)?本人|打错", re.IGNORECASE
)
"""Branches on which the person on the line is not the one who was asked for."""
_DEBT = re.compile(r"逾期|欠|应还|账单|贷款|借款|未还|没还|还款")
_NOT_NEEDED = re.compile(r"无需|不需|不必|不用|无须|可不|跳过|省略|略过|取消|免去|不再")
_CONDITION = re.compile(
    r"^(?:如|若|当|遇|对于?)(?:果|遇)?(?:客户|对方|债务人|家属|持卡人|本人|接听人)[^，,。：:]*[，,：:]?"
)
_GREETS = re.compile(r"(?:[【\[][^】\]]{1,20}[】\]])?\s*([^，,。：:！!]{1,20}?)\s*(?:您好|你好|[，,：:！!])")
_END = re.compile(r"[。！？!?…；;，,]$")


@dataclass(frozen=True, slots=True)
class Step:
    """A line on a path; ``index`` is its number among the lines of the scene with its context."""

    index: int
    line: Line
    filled: Filled


@dataclass(slots=True)
class Path:
    """One way through a scene; ``steps_of_turns`` leads from a turn to a step, None for words that were filled in."""

    labels: tuple[str, ...]
    steps: list[Step]
    turns: list[Turn] = field(default_factory=list)
    steps_of_turns: list[int | None] = field(default_factory=list)
    relation: Relation | None = None


def whole(scene: Scene) -> tuple[Line, ...]:
    """The lines of a scene with those said before and after it."""
    return (*scene.before, *scene.lines, *scene.after)


def paths(scene: Scene) -> list[Path]:
    """All ways through a scene as calls; the lines of messages each go their own way."""
    steps = [Step(i, line, fill(line.text)) for i, line in enumerate(whole(scene)) if not line.taught]
    if scene.setting.alone:
        steps = [s for s in steps if s.index >= len(scene.before)]
    if scene.setting.medium is not Medium.CALL:
        ways: list[tuple[tuple[str, ...], list[Step]]] = [((), [s]) for s in steps if s.line.voice is Voice.AGENT]
    else:
        ways = list(_ways(steps, 0))[:MOST_PATHS]
    return [_spoken(Path(tuple(labels), members), scene) for labels, members in ways]


def _ways(steps: Sequence[Step], depth: int) -> Iterator[tuple[tuple[str, ...], list[Step]]]:
    """Labels and steps of every way; way number n takes the n-th alternative wherever there is one."""
    parts: list[list[tuple[tuple[str, ...], list[Step]]]] = []
    run: list[Step] = []
    branching = False
    for step in [*steps, None]:
        inside = step is not None and len(step.line.branch) > depth
        if run and (step is None or inside != branching):
            parts.append(_alternatives(run, depth) if branching else [((), run)])
            run = []
        branching = inside
        if step is not None:
            run.append(step)
    for n in range(max((len(p) for p in parts), default=0)):
        chosen = [p[min(n, len(p) - 1)] for p in parts]
        yield tuple(x for labels, _ in chosen for x in labels), [s for _, members in chosen for s in members]


def _alternatives(run: Sequence[Step], depth: int) -> list[tuple[tuple[str, ...], list[Step]]]:
    by_label: dict[str, list[Step]] = {}
    for step in run:
        by_label.setdefault(step.line.branch[depth], []).append(step)
    found = [
        ((label, *deeper), members) for label, steps in by_label.items() for deeper, members in _ways(steps, depth + 1)
    ]
    return found if len(by_label) > 1 else [*found, ((), [])]


def _spoken(path: Path, scene: Scene) -> Path:
    """The turns of a path, with the answers that a script takes for granted."""
    path.relation = _relation(path, scene)
    outsider = path.relation is not None and path.relation.outsider
    call = scene.setting.medium is Medium.CALL
    for number, step in enumerate(path.steps):
        if step.line.voice is Voice.INSTRUCTION:
            if call and not outsider and confirms(step.line.text) and not _customer_near(path.steps, number):
                _add(path, Speaker.CUSTOMER, "是的，我是。", None)
            continue
        speaker = Speaker.AGENT if step.line.voice is Voice.AGENT else Speaker.CUSTOMER
        text = step.filled.text if step.line.runs_on or _END.search(step.filled.text) else f"{step.filled.text}。"
        _add(path, speaker, text, number)
        asks = speaker is Speaker.AGENT and asks_last(step.filled.text)
        if call and asks and not outsider and not _customer_near(path.steps, number):
            _add(path, Speaker.CUSTOMER, "是的，我是。", None)
    return path


def confirms(text: str) -> bool:
    """True for an instruction to make sure who is on the line."""
    return bool(CONFIRMS.search(text)) and not _NOT_NEEDED.search(text)


def asks_last(text: str) -> bool:
    """True where a line asks who is on the line and says nothing of the debt after that."""
    sentences = [s for s in re.split(r"(?<=[。！？?])", text) if s.strip()]
    asked = [i for i, sentence in enumerate(sentences) if ASKS_PERSON.search(sentence)]
    return bool(asked) and not any(_DEBT.search(s) for s in sentences[asked[-1] + 1 :])


def _add(path: Path, speaker: Speaker, text: str, step: int | None) -> None:
    path.turns.append(Turn(speaker, text))
    path.steps_of_turns.append(step)


def _customer_near(steps: Sequence[Step], number: int) -> bool:
    """True where the script has the customer answer itself."""
    after = steps[number + 1 : number + 2]
    return bool(after) and (
        after[0].line.voice is Voice.CUSTOMER
        or (after[0].line.voice is Voice.INSTRUCTION and confirms(after[0].line.text))
    )


def _relation(path: Path, scene: Scene) -> Relation | None:
    from analyzer.scripts.headings import relation_of

    stated = scene.setting.relation
    if scene.setting.medium is Medium.VOICEMAIL and (stated is None or not stated.outsider):
        return None  # anybody may hear it
    if stated is not None:
        return stated
    if any(_DENIED.search(label) for label in path.labels):
        return Relation.THIRD_PARTY
    told = [relation_of(label) for label in path.labels] + [s.line.relation for s in path.steps]
    outside = next((r for r in told if r is not None and r.outsider), None)
    if outside is not None:
        return outside
    if scene.setting.medium is Medium.MESSAGE:
        return _addressed(path) or Relation.SELF
    if not scene.setting.opens:
        return Relation.SELF
    return None


def _addressed(path: Path) -> Relation | None:
    """Whom a message greets, where that is somebody else: {姓名}家属您好."""
    from analyzer.scripts.headings import relation_of

    greeted = _GREETS.match(path.steps[0].line.text) if path.steps else None
    relation = relation_of(greeted[1]) if greeted else None
    return relation if relation is not None and relation.outsider else None


def call_of(path: Path, scene: Scene) -> Call:
    """The path as a call to be judged."""
    entitled = True if scene.setting.entitled else None
    channel = "voicemail" if scene.setting.medium is Medium.VOICEMAIL else None
    return Call(scene.title, tuple(path.turns), Meta(relation=path.relation, channel=channel, guarantor=entitled))


def instructions(scene: Scene, *, taught: bool) -> Path:
    """What is told to the agent, or with ``taught`` what he is told not to do, each line on its own."""
    path = Path((), [])
    for i, line in enumerate(scene.lines, len(scene.before)):
        if line.voice is Voice.INSTRUCTION and line.taught is taught:
            path.steps.append(Step(i, line, fill(line.text)))
            said = _CONDITION.sub(lambda m: " " * len(m[0]), path.steps[-1].filled.text)
            _add(path, Speaker.AGENT, said, len(path.steps) - 1)
            _add(path, Speaker.CUSTOMER, "", None)
    return path


def instruction_call(path: Path, scene: Scene, *, taught: bool) -> Call:
    """Instructions as a call that only the rules for instructions apply to."""
    relation = scene.setting.relation or Relation.SELF
    channel = "prohibition" if taught else "instruction"
    return Call(scene.title, tuple(path.turns), Meta(relation=relation, channel=channel))
