"""Placeholders read as what they stand for: {客户姓名} is a person, XX元 a sum, 【机构名称】 an institution.

The rules then see a sentence as it will be spoken; ``Filled.origin`` leads every offset back to the text as written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PERSON, SURNAME, INSTITUTION, AMOUNT, DAYS, DATE = "张伟", "王", "恒远银行", "3000元", "12", "3月5日"
NUMBER, STAFF, PHONE, TAIL, PRODUCT, PLACE, SOMETHING = "12", "1023", "95001", "8821", "信用卡", "某地", "某"

_MEANINGS: tuple[tuple[str, str], ...] = (
    (r"工号|员工号|坐席号|staff|agent_?(?:id|no|code)|employee|编号", STAFF),
    (
        r"(?:坐席|催收员|客服|专员|我|员工|业务员|经办).{0,3}(?:姓|名)|^姓氏?$|姓氏|surname|agent_?name|last_?name|collector",
        SURNAME,
    ),
    (r"电话|热线|手机|联系方式|号码(?!.*尾)|phone|tel|hotline|mobile|callback|contact", PHONE),
    (r"尾号|后四位|tail|last_?4|last_?four|card_?no", TAIL),
    (
        r"机构|银行|公司|平台|债权|贷款方|委托方|委托人|甲方|品牌|企业|creditor|bank|company|agency|org|lender|institution|brand",
        INSTITUTION,
    ),
    (r"金额|欠款|应还|本金|利息|余额|费用|账单额|元|amount|sum|balance|money|due_?amt|principal|fee", AMOUNT),
    (r"天数|天|days?$|dpd|逾期(?:时长|期)", DAYS),
    (r"日期|时间|日|月|date|time|day|deadline|期限", DATE),
    (r"产品|卡种|贷款名|业务|product|loan|card", PRODUCT),
    (r"地址|住址|城市|网点|address|city|place", PLACE),
    (
        r"姓名|名字|名$|客户|称呼|称谓|先生|女士|借款人|持卡人|债务人|用户|联系人|name|customer|debtor|person|title|client|user",
        PERSON,
    ),
    (r"期数|次数|数量|数字|count|number|num|期", NUMBER),
)
_MEANT = tuple((re.compile(pattern, re.IGNORECASE), value) for pattern, value in _MEANINGS)
_FRAMED = re.compile(
    r"\$?\{\{?\s*([^{}\n]{0,24}?)\s*\}\}?|<\s*([^<>\n/]{1,16}?)\s*>|#([^#\n\s]{1,12})#|\$([A-Za-z_]{2,24})\$?|%([A-Za-z_]{2,24})%|［([^［］\n]{1,16})］"
)
_SQUARE = re.compile(
    r"【([^【】\n]{1,14})】|\[([^\[\]\n]{1,14})\]|（([^（）\n]{1,10})）|〔([^〔〕\n]{1,14})〕|「([^「」\n]{1,10})」|《([^《》\n]{1,10})》"
)
_MASK = re.compile(
    r"[XxＸｘ×＊]{1,8}(?![A-Za-z])|\*{1,8}|_{2,}|＿{2,}|○{1,6}|〇〇+|[□▢]{1,8}|\?{2,}|\.{6,}|…{2,8}(?=元|天|先生|女士|银行|公司|号)"
)
_AFTER = (
    (re.compile(r"\s*(?:先生|女士|小姐|师傅|老师|本人|/女士|同志)"), "张"),
    (re.compile(r"\s*(?:银行|农商行|信用社)"), "恒远"),
    (re.compile(r"\s*(?:消费金融|金融|公司|小贷|平台|资产|科技|信用卡|催收|物业|律师事务所|律所|集团)"), "恒远"),
    (re.compile(r"\s*(?:元|块|万)"), "3000"),
    (re.compile(r"\s*(?:天|期|个月|次|日|月|年|号|点|%)"), "12"),
)
_BEFORE = (
    (re.compile(r"(?:免贵姓|我姓|姓)\s*$"), SURNAME),
    (re.compile(r"(?:工号|编号|坐席号)(?:是|为)?\s*[：:]?\s*$"), STAFF),
    (re.compile(r"(?:尾号|后四位)(?:是|为)?\s*[：:]?\s*$"), TAIL),
    (re.compile(r"(?:电话|热线|拨打|致电|号码)(?:是|为)?\s*[：:]?\s*$"), PHONE),
    (re.compile(r"(?:欠款|金额|应还|本金|合计|共|共计|余额|欠)(?:是|为)?\s*[：:]?\s*$"), AMOUNT),
    (re.compile(r"(?:请问是|请问|您是|是|找|为)\s*$"), PERSON),
    (re.compile(r"(?:我是|这里是|来自|代表|受|委托)\s*$"), INSTITUTION),
    (re.compile(r"(?:我叫|我是小)\s*$"), SURNAME),
)


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its placeholders filled; ``pieces`` are ``(start, end, start as written, end as written)``."""

    text: str
    pieces: tuple[tuple[int, int, int, int], ...]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where a span of the filled text stood as written."""
        return self._back(start, at_end=False), self._back(end, at_end=True)

    def _back(self, at: int, *, at_end: bool) -> int:
        shift = 0
        for low, high, first, last in self.pieces:
            if at < low or (at == low and not at_end) or (at_end and at <= low):
                break
            if at < high or (at_end and at <= high):
                return last if at_end else first
            shift = last - high
        return at + shift


def fill(text: str) -> Filled:
    """The text as it will be spoken."""
    found: list[tuple[int, int, str]] = []
    for match in _FRAMED.finditer(text):
        found.append((*match.span(), _meaning(next((g for g in match.groups() if g), "")) or SOMETHING))
    for match in _SQUARE.finditer(text):
        inner = next(g for g in match.groups() if g)
        value = _square(inner)
        if value is not None and not _taken(match.span(), found):
            found.append((*match.span(), value))
    for match in _MASK.finditer(text):
        if not _taken(match.span(), found) and (value := _masked(text, match)) is not None:
            found.append((*match.span(), value))
    return _joined(text, sorted(found))


def _taken(span: tuple[int, int], found: list[tuple[int, int, str]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end, _ in found)


def _meaning(name: str) -> str | None:
    return next((value for pattern, value in _MEANT if pattern.search(name)), None)


def _square(inner: str) -> str | None:
    """What brackets stand for; None where they are only brackets (（含利息）, 【恒远银行】)."""
    if re.fullmatch(r"[XxＸｘ×*＊_\s]+", inner):
        return SOMETHING
    named = re.fullmatch(
        r"(?:客户|债务人|持卡人|借款人|坐席|催收员|本人|机构|银行|公司|债权人|委托方|产品|欠款|逾期|应还|还款|最低还款|卡片?|服务|客服|投诉|回拨)?(?:的)?"
        r"(?:姓名|名称|全称|简称|姓氏?|姓|名字|称呼|称谓|金额|日期|时间|天数|期数|尾号|卡号后四位|电话|热线|热线电话|电话号码|号码|工号|产品|产品名|地址|本金|总额|机构|银行|公司|平台|先生/女士|客户|坐席|日|月|年|元|数字|具体金额|具体日期|XX.*|xx.*)",
        inner,
    )
    return (_meaning(inner) or SOMETHING) if named else None


def _masked(text: str, match: re.Match[str]) -> str | None:
    before, after = text[max(match.start() - 12, 0) : match.start()], text[match.end() : match.end() + 12]
    if re.search(r"[0-9A-Za-z]$", before) or (
        len(match[0]) == 1 and match[0] in "xX×" and re.match(r"[A-Za-z0-9]", after)
    ):
        return None
    for pattern, value in _BEFORE[:5]:
        if pattern.search(before):
            return value.removesuffix("元") if after.startswith(("元", "块")) else value
    for pattern, value in _AFTER:
        if pattern.match(after):
            return value
    for pattern, value in _BEFORE[5:]:
        if pattern.search(before):
            return value
    return SOMETHING if len(match[0]) > 1 else None


def _joined(text: str, found: list[tuple[int, int, str]]) -> Filled:
    out: list[str] = []
    pieces: list[tuple[int, int, int, int]] = []
    at = length = 0
    for start, end, value in found:
        if value == AMOUNT and text[end : end + 1] in ("元", "块"):
            value = value.removesuffix("元")
        out += [text[at:start], value]
        length += start - at
        pieces.append((length, length + len(value), start, end))
        length += len(value)
        at = end
    return Filled("".join([*out, text[at:]]), tuple(pieces))
