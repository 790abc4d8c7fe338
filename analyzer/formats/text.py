"""Plain text with speaker labels, as people paste it from players, chat windows and word processors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from analyzer.call import Call, Turn
from analyzer.errors import InputError, Skipped
from analyzer.formats import encoding, metadata, speakers
from analyzer.formats.document import LINE_END, Document, Format
from analyzer.formats.labelled import CLOCK, NAMED, STAMP, Style, label, names, style_of, undressed, whole_talks

_INSIDE = re.compile(rf"[\[(（【]\s?{CLOCK}(?:\s?(?:-->|->|→|[-–~—至])\s?{CLOCK})?\s?[\])）】]\s*")
_ALONE = re.compile(STAMP)
_TIMES = re.compile(CLOCK)
_DIVIDER = re.compile(r"[-=—＝－_*]{3,}")
_HEAD = re.compile(r"[#*\s]*([^:：,，。？！?!\s][^:：,，。？！?!]{0,15})[:：]\s*(\S.*)")
_SPOKEN = re.compile(r"[。？！?!，,]")
_HEAD_WITHIN, _NAME_LENGTH = 15, 24
"""Lines above a talk that may be about it, and how long the name of a speaker is there."""


@dataclass
class _Said:
    line: int
    label: str
    start: float | None
    end: float | None
    words: list[str]


@dataclass
class _Block:
    """The lines between two dividers, sorted out: head fields, other head lines, turns."""

    line: int
    fields: dict[str, object] = field(default_factory=dict)
    others: dict[str, object] = field(default_factory=dict)
    heading: list[str] = field(default_factory=list)
    said: list[_Said] = field(default_factory=list)
    times: tuple[float | None, float | None] = (None, None)

    @property
    def filled(self) -> bool:
        """True when the block holds anything."""
        return bool(self.said or self.heading or self.fields or self.others)

    @property
    def only_head(self) -> bool:
        """True when the block is nothing but head fields and at most a title."""
        return not self.said and bool(self.fields) and len(self.heading) <= 1


def sniff(document: Document) -> float:
    """By the share of lines that begin with a label."""
    if document.specimen is not None:
        return 0.0
    numbered = enumerate(line.strip() for line in LINE_END.split(document.words)[:400] if line.strip())
    lines = [undressed(line) for _, line in whole_talks(list(numbered))]
    style = style_of(lines)
    labelled = sum(label(line, style) is not None for line in lines)
    if labelled:
        return min(0.9, 0.5 + 0.4 * labelled / len(lines) + (0.05 if labelled > 1 else 0))
    return _by_names(lines)


def _by_names(lines: list[str]) -> float:
    """Likely where two or more names stand before most lines; Chinese without any comes close."""
    known = names(lines)
    named = sum((match := NAMED.fullmatch(line)) is not None and match[2] in known for line in lines)
    if len(known) > 1 and 2 * named > len(lines):
        return 0.5 + 0.3 * named / len(lines)
    return 0.1 if lines and encoding.share("".join(lines)) >= encoding.SURE else 0.0


def read(document: Document) -> Iterator[Call | Skipped]:
    """The calls between the dividers; a block without speaker labels is Skipped.

    Raises:
        InputError: no block has a speaker label.
    """
    blocks = _blocks(document)
    first = list(islice(blocks, 2))
    waiting: list[Skipped] | None = []
    for block in chain(first, blocks):
        if not block.said and waiting is not None:
            waiting.append(_unlabelled(document, block))
            continue
        yield from waiting or ()
        waiting = None
        yield _call(document, block, len(first) > 1) if block.said else _unlabelled(document, block)
    if waiting is not None:
        raise InputError(document.name, "找不到说话人标签", advice="每句话前应有“坐席：”“客户：”这样的标签")


def parted(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Label and words of each line; the label is empty where a line has none."""
    known = names(lines)
    found: list[tuple[str, str]] = []
    for line in lines:
        match = label(line)
        named = None if match else NAMED.fullmatch(line)
        if match:
            found.append((match["label"], match["words"]))
        else:
            found.append((named[2], named[3]) if named and named[2] in known else ("", line))
    return found


def knows(line: str) -> bool:
    """True for a line that begins with a label this format knows, so that no other format need guess."""
    return label(line, Style.ALONE) is not None


def _unlabelled(document: Document, block: _Block) -> Skipped:
    return Skipped(document.name, "这一段没有说话人标签，无法分出话轮；请在每句话前标明“坐席：”“客户：”", block.line)


def _blocks(document: Document) -> Iterator[_Block]:
    lines = [(number, undressed(line)) for number, line in whole_talks([(n, x.strip()) for n, x in document.lines()])]
    style = style_of([line for _, line in lines])
    block = _Block(1)
    for part in _parts(lines):
        if not block.only_head:
            if block.filled:
                yield block
            block = _Block(part[0][0])
        known, at = names([line for _, line in part]), _heads_end([line for _, line in part])
        for _, line in part[:at]:
            if line:
                _head(block, line)
        for number, line in part[at:]:
            _take(block, number, line, style, known)
    if block.filled:
        yield block


def _heads_end(lines: list[str]) -> int:
    """Where the talk begins: behind the last head field that only names of speakers and other fields stand above."""
    end = 0
    for at, line in enumerate(lines[:_HEAD_WITHIN]):
        match = _HEAD.fullmatch(line)
        key = match[1].strip(" *#") if match else ""
        if match and label(line) is None and metadata.head_of(key) is not None:
            end = at + 1
        elif match and (len(match[2]) > _NAME_LENGTH or _SPOKEN.search(match[2])):
            break
    return end


def _parts(lines: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """The lines between dividers, empty parts left out."""
    part: list[tuple[int, str]] = []
    for number, line in [*lines, (0, "---")]:
        if not _DIVIDER.fullmatch(line):
            part.append((number, line))
        elif part:
            yield part
            part = []


def _take(block: _Block, number: int, line: str, style: Style, known: frozenset[str]) -> None:
    """Sort one line into its block."""
    match = label(line, style)
    if match and (match["colon"] or match["open"] or match["behind"] or match["words"] or _may_be_bare(block)):
        _begin(block, number, match)
    elif (named := NAMED.fullmatch(line)) and named[2] in known:
        start, end = _times(named[1]) if named[1] else block.times
        block.times = (None, None)
        block.said.append(_Said(number, named[2], start, end, [named[3]]))
    elif line and _ALONE.fullmatch(line):
        block.times = _times(line)
        _drop_counter(block)
    elif line and block.said:
        block.said[-1].words.append(line)
    elif line:
        _head(block, line)


def _may_be_bare(block: _Block) -> bool:
    """A lone ``本人`` below an empty label is what was said, not a label."""
    return not block.said or bool(block.said[-1].words)


def _begin(block: _Block, number: int, match: re.Match[str]) -> None:
    words, stamp = match["words"], match["before"] or match["behind"] or ""
    inside = _INSIDE.match(words)
    if inside and not stamp:
        stamp, words = inside[0], words[inside.end() :]
    start, end = _times(stamp) if stamp else block.times
    block.times = (None, None)
    block.said.append(_Said(number, match["label"], start, end, [words] if words else []))


def _times(stamp: str) -> tuple[float | None, float | None]:
    found = [metadata.parse_seconds(clock) for clock in _TIMES.findall(stamp)]
    return (found[0] if found else None), (found[1] if len(found) > 1 else None)


def _drop_counter(block: _Block) -> None:
    """Subtitle files number their blocks; such a number above a time stamp is no speech."""
    lines = block.said[-1].words if block.said else block.heading
    if lines and lines[-1].isascii() and lines[-1].isdigit() and len(lines) > (1 if block.said else 0):
        lines.pop()


def _head(block: _Block, line: str) -> None:
    match = _HEAD.fullmatch(line)
    if match is None:
        block.heading.append(line)
        return
    key, value = match[1].strip(" *#"), match[2].strip()
    known = metadata.head_of(key)
    (block.fields if known else block.others)[known or key] = value


def _call(document: Document, block: _Block, several: bool) -> Call:
    call_id = str(block.fields.pop("call_id", "")) or document.stem + (f"-{block.line}" if several else "")
    labels = [said.label for said in block.said]
    who, voices = speakers.assign(labels)
    extra = metadata.unreserved(block.others)
    extra.update({"heading": "\n".join(block.heading)} if block.heading else {})
    extra.update({"voices": voices} if voices else {})
    fields = dict(block.fields)
    if "relation" not in fields and (stated := speakers.stated_relation(labels)):
        fields["relation"] = stated.value
    turns = (Turn(who[i], "\n".join(said.words), said.start, said.end) for i, said in enumerate(block.said))
    source = f"{document.name}:{block.line}" if several else document.name
    return Call(call_id, tuple(turns), metadata.lenient(fields, extra), source)


FORMAT = Format(
    "text", "带说话人标签的纯文本", (".txt", ".text", ".log"), sniff, read, "每句话前有“坐席：”“客户：”这样的标签"
)
