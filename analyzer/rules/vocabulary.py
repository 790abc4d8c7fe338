"""From YAML to concepts, cues and cover words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analyzer.errors import Mistake
from analyzer.rules.fields import Reader
from analyzer.rules.rule import CueExample
from analyzer.rules.yamlfile import Path, YamlFile
from analyzer.text.assertion import STATUSES, CueGroup
from analyzer.text.frames import FrameSyntaxError, check_pattern

CONCEPT_KEYS = ("about", "terms", "pattern", "include", "common", "fence", "sound", "heard")


@dataclass(frozen=True, slots=True)
class ConceptSpec:
    """A concept as written, before ``include`` is followed."""

    name: str
    terms: tuple[str, ...]
    include: tuple[str, ...]
    pattern: str | None
    common: bool
    fence: bool
    sound: bool
    heard: Mapping[str, str]
    path: str
    line: int


def read_concepts(file: YamlFile, mistakes: list[Mistake]) -> list[ConceptSpec]:
    """The concepts of one file."""
    reader = Reader(file, mistakes)
    found = []
    for name, value in reader.mapping(file.data or {}, ()).items():
        path: Path = (name,)
        data = reader.mapping(value, path, CONCEPT_KEYS)
        terms = reader.words(data.get("terms"), (*path, "terms"))
        seen: set[str] = set()
        for i, term in enumerate(terms):
            if term in seen:
                reader.wrong((*path, "terms", i), f"词“{term}”在词表 {name} 里重复")
            seen.add(term)
        pattern = data.get("pattern")
        if pattern is not None:
            try:
                check_pattern(str(pattern))
            except FrameSyntaxError as error:
                reader.wrong((*path, "pattern"), str(error))
        include = reader.words(data.get("include"), (*path, "include"))
        if not terms and not include and pattern is None:
            reader.wrong(path, f"词表 {name} 是空的：要有 terms、include 或 pattern")
        heard = reader.mapping(data.get("heard", {}), (*path, "heard"))
        found.append(
            ConceptSpec(
                name,
                terms,
                include,
                None if pattern is None else str(pattern),
                reader.flag(data, "common", path),
                reader.flag(data, "fence", path),
                reader.flag(data, "sound", path),
                {w: meant for meant, ways in heard.items() for w in reader.words(ways, (*path, "heard", meant))},
                file.name,
                file.line(path),
            )
        )
    return found


def read_cues(file: YamlFile, mistakes: list[Mistake]) -> list[CueGroup]:
    """The cue groups of one context file; its look-alikes go to every group."""
    reader = Reader(file, mistakes)
    data = reader.mapping(file.data or {}, (), ("status", "cues", "pseudo", "examples"))
    status = reader.choice(data, "status", (), tuple(STATUSES))
    pseudo = frozenset(reader.words(data.get("pseudo"), ("pseudo",)))
    groups = []
    for i, value in enumerate(reader.items(data.get("cues"), ("cues",))):
        path: Path = ("cues", i)
        item = reader.mapping(value, path, ("words", "side", "reach", "scope", "stops"))
        reach = item.get("reach", 8)
        if not isinstance(reach, int):
            reader.wrong((*path, "reach"), "reach 应是整数（字数）")
            reach = 8
        groups.append(
            CueGroup(
                status,
                reader.choice(item, "side", path, ("before", "after"), "before"),
                reach,
                reader.choice(item, "scope", path, ("clause", "sentence"), "clause"),
                reader.words(item.get("words"), (*path, "words")),
                reader.words(item.get("stops"), (*path, "stops")),
                pseudo,
            )
        )
    return groups


def read_cue_examples(file: YamlFile, mistakes: list[Mistake]) -> list[CueExample]:
    """The examples of one context file: sentences with the hit in 【】, excused by the status or meant all the same."""
    reader = Reader(file, mistakes)
    data = file.data if isinstance(file.data, dict) else {}
    examples = reader.mapping(data.get("examples", {}), ("examples",), ("excused", "meant"))
    found = []
    for side in ("excused", "meant"):
        for i, text in enumerate(reader.words(examples.get(side), ("examples", side))):
            path: Path = ("examples", side, i)
            before, opened, rest = text.partition("【")
            hit, closed, after = rest.partition("】")
            if not (opened and closed and hit) or "【" in after:
                reader.wrong(path, f"例子“{text}”要用一对【】标出命中的词")
                continue
            status = str(data.get("status"))
            found.append(CueExample(status, before, hit, after, side == "excused", file.name, file.line(path)))
    if not examples.get("excused") or not examples.get("meant"):
        reader.wrong(("examples",), "examples 要两边都有：excused（被豁免）和 meant（不豁免）各至少一条")
    return found


def read_words(file: YamlFile, mistakes: list[Mistake]) -> list[str]:
    """A file of cover words: a list, or lists under headings."""
    reader = Reader(file, mistakes)
    if isinstance(file.data, list):
        return list(reader.words(file.data, ()))
    return [w for key, value in reader.mapping(file.data or {}, ()).items() for w in reader.words(value, (key,))]
