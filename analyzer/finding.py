"""What we say about a call: findings, disclosures, signals, and the report that holds them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import IntEnum

CATEGORIES: dict[str, str] = {
    "impersonation": "冒充身份",
    "abuse": "辱骂侮辱",
    "threat": "威胁恐吓",
    "false_consequence": "虚假或夸大后果",
    "third_party_disclosure": "向第三人泄露",
    "third_party_pressure": "向第三人施压",
    "privacy": "不当处理个人信息",
    "improper_payment": "不当收款",
    "inducement": "诱导筹款",
    "improper_promise": "违规承诺",
    "harassment": "骚扰",
    "obstruct_complaint": "阻碍投诉或拒绝表明身份",
    "attitude": "态度不当",
    "contact_time": "时间违规",
    "contact_frequency": "频次违规",
    "duty_to_respond": "未履行应对义务",
    "identity": "身份与名称不规范",
    "procedure": "流程不规范",
}
"""Category code -> Chinese name, in the order reports list them."""
SPOKEN = tuple(CATEGORIES)[:13]
"""The categories that words can break; the others are a matter of the clock, of counts or of what is not said."""

DISCLOSURES: dict[str, str] = {
    "creditor_or_agency": "表明机构",
    "surname_or_staff_id": "告知姓氏或工号",
    "recording_notice": "告知录音",
    "identity_verified_before_debt": "先核身后谈债",
    "purpose_or_amount": "说明事由或金额",
    "complaint_or_contact_channel": "告知投诉或联系渠道",
}
"""Disclosure id -> Chinese name."""

VERDICTS: dict[str, str] = {"pass": "合格", "fail": "不合格", "review": "待复核", "not_assessable": "无法评定"}
DISCLOSURE_VERDICTS: dict[str, str] = {
    "met": "已告知",
    "missing": "缺失",
    "not_applicable": "不适用",
    "undetermined": "无法判断",
}


class Severity(IntEnum):
    """How grave a finding is; compares by gravity."""

    NOTICE = 0
    MINOR = 1
    SERIOUS = 2
    FATAL = 3

    @property
    def code(self) -> str:
        """The machine key: ``fatal serious minor notice``."""
        return self.name.lower()

    @property
    def chinese(self) -> str:
        """The word people read."""
        return ("提示", "一般", "严重", "致命")[self.value]

    @classmethod
    def of(cls, code: str) -> Severity:
        """Severity of a machine key.

        Raises:
            KeyError: ``code`` is none of the four.
        """
        return cls[code.upper()]


@dataclass(frozen=True, slots=True)
class Basis:
    """The clause a finding stands on, already chosen for the date of the call."""

    source: str
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Because:
    """One step of the proof: what was seen, and where in the finding's turn (code points)."""

    step: str
    text: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation or suspicion.

    ``turn`` counts from 0; ``start`` and ``end`` are code points of that turn's text as given, half-open;
    ``turn`` is None for an absence or a time. ``rule_name`` is what the rule is called in Chinese.
    ``at`` is seconds from the start of the call; ``line`` is a line of the source file, if it has lines.
    """

    rule: str
    category: str
    severity: Severity
    message: str
    advice: str
    certainty: float = 1.0
    status: str = "violation"
    found_by: tuple[str, ...] = ("lexicon",)
    turn: int | None = None
    start: int | None = None
    end: int | None = None
    quote: str = ""
    line: int | None = None
    at: float | None = None
    basis: tuple[Basis, ...] = ()
    because: tuple[Because, ...] = ()
    excused_by: str | None = None
    veto: bool = False
    rule_name: str = ""

    @property
    def fingerprint(self) -> str:
        """Identity of the finding: rule and words, never a line number."""
        words = "".join(self.quote.split())
        return hashlib.sha256(f"{self.rule}\x1f{words}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Whether one of the things that must be told was told.

    ``turn`` and ``quote`` prove ``met``; ``nearest`` is the sentence that came closest to a ``missing`` one.
    """

    id: str
    verdict: str
    why: str
    due: str = ""
    turn: int | None = None
    quote: str | None = None
    nearest: str | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """Something the customer said that a reviewer must see; it costs no points."""

    id: str
    turn: int
    quote: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class RelationReading:
    """Who was on the line, how sure that is, and the words that show it."""

    value: str
    certainty: float
    why: str


@dataclass(frozen=True, slots=True)
class RolesReading:
    """Whether speaker labels had to be exchanged, and how sure the labels are.

    ``speakers`` are those of all turns where they are not the ones that the transcript
    gives.
    """

    swapped: bool = False
    certainty: float = 1.0
    why: str = ""
    speakers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReaderReading:
    """A plug-in reader: its name, the hash of its settings, and how it read the call.

    Attributes:
        missed: why it could not read the call; empty where it did.
        ignored: how many of its votes were none (no such turn, category or probability).
    """

    name: str
    version: str
    missed: str = ""
    ignored: int = 0


@dataclass(frozen=True, slots=True)
class RulebookReading:
    """Which rules, which model and which plug-in readers judged the call."""

    packs: tuple[str, ...]
    version: str
    model: str | None = None
    readers: tuple[ReaderReading, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One step of the dialogue: what happened, where, in which words, seen by what."""

    id: str
    turn: int
    quote: str
    seen_by: str = "lexicon"


@dataclass(frozen=True, slots=True)
class Promise:
    """What the debtor promised to pay.

    ``amount`` in yuan, ``due`` as an ISO date, ``when`` the words for it, ``way`` how; None or empty where it was not
    said or leaves the day open.
    """

    turn: int
    quote: str
    amount: float | None = None
    due: str | None = None
    when: str = ""
    way: str = ""


@dataclass(frozen=True, slots=True)
class Timing:
    """The clock of a call, in seconds.

    ``gap_after`` is the turn before the longest silence, ``silence`` the share of time in which nobody speaks,
    ``overlap`` how long both speak at once, ``agent_rate`` the agent's characters in a minute of his own talk.
    """

    length: float
    longest_gap: float
    gap_after: int | None
    silence: float
    overlap: float
    agent_rate: int | None


@dataclass(frozen=True, slots=True)
class CallReport:
    """Everything that is said about one call."""

    call_id: str
    source: str
    verdict: str
    score: int | None
    vetoed: bool
    rulebook: RulebookReading
    tool: str
    relation: RelationReading
    roles: RolesReading
    findings: tuple[Finding, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()
    signals: tuple[Signal, ...] = ()
    events: tuple[Event, ...] = ()
    meta: dict[str, object] = field(default_factory=dict)
    why: str = ""
    promises: tuple[Promise, ...] = ()
    timing: Timing | None = None

    def listed(self, *, excused: bool = False) -> tuple[Finding, ...]:
        """The findings that count; with ``excused`` also those set aside."""
        return tuple(f for f in self.findings if excused or f.status != "excused")

    @property
    def worst(self) -> Severity | None:
        """The gravest finding that is not excused."""
        return max((f.severity for f in self.listed()), default=None)
