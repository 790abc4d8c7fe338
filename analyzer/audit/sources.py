"""The inputs of an audit: which files, in which order, with which content; their calls as a stream."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from analyzer import formats
from analyzer.call import Call
from analyzer.errors import InputError, Skipped

BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Reading:
    """How the inputs are read."""

    forced: str | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One input file; ``digest`` is the SHA-256 of its bytes, empty if it cannot be opened."""

    path: Path
    digest: str
    size: int

    @property
    def name(self) -> str:
        """The name reports use."""
        return self.path.as_posix()


def sources(paths: Sequence[Path], *, leave_out: Path | None = None) -> list[Source]:
    """The files to read, in the order of the reports.

    Args:
        paths: files and folders.
        leave_out: a folder that is never read, such as the one the reports go to.

    Raises:
        InputError: a path does not exist.
    """
    out = None if leave_out is None else leave_out.resolve()
    found = (p for p in formats.walk(paths) if out is None or out not in p.resolve().parents)
    return [Source(p, *_digest(p)) for p in found]


def calls(source: Source, reading: Reading) -> Iterator[Call | Skipped]:
    """What is in a file, in order; what cannot be read is told, the rest goes on."""
    try:
        yield from formats.read(source.path, forced=reading.forced, encoding=reading.encoding)
    except InputError as error:
        place = error.source if error.line is None else f"{error.source}:{error.line}"
        yield Skipped(error.source, str(error).removeprefix(f"{place}："), error.line)


def _digest(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
                size += len(block)
    except OSError:
        return "", 0
    return digest.hexdigest(), size
