"""One revision of scripts, read and judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analyzer import scripts
from analyzer.errors import InputError
from analyzer.finding import Severity
from analyzer.gate import ScriptFinding, bare
from analyzer.revision.judge import Judgement
from analyzer.revision.memory import Memory
from analyzer.revision.paths import whole
from analyzer.revision.phrases import Phrases
from analyzer.scripts import headings
from analyzer.scripts.script import Line, Scene, Script


@dataclass(frozen=True, slots=True)
class JudgedScene:
    """A scene, the file it stands in, and what is said about it."""

    file: str
    scene: Scene
    judgement: Judgement

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that the numbers of the judgement mean."""
        return whole(self.scene)

    @property
    def text(self) -> str:
        """All words of the scene, with those of the shared stages it needs."""
        lines = self.scene.lines if self.scene.setting.alone else self.lines
        return "".join(line.text for line in lines if not line.taught)

    @property
    def name(self) -> str:
        """The title as it is compared: without numbering and punctuation."""
        return bare(headings.bare(self.scene.title))


@dataclass(frozen=True, slots=True)
class Revision:
    """All scripts of one revision."""

    scripts: tuple[Script, ...] = ()
    scenes: tuple[JudgedScene, ...] = ()
    findings: tuple[ScriptFinding, ...] = ()
    unreadable: tuple[str, ...] = ()
    texts: frozenset[str] = field(default_factory=frozenset)
    """Every line that is not teaching, to see whether a sentence still stands."""


def judged(files: Mapping[str, bytes], memory: Memory, phrases: Phrases) -> Revision:
    """Read and judge the files of one revision.

    Args:
        files: path as shown -> content.
        memory: judges scenes and remembers them.
        phrases: approved wordings for the suggestions.
    """
    read: list[Script] = []
    unreadable: list[str] = []
    for path in sorted(files):
        try:
            read.append(scripts.read(files[path], path))
        except InputError as error:
            unreadable.append(str(error))
    scenes = tuple(JudgedScene(s.path, scene, memory.judge(scene)) for s in read for scene in s.scenes)
    findings = tuple(f for one in scenes for f in _findings(one, phrases))
    texts = frozenset(line.text for one in scenes for line in one.scene.lines if not line.taught)
    return Revision(tuple(read), scenes, findings, tuple(unreadable), texts)


def _findings(one: JudgedScene, phrases: Phrases) -> list[ScriptFinding]:
    lines = one.lines
    return [
        ScriptFinding(
            hit.category,
            hit.rule,
            Severity(hit.severity),
            one.file,
            lines[hit.index].line,
            lines[hit.index].cell,
            lines[hit.index].scene or one.scene.title,
            lines[hit.index].text[hit.start : hit.end],
            lines[hit.index].text,
            hit.start,
            hit.status,
            hit.message,
            hit.advice,
            hit.basis,
            phrases.instead(hit.category, lines[hit.index].text),
        )
        for hit in one.judgement.hits
    ]
