"""``similar``: near to one of some sentences, by shared pairs of characters (Dice coefficient)."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.call import Speaker
from analyzer.finding import Because, Finding
from analyzer.rules.case import Case
from analyzer.rules.rule import Rule
from analyzer.text.frames import COMMAS, STOPS
from analyzer.text.normalize import normal

DEFAULT_THRESHOLD = 0.6
_BORDERS = str.maketrans(dict.fromkeys(STOPS, "\n"))
_COMMAS = str.maketrans(dict.fromkeys(COMMAS, ""))


def find(rule: Rule, case: Case) -> Iterator[Finding]:
    """The nearest sentence of each turn, if it is near enough."""
    wanted = rule.params.get("sentences", [])
    least = float(str(rule.params.get("threshold", DEFAULT_THRESHOLD)))
    models = [(str(s), pairs(normal(str(s)))) for s in wanted] if isinstance(wanted, list) else []
    who = Speaker(rule.sighting.speaker) if rule.sighting.speaker != "any" else None
    for unit in case.index.reading.units:
        if who is None or unit.speaker is who:
            best = _best(unit.text, models)
            if best[0] >= least:
                place = case.index.reading.place(unit, best[2])
                if case.allows(rule, place.turn, (unit.number, best[2][0])):
                    because = (Because(f"与“{best[1]}”相近（{best[0]:.2f}）", place.quote, place.start, place.end),)
                    yield case.at(rule, place, certainty=rule.certainty * best[0], because=because)


def pairs(text: str) -> set[str]:
    """The pairs of neighbouring characters of a sentence without its punctuation."""
    bare = text.translate(_COMMAS).translate(_BORDERS).replace("\n", "")
    return {bare[i : i + 2] for i in range(len(bare) - 1)}


def likeness(a: set[str], b: set[str]) -> float:
    """Dice coefficient of two sets of pairs."""
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _best(text: str, models: list[tuple[str, set[str]]]) -> tuple[float, str, tuple[int, int]]:
    best, at = (0.0, "", (0, 0)), 0
    for part in text.translate(_BORDERS).split("\n"):
        here = pairs(part)
        for sentence, model in models:
            near = likeness(here, model)
            if near > best[0]:
                best = (near, sentence, (at, at + len(part)))
        at += len(part) + 1
    return best
