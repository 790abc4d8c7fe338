"""From sections to scenes: what is a call of its own, what is only a stage or a branch of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from analyzer.call import Relation
from analyzer.scripts import headings
from analyzer.scripts.outline import Outline, Section
from analyzer.scripts.script import Line, Medium, Scene, Setting, Voice

_HELLO = re.compile(r"^(?:喂|您好|你好|早上好|上午好|下午好|晚上好)|请问(?:您|你)?是")


def scenes(outline: Outline) -> tuple[Scene, ...]:
    """The scenes of a script in the order of the file."""
    return tuple(_Builder(outline.sections).under(0, (), ()))


class _Builder:
    def __init__(self, sections: Sequence[Section]) -> None:
        self.sections = sections

    def under(self, number: int, titles: tuple[str, ...], before: tuple[Line, ...]) -> list[Scene]:
        """The scenes of a section: its own lines with its stages and branches, then those of its sub-situations."""
        section = self.sections[number]
        titles = (*titles, section.title) if section.title else titles
        titles = (*titles[:-1], section.about, titles[-1]) if section.about else titles
        own = list(section.lines)
        stages: list[tuple[int, list[Line]]] = []
        situations: list[int] = []
        speaks = any(_spoken(line) for line in own)
        only_stages = self._only_stages(section)
        for child in section.children:
            if self._taught(child) or self._belongs(child, section):
                own += self._all(child)
                speaks = speaks or any(_spoken(line) for line in own)
            elif self._is_branch(child, speaks=speaks or bool(stages)):
                own += self._all(child, branch=True)
            elif only_stages or self._is_stage(child):
                stages.append((child, self._all(child)))
            else:
                situations.append(child)
        if not situations:
            return self._scene(titles, [*own, *(line for _, lines in stages for line in lines)], before)
        first, last = situations[0], situations[-1]
        lead = tuple(line for child, lines in stages if child < first for line in lines)
        tail = tuple(line for child, lines in stages if child > last for line in lines)
        middle = [line for child, lines in stages if first < child < last for line in lines]
        shared = (*before, *(line for line in own if section.level > 1 and speaks), *lead)
        found = self._scene(titles, [*own, *middle], before) if own or middle else []
        if lead or tail:
            found += self._scene(titles, [*lead, *tail], before)
        for child in situations:
            found += [replace(s, after=(*s.after, *tail)) for s in self.under(child, titles, shared)]
        return found

    def _only_stages(self, section: Section) -> bool:
        """True where the children are the steps of one call."""
        kids = [c for c in section.children if not self._taught(c) and self._all(c)]
        named = [c for c in kids if self._is_stage(c)]
        special = any(_special(self.sections[c].title) for c in kids)
        return len(kids) > 1 and not special and 3 * len(named) >= 2 * len(kids)

    def _is_stage(self, number: int) -> bool:
        section = self.sections[number]
        return not _special(section.title) and (section.stage or headings.is_stage(section.title))

    def _is_branch(self, number: int, *, speaks: bool) -> bool:
        title = self.sections[number].title
        return headings.is_condition(title) and (speaks or bool(headings.ALTERNATIVE.search(headings.bare(title))))

    def _belongs(self, number: int, parent: Section) -> bool:
        """True for sections without a situation of their own: 话术示例, 注意事项."""
        title = headings.bare(self.sections[number].title)
        return (
            parent.level > 0
            and bool(parent.title)
            and (bool(headings.GENERIC.search(title)) or (headings.is_guidance(title) and not _special(title)))
        )

    def _taught(self, number: int) -> bool:
        return self.sections[number].taught

    def _all(self, number: int, *, branch: bool = False) -> list[Line]:
        """All lines below a section, with its title as their branch if it is one."""
        section = self.sections[number]
        lines = list(section.lines)
        for child in section.children:
            deeper = headings.is_condition(self.sections[child].title) and not self._taught(child)
            lines += self._all(child, branch=deeper)
        return [replace(x, branch=(section.title, *x.branch)) for x in lines] if branch else lines

    def _scene(self, titles: tuple[str, ...], lines: Sequence[Line], before: tuple[Line, ...]) -> list[Scene]:
        if not lines:
            return []
        if titles and any(headings.CATALOGUE.search(t) for t in titles[-2:]):
            lines = _by_question(lines)
        setting = headings.setting(titles)
        context = before if setting.medium is Medium.CALL else ()
        alone = _opens_itself(lines)
        opens = setting.opens or alone or _opens_itself([*context, *lines])
        setting = replace(setting, opens=opens, alone=alone or not context)
        return [Scene(titles[-1] if titles else "", tuple(lines), _by_labels(setting, lines), context)]


def _by_question(lines: Sequence[Line]) -> list[Line]:
    """The lines of a collection, each under the question it answers."""
    found: list[Line] = []
    question: str | None = None
    for line in lines:
        if line.voice is Voice.CUSTOMER and not line.branch:
            question = line.text
        found.append(line if question is None or line.branch else replace(line, branch=(question,)))
    return found


def _special(title: str) -> bool:
    """True for headings that name who is on the line or another medium: never a stage."""
    relation = headings.relation_of(title)
    other = relation is not None and relation is not Relation.SELF
    return other or headings.medium_of(title) is not Medium.CALL


def _spoken(line: Line) -> bool:
    return line.voice is not Voice.INSTRUCTION and not line.taught


def _opens_itself(lines: Sequence[Line]) -> bool:
    """True where the first words of the agent open a call."""
    said = [x.text for x in lines if x.voice is Voice.AGENT and not x.taught and not x.branch][:2]
    return any(_HELLO.search(text) for text in said)


def _by_labels(setting: Setting, lines: Sequence[Line]) -> Setting:
    """The setting, where the heading leaves it open, by the medium of the words themselves."""
    if (
        setting.medium is Medium.CALL
        and lines
        and all(
            re.match(r"[【\[][^】\]]{2,14}(?:银行|公司|金融|中心|消费)[^】\]]*[】\]]", x.text)
            for x in lines
            if x.voice is Voice.AGENT
        )
        and any(x.voice is Voice.AGENT for x in lines)
    ):
        return replace(setting, medium=Medium.MESSAGE)
    return setting
