"""Tables of scripts: which column is what, by name and by content; one reading for CSV, Excel, Markdown and Word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from analyzer.scripts import headings, labels, speech
from analyzer.scripts.outline import Outline
from analyzer.scripts.script import Voice

Row = tuple[int, Sequence[str]]
"""Number of the row (or line) and its cells."""

HEADER_WITHIN = 8
_SCENE = re.compile(
    r"^(?:话术|业务|使用|适用|通话|催收)?(?:场景|情景|情境)(?:名称|分类|类型|类别|编号)?$|^(?:scene|scenario|situation|case|场景说明|话术类型|话术分类|话术名称|话术标题|类别|分类|主题|模块|标题|title|category|topic|type|name|名称)s?$",
    re.IGNORECASE,
)
_STAGE = re.compile(
    r"^(?:通话|话术|流程)?(?:环节|阶段|节点|步骤|流程|步骤名称|环节名称|stage|step|phase|node)(?:名称)?$", re.IGNORECASE
)
_ROLE = re.compile(
    r"^(?:说话)?(?:角色|说话人|说话方|发言人|发言方|讲话人|身份|主体|谁说|speaker|role|who|话者)$", re.IGNORECASE
)
_BRANCH = re.compile(r"分支|条件|情形|情况|触发|^若|^如果|branch|condition|when|trigger|^if\b", re.IGNORECASE)
_FLAG = re.compile(
    r"是否(?:合规|可用|禁用|禁止|允许|正确|启用|违规)|^(?:合规(?:性|标记|状态|与否)?|标记|状态|标签|正误|对错|性质|属性|示例类型|样例类型|例句类型|使用状态|结论|评价|flag|status|label|ok|valid|compliant|allowed|polarity|verdict)$|可否使用|能否使用",
    re.IGNORECASE,
)
_BAD_FLAG = re.compile(r"禁用|禁止|违规|错误|forbid|bad|ban", re.IGNORECASE)
_ABOUT = re.compile(
    r"^(?:渠道|触达方式|触达渠道|媒介|方式|channel|medium|接听人|接听方|接听对象|联系对象|沟通对象|对象|接听人身份|适用对象|适用人群|适用客群|接收人|接收对象|发送对象|收件人|关系|callee|contact|audience|relation)$",
    re.IGNORECASE,
)
_IGNORED = re.compile(
    r"^(?:序号|编号|序|no\.?|id|#|版本|日期|时间|更新(?:日期|时间|人)?|创建(?:人|时间)|责任人|负责人|审核(?:人|状态)?|作者|部门|来源|依据|法规依据|优先级|序列|index|version|date|owner|author|tag|tags|编码|话术编号|场景编号|顺序|order|key|code)$",
    re.IGNORECASE,
)
_YES = ("是", "y", "yes", "true", "1", "√", "✓", "✔", "✅")
_NO = ("否", "n", "no", "false", "0", "×", "x", "✗", "✘", "❌")


@dataclass(slots=True)
class Columns:
    """What the columns of a table hold, by their numbers."""

    names: list[str]
    scene: int | None = None
    stage: int | None = None
    role: int | None = None
    branch: int | None = None
    about: list[int] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    words: dict[int, tuple[Voice, bool]] = field(default_factory=dict)
    known: int = 0

    @property
    def asks_first(self) -> bool:
        """True where rows are answers to questions, not the turns of one talk: the customer's column comes first."""
        asked = [i for i, (voice, _) in self.words.items() if voice is Voice.CUSTOMER]
        told = [i for i, (voice, _) in self.words.items() if voice is Voice.AGENT]
        return self.role is None and bool(asked) and bool(told) and min(asked) < min(told)


def fill(outline: Outline, rows: Sequence[Row], *, nested: bool = False) -> None:
    """Add the lines of a table to an outline.

    Args:
        outline: where they go.
        rows: all rows, the header among the first.
        nested: the table stands inside a section of a document.
    """
    at, columns = _header(rows)
    body = _filled_down([r for r in rows[at + 1 :] if any(c.strip() for c in r[1])], columns)
    base = outline.section.level + 1 if nested else 1
    ordinals = {number: i if nested else number for i, (number, _) in enumerate(rows, 1)}
    for (scene, about), members in _grouped(body, columns.scene, columns.about).items():
        if scene:
            outline.heading(scene, base, about=about)
        for (stage, _), steps in _grouped(members, columns.stage, ()).items():
            if stage and stage != scene:
                outline.heading(stage, base + 1, stage=columns.scene is not None or headings.is_stage(stage))
            for number, cells in steps:
                _row(outline, number, cells, columns, at_row=ordinals[number])
            if stage and stage != scene:
                outline.close(base + 1)
        if scene:
            outline.close(base)


def _header(rows: Sequence[Row]) -> tuple[int, Columns]:
    """Where the header is (-1: there is none) and what its columns are."""
    best: tuple[int, int, Columns] | None = None
    for at, (_, cells) in enumerate(rows[:HEADER_WITHIN]):
        columns = _named(cells)
        if columns.known and (best is None or columns.known > best[0]):
            best = (columns.known, at, columns)
    if best is not None:
        _, at, columns = best
        _by_content(columns, rows[at + 1 :])
        return at, columns
    width = max((len(cells) for _, cells in rows), default=0)
    columns = Columns([""] * width)
    _by_content(columns, rows)
    return -1, columns


def _named(cells: Sequence[str]) -> Columns:
    """The columns as their names say; ``known`` counts those that say something."""
    found = Columns([re.sub(r"\s+", "", speech.plain(c)) for c in cells])
    for i, name in enumerate(found.names):
        if not name or len(name) > 24 or re.search(r"[。！？，]", name):
            continue
        if _place(found, i, name):
            found.known += 1
    return found


def _place(found: Columns, i: int, name: str) -> bool:
    words = re.sub(r"[（(].*?[)）]", "", name) or name
    for key, pattern in (("role", _ROLE), ("scene", _SCENE), ("stage", _STAGE)):
        if pattern.search(words) and getattr(found, key) is None:
            setattr(found, key, i)
            return True
    if _ABOUT.search(words):
        found.about.append(i)
        return True
    if _FLAG.search(words):
        found.flags.append(i)
        return True
    if _IGNORED.search(words) or headings.COMMENT.match(words):
        return True
    teaching = headings.teaching(name)
    if teaching is None and (voice := labels.voice_of(words)) is not None:
        found.words[i] = (voice, False)
        return True
    if teaching is not None:
        found.words[i] = (Voice.AGENT, teaching)
        return True
    if _BRANCH.search(words) and found.branch is None:
        found.branch = i
        return True
    loose = labels.column_voice(words)
    if loose is not None:
        found.words[i] = (loose, False)
    return loose is not None


def _by_content(columns: Columns, rows: Sequence[Row]) -> None:
    """Columns nobody knows by what stands in them; a table needs at least one that the agent says."""
    _flags_by_content(columns, rows)
    for key in ("scene", "stage"):
        i = getattr(columns, key)
        if i is not None and all(re.fullmatch(r"[\d\s.、]*", _cell(cells, i)) for _, cells in rows):
            setattr(columns, key, None)  # only numbers
            columns.names[i] = "序号"
    taken = {columns.scene, columns.stage, columns.role, columns.branch, *columns.about, *columns.flags, *columns.words}
    lengths: dict[int, float] = {}
    for i, name in enumerate(columns.names):
        filled = [cells[i] for _, cells in rows if i < len(cells) and cells[i].strip()]
        if i in taken or (name and (_IGNORED.search(name) or headings.COMMENT.match(name))) or not filled:
            continue
        if columns.role is None and all(labels.voice_of(c) is not None for c in filled):
            columns.role = i
        else:
            lengths[i] = sum(map(len, filled)) / len(filled)
    if not any(v is Voice.AGENT for v, _ in columns.words.values()) and lengths:
        longest = max(lengths, key=lambda i: lengths[i])
        columns.words[longest] = (Voice.AGENT, False)
        del lengths[longest]
    for i, length in lengths.items():
        if length >= 8:
            columns.words[i] = (Voice.INSTRUCTION, False)
        elif columns.scene is None and i < min(columns.words) and not columns.names[i]:
            columns.scene = i


def _flags_by_content(columns: Columns, rows: Sequence[Row]) -> None:
    """A column whose short values call some rows wrong is a flag, whatever its name."""
    for i in range(len(columns.names)):
        if i in columns.words or i in columns.flags or i == columns.role:
            continue
        values = [_cell(cells, i) for _, cells in rows if _cell(cells, i)]
        marks = [v for v in values if len(v) <= 14 and headings.only_marks(v) and headings.teaching(v)]
        if marks and len(set(values)) <= 6:
            columns.flags.append(i)
            columns.scene = None if columns.scene == i else columns.scene
            columns.branch = None if columns.branch == i else columns.branch


def _filled_down(rows: Sequence[Row], columns: Columns) -> list[Row]:
    """Empty scene and stage cells are those above (merged cells)."""
    found: list[Row] = []
    above: dict[int, str] = {}
    for number, cells in rows:
        filled = list(cells)
        for i in (columns.scene, columns.stage, *columns.about):
            if i is not None and i < len(filled):
                if filled[i].strip():
                    if above.get(i) != filled[i] and i == columns.scene and columns.stage is not None:
                        above.pop(columns.stage, None)
                    above[i] = filled[i]
                else:
                    filled[i] = above.get(i, "")
        found.append((number, filled))
    return found


def _grouped(rows: Sequence[Row], name: int | None, about: Sequence[int]) -> dict[tuple[str, str], list[Row]]:
    """Rows by the name of their scene and what else is said about it, in order of first appearance."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for number, cells in rows:
        title = speech.plain(_cell(cells, name))
        more = " ".join(speech.plain(_cell(cells, i)) for i in about).strip()
        groups.setdefault((title or more, more), []).append((number, cells))
    return groups


def _row(outline: Outline, number: int, cells: Sequence[str], columns: Columns, *, at_row: int) -> None:
    taught = _flagged(cells, columns)
    role = _cell(cells, columns.role)
    teaching = headings.teaching(role) if role else None
    spoken_by = labels.voice_of(role) if role else None
    condition = _cell(cells, columns.branch)
    questions = [_cell(cells, i) for i, (v, _) in columns.words.items() if v is Voice.CUSTOMER]
    answers = any(v is Voice.AGENT and _cell(cells, i) for i, (v, _) in columns.words.items())
    if condition:
        branch: tuple[str, ...] = (condition,)
    else:
        branch = tuple(q for q in questions[:1] if q and answers and columns.asks_first)
    ordered = sorted(columns.words.items(), key=lambda c: (columns.asks_first and c[1][0] is not Voice.CUSTOMER, c[0]))
    for i, (voice, bad) in ordered:
        for words in speech.rows(_cell(cells, i)):
            outline.say(
                speech.unbulleted(speech.plain(words)),
                number,
                cell=f"{letters(i)}{at_row}",
                voice=spoken_by if spoken_by is not None and voice is Voice.AGENT else voice,
                taught=True if bad or taught or teaching else None,
                branch=branch,
            )


def _flagged(cells: Sequence[str], columns: Columns) -> bool:
    """True where a column of the row says that its words are not to be used."""
    for i in columns.flags:
        value = re.sub(r"\s", "", _cell(cells, i)).lower()
        if value in _YES or value in _NO:
            inverted = bool(_BAD_FLAG.search(columns.names[i]))
            if (value in _YES) == inverted:
                return True
        elif value and headings.teaching(value):
            return True
    return False


def _cell(cells: Sequence[str], at: int | None) -> str:
    return "" if at is None or at >= len(cells) else cells[at].strip()


def letters(column: int) -> str:
    """``A`` for 0, ``AB`` for 27."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
