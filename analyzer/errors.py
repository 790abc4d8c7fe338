"""What can go wrong, and where.

HeguiError                 anything told to the user in one sentence; the command line ends with exit code 2
├── InputError             a file, line or field of the input cannot be read
├── MistakesError          a file that somebody wrote has mistakes; carries all of them at once
│   ├── RulebookError      the rules do not load
│   └── CorpusError        the training stories cannot be read
└── UsageError             an option or a combination of options makes no sense

Every message is a Chinese sentence that says where, what is wrong and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass


class HeguiError(Exception):
    """Base of everything that is told to the user without a traceback."""


class InputError(HeguiError):
    """The input cannot be read.

    Args:
        source: file name or ``-``; shown first.
        reason: what is wrong, in Chinese, without the place.
        line: 1-based line of a text file or row of a table, if one is known.
        field: path of the offending field such as ``turns[3].text``.
        advice: what the user can do about it.
    """

    def __init__(
        self,
        source: str,
        reason: str,
        *,
        line: int | None = None,
        field: str | None = None,
        advice: str | None = None,
    ) -> None:
        self.source = source
        self.reason = reason
        self.line = line
        self.field = field
        self.advice = advice
        super().__init__(str(self))

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}:{self.line}"
        field = "" if self.field is None else f"字段 {self.field} "
        advice = "" if self.advice is None else f"；{self.advice}"
        return f"{place}：{field}{self.reason}{advice}"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a rule file: where, what, and what is allowed."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}：{self.text}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A call, or a whole file, that could not be read; it stands in the report and is never dropped."""

    source: str
    reason: str
    line: int | None = None


class MistakesError(HeguiError):
    """Something that somebody wrote has mistakes; ``mistakes`` holds all of them, sorted by place.

    Args:
        what: what it is, in Chinese, such as ``机构档案``.
        mistakes: at least one.
    """

    def __init__(self, what: str, mistakes: list[Mistake]) -> None:
        self.mistakes = sorted(mistakes, key=lambda m: (m.path, m.line, m.text))
        super().__init__(f"{what}有 {len(mistakes)} 处错误：\n" + "\n".join(map(str, self.mistakes)))


class RulebookError(MistakesError):
    """The rulebook does not load."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("规则集", mistakes)


class CorpusError(MistakesError):
    """The training stories cannot be read."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("训练材料", mistakes)


class UsageError(HeguiError):
    """The command was asked for something that cannot be done as asked."""
