"""Why and why not: what a rule looked for in a call, what almost fired and the step that stopped it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.call import Call, Speaker
from analyzer.check import assigned, open_case
from analyzer.rules.case import Case, Refusal
from analyzer.rules.kinds import KINDS
from analyzer.rules.rule import Rule
from analyzer.rules.rulebook import Rulebook
from analyzer.text.assertion import STATUSES
from analyzer.text.detect import Clue, Detection, sentence
from analyzer.text.frames import Frame, alternation, words_of
from analyzer.text.reader import Unit

RELATIONS = {
    "self": "债务人本人",
    "family": "家属",
    "third_party": "第三人",
    "unknown": "身份不明",
    "outsider": "无权知道债务的人",
    "entitled": "本人或有权知道的人",
}
KEYS = {"stage": "催收阶段", "org_type": "机构类型", "channel": "渠道", "product": "产品", "date": "通话日期"}
CLOSEST = 3
"""At most so many near hits are told per turn, the nearest first."""


@dataclass(frozen=True, slots=True)
class Near:
    """One thing that fired or almost did: on which turn (None: the whole call), and a Chinese sentence.

    ``far`` counts the steps that were missing: 0 where the frame was found and something set it aside.
    """

    turn: int | None
    fired: bool
    text: str
    far: int = 0


def why(call: Call, rule: Rule, rulebook: Rulebook) -> list[Near]:
    """Everything that the rule saw in the call, in the order of the talk; hits first told as such."""
    case = open_case(call, assigned(call, rulebook).speakers, rulebook)
    objection = case.objection(rule)
    if objection is not None:
        return [Near(None, False, f"这条规则不适用于这通电话：{refusal(objection, rulebook)}")]
    if not rule.sighting.clues:
        return _by_kind(rule, case)
    found = list(_detections(rule, case, rulebook))
    found += _nearest(n for n in _near(rule, case, rulebook) if n.turn not in {f.turn for f in found})
    order = sorted(dict.fromkeys(found), key=lambda n: (-1 if n.turn is None else n.turn, not n.fired, n.far))
    return order or [Near(None, False, "全通没有出现这条规则要找的词")]


def _nearest(found: Iterator[Near]) -> list[Near]:
    by_turn: dict[int | None, list[Near]] = {}
    for near in found:
        by_turn.setdefault(near.turn, []).append(near)
    return [n for nears in by_turn.values() for n in sorted(dict.fromkeys(nears), key=lambda n: n.far)[:CLOSEST]]


def _by_kind(rule: Rule, case: Case) -> list[Near]:
    """Rules without frames (hours, disclosures, duties) are asked as a whole."""
    found = [Near(f.turn, f.status != "excused", f.message) for f in KINDS[rule.kind](rule, case)]
    for d in case.disclosures:
        if d.id == rule.params.get("disclosure"):
            found.append(Near(d.turn, d.verdict == "missing", f"告知判定为 {d.verdict}：{d.why}"))
    return found or [Near(None, False, "规则的条件没有成立：没有触发的事件，或该做的已经做到")]


def _detections(rule: Rule, case: Case, rulebook: Rulebook) -> Iterator[Near]:
    """What the frames of the rule found, and what set it aside."""
    for d in case.index.detect(case.detectors[rule.id]):
        place = case.index.reading.place(d.unit, d.span, d.decisive)
        hindrance = case.hindrance(rule, place.turn, (d.unit.number, d.decisive[0]))
        if d.excuse is not None:
            text = f"“{place.quote}”命中句式，但{STATUSES[d.excuse.status]}（“{d.excuse.cue}”），按豁免处理"
            yield Near(place.turn, False, text)
        elif hindrance is not None:
            yield Near(place.turn, False, f"“{place.quote}”命中句式，但不在适用范围：{refusal(hindrance, rulebook)}")
        else:
            yield Near(place.turn, True, f"命中：“{place.quote}”{_steps(d)}")


def _steps(d: Detection) -> str:
    return "".join(f"；{source} ← “{d.unit.text[slice(*span)]}”" for source, span in d.pieces)


def _near(rule: Rule, case: Case, rulebook: Rulebook) -> Iterator[Near]:
    detector, lexicon = case.detectors[rule.id], rulebook.lexicon
    for clue in detector.clues:
        for number in clue.frames:
            for unit in case.index.reading.units:
                if lexicon.pages.speakers[number] in (unit.speaker.value, "any"):
                    yield from _in_unit(case, clue, number, unit, rulebook, detector.without)


def _in_unit(
    case: Case, clue: Clue, number: int, unit: Unit, rulebook: Rulebook, without: tuple[int, ...]
) -> Iterator[Near]:
    """What stopped one frame in one unit."""
    frame, reading = rulebook.lexicon.frames[number], case.index.reading
    for match, reason in rulebook.lexicon.pages.search(number, unit.page):
        if reason:
            yield Near(reading.turn_of(unit, match.decisive), False, f"句式“{frame.source}”：{reason}")
    marks = reading.marks(number, unit.number)
    for mark in marks:
        turn = reading.turn_of(unit, mark.match.decisive)
        quote = unit.text[mark.match.start : mark.match.end]
        low, high = sentence(unit.text, (mark.match.start, mark.match.end))
        for other in without:
            for silent in reading.marks(other, unit.number):
                if silent.match.start < high and low < silent.match.end:
                    said = unit.text[silent.match.start : silent.match.end]
                    text = (
                        f"“{quote}”命中句式，但同一句里有排除句式“{rulebook.lexicon.frames[other].source}”（“{said}”）"
                    )
                    yield Near(turn, False, text)
        if clue.kind != "one":
            yield Near(turn, False, f"“{quote}”只是组合句式的一部分：{_combination(clue)}", 1)
    if not marks:
        lacking = missing(frame, unit, rulebook)
        if lacking is not None:
            yield Near(unit.first_turn, False, *lacking)


def _combination(clue: Clue) -> str:
    if clue.kind == "exchange":
        return "要客户那样问、坐席紧接着这样答"
    if clue.kind == "all":
        return f"{len(clue.frames)} 个部分要在 {clue.within} 个字内都出现"
    return f"{clue.within} 个字内至少要有 {clue.need} 个部分"


def missing(frame: Frame, unit: Unit, rulebook: Rulebook) -> tuple[str, int] | None:
    """Which parts of a frame a unit has and lacks, and how far it is; None where nothing would start a search."""
    concepts = rulebook.lexicon.concepts
    seen: list[tuple[str, str]] = []
    absent: list[str] = []
    anchored = False
    for i, part in enumerate(frame.parts):
        if part.kind != "words" or part.optional:
            continue
        patterns = [p for n in part.concepts if (p := concepts[n].pattern)]
        words = tuple(words_of(part, concepts))
        found = re.search("|".join([*patterns, *([alternation(words)] if words else [])]), unit.text)
        if found is None:
            absent.append(part.source)
        else:
            seen.append((part.source, found.group()))
            anchored = anchored or i == frame.anchor
    longest = max((len(said) for _, said in seen), default=0)
    if not anchored or longest < 2 or len(absent) > len(seen):
        return None
    have = "、".join(f"{source}（“{said}”）" for source, said in seen)
    if absent:
        return f"句式“{frame.source}”：有 {have}，没有 {'、'.join(absent)}", 1 + len(absent)
    return f"句式“{frame.source}”：词都出现了（{have}），但先后、间隔不符，或后面跟着排除的字", 1


def refusal(r: Refusal, rulebook: Rulebook) -> str:
    """A part of the scope that is not met, as a Chinese phrase."""

    def names(ids: tuple[str, ...]) -> str:
        return "、".join(rulebook.events[i].name if i in rulebook.events else i for i in ids)

    if r.key == "relation":
        wanted = "、".join(RELATIONS.get(w, w) for w in r.wanted)
        return f"此时接听人是{RELATIONS.get(r.value, r.value)}，规则只管{wanted}"
    if r.key == "after":
        return f"在此之前还没有发生“{names(r.wanted)}”"
    if r.key == "before":
        return f"在此之前已经发生“{names(r.wanted)}”"
    if r.key == "answering":
        return f"前一句客户的话不是“{names(r.wanted)}”"
    if r.key == "meta":
        return f"元数据里没有 {r.wanted[0]}"
    return f"{KEYS[r.key]}是 {r.value or '未知'}，规则只管 {'、'.join(r.wanted)}"


def speaker_name(call: Call, turn: int) -> str:
    """坐席, 接听人 … as the call labels the turn."""
    return {Speaker.AGENT: "坐席", Speaker.CUSTOMER: "接听人", Speaker.SYSTEM: "系统"}.get(
        call.turns[turn].speaker, "不明"
    )
