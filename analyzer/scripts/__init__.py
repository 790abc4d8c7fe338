"""Reading scripts (话术): one small file per container; what they hold are scenes and lines.

A new container is one file that gives an ``Outline`` and one line in ``CONTAINERS``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import PurePosixPath

from analyzer.errors import InputError
from analyzer.formats import encoding
from analyzer.scripts.outline import Outline
from analyzer.scripts.scenes import scenes
from analyzer.scripts.script import Line, Medium, Scene, Script, Setting, Voice

__all__ = ["CONTAINERS", "Line", "Medium", "Scene", "Script", "Setting", "Voice", "is_script", "read"]

NOT_SCRIPTS = (
    "readme",
    "changelog",
    "license",
    "contributing",
    "code_of_conduct",
    "codeowners",
    "pull_request_template",
)
"""Beginnings of the names of files that are no scripts, whatever their ending."""


def _markdown(data: bytes, name: str) -> Outline:
    from analyzer.scripts import text

    return text.read(encoding.decode(data, name), markdown=True)


def _text(data: bytes, name: str) -> Outline:
    from analyzer.scripts import text

    return text.read(encoding.decode(data, name), markdown=False)


def _csv(data: bytes, name: str) -> Outline:
    from analyzer.scripts import workbook

    return workbook.read_csv(encoding.decode(data, name), name)


def _xlsx(data: bytes, name: str) -> Outline:
    from analyzer.scripts import workbook

    return workbook.read_xlsx(data, name)


def _yaml(data: bytes, name: str) -> Outline:
    from analyzer.scripts import tree

    return tree.read_yaml(encoding.decode(data, name), name)


def _json(data: bytes, name: str) -> Outline:
    from analyzer.scripts import tree

    return tree.read_json(encoding.decode(data, name), name)


def _docx(data: bytes, name: str) -> Outline:
    from analyzer.scripts import docx

    return docx.read(data, name)


CONTAINERS: dict[str, Callable[[bytes, str], Outline]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _text,
    ".text": _text,
    ".csv": _csv,
    ".tsv": _csv,
    ".xlsx": _xlsx,
    ".xlsm": _xlsx,
    ".yaml": _yaml,
    ".yml": _yaml,
    ".json": _json,
    ".jsonl": _json,
    ".docx": _docx,
}
"""Ending of a file -> its reader."""


def is_script(path: str) -> bool:
    """True for the files of a folder that are read as scripts: known ending, not hidden, not a README."""
    parts = PurePosixPath(path).parts
    name = parts[-1].lower() if parts else ""
    hidden = any(p.startswith(".") and p not in (".", "..") for p in parts)
    return not hidden and not name.startswith(("~$", *NOT_SCRIPTS)) and PurePosixPath(name).suffix in CONTAINERS


@lru_cache(maxsize=1 << 10)
def read(data: bytes, path: str) -> Script:
    """The script in a file; an empty file has no scenes. What two revisions have in common is read once.

    Args:
        data: the bytes of the file.
        path: shown and compared; its ending names the container.

    Raises:
        InputError: the file cannot be read, or its ending names no container.
    """
    suffix = PurePosixPath(path).suffix.lower()
    if suffix not in CONTAINERS:
        known = " ".join(CONTAINERS)
        raise InputError(path, f"不认识的话术文件类型“{suffix or '（无后缀）'}”", advice=f"支持：{known}")
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        return Script(path, ())
    return Script(path, scenes(CONTAINERS[suffix](data, path)))
