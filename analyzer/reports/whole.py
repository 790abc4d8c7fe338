"""A file that gets its name when it is complete; whoever stops half-way leaves the old one as it was."""

from __future__ import annotations

import hashlib
from pathlib import Path

PART = ".part"
"""Ending of a file that is being written."""


class Whole:
    """A file under a temporary name that is renamed when all of it is written.

    Attributes:
        digest: SHA-256 of what was written, as hex digits.
        size: bytes written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + PART)
        self._hash = hashlib.sha256()
        self.size = 0

    def __enter__(self) -> Whole:
        self._file = self._part.open("wb")
        return self

    def write(self, data: bytes) -> None:
        """Append bytes."""
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)

    @property
    def digest(self) -> str:
        """SHA-256 of what was written so far."""
        return self._hash.hexdigest()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._file.close()
        if kind is None:
            self._part.replace(self._path)
        else:
            self._part.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under a temporary name, then rename it."""
    with Whole(path) as file:
        file.write(data)
