"""The formats by name, each imported when a document looks like it or somebody names it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from importlib import import_module

from analyzer.formats.document import OLD_OFFICE, Document, Format


class Look(Enum):
    """What a document looks like before anybody has asked what it is."""

    ANY = auto()
    JSON = auto()
    TEXT = auto()
    PACKED = auto()

    @classmethod
    def of(cls, document: Document) -> Look:
        """JSON where a value can be decoded, PACKED for archives and old Office files, else TEXT."""
        if document.head.startswith((b"PK\x03\x04", OLD_OFFICE)):
            return cls.PACKED
        return cls.TEXT if document.specimen is None else cls.JSON


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a format comes from, and the look without which it need not be asked."""

    look: Look
    load: Callable[[], Format]


class Registry(Mapping[str, Format]):
    """Formats by name in the order in which they are asked."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries
        self._loaded: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        if name not in self._loaded:
            self._loaded[name] = self._entries[name].load()
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def likely(self, document: Document) -> Iterator[Format]:
        """The formats that a document may be by its look; what a look rules out is not even imported."""
        look: Look | None = None
        for name, entry in self._entries.items():
            if entry.look is not Look.ANY and look is None:
                look = Look.of(document)
            if entry.look in (Look.ANY, look):
                yield self[name]


def entry(look: Look, module: str, attribute: str = "FORMAT") -> Entry:
    """The format that a file of this folder ends with."""

    def load() -> Format:
        found: Format = getattr(import_module(f"analyzer.formats.{module}"), attribute)
        return found

    return Entry(look, load)
