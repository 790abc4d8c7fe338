"""Scripts whose steps name their successors (``on: {yes: n2, no: n3}``), put in order with their branches."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.scripts.nodes import Leaf, Node, Pairs

_EDGE = re.compile(
    r"^(?:on|next|goto|then|to|transitions?|edges?|branches|options|choices|outcomes|responses|jump|successors?"
    r"|跳转|下一步|下一节点|分支|流转|后续|选项)$",
    re.IGNORECASE,
)
_ID = re.compile(r"^(?:id|node|key|name|step|编号|节点)$", re.IGNORECASE)
Step = tuple[tuple[str, ...], Pairs]
"""The conditions under which a step is reached, and the step without its successors."""


def flow(node: Node) -> list[Step] | None:
    """The steps of a graph, each once, in the order in which they are reached; None where there is no graph."""
    named = _named(node)
    edges = {name: list(_edges(pairs, named)) for name, pairs in named.items()}
    if len(named) < 2 or not any(edges.values()):
        return None
    seen: set[str] = set()
    steps: list[Step] = []
    for name in named:
        if name not in seen:
            _visit(name, (), named, edges, seen, steps)
    return steps


def _named(node: Node) -> dict[str, Pairs]:
    if isinstance(node, Pairs):
        return {key: value for key, _, value in node if isinstance(value, Pairs)}
    found = {}
    for one in node if isinstance(node, list) else ():
        if isinstance(one, Pairs):
            name = next((str(v.value) for k, _, v in one if _ID.match(k) and isinstance(v, Leaf)), None)
            if name is not None:
                found[name] = one
    return found


def _edges(pairs: Pairs, named: dict[str, Pairs]) -> Iterator[tuple[str, str]]:
    """Label and target of every way out of a step."""
    for key, _, value in pairs:
        if not _EDGE.match(key):
            continue
        if isinstance(value, Leaf) and value.value in named:
            yield "", str(value.value)
        elif isinstance(value, Pairs):
            yield from ((k, str(v.value)) for k, _, v in value if isinstance(v, Leaf) and v.value in named)
        elif isinstance(value, list):
            yield from _listed(value, named)


def _listed(value: list[Node], named: dict[str, Pairs]) -> Iterator[tuple[str, str]]:
    for one in value:
        if isinstance(one, Leaf) and one.value in named:
            yield "", str(one.value)
        elif isinstance(one, Pairs):
            texts = [str(v.value) for _, _, v in one if isinstance(v, Leaf) and isinstance(v.value, str)]
            target = next((t for t in reversed(texts) if t in named), None)
            if target is not None:
                yield next((t for t in texts if t != target), ""), target


def _visit(
    name: str,
    labels: tuple[str, ...],
    named: dict[str, Pairs],
    edges: dict[str, list[tuple[str, str]]],
    seen: set[str],
    steps: list[Step],
) -> None:
    """Follow the ways out of a step, depth first."""
    waiting = [(name, labels)]
    while waiting:
        name, labels = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        steps.append((labels, Pairs(p for p in named[name] if not _EDGE.match(p[0]) or not _leads(p[2], named))))
        ways = edges[name]
        alone = len(ways) == 1
        waiting += [(target, labels if alone else (*labels, label or target)) for label, target in reversed(ways)]


def _leads(value: Node, named: dict[str, Pairs]) -> bool:
    """True where a value only names successors."""
    return bool(list(_edges(Pairs([("next", 0, value)]), named)))
