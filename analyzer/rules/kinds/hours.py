"""``hours``: the call starts outside a window of the day (GB/T 45251-2025 5.3: not 22:00–08:00 unless agreed)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from analyzer.call import CHINA, Call, Speaker
from analyzer.finding import Finding
from analyzer.rules.case import Case
from analyzer.rules.rule import Rule
from analyzer.text.reader import Place


def find(rule: Rule, case: Case) -> Iterator[Finding]:
    """One finding on the agent's opening words, unless the customer agreed to the hour or called himself."""
    started = case.call.meta.started_at
    if started is None or case.call.meta.direction == "inbound":
        return
    low, high = (time.fromisoformat(str(rule.params.get(k, d))) for k, d in (("from", "08:00"), ("to", "22:00")))
    if inside(started, low, high):
        return
    agreed = consent(case)
    clock = started.astimezone(CHINA).strftime("%H:%M")
    message = rule.message.replace("{time}", clock)
    yield case.at(rule, opening(case.call, case), message=message, excused_by=agreed)


def inside(started: datetime, low: time, high: time) -> bool:
    """True where the start lies in [low, high), Beijing time."""
    return low <= started.astimezone(CHINA).time() < high


def consent(case: Case) -> str | None:
    """What makes an unusual hour right; None where nothing does."""
    if case.call.meta.consent_night:
        return "客户已同意在该时段联系（元数据）"
    step = case.dialogue.first("agreed_hour")
    return None if step is None else f"客户约定了这个时间：“{step.quote}”"


def opening(call: Call, case: Case) -> Place | None:
    """The agent's first words."""
    for i, turn in enumerate(call.turns):
        if case.index.reading.speakers[i] is Speaker.AGENT and turn.text:
            return Place(i, 0, len(turn.text), turn.text)
    return None
