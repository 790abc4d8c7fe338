"""Approved wordings: what to say instead of a violation, and how to make a disclosure; data in ``phrases.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analyzer.errors import HeguiError, Mistake, RulebookError
from analyzer.finding import CATEGORIES, DISCLOSURES
from analyzer.revision.likeness import alike
from analyzer.rules.yamlfile import parse

FILE = "phrases.yaml"
KEYS = ("instead", "disclosures")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Approved wordings by category and by disclosure."""

    by_category: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_disclosure: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> Phrases:
        """The phrases of a lexicon folder; none where it has no such file.

        Raises:
            HeguiError: the file cannot be read.
            RulebookError: with all mistakes.
        """
        path = folder / FILE
        if not path.exists():
            return cls()
        try:
            file, mistakes = parse(FILE, path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise HeguiError(f"{path}：核准用语库读不了；应是 UTF-8 编码的 YAML") from error
        if file is None:
            raise RulebookError(mistakes)
        data = file.data
        if not isinstance(data, dict):
            raise RulebookError([Mistake(FILE, 1, "应是“instead: …”和“disclosures: …”两部分")])
        wrong = [f"不认识的键 {k}；允许：{' '.join(KEYS)}" for k in data if k not in KEYS]
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
