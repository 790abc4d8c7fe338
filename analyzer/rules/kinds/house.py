"""``house``: what the institution itself asks for in its profile; silent on everything the profile leaves open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import time

from analyzer.call import CHINA, Relation, Speaker
from analyzer.dialogue.names import SURNAME
from analyzer.finding import Finding
from analyzer.rules.case import Case
from analyzer.rules.kinds import hours
from analyzer.rules.rule import Rule
from analyzer.text.normalize import normal
from analyzer.text.reader import Place, Unit
from analyzer.text.scan import Span
from analyzer.text.sound import key, keys_of

LEGAL = (time(8), time(22))
"""What lies outside of this is the business of the rules on contact time."""
OPENING = 4
"""Turns of the agent in which he says who he is."""
NEAR = 2
"""So many characters may differ before a name is another name."""
ANNOUNCED = re.compile(
    r"(?:(?<![不您你他她是说问称])我们?(?:这[边里头儿])?就?是|这[边里]是?|^(?:您好|你好|喂)[，, ]?(?:我们?)?)"
    r"(?P<who>[^，。？！；,.?!;\s]{2,28}?)(?=的?(?:[，。？！；,.?!;\s]|我?姓|工号|$))"
)
"""``我是江海银行信用卡中心司法调查组的``: what an agent says he is."""
INSTITUTION = re.compile(
    r".*(?:银行|信用卡中心|卡中心|信用卡部?|消费金融|汽车金融|公司|总行|分行|支行|总部|我行|本行|这边|这里|的|，)"
)
TAIL = re.compile(r"(?:部门?|[小专]?组|科室?|处|办公室|中心|专班|大?队|工作站)$")
SOLEMN = re.compile(
    "司法|法务|法律|法院|执法|执行|诉讼|案件|立案|刑事|侦查|调查|稽查|督办|督查|仲裁|保全|庭前|诉前|公安|经侦"
)
"""Parts of a name that sound like an authority."""
NO_NAME = re.compile("[您你我他她它已把到给在了过跟和让被]|单位|公司|上次|刚才")
"""What stands in a sentence about a department, not in its name."""


def find(rule: Rule, case: Case) -> Iterator[Finding]:
    """What the part of the profile that the rule names says of the call."""
    yield from _PARTS[str(rule.params["of"])](rule, case)


def _department(rule: Rule, case: Case) -> Iterator[Finding]:
    """A plain department that is none of the approved ones."""
    for place, name in _foreign(case):
        if not solemn(name, case.profile.departments):
            yield case.at(rule, place)


def _near_department(rule: Rule, case: Case) -> Iterator[Finding]:
    """A department that is not approved and sounds like an authority, or like an approved one that does."""
    for place, name in _foreign(case):
        if solemn(name, case.profile.departments):
            yield case.at(rule, place)


def _solemn_department(rule: Rule, case: Case) -> Iterator[Finding]:
    """An approved department whose name sounds like an authority: true, and yet a risk."""
    names = [normal(n) for n in case.profile.departments if SOLEMN.search(n)]
    for unit in case.index.reading.units if names else ():
        for span, name in announced(unit.text) if unit.speaker is Speaker.AGENT else ():
            if any(_heard(name, n) for n in names):
                yield case.at(rule, case.index.reading.place(unit, span))
                return


def _say_department(rule: Rule, case: Case) -> Iterator[Finding]:
    """No approved department among the agent's first words to the debtor."""
    approved = case.profile.departments
    if approved and _with_debtor(case):
        spoken = "".join(unit.text for unit in _opening(rule, case))
        if not any(_heard(spoken, name) for name in approved):
            yield case.at(rule, None)


def _say_surname(rule: Rule, case: Case) -> Iterator[Finding]:
    """No surname among the agent's first words, where a staff number does not do."""
    if case.profile.surname_required and _with_debtor(case):
        early = {unit.number for unit in _opening(rule, case)}
        if not any(step.unit in early for step in case.dialogue.happened("gives_surname")):
            yield case.at(rule, None)


def _staff(rule: Rule, case: Case) -> Iterator[Finding]:
    """A surname that is not the one on the roster."""
    known = case.profile.staff.get(case.call.meta.agent_id or "")
    for step in case.dialogue.happened("gives_surname") if known else ():
        said = SURNAME.search(step.quote)
        if known and said is not None and said[1] != known[0] and key(said[1], loose=True) != key(known[0], loose=True):
            start = case.call.turns[step.turn].text.find(step.quote)
            message = rule.message.replace("{known}", known)
            yield case.at(rule, Place(step.turn, start, start + len(step.quote), step.quote), message=message)
            return


def _hours(rule: Rule, case: Case) -> Iterator[Finding]:
    """A start inside the hours of the law and outside those of the house."""
    started, window = case.call.meta.started_at, case.profile.hours
    if started is None or window is None or case.call.meta.direction == "inbound" or not hours.inside(started, *LEGAL):
        return
    low, high = (time.fromisoformat(moment) for moment in window)
    if not hours.inside(started, low, high):
        message = rule.message.replace("{time}", started.astimezone(CHINA).strftime("%H:%M"))
        message = message.replace("{from}", window[0]).replace("{to}", window[1])
        yield case.at(rule, hours.opening(case.call, case), message=message, excused_by=hours.consent(case))


def _with_debtor(case: Case) -> bool:
    """True where the talk came to the debtor: others are told as little as possible."""
    debtor = case.dialogue.relation.value == Relation.SELF.value
    return debtor and bool(case.dialogue.happened("verified", "confirms_self"))


def _opening(rule: Rule, case: Case) -> list[Unit]:
    """The agent's units that begin within the first turns of the agent."""
    within = rule.params.get("within_turns", OPENING)
    speakers = case.index.reading.speakers
    turns = [i for i, t in enumerate(case.call.turns) if speakers[i] is Speaker.AGENT and t.text.strip()]
    early = set(turns[: within if isinstance(within, int) else OPENING])
    return [u for u in case.index.reading.units if u.speaker is Speaker.AGENT and u.first_turn in early]


def _foreign(case: Case) -> Iterator[tuple[Place, str]]:
    """Departments that the agent says he belongs to and that are not approved."""
    if not case.profile.departments:
        return
    for unit in case.index.reading.units:
        for span, name in announced(unit.text) if unit.speaker is Speaker.AGENT else ():
            if not any(_heard(name, approved) for approved in case.profile.departments):
                yield case.index.reading.place(unit, span), name


def announced(text: str) -> Iterator[tuple[Span, str]]:
    """The departments by which somebody calls himself in a text: span and name without the institution."""
    for match in ANNOUNCED.finditer(text):
        who = match["who"]
        before = INSTITUTION.match(who)
        start = 0 if before is None else before.end()
        name = who[start:]
        if len(name) >= 3 and TAIL.search(name) and not NO_NAME.search(name):
            low = match.start("who") + start
            yield (low, low + len(name)), name


def solemn(name: str, approved: tuple[str, ...]) -> bool:
    """True for a name that sounds like an authority, or is nearly an approved one that does."""
    return bool(SOLEMN.search(name)) or any(
        SOLEMN.search(other) and distance(name, normal(other)) <= NEAR for other in approved
    )


def distance(a: str, b: str) -> int:
    """How many characters must be changed, added or left out to make one of the other (Levenshtein 1966)."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def _heard(text: str, name: str) -> bool:
    """True where a name stands in a text, to the letter or by sound: a recogniser writes what it hears."""
    wanted = normal(name)
    if wanted in text:
        return True
    sounds = key(text, loose=False)
    return len(wanted) > 2 and any(way in sounds for way in keys_of(wanted, loose=False))


_PARTS: dict[str, Callable[[Rule, Case], Iterator[Finding]]] = {
    "department": _department,
    "near_department": _near_department,
    "solemn_department": _solemn_department,
    "say_department": _say_department,
    "say_surname": _say_surname,
    "staff": _staff,
    "hours": _hours,
}
