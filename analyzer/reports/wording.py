"""The Chinese words all reports share, so that a thing has one name wherever it is read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from analyzer.call import Call, Speaker
from analyzer.finding import CATEGORIES, VERDICTS, CallReport, Event, Finding, Promise, Severity, Signal, Timing

SPEAKERS = {Speaker.AGENT: "坐席", Speaker.CUSTOMER: "接听人", Speaker.SYSTEM: "系统", Speaker.UNKNOWN: "不明"}
RELATIONS = {"self": "债务人本人", "family": "债务人家属", "third_party": "第三人", "unknown": "身份不明"}
DIRECTIONS = {"outbound": "呼出", "inbound": "呼入"}
CHANNELS = {"human": "人工坐席", "ai": "智能语音"}
STAGES = {"first_contact": "首次联系", "follow_up": "跟进", "late": "逾期后期", "legal": "法务阶段"}
ORGANISATIONS = {"bank": "银行自催", "agency": "委外机构", "law_firm": "律师事务所"}
SEVERITIES = [s.chinese for s in sorted(Severity)]
"""By value, the least grave first."""
STATUSES = {"violation": "违规", "suspected": "疑似", "excused": "豁免"}
SEEN_BY = {"lexicon": "词表", "classifier": "模型", "sound": "谐音", "metadata": "元数据", "dialogue": "对话状态"}
MARKS = {"met": "✓", "missing": "✗", "not_applicable": "–", "undetermined": "?"}
SELF_HARM = "customer.self_harm"
SIGNALS = {
    SELF_HARM: "接听人流露轻生念头",
    "customer.illness": "接听人称患病或住院",
    "customer.death": "称债务人已去世",
    "customer.dispute": "对债务有异议",
    "customer.complaint": "要求投诉",
    "customer.stop_request": "要求停止联系",
    "customer.fraud": "称被盗用或诈骗",
    "customer.hardship": "称经济困难",
    "customer.minor": "接听人可能未成年",
    "customer.recording": "接听人称自己在录音",
}
EVENTS = {
    "names_institution": "表明机构",
    "verified": "身份核实完成",
    "asks_person": "询问或核对对方是谁",
    "asks_place": "打到单位、学校、村里",
    "new_voice": "换了人接听",
    "asks_home": "打到家里",
    "asks_for_kin": "对方是债务人的亲属，坐席要找的是他家的人",
    "asks_for_other": "对方不是债务人，坐席要找的是另一个人",
    "speaks_of_debtor": "坐席用“他”说债务人，可见接电话的不是本人",
    "says_institution": "报出机构名称",
    "gives_surname": "告知姓氏",
    "gives_staff_id": "告知工号",
    "tells_recording": "告知录音",
    "names_debt": "说出债务",
    "names_product": "说到贷款或费用的名目",
    "mentions_death": "坐席提到去世或继承",
    "names_amount": "说出金额",
    "gives_number": "报出可以回拨、核实的号码",
    "gives_channel": "给出热线、投诉或回电渠道",
    "asks_message": "请人转告",
    "offers_plan": "提出合规方案或登记核实",
    "shows_sympathy": "安抚与关心",
    "reads_back": "复述还款约定",
    "says_goodbye": "礼貌结束",
    "apologises": "道歉",
    "stops_contact": "答应不再打",
    "denies_obligation": "说明对方没有义务",
    "presses_other": "要旁人出钱、劝还、找人",
    "dismisses": "对困难、疾病、争议、求停的冷漠回应",
    "confirms_self": "自认就是本人",
    "says_yes": "应声（是、对、在）",
    "denies_self": "否认是本人",
    "is_family": "说自己是债务人的亲属",
    "family_answers": "亲属代接（说本人不在、在忙）",
    "is_outsider": "说自己是旁人",
    "is_place": "单位、学校、村里的人接的",
    "is_guarantor": "自认或被指为有书面约定的担保人、共同借款人",
    "is_heir": "说自己是继承人",
    "is_distant_kin": "说自己是不继承的亲戚",
    "renounces": "说已放弃继承",
    "authorises": "本人授权某人代谈",
    "authorised": "坐席确认对方已获授权",
    "not_here": "说本人不在",
    "wrong_number": "打错了、没这个人",
    "is_busy": "只说不方便",
    "voicemail": "语音信箱或智能助理",
    "asks_who": "只反问对方是谁",
    "takes_over_self": "换成本人接听",
    "hands_over": "把电话交给别人",
    "stop_request": "要求不要再打",
    "refuses_role": "说这笔钱跟自己无关、拒绝代还",
    "asks_identity": "问坐席是哪家、姓名、工号",
    "asks_channel": "索要联系或投诉渠道",
    "complains": "表示要投诉",
    "hardship": "说出经济困难",
    "illness": "说出疾病、住院",
    "tells_death": "告知有人去世",
    "dispute": "对债务提出异议",
    "fraud": "说被骗、已报案",
    "self_harm": "表露轻生",
    "agreed_hour": "客户约定了这个时间",
    "promise": "承诺还款",
    "offers_to_pay": "主动提出代还",
    "guesses_debt": "猜到是欠款",
    "minor": "接电话的是孩子",
}
"""Event id -> its name in ``lexicons/events``; a report knows only the id."""
TURN = re.compile(r"\bturn (\d{1,9})(?:\s*[:：]\s*)?")
UNSURE_ROLES = 0.8
SURE = 0.95
"""From this certainty on a finding of the lexicon alone goes without saying how sure it is."""


def category(code: str) -> str:
    """Chinese name of a category, or the code if it has none."""
    return CATEGORIES.get(code, code)


def rule(f: Finding) -> str:
    """The rule as people call it, with its id behind: 冒充公安机关 impersonation.police."""
    return f"{f.rule_name} {f.rule}".strip()


def verdict(report: CallReport) -> str:
    """The verdict in one phrase: 不合格（一票否决）."""
    return VERDICTS.get(report.verdict, report.verdict) + ("（一票否决）" if report.vetoed else "")


def headline(report: CallReport) -> str:
    """The whole report in one clause: verdict, score, how many findings."""
    score = "不计分" if report.score is None else f"得分 {report.score}"
    return f"{verdict(report)}，{score}，{counts(report)}"


def counts(report: CallReport) -> str:
    """``3 项违规、1 项疑似``, or 未发现违规."""
    said = [(sum(f.status == s for f in report.findings), STATUSES[s]) for s in ("violation", "suspected")]
    return "、".join(f"{n} 项{name}" for n, name in said if n) or "未发现违规"


def clock(seconds: float | None) -> str:
    """``01:32`` or ``1:02:03``; empty for an unknown or impossible time."""
    if seconds is None or not math.isfinite(seconds) or not 0 <= seconds < 360_000:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def sentence(turn: int) -> str:
    """People count turns from one: ``第 6 句``."""
    return f"第 {turn + 1} 句"


def sentences(text: str) -> str:
    """``turn 3: …`` of a reading, in the words people use."""
    return TURN.sub(lambda m: sentence(int(m[1])) + ("：" if m[0].rstrip()[-1] in ":：" else ""), text)


def moment(call: Call, turn: int | None, at: float | None = None) -> str:
    """When something was said, as ``00:31``; empty if nobody knows."""
    if at is None and turn is not None and 0 <= turn < len(call.turns):
        at = call.turns[turn].start
    return clock(at)


def duration(call: Call) -> str:
    """How long the call lasted by its own seconds; empty if it has none."""
    ends = [t.end if t.end is not None else t.start for t in call.turns]
    return clock(max((e for e in ends if e is not None), default=None))


def percent(certainty: float) -> str:
    """``93%``."""
    return f"{certainty:.0%}" if math.isfinite(certainty) else "?"


def found_by(finding: Finding) -> str:
    """Who found it and how sure that is: ``词表＋模型，把握 98%``."""
    return f"{'＋'.join(map(seen_by, finding.found_by))}，把握 {percent(finding.certainty)}"


def seen_by(by: str) -> str:
    """``词表``, ``模型``, ``外接模型 our-model``."""
    name = by.removeprefix("reader:")
    return SEEN_BY.get(by, by) if name == by else f"外接模型 {name}"


def plain(finding: Finding) -> bool:
    """True if how the finding was made needs no mention."""
    return finding.found_by == ("lexicon",) and finding.certainty >= SURE


def basis(finding: Finding) -> str:
    """The clauses a finding stands on."""
    return "；".join(b.source + (f" {b.clause}" if b.clause else "") for b in finding.basis)


def ordered(report: CallReport, *, excused: bool = False) -> list[Finding]:
    """Findings as people read them: violations, suspicions, excused ones; the gravest first, then as they were said."""
    rank = {status: i for i, status in enumerate(STATUSES)}
    return sorted(
        report.listed(excused=excused),
        key=lambda f: (rank.get(f.status, 1), -f.severity, -f.veto, f.turn is None, f.turn or 0, f.start or 0, f.rule),
    )


def alarms(report: CallReport) -> tuple[list[Signal], list[Signal]]:
    """The signals: those of self-harm, which come before everything else, and the others."""
    urgent = [s for s in report.signals if s.id == SELF_HARM]
    return urgent, [s for s in report.signals if s.id != SELF_HARM]


def signal(one: Signal) -> str:
    """What a signal says."""
    return one.message or SIGNALS.get(one.id, one.id)


def metadata(call: Call) -> list[tuple[str, str]]:
    """What is known of the call beforehand, as label and value, in reading order."""
    meta = call.meta
    started = "" if meta.started_at is None else meta.started_at.strftime("%Y-%m-%d %H:%M")
    overdue = "" if meta.days_past_due is None else f"{meta.days_past_due} 天"
    amount = "" if meta.amount_due is None else f"{meta.amount_due:,.2f} 元"
    pairs = [
        ("时间", started),
        ("时长", duration(call)),
        ("方向", DIRECTIONS.get(meta.direction or "", meta.direction)),
        ("方式", CHANNELS.get(meta.channel or "", meta.channel)),
        ("阶段", STAGES.get(meta.stage or "", meta.stage)),
        ("逾期", overdue),
        ("应还", amount),
        ("债权人", meta.creditor),
        ("机构", meta.agency or ORGANISATIONS.get(meta.agent_org_type or "")),
        ("坐席", meta.agent_name or meta.agent_id),
        ("债务人编号", meta.debtor_id),
        ("被叫号码", meta.dialled_number),
    ]
    return [(label, str(value)) for label, value in pairs if value]


def event(one: Event) -> str:
    """What happened, in a few words."""
    return EVENTS.get(one.id, one.id.replace("_", " "))


def promises(report: CallReport, words: Callable[[str], str]) -> str:
    """All promises to pay in one line; empty if there is none."""
    return "；".join(_promise(p, words) for p in report.promises)


def _promise(p: Promise, words: Callable[[str], str]) -> str:
    amount = "金额未说" if p.amount is None else f"{p.amount:,.2f} 元".replace(".00 ", " ")
    day = f"{p.due}（{words(p.when)}）" if p.due else words(p.when) or "日期未说"
    return f"{sentence(p.turn)} {amount}，{day}" + (f"，{words(p.way)}" if p.way else "")


def timing(clocked: Timing | None) -> str:
    """How the call went by the clock, in one line; empty without times."""
    if clocked is None:
        return ""
    gap = f"最长静默 {clocked.longest_gap:.1f} 秒"
    if clocked.gap_after is not None:
        gap += f"（{sentence(clocked.gap_after)}之后）"
    parts = [f"静默占 {percent(clocked.silence)}", gap, f"抢话 {clocked.overlap:.1f} 秒"]
    if clocked.agent_rate is not None:
        parts.append(f"坐席语速每分钟 {clocked.agent_rate} 字")
    return "，".join(parts)


def who(report: CallReport, words: Callable[[str], str]) -> str:
    """Who was on the line and what shows it; ``words`` makes the texts of the report fit to be seen."""
    reading = report.relation
    name = RELATIONS.get(reading.value, reading.value)
    why = words(sentences(reading.why))
    return f"{words(name)}，把握 {percent(reading.certainty)}" + (f"（{why}）" if why else "")


def roles(report: CallReport, words: Callable[[str], str]) -> str:
    """What is wrong with the speaker labels; empty if nothing is."""
    reading = report.roles
    if not reading.swapped and reading.certainty >= UNSURE_ROLES:
        return ""
    what = "原标注坐席与接听人颠倒，已对调" if reading.swapped else "坐席与接听人的标注不可靠"
    why = words(sentences(reading.why))
    return f"{what}，把握 {percent(reading.certainty)}" + (f"（{why}）" if why else "")
