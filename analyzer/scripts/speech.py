"""One line of a script taken apart: who says what, what is only told to the agent, what is shown as wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from analyzer.call import Relation
from analyzer.scripts import labels
from analyzer.scripts.headings import BAD_MARKS, GOOD_MARKS
from analyzer.scripts.script import Voice

_TAG = re.compile(
    r"</?(?:b|i|u|p|em|strong|span|font|div|li|ul|ol|small|mark|sup|sub|center|code|details|summary|blockquote)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"[^\S\n]{3,}")
_BREAK = re.compile(r"<br\s*/?>|\\n|\r\n|\r|\n", re.IGNORECASE)
_STRUCK = re.compile(r"~~.{1,600}?~~|<(del|s|strike)>.{0,600}?</\1>|<!--.{0,2000}?-->", re.IGNORECASE | re.DOTALL)
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.{1,300}?)(?<=\S)\1")
_ITALIC = re.compile(r"(?<![\w*])[*_](?=[^\s*_])([^*_]{1,300}?)(?<=[^\s*_])[*_](?![\w*])")
_CODE = re.compile(r"`+([^`]+)`+")
_LINK = re.compile(r"!?\[([^\]]{1,200})\]\((?:[^)\s]{1,400})(?:\s+\"[^\"]*\")?\)")
_BULLET = re.compile(
    r"^\s*(?:>\s*)*(?:[-*+•·●○▪▶◆■□–—]\s+|[•·●○▪▶◆■□]\s*|\[[ xX]\]\s+|\d{1,2}[.、)）．]\s*|[（(]\d{1,2}[)）]\s*"
    r"|[①②③④⑤⑥⑦⑧⑨⑩]\s*|[A-Da-d][.、)）]\s*|第[一二三四五六七八九十\d]+步\s*[：:、]?)"
)
_SPEAKER_INSIDE = re.compile(
    r"(?<=[。！？；!?;”」\"\s/|）)])(?=(?:坐席|座席|催收员|催收专员|客服|专员|客户|家属|对方|接听人|第三人"
    r"|第三方|债务人|持卡人)(?:[（(][^）)]{0,10}[）)])?[：:])"
    r"|(?=[【\[](?:坐席|座席|催收员|催收专员|客服|专员|客户|家属|对方|接听人|第三人|第三方|债务人|持卡人)[】\]])"
)
_ARROW = re.compile(r"\s*(?:→|➜|➔|⇒|—>|->|=>|--?>)\s*")
_SIGN = re.compile(r"([×√])[\s：:]+")
"""Signs that are marks only where they stand apart: × 再不还…, not ×先生."""
_MARKED = re.compile(r"(?=[✗✘❌✖✕🚫⛔✓✔✅☑])")
_ASIDE = re.compile(r"[（(\[【]([^（）()\[\]【】]{2,60})[）)\]】]")
_DIRECTION = re.compile(
    r"停顿|等待|待(?:客户|对方|其)|确认|核实|核对|核身|语气|语速|播放|停止|挂断|客户|对方|坐席|催收员|债务人"
    r"|本人后|若|如(?!期|实|数|下)|视情况|根据|选读|可选|必读|必说|必须|告知|提示|记录|登记|转接|安抚|微笑|沉默"
    r"|禁|勿|不得|不要|强调|重点|注意|略|省略|跳过"
)
_TAUGHT_TAIL = re.compile(
    r"[（(\[【]\s*(?:此[句话条]?)?(?:已)?(?:[✗✘❌✖✕]|禁用|禁止(?:使用)?|错误(?:示[范例])?|停用|废弃|作废|不可用"
    r"|不合规|违规|反例|勿用|不得使用|不要说|不能说)[^）)\]】]{0,8}[）)\]】]\s*[。]?$|[✗✘❌✖✕]\s*$"
)
_PROHIBITS = re.compile(
    r"不得(?!不)|严禁|禁止|切勿|切忌|请勿|不准|不许|不要|不能|不可(?!能)|不应|避免|杜绝|勿|千万别|绝不|不允许"
    r"|不宜|无权|防止|谨防"
)
_TURNS_GOOD = re.compile(
    r"(?:，|,|；|;|。|：)?\s*(?:而|而是|正确|请|应|应该|应当|可以|可|要|需|须|改)(?:该|当|以|说成|改)?(?:说|讲"
    r"|回答|回复|表述|用|使用|告知)(?:成|为)?"
)
_QUOTED = re.compile(r"[“「『‘\"]([^“”「」『』‘’\"]{2,})[”」』’\"]")
_JUDGED = re.compile(
    r"一律(?:扣分|处罚|追责)|(?:视为|属于?|判定为?|认定为?)(?:严重)?(?:违规|违法|红线|不合格)|扣\s*\d+\s*分"
    r"|零容忍|(?:予以|给予)(?:处罚|开除|辞退|通报)|(?:追责|开除|辞退)"
)
_HAS_YOU = re.compile(r"[您你妳]|^喂|我是|我们|我行|我司|我方|我这边|请问|咱")
_TELLS_AGENT = re.compile(
    r"^(?:坐席|催收员|客服(?!热线|电话)|专员|员工|外呼|先(?!生)|再(?!见|不|次|拖|会|给|这|说|过|等)|然后|随后"
    r"|最后(?!一|期限|通牒)|立即|及时|主动|务必|必须|应(?!还|付|缴)|须|需(?!要)|可(?!能|以|是)|必要时|请先|告知|核实|核对"
    r"|确认(?!一下|下)|询问|说明(?!一下|下)|提示|引导|要求|提醒|安抚|记录|登记|挂断|结束|拨打|转接|等待|注意|不得|严禁|禁止"
    r"|切勿|避免|对(?:客户|第三|家属|联系|债务|方)|向(?:客户|第三|家属|联系|债务|对方)|按(?!时|期|月)|根据(?!合同|规定|约定|法)"
    r"|(?:如|若|遇|当)(?:果|遇到?)?(?:客户|对方|债务人|家属|本人|非本人|第三|接听|持卡人|联系人|确认|是|为|无人|投诉|出现|发现|系统)"
    r"|使用|保持|语气|本(?:话术|脚本|模板|文档|手册|节|场景)|适用|客户(?!服务)|债务人|通话(?:前|后|中|时|结束|过程)"
    r"|每[次通天日]|凡|所有|一律|可以(?:告知|说明|自称|使用|要求|引导|适当|向|对|把|让|用))"
)
_SPEECH_FOLLOWS = re.compile(
    r"(?:说|讲|回复|回答|答复|告知|表示|话术|例如|比如|如|参考|示例|应答|解释|开场|称|问|道|发送|短信|念"
    r"|读)[^“「『\"，。]{0,8}[：:，,]?\s*$"
)
_CUSTOMER_SAYS = re.compile(
    r"(?:客户|对方|债务人|家属|用户|本人|其)[^，。：“”「」\"]{0,10}(?:说|称|表示|问|回答|提出|反问|质疑|讲|道"
    r"|以)[^“「『\"]{0,6}$|(?:若|如|当|遇)[^。“”]{0,10}$"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a line that one voice says."""

    voice: Voice
    text: str
    taught: bool
    relation: Relation | None = None


def plain(text: str) -> str:
    """The text without Markdown and HTML dress; what is struck out or commented out is gone."""
    text = _STRUCK.sub("", _BLANKS.sub(" ", text))
    text = _LINK.sub(r"\1", text)
    text = _CODE.sub(r"\1", text)
    text = _BOLD.sub(r"\2", text)
    text = _ITALIC.sub(r"\1", text)
    return _TAG.sub("", text).replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").strip()


def unbulleted(text: str) -> str:
    """The text without bullet or number."""
    match = _BULLET.match(text)
    return (text[match.end() :] if match else text).strip()


def rows(text: str) -> list[str]:
    """The lines inside one cell."""
    return [row for row in _BREAK.split(text) if row.strip()]


def parts(text: str, voice: Voice | None = None, *, taught: bool = False) -> list[Part]:
    """A line taken apart.

    Args:
        text: the line, already plain.
        voice: whose words these are unless they say otherwise; None: to be found out.
        taught: stands where wrong wordings are shown.
    """
    found: list[Part] = []
    for piece in _pieces(text):
        bad = taught
        if piece[:1] in BAD_MARKS and piece:
            bad, piece = True, piece[1:].strip("\ufe0f ：:")
        elif piece[:1] in GOOD_MARKS and piece:
            bad, piece = False, piece[1:].strip("\ufe0f ：:")
        elif sign := _SIGN.match(piece):
            bad, piece = sign[1] == "×", piece[sign.end() :]
        for said in _SPEAKER_INSIDE.split(piece):
            found += _labelled(said.strip(), voice, bad)
    return [p for p in found if re.search(r"\w", p.text)]


def _pieces(text: str) -> list[str]:
    pieces = [p for p in _MARKED.split(text) if p.strip()]
    if len(pieces) > 1 or _MARKED.match(text):
        return [_ARROW.sub("", p).strip(" /|；;，,") for p in pieces]
    arrows = _ARROW.split(text)
    return [a for a in arrows if a.strip()]


def _labelled(text: str, voice: Voice | None, taught: bool) -> list[Part]:
    label = labels.read(text)
    if label is not None and label.rest:
        if label.kind == "taught":
            return _labelled(label.rest, label.voice, True)
        if label.kind == "good":
            if len(_QUOTED.findall(label.rest)) > 1 or _PROHIBITS.search(_QUOTED.sub("", label.rest)):
                return _instruction(text, taught)
            return _labelled(label.rest, label.voice, False)
        if label.kind == "comment":
            return []
        if label.kind == "voice":
            said = _spoken(label.rest, label.voice or Voice.AGENT, taught)
            return [replace(p, relation=label.relation) for p in said]
        if label.kind == "condition":
            return [Part(Voice.INSTRUCTION, label.name, taught), *_labelled(label.rest, voice, taught)]
    return _spoken(text, voice or guess(text), taught)


def guess(text: str) -> Voice:
    """Whose words an unlabelled line holds."""
    if re.match(r"[“「『\"]", text):
        return Voice.AGENT
    outside = _QUOTED.sub("", text)
    if _HAS_YOU.search(outside):
        conditional = re.match(r"(?:如|若|遇|当)(?:果)?(?:客户|对方|债务人|家属|本人|持卡人)", text)
        return Voice.INSTRUCTION if conditional else Voice.AGENT
    if _TELLS_AGENT.match(text) or re.search(r"客户|债务人|坐席|催收员|持卡人", outside) or outside != text:
        return Voice.INSTRUCTION
    return Voice.AGENT


def _spoken(text: str, voice: Voice, taught: bool) -> list[Part]:
    if _TAUGHT_TAIL.search(text):
        return [Part(voice, text, True)]
    if voice is Voice.INSTRUCTION:
        return _instruction(text, taught)
    found: list[Part] = []
    at = 0
    for aside in _ASIDE.finditer(text):
        if not _DIRECTION.search(aside[1]) or re.search(r"[您你]", aside[1]) or _placeholder(aside[1]):
            continue
        found += [Part(voice, text[at : aside.start()].strip(), taught), *_instruction(aside[1], taught)]
        at = aside.end()
    rest = text[at:].strip()
    return [*found, Part(voice, _unquoted(rest), taught)] if rest else found


def _placeholder(words: str) -> bool:
    return len(words) <= 8 and bool(re.search(r"姓名|名称|金额|日期|称谓|号码?$|电话|机构|产品|天数|尾号|工号", words))


def _unquoted(text: str) -> str:
    """A line that is one quotation, without its quotation marks."""
    match = re.fullmatch(r"[“「『\"]([^“”「」『』\"]+)[”」』\"][。]?", text)
    return match[1] if match else text


def _instruction(text: str, taught: bool) -> list[Part]:
    """What is told to the agent, sentence by sentence; the words it gives him to say are his."""
    found: list[Part] = []
    for sentence in re.split(r"(?<=[。！；;!])(?![”」』\"])", text):
        if sentence.strip():
            found += _sentence(sentence.strip(), taught)
    return found


def _sentence(text: str, taught: bool) -> list[Part]:
    if _JUDGED.search(text):
        return [Part(Voice.INSTRUCTION, text, True)]
    found: list[Part] = []
    bad, at = taught, 0
    for quoted in _QUOTED.finditer(text):
        lead = text[at : quoted.start()]
        turned = _TURNS_GOOD.search(lead)
        forbidding = _PROHIBITS.search(lead)
        if (
            turned
            and not taught
            and (bad or forbidding is None)
            and not (forbidding and forbidding.start() >= turned.start())
        ):
            bad = False
        if forbidding and (turned is None or forbidding.end() >= turned.start() - 2):
            bad = True
        if _CUSTOMER_SAYS.search(lead):
            voice: Voice | None = Voice.CUSTOMER
        elif bad or _SPEECH_FOLLOWS.search(lead) or (len(quoted[1]) >= 8 and re.search(r"[您你我]", quoted[1])):
            voice = Voice.AGENT
        else:
            voice = None
        if voice is not None:
            found += [Part(Voice.INSTRUCTION, lead.strip(), bad), Part(voice, quoted[1], bad)]
            at = quoted.end()
    rest = text[at:].strip()
    if rest:
        found += _prohibition(rest, bad if at == 0 else taught)
    return found


def _prohibition(text: str, taught: bool) -> list[Part]:
    """From the forbidding word on an instruction says what is not to be done."""
    forbidding = _PROHIBITS.search(text)
    if taught or forbidding is None:
        return [Part(Voice.INSTRUCTION, text, taught)]
    turned = re.search(r"[，,；;](?:而?应|改为|可以?|请|需|须|要)", text[forbidding.end() :])
    end = forbidding.end() + turned.start() if turned else len(text)
    pieces = [(text[: forbidding.start()], False), (text[forbidding.start() : end], True), (text[end:], False)]
    return [Part(Voice.INSTRUCTION, t.strip("，, "), bad) for t, bad in pieces if t.strip("，, ")]
