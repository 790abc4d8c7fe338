"""Values of one YAML file, read one by one: every mistake with its line and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from analyzer.errors import Mistake
from analyzer.rules.yamlfile import Path, YamlFile


class Reader:
    """Reads values of one file and collects the mistakes."""

    def __init__(self, file: YamlFile, mistakes: list[Mistake]) -> None:
        self.file = file
        self._mistakes = mistakes

    def wrong(self, path: Path, text: str) -> None:
        """Note a mistake at a value."""
        self._mistakes.append(Mistake(self.file.name, self.file.line(path), text))

    def mapping(self, value: object, path: Path, allowed: Sequence[str] | None = None) -> dict[str, object]:
        """A mapping with known keys only."""
        if not isinstance(value, dict):
            self.wrong(path, "这里应是“键: 值”的映射")
            return {}
        for key in value:
            if allowed is not None and key not in allowed:
                self.wrong((*path, key), f"不认识的键 {key}；允许：{' '.join(allowed)}")
        return value

    def text(self, data: Mapping[str, object], key: str, path: Path, *, default: str | None = None) -> str:
        """A non-empty string."""
        value = data.get(key, default)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if value is not None and not isinstance(value, (dict, list, str)):
            return str(value)
        self.wrong((*path, key), f"缺少 {key}" if value is None else f"{key} 应是一段文字")
        return ""

    def choice(
        self, data: Mapping[str, object], key: str, path: Path, allowed: Sequence[str], default: str | None = None
    ) -> str:
        """One of the allowed words."""
        value = data.get(key, default)
        if value in allowed:
            return str(value)
        self.wrong((*path, key), f"{key} 不能是 {value!r}；允许：{' '.join(allowed)}")
        return allowed[0]

    def flag(self, data: Mapping[str, object], key: str, path: Path) -> bool:
        """A boolean, false by default."""
        value = data.get(key, False)
        if isinstance(value, bool):
            return value
        self.wrong((*path, key), f"{key} 只能是 true 或 false")
        return False

    def words(self, value: object, path: Path, allowed: Sequence[str] | None = None) -> tuple[str, ...]:
        """A list of strings."""
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        found = []
        for i, item in enumerate(items):
            if not isinstance(item, (str, int, float)) or not str(item).strip():
                self.wrong((*path, i), "列表里只能有文字")
            elif allowed is not None and item not in allowed:
                self.wrong((*path, i), f"不允许 {item!r}；允许：{' '.join(allowed)}")
            else:
                found.append(str(item))
        return tuple(found)

    def day(self, data: Mapping[str, object], key: str, path: Path) -> date | None:
        """A day written 2026-01-01."""
        value = data.get(key)
        if value is None:
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.wrong((*path, key), f"{key} 应写成 2026-01-01 这样的日期")
            return None

    def items(self, value: object, path: Path) -> list[object]:
        """A list of anything; nothing is the empty one."""
        if value is None:
            return []
        if isinstance(value, list):
            return value
        self.wrong(path, "这里应是列表")
        return []
