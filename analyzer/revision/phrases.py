"""Approved wordings: what to say instead of a violation, and how to make a disclosure; data in ``phrases.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analyzer.errors import Mistake, RulebookError
from analyzer.finding import CATEGORIES, DISCLOSURES
from analyzer.revision.likeness import alike
from analyzer.rules.rulebook import Rulebook

FILE = "phrases.yaml"
KEYS = ("instead", "disclosures")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Approved wordings by category and by disclosure."""

    by_category: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_disclosure: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, rulebook: Rulebook) -> Phrases:
        """The phrases that come with a rulebook; none where it has no such file.

        Raises:
            RulebookError: with all mistakes.
        """
        file = rulebook.sources.get(FILE)
        data = {} if file is None else file.data
        wrong: list[str] = []
        if not isinstance(data, dict):
            raise RulebookError([Mistake(FILE, 1, "应是“instead: …”和“disclosures: …”两部分")])
        wrong += [f"不认识的键 {k}；允许：{' '.join(KEYS)}" for k in data if k not in KEYS]
        categories = _lists(data.get("instead", {}), tuple(CATEGORIES), "instead", wrong)
        disclosures = _lists(data.get("disclosures", {}), tuple(DISCLOSURES), "disclosures", wrong)
        if wrong:
            raise RulebookError([Mistake(FILE, 1, w) for w in wrong])
        return cls(categories, disclosures)

    def instead(self, category: str, sentence: str) -> str:
        """The approved wording of a category that is nearest to a sentence; empty without one."""
        return max(self.by_category.get(category, ()), key=lambda p: alike(p, sentence), default="")

    def to_tell(self, disclosure: str) -> str:
        """An approved wording of a disclosure; empty without one."""
        return next(iter(self.by_disclosure.get(disclosure, ())), "")


def _lists(value: object, allowed: tuple[str, ...], name: str, wrong: list[str]) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        wrong.append(f"{name} 应是“名称: [句子, …]”")
        return {}
    found = {}
    for key, sentences in value.items():
        if key not in allowed:
            wrong.append(f"{name} 不认识 {key}；允许：{' '.join(allowed)}")
        elif not isinstance(sentences, list) or not all(isinstance(s, str) and s.strip() for s in sentences):
            wrong.append(f"{name}.{key} 应是句子的列表")
        else:
            found[str(key)] = tuple(sentences)
    return found
