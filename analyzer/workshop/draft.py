"""A first draft of a rule from two sentences: one that must be found and one that must not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analyzer.errors import HeguiError
from analyzer.finding import CATEGORIES
from analyzer.rules.rulebook import Rulebook
from analyzer.text.frames import alternation
from analyzer.text.normalize import normal
from analyzer.text.words import cut

WORDS = 3
"""At most so many parts in the drafted frame."""
EMPTY = frozenset(
    "的了吧呢啊呀嘛哦啦着过吗么就都也还又再很太最和跟与及在从到把被给让对向为以这那个些您你我他她它们是有没不"
    ",，。.!！?？、:：;；"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of a rule file and the frame it proposes."""

    path: str
    text: str
    frame: str


def draft(rule_id: str, violating: str, compliant: str, rulebook: Rulebook) -> Draft:
    """Propose a rule whose frame is in the violating sentence and not in the compliant one.

    Raises:
        HeguiError: the id is taken or names no category, or the sentences share all their words.
    """
    category, _, name = rule_id.partition(".")
    if category not in CATEGORIES or not name.isidentifier():
        allowed = " ".join(CATEGORIES)
        raise HeguiError(f"规则编号 {rule_id} 不对：应是“类别.名称”，名称用英文字母、数字和下划线；类别有 {allowed}")
    if rule_id in rulebook.rules:
        raise HeguiError(f"规则 {rule_id} 已经有了：{rulebook.rules[rule_id].path}")
    parts = _parts(normal(violating), normal(compliant), rulebook)
    if not parts:
        raise HeguiError("两句话用的词都一样，看不出违规在哪里；请换一句合规的话，或自己写句式")
    frame = " …… ".join(parts) + "*"
    return Draft(f"rules/{category}/{name}.yaml", _page(category, frame, violating, compliant), frame)


def _parts(bad: str, good: str, rulebook: Rulebook) -> list[str]:
    """Concepts that the first sentence hits and the second does not, else its own words, in the order of the talk."""
    found: list[tuple[int, int, str]] = []
    for name, concept in rulebook.lexicon.concepts.items():
        if concept.pattern or concept.common or not concept.terms:
            continue
        pattern = alternation(tuple(concept.terms))
        hit = re.search(pattern, bad)
        if hit and hit.end() - hit.start() >= 2 and not re.search(pattern, good):
            found.append((hit.start(), hit.end(), f"{{{name}}}"))
    at = 0
    for word in cut(bad):
        if len(word) >= 2 and word not in good and not set(word) <= EMPTY:
            found.append((at, at + len(word), word))
        at += len(word)
    chosen: list[tuple[int, int, str]] = []
    for start, end, part in sorted(found, key=lambda f: (not f[2].startswith("{"), f[0] - f[1], f[0])):
        if len(chosen) < WORDS and all(e <= start or end <= s for s, e, _ in chosen):
            chosen.append((start, end, part))
    return [part for _, _, part in sorted(chosen)]


def _page(category: str, frame: str, violating: str, compliant: str) -> str:
    return f"""name: （给规则起个名字）
category: {category}
kind: forbidden
severity: serious          # fatal 致命 serious 严重 minor 一般 notice 提示
status: suspected          # 草稿先按“疑似”，例子够了再改成 violation
by: agent
frames:
  - {_quoted(frame)}
unless: [negated, asked, quoted, instructed_not_to]
message: （说明问题）：“{{quote}}”
advice: （说明该怎么说）
basis: []                  # {{source: 法规名, clause: 第几条, from: 2026-01-01}}
examples:                  # 两边各写到四条以上，换说法、换语气
  violation:
    - {_quoted(violating)}
  compliant:
    - {_quoted(compliant)}
known_misses: []
"""


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
