"""From YAML to rules and events: every mistake with its line and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.errors import Mistake
from analyzer.finding import CATEGORIES, DISCLOSURES, Severity
from analyzer.rules.fields import Reader
from analyzer.rules.rule import ClueSource, DatedBasis, EventSpec, Example, Rule, Scope, Sighting
from analyzer.rules.yamlfile import Path, YamlFile
from analyzer.text.assertion import STATUSES

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
RELATIONS = ("self", "family", "third_party", "unknown", "outsider", "entitled")


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
        tuple(_basis(reader, b, ("basis", i)) for i, b in enumerate(reader.items(data.get("basis"), ("basis",)))),
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
    for i, value in enumerate(reader.items(data.get("frames"), (*path, "frames"))):
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
    for i, item in enumerate(reader.items(value, path)):
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
    for j, step in enumerate(reader.items(item, path)):
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
