"""What is wrong or wasted in a rulebook, beyond what refuses to load."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from analyzer.call import Call
from analyzer.check import open_case
from analyzer.rules.case import Case
from analyzer.rules.kinds import forbidden
from analyzer.rules.rule import EventSpec, Example, Rule
from analyzer.rules.rulebook import Rulebook
from analyzer.text.frames import words_of
from analyzer.text.scan import Automaton
from analyzer.text.words import dictionary, torn
from analyzer.workshop.examples import call_of

FREQUENT = 400
"""A word of the dictionary is a likely trap from this frequency on."""
LONGEST_TRAP = 5
ALWAYS = 0.5
"""A rule that fires on more than this share of the sample calls fires always."""
SERIOUS, HINT = "错误", "提示"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing to mend: where, how grave (错误 or 提示), what it is and what to do."""

    check: str
    level: str
    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}：[{self.level}] {self.text}"


def lint(rulebook: Rulebook, samples: Sequence[Call] = ()) -> list[Complaint]:
    """Everything found, the grave first.

    Args:
        rulebook: a rulebook that loads.
        samples: calls on which patterns and rules are tried for never or always firing.
    """
    found = [
        *_unused(rulebook),
        *_covered(rulebook),
        *_traps(rulebook),
        *_subsumed(rulebook),
        *_one_sided(rulebook),
        *_shadowed(rulebook),
        *_alarmed(rulebook),
        *(_on_samples(rulebook, samples) if samples else ()),
    ]
    return sorted(found, key=lambda c: (c.level != SERIOUS, c.check, c.path, c.line, c.text))


def _lines(rulebook: Rulebook, prefix: str, name: str) -> tuple[str, int]:
    for path, file in rulebook.sources.items():
        if path.startswith(prefix) and isinstance(file.data, dict) and name in file.data:
            return path, file.line((name,))
    return prefix, 1


def _unused(rulebook: Rulebook) -> Iterator[Complaint]:
    """A concept that no frame names, no other concept includes and that puts no misheard word right."""
    used = {n for frame in rulebook.lexicon.frames for part in frame.parts for n in part.concepts}
    for path, file in rulebook.sources.items():
        if path.startswith("concepts/") and isinstance(file.data, dict):
            specs = {n: s for n, s in file.data.items() if isinstance(s, dict)}
            used |= {i for spec in specs.values() for i in spec.get("include", [])}
            used |= {n for n, spec in specs.items() if spec.get("sound") or spec.get("heard")}
    for name in sorted(set(rulebook.lexicon.concepts) - used - {"own_names", "own_departments"}):
        yield Complaint(
            "unused", SERIOUS, *_lines(rulebook, "concepts/", name), f"词表 {name} 没有句式用到，请删去或用上"
        )


def _covered(rulebook: Rulebook) -> Iterator[Complaint]:
    """A term that is a cover word itself can never be hit alone."""
    for name, concept in rulebook.lexicon.concepts.items():
        for term in sorted(rulebook.lexicon.covers & set(concept.terms)):
            where = _lines(rulebook, "concepts/", name)
            yield Complaint("covered", HINT, *where, f"词表 {name} 的“{term}”同时是误伤词，留一处即可")


def _traps(rulebook: Rulebook) -> Iterator[Complaint]:
    """Frequent words of the dictionary that hold a term which fires alone: likely false alarms."""
    alone: dict[str, str] = {}
    for number in _frames_of_rules(rulebook):
        parts = [p for p in rulebook.lexicon.frames[number].parts if p.kind == "words"]
        if len(parts) == 1:
            for term in words_of(parts[0], rulebook.lexicon.concepts):
                if len(term) == 2:
                    alone.setdefault(term, parts[0].concepts[0] if parts[0].concepts else "")
    listed = {t for c in rulebook.lexicon.concepts.values() for t in c.terms} | rulebook.lexicon.covers
    words = [w for w, n in dictionary() if n >= FREQUENT and 3 <= len(w) <= LONGEST_TRAP and w not in listed]
    finder = Automaton(sorted(alone))
    traps: dict[str, list[str]] = {}
    for word in words:
        for term, start, end in finder.hits(word):
            if torn(word, start, end) is None and not _means_it(word, end):
                traps.setdefault(term, []).append(word)
    for term, found in sorted(traps.items()):
        where = _lines(rulebook, "concepts/", alone[term]) if alone[term] else ("rules/", 1)
        text = f"词“{term}”单独就命中，会误伤“{'、'.join(found[:5])}”；可加入 traps/ 作误伤词"
        yield Complaint("trap", HINT, *where, text)


def _means_it(word: str, end: int) -> bool:
    """A word that ends with the term mostly means it (人民法院); one that goes on after it may not (公安县)."""
    return end == len(word)


def _frames_of_rules(rulebook: Rulebook) -> set[int]:
    return {n for d in rulebook.detectors.values() for clue in d.clues if clue.kind == "one" for n in clue.frames}


def _subsumed(rulebook: Rulebook) -> Iterator[Complaint]:
    """Terms of a concept that hold a shorter term of it: the shorter finds them already (the quote gets longer)."""
    for name, concept in rulebook.lexicon.concepts.items():
        if concept.common or len(concept.terms) < 2:
            continue
        finder = Automaton(sorted(set(concept.terms)))
        longer = [t for t in concept.terms if any(w != t for w, _, _ in finder.hits(t))]
        if len(longer) * 2 > len(concept.terms):
            where = _lines(rulebook, "concepts/", name)
            text = f"词表 {name} 有 {len(longer)} 个词含有表里更短的词（如“{longer[0]}”），只影响引文长短"
            yield Complaint("subsumed", HINT, *where, text)


def _one_sided(rulebook: Rulebook) -> Iterator[Complaint]:
    """Fewer than four examples of a side prove little."""
    for rule in rulebook.rules.values():
        for side, examples in (("violation", rule.violating), ("compliant", rule.compliant)):
            if len(examples) < 4 and rule.sighting.clues:
                line = rule.lines.get("examples", 1)
                text = f"规则 {rule.id} 的 {side} 例只有 {len(examples)} 条，建议至少 4 条"
                yield Complaint("examples", HINT, rule.path, line, text)


def _shadowed(rulebook: Rulebook) -> Iterator[Complaint]:
    """A frame of several parts beside a frame of one rule that consists of one of its parts: it adds nothing."""
    owners: list[Rule | EventSpec] = [*rulebook.rules.values(), *rulebook.events.values()]
    for owner in owners:
        detector = rulebook.detectors.get(owner.id) or rulebook.event_detectors[owner.id]
        numbers = [c.frames[0] for c in detector.clues if c.kind == "one"]
        single = {}
        for n in numbers:
            parts = [p for p in rulebook.lexicon.frames[n].parts if p.kind != "end"]
            if len(parts) == 1 and parts[0].kind == "words":
                single[frozenset(words_of(parts[0], rulebook.lexicon.concepts))] = rulebook.lexicon.frames[n].source
        for n in numbers:
            frame = rulebook.lexicon.frames[n]
            if frame.source in single.values():
                continue
            for part in frame.parts:
                words = frozenset(words_of(part, rulebook.lexicon.concepts)) if part.kind == "words" else frozenset()
                holder = next((s for w, s in single.items() if words and not part.optional and words <= w), None)
                if holder:
                    line = owner.lines.get("frames", 1)
                    text = f"{owner.id} 的句式“{frame.source}”永远被“{holder}”先命中，可删"
                    yield Complaint("shadowed", HINT, owner.path, line, text)
                    break


def _alarmed(rulebook: Rulebook) -> Iterator[Complaint]:
    """A compliant example of one rule that another rule of the same pack calls a violation."""
    for owner in rulebook.rules.values():
        for example in owner.compliant:
            case = _case(owner, example, rulebook)
            for rule in rulebook.rules.values():
                if rule.id == owner.id or rule.kind != "forbidden" or rule.category == owner.category:
                    continue
                if case.applies(rule) and any(f.status != "excused" for f in forbidden.find(rule, case)):
                    said = example.turns[-1][1]
                    text = f"规则 {owner.id} 的合规例“{said}”被 {rule.id} 判为违规：不是例子错，就是 {rule.id} 太宽"
                    yield Complaint("alarmed", SERIOUS, owner.path, example.line, text)


def _case(owner: Rule | EventSpec, example: Example, rulebook: Rulebook) -> Case:
    speaker = "agent" if owner.sighting.speaker == "any" else owner.sighting.speaker
    call = call_of(replace(example, meta={"relation": "self", **example.meta}), speaker)
    return open_case(call, [t.speaker for t in call.turns], rulebook)


def _on_samples(rulebook: Rulebook, samples: Sequence[Call]) -> Iterator[Complaint]:
    """Rules that fire on most samples; patterns that match nothing anywhere."""
    fired: dict[str, int] = {}
    texts: list[str] = []
    for call in samples:
        case = open_case(call, [t.speaker for t in call.turns], rulebook)
        texts += [u.text for u in case.index.reading.units]
        for rule_id, detector in rulebook.detectors.items():
            if any(d.excuse is None for d in case.index.detect(detector)):
                fired[rule_id] = fired.get(rule_id, 0) + 1
    for rule_id, count in sorted(fired.items()):
        rule = rulebook.rules[rule_id]
        if count > ALWAYS * len(samples) and rule.kind == "forbidden" and not rule.scope.relation:
            text = f"规则 {rule_id} 在 {len(samples)} 通样例里命中 {count} 通，太宽"
            yield Complaint("always", SERIOUS, rule.path, 1, text)
    yield from _dead_patterns(rulebook, texts)


def _dead_patterns(rulebook: Rulebook, texts: Iterable[str]) -> Iterator[Complaint]:
    said = "\n".join([*texts, *_example_texts(rulebook)])
    for name, concept in rulebook.lexicon.concepts.items():
        if concept.pattern and not re.search(concept.pattern, said):
            text = f"词表 {name} 的 pattern 在所有样例和例子里都没有命中过"
            yield Complaint("never", SERIOUS, *_lines(rulebook, "concepts/", name), text)


def _example_texts(rulebook: Rulebook) -> Iterator[str]:
    for rule in rulebook.rules.values():
        yield from (text for e in (*rule.violating, *rule.compliant) for _, text in e.turns)
    for event in rulebook.events.values():
        yield from (text for e in (*event.seen, *event.unseen) for _, text in e.turns)
