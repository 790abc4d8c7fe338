"""YAML and JSON as nodes that remember the line they stand on."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # not in the stubs
from typing import Any

from analyzer.errors import InputError

DEEPEST = 40
"""Nesting beyond this is an accident or an attack."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar with its line; ``block`` texts of YAML begin on the line after."""

    value: Any
    line: int
    block: bool = False


Node = Any
"""A Leaf, a list of nodes, or a list of ``(key, line, node)`` in ``Pairs``."""


class Pairs(list[tuple[str, int, Node]]):
    """A mapping in the order of the file."""


def of_yaml(text: str, name: str) -> list[Node]:
    """The documents of a YAML text.

    Raises:
        InputError: no YAML, or nested absurdly.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        documents = list(yaml.compose_all(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise InputError(name, "YAML 语法错误", line=line, advice="请检查缩进、冒号后的空格和引号") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InputError(name, "YAML 无法解析", advice="请检查是否含有控制字符或过深的嵌套") from error
    return [_of_yaml(d, name, 0, ()) for d in documents if d is not None]


def of_json(text: str, name: str) -> list[Node]:
    """The values of a JSON text, also of one value per line.

    Raises:
        InputError: no JSON, or nested absurdly.
    """
    return _Json(text, name).documents()


def _of_yaml(node: Any, name: str, depth: int, above: tuple[int, ...]) -> Node:
    line = node.start_mark.line + 1
    if depth > DEEPEST or id(node) in above:
        raise InputError(name, "嵌套过深", line=line, advice="请拆成几个文件")
    inner = (*above, id(node))
    if node.id == "mapping":
        return Pairs(
            (str(getattr(k, "value", "")), k.start_mark.line + 1, _of_yaml(v, name, depth + 1, inner))
            for k, v in node.value
        )
    if node.id == "sequence":
        return [_of_yaml(v, name, depth + 1, inner) for v in node.value]
    value: Any = node.value
    if node.tag.endswith(":bool"):
        value = str(node.value).lower() in ("true", "yes", "on")
    elif node.tag.endswith((":int", ":float")):
        value = 0  # numbers say nothing
    elif node.tag.endswith(":null"):
        value = None
    return Leaf(value, line, node.style in ("|", ">"))


class _Json:
    """A reader of JSON that remembers lines; the scanning of texts and numbers is Python's own."""

    _SPACE = re.compile(r"[ \t\r\n]*")
    _WORD = re.compile(r"true|false|null|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name, self.at = text, name, 0
        self._lines = [m.start() for m in re.finditer("\n", text)]

    def documents(self) -> list[Node]:
        found = []
        self._skip()
        while self.at < len(self.text):
            found.append(self._value(0))
            self._skip()
        return found

    def _line(self) -> int:
        return bisect_left(self._lines, self.at) + 1

    def _skip(self) -> None:
        match = self._SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _wrong(self, what: str) -> InputError:
        return InputError(self.name, f"JSON 语法错误：{what}", line=self._line(), advice="请检查逗号、引号和括号")

    def _value(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise InputError(self.name, "嵌套过深", line=self._line(), advice="请拆成几个文件")
        self._skip()
        char, line = self.text[self.at : self.at + 1], self._line()
        if char == "{":
            return Pairs(self._members("}", depth))
        if char == "[":
            return [node for _, _, node in self._members("]", depth)]
        if char == '"':
            return Leaf(self._string(), line)
        match = self._WORD.match(self.text, self.at)
        if match is None:
            raise self._wrong("此处应有一个值")
        self.at = match.end()
        return Leaf({"true": True, "false": False, "null": None}.get(match[0], match[0]), line)

    def _string(self) -> str:
        try:
            text, self.at = scanstring(self.text, self.at + 1, False)
        except JSONDecodeError as error:
            raise self._wrong("字符串没有结束的双引号或转义有误") from error
        return str(text)

    def _members(self, end: str, depth: int) -> list[tuple[str, int, Node]]:
        self.at += 1
        found: list[tuple[str, int, Node]] = []
        self._skip()
        while self.text[self.at : self.at + 1] != end:
            if found:
                if self.text[self.at : self.at + 1] != ",":
                    raise self._wrong("缺少逗号")
                self.at += 1
                self._skip()
                if self.text[self.at : self.at + 1] == end:
                    break
            key, line = "", self._line()
            if end == "}":
                if self.text[self.at : self.at + 1] != '"':
                    raise self._wrong("此处应有双引号括起的键")
                key = self._string()
                self._skip()
                if self.text[self.at : self.at + 1] != ":":
                    raise self._wrong("键后缺少冒号")
                self.at += 1
            found.append((key, line, self._value(depth + 1)))
            self._skip()
        self.at += 1
        return found
