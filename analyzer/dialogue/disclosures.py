"""The six things that must be told: met, missing, not called for, or undetermined — and why."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.call import Relation, Speaker
from analyzer.dialogue.state import Dialogue, Step
from analyzer.finding import Disclosure

DUE = {
    "creditor_or_agency": "接通后表明机构名称",
    "surname_or_staff_id": "通话中告知姓氏或工号",
    "recording_notice": "通话中告知录音",
    "identity_verified_before_debt": "说到债务之前确认对方是本人",
    "purpose_or_amount": "对债务人说明欠款事由或金额",
    "complaint_or_contact_channel": "客户索要或表示投诉时给出渠道",
}
CHANNEL_DUE = ("asks_channel", "complains")
VERIFYING = ("confirms_self", "takes_over_self", "is_guarantor", "is_heir", "authorised", "authorises")
SHORT = 4
"""A call of up to so many turns can have ended before anything could be told."""
ENDED_AT_IDENTIFICATION = ("wrong_number", "voicemail", "denies_self", "not_here")


class Told:
    """What the disclosures need to know of a call.

    Args:
        dialogue: its state.
        leaked: turns on which an outsider was told of the debt.
    """

    def __init__(self, dialogue: Dialogue, leaked: list[int]) -> None:
        self.dialogue = dialogue
        self.leaked = leaked
        self.debtor_heard = any(
            r in (Relation.SELF, Relation.UNKNOWN) for r in map(dialogue.relation_at, range(len(dialogue.call.turns)))
        )
        self.entitled = dialogue.entitled((10**9, 0))
        self.debt = dialogue.first("names_debt", "names_amount")
        self.purpose = self.debt or dialogue.first("names_product")

    @property
    def ended_early(self) -> bool:
        """The call ended before the debt could be a matter: wrong person, or nobody said who he is."""
        if self.leaked or (self.debt is not None and self.debtor_heard):
            return False
        stopped = self.dialogue.first(*ENDED_AT_IDENTIFICATION) is not None
        short = len(self.dialogue.call.turns) <= SHORT
        wrong = self.dialogue.first("wrong_number", "voicemail") is not None and not self.confirmed
        wrong |= self.dialogue.first("denies_self") is not None and not self.confirmed and not self.somebody_else
        nobody = self.debtor_heard and self.verified is None and self.dialogue.first("asks_person") is not None
        return wrong or nobody or (short and stopped)

    def self_before(self, turn: int) -> bool:
        """The debtor was on the line and heard of the debt before a turn."""
        own = [s for s in self.dialogue.happened("names_debt", "names_amount") if s.turn < turn]
        return any(self.dialogue.relation_at(s.turn) is Relation.SELF for s in own)

    @property
    def somebody_else(self) -> bool:
        """Another person answered and went on talking."""
        named = self.dialogue.first("is_family", "is_outsider") is not None
        return named and len(self.dialogue.call.turns) > SHORT

    @property
    def announced(self) -> int | None:
        """The turn in which a machine says that the call is recorded."""
        speakers = self.dialogue.reading.speakers
        said = (i for i, s in enumerate(speakers) if s is Speaker.SYSTEM)
        return next((i for i in said if "录音" in self.dialogue.call.turns[i].text), None)

    @property
    def confirmed(self) -> bool:
        """Somebody said to be the debtor."""
        return self.dialogue.first("confirms_self", "takes_over_self") is not None

    @property
    def verified(self) -> Step | None:
        """The moment from which the person on the line was known to be entitled to hear of the debt."""
        steps = self.dialogue.happened("verified", *VERIFYING)
        return next((s for s in steps if not self.dialogue.outsider(s.turn, (s.unit, s.at + 1))), None)


def judge(disclosure: str, told: Told) -> Disclosure:
    """The verdict on one of the six."""
    return _JUDGES[disclosure](told)


def _met(name: str, step: Step, why: str = "坐席已告知") -> Disclosure:
    return Disclosure(name, "met", why, DUE[name], step.turn, step.quote)


def _not(name: str, why: str) -> Disclosure:
    return Disclosure(name, "not_applicable", why, DUE[name])


def _missing(name: str, why: str, nearest: Step | None = None) -> Disclosure:
    return Disclosure(name, "missing", why, DUE[name], nearest=None if nearest is None else nearest.quote)


def _creditor(told: Told) -> Disclosure:
    name = "creditor_or_agency"
    step = told.dialogue.first("names_institution", "says_institution")
    if step is not None:
        return _met(name, step)
    return _missing(name, "整通电话没有说出机构名称", told.dialogue.first("gives_surname", "asks_person"))


def _surname(told: Told) -> Disclosure:
    name = "surname_or_staff_id"
    step = told.dialogue.first("gives_surname", "gives_staff_id")
    if step is not None:
        return _met(name, step)
    return _missing(name, "整通电话没有告知姓氏或工号", told.dialogue.first("names_institution", "says_institution"))


def _recording(told: Told) -> Disclosure:
    name = "recording_notice"
    if told.dialogue.call.meta.ivr_notice:
        return Disclosure(name, "met", "系统语音已告知录音", DUE[name])
    step = told.dialogue.first("tells_recording")
    if step is not None:
        return _met(name, step)
    turn = told.announced
    if turn is not None:
        return Disclosure(name, "met", "系统语音已告知录音", DUE[name], turn, told.dialogue.call.turns[turn].text)
    if told.ended_early:
        return _not(name, "通话在核实身份时就结束了")
    return _missing(name, "坐席没有告知录音")


def _identity(told: Told) -> Disclosure:
    name = "identity_verified_before_debt"
    d = told.dialogue
    first = told.verified
    known_before = (
        first is not None and told.leaked and first.turn < told.leaked[0] and told.self_before(told.leaked[0])
    )
    if told.leaked and not known_before:
        return _missing(name, "对无关第三人说出了债务", next((s for s in d.steps if s.turn == told.leaked[0]), None))
    outsider_only = not told.debtor_heard and not told.entitled
    if told.debt is None and (outsider_only or told.ended_early):
        return _not(name, "没有说到债务")
    verified = told.verified
    if verified is None:
        if told.debt is None:
            return _not(name, "没有说到债务")
        return _missing(name, "说到债务之前没有确认对方身份", told.debt)
    if told.debt is not None and told.debt.order < verified.order:
        return _missing(name, "先说了债务，后才确认身份", told.debt)
    return _met(name, verified, "先确认了身份")


def _purpose(told: Told) -> Disclosure:
    name = "purpose_or_amount"
    if told.ended_early:
        return _not(name, "通话在核实身份时就结束了")
    if not told.debtor_heard and not told.entitled:
        return _not(name, "对方不是债务人，不得说明")
    if told.purpose is not None:
        return _met(name, told.purpose)
    return _missing(name, "没有说明欠款事由或金额")


def _channel(told: Told) -> Disclosure:
    name = "complaint_or_contact_channel"
    step = told.dialogue.first("gives_channel", "gives_number")
    if step is not None:
        return _met(name, step)
    asked = told.dialogue.first(*CHANNEL_DUE)
    if asked is None:
        return _not(name, "客户没有索要渠道，也没有表示要投诉")
    return _missing(name, f"客户在第 {asked.turn + 1} 句索要渠道或表示投诉，坐席没有给出", asked)


_JUDGES: dict[str, Callable[[Told], Disclosure]] = {
    "creditor_or_agency": _creditor,
    "surname_or_staff_id": _surname,
    "recording_notice": _recording,
    "identity_verified_before_debt": _identity,
    "purpose_or_amount": _purpose,
    "complaint_or_contact_channel": _channel,
}
