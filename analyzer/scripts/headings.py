"""What a heading or label means: teaching or not, a stage of the talk, a branch of it, who is on the line."""

from __future__ import annotations

import re
from functools import lru_cache

from analyzer.call import Relation
from analyzer.scripts.script import Medium, Setting

BAD_MARKS = "✗✘❌✖✕❎🚫⛔👎🙅"
GOOD_MARKS = "✓✔✅☑👍"
BAD = re.compile(
    rf"[{BAD_MARKS}]|^[×xX](?=[\s：:])|^[×xX]$"
    r"|禁止(?!性规定|行为培训|呼叫名单|拨打名单|来电)|禁用|禁语|禁忌|忌语|忌用|禁说|禁句|严禁|反例|反面|错例|误区|负面(?:清单|示[例范]"
    r"|案例|话术|表达)|红线|雷区|黑名单话术|(?<!常见)(?<!客户)(?<!疑难)(?<!热点)(?<!高频)(?<!典型)问题话术"
    r"|处罚(?!利息|金)|罚则|问责|违规(?:行为|情形|处理|清单)|警示|(?:修改|整改|优化|调整|改写|改)前$|^(?:旧|原)(?:话术|版|说法)$"
    r"|(?:错误|错误的|不当|不合规|不规范|违规|违禁|敏感|不良|不可用|低分|差评(?!回))(?:示[范例]|话术|案例|说法|做法"
    r"|表[述达]|用语|用词|回[答复]|应答|言[论语]|例子?|样例|演示|对话|开场)"
    r"|[（(](?:错误|禁用|反例|不合规|违规|错|禁止|错误示范|错误示例)[）)]"
    r"|不(?:推荐|建议|宜|妥|恰当|合适|可取)的?(?:说法|话术|表[达述]|用语|做法|示例|回答|用|使用)"
    r"|^(?:禁|忌|勿|切勿|切忌|避免|不要|不可|不能|不许|不准|请勿|勿用"
    r"|错误|错|误|违规|不合规|坏例|不推荐|不建议|停用|已停用|废弃|作废|否|不可用|不通过|不合格|bad|no|ng|false)$"
    r"|(?:不要|不能|不可|不可以|不得|不准|不许|不应|不应该|别|勿|切勿|请勿|切忌|避免|绝不能|千万别|莫)(?:再"
    r"|这样|这么|对客户|向客户|跟客户|直接)?"
    r"(?:说|讲|使用|用|出现|提及|提|表述|这样做)(?:的|以下|下列|如下|：|:|$|话|词|什么|内容|法|语)"
    r"|被(?:客户|监管)?(?:投诉|举报|处罚|扣分|通报|曝光|叫停)过?的(?:说法|话术|话|用语|表[述达]|案例|录音|例子)"
    r"|(?:扣分|处罚|通报|被诉|踩线|越线)(?:案例|话术|说法|用语|录音)"
    r"|常见(?:错误|违规|失误)(?:说法|话术|示[范例]|做法|表[述达])$|^常见(?:错误|违规|失误)$"
    r"|不(?:说|讲)什么|不该说|不宜说|踩雷|踩坑|避坑"
    r"|\b(?:don[’']?ts?|do[ _-]?not(?:[ _-]?say)?|never[ _-]?say|bad(?:[ _-]?(?:examples?|cases?|phrases?"
    r"|lines?|says?))?"
    r"|wrong|forbidden|prohibited|banned|avoid|anti[ _-]?patterns?|negatives?|counter[ _-]?examples?|not[ _-]?allowed"
    r"|incorrect|deprecated|blacklist|taboo|disallow(?:ed)?|must[ _-]?not|violations?)\b",
    re.IGNORECASE,
)
GOOD = re.compile(
    rf"[{GOOD_MARKS}]|(?:正确|推荐|标准|合规|规范|正面|优秀|参考|建议|改进|替代|替换|修改后|核准|可用)的?"
    r"(?:示[范例]|话术|案例|说法|做法|表[述达]|用语|回[答复]|应答|例|样例|版本?|对话|开场)"
    r"|(?:正确|推荐|合规|建议|改进)的?$|正例|范例|(?:修改|整改|优化|调整|改写|改)后$|(?:应|应该|应当|可以|可|要|建议|请)这?样?(?:说|讲|用|表述)"
    r"|[（(](?:正确|标准|推荐|合规)[）)]"
    r"|该说|改成|改为|换成"
    r"|^(?:正确|正|对|是|合规|推荐|好|启用|在用|通过|yes|ok|true)$"
    r"|\b(?:do|dos|good(?:[ _-]?(?:examples?|cases?|phrases?|lines?))?|right|correct|approved|allowed|preferred"
    r"|recommended|say)\b",
    re.IGNORECASE,
)
STAGE = re.compile(
    r"开场|开头|问候|自我介绍|表明身份|身份(?:核实|确认|核验|验证)|核实身份|核身|确认(?:本人|身份)|(?:告知"
    r"|提示)录音|录音(?:告知|提示)"
    r"|(?:告知|说明|陈述)(?:事由|欠款|逾期|债务|账单|来意|目的)|(?:事由|欠款|逾期|来电目的|账单)(?:告知|说明"
    r"|陈述)|协商|谈判|促成|施压|约定还款|还款(?:约定|安排|协商|引导)"
    r"|方案(?:告知|推荐|说明|介绍)|确认承诺|结束语|收尾|结尾|结束(?:通话)?$|挂机|致谢|道别|投诉渠道|渠道告知"
    r"|^(?:opening|greeting|verif\w*|identity|closing|ending|close|negotiat\w*|purpose|debt|notice|body"
    r"|intro\w*|wrap[ _-]?up)\b",
    re.IGNORECASE,
)
STEP = re.compile(
    r"^(?:第[一二三四五六七八九十\d]+步|步骤\s*[一二三四五六七八九十\d]+|step\s*\d+|环节\s*[一二三四五六七八九十\d]+)",
    re.IGNORECASE,
)
OPENING = re.compile(
    r"开场|开头|首次|首催|首呼|首联|初次|第一次|问候|本人接[听通]|核实|核身|opening|greeting|first|intro",
    re.IGNORECASE,
)
CONDITION = re.compile(
    r"^(?:[（(【\[]?(?:分支|情形|情况|路径|选项|branch|case|option)\s*[一二三四五六七八九十\dA-Za-z]*|若|如果"
    r"|如客户|如对方|如本人|如为|如系|如是|如遇|如接|当客户|当对方|假如|客户(?:说|称|表示|承诺|答应|能|可以|想|希望|情绪|辱骂|威胁|哭|失联|已|有争议|回答|承认|同意|否认"
    r"|拒绝|愿意|不愿|没|有|要求|提出|问|沉默|挂|愤怒|反问|质疑|答应|无|配合|不)"
    r"|(?:客户|对方)(?!信息|姓名|资料|电话|端|经理|服务|群|分层|类型|画像|管理|投诉处理|异议|问题|常见)"
    r"[^，。：:？?]{2,12}$"
    r"|对方(?:说|称|表示|回答|承认|否认|拒绝|不|为|是)|(?:是|为|确认是?|非|不是|否认)本人|本人$|if\b|when\b)",
    re.IGNORECASE,
)
ALTERNATIVE = re.compile(
    r"^[（(【\[]?(?:分支|情形|情况|路径|选项|branch|case|option)\s*[一二三四五六七八九十\dA-Za-z]", re.IGNORECASE
)
GUIDANCE = re.compile(
    r"说明|须知|注意|要求|原则|要点|指引|备注|操作|流程|规定|适用|版本|修订|变更|更新|目的|目标|概述|简介|背景"
    r"|提示|技巧|考核|责任|附录|附件|术语|定义|参考资料|guid|note|remark|instruction|tip|action|step|memo",
    re.IGNORECASE,
)
_FAMILY = re.compile(
    r"家属|家人|亲属|亲戚|亲友|父母|父亲|母亲|爸|妈|配偶|妻子?|丈夫|老婆|老公|爱人|兄弟|姐妹|子女|儿子|女儿"
    r"|儿媳|岳父|岳母|公婆|爷|奶奶|family|relative|spouse|parent",
    re.IGNORECASE,
)
_THIRD = re.compile(
    r"第三[方人者]|三方|非本人|不是本人|非债务人|他人|旁人|别人|同事|单位|公司前台|前台|HR|人事|朋友|联系人"
    r"|村委|居委|邻居|代接|保安|室友|房东|领导|老师|同学|third|colleague"
    r"|contact[ _-]?person|emergency[ _-]?contact|other[ _-]?person|coworker"
    r"|non[ _-]?debtor",
    re.IGNORECASE,
)
_SELF = re.compile(r"(?<![非是])本人|债务人|持卡人|借款人|self|debtor", re.IGNORECASE)
_ENTITLED = re.compile(r"担保人|保证人|共同借款|共借人|继承人|授权(?:人|代理)|guarantor")
_SPEAKS = re.compile(r"(?:联系|告知|通知|打给|致电|面对|针对|与|向|给)?")
_MESSAGE = re.compile(
    r"短信|彩信|微信|信息模板|消息|推送|站内信|邮件|邮箱|函件|催收函|信函|\bsms\b|\bmessage|\bwechat|\bemail"
    r"|\bmms\b|text[ _-]?message",
    re.IGNORECASE,
)
_VOICEMAIL = re.compile(r"语音信箱|留言|语音留言|语音助[理手]|voice[ _-]?mail|来电助手", re.IGNORECASE)
_NUMBERING = re.compile(
    r"^\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]\s*|\d{1,2}(?:\.\d{1,2}){1,3}\s*|[①②③④⑤⑥⑦⑧⑨⑩]\s*)"
)


COMMENT = re.compile(
    r"^(?:错误|违规|扣分|判定|禁用|不当)?(?:原因|理由|点评|评语|解析|分析|问题点|问题分析|违规点|扣分点|风险点?"
    r"|风险提示|依据|法规依据|法律依据|后果|违规类型|违规类别|类型说明|点拨|reason|why|comment|explanation"
    r"|basis)(?:说明|分析)?$",
    re.IGNORECASE,
)
"""Labels and columns that explain an example; what they say of a wrong wording is no instruction."""


CATALOGUE = re.compile(
    r"异议|常见问题|疑问|问答|答疑|应答库|应对库|应对话术|\bfaq\b|q\s*&\s*a|objection", re.IGNORECASE
)
"""Headings of collections: every question of a customer begins a talk of its own."""
_FILLING = re.compile(
    r"以下|如下|下列|下面|这些|话术|用语|用词|语言|词汇|词语|表述|表达|说法|内容|示例|示范|案例|例子|清单|列表|使用|参考|类|项|事项|行为|的|说|讲|这样|对照|[\W_]|examples?|phrases?|list",
    re.IGNORECASE,
)
GENERIC = re.compile(
    r"^(?:标准|参考|推荐|核准|正式|完整|坐席|催收|具体|通用)?(?:话术|脚本|对话|示例|正文|内容|台词|用语)(?:示例|内容|正文|模板|参考|[一二三四五六七八九十\dA-Za-z]{1,2})?$|^(?:script|dialogue|dialog|lines?|example|sample)s?$",
    re.IGNORECASE,
)
"""Headings that only say that words follow: the section belongs to the scene above."""


def bare(text: str) -> str:
    """A heading without its numbering."""
    return _NUMBERING.sub("", text).strip(" \t：:*#")


@lru_cache(maxsize=1 << 14)
def teaching(label: str) -> bool | None:
    """True for what must not be said, False for what should be, None when the label says neither.

    A label that holds both (错误示范 → 正确示范) says neither.
    """
    words = bare(label)
    bad, good = BAD.search(words), GOOD.search(words)
    if bad and good and bad.start() != good.start() and not (bad.start() <= good.start() < bad.end()):
        return None
    if bad:
        return True
    return False if good else None


def only_marks(words: str) -> bool:
    """True for words that say nothing but what those that follow are: 错误示范, 以下话术禁止使用, ❌."""
    rest = GOOD.sub("", BAD.sub("", words))
    return not _FILLING.sub("", rest)


def setting(titles: tuple[str, ...]) -> Setting:
    """What the headings around a scene say, the innermost first to be believed."""
    relation, medium, entitled, opens = None, Medium.CALL, False, False
    for title in reversed(titles):
        relation = relation or relation_of(title)
        entitled = entitled or bool(_ENTITLED.search(title))
        opens = opens or bool(OPENING.search(title))
        if medium is Medium.CALL:
            medium = medium_of(title)
    return Setting(relation, medium, entitled, opens)


def medium_of(title: str) -> Medium:
    """By which medium the words of a heading's section go out."""
    if _VOICEMAIL.search(title):
        return Medium.VOICEMAIL
    return Medium.MESSAGE if _MESSAGE.search(title) else Medium.CALL


def relation_of(title: str) -> Relation | None:
    """Who a heading says is on the line."""
    if _ENTITLED.search(title):
        return None
    if re.search(r"非本人|不是本人|第三[方人者]|非债务人", title):
        return Relation.FAMILY if _FAMILY.search(title) else Relation.THIRD_PARTY
    if re.search(r"本人接[听通]|本人$|^本人|确认(?:是|为)?本人|(?:是|为|系)本人", title):
        return Relation.SELF
    if re.match(r"(?:若|如果?|当)?(?:客户|债务人)(?!.*(?:家属|家人|同事|朋友|父|母|妈|爸).*接)", bare(title)):
        return None
    if _FAMILY.search(title):
        return Relation.FAMILY
    if _THIRD.search(title):
        return Relation.THIRD_PARTY
    return None


def is_condition(title: str) -> bool:
    """True for a heading or line that names a branch: 若客户否认, 情形二."""
    return bool(CONDITION.search(bare(title)))


def is_stage(title: str) -> bool:
    """True for a part of every call rather than a situation of its own."""
    return bool(STEP.search(title.strip()) or STAGE.search(bare(title)))


def is_guidance(title: str) -> bool:
    """True for sections that speak to the agent: 注意事项, 操作要求."""
    words = bare(title)
    return bool(GUIDANCE.search(words)) and not re.search(r"话术|场景|短信", words) and not is_stage(title)
