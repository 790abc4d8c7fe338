"""From YAML to rules, events, concepts, cues and cover words: every mistake with its line and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from analyzer.errors import Mistake
from analyzer.finding import CATEGORIES, DISCLOSURES, Severity
from analyzer.rules.rule import ClueSource, CueExample, DatedBasis, EventSpec, Example, Rule, Scope, Sighting
from analyzer.rules.yamlfile import Path, YamlFile
from analyzer.text.assertion import STATUSES, CueGroup
from analyzer.text.frames import FrameSyntaxError, check_pattern

SPEAKERS = ("agent", "customer", "any")
SIGHTING_KEYS = ("by", "frames", "without", "unless")
RULE_KEYS = (
    *("name", "category", "kind", "severity", "veto", "status", "certainty", "when", "message", "advice", "basis"),
    *SIGHTING_KEYS,
    *("examples", "known_misses"),
)
KIND_KEYS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "forbidden": {},
    "required": {"disclosure": str, "events": list, "due": str, "within_turns": int},
    "hours": {"from": str, "to": str},
    "order": {"first": str, "then": str},
    "duty": {"trigger": list, "must": list, "must_not": list, "within_turns": int},
    "frequency": {"at_least": int},
    "repeat": {"trigger": list, "events": list},
    "sum": {"at_least": int, "pieces": list},
    "similar": {"sentences": list, "threshold": float},
    "house": {"of": str, "within_turns": int},
}
"""Kind -> its own keys and their types."""
HOUSE = ("department", "near_department", "solemn_department", "say_department", "say_surname", "staff", "hours")
"""What a rule of the kind ``house`` looks at."""
SCOPE_LISTS = ("relation", "stage", "org_type", "product", "channel", "after", "before", "answering", "meta")
CONCEPT_KEYS = ("about", "terms", "pattern", "include", "common", "fence", "sound", "heard")
RELATIONS = ("self", "family", "third_party", "unknown", "outsider", "entitled")


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


class Reader:
    """Reads values of one file and collects the mistakes."""

    def __init__(self, file: YamlFile, mistakes: list[Mistake]) -> None:
        self.file = file
        self._mistakes = mistakes

    def wrong(self, path: Path, text: str) -> None:
        """Note a mistake at a value."""
        self._mistakes.append(Mistake(self.file.name, self.file.line(path), text))

    def mapping(self, value: object, path: Path, allowed: Sequence[str] | None = None) -> dict[str, object]:
        """A mapping with known keys only."""
        if not isinstance(value, dict):
            self.wrong(path, "这里应是“键: 值”的映射")
            return {}
        for key in value:
            if allowed is not None and key not in allowed:
                self.wrong((*path, key), f"不认识的键 {key}；允许：{' '.join(allowed)}")
        return value

    def text(self, data: Mapping[str, object], key: str, path: Path, *, default: str | None = None) -> str:
        """A non-empty string."""
        value = data.get(key, default)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if value is not None and not isinstance(value, (dict, list, str)):
            return str(value)
        self.wrong((*path, key), f"缺少 {key}" if value is None else f"{key} 应是一段文字")
        return ""

    def choice(
        self, data: Mapping[str, object], key: str, path: Path, allowed: Sequence[str], default: str | None = None
    ) -> str:
        """One of the allowed words."""
        value = data.get(key, default)
        if value in allowed:
            return str(value)
        self.wrong((*path, key), f"{key} 不能是 {value!r}；允许：{' '.join(allowed)}")
        return allowed[0]

    def flag(self, data: Mapping[str, object], key: str, path: Path) -> bool:
        """A boolean, false by default."""
        value = data.get(key, False)
        if isinstance(value, bool):
            return value
        self.wrong((*path, key), f"{key} 只能是 true 或 false")
        return False

    def words(self, value: object, path: Path, allowed: Sequence[str] | None = None) -> tuple[str, ...]:
        """A list of strings."""
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        found = []
        for i, item in enumerate(items):
            if not isinstance(item, (str, int, float)) or not str(item).strip():
                self.wrong((*path, i), "列表里只能有文字")
            elif allowed is not None and item not in allowed:
                self.wrong((*path, i), f"不允许 {item!r}；允许：{' '.join(allowed)}")
            else:
                found.append(str(item))
        return tuple(found)

    def day(self, data: Mapping[str, object], key: str, path: Path) -> date | None:
        """A day written 2026-01-01."""
        value = data.get(key)
        if value is None:
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.wrong((*path, key), f"{key} 应写成 2026-01-01 这样的日期")
            return None


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


def read_rule(file: YamlFile, rule_id: str, mistakes: list[Mistake]) -> Rule | None:
    """The rule of one file."""
    reader = Reader(file, mistakes)
    data = reader.mapping(file.data, ())
    if not data:
        return None
    kind = reader.choice(data, "kind", (), tuple(KIND_KEYS), "forbidden")
    reader.mapping(data, (), (*RULE_KEYS, *KIND_KEYS[kind]))
    category = reader.choice(data, "category", (), tuple(CATEGORIES))
    severity = Severity.of(reader.choice(data, "severity", (), [s.code for s in Severity]))
    sighting = read_sighting(reader, data, (), needed=kind in ("forbidden", "frequency"))
    examples = reader.mapping(data.get("examples", {}), ("examples",), ("violation", "compliant"))
    violating = read_examples(reader, examples.get("violation"), ("examples", "violation"))
    compliant = read_examples(reader, examples.get("compliant"), ("examples", "compliant"))
    if not violating or not compliant:
        reader.wrong(("examples",), "examples 要两边都有：violation（违规）和 compliant（合规）各至少一条")
    certainty = data.get("certainty", 0.95)
    if not isinstance(certainty, (int, float)) or not 0 < certainty <= 1:
        reader.wrong(("certainty",), "certainty 应是 0 到 1 之间的数")
        certainty = 0.95
    return Rule(
        rule_id,
        reader.text(data, "name", ()),
        category,
        kind,
        severity,
        reader.text(data, "message", ()),
        reader.text(data, "advice", ()),
        reader.flag(data, "veto", ()),
        reader.choice(data, "status", (), ("violation", "suspected"), "violation"),
        float(certainty),
        sighting,
        read_scope(reader, data.get("when"), ("when",)),
        tuple(_basis(reader, b, ("basis", i)) for i, b in enumerate(_list(reader, data.get("basis"), ("basis",)))),
        violating,
        compliant,
        reader.words(data.get("known_misses"), ("known_misses",)),
        _params(reader, data, kind),
        file.name,
        {str(p[0]): n for p, n in file.lines.items() if len(p) == 1},
    )


def _params(reader: Reader, data: Mapping[str, object], kind: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, wanted in KIND_KEYS[kind].items():
        value = data.get(key)
        if value is None:
            continue
        if wanted is float and isinstance(value, int):
            value = float(value)
        if wanted is list and not isinstance(value, list):
            value = [value]
        if not isinstance(value, wanted):
            reader.wrong((key,), f"{key} 的类型不对")
            continue
        found[key] = value
    if kind == "house" and found.get("of") not in HOUSE:
        reader.wrong(("of",), f"of 不能是 {found.get('of')!r}；允许：{' '.join(HOUSE)}")
    if kind == "required" and found.get("disclosure") not in DISCLOSURES and not found.get("events"):
        reader.wrong(("disclosure",), f"required 要写 disclosure（{' '.join(DISCLOSURES)}）或 events")
    return found


def _list(reader: Reader, value: object, path: Path) -> list[object]:
    if value is None:
        return []
    if isinstance(value, list):
        return value
    reader.wrong(path, "这里应是列表")
    return []


def _basis(reader: Reader, value: object, path: Path) -> DatedBasis:
    data = reader.mapping(value, path, ("source", "clause", "from", "until"))
    clause = data.get("clause")
    return DatedBasis(
        reader.text(data, "source", path),
        None if clause is None else str(clause),
        reader.day(data, "from", path),
        reader.day(data, "until", path),
    )


def read_scope(reader: Reader, value: object, path: Path) -> Scope:
    """When a rule applies."""
    if value is None:
        return Scope()
    data = reader.mapping(value, path, (*SCOPE_LISTS, "from", "until"))
    allowed = {"relation": RELATIONS, "stage": ("first_contact", "follow_up", "late", "legal")}
    lists = {k: reader.words(data.get(k), (*path, k), allowed.get(k)) for k in SCOPE_LISTS}
    return Scope(**lists, since=reader.day(data, "from", path), until=reader.day(data, "until", path))


def read_sighting(reader: Reader, data: Mapping[str, object], path: Path, *, needed: bool) -> Sighting:
    """Who says what, what silences it, what excuses it."""
    clues = []
    for i, value in enumerate(_list(reader, data.get("frames"), (*path, "frames"))):
        clue = _clue(reader, value, (*path, "frames", i))
        if clue is not None:
            clues.append(clue)
    if needed and not clues:
        reader.wrong((*path, "frames"), "frames 要至少有一个句式")
    return Sighting(
        reader.choice(data, "by", path, SPEAKERS, "agent"),
        tuple(clues),
        reader.words(data.get("without"), (*path, "without")),
        reader.words(data.get("unless"), (*path, "unless"), tuple(STATUSES)),
    )


def _clue(reader: Reader, value: object, path: Path) -> ClueSource | None:
    if isinstance(value, str):
        return ClueSource("one", (value,))
    data = reader.mapping(value, path, ("all", "of", "need", "within", "customer", "agent"))
    if "customer" in data or "agent" in data:
        return ClueSource("exchange", (reader.text(data, "customer", path), reader.text(data, "agent", path)))
    within, need = data.get("within", 60), data.get("need", 2)
    if not isinstance(within, int) or not isinstance(need, int):
        reader.wrong(path, "within 和 need 应是整数")
        return None
    if "all" in data:
        return ClueSource("all", reader.words(data["all"], (*path, "all")), within)
    if "of" in data:
        return ClueSource("count", reader.words(data["of"], (*path, "of")), within, need)
    reader.wrong(path, "句式应是文字，或 {all: […]}、{of: […], need: n}、{customer: …, agent: …}")
    return None


def read_examples(reader: Reader, value: object, path: Path) -> tuple[Example, ...]:
    """Examples: a sentence of the rule's speaker, or a list of ``{agent: …}``/``{customer: …}`` (and ``{meta: …}``)."""
    found = []
    for i, item in enumerate(_list(reader, value, path)):
        here = (*path, i)
        example = _example(reader, item, here)
        if example is not None:
            found.append(example)
    return tuple(found)


def _example(reader: Reader, item: object, path: Path) -> Example | None:
    if isinstance(item, (str, int, float)):
        return Example((("", str(item)),), {}, reader.file.line(path))
    turns: list[tuple[str, str]] = []
    meta: dict[str, object] = {}
    for j, step in enumerate(_list(reader, item, path)):
        for who, said in reader.mapping(step, (*path, j), ("agent", "customer", "meta")).items():
            if who == "meta":
                meta.update(reader.mapping(said, (*path, j, "meta")))
            else:
                turns.append((who, str(said)))
    if turns:
        return Example(tuple(turns), meta, reader.file.line(path))
    reader.wrong(path, "例子里没有话")
    return None


def read_events(file: YamlFile, mistakes: list[Mistake]) -> list[EventSpec]:
    """The dialogue events of one file."""
    reader = Reader(file, mistakes)
    found = []
    for name, value in reader.mapping(file.data or {}, ()).items():
        path: Path = (name,)
        data = reader.mapping(value, path, ("name", "signal", *SIGHTING_KEYS, "examples"))
        examples = reader.mapping(data.get("examples", {}), (*path, "examples"), ("seen", "unseen"))
        signal = data.get("signal")
        found.append(
            EventSpec(
                name,
                reader.text(data, "name", path),
                read_sighting(reader, data, path, needed=True),
                None if signal is None else str(signal),
                read_examples(reader, examples.get("seen"), (*path, "examples", "seen")),
                read_examples(reader, examples.get("unseen"), (*path, "examples", "unseen")),
                file.name,
                {name: file.line(path), "frames": file.line((*path, "frames"))},
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
    for i, value in enumerate(_list(reader, data.get("cues"), ("cues",))):
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
