"""The gate: files of a revision and what it is compared with -> one report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from analyzer import scripts
from analyzer.errors import InputError
from analyzer.finding import DISCLOSURES
from analyzer.gate import GateReport, Lost, ScriptFinding, bare
from analyzer.revision.baseline import Baseline, Waiver, entries, lost_since, waive
from analyzer.revision.compare import Compared, compare
from analyzer.revision.history import Older
from analyzer.revision.losses import losses
from analyzer.revision.memory import Memory
from analyzer.revision.phrases import Phrases
from analyzer.revision.revision import Revision, judged
from analyzer.rules.rulebook import DEFAULT_PACKS, lexicon_folder, load, version_of


def gather(paths: Sequence[Path]) -> dict[str, bytes]:
    """The scripts of files and folders, path -> content; a file named outright is always read.

    Raises:
        InputError: a path does not exist or cannot be read.
    """
    found: dict[str, bytes] = {}
    for path in paths:
        if not path.exists():
            raise InputError(str(path), "文件或文件夹不存在", advice="请检查路径")
        files = sorted(_inside(path)) if path.is_dir() else [path]
        for file in files:
            try:
                found[file.as_posix()] = file.read_bytes()
            except OSError as error:
                raise InputError(str(file), "读不了", advice="请检查权限") from error
    return found


def _inside(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if scripts.is_script(p.relative_to(folder).as_posix()) and p.is_file()]


def base_of(paths: Sequence[Path], base: Path) -> dict[str, bytes]:
    """The scripts of an older folder or file, under the names of the newer ones.

    Raises:
        InputError: the path does not exist or cannot be read.
    """
    old = gather([base])
    if not base.is_dir():
        only = paths[0] if len(paths) == 1 and not paths[0].is_dir() else base
        same = only.suffix.lower() == base.suffix.lower()
        return {(only if same else base).as_posix(): next(iter(old.values()))}
    folders = [p for p in paths if p.is_dir()]
    names = {p.relative_to(base).as_posix(): content for p, content in ((Path(k), v) for k, v in old.items())}
    if len(folders) == len(paths) == 1:
        return {(folders[0] / name).as_posix(): content for name, content in names.items()}
    given = {p.name: p.as_posix() for p in paths if not p.is_dir()}
    return {given.get(Path(name).name, name): content for name, content in names.items()}


BEFORE_IDENTITY = "third_party_disclosure.before_identity"
"""The rule that says of spoken words what a lost check of identity says of a scene."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Everything one run needs besides the scripts."""

    memory: Memory
    phrases: Phrases

    @classmethod
    def of(
        cls,
        packs: Sequence[str] = DEFAULT_PACKS,
        *,
        folder: Path | None = None,
        profile: Path | None = None,
        stored: bool = True,
    ) -> Gate:
        """A gate with some rules; they are compiled when the first scene has to be judged.

        Args:
            packs: rule packs.
            folder: another lexicon folder than the shipped one.
            profile: an organisation profile.
            stored: remember judgements in the user's cache folder.

        Raises:
            RulebookError: the phrase bank has mistakes.
        """
        # the second reader learned from spoken turns; what stands in a script is judged by the rules alone
        opened = cache(lambda: replace(load(packs, folder=folder, profile=profile), with_model=False))
        version = version_of(packs, folder=folder, profile=profile)
        return cls(Memory(version, opened, stored=stored), Phrases.load(folder or lexicon_folder()))

    def revision(self, files: Mapping[str, bytes]) -> Revision:
        """Read and judge the files of one revision."""
        return judged(files, self.memory, self.phrases)

    def report(
        self,
        files: Mapping[str, bytes],
        older: Older | None = None,
        *,
        baseline: Baseline | None = None,
        given: Sequence[Waiver] = (),
        today: date | None = None,
    ) -> GateReport:
        """Judge a revision against an older one, a baseline, both, or nothing."""
        now = self.revision(files)
        before = Revision() if older is None else self.revision(older.files)
        others = Revision() if older is None else self.revision(older.elsewhere)
        compared = compare((*before.findings, *others.findings), now.findings, texts=now.texts)
        lost = () if older is None else losses(before.scenes, now.scenes, self.phrases)
        new, kept = list(compared.new), compared.kept
        unused: tuple[str, ...] = ()
        if baseline is not None:
            new, known, unused = baseline.sort(new, (*compared.kept, *compared.moved))
            kept = (*kept, *known)
            told = [(name, self.phrases.to_tell(name)) for name in DISCLOSURES]
            have = {(x.id, x.file, x.scene) for x in lost}
            lost = (*lost, *(x for x in lost_since(baseline, now.scenes, told) if (x.id, x.file, x.scene) not in have))
        new = [f for f in new if not _same_matter(f, lost)]
        counted, losses_left, waived, told_of = waive(new, lost, given, today or date.today())
        self.memory.save()
        return GateReport(
            _once(f for f in counted if f.status == "violation"),
            _once(kept),
            _here(compared, before.findings) if older is not None else (),
            _once(compared.moved),
            tuple(losses_left),
            _suspected(counted),
            _once(waived),
            (*unused, *told_of),
            (*now.unreadable, *(f"旧版本 {u}" for u in before.unreadable)),
            "" if older is None else older.words,
            len(now.scripts),
            len(now.scenes),
            sum(len(one.scene.lines) for one in now.scenes),
        )

    def baseline(self, files: Mapping[str, bytes]) -> str:
        """The text of a baseline of what stands in the files now."""
        now = self.revision(files)
        self.memory.save()
        return entries((f for f in now.findings if f.status == "violation"), now.scenes)


def _once(findings: Iterable[ScriptFinding]) -> tuple[ScriptFinding, ...]:
    """One finding for each category in a sentence: the gravest, then the longest quote."""
    best: dict[tuple[object, ...], ScriptFinding] = {}
    for f in findings:
        known = best.get(_sentence(f))
        if known is None or (f.severity, len(f.quote)) > (known.severity, len(known.quote)):
            best[_sentence(f)] = f
    return tuple(best.values())


def _sentence(f: ScriptFinding) -> tuple[object, ...]:
    return f.file, f.line, f.cell, f.sentence, f.category


def _suspected(findings: Sequence[ScriptFinding]) -> tuple[ScriptFinding, ...]:
    """Suspicions about sentences that are not violations of the same category anyway."""
    sure = {_sentence(f) for f in findings if f.status == "violation"}
    return _once(f for f in findings if f.status != "violation" and _sentence(f) not in sure)


def _here(compared: Compared, before: Sequence[ScriptFinding]) -> tuple[ScriptFinding, ...]:
    """Fixed violations of the files asked for; what is gone elsewhere is not this run's matter."""
    mine = {id(f) for f in before}
    return _once(f for f in compared.fixed if f.status == "violation" and id(f) in mine)


def _same_matter(finding: ScriptFinding, lost: Sequence[Lost]) -> bool:
    """Debt before identity is told once: as the loss, where there is one."""
    return finding.rule == BEFORE_IDENTITY and any(
        x.id == "identity_verified_before_debt" and x.file == finding.file and bare(x.scene) == bare(finding.scene)
        for x in lost
    )
