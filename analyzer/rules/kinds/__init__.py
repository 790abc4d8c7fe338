"""The kinds of rules: one file each, one dict that names them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from analyzer.finding import Finding
from analyzer.rules.case import Case
from analyzer.rules.kinds import duty, forbidden, frequency, hours, house, order, repeat, required, similar, total
from analyzer.rules.rule import Rule

Find = Callable[[Rule, Case], Iterable[Finding]]

KINDS: dict[str, Find] = {
    "forbidden": forbidden.find,
    "similar": similar.find,
    "frequency": frequency.find,
    "hours": hours.find,
    "order": order.find,
    "duty": duty.find,
    "repeat": repeat.find,
    "sum": total.find,
    "house": house.find,
    "required": required.find,
}
"""Kind -> what finds it, in the order in which kinds are judged: disclosures last, they look at what was found."""
BY_WORDS = frozenset({"forbidden", "frequency", "sum"})
"""Kinds that find nothing where no frame of the rule stands."""
