"""The rulebook: loaded once, compiled once, hashed; refuses to load with all mistakes at once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from analyzer.classify.model import Model, shipped
from analyzer.errors import HeguiError, Mistake, RulebookError
from analyzer.finding import CATEGORIES, RulebookReading
from analyzer.rules import compiled
from analyzer.rules.compiled import Compiled, Frames
from analyzer.rules.profile import Profile
from analyzer.rules.rule import CueExample, EventSpec, Rule
from analyzer.rules.yamlfile import YamlFile, parse
from analyzer.text.assertion import Cues
from analyzer.text.detect import Detector
from analyzer.text.page import Pages
from analyzer.text.reader import Lexicon
from analyzer.text.sound import Corrector

DEFAULT_PACKS = ("cn-2026",)


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
        sources: the parsed files; of a rulebook that was kept compiled, only those that are no rules, without lines.
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

    @cached_property
    def by_kind(self) -> Mapping[str, Sequence[Rule]]:
        """The rules of each kind."""
        found: dict[str, list[Rule]] = {}
        for rule in self.rules.values():
            found.setdefault(rule.kind, []).append(rule)
        return found

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
        cached: use and keep the compiled rulebook; one that is read anew knows the line of everything (``sources``).

    Raises:
        RulebookError: with every mistake in every file.
        HeguiError: a pack or the folder does not exist.
    """
    files = _files(folder or lexicon_folder())
    version, house = _version(files, packs, profile), Profile.load(profile)
    known = compiled.kept(version) if cached else None
    if known is not None:
        return _ready(known, house, {n: YamlFile(n, d, {}) for n, d in known.data.items()})
    mistakes: list[Mistake] = []
    parsed = _parse(files, mistakes)
    if mistakes:
        raise RulebookError(mistakes)  # everything that names a word of a broken file would be told as well
    from analyzer.rules import compiler  # reads YAML: only where nothing is kept

    made = compiler.compiled(parsed, tuple(packs), version, house, mistakes)
    if cached:
        compiled.keep(made)
    return _ready(made, house, parsed)


def _ready(made: Compiled, profile: Profile, sources: Mapping[str, YamlFile]) -> Rulebook:
    corrector = None if made.sounds is None else Corrector(made.sounds)
    pages = Pages(made.concepts, Frames(made.frames), made.table, Cues(made.groups), made.speakers)
    lexicon = Lexicon(pages, frozenset(made.covers), corrector)
    card = made.data.get("scorecard.yaml")
    return Rulebook(
        made.packs,
        made.version,
        made.rules,
        made.detectors,
        made.events,
        made.event_detectors,
        lexicon,
        card if isinstance(card, dict) else {},
        profile,
        sources,
        made.cue_examples,
    )


def version_of(packs: Sequence[str] = DEFAULT_PACKS, *, folder: Path | None = None, profile: Path | None = None) -> str:
    """The version that ``load`` would give, without compiling anything.

    Raises:
        HeguiError: the folder does not exist or holds unreadable files.
    """
    return _version(_files(folder or lexicon_folder()), packs, profile)


def _files(root: Path) -> dict[str, bytes]:
    """The rule files by their path below the folder, in order."""
    if not root.is_dir():
        raise HeguiError(f"{root}：规则目录不存在；请检查 --lexicons 的路径")
    found = {}
    for folder, _, names in os.walk(root):
        below = Path(folder).relative_to(root).as_posix().removeprefix(".")
        for name in names:
            if name.endswith(".yaml"):
                try:
                    with open(os.path.join(folder, name), "rb", buffering=0) as file:
                        found[f"{below}/{name}".lstrip("/")] = file.read()
                except OSError as error:
                    raise HeguiError(f"{os.path.join(folder, name)}：读不了（{error}）；请检查权限") from error
    return dict(sorted(found.items()))


def _version(files: Mapping[str, bytes], packs: Sequence[str], profile: Path | None) -> str:
    digest = hashlib.sha256(compiled.FORMAT.encode())
    for name, content in files.items():
        digest.update(f"\x1e{name}\x1f".encode("utf-8", "surrogatepass"))
        digest.update(content.replace(b"\r\n", b"\n"))
    digest.update("\x1e".join(packs).encode())
    if profile is not None and profile.is_file():
        digest.update(profile.read_bytes())
    return digest.hexdigest()


def _parse(files: Mapping[str, bytes], mistakes: list[Mistake]) -> dict[str, YamlFile]:
    found = {}
    for name, content in files.items():
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            raise HeguiError(f"{name}：读不了（{error}）；规则文件应是 UTF-8 编码的 YAML") from error
        file, wrong = parse(name, text)
        mistakes += wrong
        if file is not None:
            found[name] = file
    return found


def categories_of(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """Rules by category, in the order of the report."""
    found: dict[str, list[Rule]] = {c: [] for c in CATEGORIES}
    for rule in rules:
        found[rule.category].append(rule)
    return {c: r for c, r in found.items() if r}
