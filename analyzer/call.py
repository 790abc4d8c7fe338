"""What was said: a call, its turns, and what is known about it beforehand.

The nouns are frozen and know nothing of files, rules or reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import Enum

CHINA = timezone(timedelta(hours=8))
"""Asia/Shanghai without daylight saving; times without an offset are taken as this."""


class Speaker(str, Enum):
    """Who says a turn. ``CUSTOMER`` is whoever is on the line, not necessarily the debtor."""

    AGENT = "agent"
    CUSTOMER = "customer"
    SYSTEM = "system"
    UNKNOWN = "unknown"


class Relation(str, Enum):
    """Who is on the line, seen from the debtor."""

    SELF = "self"
    FAMILY = "family"
    THIRD_PARTY = "third_party"
    UNKNOWN = "unknown"

    @property
    def outsider(self) -> bool:
        """True for everybody who is known not to be the debtor."""
        return self in (Relation.FAMILY, Relation.THIRD_PARTY)


@dataclass(frozen=True, slots=True)
class Turn:
    """One uninterrupted utterance; ``start`` and ``end`` are seconds from the start of the call."""

    speaker: Speaker
    text: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Meta:
    """What the source says about the call; everything is optional, unknown keys land in ``extra``.

    ``started_at`` and ``ended_at`` carry an offset.
    """

    started_at: datetime | None = None
    ended_at: datetime | None = None
    direction: str | None = None
    channel: str | None = None
    relation: Relation | None = None
    stage: str | None = None
    days_past_due: int | None = None
    creditor: str | None = None
    agency: str | None = None
    agent_org_type: str | None = None
    agent_id: str | None = None
    agent_name: str | None = None
    debtor_id: str | None = None
    dialled_number: str | None = None
    product: str | None = None
    principal: float | None = None
    amount_due: float | None = None
    ivr_notice: bool | None = None
    consent_night: bool | None = None
    litigation_status: str | None = None
    guarantor: bool | None = None
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One phone call.

    ``source`` says where it was read from (``calls.jsonl:1``).
    """

    call_id: str
    turns: tuple[Turn, ...]
    meta: Meta = field(default_factory=Meta)
    source: str = "-"
