"""The rulebook: loaded once, compiled once, hashed; refuses to load with all mistakes at once.

The parsed files are kept as JSON in a folder that only the user can write to, named by the hash of the files, so that
the next start need not read YAML; the folder may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import msgspec

from analyzer.classify.model import Model, shipped
from analyzer.errors import HeguiError, Mistake, RulebookError
from analyzer.finding import CATEGORIES, RulebookReading, Severity
from analyzer.rules import schema
from analyzer.rules.profile import Profile
from analyzer.rules.rule import ClueSource, CueExample, EventSpec, Rule, Sighting
from analyzer.rules.yamlfile import YamlFile, parse
from analyzer.text import words
from analyzer.text.assertion import CueGroup, Cues
from analyzer.text.detect import Clue, Detector
from analyzer.text.frames import Concept, Frame, FrameSyntaxError
from analyzer.text.frames import parse as parse_frame
from analyzer.text.normalize import read
from analyzer.text.reader import Lexicon
from analyzer.text.sound import Corrector, guards_for

DEFAULT_PACKS = ("cn-2026",)
FORMAT = "1"
"""Raised when the layout of the cache changes."""


def lexicon_folder() -> Path:
    """Where the shipped rules are: beside the installed package, or at the top of a bare checkout."""
    installed = Path(__file__).parents[1] / "lexicons"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "lexicons"


@dataclass(frozen=True, repr=False)
class Rulebook:
    """Rules ready to judge calls.

    Attributes:
        rules: by id, sorted.
        detectors: what each rule looks for, by rule id.
        events: dialogue events by id, with their detectors in ``event_detectors``.
        lexicon: frames, concepts and cues of all of them.
        cue_examples: the tests of the context cues.
        scorecard: deductions and the pass mark, as data.
        version: hash of everything that can change a verdict.
    """

    packs: tuple[str, ...]
    version: str
    rules: Mapping[str, Rule]
    detectors: Mapping[str, Detector]
    events: Mapping[str, EventSpec]
    event_detectors: Mapping[str, Detector]
    lexicon: Lexicon
    scorecard: Mapping[str, object]
    profile: Profile
    sources: Mapping[str, YamlFile]
    cue_examples: tuple[CueExample, ...] = ()
    with_model: bool = True

    def __repr__(self) -> str:
        return f"Rulebook({'+'.join(self.packs)}, {len(self.rules)} rules, {self.version[:12]})"

    @cached_property
    def reading(self) -> RulebookReading:
        """What the report says about the rulebook."""
        return RulebookReading(self.packs, self.version, None if self.model is None else self.model.version)

    @cached_property
    def model(self) -> Model | None:
        """The second reader, read when it is needed first; None where it is switched off or has no words to say."""
        return shipped() if self.with_model and self.second_reader else None

    @property
    def second_reader(self) -> Mapping[str, Mapping[str, str]]:
        """What to tell people where the model alone found something, by category."""
        file = self.sources.get("second_reader.yaml")
        return file.data if file is not None and isinstance(file.data, dict) else {}

    def without_model(self) -> Rulebook:
        """The same rules without the second reader."""
        return replace(self, with_model=False)

    def model_only(self) -> Rulebook:
        """The second reader without the rules that find violations; disclosures and hours stay."""
        return replace(self, rules={i: r for i, r in self.rules.items() if r.kind in ("required", "hours")})


def load(
    packs: Sequence[str] = DEFAULT_PACKS,
    *,
    folder: Path | None = None,
    profile: Path | None = None,
    cached: bool = True,
) -> Rulebook:
    """Load the rules of some packs.

    Args:
        packs: names of files in ``packs/``.
        folder: another lexicon folder than the shipped one.
        profile: an organisation profile (YAML).
        cached: read and write the cache of parsed files.

    Raises:
        RulebookError: with every mistake in every file.
        HeguiError: a pack or the folder does not exist.
    """
    root = folder or lexicon_folder()
    files = _texts(root)
    version = _version(files, packs, profile)
    parsed, guards = _from_cache(version) if cached else (None, None)
    mistakes: list[Mistake] = []
    if parsed is None:
        parsed = _parse(files, mistakes)
    builder = _Builder(parsed, mistakes)
    try:
        book = builder.build(tuple(packs), version, Profile.load(profile), guards)
    except RulebookError:
        if guards is None:
            raise
        return load(packs, folder=folder, profile=profile, cached=False)  # the cache knows no lines
    if cached and guards is None:
        _to_cache(version, parsed, builder.guards)
    return book


def version_of(packs: Sequence[str] = DEFAULT_PACKS, *, folder: Path | None = None, profile: Path | None = None) -> str:
    """The version that ``load`` would give, without compiling anything.

    Raises:
        HeguiError: the folder does not exist or holds unreadable files.
    """
    return _version(_texts(folder or lexicon_folder()), packs, profile)


def _texts(root: Path) -> dict[str, str]:
    if not root.is_dir():
        raise HeguiError(f"{root}：规则目录不存在；请检查 --lexicons 的路径")
    found = {}
    for path in sorted(root.rglob("*.yaml")):
        try:
            found[path.relative_to(root).as_posix()] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise HeguiError(f"{path}：读不了（{error}）；规则文件应是 UTF-8 编码的 YAML") from error
    return found


def _version(files: Mapping[str, str], packs: Sequence[str], profile: Path | None) -> str:
    digest = hashlib.sha256(FORMAT.encode())
    for name, text in files.items():
        digest.update(f"\x1e{name}\x1f{text}".encode("utf-8", "surrogatepass"))
    digest.update("\x1e".join(packs).encode())
    if profile is not None and profile.is_file():
        digest.update(profile.read_bytes())
    return digest.hexdigest()


def _parse(files: Mapping[str, str], mistakes: list[Mistake]) -> dict[str, YamlFile]:
    found = {}
    for name, text in files.items():
        file, wrong = parse(name, text)
        mistakes += wrong
        if file is not None:
            found[name] = file
    return found


def _cache_file(version: str) -> Path:
    return words.cache_folder() / f"rulebook-{version[:32]}.json"


def _from_cache(version: str) -> tuple[dict[str, YamlFile] | None, list[str] | None]:
    try:
        stored = msgspec.json.decode(_cache_file(version).read_bytes(), type=dict[str, object])
    except (OSError, msgspec.DecodeError):
        return None, None
    files, guards = stored.get("files"), stored.get("guards")
    if stored.get("version") != version or not isinstance(files, dict) or not isinstance(guards, list):
        return None, None
    return {n: YamlFile(n, d, {}) for n, d in files.items()}, guards


def _to_cache(version: str, parsed: Mapping[str, YamlFile], guards: Sequence[str]) -> None:
    target = _cache_file(version)
    stored = {"version": version, "files": {n: f.data for n, f in parsed.items()}, "guards": list(guards)}
    part = target.with_suffix(f".{os.getpid()}.part")
    try:
        part.write_bytes(msgspec.json.encode(stored))
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)  # a full or read-only disk costs the cache, not the answer


class _Builder:
    """Turns parsed files into a rulebook, collecting mistakes all the way."""

    def __init__(self, files: Mapping[str, YamlFile], mistakes: list[Mistake]) -> None:
        self.files = files
        self.mistakes = mistakes
        self.guards: list[str] = []
        self._frames: dict[tuple[str, str], int] = {}
        self._parsed: list[Frame] = []
        self._speakers: list[str] = []
        self._concepts: dict[str, Concept] = {}

    def build(self, packs: tuple[str, ...], version: str, profile: Profile, guards: list[str] | None) -> Rulebook:
        specs = [s for f in self._under("concepts/") for s in schema.read_concepts(f, self.mistakes)]
        specs += profile.concepts()
        covers = [w for f in self._under("traps/") for w in schema.read_words(f, self.mistakes)]
        groups = [g for f in self._under("context/") for g in schema.read_cues(f, self.mistakes)]
        cue_examples = [e for f in self._under("context/") for e in schema.read_cue_examples(f, self.mistakes)]
        covers, groups = self._normalized(specs, covers, groups)
        rules = self._rules(packs)
        events = {e.id: e for f in self._under("events/") for e in schema.read_events(f, self.mistakes)}
        detectors = {r.id: self._detector(r.sighting, r.path, r.lines) for r in rules.values()}
        event_detectors = {e.id: self._detector(e.sighting, e.path, e.lines) for e in events.values()}
        self._check_scopes(rules, events)
        if self.mistakes:
            raise RulebookError(self.mistakes)
        corrector = self._corrector(specs, guards)
        lexicon = Lexicon(self._concepts, self._parsed, Cues(groups), covers, corrector, self._speakers)
        card = self.files["scorecard.yaml"].data if "scorecard.yaml" in self.files else None
        return Rulebook(
            packs,
            version,
            rules,
            detectors,
            events,
            event_detectors,
            lexicon,
            card if isinstance(card, dict) else {},
            profile,
            self.files,
            tuple(cue_examples),
        )

    def _under(self, prefix: str) -> Iterable[YamlFile]:
        return (f for n, f in sorted(self.files.items()) if n.startswith(prefix))

    def _normalized(
        self, specs: Sequence[schema.ConceptSpec], covers: list[str], groups: list[CueGroup]
    ) -> tuple[list[str], list[CueGroup]]:
        """All words as they stand in a reading, normalised in one go; fills the concepts."""
        every = {w for s in specs for w in s.terms} | {w for g in groups for w in (*g.words, *g.stops, *g.pseudo)}
        ordered = sorted(every | set(covers))
        norm = dict(zip(ordered, read(ordered).text.split("\n"), strict=True)) if ordered else {}
        by_name = {s.name: s for s in specs}
        self._duplicates(specs)
        for spec in specs:
            for term in spec.terms:
                if len(norm[term]) < 2 <= len(term) and not term.isascii():
                    why = f"词“{term}”读起来只剩“{norm[term]}”，会到处命中；请写成更长的词"
                    self.mistakes.append(Mistake(spec.path, spec.line, why))
            terms = [norm[t] for t in self._terms(spec, by_name, ())]
            terms = [t for t in dict.fromkeys(terms) if t]
            self._concepts[spec.name] = Concept(spec.name, tuple(terms), spec.pattern, spec.common, spec.fence)
        return [norm[w] for w in covers], [_normal_group(g, norm) for g in groups]

    def _duplicates(self, specs: Sequence[schema.ConceptSpec]) -> None:
        seen: dict[str, str] = {}
        for spec in specs:
            if spec.name in seen:
                self.mistakes.append(Mistake(spec.path, spec.line, f"词表 {spec.name} 已在 {seen[spec.name]} 里定义"))
            seen[spec.name] = f"{spec.path}:{spec.line}"

    def _terms(
        self, spec: schema.ConceptSpec, by_name: Mapping[str, schema.ConceptSpec], trail: tuple[str, ...]
    ) -> list[str]:
        terms = list(spec.terms)
        for name in spec.include:
            if name not in by_name or name in trail:
                why = "不存在" if name not in by_name else "循环引用"
                self.mistakes.append(Mistake(spec.path, spec.line, f"词表 {spec.name} 的 include：{name} {why}"))
            else:
                terms += self._terms(by_name[name], by_name, (*trail, spec.name))
        return terms

    def _rules(self, packs: tuple[str, ...]) -> dict[str, Rule]:
        found = {}
        for file in self._under("rules/"):
            rule_id = file.name.removeprefix("rules/").removesuffix(".yaml").replace("/", ".")
            rule = schema.read_rule(file, rule_id, self.mistakes)
            if rule is not None:
                found[rule_id] = rule
        for pack in packs:
            file = self.files.get(f"packs/{pack}.yaml")  # type: ignore[assignment]
            if file is None:
                have = "、".join(f.name[6:-5] for f in self._under("packs/"))
                raise HeguiError(f"没有规则包 {pack}；现有：{have}")
            found = self._packed(file, found)
        return dict(sorted(found.items()))

    def _packed(self, file: YamlFile, rules: dict[str, Rule]) -> dict[str, Rule]:
        """The rules after a pack has left some out and changed the weight of others."""
        reader = schema.Reader(file, self.mistakes)
        data = reader.mapping(file.data or {}, (), ("name", "about", "leave_out", "change"))
        gone = set(reader.words(data.get("leave_out"), ("leave_out",), tuple(rules)))
        kept = {i: r for i, r in rules.items() if i not in gone}
        for rule_id, change in reader.mapping(data.get("change", {}), ("change",), tuple(rules)).items():
            path = ("change", rule_id)
            values = reader.mapping(change, path, ("severity", "veto", "status"))
            if rule_id in kept:
                rule = kept[rule_id]
                code = reader.choice(values, "severity", path, [s.code for s in Severity], rule.severity.code)
                status = reader.choice(values, "status", path, ("violation", "suspected"), rule.status)
                veto = bool(values.get("veto", rule.veto))
                kept[rule_id] = replace(rule, severity=Severity.of(code), veto=veto, status=status)
        return kept

    def _detector(self, sighting: Sighting, path: str, lines: Mapping[str, int]) -> Detector:
        where = (path, lines.get("frames", 1))
        clues = [self._clue(c, sighting.speaker, where) for c in sighting.clues]
        without = [self._frame(f, sighting.speaker, where) for f in sighting.without]
        return Detector(
            sighting.speaker,
            tuple(c for c in clues if c is not None),
            tuple(n for n in without if n is not None),
            frozenset(sighting.unless),
        )

    def _clue(self, clue: ClueSource, speaker: str, where: tuple[str, int]) -> Clue | None:
        who = ("customer", "agent") if clue.kind == "exchange" else (speaker,) * len(clue.frames)
        numbers = [self._frame(f, s, where) for f, s in zip(clue.frames, who, strict=True)]
        if any(n is None for n in numbers):
            return None
        return Clue(clue.kind, tuple(n for n in numbers if n is not None), clue.within, clue.need)

    def _frame(self, source: str, speaker: str, where: tuple[str, int]) -> int | None:
        key = (source, speaker)
        if key not in self._frames:
            try:
                frame = parse_frame(source, self._concepts)
            except FrameSyntaxError as error:
                self.mistakes.append(Mistake(*where, f"句式“{source}”：{error}"))
                return None
            self._frames[key] = len(self._parsed)
            self._parsed.append(frame)
            self._speakers.append(speaker)
        return self._frames[key]

    def _check_scopes(self, rules: Mapping[str, Rule], events: Mapping[str, EventSpec]) -> None:
        from analyzer.dialogue.state import COMPUTED

        known = {*events, *COMPUTED}
        for rule in rules.values():
            used = [*rule.scope.after, *rule.scope.before, *rule.scope.answering]
            for key in ("trigger", "must", "must_not", "events"):
                value = rule.params.get(key, [])
                used += [str(v) for v in value] if isinstance(value, list) else []
            used += [str(rule.params[k]) for k in ("first", "then") if k in rule.params]
            for name in used:
                if name not in known:
                    line = rule.lines.get("when", 1)
                    self.mistakes.append(
                        Mistake(rule.path, line, f"事件 {name} 不存在；现有：{' '.join(sorted(known))}")
                    )

    def _corrector(self, specs: Sequence[schema.ConceptSpec], guards: list[str] | None) -> Corrector | None:
        terms = sorted({t for s in specs if s.sound for t in self._concepts[s.name].terms if len(t) >= 2})
        heard = {w: meant for s in specs for w, meant in s.heard.items()}
        if not terms and not heard:
            self.guards = []
            return None
        self.guards = guards_for(terms, words.dictionary()) if guards is None else guards
        return Corrector(terms, heard, self.guards)


def _normal_group(group: CueGroup, norm: Mapping[str, str]) -> CueGroup:
    return replace(
        group,
        words=tuple(norm[w] for w in group.words),
        stops=tuple(norm[w] for w in group.stops),
        pseudo=frozenset(norm[w] for w in group.pseudo),
    )


def categories_of(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """Rules by category, in the order of the report."""
    found: dict[str, list[Rule]] = {c: [] for c in CATEGORIES}
    for rule in rules:
        found[rule.category].append(rule)
    return {c: r for c, r in found.items() if r}
