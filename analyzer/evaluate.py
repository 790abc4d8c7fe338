"""Reports against hand-labelled calls: precision and recall of findings, per category and per rule, and the
disclosures.

A label is one (call, category, turn). A finding is right where a label of its category, or of one that may
stand for it, is on the same turn or on a neighbouring turn of the same speaker; findings after a label of their
category in the
same call are mere continuations and count neither way. Categories without a place are counted per call.
Intervals are
Wilson's (1927).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from analyzer.call import Call
from analyzer.errors import InputError
from analyzer.finding import CATEGORIES, DISCLOSURES, CallReport, Finding, Severity

COUNTED = tuple(CATEGORIES)[:14]
"""The categories that labels know; others are beyond the guide and not counted."""
PER_CALL = frozenset({"contact_time"})
INTERCHANGEABLE = (
    {"threat", "harassment"},
    {"threat", "third_party_pressure"},
    {"harassment", "third_party_pressure"},
    {"threat", "obstruct_complaint"},
    {"abuse", "attitude"},
)
VERDICT_OF = {True: "met", False: "missing", None: "not_applicable"}
Z = 1.96


@dataclass(frozen=True, slots=True)
class Label:
    """One labelled violation or tempting innocent span."""

    category: str
    turn: int
    quote: str
    severity: str = "serious"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Gold:
    """The labels of one call."""

    findings: tuple[Label, ...]
    tempting: tuple[Label, ...]
    disclosures: Mapping[str, bool | None]

    @classmethod
    def of(cls, data: object, source: str) -> Gold:
        """Read the ``gold`` object of a labelled call.

        Raises:
            InputError: it is missing or malformed.
        """
        if not isinstance(data, dict):
            raise InputError(source, "没有 gold 标注", advice="评测需要带标注的通话，每行一个 JSON，含 gold 字段")
        try:
            findings = tuple(
                Label(f["category"], f["turn"], f.get("quote", ""), f.get("severity", "serious"), f.get("note", ""))
                for f in data.get("findings", [])
            )
            tempting = tuple(Label(t["looks_like"], t["turn"], t.get("quote", "")) for t in data.get("tempting", []))
        except (KeyError, TypeError, AttributeError) as error:
            raise InputError(source, f"gold 标注不完整（{error}）", advice="每条要有 category 和 turn") from error
        return cls(findings, tempting, dict(data.get("disclosures", {})))


@dataclass(frozen=True, slots=True)
class Share:
    """A share of counts with its Wilson interval."""

    right: int
    total: int

    @property
    def value(self) -> float:
        """The share; NaN of nothing."""
        return self.right / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson score interval."""
        return wilson(self.right, self.total)

    def __str__(self) -> str:
        if not self.total:
            return "—"
        low, high = self.interval
        return f"{self.value:.2f} [{low:.2f}–{high:.2f}]"


def wilson(right: int, total: int) -> tuple[float, float]:
    """95 % score interval of a binomial share (Wilson 1927)."""
    if not total:
        return 0.0, 1.0
    share, z2 = right / total, Z * Z
    middle = share + z2 / (2 * total)
    width = Z * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    return max(0.0, (middle - width) / (1 + z2 / total)), min(1.0, (middle + width) / (1 + z2 / total))


@dataclass(slots=True)
class Evaluation:
    """Counts over many labelled calls; ``add`` takes them one by one."""

    calls: int = 0
    right: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    rule_right: Counter[str] = field(default_factory=Counter)
    rule_false: Counter[str] = field(default_factory=Counter)
    grave: list[bool] = field(default_factory=list)
    tempted: list[bool] = field(default_factory=list)
    clean_alarmed: list[bool] = field(default_factory=list)
    disclosures: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    misses: list[tuple[str, Label]] = field(default_factory=list)
    alarms: list[tuple[str, Finding]] = field(default_factory=list)

    def add(self, call: Call, gold: Gold, report: CallReport) -> None:
        """Count one call."""
        self.calls += 1
        said = [f for f in report.listed() if f.category in COUNTED]
        used = self._labels(call, gold, said)
        self._alarms(call, gold, [f for i, f in enumerate(said) if i not in used])
        for label in gold.tempting:
            hit = any(f.turn == label.turn and stands_for(f.category, label.category) for f in said)
            self.tempted.append(hit)
        if not gold.findings:
            self.clean_alarmed.append(any(f.severity > Severity.MINOR for f in said))
        verdicts = {d.id: d.verdict for d in report.disclosures}
        for name, truth in gold.disclosures.items():
            self.disclosures[name].append(verdicts.get(name) == VERDICT_OF[truth])

    def _labels(self, call: Call, gold: Gold, said: Sequence[Finding]) -> set[int]:
        used: set[int] = set()
        for label in gold.findings:
            hits = [i for i, f in enumerate(said) if i not in used and _right(call, label, f)]
            exact = [i for i in hits if said[i].category == label.category]
            if label.severity != "minor":
                self.grave.append(bool(hits))
            if hits:
                used.add(chosen := (exact or hits)[0])
                self.right[label.category] += 1
                self.rule_right[said[chosen].rule] += 1
            else:
                self.missed[label.category] += 1
                self.misses.append((call.call_id, label))
        return used

    def _alarms(self, call: Call, gold: Gold, rest: Iterable[Finding]) -> None:
        for f in rest:
            labels = [x for x in gold.findings if stands_for(x.category, f.category)]
            if any(_right(call, x, f) or (f.turn is not None and x.turn < f.turn) for x in labels):
                continue
            self.false[f.category] += 1
            self.rule_false[f.rule] += 1
            self.alarms.append((call.call_id, f))

    def precision(self, category: str | None = None) -> Share:
        """Share of findings that are right."""
        right, false = _of(self.right, category), _of(self.false, category)
        return Share(right, right + false)

    def recall(self, category: str | None = None) -> Share:
        """Share of labels that were found."""
        right, missed = _of(self.right, category), _of(self.missed, category)
        return Share(right, right + missed)

    def rule(self, rule_id: str) -> Share:
        """Precision of one rule over the findings that count."""
        return Share(self.rule_right[rule_id], self.rule_right[rule_id] + self.rule_false[rule_id])

    def figures(self) -> dict[str, object]:
        """All figures as plain data."""
        p, r = self.precision(), self.recall()
        shown = [c for c in COUNTED if self.recall(c).total or self.precision(c).total]
        disclosed = [x for v in self.disclosures.values() for x in v]
        return {
            "calls": self.calls,
            "precision": p.value,
            "recall": r.value,
            "f1": f1(p.value, r.value),
            "recall_fatal_serious": _share(self.grave).value,
            "tempting_alarmed": _share(self.tempted).value,
            "clean_calls_alarmed": _share(self.clean_alarmed).value,
            "disclosures": _share(disclosed).value,
            "categories": {c: {"precision": self.precision(c).value, "recall": self.recall(c).value} for c in shown},
        }

    def text(self, *, errors: int = 0) -> str:
        """The figures as people read them."""
        lines = [f"{'类别':<12}{'标注':>5}  {'精确率':<20}{'召回率':<20}"]
        for c in COUNTED:
            p, r = self.precision(c), self.recall(c)
            if p.total or r.total:
                lines.append(f"{CATEGORIES[c]:<12}{r.total:>5}  {p!s:<20}{r!s:<20}")
        p, r = self.precision(), self.recall()
        lines.append(f"{'全部':<12}{r.total:>5}  {p!s:<20}{r!s:<20} F1 {f1(p.value, r.value):.3f}")
        lines.append(f"致命与严重的召回率 {_share(self.grave)}；似是而非的话误报 {_share(self.tempted)}")
        lines.append(f"清白通话误报 {_share(self.clean_alarmed)}")
        rows = "，".join(f"{DISCLOSURES.get(k, k)} {_share(v).value:.2f}" for k, v in self.disclosures.items())
        lines.append(f"告知判定正确 {_share([x for v in self.disclosures.values() for x in v])}：{rows}")
        rules = sorted({*self.rule_right, *self.rule_false})
        lines += ["", "规则精确率（命中正确 / 命中计数）"]
        lines += [
            f"  {rule:<44}{self.rule(rule).right:>4} /{self.rule(rule).total:>4}  {self.rule(rule)}" for rule in rules
        ]
        lines += [f"漏判 {c} 第 {x.turn + 1} 句 {CATEGORIES[x.category]}：{x.quote}" for c, x in self.misses[:errors]]
        lines += [f"误判 {c} 第 {(f.turn or 0) + 1} 句 {f.rule}：{f.quote}" for c, f in self.alarms[:errors]]
        return "\n".join(lines)


def stands_for(a: str, b: str) -> bool:
    """True where one category is accepted in the other's stead."""
    return a == b or any(a in pair and b in pair for pair in INTERCHANGEABLE)


def _right(call: Call, label: Label, finding: Finding) -> bool:
    if not stands_for(label.category, finding.category):
        return False
    return label.category in PER_CALL or (finding.turn is not None and _near(call, label.turn, finding.turn))


def _near(call: Call, a: int, b: int) -> bool:
    """The same turn, or neighbouring turns of one speaker."""
    if abs(a - b) > 1 or max(a, b) >= len(call.turns):
        return False
    return call.turns[a].speaker is call.turns[b].speaker


def _of(counts: Counter[str], category: str | None) -> int:
    return sum(counts.values()) if category is None else counts[category]


def _share(flags: Sequence[bool]) -> Share:
    return Share(sum(flags), len(flags))


def f1(precision: float, recall: float) -> float:
    """Harmonic mean; 0 where one is missing."""
    return 2 * precision * recall / (precision + recall) if precision > 0 and recall > 0 else 0.0
