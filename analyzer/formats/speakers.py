"""Who a label means: the words transcripts use for agent and customer, and labels that only tell voices apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from analyzer.call import Relation, Speaker

_FAMILY = "家属 家屬 亲属 家人 亲戚 配偶 妻子 丈夫 老婆 老公 父母 父亲 母亲 爸爸 妈妈 儿子 女儿 哥哥 姐姐 弟弟 妹妹"
_OTHERS = "第三人 第三方 同事 朋友 邻居 前台"
_WORDS = {
    Speaker.AGENT: "agent seat staff collector assistant operator representative "
    "坐席 座席 坐席员 座席员 坐席人员 座席人员 人工坐席 外呼坐席 委外坐席 智能坐席 ai坐席 "
    "客服 客服人员 客服代表 智能客服 ai客服 客服人員 专员 專員 业务员 经办人 經辦人 外呼员 工作人员 员工 "
    "催收员 催收員 催收 催收方 催收岗 催收专员 催收人员 催收坐席 "
    "机器人 语音机器人 催收机器人 ai机器人 ai robot bot",
    Speaker.CUSTOMER: "customer client user debtor callee borrower end_user 客户 客戶 客户方 客户本人 本人 顾客 顧客 "
    "用户 用戶 接听人 接听方 机主 对方 對方 联系人 债务人 債務人 债务方 借款人 欠款人 欠款方 还款人 持卡人 "
    f"共债人 担保人 {_FAMILY} {_OTHERS}",
    Speaker.SYSTEM: "system ivr 系統 系统 系统提示 系统提示音 提示音 系统播报 播报 语音播报 自动播报 彩铃 语音信箱 "
    "旁白",
    Speaker.UNKNOWN: "unknown 未知 不详 其他",
}
WORDS: dict[str, Speaker] = {word: speaker for speaker, words in _WORDS.items() for word in words.split()}
"""Lower-case label -> speaker, English and Chinese."""

VOICES = (
    r"[A-Da-d]|[主被]叫方?|[甲乙]方?|(?:说话人|发言人|讲话人|说话者|speaker|spk)\s*[_-]?\s*[0-9A-Da-d一二三四]{1,2}"
    r"|[左右](?:声道|侧|边)?|(?:声道|通道|channel|ch)\s*[_-]?\s*\d"
)
"""Labels that only tell voices apart: A/B, 说话人1, spk0, 左声道."""

_OF_CUSTOMER = r"(?:客户|客戶|债务人|借款人|持卡人|机主)的?"
KIN = rf"{_OF_CUSTOMER}(?:{'|'.join(sorted((_FAMILY + ' ' + _OTHERS).split(), key=len, reverse=True))})"
"""Labels that say whose relative or colleague is on the line: 客户母亲, 借款人同事."""

_STATED = {"本人": Relation.SELF, "客户本人": Relation.SELF}
_STATED |= dict.fromkeys(_FAMILY.split(), Relation.FAMILY) | dict.fromkeys(_OTHERS.split(), Relation.THIRD_PARTY)
_PREFIX = re.compile(_OF_CUSTOMER)
_ASIDE = re.compile(r"[(（【\[]\s*([^()（）【】\[\]]{1,12}?)\s*[)）】\]]$")
_STAFF = "坐席|座席|客服|专员|催收员|业务员|话务员|外呼员|客户经理"
_NAMED_STAFF = re.compile(rf"(?:{_STAFF})[\u4e00-\u9fff·]{{1,4}}|[\u4e00-\u9fff·]{{1,4}}(?:{_STAFF})")
_NAMED_CUSTOMER = re.compile(r"(?:客户|债务人|借款人|持卡人)(?!经理|服务|代表|专员)[\u4e00-\u9fff·]{1,4}")
_TAIL = re.compile(r"\s*(?:[(（【\[].*|[-_]?[a-z]?\d{1,6}|(?<=[\u4e00-\u9fff])(?:[a-z]|说|问|答|回答))$")


def clean(label: str) -> str:
    """The label as the tables know it: lower case, no brackets, ``坐席（A12）`` and ``客服2`` without tail."""
    bare = label.strip().strip("[]【】<>《》:：()（） \t").lower()
    bare = bare if bare in WORDS else _TAIL.sub("", bare)
    kin = _PREFIX.sub("", bare, count=1)
    return bare if bare in WORDS or kin not in _STATED else kin


def speaker_of(label: str) -> Speaker | None:
    """The speaker a label means, None when it only names a voice: 坐席, 坐席张三, 李专员, 王女士（客户）."""
    bare = clean(label)
    if bare in WORDS:
        return WORDS[bare]
    if (aside := _ASIDE.search(label.strip())) and (inside := aside[1].lower()) in WORDS:
        return WORDS[inside]
    if _NAMED_STAFF.fullmatch(bare):
        return Speaker.AGENT
    return Speaker.CUSTOMER if _NAMED_CUSTOMER.fullmatch(bare) else None


def assign(labels: Sequence[str]) -> tuple[list[Speaker], tuple[str, ...] | None]:
    """Speakers of a call, and its voices when a label does not say who is who.

    An empty label is an unknown speaker and no voice.
    """
    known = {label: speaker_of(label) for label in set(labels)}
    speakers = [known[label] or Speaker.UNKNOWN for label in labels]
    voices = any(label.strip() and known[label] is None for label in labels)
    return speakers, tuple(label.strip() for label in labels) if voices else None


def stated_relation(labels: Iterable[str]) -> Relation | None:
    """Who is on the line when exactly one kind of label says it outright (家属：), else None."""
    stated = {_STATED.get(clean(label)) for label in set(labels)} - {None}
    return stated.pop() if len(stated) == 1 else None
