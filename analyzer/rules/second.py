"""The second reader's votes on a case: they corroborate what the rules found, add what they missed, and doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from analyzer.call import Relation
from analyzer.classify import votes
from analyzer.classify.features import Sight
from analyzer.classify.model import Model, Scores
from analyzer.classify.sights import sights
from analyzer.finding import CATEGORIES, Because, Finding, Severity
from analyzer.rules.case import Case
from analyzer.text.frames import COMMAS, STOPS
from analyzer.text.reader import Unit
from analyzer.text.scan import Span

SHOWN = 3
"""So many strings that weighed most are shown."""
WIDEST = 30
"""Characters of a clause that is quoted; unpunctuated talk is cut around its heaviest words."""
Texts = Mapping[str, Mapping[str, str]]


def seen(case: Case) -> list[tuple[int, Sight]]:
    """The agent turns of a case as the second reader sees them."""
    return sights(case.call, case.index.reading, case.dialogue)


def vote(cases: Sequence[Case], model: Model, texts: Texts) -> None:
    """Let the model vote on some cases; their findings are those of both afterwards."""
    rows = [seen(case) for case in cases]
    chances = model.probabilities([sight for of_case in rows for _, sight in of_case])
    at = 0
    for case, of_case in zip(cases, rows, strict=True):
        case.found = _voted(case, of_case, chances[at : at + len(of_case)], model, texts)
        at += len(of_case)


def _voted(case: Case, rows: Sequence[tuple[int, Sight]], chances: Scores, model: Model, texts: Texts) -> list[Finding]:
    found: list[Finding | None] = list(case.found)
    for (turn, sight), chance in zip(rows, chances, strict=True):
        by_label = dict(zip(model.manifest.labels, chance.tolist(), strict=True))
        found = [_heard(f, by_label, model) if f is not None and f.turn == turn else f for f in found]
        found += _own(case, turn, sight, by_label, model, texts, found)
        found = _beside(found, turn, by_label, model)
    return [f for f in found if f is not None]


def _heard(f: Finding | None, chances: Mapping[str, float], model: Model) -> Finding | None:
    """A rule's finding after the model has spoken on its category."""
    if f is None or f.category not in chances or f.status == "excused" or "classifier" in f.found_by:
        return f
    best = max((c for c in votes.kin(f.category) if c in chances), key=lambda c: chances[c])
    said = votes.said(chances[f.category], model.manifest.thresholds[f.category])
    if said == "doubt" and votes.said(chances[best], model.manifest.thresholds[best]) != "doubt":
        said = "silent"
    status = votes.TABLE[f.status, said]
    if status is None:
        return None
    if said in ("sure", "likely"):
        step = Because("模型：也这样看", f"概率 {chances[f.category]:.2f}")
        return replace(f, status=status, found_by=(*f.found_by, "classifier"), because=(*f.because, step))
    if status != f.status:
        odds = f"概率 {chances[f.category]:.2f}"
        excuse = f"模型不这样看：{odds}" if status == "excused" else f.excused_by
        return replace(f, status=status, because=(*f.because, Because("模型：不这样看", odds)), excused_by=excuse)
    return f


def _beside(found: list[Finding | None], turn: int, chances: Mapping[str, float], model: Model) -> list[Finding | None]:
    """One deed is one finding: a second category on a turn counts only where the model sees it too."""
    here = {f.category for f in found if f is not None and f.turn == turn and f.status != "excused"} & chances.keys()
    if len(here) < 2:
        return found
    first = max(here, key=lambda c: (chances[c], c))
    gone = {c for c in here - {first} if votes.said(chances[c], model.manifest.thresholds[c]) not in votes.BESIDE}
    excuse = f"同一句话已记为{CATEGORIES[first]}，模型不认为另有这一项"
    return [
        replace(f, status="excused", excused_by=excuse)
        if f is not None and f.turn == turn and f.category in gone and f.status != "excused"
        else f
        for f in found
    ]


def _own(
    case: Case,
    turn: int,
    sight: Sight,
    chances: Mapping[str, float],
    model: Model,
    texts: Texts,
    found: list[Finding | None],
) -> list[Finding]:
    """What the model sees on a turn where the rules are silent."""
    taken = {f.category for f in found if f is not None and f.turn == turn and f.status != "excused"}
    excused = {f.category for f in found if f is not None and f.turn == turn and f.status == "excused"}
    new: list[Finding] = []
    for label in sorted(chances, key=lambda c: (-chances[c], c)):
        said = votes.said(chances[label], model.manifest.thresholds[label])
        status = votes.TABLE["none", said]
        if status is None or votes.kin(label) & taken or label not in texts:
            continue
        if label in excused and said != "sure":
            continue
        if label == "third_party_disclosure" and not _may_leak(case, turn):
            continue
        taken.add(label)
        new.append(_finding(case, turn, sight, label, chances[label], status, model, texts[label]))
    return new


def _may_leak(case: Case, turn: int) -> bool:
    """True where the listener is an outsider, or nobody knows yet who listens."""
    order = (case.index.reading.unit_of_turn[turn], 0)
    if case.dialogue.outsider(turn, order):
        return True
    unknown = case.dialogue.relation_at(turn) is Relation.UNKNOWN and not case.dialogue.entitled(order)
    return unknown and not case.dialogue.happened("verified", until=order)


def _finding(
    case: Case, turn: int, sight: Sight, label: str, chance: float, status: str, model: Model, text: Mapping[str, str]
) -> Finding:
    unit, (start, _) = case.index.reading.span_of(turn)
    weights = [(s, e, w) for s, e, w in model.weigh(sight, label) if w > 0]
    low, high = _clause(sight.text, weights)
    place = case.index.reading.place(unit, (start + low, start + high))
    steps = tuple(_step(case, unit, start, span) for span in _heaviest(weights, (low, high)))
    return Finding(
        f"model.{label}",
        label,
        Severity.of(text["severity"]),
        text["message"].replace("{quote}", place.quote),
        text["advice"],
        round(chance, 2),
        status,
        ("classifier",),
        place.turn,
        place.start,
        place.end,
        place.quote,
        at=case.call.turns[place.turn].start,
        because=(*steps, Because("模型：概率", f"{chance:.2f}")),
        rule_name="模型",
    )


def _step(case: Case, unit: Unit, start: int, span: Span) -> Because:
    place = case.index.reading.place(unit, (start + span[0], start + span[1]))
    return Because("模型：有分量的字", place.quote, place.start, place.end)


def _clause(text: str, weights: list[tuple[int, int, float]]) -> Span:
    """The clause of a turn with the most weight, cut to ``WIDEST`` characters around its heaviest ones."""
    mass = [0.0] * len(text)
    for start, end, weight in weights:
        for i in range(start, end):
            mass[i] += weight / (end - start)
    bounds = [-1, *(i for i, c in enumerate(text) if c in COMMAS or c in STOPS), len(text)]
    spans = [(a + 1, b) for a, b in pairwise(bounds) if b > a + 1] or [(0, len(text))]
    low, high = max(spans, key=lambda s: (sum(mass[s[0] : s[1]]), -s[0]))
    if high - low > WIDEST:
        low = max(range(low, high - WIDEST + 1), key=lambda i: (sum(mass[i : i + WIDEST]), -i))
        high = low + WIDEST
    return low, high


def _heaviest(weights: list[tuple[int, int, float]], inside: Span) -> list[Span]:
    """The strings of the clause that weighed most, none over another."""
    chosen: list[Span] = []
    for start, end, _ in sorted(weights, key=lambda w: (-w[2], w[0], w[1])):
        clear = all(end <= s or e <= start for s, e in chosen)
        if clear and end - start >= 2 and inside[0] <= start and end <= inside[1]:
            chosen.append((start, end))
        if len(chosen) == SHOWN:
            break
    return sorted(chosen)
