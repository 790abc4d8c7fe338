"""Sections and lines as they come out of any container, and what the marks among them reach.

A container calls ``heading``, ``text`` and ``blank`` in the order of the file; ``sections`` is what it gets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from analyzer.scripts import headings, labels, speech
from analyzer.scripts.script import Line, Voice

SHORT_MARK = 16
"""A line with nothing but a mark (错误示范, 以下禁止使用) is not longer than this."""
_CLOSES = re.compile(
    r"^[\[【<（(]\s*/[^\]】>）)]{1,12}[\]】>）)]$|^[\[【（(]?\s*(?:以上)?(?:禁用|禁止|错误|反例)[^。，：:]{0,6}(?:结束|完)\s*[\]】）)]?$"
)
"""A line that ends a stretch of wrong wordings: [/禁用], （禁用语结束）."""
ITEMS = ("item", "number")
"""Kinds of lines that are items of a list."""

_FORBIDS = re.compile(
    r"(?:不得|严禁|禁止|不准|不许|不可以?|不能|切忌|切勿|避免|杜绝|不允许|不应)(?:有|出现|存在|发生|做出?|从事|采取|使用|实施)?"
    r"(?:以下|下列|如下|下述)?的?(?:行为|情形|做法|内容|事项|方式|手段|言行)?[：:]$"
)
"""A line that forbids what the following ones name: 坐席不得："""
_HAN = re.compile("[\u4e00-\u9fff]")
_RULE_LINE = re.compile(r"^[\s\-=*_~#]{3,}$")


@dataclass(slots=True)
class Section:
    """A heading and the lines under it; ``children`` are numbers of sections.

    ``stage`` is set where the container knows that the section is a part of every call; ``about`` is what it knows
    besides the title: who is on the line, by which medium.
    """

    title: str
    level: int
    parent: int | None
    taught: bool = False
    stage: bool = False
    about: str = ""
    lines: list[Line] = field(default_factory=list)
    children: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a mark without a heading says of the lines that follow it.

    ``content`` is the kind of its first line; ``loose`` where a blank line stands before that.
    """

    indent: int
    taught: bool | None = None
    voice: Voice | None = None
    branch: str | None = None
    item: bool = False
    content: str | None = None
    loose: bool = False


class Outline:
    """Collects the sections of one script.

    Args:
        spaced: paragraphs are divided by blank lines, so that a blank line ends nothing.
    """

    def __init__(self, *, spaced: bool = False) -> None:
        self.sections = [Section("", 0, None)]
        self.spaced = spaced
        self._at = 0
        self._scopes: list[_Scope] = []
        self._gap = False

    @property
    def section(self) -> Section:
        """The section that is open now."""
        return self.sections[self._at]

    def heading(
        self, title: str, level: int, *, stage: bool = False, taught: bool | None = None, about: str = ""
    ) -> None:
        """Open a section; it closes those of the same level and deeper."""
        while self.section.parent is not None and self.section.level >= level:
            self._at = self.section.parent
        meant = headings.teaching(title) if taught is None else taught
        inherited = self.section.taught
        opened = Section(title.strip(), level, self._at, inherited if meant is None else meant, stage, about)
        self.section.children.append(len(self.sections))
        self.sections.append(opened)
        self._at = len(self.sections) - 1
        self._scopes = []
        self._gap = False

    def close(self, level: int) -> None:
        """Close the sections of a level and deeper."""
        while self.section.parent is not None and self.section.level >= level:
            self._at = self.section.parent
        self._scopes = []

    def blank(self) -> None:
        """An empty line."""
        self._gap = True

    def text(
        self, text: str, line: int, *, indent: int = 0, kind: str = "text", parent: bool = False, runs_on: bool = False
    ) -> None:
        """A paragraph, a list item or a quotation.

        Args:
            text: as written, without bullet.
            line: its place.
            indent: how deep it stands.
            kind: ``text``, ``item``, ``number`` (an item that is numbered: another list) or ``quote``.
            parent: deeper items follow it.
            runs_on: the sentence goes on in the next line.
        """
        words = speech.plain(text)
        if not words or _RULE_LINE.match(words):
            return
        if _CLOSES.match(words):
            self._scopes = [s for s in self._scopes if s.taught is None]
            return
        self._leave(indent, kind)
        label = labels.read(words)
        if label is not None and label.kind == "title" and label.rest:
            self.heading(label.rest, 5)
        elif self._opens(words, label, indent, kind, parent):
            pass
        elif label is not None and label.kind == "condition" and label.rest:
            self._drop(indent, branch=True)
            self.say(label.rest, line, branch=(label.name,))
        else:
            self._speaker(label)
            self.say(words, line, quoted=kind == "quote", runs_on=runs_on)
        self._gap = False

    def _speaker(self, label: labels.Label | None) -> None:
        """A line with its own speaker ends the reach of a speaker that stood alone."""
        if label is not None and label.kind == "voice":
            self._scopes = [s for s in self._scopes if s.voice is None or s.taught is not None or s.branch]

    def _opens(self, words: str, label: labels.Label | None, indent: int, kind: str, parent: bool) -> bool:
        """True where the line is a mark for those that follow and holds no words of its own."""
        scope = _mark(words, label, parent)
        if scope is None:
            return False
        if scope.branch and not headings.ALTERNATIVE.search(scope.branch) and kind == "text" and not parent:
            self._drop(indent, branch=True)
        self._drop(indent, branch=bool(scope.branch) or scope.taught is not None, marks=True)
        self._scopes.append(replace(scope, indent=indent, item=kind in ITEMS))
        return True

    def _drop(self, indent: int, *, branch: bool = False, marks: bool = False) -> None:
        """End scopes of the same depth: a condition by the next one, a mark by the next one."""
        self._scopes = [
            s for s in self._scopes if s.indent < indent or not ((branch and s.branch) or (marks and s.branch is None))
        ]

    def _leave(self, indent: int, kind: str) -> None:
        """End the scopes that do not reach this line."""
        kept = []
        for scope in self._scopes:
            if scope.item and (indent < scope.indent or (indent == scope.indent and scope.content == "inner")):
                break
            if self._gap and self._over(scope, kind):
                break
            content, loose = scope.content, scope.loose
            if content is None:
                content = "inner" if scope.item and indent > scope.indent else kind
                loose = self._gap
            kept.append(replace(scope, content=content, loose=loose))
        self._scopes = kept

    def _over(self, scope: _Scope, kind: str) -> bool:
        """True where a blank line ended a scope that already had lines."""
        if scope.content in (None, "inner"):
            return False
        if scope.branch and scope.taught is None:
            return False
        return kind != scope.content or (kind == "text" and not (self.spaced or scope.loose))

    def say(
        self,
        text: str,
        line: int,
        *,
        cell: str | None = None,
        voice: Voice | None = None,
        taught: bool | None = None,
        branch: tuple[str, ...] = (),
        quoted: bool = False,
        runs_on: bool = False,
    ) -> None:
        """Add the parts of a line under the marks that reach it."""
        bad = self.section.taught
        for scope in self._scopes:
            bad = bad if scope.taught is None else scope.taught
            voice = scope.voice if voice is None else voice
        bad = bad if taught is None else taught
        where = tuple(s.branch for s in self._scopes if s.branch) + branch
        if voice is None and not quoted and headings.is_guidance(self.section.title) and labels.read(text) is None:
            voice = speech.guess(text) if re.search("[您你]", text) else Voice.INSTRUCTION
        if voice is None and quoted:
            voice = speech.guess(text) if labels.read(text) is None else None
        for part in speech.parts(text, voice, taught=bad) if _HAN.search(text) else ():
            self.section.lines.append(
                Line(part.voice, part.text, line, cell, part.taught, where, self.title, part.relation, runs_on)
            )

    @property
    def title(self) -> str:
        """The heading as reports show it."""
        return self.section.title

    def push(self, *, taught: bool | None = None, voice: Voice | None = None, branch: str | None = None) -> None:
        """Open a scope that the container itself closes with ``pop``."""
        self._scopes.append(_Scope(-1, taught, voice, branch))

    def pop(self) -> None:
        """Close what ``push`` opened."""
        if self._scopes:
            self._scopes.pop()


def _mark(words: str, label: labels.Label | None, parent: bool) -> _Scope | None:
    """What a line that only marks the following ones says of them."""
    if _FORBIDS.search(words) and not headings.is_condition(words):
        return _Scope(0, True)
    if label is not None and not label.rest:
        if label.kind in ("taught", "good"):
            return _Scope(0, label.kind == "taught", label.voice if label.voice is not Voice.AGENT else None)
        if label.kind == "condition":
            return _Scope(0, branch=label.name)
        if label.kind == "voice":
            return _Scope(0, voice=label.voice)
    if len(words) <= SHORT_MARK or words.endswith(("：", ":")):
        bare = words.strip("【】[]「」：: ")
        teaching = headings.teaching(bare) if headings.only_marks(bare) or words.endswith(("：", ":")) else None
        if teaching is not None and not re.search(r"[您你我，。？！]", bare) and (teaching or label is None):
            return _Scope(0, teaching) if label is None or not label.rest else None
        if headings.is_condition(bare) and (parent or words.endswith(("：", ":"))):
            return _Scope(0, branch=bare)
    if parent and headings.is_condition(words) and len(words) <= 40:
        return _Scope(0, branch=words.strip("：: "))
    return None
