"""What is known and tolerated for now: a baseline of fingerprints, and waivers with a reason, an owner and an end.

A baseline is text, one entry per line, sorted: two branches that add entries merge without conflict or with an obvious
one. An entry holds no line number, so that it survives editing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from analyzer.errors import InputError, MistakesError
from analyzer.finding import DISCLOSURES
from analyzer.gate import Lost, ScriptFinding
from analyzer.reports.visible import clip, visible
from analyzer.revision.revision import JudgedScene
from analyzer.revision.telling import AFTER
from analyzer.rules.fields import Reader
from analyzer.rules.yamlfile import read

HEAD = "# 话术存量基线：hegui script --save-baseline 生成，一行一条；删掉一行，那条问题就重新算作新增。"
WAIVER_KEYS = ("fingerprint", "reason", "owner", "until")


@dataclass(frozen=True, slots=True)
class Baseline:
    """Fingerprints of known findings, and what scenes told when it was saved.

    Attributes:
        known: entries as written, one for each finding.
        told: ``(disclosure, file, scene)`` -> told before the debt.
    """

    known: tuple[tuple[str, str], ...] = ()
    told: frozenset[tuple[str, str, str]] = frozenset()

    @classmethod
    def load(cls, path: Path) -> Baseline:
        """Read a baseline.

        Raises:
            InputError: no text, or a line that is no entry.
        """
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(str(path), "基线文件读不了", advice="用 --save-baseline 重新生成") from error
        known, told = [], set()
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            fields = line.split("\t")
            if fields[0] == "finding" and len(fields) >= 2:
                known.append((fields[1], " ".join(fields[2:])))
            elif fields[0] == "told" and len(fields) >= 4:
                told.add((fields[1], fields[2], fields[3]))
            else:
                why = "有未解决的合并冲突" if line.startswith(("<<<<<<<", "=======", ">>>>>>>")) else "不是基线条目"
                raise InputError(
                    str(path), why, line=number, advice="两边的条目都保留即可；或用 --save-baseline 重新生成"
                )
        return cls(tuple(known), frozenset(told))

    def sort(
        self, findings: Sequence[ScriptFinding], standing: Sequence[ScriptFinding] = ()
    ) -> tuple[list[ScriptFinding], list[ScriptFinding], tuple[str, ...]]:
        """New findings, known findings, and entries that cover nothing any more.

        Args:
            findings: to be sorted.
            standing: others that an older revision explains already; their entries cover something.
        """
        left = list(self.known)
        for f in standing:
            if entry := next((e for e in left if e[0] == f.fingerprint), None):
                left.remove(entry)
        new, kept = [], []
        for f in findings:
            entry = next((e for e in left if e[0] == f.fingerprint), None)
            if entry is None:
                new.append(f)
            else:
                left.remove(entry)
                kept.append(f)
        return new, kept, tuple(f"基线条目 {print_}（{about}）没有对应的问题了，可以删掉" for print_, about in left)

    def lost(self, scenes: Sequence[JudgedScene]) -> list[tuple[str, JudgedScene, str]]:
        """``(disclosure, scene, how)`` for what the scenes told when the baseline was saved and do not tell now."""
        found = []
        for one in scenes:
            for name in DISCLOSURES:
                if (name, one.file, visible(one.scene.title)) in self.told and (how := _untold(one, name)) is not None:
                    found.append((name, one, how))
        return found


def _untold(one: JudgedScene, name: str) -> str | None:
    ways = one.judgement.tellings
    if all(name in w.told and w.told[name].how != AFTER for w in ways):
        return None
    return "after_debt" if any(name in w.told and w.told[name].how == AFTER for w in ways) else "removed"


def lost_since(
    baseline: Baseline, scenes: Sequence[JudgedScene], to_tell: Iterable[tuple[str, str]]
) -> tuple[Lost, ...]:
    """The lost disclosures of a baseline as the report shows them; the old line is not known."""
    words = dict(to_tell)
    return tuple(
        Lost(name, one.scene.title, how, one.file, one.scene.lines[0].line, one.file, 0, "", words.get(name, ""))
        for name, one, how in baseline.lost(scenes)
    )


def entries(findings: Iterable[ScriptFinding], scenes: Iterable[JudgedScene]) -> str:
    """A baseline as text."""
    lines = [
        "\t".join(
            (
                "finding",
                f.fingerprint,
                f.category,
                visible(f.file),
                visible(clip(f.scene, 30)),
                visible(clip(f.quote, 40)),
            )
        )
        for f in findings
    ]
    lines += {
        "\t".join(("told", name, one.file, visible(one.scene.title)))
        for one in scenes
        for name in DISCLOSURES
        if one.judgement.tellings and _untold(one, name) is None
    }
    return "\n".join([HEAD, *sorted(lines)]) + "\n"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding or loss somebody answers for until a day."""

    fingerprint: str
    reason: str
    owner: str
    until: date


def waivers(path: Path) -> tuple[Waiver, ...]:
    """Read a file of waivers (YAML: a list).

    Raises:
        HeguiError: it cannot be read.
        MistakesError: with every mistake in it.
    """
    file, mistakes = read(path, "特批文件")
    reader = Reader(file, mistakes)
    found = []
    for i, one in enumerate(file.data if isinstance(file.data, list) else []):
        data = reader.mapping(one, (i,), WAIVER_KEYS)
        missing = [k for k in WAIVER_KEYS if not data.get(k)]
        until = data.get("until")
        if missing:
            reader.wrong((i,), f"特批缺少 {' '.join(missing)}")
            continue
        try:
            day = until if isinstance(until, date) else date.fromisoformat(str(until))
        except ValueError:
            reader.wrong((i, "until"), f"until 应是 2026-12-31 这样的日期，不是 {until}")
            continue
        found.append(Waiver(str(data["fingerprint"]), str(data["reason"]), str(data["owner"]), day))
    if not isinstance(file.data, list) and file.data is not None:
        reader.wrong((), "应是特批的列表，每条写 fingerprint、reason、owner、until")
    if mistakes:
        raise MistakesError("特批文件", mistakes)
    return tuple(found)


def waive(
    findings: Sequence[ScriptFinding], lost: Sequence[Lost], given: Sequence[Waiver], today: date
) -> tuple[list[ScriptFinding], list[Lost], list[ScriptFinding], tuple[str, ...]]:
    """Findings and losses that count, findings that are waived, and waivers that cover nothing or have run out."""
    valid = {w.fingerprint: w for w in given if w.until >= today}
    used = ({f.fingerprint for f in findings} | {x.fingerprint for x in lost}) & set(valid)
    counted = [f for f in findings if f.fingerprint not in valid]
    waived = [
        replace(
            f,
            waived_by=f"{valid[f.fingerprint].reason}（{valid[f.fingerprint].owner}，至 {valid[f.fingerprint].until}）",
        )
        for f in findings
        if f.fingerprint in valid
    ]
    told = [f"特批 {w.fingerprint} 已于 {w.until} 到期（{w.owner}）" for w in given if w.until < today]
    told += [f"特批 {p} 没有对应的问题" for p in sorted(set(valid) - used)]
    return counted, [x for x in lost if x.fingerprint not in valid], waived, tuple(told)
