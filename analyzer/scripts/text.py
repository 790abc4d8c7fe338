"""Markdown and plain text: headings, lists, tables, quotations, and headings that people only underline or bracket."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from analyzer.scripts import headings, labels, speech, table
from analyzer.scripts.outline import Outline

_ATX = re.compile(r"^\s{0,3}(#{1,6})\s*(.+?)\s*#*\s*$")
_LONGEST = 400
"""Characters; a longer line is no heading, whatever it begins with."""

_UNDERLINE = re.compile(r"^\s{0,3}(=+|-+)\s*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_ITEM = re.compile(
    r"^(\s*)(?:[-*+•·●○▪▶◆■□–]\s+|[•·●○▪▶◆■□]\s*|\d{1,2}[.、)）．](?=\D)\s*|[（(]\d{1,2}[)）]\s*|[①②③④⑤⑥⑦⑧⑨⑩]\s*|[A-Da-d][.、)）]\s*)(?=\S)"
)
_BULLETS = "-*+•·●○▪▶◆■□–"
_BLANKS = re.compile(r"[^\S\n]{64,}")
_BOX = re.compile(r"^\[[ xX]\]\s*")
_QUOTE = re.compile(r"^\s{0,3}((?:>\s*)+)(.*)$")
_ROW = re.compile(r"^\s*\|.*\|\s*$")
_ENDED = re.compile(r"[。！？；!?;：:…”」』）)]\s*$")
_RULED = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_COMMENT = re.compile(r"<!--.*?-->|~~[^~\n]*~~", re.DOTALL)
_FRONT = re.compile(r"\A(?:﻿)?---\s*\n.*?\n(?:---|\.\.\.)\s*\n", re.DOTALL)
_CHAPTER = re.compile(r"^\s*第[一二三四五六七八九十\d]+[章节部分篇]+")
_FRAMED = re.compile(
    r"^\s*(?:={2,}|-{2,}|#{2,}|[—─━]{2,}|\*{3,}|~{3,})\s*([^=\-*#~—─━].*?)\s*(?:={2,}|-{2,}|#{2,}|[—─━]{2,}|\*{3,}|~{3,})\s*$"
    r"|^\s*[★☆◆◇■□▲△※☞▶►]+\s*(\S.{1,20}?)\s*[★☆◆◇■□▲△※☜◀◄]*\s*[：:]?$"
)
_HAN_NUMBER = re.compile(r"^\s*[一二三四五六七八九十]{1,3}[、.．]\s*\S")
_BRACKET_NUMBER = re.compile(r"^\s*[（(][一二三四五六七八九十]{1,3}[)）]\s*\S")
_DOTTED = re.compile(r"^\s*\d{1,2}(?:[.．]\d{1,2}){1,3}[.、\s]\s*\S")
_NUMBERED = re.compile(r"^\s*\d{1,2}[.、．]\s*\S")
_BRACKETS = re.compile(r"^\s*(?:\*\*)?[【\[［《〖]([^】\]］》〗]{2,40})[】\]］》〗](?:\*\*)?\s*[：:]?\s*$")
_BOLD = re.compile(r"^\s*(\*\*|__)(.{2,40}?)\1\s*[：:]?\s*$")
_SCENE = re.compile(
    r"^\s*(?:场景|情景|情境|话术)\s*[一二三四五六七八九十\d]*\s*[：:]\s*(\S.*)$|^\s*(?:场景|情景|情境)\s*[一二三四五六七八九十\d]+\s*\S*$"
)
_SENTENCE = re.compile(r"[。！？；!?;，,]|[您你].|[：:].")


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    text: str


def read(text: str, *, markdown: bool) -> Outline:
    """The outline of a text; numbers of lines count from 1."""
    rows = [_Row(n, t) for n, t in enumerate(_hidden(text, markdown).split("\n"), 1)]
    spaced = _spaced(rows)
    outline = Outline(spaced=spaced)
    reader = _Reader(outline, rows, markdown)
    reader.run()
    return outline


def _hidden(text: str, markdown: bool) -> str:
    """The text with comments and front matter blanked, line for line."""
    text = _BLANKS.sub(" " * 64, text.replace("\r\n", "\n").replace("\r", "\n"))
    if markdown:
        text = _FRONT.sub(lambda m: "\n" * m[0].count("\n"), text, count=1)
    return _COMMENT.sub(lambda m: "\n" * m[0].count("\n"), text)


def _spaced(rows: Sequence[_Row]) -> bool:
    """True where nearly every paragraph is followed by a blank line."""
    filled = [i for i, row in enumerate(rows[:-1]) if row.text.strip()]
    loose = sum(not rows[i + 1].text.strip() for i in filled)
    return len(filled) > 3 and loose >= 0.85 * len(filled)


class _Reader:
    def __init__(self, outline: Outline, rows: Sequence[_Row], markdown: bool) -> None:
        self.outline, self.rows, self.markdown = outline, rows, markdown
        self.fenced = False
        self.at = 0
        self.ranks: dict[str, int] = {}

    def run(self) -> None:
        while self.at < len(self.rows):
            row = self.rows[self.at]
            self.at += 1
            if _FENCE.match(row.text):
                self.fenced = not self.fenced
            elif not row.text.strip():
                self.outline.blank()
            elif not self.fenced and _ROW.match(row.text):
                self.at -= 1
                self._table()
            elif not self._heading(row):
                self._words(row)

    def _heading(self, row: _Row) -> bool:
        atx = _ATX.match(row.text) if len(row.text) <= _LONGEST else None
        if atx and not self.fenced and (self.markdown or len(atx[2]) <= 40):
            self.outline.heading(speech.plain(atx[2]), len(atx[1]))
            return True
        below = self.rows[self.at].text if self.at < len(self.rows) else ""
        if _underlined(row.text, below):
            self.outline.heading(speech.plain(row.text.strip()), 1 if below.strip()[0] == "=" else 2)
            self.at += 1
            return True
        found = _looks_like_heading(row.text, numbered=not self.markdown and self._numbers_are_headings)
        if found is None:
            return False
        kind, title = found
        if headings.teaching(title) is not None and kind in ("bold", "brackets") and self._inside():
            return False
        self.outline.heading(speech.plain(title), self._level(kind))
        return True

    def _inside(self) -> bool:
        """True where a mark in bold or brackets reaches the next lines only and heads no section."""
        return self.markdown or 0 < self.outline.section.level < 7

    def _level(self, kind: str) -> int:
        """Levels of the kinds of headings in the order in which they first appear; all deeper than those with #."""
        fixed = {"chapter": 1, "framed": 2, "han": 3, "bracket_number": 5, "scene": 4, "dotted": 5, "numbered": 6}
        base = fixed.get(kind, 4 if self.outline.section.level in (0, 4) or kind == "brackets" else 6)
        return base + 6 if self.markdown else base

    @cached_property
    def _numbers_are_headings(self) -> bool:
        """In plain text ``1. 首次联系`` heads a section where speakers stand on lines of their own below it."""
        return any(labels.read(r.text) is not None for r in self.rows)

    def _words(self, row: _Row) -> None:
        quote = _QUOTE.match(row.text)
        if quote:
            item = _ITEM.match(quote[2])
            words = quote[2][item.end() :] if item else quote[2]
            self.outline.text(words, row.number, indent=len(row.text) - len(row.text.lstrip()), kind="quote")
            return
        indent = _width(row.text)
        item = _ITEM.match(row.text)
        words = _BOX.sub("", row.text[item.end() :]) if item else row.text.strip()
        self.outline.text(
            words,
            row.number,
            indent=indent,
            kind="text" if item is None else "number" if item[0].strip()[:1] not in _BULLETS else "item",
            parent=self._parent(indent),
            runs_on=self._runs_on(words),
        )

    def _parent(self, indent: int) -> bool:
        """True where the next line that is not blank stands deeper."""
        for i in range(self.at, len(self.rows)):
            if self.rows[i].text.strip():
                return _width(self.rows[i].text) > indent and not self.fenced
        return False

    def _runs_on(self, words: str) -> bool:
        """True where a sentence is broken over two lines."""
        after = self.rows[self.at].text if self.at < len(self.rows) else ""
        if len(words) < 12 or not after.strip() or _ENDED.search(words):
            return False
        other = (_ITEM, _QUOTE, _ROW, _ATX, _FENCE, _UNDERLINE)
        plain = speech.plain(after)
        return (
            not any(p.match(after) for p in other) and labels.read(plain) is None and looks_like_heading(after) is None
        )

    def _table(self) -> None:
        first = self.at
        while self.at < len(self.rows) and _ROW.match(self.rows[self.at].text):
            self.at += 1
        cells = [(r.number, _cells(r.text)) for r in self.rows[first : self.at] if not _RULED.match(r.text)]
        if cells:
            table.fill(self.outline, cells, nested=True)


def _underlined(text: str, below: str) -> bool:
    """True for a heading that is underlined by = or -."""
    line = below.strip()
    if not _UNDERLINE.match(below) or len(line) < 3 or len(text.strip()) > 40 or _ITEM.match(text):
        return False
    return line[0] == "=" or (not _SENTENCE.search(text) and labels.read(text) is None)


def _cells(text: str) -> list[str]:
    inner = text.strip().removeprefix("|").removesuffix("|").replace("\\|", "\0")
    return [cell.strip().replace("\0", "|") for cell in inner.split("|")]


def _width(text: str) -> int:
    body = text.lstrip(" \t\u3000")
    return sum(4 if c == "\t" else 2 if c == "\u3000" else 1 for c in text[: len(text) - len(body)])


def looks_like_heading(text: str) -> str | None:
    """The title, where a line heads a section by its look alone."""
    found = _looks_like_heading(text, numbered=False)
    return None if found is None else found[1]


def _looks_like_heading(text: str, *, numbered: bool) -> tuple[str, str] | None:
    """Kind and title of a line that heads a section without ``#``."""
    words = text.strip()
    return next(_headings(words, numbered), None) if len(words) <= 44 else None


def _headings(words: str, numbered: bool) -> Iterator[tuple[str, str]]:
    framed, brackets, bold, scene = (p.match(words) for p in (_FRAMED, _BRACKETS, _BOLD, _SCENE))
    title = (framed[1] or framed[2]).strip() if framed else ""
    if title and not re.search(r"[。！？；!?，,]", title) and not _said(title):
        yield "framed", title
    if brackets and not _SENTENCE.search(brackets[1]) and not _silent(brackets[1]):
        yield "brackets", brackets[1]
    if bold and not _SENTENCE.search(bold[2]) and labels.voice_of(bold[2]) is None and not _said(bold[2]):
        yield "bold", bold[2].strip("：: ")
    if scene and not (scene[1] and re.search(r"[您你。！？]", scene[1])):
        yield "scene", (scene[1] or words).strip()
    if _CHAPTER.match(words) and not _SENTENCE.search(words):
        yield "chapter", words
    if _SENTENCE.search(words.rstrip("：:")) or (labels.read(words) is not None and not _HAN_NUMBER.match(words)):
        return
    if _HAN_NUMBER.match(words):
        yield "han", words
    if _BRACKET_NUMBER.match(words):
        yield "bracket_number", words
    if _DOTTED.match(words):
        yield "dotted", words
    if numbered and _NUMBERED.match(words) and len(words) <= 20:
        yield "numbered", words


def _said(words: str) -> bool:
    """True for bold words that a speaker says (**Q：我没钱**)."""
    label = labels.read(words)
    return label is not None and label.kind == "voice" and bool(label.rest)


def _silent(words: str) -> bool:
    """True for brackets that hold a speaker, a placeholder or a stage direction."""
    return labels.voice_of(words) is not None or bool(re.search(r"录音提示|播放|停顿|等待|姓名$|金额$", words))
