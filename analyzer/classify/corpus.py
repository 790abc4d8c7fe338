"""The training stories of ``data/training``: what was said, in which talk, and what it is.

A story is a stretch of one invented call, one turn a line::

    @ t3-101 org=物业 rel=self stage=late tone=sarcastic style=clean
    a ok|您好，请问是靳女士吗？
    c confirms_self|是，你们又打来干嘛。
    a ok|前天您说要商量一下，我就是问问。
    + attitude|商量两年了，国家大事都没您家商量得久。
    + ok~harassment|您要是嫌多，以后一个月我就打一次。

``a`` is a turn of the agent, ``c`` of the customer; ``+`` and ``+c`` could stand in the place of the last such turn.
Labels of the agent are categories, ``ok``, or ``ok~category`` for innocent words that look like a violation; those of
the customer are dialogue events or ``-``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from analyzer.call import Call, Meta, Relation, Speaker, Turn
from analyzer.errors import CorpusError, Mistake
from analyzer.finding import CATEGORIES, SPOKEN

ORGANISATIONS = {"bank": "bank", "agency": "agency", "law_firm": "law_firm"}
RELATIONS = {"self": Relation.SELF, "family": Relation.FAMILY, "third_party": Relation.THIRD_PARTY}
STAGES = ("first_contact", "follow_up", "late", "legal")


@dataclass(frozen=True, slots=True)
class Utterance:
    """One labelled turn.

    Attributes:
        labels: categories it breaks; empty for an innocent one.
        looks_like: the category that an innocent one looks like, or None.
        event: of a customer's turn, what it does; None for ``-``.
        before: the turns of the story before it, alternatives left out.
        facts: ``org rel stage tone style …`` of the story.
    """

    text: str
    speaker: Speaker
    labels: tuple[str, ...]
    looks_like: str | None
    event: str | None
    before: tuple[Turn, ...]
    story: str
    facts: Mapping[str, str]
    source: str
    line: int

    @property
    def author(self) -> str:
        """Who wrote it: the first part of the story's id."""
        return self.story.partition("-")[0]

    def call(self) -> Call:
        """The story up to this turn, as a call."""
        stage = self.facts.get("stage")
        meta = Meta(
            relation=RELATIONS.get(self.facts.get("rel", ""), Relation.UNKNOWN),
            stage=stage if stage in STAGES else None,
            agent_org_type=ORGANISATIONS.get(self.facts.get("org", "")),
        )
        return Call(f"{self.story}:{self.line}", (*self.before, Turn(self.speaker, self.text)), meta)


class _Said(msgspec.Struct):
    text: str
    speaker: str = "unknown"


class _Place(msgspec.Struct):
    turn: int
    category: str = ""
    looks_like: str = ""


class _Gold(msgspec.Struct):
    findings: list[_Place] = []
    tempting: list[_Place] = []


class _Labelled(msgspec.Struct):
    turns: list[_Said]
    gold: _Gold
    call_id: str = ""
    meta: dict[str, object] = {}


@dataclass(slots=True)
class _Story:
    id: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    last: dict[Speaker, int] = field(default_factory=dict)


def read(paths: Iterable[Path]) -> list[Utterance]:
    """All utterances of some story files, in order.

    Raises:
        CorpusError: with every line that cannot be read, in every file.
    """
    found: list[Utterance] = []
    mistakes: list[Mistake] = []
    seen: dict[str, str] = {}
    for path in paths:
        found += (_labelled if path.suffix == ".jsonl" else _file)(path, mistakes, seen)
    if mistakes:
        raise CorpusError(mistakes)
    return found


def row(u: Utterance) -> dict[str, object]:
    """An utterance as one flat JSON object; ``split`` names the fold in which it is held out: its author's."""
    return {
        "text": u.text,
        "speaker": u.speaker.value,
        "before": [{"speaker": t.speaker.value, "text": t.text} for t in u.before[-4:]],
        "labels": list(u.labels),
        "looks_like": u.looks_like,
        "event": u.event,
        "register": {k: u.facts[k] for k in ("tone", "style") if k in u.facts},
        "org": u.facts.get("org"),
        "relation": u.facts.get("rel"),
        "stage": u.facts.get("stage"),
        "author": u.author,
        "how": "written for this project",
        "story": u.story,
        "split": u.author,
    }


def _labelled(path: Path, mistakes: list[Mistake], seen: dict[str, str]) -> Iterator[Utterance]:
    """The agent turns of hand-labelled calls: ``call.v1`` with a ``gold`` object, one call a line."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield from _call(msgspec.json.decode(line.encode(), type=_Labelled), path, number)
        except (msgspec.DecodeError, ValueError) as error:
            mistakes.append(Mistake(path.name, number, f"不是带 gold 标注的 call.v1：{error}"))


def _call(data: _Labelled, path: Path, number: int) -> Iterator[Utterance]:
    turns = tuple(Turn(Speaker(t.speaker), t.text) for t in data.turns)
    story = f"{path.stem}-{data.call_id or number}"
    meta = data.meta
    facts = {"rel": str(meta.get("relation") or ""), "stage": str(meta.get("stage") or "")}
    facts["org"] = str(meta.get("agent_org_type") or "")
    for i, turn in enumerate(turns):
        if turn.speaker is Speaker.AGENT and turn.text.strip():
            labels = tuple(dict.fromkeys(f.category for f in data.gold.findings if f.turn == i))
            unknown = [x for x in labels if x not in CATEGORIES]
            if unknown:
                raise ValueError(f"标签 {unknown[0]} 不对；应是 {' '.join(SPOKEN)}")
            like = next((t.looks_like for t in data.gold.tempting if t.turn == i), None)
            kept = tuple(x for x in labels if x in SPOKEN)
            yield Utterance(
                turn.text, turn.speaker, kept, None if kept else like, None, turns[:i], story, facts, path.name, number
            )


def _file(path: Path, mistakes: list[Mistake], seen: dict[str, str]) -> Iterator[Utterance]:
    story = _Story()
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        try:
            if line.startswith("@"):
                story = _header(line)
                if story.id in seen:
                    raise ValueError(f"故事编号 {story.id} 已在 {seen[story.id]} 用过")
                seen[story.id] = f"{path.name}:{number}"
            else:
                yield _utterance(line, story, path.name, number)
        except ValueError as error:
            mistakes.append(Mistake(path.name, number, str(error)))


def _header(line: str) -> _Story:
    words = line[1:].split()
    if not words or "=" in words[0]:
        raise ValueError("@ 后面先写故事编号，再写 键=值")
    facts = {k: v for k, equals, v in (w.partition("=") for w in words[1:]) if equals}
    return _Story(words[0], facts)


def _utterance(line: str, story: _Story, source: str, number: int) -> Utterance:
    head, bar, text = line.partition("|")
    mark, _, label = head.partition(" ")
    if not story.id:
        raise ValueError("第一行应是 @ 开头的故事编号")
    if not bar or mark not in ("a", "c", "+", "+c") or not text.strip():
        raise ValueError("应写成“a 标签|话”“c 事件|话”“+ 标签|话”或“+c 事件|话”")
    speaker = Speaker.CUSTOMER if mark.endswith("c") else Speaker.AGENT
    place = story.last.get(speaker) if mark.startswith("+") else len(story.turns)
    if place is None:
        raise ValueError("+ 前面要先有一句 a（+c 前面要先有一句 c）")
    labels, looks_like, event = _label(label.strip(), speaker)
    before = tuple(story.turns[:place])
    if not mark.startswith("+"):
        story.last[speaker] = place
        story.turns.append(Turn(speaker, text.strip()))
    return Utterance(text.strip(), speaker, labels, looks_like, event, before, story.id, story.facts, source, number)


def _label(label: str, speaker: Speaker) -> tuple[tuple[str, ...], str | None, str | None]:
    if speaker is Speaker.CUSTOMER:
        return (), None, None if label in ("-", "") else label
    innocent, tilde, like = label.partition("~")
    if innocent == "ok":
        if tilde and like not in CATEGORIES:
            raise ValueError(f"ok~{like}：没有这个类别；有 {' '.join(SPOKEN)}")
        return (), like or None, None
    labels = tuple(x.strip() for x in label.split(","))
    for x in labels:
        if x not in SPOKEN:
            raise ValueError(f"标签 {x} 不对；应是 ok、ok~类别 或 {' '.join(SPOKEN)}")
    return labels, None, None
