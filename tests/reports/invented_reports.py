"""Invented calls and reports, from an ordinary one to the most hostile; nobody in them exists."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from analyzer.call import CHINA, Call, Meta, Relation, Speaker, Turn
from analyzer.finding import (
    Basis,
    Because,
    CallReport,
    Disclosure,
    Event,
    Finding,
    Promise,
    RelationReading,
    RolesReading,
    RulebookReading,
    Severity,
    Signal,
    Timing,
)

A, C, S, U = Speaker.AGENT, Speaker.CUSTOMER, Speaker.SYSTEM, Speaker.UNKNOWN
BOOK = RulebookReading(("cn-2026",), "sha256:4be0c1f2a9d37711", "sha256:90aa17de55c04312")
PENAL = Basis("治安管理处罚法(2025修订)", "第六十二条")
GUIDE = Basis("金融机构个人消费类贷款催收工作指引（试行）", None)
MOBILE = "13912345678"
HOSTILE = (
    '<script>alert("x")</script></script>',
    "]]><!--",
    '"\' onmouseover=alert(1) x="',
    "=cmd|' /C calc'!A0",
    "a\x00b\x07c\x1b[31mred\x1b[0m\x9b31m",
    "\u202eevil\u202c \u200f\u200b\u2066x\u2069",
    "{{ 7*7 }}{% raw %}",
    "**粗** [点我](javascript:alert(1)) ![](http://x.example/a.png) `code` @all www.x.example",
    "行一\n行二\r\n\u2028行三\t末",
    "半个\ud83d代理\udc00",
    "👨‍👩‍👧❤️🇨🇳 e\u0301 각",
)


def turns(*lines: tuple[Speaker, str]) -> tuple[Turn, ...]:
    """Turns that follow one another at a talking pace of five characters a second."""
    out, now = [], 0.0
    for speaker, text in lines:
        end = now + max(1.0, len(text) / 5)
        out.append(Turn(speaker, text, round(now, 1), round(end, 1)))
        now = end + 0.4
    return tuple(out)


def found(call: Call, turn: int, quote: str, rule: str, severity: Severity, message: str, **more: object) -> Finding:
    """A finding whose place is looked up in the call."""
    start = call.turns[turn].text.index(quote)
    values: dict[str, object] = {"advice": "", "category": rule.split(".")[0], "message": message, **more}
    return Finding(
        rule,
        severity=severity,
        turn=turn,
        start=start,
        end=start + len(quote),
        quote=quote,
        at=call.turns[turn].start,
        **values,
    )


def report(call: Call, **more: object) -> CallReport:
    """A passing report of a call, or whatever ``more`` says."""
    base = CallReport(
        call.call_id,
        call.source,
        "pass",
        100,
        False,
        BOOK,
        "hegui 0.1.0",
        RelationReading("self", 0.99, "通话元数据注明"),
        RolesReading(),
    )
    return replace(base, **more)


def told(*verdicts: str) -> tuple[Disclosure, ...]:
    """The six disclosures with these verdicts, in order."""
    ids = (
        "creditor_or_agency",
        "surname_or_staff_id",
        "recording_notice",
        "identity_verified_before_debt",
        "purpose_or_amount",
        "complaint_or_contact_channel",
    )
    whys = {
        "met": "坐席已告知",
        "missing": "整通没有说到",
        "not_applicable": "接听人不是债务人",
        "undetermined": "缺少字段 ivr_notice，无法判断",
    }
    return tuple(
        Disclosure(
            i,
            v,
            whys[v],
            "通话前三句",
            0 if v == "met" else None,
            "我是恒远银行" if v == "met" else None,
            "您这个情况" if v == "missing" else None,
        )
        for i, v in zip(ids, verdicts, strict=True)
    )


def good() -> tuple[Call, CallReport]:
    """Nothing wrong with it."""
    call = Call(
        "b-2026-0007",
        turns(
            (A, "您好，我是恒远银行信用卡中心的工作人员，姓郝，工号 A12，本次通话有录音。请问是周先生本人吗？"),
            (C, "对，我是。"),
            (A, "您的信用卡本期账单四千六百元，逾期十二天了。有疑问可以打 95588 或 400-820-8888。"),
            (C, "好的，我周五发了工资就还。"),
            (A, "好的，已为您备注，感谢接听，再见。"),
        ),
        Meta(
            started_at=datetime(2026, 3, 2, 10, 15, tzinfo=CHINA),
            direction="outbound",
            channel="human",
            relation=Relation.SELF,
            days_past_due=12,
            creditor="恒远银行信用卡中心",
            agent_id="A12",
        ),
        "calls.jsonl:7",
    )
    return call, report(call, disclosures=told("met", "met", "met", "met", "met", "not_applicable"))


def bad() -> tuple[Call, CallReport]:
    """Police, threats, a mother who is told everything, and a suicidal remark; findings overlap."""
    call = Call(
        "a-001",
        turns(
            (S, "【系统】通话开始"),
            (A, "喂，周明在不在？我这边是市公安局经侦支队的，姓王。"),
            (C, "我是他妈妈，他不在，您是哪位？"),
            (A, "他在恒远银行欠了四万六，逾期五个月了，你做妈的要替他还，今天不还明天就上门抓人，让你们全小区都知道。"),
            (C, "我们哪有这么多钱啊，他电话是13912345678，您打给他吧，也可以打 138 1234 5678。"),
            (A, "少来这套，你们一家都是老赖，不要脸。"),
            (C, "你再这样逼我，我真不想活了。"),
            (
                A,
                "你自己看着办。我们不是公安的也能找到你。钱打到我私人卡上，六二二二零二一二三四五六七八九零一二三，今天下午六点前。",
            ),
            (C, "我要投诉你，你工号多少？"),
            (A, "投诉没用，跟谁投诉都一样。"),
        ),
        Meta(
            started_at=datetime(2026, 3, 2, 21, 48, tzinfo=CHINA),
            direction="outbound",
            channel="human",
            stage="late",
            days_past_due=152,
            creditor="恒远银行信用卡中心",
            agency="同嘉信用管理服务有限公司",
            agent_id="TJ-0417",
            debtor_id="110101199003071234",
            dialled_number=MOBILE,
            amount_due=46000.0,
        ),
        "2026-03/calls.jsonl:12",
    )
    s = Severity
    findings = (
        found(
            call,
            1,
            "我这边是市公安局经侦支队的",
            "impersonation.police",
            s.FATAL,
            "自称公安机关人员：“市公安局经侦支队”",
            veto=True,
            advice="使用核准的机构和部门名称；不得自称任何国家机关。",
            basis=(PENAL, GUIDE),
            found_by=("lexicon", "classifier"),
            certainty=0.98,
            because=(
                Because("词：police", "市公安局", 11, 15),
                Because("句式：自称＋机关", "我这边是市公安局"),
                Because("语境：陈述", ""),
            ),
        ),
        found(
            call,
            3,
            "欠了四万六，逾期五个月了",
            "third_party_disclosure.debt",
            s.SERIOUS,
            "向债务人以外的人说出欠款金额和逾期时间。",
            advice="对第三人只能请其转告回电，不得透露债务信息。",
            basis=(GUIDE,),
        ),
        found(
            call,
            3,
            "明天就上门抓人，让你们全小区都知道",
            "threat.arrest",
            s.FATAL,
            "以上门抓人、公开债务相威胁。",
            advice="只说依法可以采取的措施，不说抓人。",
            basis=(PENAL,),
        ),
        found(
            call,
            3,
            "你做妈的要替他还，今天不还明天就上门抓人",
            "third_party_pressure.pay_for",
            s.SERIOUS,
            "要求没有还款义务的家属代为还款。",
            advice="不得要求第三人代偿。",
        ),
        found(
            call, 5, "老赖，不要脸", "abuse.insult", s.SERIOUS, "辱骂接听人。", advice="立即停止辱骂，必要时换人接听。"
        ),
        found(
            call,
            7,
            "钱打到我私人卡上，六二二二零二一二三四五",
            "improper_payment.private",
            s.FATAL,
            "要求把钱打到个人账户“六二二二零二一二三四五”。",
            advice="只提供机构的对公还款渠道。",
            found_by=("classifier",),
            status="suspected",
            certainty=0.71,
        ),
        found(call, 9, "投诉没用", "obstruct_complaint.useless", s.MINOR, "对投诉诉求敷衍。", advice="告知投诉渠道。"),
        found(
            call,
            7,
            "我们不是公安的",
            "impersonation.police",
            s.FATAL,
            "提到公安。",
            status="excused",
            excused_by="语境：否定（不是）",
        ),
        Finding(
            "contact_time.late",
            "contact_time",
            s.NOTICE,
            "通话开始于 21:48，接近禁止时段。",
            "尽量在 21:00 前联系。",
            found_by=("metadata",),
        ),
    )
    events = (
        Event("asks_person", 1, "周明在不在"),
        Event("names_institution", 1, "市公安局", "dialogue"),
        Event("is_family", 2, "我是他妈妈"),
        Event("names_debt", 3, "欠了四万六"),
        Event("self_harm", 6, "不想活了"),
        Event("complains", 8, "我要投诉你"),
    )
    signals = (
        Signal("customer.complaint", 8, "我要投诉你"),
        Signal("customer.self_harm", 6, "我真不想活了", "接听人流露轻生念头"),
    )
    return call, report(
        call,
        verdict="fail",
        score=0,
        vetoed=True,
        relation=RelationReading("family", 0.9, "第 3 句：我是他妈妈"),
        findings=findings,
        disclosures=told("missing", "met", "missing", "not_applicable", "undetermined", "missing"),
        signals=signals,
        events=events,
        promises=(Promise(1, "我下周五还一千二", 1200.0, "2026-03-13", "下周五", "手机银行"), Promise(1, "月底还")),
        timing=Timing(92.0, 4.5, 2, 0.12, 1.25, 240),
        meta={"录音编号": "R-77", "n": 3},
    )


def hostile() -> tuple[Call, CallReport]:
    """Every hostile text as a turn, as evidence, as a name, as a reason; and one turn of 40,000 characters."""
    texts = (*HOSTILE, "催收" * 20_000)
    call = Call(
        "../../etc/passwd\x00<b>",
        turns(*((A if i % 2 else C, t) for i, t in enumerate(texts))),
        Meta(agent_name=HOSTILE[0], creditor=HOSTILE[7]),
        "C:\\<x>\\..\\a.csv:1",
    )
    findings = tuple(
        Finding(
            "x." + t[:60],
            "threat",
            Severity.MINOR,
            t[:300],
            t[:300],
            turn=i,
            start=1,
            end=len(t) - 1,
            quote=t[1:-1],
            basis=(Basis(t[:50], t[:50]),),
            because=(Because(t[:50], t[:50]),),
            excused_by=None,
        )
        for i, t in enumerate(texts)
    )
    lost = (
        Finding("lost.place", "abuse", Severity.FATAL, "位置超界", "", turn=99, start=5, end=9, quote="没有这句"),
        Finding("lost.span", "abuse", Severity.FATAL, "偏移颠倒", "", turn=0, start=900, end=3),
    )
    return call, report(
        call,
        verdict="review",
        score=None,
        why=HOSTILE[0],
        findings=findings + lost,
        relation=RelationReading("third_party", float("nan"), "turn 3: " + HOSTILE[5]),
        roles=RolesReading(True, 0.6, HOSTILE[4]),
        signals=(Signal("customer.self_harm", 3, HOSTILE[0]), Signal("x.y", 400, HOSTILE[5])),
        events=(Event(HOSTILE[0], 0, HOSTILE[4]), Event("verified", 77, "x")),
        promises=(Promise(400, HOSTILE[4], 1e300, HOSTILE[0], HOSTILE[5], HOSTILE[7]),),
        disclosures=(Disclosure("recording_notice", "missing", HOSTILE[0], nearest=HOSTILE[7]),),
        meta={"坏": HOSTILE[9]},
    )


def empty() -> tuple[Call, CallReport]:
    """A call nobody spoke in."""
    call = Call("空", ())
    return call, report(call, verdict="not_assessable", score=None, relation=RelationReading("unknown", 0.5, ""))


def every() -> list[tuple[Call, CallReport]]:
    """All of them."""
    return [good(), bad(), hostile(), empty()]
