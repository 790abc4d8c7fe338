"""A value inside somebody else's JSON, and the way to it: read carefully, so that a surprise names its field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from analyzer.formats import metadata

_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?|(\d+(?:\.\d+)?)s", re.ASCII)
MILLI, TICK = 1e3, 1e7
"""How many of the unit make a second: milliseconds, and the 100 nanoseconds of Azure."""


class Misfit(ValueError):
    """A value that is not of the kind its field promises; ``path`` says where, the message what, in Chinese."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path, self.reason = path, reason


class Node:
    """One value and its path; a missing key gives a Node of None, so that ways can be tried."""

    __slots__ = ("path", "value")

    def __init__(self, value: Any, path: str = "") -> None:
        self.value, self.path = value, path

    def __bool__(self) -> bool:
        return self.value not in (None, "", [], {})

    def get(self, *keys: str) -> Node:
        """The value of the first of these keys that is there and not null."""
        inside = self.value
        if isinstance(inside, dict):
            for key in keys:
                found = inside.get(key)
                if found is not None:
                    return Node(found, f"{self.path}.{key}" if self.path else key)
        return Node(None, f"{self.path}.{keys[0]}" if self.path else keys[0])

    def at(self, *way: str | int) -> Node:
        """The value down a way of keys and indexes."""
        node = self
        for step in way:
            if isinstance(step, str):
                node = node.get(step)
            else:
                inside, path = node.value, f"{node.path}[{step}]"
                node = Node(inside[step] if isinstance(inside, list) and len(inside) > step else None, path)
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
            yield Node(value, f"{self.path}[{i}]")

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
        return number if isinstance(value, str) and ":" in value else round(number / per_second, 6)

    def parsed(self) -> Node:
        """The value of JSON that is written inside a text; any other value as it is.

        Raises:
            Misfit: the text is no JSON.
        """
        if not isinstance(self.value, str):
            return self
        try:
            return Node(json.loads(self.value), self.path)
        except (ValueError, RecursionError):
            raise Misfit(self.path, "里面的 JSON 文本无法解析") from None
