"""YAML with line numbers: plain data, and for every path of keys the line on which it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.errors import HeguiError, Mistake, MistakesError

if TYPE_CHECKING:
    import pathlib

    import yaml

Path = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class YamlFile:
    """One parsed file: ``lines[path]`` is the 1-based line of the value at that path of keys and indexes."""

    name: str
    data: object
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """The line of a value, or of the nearest thing above it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(path: pathlib.Path, what: str) -> tuple[YamlFile, list[Mistake]]:
    """Read the settings that a user gives, ``what`` in Chinese; the list is for the mistakes found from here on.

    Raises:
        HeguiError: the file cannot be read.
        MistakesError: it is no YAML.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise HeguiError(f"{path}：{what}读不了（{error}）；应是 UTF-8 编码的 YAML 文件") from error
    file, mistakes = parse(str(path), text)
    if file is None:
        raise MistakesError(what, mistakes)
    return file, mistakes


def parse(name: str, text: str) -> tuple[YamlFile | None, list[Mistake]]:
    """Read one file by the safe loader; broken YAML and duplicated keys are mistakes."""
    import yaml  # a rulebook that was compiled before needs none of it

    mistakes: list[Mistake] = []
    lines: dict[Path, int] = {}
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = 1 if mark is None else mark.line + 1
        return None, [Mistake(name, line, f"YAML 语法错误：{getattr(error, 'problem', None) or error}")]
    data = None if node is None else _build(node, (), lines, mistakes, name)
    return YamlFile(name, data, lines), mistakes


def _build(node: yaml.Node, path: Path, lines: dict[Path, int], mistakes: list[Mistake], name: str) -> object:
    import yaml

    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_build(child, (*path, i), lines, mistakes, name) for i, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        found: dict[object, object] = {}
        for key_node, value in node.value:
            key = str(key_node.value)
            if key in found:
                mistakes.append(Mistake(name, key_node.start_mark.line + 1, f"键 {key} 重复"))
            found[key] = _build(value, (*path, key), lines, mistakes, name)
        return found
    return _scalar(node)


def _scalar(node: yaml.Node) -> object:
    if node.tag == "tag:yaml.org,2002:bool":
        return str(node.value).lower() in ("true", "yes", "on")
    if node.tag == "tag:yaml.org,2002:int":
        return int(str(node.value).replace("_", "")) if str(node.value).lstrip("+-").isdigit() else str(node.value)
    if node.tag == "tag:yaml.org,2002:float":
        return float(node.value)
    if node.tag == "tag:yaml.org,2002:null":
        return None
    return str(node.value)
