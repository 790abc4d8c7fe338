"""What a source says about a call: the names it uses for our fields, and the values it writes into them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Any

from analyzer.call import CHINA, Meta, Relation

_NAMES = {
    "call_id": "contact_id session_id session record_id recording_id call_sid conversation_id conv_id dialog_id "
    "dialogue_id chat_id call_no 通话ID 通话编号 通话号 流水号 通话流水号 "
    "通话流水 录音流水 呼叫流水 会话流水 会话流水号 通话标识 录音标识 话单号 对话ID 对话编号 "
    "呼叫流水号 呼叫ID 录音编号 录音ID 录音流水号 会话ID 会话编号 "
    "录音文件名",
    "started_at": "call_time call_start call_start_time 通话时间 呼叫时间 通话开始时间 呼叫开始时间 拨打时间 "
    "外呼时间 录音时间 通话日期 通话日期时间",
    "ended_at": "通话结束时间 呼叫结束时间 挂断时间 挂机时间",
    "direction": "呼叫方向 通话方向 方向",
    "channel": "渠道 呼叫渠道 坐席类型 座席类型",
    "relation": "关系 与债务人关系 与借款人关系 与客户关系 与本人关系 接听人关系 联系人关系 接听人身份 接听人类型",
    "stage": "阶段 催收阶段",
    "days_past_due": "逾期天数",
    "creditor": "债权方 债权人 委托方 委托机构 委托银行 机构 机构名称 债权机构 贷款机构 银行",
    "agency": "催收机构 受托机构 受托方 外包公司 外包机构 催收公司 代理机构 服务商",
    "agent_org_type": "机构类型",
    "agent_id": "seat_no staff_id staff_no agent_no job_no 坐席号 座席号 坐席工号 座席工号 工号 坐席ID 坐席编号 "
    "座席编号 催收员工号 员工编号 员工号 员工工号",
    "agent_name": "坐席姓名 座席姓名 催收员姓名 坐席名称 员工姓名 坐席 座席 催收员",
    "debtor_id": "case_id case_no customer_id borrower_id 案件号 案件编号 案件ID 案号 客户号 客户编号 客户ID "
    "债务人编号 借款人编号",
    "dialled_number": "phone phone_number mobile called callee called_number 手机号 手机号码 电话 电话号码 客户号码 "
    "客户电话 联系电话 号码 被叫号码 拨打号码 外呼号码 被叫",
    "product": "产品 产品名称 业务 业务类型",
    "principal": "本金 贷款本金",
    "amount_due": "欠款金额 应还金额 逾期金额 欠款总额",
    "ivr_notice": "录音提示 IVR录音提示",
    "consent_night": "夜间同意 同意夜间联系",
    "litigation_status": "诉讼状态",
    "guarantor": "担保人 是否担保人",
}
FIELDS = tuple(name for name in _NAMES if name != "call_id")
"""Fields of Meta that a source can fill, in the order of the contract."""

RESERVED = frozenset(("voices", "turn_extra"))
"""Keys of ``Meta.extra`` that the readers themselves fill: one value per turn."""

_SHAPE = re.compile(r"[\s_\-()（）:：]")
_VALUES = {
    "direction": {"呼出": "outbound", "外呼": "outbound", "呼入": "inbound", "来电": "inbound"},
    "channel": {"人工": "human", "机器人": "ai", "智能": "ai", "AI": "ai", "智能语音": "ai"},
    "stage": {
        "首催": "first_contact",
        "首次": "first_contact",
        "跟进": "follow_up",
        "后期": "late",
        "诉讼": "legal",
        "法诉": "legal",
    },
    "agent_org_type": {"银行": "bank", "催收公司": "agency", "律所": "law_firm", "律师事务所": "law_firm"},
}
_RELATIONS = {
    Relation.SELF: "self debtor 本人 客户本人 借款人 债务人 持卡人 欠款人",
    Relation.FAMILY: "family spouse parent 家属 亲属 家人 亲戚 配偶 父母 父亲 母亲 爸爸 妈妈 妻子 丈夫 子女 儿子 女儿 "
    "兄弟 姐妹",
    Relation.THIRD_PARTY: "third_party thirdparty friend colleague 第三方 第三人 朋友 同事 邻居 单位 单位同事 无关人员",
    Relation.UNKNOWN: "unknown 未知 不详",
}
_RELATION = {word: relation for relation, words in _RELATIONS.items() for word in words.split()}
_TRUE, _FALSE = frozenset(("true", "1", "是", "有", "yes")), frozenset(("false", "0", "否", "无", "no"))
_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[T\s]*(\d{1,2})[:：时点](\d{1,2})分?(?:[:：]?(\d{1,2})(?:[.,](\d{1,9}))?秒?)?"
    r"\s*(?:(Z)|([+-])(\d{2}):?(\d{2}))?",
    re.ASCII | re.IGNORECASE,
)
_MOMENT = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s*\d{1,2}:\d{2}(?::\d{2})?", re.ASCII)
_EARLIEST, _LATEST = 1e9, 4e9
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2}(?:[.,]\d{1,6})?)", re.ASCII)


@lru_cache(maxsize=1 << 12)
def shape(name: str) -> str:
    """A column or key name without case, spaces and joiners: ``Call ID``, ``call_id`` and ``callId`` are one."""
    return _SHAPE.sub("", name).casefold()


_KNOWN = {shape(alias): field for field, aliases in _NAMES.items() for alias in (field, *aliases.split())}


_HEADS = {"开始时间": "started_at", "时间": "started_at", "结束时间": "ended_at", "编号": "call_id"}


def head_of(name: str) -> str | None:
    """The field that a name stands for above a talk, where 开始时间 is that of the call."""
    return field_of(name) or _HEADS.get(name)


def field_of(name: str) -> str | None:
    """The field a name stands for (``call_id`` or one of Meta), None when it is not ours."""
    return _KNOWN.get(shape(name))


def parse_time(value: object) -> datetime:
    """A moment with offset; without one Asia/Shanghai. A date without an hour is no moment; seconds or milliseconds
    since 1970 are one.

    Raises:
        ValueError: anything else, in Chinese.
    """
    if isinstance(value, datetime):
        if value.time() == time(0) and value.tzinfo is None:
            raise ValueError("只有日期，没有钟点")
        return value if value.tzinfo else value.replace(tzinfo=CHINA)
    if is_epoch(value):
        number = float(value)  # type: ignore[arg-type]
        return datetime.fromtimestamp(number / 1e3 if number > _LATEST else number, CHINA)
    match = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError("不是时间，应形如 2026-03-02T10:15:00+08:00 或 2026-03-02 10:15")
    year, month, day, hour, minute, second, part, zulu, sign, hours, minutes = match.groups()
    micro = int((part or "0")[:6].ljust(6, "0"))
    try:
        zone = _zone(zulu, sign, hours, minutes)
        return datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), micro, zone)
    except ValueError:
        raise ValueError("不是真实存在的时间") from None


def first_time(text: str) -> datetime | None:
    """The first moment that stands in a text, None without any; what stands behind it may be its end."""
    for match in _MOMENT.finditer(text):
        try:
            return parse_time(match[0])
        except ValueError:
            continue
    return None


def is_epoch(value: object) -> bool:
    """True for seconds or milliseconds since 1970 that fall between 2001 and 2096."""
    if isinstance(value, str):
        value = int(value) if len(value) in (10, 13) and value.isascii() and value.isdigit() else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return _EARLIEST <= value < _LATEST or _EARLIEST <= value / 1e3 < _LATEST


@lru_cache(maxsize=64)
def _zone(zulu: str | None, sign: str | None, hours: str, minutes: str) -> timezone:
    if zulu:
        return timezone.utc
    if sign is None:
        return CHINA
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    zone = timezone(-offset if sign == "-" else offset)
    return CHINA if zone == CHINA else zone


def parse_seconds(value: object) -> float:
    """Seconds from the start of the call: a number, ``62.5``, ``1:02``, ``00:01:02,500``.

    Raises:
        ValueError: anything else, in Chinese.
    """
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    if isinstance(value, timedelta):
        return value.total_seconds()
    match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if match:
        hours, minutes, seconds = match.groups()
        return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))
    return _number(value)


def _string(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("应为文本")
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("应为数字")
    try:
        number = float(value.strip().replace(",", "").removesuffix("元") if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        raise ValueError("应为数字") from None
    if number != number or abs(number) > 1e15:
        raise ValueError("超出合理范围")
    return number


def _integer(value: object) -> int:
    number = _number(value.strip().removesuffix("天") if isinstance(value, str) else value)
    if not number.is_integer():
        raise ValueError("应为整数")
    return int(number)


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold()
    if word not in _TRUE | _FALSE:
        raise ValueError("应为 true 或 false（是/否）")
    return word in _TRUE


def _relation(value: object) -> Relation:
    relation = _RELATION.get(value.strip().casefold().replace(" ", "_")) if isinstance(value, str) else None
    if relation is None:
        raise ValueError("应为 self、family、third_party、unknown 之一（或：本人、家属、第三方、未知）")
    return relation


def _word(table: Mapping[str, str]) -> Callable[[object], str | None]:
    def convert(value: object) -> str | None:
        word = _string(value)
        return table.get(word.strip(), word) if word is not None else None

    return convert


_CONVERT: dict[str, Callable[[object], object]] = {
    **dict.fromkeys(FIELDS, _string),
    **{name: _word(table) for name, table in _VALUES.items()},
    **dict.fromkeys(("started_at", "ended_at"), parse_time),
    **dict.fromkeys(("principal", "amount_due"), _number),
    **dict.fromkeys(("ivr_notice", "consent_night", "guarantor"), _flag),
    "relation": _relation,
    "days_past_due": _integer,
}
_FREE = frozenset(name for name, how in _CONVERT.items() if how is _string)


def convert(field: str, value: object) -> Any:
    """The value of a Meta field; null and empty text are None.

    Raises:
        ValueError: the value does not fit, in Chinese.
    """
    if value is None or value == "":
        return None
    return value if field in _FREE and type(value) is str else _CONVERT[field](value)


def unreserved(extra: Mapping[str, object]) -> dict[str, object]:
    """What a source calls like one of our own keys gets ``_raw`` behind its name."""
    return {f"{key}_raw" if key in RESERVED else key: value for key, value in extra.items()}


def lenient(values: Mapping[str, object], extra: Mapping[str, object]) -> Meta:
    """Meta from people's own words: a value that does not fit is kept as ``<field>_raw`` in extra, never guessed."""
    fields: dict[str, Any] = {}
    rest = dict(extra)
    for field, value in values.items():
        try:
            fields[field] = convert(field, value)
        except ValueError:
            rest[f"{field}_raw"] = value.isoformat() if isinstance(value, (date, time)) else value
    return Meta(**fields, extra=rest)
