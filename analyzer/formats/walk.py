"""Which files of the given files and folders are transcripts to be read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from analyzer.errors import InputError
from analyzer.formats import around, rttm

_ENDINGS = (".py", ".pyc", ".yaml", ".yml", ".md", ".report.json", *around.ENDINGS)
_SOUND = (".wav", ".mp3", ".m4a", ".amr", ".opus", ".ogg", ".flac", ".aac", ".pcm", ".silk", ".mp4", ".mkv", ".webm")


def walk(paths: Iterable[Path | str]) -> Iterator[Path]:
    """Files to read, sorted, each once; a file named outright is always among them.

    In folders hidden files, README, code, YAML, Markdown, golden reports (``*.report.json``), sound and what lies
    beside transcripts (``*.meta.json``, 通话清单.csv, ``.rttm`` with its words …) are left out.

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
        beside = set(files)
        for name in files:
            if wanted(name, beside.__contains__) and not (Path(here) / name).is_fifo():
                yield Path(here) / name


def wanted(name: str, beside: Callable[[str], bool]) -> bool:
    """Whether a file found in a folder is a transcript by its name.

    Args:
        name: of the file, without its folder.
        beside: whether a file of a name lies in the same folder.
    """
    low = name.lower()
    if (
        low.startswith((".", "~$", "readme", "thumbs.db", "desktop.ini"))
        or low.endswith((*_ENDINGS, *_SOUND))
        or low in around.LISTS
    ):
        return False
    return not (low.endswith(".rttm") and any(beside(name[:-5] + ending) for ending in rttm.ENDINGS))


def _first(here: str, name: str, entered: set[str]) -> bool:
    real = os.path.realpath(os.path.join(here, name))
    new = real not in entered
    entered.add(real)
    return new
