"""The readers file: which plug-in readers sit beside the rules; all mistakes are told at once, with their lines."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path

from analyzer.classify.readers import BUILT_IN, GROUP, Factory, Seat, Settings
from analyzer.errors import Mistake, MistakesError
from analyzer.finding import ReaderReading, RulebookReading
from analyzer.rules.fields import Reader
from analyzer.rules.rulebook import Rulebook
from analyzer.rules.yamlfile import read

WHAT = "外接模型的配置"
SHARED = ("name", "use", "suspect_from")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, repr=False)
class Assisted(Rulebook):
    """A rulebook with plug-in readers beside it.

    Attributes:
        seats: the readers, in the order of the file.
        strict: a reader that cannot read a call stops the check; otherwise the call is judged without it.
    """

    seats: tuple[Seat, ...] = ()
    strict: bool = True

    @cached_property
    def reading(self) -> RulebookReading:
        """What the report says about rules, model and readers."""
        model = None if self.model is None else self.model.version
        readers = tuple(ReaderReading(s.name, s.version) for s in self.seats)
        return RulebookReading(self.packs, self.version, model, readers)


def with_readers(rulebook: Rulebook, path: Path, *, strict: bool) -> Assisted:
    """The same rules with the readers of a file.

    Raises:
        HeguiError: the file cannot be read, or has mistakes.
    """
    kept = {name: getattr(rulebook, name) for name in Rulebook.__dataclass_fields__}
    return Assisted(**kept, seats=load(path), strict=strict)


def load(path: Path) -> tuple[Seat, ...]:
    """Open the readers of a file; none is asked anything yet.

    Raises:
        HeguiError: the file cannot be read, or has mistakes.
    """
    file, mistakes = read(path, WHAT)
    reader = Reader(file, mistakes)
    body = reader.mapping(file.data or {}, (), ("readers",))
    entries = body.get("readers")
    seats: list[Seat] = []
    if not isinstance(entries, list) or not entries:
        reader.wrong(("readers",), "应有 readers，下面是一列外接模型，每个有 name、use 和它自己的设置")
    else:
        for i, entry in enumerate(entries):
            seats += _seat(reader, mistakes, entry, {s.name for s in seats}, i)
    if mistakes:
        raise MistakesError(WHAT, mistakes)
    return tuple(seats)


def _seat(reader: Reader, mistakes: list[Mistake], entry: object, taken: set[str], number: int) -> list[Seat]:
    path, before = ("readers", number), len(mistakes)
    data = reader.mapping(entry, path)
    if not data:
        return []
    name = reader.text(data, "name", path)
    if name and (not NAME.fullmatch(name) or name in taken):
        why = "重复" if name in taken else "只能用小写字母、数字、- 和 _，最多 40 个"
        reader.wrong((*path, "name"), f"name {name} {why}")
    factory = _factory(reader, reader.text(data, "use", path), path)
    own = {k: v for k, v in data.items() if k not in SHARED}
    common = Settings(data, lambda key, text: reader.wrong((*path, key), text))
    least = common.number("suspect_from", 0.5, 0, 1)
    if factory is None:
        return []
    opened = factory(Settings(own, lambda key, text: reader.wrong((*path, key), text)))
    if len(mistakes) > before:
        return []
    return [Seat(name, _version(data, opened.version), opened, least)]


def _factory(reader: Reader, use: str, path: tuple[object, ...]) -> Factory | None:
    if not use:
        return None
    places = _places()
    if use not in places:
        reader.wrong((*path, "use"), f"没有装 {use} 这种外接模型；已装：{' '.join(sorted(places))}")
        return None
    try:
        module, _, name = places[use].partition(":")
        factory: Factory = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        reader.wrong((*path, "use"), f"外接模型 {use} 装得不完整（{error}）；请重新安装提供它的包")
        return None
    return factory


def _places() -> Mapping[str, str]:
    from importlib.metadata import entry_points  # slow to import, and only this needs it

    found = sorted(entry_points(group=GROUP), key=lambda e: (e.name, e.value))
    return {**{e.name: e.value for e in found}, **BUILT_IN}


def _version(data: Mapping[str, object], own: str) -> str:
    text = json.dumps({**data, "": own}, ensure_ascii=True, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
