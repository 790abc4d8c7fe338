"""A value inside somebody else's JSON, and the way to it: read carefully, so that a surprise names its field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from analyzer.formats import metadata

_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?|(\d+(?:\.\d+)?)s", re.ASCII)
_decode = msgspec.json.Decoder().decode
MILLI, TICK = 1e3, 1e7
"""How many of the unit make a second: milliseconds, and the 100 nanoseconds of Azure."""

_LONGEST = 1e12


class Misfit(ValueError):
    """A value that is not of the kind its field promises; ``path`` says where, the message what, in Chinese."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path, self.reason = path, reason


class Node:
    """One value and the way to it; a missing key gives a Node of None, so that ways can be tried.

    Args:
        value: as it was decoded.
        above: the Node it lies in.
        step: its key or index there.
    """

    __slots__ = ("above", "step", "value")

    def __init__(self, value: Any, above: Node | None = None, step: str | int = "") -> None:
        self.value, self.above, self.step = value, above, step

    def __bool__(self) -> bool:
        return self.value not in (None, "", [], {})

    @property
    def path(self) -> str:
        """The way from the root, as people write it: ``Data.ResultDetail[1].StartMs``."""
        over = self.above.path if self.above is not None else ""
        if isinstance(self.step, int):
            return f"{over}[{self.step}]"
        return f"{over}.{self.step}" if over and self.step else over or self.step

    def get(self, *keys: str) -> Node:
        """The value of the first of these keys that is there and not null."""
        inside = self.value
        if isinstance(inside, dict):
            for key in keys:
                found = inside.get(key)
                if found is not None:
                    return Node(found, self, key)
        return Node(None, self, keys[0])

    def at(self, *way: str | int) -> Node:
        """The value down a way of keys and indexes."""
        node = self
        for step in way:
            inside = node.value
            if isinstance(step, str):
                found = inside.get(step) if isinstance(inside, dict) else None
            else:
                found = inside[step] if isinstance(inside, list) and len(inside) > step else None
            node = Node(found, node, step)
        return node

    def has(self, *keys: str) -> bool:
        """True for an object that holds all of these keys."""
        return isinstance(self.value, dict) and all(key in self.value for key in keys)

    def each(self) -> Iterator[Node]:
        """The elements of a list; nothing when there is no list at all.

        Raises:
            Misfit: another kind of value.
        """
        if self.value is None:
            return
        if not isinstance(self.value, list):
            raise Misfit(self.path, "应为数组")
        for i, value in enumerate(self.value):
            yield Node(value, self, i)

    def text(self) -> str:
        """Text; a number as text, nothing for null.

        Raises:
            Misfit: another kind of value.
        """
        value = self.value
        if isinstance(value, str):
            return value
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise Misfit(self.path, "应为文本")
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

    def seconds(self, per_second: float = 1.0) -> float | None:
        """Seconds from a number in a unit, a clock ``00:00:01,5``, ``1.5s`` or ``PT1.5S``; None for null.

        Raises:
            Misfit: another kind of value.
        """
        value = self.value
        kind = type(value)
        if kind is int or kind is float:
            return _within(value / per_second, self)
        if value is None or value == "":
            return None
        if isinstance(value, str) and (match := _DURATION.fullmatch(value)) and len(value) > 1:
            hours, minutes, seconds, plain = match.groups()
            return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds or plain or 0)
        if isinstance(value, dict) and value.keys() <= {"seconds", "nanos"}:
            return (self.get("seconds").seconds() or 0.0) + (self.get("nanos").seconds(1e9) or 0.0)
        try:
            number = metadata.parse_seconds(value)
        except ValueError:
            raise Misfit(self.path, "应为时间") from None
        return number if isinstance(value, str) and ":" in value else _within(number / per_second, self)

    def parsed(self) -> Node:
        """The value of JSON that is written inside a text; any other value as it is.

        Raises:
            Misfit: the text is no JSON.
        """
        if not isinstance(self.value, str):
            return self
        try:
            return Node(_decode(self.value), self)
        except (ValueError, RecursionError):
            raise Misfit(self.path, "里面的 JSON 文本无法解析") from None


def _within(seconds: float, node: Node) -> float:
    """Seconds to the microsecond; Misfit for a number that no call can last."""
    if not -_LONGEST < seconds < _LONGEST:
        raise Misfit(node.path, "超出合理范围")
    return round(seconds, 6)
