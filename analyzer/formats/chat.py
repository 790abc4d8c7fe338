"""Talks copied out of 微信 and QQ and exported by meeting tools: a line with a name and a time, then what was said.

``王经理 2026/3/2 10:15:01`` (微信), ``2026-03-02 10:15:01 王经理(10001)`` (QQ), ``王经理:`` alone (微信, several
messages), ``说话人 1 00:12`` (飞书妙记, 腾讯会议, 通义听悟, 讯飞听见), ``张三(00:00:12): 您好``. With a date the times
are moments and count from the first; without one they are seconds from the start, or the time of the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats import metadata, text
from analyzer.formats.document import LINE_END, Document, Format
from analyzer.formats.recording import Recording, Said, call_of

_NAME = (
    r"(?P<{0}>(?:说话人|发言人|讲话人|[Ss]peaker)\s?\d{{1,2}}|[^\s:：\[\]()（）<>,，。!?？！\d][^\s:：\[\]()（）<>,，。!?？！]{{0,19}})"
    r"(?:\s?[(（][^()（）:：]{{1,24}}[)）])?"
)
_DATE = r"(?P<{0}>(?:\d{{4}}[-/.年])?\d{{1,2}}[-/.月]\d{{1,2}}日?|[今昨前]天|(?:星期|周|礼拜)[一二三四五六日天])"
_CLOCK = r"(?:[上下中]午|早上|晚上|凌晨)?\s?(?P<{0}>\d{{1,2}}:\d{{2}}(?::\d{{2}})?)(?:[.,]\d{{1,3}})?"
_BEHIND = re.compile(
    rf"{_NAME.format('n1')}\s*[\[(（]?(?:{_DATE.format('d1')}\s*)?{_CLOCK.format('c1')}[\])）]?\s?[:：]?(?:\s+(?P<w1>\S.*))?"
)
_BEFORE = re.compile(
    rf"[\[(（]?(?:{_DATE.format('d2')}\s*)?{_CLOCK.format('c2')}[\])）]?\s+{_NAME.format('n2')}\s?(?:[:：]\s*(?P<w2>\S.*)?)?"
)
_ALONE = re.compile(rf"{_NAME.format('n3')}\s?[:：]")
_EARLY = 300.0
"""A talk that begins later than this many seconds is told in times of the day."""

_MOST_NAMES = 10


@dataclass(slots=True)
class _Head:
    """The line above a message."""

    name: str
    date: str
    clock: str
    words: str


def sniff(document: Document) -> float:
    """By lines that name a speaker, at least two, none of them a label that plain text knows."""
    if document.specimen is not None:
        return 0.0
    lines = [line.strip() for line in LINE_END.split(document.words)[:400] if line.strip()]
    heads = [(line, head) for line in lines if (head := _head(line))]
    names = {head.name for _, head in heads}
    if len(heads) < 2 or len(names) > _MOST_NAMES or all(text.knows(line) for line, _ in heads):
        return 0.0
    timed = sum(bool(head.clock) for _, head in heads)
    share = len(heads) / len(lines)
    if share < 0.1 or (not timed and (len(names) == len(heads) or share > 0.6)):
        return 0.2
    return 0.92 if timed else 0.75


def read(document: Document) -> Iterator[Call | Skipped]:
    """The one call.

    Raises:
        InputError: no line names a speaker.
    """
    heading, messages = _messages(document)
    if not messages:
        raise InputError(document.name, "找不到“姓名 时间”这样的行", advice="每段话上面应有一行说话人和时间")
    moments = [_moment(head) for head, _ in messages]
    first = next((moment for moment in moments if moment), None)
    fields: dict[str, object] = {"started_at": first} if first else {}
    dated = any(head.date for head, _ in messages)
    if first is not None:
        starts = [_from(first, moment) for moment in moments]
    else:
        starts = [None] * len(messages) if dated else _offsets([head.clock for head, _ in messages])
    if first is None and any(starts) and (moment := metadata.first_time("\n".join(heading))):
        fields["started_at"] = moment
    said = [Said("\n".join(words), head.name, start) for (head, words), start in zip(messages, starts, strict=True)]
    extra: dict[str, object] = {"heading": "\n".join(heading)} if heading else {}
    yield call_of(Recording(said, fields, extra), document.name, document.stem)


def _head(line: str) -> _Head | None:
    for pattern, at in ((_BEHIND, "1"), (_BEFORE, "2"), (_ALONE, "3")):
        if match := pattern.fullmatch(line):
            found = match.groupdict()
            return _Head(found[f"n{at}"], *(found.get(f"{part}{at}") or "" for part in "dcw"))
    return None


def _messages(document: Document) -> tuple[list[str], list[tuple[_Head, list[str]]]]:
    """Lines before the first head, then every head with the lines below it; among timed heads no other is one."""
    heading: list[str] = []
    messages: list[tuple[_Head, list[str]]] = []
    lines = [line.strip() for _, line in document.lines()]
    timed = sum(bool(head.clock) for head in map(_head, lines) if head) > 1
    for bare in lines:
        head = _head(bare)
        if head and (head.clock or not timed):
            messages.append((head, [head.words] if head.words else []))
        elif bare and messages:
            messages[-1][1].append(bare)
        elif bare:
            heading.append(bare)
    return heading, messages


def _moment(head: _Head) -> datetime | None:
    try:
        return metadata.parse_time(f"{head.date} {head.clock}")
    except ValueError:
        return None


def _from(first: datetime, moment: datetime | None) -> float | None:
    return None if moment is None else (moment - first).total_seconds()


def _offsets(clocks: list[str]) -> list[float | None]:
    """Seconds from the start, nothing where the clocks tell the time of the day."""
    found = [metadata.parse_seconds(clock) if clock else None for clock in clocks]
    return [None] * len(found) if (found[0] or 0.0) > _EARLY else found


FORMAT = Format("chat", "微信/QQ 聊天记录、会议工具导出的文本", (".txt",), sniff, read, "“姓名 时间”一行，下面是说的话")
