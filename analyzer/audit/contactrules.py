"""The rules across calls as data: ``contacts.yaml`` of the rulebook, with the limits of the organisation profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from analyzer.errors import Mistake, RulebookError
from analyzer.finding import CATEGORIES, Basis, Finding, Severity
from analyzer.rules.rulebook import Rulebook

FILE = "contacts.yaml"
KEYS = frozenset(
    ("name", "category", "severity", "grave_from", "limit", "minutes", "status", "message", "advice", "basis")
)
NAMES = (
    *("connected_day", "unanswered_day", "burst", "agencies_day", "third_party_day", "third_party_reached"),
    *("after_stop", "night_dial", "alias"),
)


@dataclass(frozen=True, slots=True)
class ContactRule:
    """One rule across calls.

    Attributes:
        limit: how many are allowed (days for ``third_party_reached``).
        grave_from: from this count on the severity is one higher; 0 for never.
    """

    id: str
    name: str
    category: str
    severity: Severity
    message: str
    advice: str
    limit: int
    minutes: int = 15
    grave_from: int = 0
    status: str = "violation"
    basis: tuple[tuple[Basis, str, str], ...] = ()

    def finding(self, day: str | None, count: int | str = 1, *, earlier: str = "", other: str = "") -> Finding:
        """A finding on a call of that day (ISO; None if unknown)."""
        words = {"count": str(count), "limit": str(self.limit), "day": day or "日期不明"}
        words |= {"earlier": earlier, "other": other}
        grave = bool(self.grave_from) and isinstance(count, int) and count >= self.grave_from
        return Finding(
            f"contact.{self.id}",
            self.category,
            Severity(min(self.severity + grave, Severity.FATAL)),
            _filled(self.message, words),
            _filled(self.advice, words),
            1.0 if self.status == "violation" else 0.6,
            self.status,
            ("metadata",),
            basis=tuple(b for b, since, until in self.basis if day is None or since <= day <= until),
        )


def contact_rules(rulebook: Rulebook) -> dict[str, ContactRule]:
    """The rules by name; a limit of the profile wins over the one of the rulebook.

    Raises:
        RulebookError: with every mistake of the file.
    """
    file = rulebook.sources.get(FILE)
    data = file.data if file is not None and isinstance(file.data, dict) else {}
    wrong: list[str] = []
    limits = rulebook.profile.contact_limits
    found = {}
    for name, spec in data.items():
        if name not in NAMES or not isinstance(spec, dict):
            wrong.append(f"不认识的跨通规则 {name}；允许：{' '.join(NAMES)}")
        else:
            wrong += [f"{name} 有不认识的键 {k}；允许：{' '.join(sorted(KEYS))}" for k in spec if k not in KEYS]
            found[name] = _rule(name, spec, limits, wrong)
    wrong += [f"机构档案 contact_limits 不认识 {k}；允许：{' '.join(NAMES)}" for k in limits if k not in NAMES]
    if wrong:
        raise RulebookError([Mistake(FILE, 1, w) for w in wrong])
    return found


def _rule(name: str, spec: Mapping[str, object], limits: Mapping[str, int], wrong: list[str]) -> ContactRule:
    category, severity = str(spec.get("category")), str(spec.get("severity"))
    if category not in CATEGORIES:
        wrong.append(f"{name}.category 不能是 {category}；允许：{' '.join(CATEGORIES)}")
    if severity not in {s.code for s in Severity}:
        wrong.append(f"{name}.severity 不能是 {severity}；允许：{' '.join(s.code for s in Severity)}")
        severity = "minor"
    numbers = {k: spec.get(k, d) for k, d in (("limit", 0), ("minutes", 15), ("grave_from", 0))}
    wrong += [f"{name}.{k} 应是不小于 0 的整数" for k, v in numbers.items() if not isinstance(v, int) or v < 0]
    ints = {k: v if isinstance(v, int) else 0 for k, v in numbers.items()}
    ints["limit"] = limits.get(name, ints["limit"])
    clauses = spec.get("basis")
    return ContactRule(
        name,
        str(spec.get("name") or name),
        category,
        Severity.of(severity),
        str(spec.get("message") or ""),
        str(spec.get("advice") or ""),
        status=str(spec.get("status") or "violation"),
        basis=tuple(_basis(b) for b in clauses if isinstance(b, dict)) if isinstance(clauses, list) else (),
        **ints,
    )


def _basis(clause: Mapping[str, object]) -> tuple[Basis, str, str]:
    basis = Basis(str(clause.get("source")), None if clause.get("clause") is None else str(clause["clause"]))
    return basis, _day(clause.get("from"), "0000-00-00"), _day(clause.get("until"), "9999-99-99")


def _day(value: object, default: str) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or default)


def _filled(text: str, words: Mapping[str, str]) -> str:
    for key, value in words.items():
        text = text.replace("{" + key + "}", value)
    return text
