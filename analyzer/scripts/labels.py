"""Who a label in a script means: 坐席：, 客户：, 操作：, 错误示范：, 若客户否认：."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from analyzer.call import Relation, Speaker
from analyzer.formats import speakers
from analyzer.scripts import headings
from analyzer.scripts.script import Voice

_AGENT = (
    "我方 员工 话务员 外呼员 外呼坐席 坐席员 催收坐席 专员 业务员 贷后专员 协商专员 智能外呼 答 回答 回复 应答 "
    "应对 话术 脚本 口径 坐席话术 客服话术 催收员话术 "
    "催收话术 标准话术 参考话术 推荐话术 正确话术 合规话术 建议话术 示例话术 话术内容 话术示例 应答话术 "
    "应对话术 解释话术 回应话术 话术正文 正文 内容 文案 "
    "短信内容 短信 短信文案 短信模板 模板 示例 例 例如 范例 a agent reply answer say script text content "
    "collector we us 我 ai 智能语音"
)
_CUSTOMER = (
    "客 客户方 客户说 客户问 客户答 客户称 客户表示 客户回答 客户话术 客户反馈 客户反应 客户异议 客户问题 "
    "客户回复 客户可能说 对方说 对方答 本人答 接线人 接听者 接电话人 "
    "母亲 父亲 妈妈 爸爸 妻子 丈夫 配偶 同事 前台 朋友 家人 亲友 联系人 担保人 第三方 第三人 第三者 问 问题 "
    "异议 b q c question objection they callee person"
)
_INSTRUCTION = (
    "操作 动作 提示 注意 注意事项 备注 说明 要点 目的 目标 要求 指引 旁白 流程 记录 系统操作 坐席操作 处理 "
    "处理方式 操作提示 操作要求 操作说明 操作步骤 温馨提示 执行 执行要求 坐席动作 "
    "后续 后续动作 跟进 结束动作 技巧 策略 应对策略 语气 情绪 执行动作 指令 步骤 系统 条件 触发条件 前提 适用 "
    "适用范围 适用场景 适用对象 版本 日期 更新日期 生效日期 编写 审核 "
    "责任部门 责任人 note notes tip tips action instruction instructions remark guide step steps do_action memo "
    "version updated owner author"
)
_TITLE = re.compile(r"^(?:场景|情景|情境|话术场景|场景名称|scene|scenario)\s*[一二三四五六七八九十\d]*$", re.IGNORECASE)
_VOICES = {
    **dict.fromkeys(_AGENT.split(), Voice.AGENT),
    **dict.fromkeys(_CUSTOMER.split(), Voice.CUSTOMER),
    **dict.fromkeys(_INSTRUCTION.split(), Voice.INSTRUCTION),
    **{
        w: Voice.AGENT if s is Speaker.AGENT else Voice.CUSTOMER
        for w, s in speakers.WORDS.items()
        if s in (Speaker.AGENT, Speaker.CUSTOMER)
    },
}
_LABEL = re.compile(
    r"^\s*[【\[「<]?([^：:，。！？,!?；;“”\"（(【】\]「」>\n]{1,18}?)\s*[】\]」>]?((?:[（(【\[][^）)】\]]{0,16}[）)】\]])?)\s*[】\]]?\s*[：:]\s*(?!//)"
)
_BRACKETED = re.compile(r"^\s*[【\[「]([^】\]」]{1,16})[】\]」]\s*")
_LEAD = re.compile(r"^[^\w\u4e00-\u9fff]+")
_COLUMN_VOICE = re.compile(
    r"(?P<customer>^客户|^对方|异议|问题$|提问|questions?$|objection)|(?P<agent>话术|怎么说|说法|应答|回复|回答"
    r"|文案|口径|台词|内容|模板|正文|reply|answer|speech|script|text|content|words|say)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label and what stands behind it.

    Attributes:
        kind: ``voice``, ``taught``, ``good``, ``condition``, ``title`` or ``comment``.
        rest: the words behind the label.
        relation: who is on the line, where the label of a customer says it (家属：).
    """

    kind: str
    name: str
    rest: str
    voice: Voice | None = None
    relation: Relation | None = None


@lru_cache(maxsize=1 << 15)
def read(text: str) -> Label | None:
    """The label at the beginning of a line, None when there is none."""
    match = _LABEL.match(text)
    if match is None:
        return _bracketed(text)
    return _meaning(match[1].strip(), match[2], text[match.end() :].strip())


def _bracketed(text: str) -> Label | None:
    """A label in brackets without a colon: 【坐席】您好."""
    match = _BRACKETED.match(text)
    if match is None:
        return None
    found = _meaning(match[1].strip(), "", text[match.end() :].strip())
    return found if found is not None and (found.kind != "voice" or found.rest or found.name in _VOICES) else None


def _meaning(name: str, aside: str, rest: str) -> Label | None:
    teaching = headings.teaching(name + aside)
    voice = voice_of(name)
    if teaching is not None and (voice is None or headings.BAD.search(name + aside)):
        return Label("taught" if teaching else "good", name + aside, rest, voice or Voice.AGENT)
    if headings.COMMENT.match(headings.bare(name)):
        return Label("comment", name, rest)
    if _TITLE.match(name):
        return Label("title", name, rest)
    if voice is not None:
        return Label("voice", name, rest, voice, headings.relation_of(name) if voice is Voice.CUSTOMER else None)
    if headings.is_condition(name):
        return Label("condition", name, rest)
    if headings.is_stage(name) or re.search(r"话术|用语|台词|短信|留言", name):
        return Label("voice", name, rest, Voice.AGENT)
    return None


def voice_of(name: str) -> Voice | None:
    """Whose words a label names, None when it names nobody."""
    words = _LEAD.sub("", headings.bare(name)).lower().strip("*_ ~【】[]")
    return (
        _VOICES.get(words)
        or _VOICES.get(speakers.clean(words))
        or _VOICES.get(re.sub(r"[\da-z一二三四五]+$", "", words))
    )


def column_voice(name: str) -> Voice | None:
    """Whose words a column or key holds, by a looser reading than for a label."""
    exact = voice_of(name)
    if exact is not None:
        return exact
    match = _COLUMN_VOICE.search(name)
    if match is None:
        return Voice.INSTRUCTION if headings.is_guidance(name) else None
    return Voice.CUSTOMER if match["customer"] else Voice.AGENT
