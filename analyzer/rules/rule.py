"""The noun of this room: a rule as data, without its frames compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from analyzer.finding import Basis, Severity


@dataclass(frozen=True, slots=True)
class DatedBasis:
    """A clause and the days on which it is in force, both ends included; None is open."""

    source: str
    clause: str | None = None
    since: date | None = None
    until: date | None = None

    def holds(self, day: date | None) -> bool:
        """True where the clause is in force on the day; without a day the clause must be open-ended."""
        if day is None:
            return self.until is None
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    @property
    def basis(self) -> Basis:
        """The clause without its dates."""
        return Basis(self.source, self.clause)


@dataclass(frozen=True, slots=True)
class ClueSource:
    """A clue as written: the kind and the texts of its frames."""

    kind: str
    frames: tuple[str, ...]
    within: int = 60
    need: int = 1


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a rule or an event looks for, as written."""

    speaker: str = "agent"
    clues: tuple[ClueSource, ...] = ()
    without: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """On which calls and at which moment of a call a rule applies; empty means always.

    ``after`` and ``before`` name dialogue events: all of ``after`` must have happened up to the moment, none of
    ``before``. ``answering`` names events one of which must stand in the unit just before.
    """

    relation: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    org_type: tuple[str, ...] = ()
    product: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    answering: tuple[str, ...] = ()
    meta: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A small dialogue that a rule must (not) find something in: ``(speaker, text)`` pairs, metadata beside them."""

    turns: tuple[tuple[str, str], ...]
    meta: Mapping[str, object]
    line: int


@dataclass(frozen=True, slots=True)
class CueExample:
    """A sentence around a hit, and whether the status excuses the hit there."""

    status: str
    before: str
    hit: str
    after: str
    wanted: bool
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``id`` is its path below ``rules/`` with dots, ``params`` are the keys of its kind."""

    id: str
    name: str
    category: str
    kind: str
    severity: Severity
    message: str
    advice: str
    veto: bool = False
    status: str = "violation"
    certainty: float = 0.95
    sighting: Sighting = field(default_factory=Sighting)
    scope: Scope = field(default_factory=Scope)
    basis: tuple[DatedBasis, ...] = ()
    violating: tuple[Example, ...] = ()
    compliant: tuple[Example, ...] = ()
    known_misses: tuple[str, ...] = ()
    params: Mapping[str, object] = field(default_factory=dict)
    path: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    def basis_on(self, day: date | None) -> tuple[Basis, ...]:
        """The clauses in force on the day of the call."""
        return tuple(b.basis for b in self.basis if b.holds(day))


@dataclass(frozen=True, slots=True)
class EventSpec:
    """A step of the dialogue to be seen: ``names_debt``, ``confirms_self`` …"""

    id: str
    name: str
    sighting: Sighting
    signal: str | None = None
    seen: tuple[Example, ...] = ()
    unseen: tuple[Example, ...] = ()
    path: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)
