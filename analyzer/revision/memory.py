"""Judgements are remembered by what was judged, so that an unchanged scene costs nothing the next time.

The file lies in the user's cache folder, is named by the rulebook and the code, and may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec

from analyzer import __version__
from analyzer.revision.judge import Judgement, judge
from analyzer.rules.rulebook import Rulebook
from analyzer.scripts.script import Scene
from analyzer.text import words

MOST = 20_000
"""Scenes kept; beyond that the file starts anew."""


class Memory:
    """Judges scenes, each different one once.

    Args:
        version: hash of the rulebook.
        opened: gives the compiled rules, asked only when something is not remembered.
        stored: read and write the file in the cache folder.
    """

    def __init__(self, version: str, opened: Callable[[], Rulebook], *, stored: bool = True) -> None:
        self.version, self.opened, self.stored = version, opened, stored
        self._known: dict[str, Judgement] = {}
        self._raw: dict[str, msgspec.Raw] = self._load() if stored else {}
        self._new: dict[str, Judgement] = {}

    def judge(self, scene: Scene) -> Judgement:
        """The judgement of a scene."""
        key = _key(scene)
        known = self._known.get(key)
        if known is None:
            known = self._remembered(key)
        if known is None:
            known = self._new[key] = judge(scene, self.opened())
        self._known[key] = known
        return known

    def _remembered(self, key: str) -> Judgement | None:
        raw = self._raw.get(key)
        if raw is None:
            return None
        try:
            return msgspec.json.decode(raw, type=Judgement)
        except (msgspec.DecodeError, msgspec.ValidationError):
            return None

    def save(self) -> None:
        """Write what was newly judged; a full or read-only disk costs the cache, not the answer."""
        if not self.stored or not self._new:
            return
        kept: dict[str, object] = dict(self._raw) if len(self._raw) + len(self._new) <= MOST else {}
        kept.update(self._new)
        target = self._file()
        part = target.with_suffix(f".{os.getpid()}.part")
        try:
            part.write_bytes(msgspec.json.encode(kept))
            part.replace(target)
        except OSError:
            part.unlink(missing_ok=True)

    def _load(self) -> dict[str, msgspec.Raw]:
        try:
            return msgspec.json.decode(self._file().read_bytes(), type=dict[str, msgspec.Raw])
        except (OSError, msgspec.DecodeError, msgspec.ValidationError):
            return {}

    def _file(self) -> Path:
        name = hashlib.sha256(f"{self.version}\x1f{_code()}".encode()).hexdigest()[:32]
        return words.cache_folder() / f"scripts-{name}.json"


def _key(scene: Scene) -> str:
    return hashlib.sha256(msgspec.json.encode(scene)).hexdigest()[:32]


@cache
def _code() -> str:
    """Hash of everything besides the rulebook that can change a judgement."""
    room = Path(__file__).parents[1]
    digest = hashlib.sha256(__version__.encode())
    for path in sorted(room.rglob("*.py")):
        stat = path.stat()
        digest.update(f"{path.relative_to(room)}\x1f{stat.st_size}\x1f{stat.st_mtime_ns}".encode())
    return digest.hexdigest()
