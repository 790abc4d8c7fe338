"""The frame of every reader of a recogniser's JSON: one result, a list of them, or one a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats import strictjson
from analyzer.formats.document import Document, Format, skipped
from analyzer.formats.node import Misfit, Node
from analyzer.formats.recording import Recording, call_of

Claim = Callable[[Node], float]
Hear = Callable[[Node], Iterable[Recording]]
_decode = msgspec.json.Decoder().decode
_LIKELY = 0.5


def format(name: str, title: str, claim: Claim, hear: Hear, needs: str, extensions: tuple[str, ...] = ()) -> Format:
    """The format of one vendor.

    Args:
        name: the machine key.
        title: its Chinese name.
        claim: how sure a decoded value is of this vendor, 0.0 to 1.0; it never raises.
        hear: the recordings in a value; Misfit where a field is not what it should be.
        needs: what must be there, in Chinese.
        extensions: usual file endings beside ``.json``.
    """

    def sniff(document: Document) -> float:
        return _claimed(claim, document.specimen)

    def read(document: Document) -> Iterator[Call | Skipped]:
        return _read(document, claim, hear)

    return Format(name, title, (".json", *extensions), sniff, read, needs)


def _claimed(claim: Claim, value: Any) -> float:
    """How sure of a value, or of the first of a list of them."""
    if value is None:
        return 0.0
    sure = claim(Node(value))
    return max(sure, claim(Node(value[0]))) if isinstance(value, list) and value else sure


def _read(document: Document, claim: Claim, hear: Hear) -> Iterator[Call | Skipped]:
    if document.json_lines:
        yield from _read_lines(document, claim, hear)
        return
    try:
        value = document.value
    except ValueError as error:
        raise InputError(document.name, str(error), advice="请检查文件是否被截断或手工改坏") from None
    yield from _heard(value, document, claim, hear, None)


def _read_lines(document: Document, claim: Claim, hear: Hear) -> Iterator[Call | Skipped]:
    for number, line in document.raw_lines():
        if line.strip():
            try:
                yield from _heard(strictjson.loose(line), document, claim, hear, number)
            except ValueError as error:
                yield Skipped(document.name, str(error), number)
            except InputError as error:
                yield skipped(error)


def _heard(value: Any, document: Document, claim: Claim, hear: Hear, line: int | None) -> Iterator[Call | Skipped]:
    """The calls of one value; of a list of results each on its own, so that a bad one spoils no other."""
    several = isinstance(value, list) and claim(Node(value)) < _LIKELY
    parts = list(Node(value).each()) if several else [Node(value)]
    stem = document.stem if line is None else f"{document.stem}-{line}"
    found = [result for part in parts for result in _part(part, document, hear, line)]
    for i, result in enumerate(found, 1):
        if isinstance(result, Recording):
            try:
                yield call_of(result, document.name, stem if len(found) == 1 else f"{stem}-{i}", line=line)
            except InputError as error:
                if len(found) == 1:
                    raise
                yield skipped(error)
        elif len(found) == 1:
            raise result
        else:
            yield skipped(result)


def _part(part: Node, document: Document, hear: Hear, line: int | None) -> list[Recording | InputError]:
    try:
        return list(hear(part))
    except Misfit as error:
        advice = "与格式说明不符；请确认文件完整，或用 --from 指定别的格式"
        return [InputError(document.name, error.reason, line=line, field=error.path, advice=advice)]
