"""A line that begins with who says it, in all the ways people write that: ``坐席：``, ``【客户】``, ``1. **A**:``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import Enum, auto
from functools import cache

from analyzer.formats import metadata, speakers

CLOCK = r"\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
STAMP = rf"[\[(（【]?\s?{CLOCK}(?:\s?(?:-->|->|→|[-–~—至])\s?{CLOCK})?\s?[\])）】]?"
_WORDS = "|".join(sorted(map(re.escape, speakers.WORDS), key=len, reverse=True))
_WHO = rf"(?:{speakers.KIN}|{_WORDS}|{speakers.VOICES})"
_TAIL = (
    r"(?:(?<=[\u4e00-\u9fff])[A-Z](?![A-Za-z])|\s?[-_]?[A-Za-z]?\d{1,6}(?![\d:]))?"
    r"(?:\s?[(（\[【][^()（）\[\]【】:：]{1,16}[)）\]】]|说|问|答|回答)?"
)
_LABELLED = re.compile(
    rf"(?P<before>{STAMP})?\s*(?P<open>[\[【<（(])?(?P<label>{_WHO}{_TAIL})(?P<close>[\]】>）)])?"
    rf"(?P<gap>\s*(?:[-–—|]+\s+)?)(?P<behind>{STAMP})?\s*(?P<colon>[:：\t]|$)?\s*(?P<words>.*)",
    re.IGNORECASE,
)
NAMED = re.compile(rf"({STAMP})?\s*([^\W\d]\w{{1,5}})\s?[:：]\s*(\S.*)")
"""A name nobody has labelled before a colon; ``names`` says which of them speak."""

_DRESS = re.compile(r"(?:[-*+•·>#]{1,3}\s+|[(（]?\d{1,4}[.、)）．]\s*(?!\d))+")
_BOLD = re.compile(r"\*\*([^*]{1,24}?)\*\*")
_KEYS = "姓名 名字 地址 备注 性别 年龄 日期 时间 金额 身份证 卡号 结果 说明 标题 来源 状态 主题 摘要"
_NO_NAMES = frozenset(_KEYS.split())
_BEHIND = "：:】]"
"""What stands behind a label inside a text."""

_LOOKED_AT, _PROBED, _MOSTLY, _ROLLED = 400, 40, 0.6, 3


@cache
def inside() -> re.Pattern[str]:
    """A label anywhere in a text, behind a mark that ends what was said before; compiled when somebody needs it."""
    return re.compile(
        rf"(?:^|(?<=[\s。！？!?；;|/，,…】\]]))(?:{_WHO})\s?(?:[(（][^()（）]{{1,12}}[)）])?\s?[:：]|[【\[](?:{_WHO})[】\]]",
        re.IGNORECASE,
    )


class Style(Enum):
    """What stands behind the labels of a text: a colon; nothing, the words being on the next line; a space."""

    COLON = auto()
    ALONE = auto()
    SPACE = auto()


def style_of(lines: Sequence[str]) -> Style:
    """The style of a text: without any ``label:`` before words a label may stand alone, or before a space."""
    found = [match for match in (_LABELLED.fullmatch(line) for line in lines[:_LOOKED_AT] if line) if match]
    if any(match["colon"] and match["words"] for match in found):
        return Style.COLON
    spaced = [match for match in found if _is_spaced(match)]
    filled = sum(map(bool, lines[:_LOOKED_AT]))
    several = len({speakers.clean(match["label"]) for match in spaced}) > 1
    return Style.SPACE if several and len(spaced) >= _MOSTLY * filled else Style.ALONE


def _is_spaced(match: re.Match[str]) -> bool:
    return bool(match["gap"]) and bool(match["words"]) and speakers.speaker_of(match["label"]) is not None


def label(line: str, style: Style = Style.COLON) -> re.Match[str] | None:
    """The label of a line with what stands around it, None where it has none."""
    match = _LABELLED.fullmatch(line)
    if match is None:
        return None
    if match["colon"] or (match["open"] and match["close"]):
        return match
    if style is Style.SPACE:
        return match if _is_spaced(match) else None
    return match if style is Style.ALONE and (match["behind"] or not match["words"]) else None


def undressed(line: str) -> str:
    """A line without bullet, number and bold, where a label stands behind them: ``1. **坐席**：您好``."""
    dressed = _DRESS.match(line)
    if dressed is None and not line.startswith("**"):
        return line
    bare = _BOLD.sub(r"\1", line[dressed.end() if dressed else 0 :], count=1)
    labelled = label(bare) is not None or NAMED.fullmatch(bare) is not None
    return bare if bare and labelled else line


def names(lines: Sequence[str]) -> frozenset[str]:
    """Names that stand before a colon at least twice in one call: 王女士：… 小李：…, speakers nobody has labelled."""
    found = Counter(match[2] for match in map(NAMED.fullmatch, lines) if match)
    said = (name for name, times in found.items() if times > 1 and name not in _NO_NAMES)
    return frozenset(name for name in said if metadata.field_of(name) is None)


def is_talk(text: str) -> bool:
    """True for a text that holds what several people say."""
    return sum(map(text.count, _BEHIND)) > 1 and len(inside().findall(text)) > 1


def unrolled(text: str) -> list[str]:
    """The lines of a talk, parted at the labels inside them."""
    parted = inside().sub(lambda match: f"\n{match[0]}", text).split("\n")
    return [line for line in map(str.strip, parted) if line]


def whole_talks(lines: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Numbered lines, where one that is a whole talk of several turns becomes a line for each; not in other texts."""
    first = [line for _, line in lines[:_PROBED] if line]
    if not first or 2 * sum(map(_is_rolled, first)) < len(first):
        return list(lines)
    return [(number, part) for number, line in lines for part in (unrolled(line) if _is_rolled(line) else [line])]


def _is_rolled(line: str) -> bool:
    return sum(map(line.count, _BEHIND)) >= _ROLLED and len(inside().findall(line)) >= _ROLLED
