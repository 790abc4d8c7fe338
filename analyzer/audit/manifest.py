"""``manifest.json``: hashes of everything that went in and came out, and the check that nothing was changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analyzer import __version__
from analyzer.errors import HeguiError
from analyzer.finding import RulebookReading
from analyzer.reports.whole import write_whole

NAME = "manifest.json"
SCHEMA = "hegui.manifest.v1"
TWIN = "redacted"
"""The folder of the redacted twin, which has a manifest of its own."""
OTHERS = (TWIN, "review")
"""Folders that are no output of this run; reviewers keep their decisions in the second."""
BLOCK = 1 << 20

Entry = dict[str, object]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one run did.

    Attributes:
        inputs: name, size and SHA-256 of every file that was read.
        options: what can change the outputs beside inputs and rules.
        counts: calls, unreadable and the verdicts.
    """

    inputs: Sequence[tuple[str, int, str]]
    rulebook: RulebookReading
    options: Mapping[str, object]
    counts: Mapping[str, int]

    def write(self, folder: Path, outputs: Mapping[str, tuple[int, str]]) -> None:
        """Write it; ``outputs`` are the relative paths of the folder with size and SHA-256."""
        body: Entry = {
            "schema": SCHEMA,
            "tool": f"hegui {__version__}",
            "rulebook": {"packs": list(self.rulebook.packs), "version": self.rulebook.version},
            "model": self.rulebook.model,
            "readers": [{"name": r.name, "version": r.version} for r in self.rulebook.readers],
            "options": dict(self.options),
            "counts": dict(self.counts),
            "inputs": [{"name": n, "size": s, "sha256": d} for n, s, d in self.inputs],
            "outputs": [{"path": p, "size": s, "sha256": d} for p, (s, d) in sorted(outputs.items())],
        }
        _write(folder, body)


def add_outputs(folder: Path, outputs: Mapping[str, tuple[int, str]]) -> None:
    """Take files made later, such as pages on demand, into the manifest of a folder.

    Raises:
        HeguiError: there is no manifest, or it is none.
    """
    body = _read(folder / NAME)
    kept = {str(e["path"]): e for e in _entries(body, "outputs")}
    kept |= {p: {"path": p, "size": s, "sha256": d} for p, (s, d) in outputs.items()}
    body["outputs"] = [e for _, e in sorted(kept.items())]
    _write(folder, body)


def _write(folder: Path, body: Entry) -> None:
    body["sha256"] = _seal(body)
    write_whole(folder / NAME, json.dumps(body, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n")


def digest(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file."""
    found, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
            size += len(block)
    return size, found.hexdigest()


def verify(folder: Path, *, inputs: bool = True) -> list[str]:
    """What is not as the manifest says, one sentence each; nothing if all is.

    Args:
        folder: the output of an audit.
        inputs: also compare the input files that are still there.

    Raises:
        HeguiError: there is no manifest, or it is none.
    """
    body = _read(folder / NAME)
    told = [] if _seal(body) == body.get("sha256") else [f"{NAME}：内容与自带的校验值不符，清单本身被改动过"]
    listed = {str(e["path"]): e for e in _entries(body, "outputs")}
    for name, entry in listed.items():
        told += _compared(folder / name, name, entry)
    told += [f"{p}：不在清单里，是后来加的" for p in sorted(found_files(folder) - set(listed) - {NAME})]
    if (folder / TWIN / NAME).is_file():
        told += [f"{TWIN}/{text}" for text in verify(folder / TWIN, inputs=False)]
    for entry in _entries(body, "inputs") if inputs else ():
        path = Path(str(entry["name"]))
        if path.is_file():
            told += _compared(path, f"输入 {path}", entry)
    return told


def found_files(folder: Path) -> set[str]:
    """Relative paths of the files of an output folder, hidden ones and the reviewers' store apart."""
    paths = (p.relative_to(folder) for p in folder.rglob("*") if p.is_file())
    return {p.as_posix() for p in paths if p.parts[0] not in OTHERS and not any(n.startswith(".") for n in p.parts)}


def _compared(path: Path, name: str, entry: Entry) -> list[str]:
    if not path.is_file():
        return [f"{name}：清单里有，文件不见了"]
    size, found = digest(path)
    if (size, found) == (entry["size"], entry["sha256"]):
        return []
    return [f"{name}：内容与清单不符（清单 {str(entry['sha256'])[:12]}…，现在 {found[:12]}…）"]


def _read(path: Path) -> Entry:
    try:
        body = json.loads(path.read_bytes())
    except OSError as error:
        raise HeguiError(f"{path}：读不了；请给出 hegui audit 的输出目录") from error
    except ValueError as error:
        raise HeguiError(f"{path}：不是完整的 JSON，清单已损坏；请用同样的命令重新生成") from error
    if not isinstance(body, dict) or body.get("schema") != SCHEMA:
        raise HeguiError(f"{path}：不是 hegui audit 的清单（schema 应为 {SCHEMA}）")
    return body


def _entries(body: Entry, key: str) -> list[Entry]:
    value = body.get(key)
    needed = {"outputs": "path", "inputs": "name"}[key]
    return [e for e in value if isinstance(e, dict) and needed in e] if isinstance(value, list) else []


def _seal(body: Entry) -> str:
    rest = {k: v for k, v in body.items() if k != "sha256"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
