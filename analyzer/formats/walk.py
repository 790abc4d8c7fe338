"""Which files of the given files and folders are transcripts to be read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from analyzer.errors import InputError

_ENDINGS = (".py", ".pyc", ".yaml", ".yml", ".md", ".report.json")


def walk(paths: Iterable[Path | str]) -> Iterator[Path]:
    """Files to read, sorted, each once; a file named outright is always among them.

    In folders hidden files, README, code, YAML, Markdown and golden reports (``*.report.json``) are left out.

    Raises:
        InputError: a path does not exist.
    """
    found: set[Path] = set()
    for path in map(Path, paths):
        if not path.exists():
            raise InputError(str(path), "文件或文件夹不存在", advice="请检查路径")
        found.update(_inside(path) if path.is_dir() else [path])
    yield from sorted(found, key=lambda path: path.as_posix())


def _inside(folder: Path) -> Iterator[Path]:
    """The transcripts below a folder; every real folder is entered once, so links cannot go in circles."""
    entered = {os.path.realpath(folder)}
    for here, folders, files in os.walk(folder, followlinks=True):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and _first(here, name, entered))
        yield from (Path(here) / name for name in files if _wanted(name) and not (Path(here) / name).is_fifo())


def _first(here: str, name: str, entered: set[str]) -> bool:
    real = os.path.realpath(os.path.join(here, name))
    new = real not in entered
    entered.add(real)
    return new


def _wanted(name: str) -> bool:
    low = name.lower()
    return not low.startswith((".", "~$", "readme")) and not low.endswith(_ENDINGS)
