"""How much of a rule is left when the recogniser errs: its violating examples, damaged in six ways.

The damage is drawn from a hash of the sentence, so the same rulebook is always damaged in the same way.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from analyzer.rules.rule import Example, Rule
from analyzer.rules.rulebook import Rulebook
from analyzer.text.normalize import tables
from analyzer.text.sound import key
from analyzer.text.words import cut, dictionary
from analyzer.workshop.examples import call_of, fires

FILLERS = ("嗯", "呃", "那个", "就是说", "这个")
PARTICLES = "的了吧呢啊呀嘛哦啦呗着"
NOISE = ("*", " ", "·", "\u200b", "～", "#")
COMMON = 200
"""A homophone must be at least so frequent in jieba's dictionary to be what a recogniser would write."""


@dataclass(frozen=True, slots=True)
class Recall:
    """How many damaged examples of a rule are still found, per way of damage: ``way -> (found, tried)``."""

    rule: str
    ways: dict[str, tuple[int, int]]

    @property
    def found(self) -> int:
        """Damaged examples still found."""
        return sum(f for f, _ in self.ways.values())

    @property
    def tried(self) -> int:
        """Damaged examples tried."""
        return sum(n for _, n in self.ways.values())


def stress(rulebook: Rulebook, prefix: str = "") -> Iterator[Recall]:
    """Every rule with frames whose id begins with ``prefix``; only examples found undamaged are damaged."""
    for rule in rulebook.rules.values():
        if rule.id.startswith(prefix) and rule.sighting.clues and rule.violating:
            yield _of(rule, rulebook)


def _of(rule: Rule, rulebook: Rulebook) -> Recall:
    ways = dict.fromkeys(WAYS, (0, 0))
    for example in rule.violating:
        if not _found(rule, example, rulebook):
            continue
        for name, damage in WAYS.items():
            damaged = damage(example, rule, rulebook)
            if damaged is not None:
                found, tried = ways[name]
                ways[name] = (found + _found(rule, damaged, rulebook), tried + 1)
    return Recall(rule.id, ways)


def _found(rule: Rule, example: Example, rulebook: Rulebook) -> bool:
    return fires(rule, call_of(example, _speaker(rule)), rulebook)


def _speaker(rule: Rule) -> str:
    return "agent" if rule.sighting.speaker == "any" else rule.sighting.speaker


def _draw(text: str, salt: str, among: int) -> int:
    return zlib.crc32(f"{salt}\x1f{text}".encode()) % among


def _last(example: Example, rule: Rule) -> int:
    """The last turn said by the rule's speaker: the one that breaks the rule."""
    mine = [i for i, (who, _) in enumerate(example.turns) if (who or _speaker(rule)) == _speaker(rule)]
    return mine[-1] if mine else len(example.turns) - 1


def _with(example: Example, at: int, *texts: str) -> Example:
    who = example.turns[at][0]
    return replace(example, turns=(*example.turns[:at], *((who, t) for t in texts), *example.turns[at + 1 :]))


@lru_cache(maxsize=1)
def _homophones() -> dict[str, str]:
    """Sound key -> the common characters that sound so, the commonest first."""
    found: dict[str, list[tuple[int, str]]] = {}
    for word, count in dictionary():
        if len(word) == 1 and count >= COMMON and "\u4e00" <= word <= "\u9fa5":
            found.setdefault(key(word, loose=False), []).append((-count, word))
    return {k: "".join(w for _, w in sorted(v)) for k, v in found.items()}


def homophone(example: Example, rule: Rule, rulebook: Rulebook) -> Example | None:
    """One character of a word that is listed to be found by sound becomes another of the same sound."""
    at = _last(example, rule)
    text = example.turns[at][1]
    corrector = rulebook.lexicon.corrector
    places = [] if corrector is None else sorted(corrector.listed(text))
    if not places:
        return None
    start, end = places[_draw(text, "word", len(places))]
    for step in range(end - start):
        i = start + (_draw(text, "char", end - start) + step) % (end - start)
        others = [c for c in _homophones().get(key(text[i], loose=False), "") if c != text[i]]
        if others:
            return _with(example, at, text[:i] + others[_draw(text, "other", min(3, len(others)))] + text[i + 1 :])
    return None


def split(example: Example, rule: Rule, rulebook: Rulebook) -> Example | None:
    """The sentence is broken in two turns of the same speaker."""
    at = _last(example, rule)
    text = example.turns[at][1]
    if len(text) < 4:
        return None
    cut_at = 1 + _draw(text, "split", len(text) - 1)
    return _with(example, at, text[:cut_at], text[cut_at:])


def filler(example: Example, rule: Rule, rulebook: Rulebook) -> Example | None:
    """A filler word stands between two words."""
    at = _last(example, rule)
    text = example.turns[at][1]
    pieces = cut(text)
    if len(pieces) < 2:
        return None
    i = 1 + _draw(text, "place", len(pieces) - 1)
    pieces.insert(i, FILLERS[_draw(text, "filler", len(FILLERS))])
    return _with(example, at, "".join(pieces))


def lost_particle(example: Example, rule: Rule, rulebook: Rulebook) -> Example | None:
    """A particle was not heard."""
    at = _last(example, rule)
    text = example.turns[at][1]
    places = [i for i, c in enumerate(text) if c in PARTICLES]
    if not places:
        return None
    i = places[_draw(text, "particle", len(places))]
    return _with(example, at, text[:i] + text[i + 1 :])


def traditional(example: Example, rule: Rule, rulebook: Rulebook) -> Example | None:
    """The whole example in traditional characters."""
    unfold = _unfolded()
    turns = tuple((who, "".join(unfold.get(c, c) for c in text)) for who, text in example.turns)
    return None if turns == example.turns else replace(example, turns=turns)


@lru_cache(maxsize=1)
def _unfolded() -> dict[str, str]:
    """Simplified -> the first traditional character that is read as it."""
    fold = tables().fold
    found: dict[str, str] = {}
    for code in range(0x4E00, 0x9FA6):
        if fold[code] != code:
            found.setdefault(chr(fold[code]), chr(code))
    return found


def noise(example: Example, rule: Rule, rulebook: Rulebook) -> Example | None:
    """A character that carries nothing stands inside a word."""
    at = _last(example, rule)
    text = example.turns[at][1]
    if len(text) < 2:
        return None
    i = 1 + _draw(text, "noise", len(text) - 1)
    return _with(example, at, text[:i] + NOISE[_draw(text, "mark", len(NOISE))] + text[i:])


WAYS: dict[str, Callable[[Example, Rule, Rulebook], Example | None]] = {
    "同音字": homophone,
    "断句": split,
    "口头语": filler,
    "丢助词": lost_particle,
    "繁体": traditional,
    "夹符号": noise,
}
"""Name -> how an example is damaged; None where there is nothing to damage."""
