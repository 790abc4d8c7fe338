"""A compiled rulebook as plain data, and the folder that keeps it.

Everything that can be worked out from the files alone is worked out once and kept as MessagePack in a folder that only
the user can write to, named by the hash of the files; the folder may be deleted at any time.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import overload

import msgspec

from analyzer.rules.rule import CueExample, EventSpec, Rule
from analyzer.text import words
from analyzer.text.assertion import CueGroup
from analyzer.text.detect import Detector
from analyzer.text.frames import Concept, Frame
from analyzer.text.gate import GateTable
from analyzer.text.sound import SoundTable

FORMAT = "8"
"""Raised when the layout of the data changes."""
MOST_KEPT = 12
"""So many compiled rulebooks are kept; older ones are removed."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rulebook as data.

    Attributes:
        version: hash of everything that can change a verdict.
        frames: numbered by their place, packed (``Frames``); ``speakers`` says for each who must have said it.
        table: their gate.
        groups: context cues.
        sounds: the words found by sound, or None.
        data: the files that are no rules, concepts, events, cues or cover words, by name.
    """

    version: str
    packs: tuple[str, ...]
    rules: dict[str, Rule]
    detectors: dict[str, Detector]
    events: dict[str, EventSpec]
    event_detectors: dict[str, Detector]
    concepts: dict[str, Concept]
    frames: tuple[msgspec.Raw, ...]
    speakers: tuple[str, ...]
    covers: tuple[str, ...]
    groups: tuple[CueGroup, ...]
    table: GateTable
    sounds: SoundTable | None
    cue_examples: tuple[CueExample, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)


class Frames(Sequence[Frame]):
    """Frames that are unpacked when they are asked for: a call needs a few hundred of the thousands there are."""

    def __init__(self, packed: Sequence[msgspec.Raw]) -> None:
        self._packed = packed
        self._found: list[Frame | None] = [None] * len(packed)

    @overload
    def __getitem__(self, index: int) -> Frame: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Frame]: ...

    def __getitem__(self, index: int | slice) -> Frame | Sequence[Frame]:
        """The frame at a place, or some of them."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        found = self._found[index]
        if found is None:
            found = self._found[index] = _UNPACK.decode(self._packed[index])
        return found

    def __len__(self) -> int:
        """How many there are."""
        return len(self._packed)


_UNPACK = msgspec.msgpack.Decoder(Frame)


def packed(frame: Frame) -> msgspec.Raw:
    """A frame as it is kept."""
    return msgspec.Raw(msgspec.msgpack.encode(frame))


def _file(version: str) -> Path:
    return words.cache_folder() / f"rulebook-{version[:32]}.msgpack"


def kept(version: str) -> Compiled | None:
    """What was kept under a version; None where there is nothing or it cannot be read."""
    collecting = gc.isenabled()
    gc.disable()  # a hundred thousand small objects that all stay: looking for garbage among them doubles the time
    try:
        found = msgspec.msgpack.decode(_file(version).read_bytes(), type=Compiled)
    except (OSError, ValueError):
        return None
    finally:
        if collecting:
            gc.enable()
    return found if found.version == version else None


def keep(compiled: Compiled) -> None:
    """Keep a compiled rulebook; a full or read-only disk costs the speed of the next start, not the answer."""
    target = _file(compiled.version)
    part = target.with_suffix(f".{os.getpid()}.part")
    try:
        part.write_bytes(msgspec.msgpack.encode(compiled))
        part.replace(target)
        _tidy(target.parent)
    except OSError:
        part.unlink(missing_ok=True)


def _tidy(folder: Path) -> None:
    files = sorted(folder.glob("rulebook-*"), key=lambda f: f.stat().st_mtime_ns, reverse=True)
    for old in files[MOST_KEPT:]:
        old.unlink(missing_ok=True)
