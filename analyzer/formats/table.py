"""Tables with one row per turn: which column is what, which rows are one call. Shared by all tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import product
from typing import Any

from analyzer.call import Call, Turn
from analyzer.errors import InputError, Skipped
from analyzer.formats import metadata, speakers
from analyzer.formats.document import skipped
from analyzer.formats.labelled import is_talk
from analyzer.formats.mapping import UNITS, Mapping
from analyzer.formats.recording import per_second

Row = tuple[int, Sequence[object]]
"""Row number (the header usually being 1) and its cells."""

HEADER_WITHIN = 10
"""A title or two may stand above the header."""

_SEEN, _FEWEST, _VOICES = 50, 2, 2
"""Rows looked at for a table without a header; how many rows and how many speakers it must have."""

_TEXT_NAMES = (
    "内容 文本 话术内容 话术 转写文本 转写内容 转写结果 识别结果 识别文本 对话内容 通话内容 说话内容 语句 "
    "对话 通话文本 对话文本 对话记录 通话记录 会话内容 会话记录 录音文本 录音内容 转写全文 全文 完整对话 "
    "转写 识别内容 语音文本 语音内容 文字 文字内容 消息内容 消息 聊天内容 句子 单句 句子内容 单句内容 说话文本 发言 "
    "发言内容 话语 asr文本 asr结果 asr内容 asr_text asr_result asr text content transcript transcription utterance "
    "sentence dialog dialogue conversation words message msg"
)
_TURN_NAMES = {
    "text": _TEXT_NAMES,
    "speaker": "角色 说话人 说话角色 讲话人 发言人 说话方 说话者 发言角色 话者 身份 speaker role spk speaker_role who",
    "agent_text": "坐席内容 座席内容 坐席文本 座席文本 坐席话术 座席话术 坐席说 客服内容 客服文本 催收员内容 催收员说 "
    "agent_text agent_words",
    "customer_text": "客户内容 客户文本 客户话术 客户说 用户内容 用户文本 接听人内容 customer_text customer_words",
    "voice": "声道 通道 声道号 通道号 声道编号 voice 说话人编号 说话人ID speaker_id channel_id",
    "start": "时间 时间点 时间戳 句首时间 from_time timestamp",
    "end": "句尾时间 to_time",
}
_ENDS = {
    "start": ("开始", "起始", "start", "begin", "bg"),
    "end": ("结束", "截止", "终止", "end", "stop", "ed"),
}
_UNITS = {"": "", "秒": "", "s": "", "sec": "", "毫秒": "_ms", "ms": "_ms", "millis": "_ms"}


def _names() -> Iterator[tuple[str, str]]:
    """Every name of a column and what it holds; those of times are put together: 起始 + 时间 + 毫秒."""
    for key, names in _TURN_NAMES.items():
        yield from ((metadata.shape(name), key) for name in names.split())
    for key, words in _ENDS.items():
        for word, kind, (unit, scale) in product(words, ("", "时间", "时刻", "偏移", "time", "offset"), _UNITS.items()):
            yield metadata.shape(f"{word}{kind}{unit}"), f"{key}{scale}"


_KNOWN = dict(_names())
_TEXT = re.compile(
    r"(?:录音|通话|转写|识别|语音|对话|会话|聊天|说话|话术|电话|沟通|坐席客户|双方|完整|全部|原始|asr)+"
    r"(?:后|的)?(?:转写|转译|转文字|识别)?(?:文本|内容|全文|原文|文字|文字稿|结果|明细|详情|脚本|转写|记录)(?:全文|内容)?"
)
"""Names that people put together for the words: 录音转写文本, 通话录音全文, 语音识别结果."""

_FILE_NAMES = "文件名 文件名称 录音文件 录音名称 录音名 录音 file filename file_name"
_FILES = frozenset(map(metadata.shape, _FILE_NAMES.split()))
"""Columns that part the calls where no other does."""

_MILLI = 1000.0
"""Whole numbers from here on may count milliseconds, though their column does not say so."""


@dataclass
class Columns:
    """Which column holds what; ``fields`` are those of Meta, ``others`` are kept under their own name."""

    turn: dict[str, int] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)
    width: int = 0


def columns_of(header: Sequence[object]) -> Columns | None:
    """The columns a header row names, None when it names no text column; the first of two equal names wins."""
    found = Columns(width=max((i for i, cell in enumerate(header, 1) if shown(cell).strip()), default=0))
    for i, cell in enumerate(header):
        name = shown(cell).strip().removeprefix("\ufeff")
        turn, meta = _turn_key(name), metadata.field_of(name)
        where = found.turn if turn else found.fields if meta else found.others
        key = turn or meta or name
        if name and key not in where:
            where[key] = i
        elif name:
            found.others[f"{name}({i + 1})"] = i
    _voice_for_speaker(found)
    if "call_id" not in found.fields and (file := next((k for k in found.others if metadata.shape(k) in _FILES), None)):
        found.fields["call_id"] = found.others.pop(file)
    whole = "text" in found.turn or {"agent_text", "customer_text"} <= found.turn.keys()
    return found if whole else None


def _turn_key(name: str) -> str | None:
    shape = metadata.shape(name)
    return _KNOWN.get(shape) or ("text" if _TEXT.fullmatch(shape) else None)


def renamed(header: Sequence[object], mapping: Mapping | None) -> Sequence[object]:
    """A header row in our names, where a mapping knows better."""
    if mapping is None:
        return header
    return [mapping.renamed(shown(cell).strip()) for cell in header]


def _voice_for_speaker(found: Columns) -> None:
    """Without a role column the sound channel tells the voices apart."""
    if "speaker" not in found.turn:
        at = found.turn.pop("voice", None)
        at = found.fields.pop("channel", None) if at is None else at
        found.turn.update({} if at is None else {"speaker": at})


def shown(cell: object) -> str:
    """A cell as text: nothing for an empty one, no ``.0`` behind whole numbers, ISO times."""
    if type(cell) is str:
        return cell
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, (date, time)) else str(cell)


def calls(rows: list[Row], columns: Columns, name: str, stem: str) -> Iterator[Call | Skipped]:
    """The calls of one table, in order of first appearance of their ids.

    Args:
        rows: the rows below the header.
        columns: what the header says.
        name: the file or sheet, for messages and sources.
        stem: id of the call where no column tells one.

    Raises:
        InputError: there are no rows.
    """
    groups = _grouped(rows, columns, stem)
    if not groups:
        raise InputError(name, "表头下面没有任何内容")
    for call_id, members in groups.items():
        try:
            yield _call(call_id, members, columns, name)
        except InputError as error:
            yield skipped(error)


def header(rows: list[Row], name: str, mapping: Mapping | None = None) -> tuple[int, Columns]:
    """Where the header stands among the rows and what it says.

    Raises:
        InputError: no text column among the first rows.
    """
    for at, (_, cells) in enumerate(rows[:HEADER_WITHIN]):
        columns = columns_of(renamed(cells, mapping))
        if columns:
            return at, columns
    if talks := by_talks([cells for _, cells in rows[: _SEEN + HEADER_WITHIN]]):
        return talks
    if columns := nameless([cells for _, cells in rows[:_SEEN] if any(cells)]):
        return -1, columns
    seen = "、".join(shown(cell)[:20] for cell in rows[0][1][:12] if shown(cell)) if rows else ""
    raise InputError(
        name,
        f"表头里找不到转写文本列（看到：{seen or '空表'}）",
        advice="请把文本列命名为“内容”“文本”或“text”，或用映射文件说明",
    )


def by_talks(rows: Sequence[Sequence[object]]) -> tuple[int, Columns] | None:
    """Header and columns of a table whose header names no words, but whose cells hold whole talks."""
    rows = rows[: 2 * HEADER_WITHIN]
    width = max(map(len, rows), default=0)
    for at in range(width):
        first = next((i for i, row in enumerate(rows) if is_talk(cell_at(row, at))), None)
        head = None if not first else next((i for i in range(first - 1, -1, -1) if cell_at(rows[i], at).strip()), None)
        if head is None or first is None:
            continue
        cells = [cell for row in rows[first:] if (cell := cell_at(row, at).strip())]
        if 2 * sum(map(is_talk, cells)) >= len(cells):
            named = ["text" if i == at else cell for i, cell in enumerate(rows[head])]
            columns = columns_of(named)
            return (head, columns) if columns else None
    return None


def nameless(rows: Sequence[Sequence[object]]) -> Columns | None:
    """The columns of a table without a header: one that holds nothing but known speakers, and the longest other one."""
    width = max(map(len, rows), default=0)
    at = next((i for i in range(width) if all(speakers.speaker_of(cell_at(row, i)) for row in rows)), None)
    if at is None or len(rows) < _FEWEST or len({cell_at(row, at) for row in rows}) < _VOICES:
        return None
    lengths = [sum(len(cell_at(row, i)) for row in rows) for i in range(width)]
    text = max((i for i in range(width) if i != at), key=lengths.__getitem__, default=at)
    others = {f"列{i + 1}": i for i in range(width) if i not in (at, text)}
    return None if text == at else Columns({"speaker": at, "text": text}, {}, others, width)


def _grouped(rows: list[Row], columns: Columns, stem: str) -> dict[str, list[Row]]:
    """Rows by call id; an empty id (merged cells) is the one above."""
    groups: dict[str, list[Row]] = {}
    at = columns.fields.get("call_id")
    current = ""
    for number, cells in rows:
        if not any(shown(cell).strip() for cell in cells):
            continue
        current = (shown(cells[at]).strip() if at is not None else "") or current
        groups.setdefault(current or stem, []).append((number, cells))
    return groups


def _call(call_id: str, rows: list[Row], columns: Columns, name: str) -> Call:
    rows = _spoken(rows, columns, name)
    first = rows[0][0]
    labels = [cell_at(cells, columns.turn.get("speaker")).strip() for _, cells in rows]
    who, voices = speakers.assign(labels)
    if "voice" in columns.turn:
        voices = tuple(cell_at(cells, columns.turn["voice"]).strip() for _, cells in rows)
    fields, extra = meta(rows, columns)
    extra.update({"voices": voices} if voices else {})
    if "relation" not in fields and (stated := speakers.stated_relation(labels)):
        fields["relation"] = stated.value
    starts, ends = _times(rows, columns, fields, name)
    texts = [cell_at(cells, columns.turn["text"]) for _, cells in rows]
    turns = tuple(Turn(*one) for one in zip(who, texts, starts, ends, strict=True))
    return Call(call_id, turns, metadata.lenient(fields, extra), f"{name}:{first}")


def _spoken(rows: list[Row], columns: Columns, name: str) -> list[Row]:
    """The rows that hold words."""
    for number, cells in rows:
        if any(shown(cell).strip() for cell in cells[columns.width :]):
            raise InputError(name, "这一行的列比表头多", line=number, advice="文本里有分隔符时请用双引号括起整个单元格")
    spoken = [row for row in rows if cell_at(row[1], columns.turn["text"]).strip()]
    if not spoken:
        raise InputError(name, "这通通话的文本列全是空的", line=rows[0][0])
    return spoken


def cell_at(cells: Sequence[object], at: int | None) -> str:
    """The text of a cell, nothing where the row or the column ends before it."""
    return "" if at is None or at >= len(cells) else shown(cells[at])


def meta(rows: list[Row], columns: Columns) -> tuple[dict[str, object], dict[str, object]]:
    """Fields from their first filled cell; a column of ours nobody knows is kept, per turn when it varies."""
    fields: dict[str, object] = {}
    for key, at in columns.fields.items():
        filled = [cells[at] for _, cells in rows if cell_at(cells, at).strip()]
        if filled and key != "call_id":
            fields[key] = filled[0].strip() if isinstance(filled[0], str) else filled[0]
    extra: dict[str, object] = {}
    varying: dict[str, tuple[str, ...]] = {}
    for name, at in columns.others.items():
        values = tuple(cell_at(cells, at) for _, cells in rows)
        if len(set(values) - {""}) > 1:
            varying[name] = values
        elif any(values):
            extra[name] = max(values)
    extra = metadata.unreserved(extra)
    return fields, {**extra, "turn_extra": varying} if varying else extra


def _times(
    rows: list[Row], columns: Columns, fields: dict[str, object], name: str
) -> tuple[list[float | None], list[float | None]]:
    starts, ends = (_column(rows, columns, key, name) for key in ("start", "end"))
    moments = [value for value in starts if isinstance(value, datetime)]
    if not moments:
        zero = None
    elif len(moments) > 1 and len(set(moments)) == 1:  # the start of the call, repeated in every row
        fields.setdefault("started_at", moments[0].isoformat())
        return [None] * len(rows), [None] * len(rows)
    else:
        zero = min(moments)
        fields.setdefault("started_at", zero.isoformat())
    return _from(zero, starts), _from(zero, ends)


def _from(zero: datetime | None, values: list[Any]) -> list[float | None]:
    """Seconds; moments count from ``zero`` and are nothing without it."""
    if zero is None:
        return [None if isinstance(value, datetime) else value for value in values]
    return [(value - zero).total_seconds() if isinstance(value, datetime) else value for value in values]


def _column(rows: list[Row], columns: Columns, key: str, name: str) -> list[Any]:
    at, scale = columns.turn.get(key), 1.0
    if at is None:
        at, scale = columns.turn.get(f"{key}_ms"), UNITS["ms"]
    elif all(_whole_number(cells, columns.turn.get(end)) for end in ("start", "end") for _, cells in rows):
        scale = _unit(rows, columns)
    return [_moment(cells, at, scale, number, name) for number, cells in rows]


def _unit(rows: list[Row], columns: Columns) -> float:
    """What whole numbers count, by how fast people would speak."""
    starts, ends = ([cell_at(cells, columns.turn.get(key)) for _, cells in rows] for key in ("start", "end"))
    latest = max((float(cell) for cell in (*starts, *ends) if cell), default=0.0)
    spoken = sum(len(cell_at(cells, columns.turn["text"])) for _, cells in rows)
    return per_second(zip(starts, ends, strict=True), spoken) if latest >= _MILLI else 1.0


def _whole_number(cells: Sequence[object], at: int | None) -> bool:
    cell = cell_at(cells, at).strip()
    return not cell or (cell.isascii() and cell.isdigit())


def _moment(cells: Sequence[object], at: int | None, scale: float, number: int, name: str) -> float | datetime | None:
    value = "" if at is None or at >= len(cells) else cells[at]
    if shown(value).strip() == "":
        return None
    if metadata.is_epoch(value):
        return metadata.parse_time(value)
    try:
        return metadata.parse_seconds(value) / scale
    except ValueError:
        return _clock(value, number, name)


def _clock(value: object, number: int, name: str) -> datetime:
    """The moment in a cell that holds no seconds."""
    try:
        return metadata.parse_time(value)
    except ValueError:
        reason = f"时间“{shown(value)[:30]}”看不懂"
        raise InputError(name, reason, line=number, advice="应为秒数、1:02 或 00:01:02.500") from None
