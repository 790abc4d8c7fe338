"""What no single call shows: how often, by whom and when a debtor, a number or a third party was called.

Contacts are read from the ledger sorted by debtor, number or agent, so that memory stays flat.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice

from analyzer.audit.contactrules import ContactRule, contact_rules
from analyzer.audit.facts import Facts
from analyzer.audit.ledger import Ledger
from analyzer.call import CHINA
from analyzer.finding import Finding
from analyzer.rules.rulebook import Rulebook

CONSENT_DAYS = 3
"""For so many days after a debtor asked to be called late, a late call is agreed."""
DAY = 86_400
NIGHT_ENDS, NIGHT_BEGINS = 8, 22
MOST = 500
"""Most earlier contacts of one number that are kept to look back on."""
FEWEST_NAMES, USUAL = 3, 0.7
"""An agent must have given one name so often, and in such a share of his calls, before another name is noticed."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact: a call of the ledger, or with ``item`` 0 a dial of the contact log."""

    item: int
    call_id: str
    source: str
    facts: Facts

    @property
    def outgoing(self) -> bool:
        """True unless the other side called."""
        return self.facts.direction != "inbound"

    @property
    def outsider(self) -> bool:
        """True if somebody else than the debtor was on the line."""
        return self.facts.relation in ("family", "third_party")

    @property
    def label(self) -> str:
        """How messages name it: ``“a-001”（03-02 10:15）``."""
        if self.facts.started is None:
            return f"“{self.call_id}”"
        return f"“{self.call_id}”（{_moment(self.facts):%m-%d %H:%M}）"


@dataclass(frozen=True, slots=True)
class Extra:
    """Something found across calls: a finding on a contact, or (``finding`` None) a consent that excuses its hour."""

    contact: Contact
    finding: Finding | None
    consent: str = ""


Watch = Callable[[list[Contact], Mapping[str, ContactRule]], Iterator[Extra]]


def across(ledger: Ledger, rulebook: Rulebook) -> Iterator[Extra]:
    """Everything that is found across the calls of a ledger and its contact log.

    Raises:
        RulebookError: ``contacts.yaml`` has mistakes.
    """
    rules = contact_rules(rulebook)
    for order, key, watches in _ORDERS:
        contacts = (Contact(*row) for row in ledger.contacts(order))
        for name, group in groupby(contacts, key=lambda c: key(c.facts)):
            if name:
                yield from _watched(group, watches, rules)
    yield from _aliases(ledger, rules, rulebook.profile.staff)


def _watched(group: Iterable[Contact], watches: Iterable[Watch], rules: Mapping[str, ContactRule]) -> Iterator[Extra]:
    """One debtor or number; a group of absurd size (a placeholder number) is looked at in slices."""
    contacts = iter(group)
    while members := list(islice(contacts, MOST)):
        for watch in watches:
            yield from watch(members, rules)


def _by_day(contacts: list[Contact]) -> Iterator[tuple[str, list[Contact]]]:
    dated = [c for c in contacts if c.facts.day is not None]
    for day, members in groupby(dated, key=lambda c: c.facts.day):
        yield str(day), list(members)


def _connected_day(contacts: list[Contact], rules: Mapping[str, ContactRule]) -> Iterator[Extra]:
    """Connected outgoing calls with the debtor; calls he asked for and calls to others do not count."""
    rule = rules.get("connected_day")
    for day, members in _by_day(contacts) if rule else ():
        counted = [c for c in members if c.outgoing and c.facts.connected and not c.outsider and not c.facts.agreed]
        for n, contact in enumerate(counted, 1):
            if rule and n > rule.limit:
                yield Extra(contact, rule.finding(day, n))


def _unanswered_day(contacts: list[Contact], rules: Mapping[str, ContactRule]) -> Iterator[Extra]:
    rule = rules.get("unanswered_day")
    for day, members in _by_day(contacts) if rule else ():
        for n, contact in enumerate((c for c in members if c.outgoing and c.facts.connected == 0), 1):
            if rule and n > rule.limit:
                yield Extra(contact, rule.finding(day, n))


def _burst(contacts: list[Contact], rules: Mapping[str, ContactRule]) -> Iterator[Extra]:
    rule = rules.get("burst")
    recent: deque[float] = deque()
    for contact in contacts if rule else ():
        started = contact.facts.started
        if rule is None or started is None or not contact.outgoing:
            continue
        while recent and started - recent[0] > rule.minutes * 60:
            recent.popleft()
        recent.append(started)
        if len(recent) > rule.limit:
            yield Extra(contact, rule.finding(contact.facts.day, len(recent)))


def _agencies_day(contacts: list[Contact], rules: Mapping[str, ContactRule]) -> Iterator[Extra]:
    rule = rules.get("agencies_day")
    for day, members in _by_day(contacts) if rule else ():
        seen: list[str] = []
        for contact in members:
            agency = contact.facts.agency
            if rule and agency and contact.outgoing and agency not in seen:
                seen.append(agency)
                if len(seen) > rule.limit:
                    yield Extra(contact, rule.finding(day, len(seen), other="、".join(seen)))


def _third_party(contacts: list[Contact], rules: Mapping[str, ContactRule]) -> Iterator[Extra]:
    """Calls to others while the debtor himself was reached a short time ago."""
    rule, reached = rules.get("third_party_reached"), None
    for contact in contacts if rule else ():
        facts = contact.facts
        if facts.started is None or rule is None:
            continue
        if facts.relation == "self" and facts.connected:
            reached = contact
        elif contact.outsider and contact.outgoing and reached is not None:
            last = reached.facts.started
            if last is not None and facts.started - last <= rule.limit * DAY:
                yield Extra(contact, rule.finding(facts.day, earlier=reached.label))


def _third_party_day(contacts: list[Contact], rules: Mapping[str, ContactRule]) -> Iterator[Extra]:
    rule = rules.get("third_party_day")
    for day, members in _by_day(contacts) if rule else ():
        for n, contact in enumerate((c for c in members if c.outgoing and c.outsider), 1):
            if rule and n > rule.limit:
                yield Extra(contact, rule.finding(day, n))


def _consents(contacts: list[Contact], _: Mapping[str, ContactRule]) -> Iterator[Extra]:
    """Late calls that the debtor asked for in an earlier call."""
    asked = None
    for contact in contacts:
        started = contact.facts.started
        if started is None:
            continue
        last = None if asked is None else asked.facts.started
        if asked is not None and last is not None and _at_night(contact.facts) and started - last <= CONSENT_DAYS * DAY:
            yield Extra(contact, None, f"客户在 {asked.label} 约定了较晚的联系时间")
        if contact.facts.late:
            asked = contact


def _night_dials(contacts: list[Contact], rules: Mapping[str, ContactRule]) -> Iterator[Extra]:
    """Dials without a transcript at night; a call with one is judged by its own rule."""
    rule = rules.get("night_dial")
    agreed = {c.contact for c in _consents(contacts, rules)}
    for contact in contacts if rule else ():
        if rule and contact.item == 0 and contact.outgoing and _at_night(contact.facts) and contact not in agreed:
            yield Extra(contact, rule.finding(contact.facts.day, other=f"{_moment(contact.facts):%H:%M}"))


def _after_stop(contacts: list[Contact], rules: Mapping[str, ContactRule]) -> Iterator[Extra]:
    """Calls to a third party after he asked to be left alone."""
    rule, stopped = rules.get("after_stop"), None
    for contact in contacts if rule else ():
        if rule is not None and stopped is not None and contact.outgoing and contact.facts.relation != "self":
            yield Extra(contact, rule.finding(contact.facts.day, earlier=stopped.label))
        if stopped is None and contact.outsider and contact.facts.stop:
            stopped = contact


def _aliases(ledger: Ledger, rules: Mapping[str, ContactRule], staff: Mapping[str, str]) -> Iterator[Extra]:
    """Agents who call themselves by a name that is not theirs: the registered one, else the one they mostly give."""
    rule = rules.get("alias")
    contacts = (Contact(*row) for row in ledger.contacts("agent")) if rule else iter(())
    for agent, group in groupby((c for c in contacts if c.facts.surname), key=lambda c: c.facts.agent):
        members = list(group)
        names = Counter(c.facts.surname for c in members)
        usual, times = max(names.items(), key=lambda n: (n[1], n[0]))
        sure = agent and times >= FEWEST_NAMES and times >= USUAL * len(members)
        own = staff.get(agent, "")[:1] or (usual if sure else "")
        for c in members if rule and own else ():
            if rule and c.facts.surname != own:
                yield Extra(c, rule.finding(c.facts.day, agent, earlier=c.facts.surname, other=own))


def _moment(facts: Facts) -> datetime:
    return datetime.fromtimestamp(facts.started or 0, CHINA)


def _at_night(facts: Facts) -> bool:
    return facts.started is not None and not NIGHT_ENDS <= _moment(facts).hour < NIGHT_BEGINS


def _whom(facts: Facts) -> str:
    """The number, else the outsider of a debtor: what a request to stop holds for."""
    return facts.number or (f"{facts.debtor}\x1f{facts.relation}" if facts.debtor else "")


_ORDERS: tuple[tuple[str, Callable[[Facts], str], tuple[Watch, ...]], ...] = (
    (
        "debtor, creditor",
        lambda f: f"{f.debtor}\x1f{f.creditor}" if f.debtor else "",
        (_connected_day, _agencies_day, _third_party),
    ),
    ("debtor", lambda f: f.debtor, (_consents,)),
    ("number", lambda f: f.number, (_unanswered_day, _burst)),
    (
        "CASE WHEN number <> '' THEN number ELSE debtor || char(31) || relation END",
        _whom,
        (_after_stop, _third_party_day, _night_dials),
    ),
)
"""How contacts are sorted, what makes one group of them, and what is looked for in it."""
