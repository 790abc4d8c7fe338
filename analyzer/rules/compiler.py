"""From parsed files to a compiled rulebook: words normalised in one go, frames numbered, references checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from analyzer.dialogue.state import COMPUTED
from analyzer.errors import HeguiError, Mistake, RulebookError
from analyzer.finding import Severity
from analyzer.rules import schema, vocabulary
from analyzer.rules.compiled import Compiled, packed
from analyzer.rules.fields import Reader
from analyzer.rules.profile import Profile
from analyzer.rules.rule import ClueSource, EventSpec, Rule, Sighting
from analyzer.rules.yamlfile import YamlFile
from analyzer.text import words
from analyzer.text.assertion import CueGroup
from analyzer.text.detect import Clue, Detector
from analyzer.text.frames import Concept, Frame, FrameSyntaxError, literals, parse
from analyzer.text.gate import tabulate
from analyzer.text.normalize import normals
from analyzer.text.sound import SoundTable

FOLDERS = ("rules/", "concepts/", "events/", "context/", "traps/", "packs/")
"""Where rules come from; files elsewhere are data that others read."""


def compiled(
    files: Mapping[str, YamlFile], packs: tuple[str, ...], version: str, profile: Profile, mistakes: list[Mistake]
) -> Compiled:
    """Compile the files of a rulebook.

    Raises:
        RulebookError: with every mistake, those found while parsing included.
        HeguiError: a pack does not exist.
    """
    return _Compiler(files, mistakes).run(packs, version, profile)


class _Compiler:
    """Turns parsed files into a compiled rulebook, collecting mistakes all the way."""

    def __init__(self, files: Mapping[str, YamlFile], mistakes: list[Mistake]) -> None:
        self.files = files
        self.mistakes = mistakes
        self._norm: dict[str, str] = {}
        self._frames: dict[tuple[str, str], int] = {}
        self._parsed: list[Frame] = []
        self._speakers: list[str] = []
        self._concepts: dict[str, Concept] = {}

    def run(self, packs: tuple[str, ...], version: str, profile: Profile) -> Compiled:
        specs = [s for f in self._under("concepts/") for s in vocabulary.read_concepts(f, self.mistakes)]
        specs += profile.concepts()
        covers = [w for f in self._under("traps/") for w in vocabulary.read_words(f, self.mistakes)]
        groups = [g for f in self._under("context/") for g in vocabulary.read_cues(f, self.mistakes)]
        cue_examples = [e for f in self._under("context/") for e in vocabulary.read_cue_examples(f, self.mistakes)]
        every = self._rules()
        events = {e.id: e for f in self._under("events/") for e in schema.read_events(f, self.mistakes)}
        rules = self._packed_by(packs, every)
        self._normalize(specs, covers, groups, [*every.values(), *events.values()])
        detectors = {r.id: self._detector(r.sighting, r.path, r.lines) for r in rules.values()}
        event_detectors = {e.id: self._detector(e.sighting, e.path, e.lines) for e in events.values()}
        self._check_scopes(rules, events)
        if self.mistakes:
            raise RulebookError(self.mistakes)
        covers = [self._norm[w] for w in covers]
        looked_up = {n for d in (*detectors.values(), *event_detectors.values()) for n in d.frames}
        talk = [t for r in rules.values() for e in (*r.violating, *r.compliant) for _, t in e.turns]
        sentences = list(normals(t.replace("\n", " ") for t in talk).values())
        return Compiled(
            version,
            packs,
            rules,
            detectors,
            events,
            event_detectors,
            self._concepts,
            tuple(map(packed, self._parsed)),
            tuple(self._speakers),
            tuple(covers),
            tuple(_normal_group(g, self._norm) for g in groups),
            tabulate(self._parsed, self._concepts, covers, looked_up, sentences),
            self._sounds(specs),
            tuple(cue_examples),
            {n: f.data for n, f in self.files.items() if not n.startswith(FOLDERS)},
        )

    def _under(self, prefix: str) -> Iterable[YamlFile]:
        return (f for n, f in sorted(self.files.items()) if n.startswith(prefix))

    def _normalize(
        self,
        specs: Sequence[vocabulary.ConceptSpec],
        covers: Sequence[str],
        groups: Sequence[CueGroup],
        seekers: Sequence[Rule | EventSpec],
    ) -> None:
        """All words as they stand in a reading, normalised in one go; fills the concepts."""
        every = {w for s in specs for w in s.terms} | {w for g in groups for w in (*g.words, *g.stops, *g.pseudo)}
        every |= {w for s in seekers for f in _frames_of(s.sighting) for w in literals(f)}
        self._norm = norm = normals(sorted(every | set(covers)))
        by_name = {s.name: s for s in specs}
        self._duplicates(specs)
        for spec in specs:
            for term in spec.terms:
                if not norm[term]:
                    why = f"词“{term}”读起来什么也不剩（语气词、标点和空白不读），永远命中不了；请删去"
                    self.mistakes.append(Mistake(spec.path, spec.line, why))
                elif len(norm[term]) < 2 <= len(term) and not term.isascii():
                    why = f"词“{term}”读起来只剩“{norm[term]}”，会到处命中；请写成更长的词"
                    self.mistakes.append(Mistake(spec.path, spec.line, why))
            terms = [norm[t] for t in self._terms(spec, by_name, ())]
            terms = [t for t in dict.fromkeys(terms) if t]
            self._concepts[spec.name] = Concept(spec.name, tuple(terms), spec.pattern, spec.common, spec.fence)

    def _duplicates(self, specs: Sequence[vocabulary.ConceptSpec]) -> None:
        seen: dict[str, str] = {}
        for spec in specs:
            if spec.name in seen:
                self.mistakes.append(Mistake(spec.path, spec.line, f"词表 {spec.name} 已在 {seen[spec.name]} 里定义"))
            seen[spec.name] = f"{spec.path}:{spec.line}"

    def _terms(
        self, spec: vocabulary.ConceptSpec, by_name: Mapping[str, vocabulary.ConceptSpec], trail: tuple[str, ...]
    ) -> list[str]:
        terms = list(spec.terms)
        for name in spec.include:
            if name not in by_name or name in trail:
                why = "不存在" if name not in by_name else "循环引用"
                self.mistakes.append(Mistake(spec.path, spec.line, f"词表 {spec.name} 的 include：{name} {why}"))
            else:
                terms += self._terms(by_name[name], by_name, (*trail, spec.name))
        return terms

    def _rules(self) -> dict[str, Rule]:
        found = {}
        for file in self._under("rules/"):
            rule_id = file.name.removeprefix("rules/").removesuffix(".yaml").replace("/", ".")
            rule = schema.read_rule(file, rule_id, self.mistakes)
            if rule is not None:
                found[rule_id] = rule
        return found

    def _packed_by(self, packs: tuple[str, ...], rules: dict[str, Rule]) -> dict[str, Rule]:
        for pack in packs:
            file = self.files.get(f"packs/{pack}.yaml")
            if file is None:
                have = "、".join(f.name[6:-5] for f in self._under("packs/"))
                raise HeguiError(f"没有规则包 {pack}；现有：{have}")
            rules = self._packed(file, rules)
        return dict(sorted(rules.items()))

    def _packed(self, file: YamlFile, rules: dict[str, Rule]) -> dict[str, Rule]:
        """The rules after a pack has left some out and changed the weight of others."""
        reader = Reader(file, self.mistakes)
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
        return Detector.of(
            sighting.speaker,
            [c for c in clues if c is not None],
            [n for n in without if n is not None],
            sighting.unless,
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
                frame = parse(source, self._concepts, self._normal)
            except FrameSyntaxError as error:
                self.mistakes.append(Mistake(*where, f"句式“{source}”：{error}"))
                return None
            self._frames[key] = len(self._parsed)
            self._parsed.append(frame)
            self._speakers.append(speaker)
        return self._frames[key]

    def _normal(self, word: str) -> str:
        return self._norm[word]

    def _check_scopes(self, rules: Mapping[str, Rule], events: Mapping[str, EventSpec]) -> None:
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

    def _sounds(self, specs: Sequence[vocabulary.ConceptSpec]) -> SoundTable | None:
        terms = sorted({t for s in specs if s.sound for t in self._concepts[s.name].terms if len(t) >= 2})
        heard = {w: meant for s in specs for w, meant in s.heard.items()}
        return SoundTable.of(terms, heard, words.dictionary()) if terms or heard else None


def _frames_of(sighting: Sighting) -> Iterable[str]:
    return (*(f for clue in sighting.clues for f in clue.frames), *sighting.without)


def _normal_group(group: CueGroup, norm: Mapping[str, str]) -> CueGroup:
    return replace(
        group,
        words=tuple(norm[w] for w in group.words),
        stops=tuple(norm[w] for w in group.stops),
        pseudo=frozenset(norm[w] for w in group.pseudo),
    )
