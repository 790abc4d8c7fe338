"""What one call or one dial says to the others: who called whom, when, about which debt, and what was asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from analyzer.call import CHINA, Call, Speaker
from analyzer.dialogue.names import SURNAME
from analyzer.finding import CallReport

LATE = re.compile(
    r"(?:晚上?|夜里|半夜|今晚|明晚)[^，。？！,.?!]{0,6}(?:十[一二]?|1[0-2]|2[2-3])点[^，。？！,.?!]{0,8}(?:打|联系|回电|来电)"
    r"|(?:2[2-3]|二十[二三])(?:点|[:：])[^，。？！,.?!]{0,8}(?:打|联系|回电|来电)"
)
"""A customer who wants to be called after ten in the evening."""
TEAMS = ("team", "团队", "小组", "组别", "班组", "部门", "催收小组")
"""Names under which sources keep the team of an agent."""
CONNECTED = ("connected", "接通", "是否接通", "接通状态", "通话状态", "呼叫结果", "call_result", "result")
ANSWERED = frozenset({"1", "true", "yes", "y", "是", "有", "接通", "已接通", "已接", "answered", "connected", "成功"})
SILENT = frozenset(
    {
        "0",
        "false",
        "no",
        "n",
        "否",
        "未接通",
        "未接",
        "无人接听",
        "无应答",
        "拒接",
        "占线",
        "忙",
        "关机",
        "停机",
        "空号",
    }
    | {"失败", "no_answer", "unanswered", "busy", "failed", "rejected", "missed"}
)


@dataclass(frozen=True, slots=True)
class Facts:
    """One contact.

    Attributes:
        started: seconds since the epoch; None if unknown.
        day: the day in China, ``2026-03-02``.
        relation: who was on the line, as the report reads it.
        connected: 1 if somebody talked, 0 if not, None if nobody knows.
        stop: 1 if whoever answered asked not to be called again.
        agreed: 1 if this contact had been asked for by the customer.
        late: 1 if the customer asked to be called late in the evening.
        surname: how the agent called himself.
    """

    started: float | None = None
    day: str | None = None
    debtor: str = ""
    creditor: str = ""
    agency: str = ""
    team: str = ""
    agent: str = ""
    agent_name: str = ""
    number: str = ""
    relation: str = "unknown"
    direction: str = ""
    connected: int | None = None
    stop: int = 0
    agreed: int = 0
    late: int = 0
    surname: str = ""


COLUMNS = tuple(f.name for f in fields(Facts))


def facts_of(call: Call, report: CallReport) -> Facts:
    """What a judged call says to the others."""
    meta = call.meta
    moment = None if meta.started_at is None else meta.started_at.astimezone(CHINA)
    events = {e.id for e in report.events}
    names = [m[1] for e in report.events if e.id == "gives_surname" and (m := SURNAME.search(e.quote))]
    return Facts(
        None if moment is None else moment.timestamp(),
        None if moment is None else moment.date().isoformat(),
        meta.debtor_id or "",
        meta.creditor or "",
        meta.agency or "",
        next((str(meta.extra[k]) for k in TEAMS if meta.extra.get(k)), ""),
        meta.agent_id or "",
        meta.agent_name or "",
        meta.dialled_number or "",
        report.relation.value,
        meta.direction or "",
        _connected(call, events),
        int("stop_request" in events),
        int("agreed_hour" in events),
        int(any(t.speaker is Speaker.CUSTOMER and LATE.search(t.text) for t in call.turns)),
        names[0] if names else "",
    )


def answered(value: object) -> int | None:
    """1 for a word that says the dial was answered, 0 for one that says it was not, None for others."""
    word = str(value).strip().lower()
    return 1 if word in ANSWERED else 0 if word in SILENT else None


def _connected(call: Call, events: set[str]) -> int:
    """Whether somebody was reached: the metadata, else whether anybody but the agent and a machine spoke."""
    for key in CONNECTED:
        if key in call.meta.extra and (told := answered(call.meta.extra[key])) is not None:
            return told
    spoke = any(t.speaker in (Speaker.CUSTOMER, Speaker.UNKNOWN) and t.text.strip() for t in call.turns)
    return int(spoke and "voicemail" not in events)
