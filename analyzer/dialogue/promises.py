"""What the debtor promised to pay: how much, by which day, in which way; nothing is guessed.

A promise is what the dialogue saw as one, the bare day given as the answer to 几号还, or a yes to the day that the
agent proposed. Amounts and days are read as people say them on the phone (三千八, 一万零九百, 下周五, 月底, 十五号).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from analyzer.call import CHINA, Call, Speaker
from analyzer.dialogue.state import Dialogue
from analyzer.finding import Promise
from analyzer.text.normalize import lines

_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "幺": 1}
_UNIT = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_SPOKEN = "零〇一二三四五六七八九十百千万两俩"
_AMOUNT = re.compile(
    rf"(?<![\d{_SPOKEN}.])(?:(?P<number>\d[\d,]*(?:\.\d+)?)(?P<scale>[万千百])?|(?P<spoken>[{_SPOKEN}]{{1,14}}))"
    rf"(?P<money>[块元](?P<tenths>[一二三四五六七八九\d](?![一-龥]))?)?"
    rf"(?!\s*(?:号|日|月|点|天|个|周|年|期|次|岁|分钟|小时|成|折|倍|％|%|点钟|层|楼|栋|室|幢|级|遍|趟|口|人|张|[{_SPOKEN}\d]))"
)
_N = rf"[\d{_SPOKEN}]{{1,3}}"
_WEEK = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 6}
_NEAR = {"大后": 3, "今": 0, "明": 1, "后": 2, "当": 0}
_DAY = re.compile(
    rf"(?P<month>{_N})月(?:份)?(?P<of_month>{_N})[号日]"
    rf"|(?P<next>下个?月|这个?月|本月|当月)(?P<edge>底|末|初|中)"
    rf"|(?P<next2>下个?月|这个?月|本月)?(?P<day>{_N})[号日](?!楼|线|院|店|机|码)"
    r"|(?P<alone>月底|月末|年底|年前)"
    r"|(?P<week>下下|下个?|这个?|本)?(?:周|礼拜|星期)(?P<weekday>[一二三四五六日天末])"
    r"|(?P<near>大后|今|明|后)(?:天|日|儿|晚|早|个儿)"
    r"|(?P<later>晚上|今晚|夜里|下午|中午|晌午|上午|晚点|等会儿|马上|一会儿|现在(?=就|还|转|交|存|去|给|在))"
    rf"|(?P<within>{_N})个?(?P<span>天|星期|礼拜|周)(?:之?内|以内|后|之后|以后)"
    r"|(?P<loose>下个?月|下个?星期|下个?礼拜|下个?周|过几天|过两天|发工资|开支|开工资)"
)
_WAYS = (
    ("手机银行", "手机银行|网银"),
    ("软件内还款", "app|软件|爱批批|爱屁屁|小程序|手机里|手机上|点还款|公众号|线上"),
    ("柜台或网点", "柜台|网点|营业厅|营业部|信用社|前台|去交|现场"),
    ("自动扣款", "自动扣|扣款卡|存进?卡|存到卡|存进去|存卡里|卡里"),
    ("对公转账", "对公"),
    ("微信或支付宝", "微信|支付宝|扫码"),
    ("转账", "转账|转过去|打过去|转给|汇"),
    ("现金", "现金"),
)
_ASKS_WHEN = re.compile(r"哪天|几号|什么时候|啥时候|么子时候|几时|多久|日子|日期|哪一天|啥时|何时|打算|安排")
_PAYS = re.compile(
    r"还(?=$|[,，。!？?上了掉清给一二三四五六七八九十两百千\d这那钱你您全完行吗的呀啊吧啦呢部利本最先])|存|交(?![警通])|转(?![圈告达身])|付(?!款日)|补[上齐]|结清|结了|打[过进]|给[你您](?![们的]?[打回发说讲个])"
    r"|给.{0,4}[百千万块]|弄(?![不错什啥材])|处理|到账|进[来去账]|凑[齐够]"
)
_YES = re.compile(r"^(?:嗯|唔|哎|那|好|行|喂|,)*(?:行|好|可以|成|中|没问题|要得|对|是|得|ok|嗯)(?!不|吗|么|什么|个屁)")
_NO = re.compile(r"不行|不中|没|拿不出|还不上|不可能|不好|来不及|做不到|不得行|怎么|凭|吗|[?]")
_REFUSES = re.compile(
    r"不还|还不[了上起]|没法还|拿什么|怎么还|不会还|不想还|凭什么|还个屁|昨天.{0,8}[还存交转]|[判告].?[不没][判告]|叫他|让他|他说|她说|来得及|不用还|用不着|他也|还要不要|打的$"
)
_REST = re.compile(r"剩下的?|剩的|余下的?|其余的?|后面的")
_BEFORE_SUM = re.compile(r"(?:还|存|交|转|付|补|给|凑|打|拿|先|弄|进来?)(?:[你您他]|进去|上|个)?$")
_LARGEST = 1e7
"""A larger number is a telephone or an account."""
_EARNS = re.compile(r"结款|工资|发钱|开支|到账|回款|结账|绩效|奖金")
BARE = 3
"""A bare day as an answer has at most so many characters beside it, unless they say where the money comes from."""
SHORT = 12
"""A yes to what the agent proposed has at most so many characters."""


def found(call: Call, dialogue: Dialogue) -> tuple[Promise, ...]:
    """The promises of a call in the order of the talk, each once."""
    started = call.meta.started_at
    today = None if started is None else started.astimezone(CHINA).date()
    return tuple(_once(_made(call, dialogue, today)))


def _made(call: Call, dialogue: Dialogue, today: date | None) -> Iterator[Promise]:
    seen = {s.turn for s in dialogue.happened("promise")}
    speakers = dialogue.reading.speakers
    texts = lines([t.text for t in call.turns])
    for turn, (said, text) in enumerate(zip(call.turns, texts, strict=True)):
        if speakers[turn] is not Speaker.CUSTOMER or _REFUSES.search(text):
            continue
        asked = _before(texts, speakers, turn)
        if _says_so(text, asked, seen=turn in seen):
            yield from (_promise(turn, said.text, part, today, "") for part in _REST.split(text) if _tells(part))
        elif len(text) <= SHORT and _proposed(asked) and _YES.match(text) and not _NO.search(text):
            yield _promise(turn, said.text, text, today, asked)


def _says_so(text: str, asked: str, *, seen: bool) -> bool:
    """A day or a sum with the word for paying it, or the bare day as the answer to the question for it."""
    if not _tells(text):
        return False
    if _PAYS.search(text) and (seen or _DAY.search(text)):
        return True
    rest = re.sub(r"\W", "", _DAY.sub("", text))
    bare = len(rest) <= BARE or _EARNS.search(rest)
    answers = _ASKS_WHEN.search(asked) and _PAYS.search(asked) and _DAY.search(text)
    return bool(answers and bare) and not _NO.search(text)


def _tells(text: str) -> bool:
    return bool(_DAY.search(text)) or next(iter(_amounts(text)), None) is not None


def _before(texts: Sequence[str], speakers: Sequence[Speaker], turn: int) -> str:
    """What the agent said just before."""
    first = turn
    while first > 0 and speakers[first - 1] is Speaker.AGENT:
        first -= 1
    return "".join(texts[first:turn])


def _proposed(asked: str) -> bool:
    """The agent proposes a day to pay, or repeats one to be confirmed."""
    return bool(_DAY.search(asked) and _PAYS.search(asked)) and next(iter(_amounts(asked)), None) is not None


def _promise(turn: int, quote: str, text: str, today: date | None, proposed: str) -> Promise:
    due, when = _due(text, today)
    if not when and proposed:
        due, when = _due(proposed, today)
    amount = _paid(text)
    if amount is None and proposed:
        amount = _paid(proposed)
    way = _way(text) or _way(proposed)
    return Promise(turn, quote, amount, None if due is None else due.isoformat(), when, way)


def _paid(text: str) -> float | None:
    """The sum behind a word for paying, else the first sum."""
    sums = {m.start(): value for m, value in _sums(text)}
    behind = [at for at in sums if _BEFORE_SUM.search(text[:at])]
    return sums[min(behind or sums)] if sums else None


def _way(text: str) -> str:
    return next((name for name, words in _WAYS if re.search(words, text)), "")


def _once(promises: Iterable[Promise]) -> Iterator[Promise]:
    """Without those that repeat an earlier one or say less of the same day; a repeated one adds what it knows."""
    kept: list[Promise] = []
    for one in promises:
        same = next((i for i, k in enumerate(kept) if _agree(k, one)), None)
        if same is None:
            kept.append(one)
        else:
            k = kept[same]
            kept[same] = replace(
                k,
                amount=one.amount if k.amount is None else k.amount,
                due=k.due or one.due,
                when=k.when or one.when,
                way=k.way or one.way,
            )
    yield from kept


def _agree(a: Promise, b: Promise) -> bool:
    """Two promises that can be one: the same day or words for it, and no two different amounts."""
    day = a.when == b.when or (a.due is not None and a.due == b.due) or not a.when or not b.when
    return day and (a.amount == b.amount or a.amount is None or b.amount is None)


def _amounts(text: str) -> Iterator[float]:
    return (value for _, value in _sums(text))


def _sums(text: str) -> Iterator[tuple[re.Match[str], float]]:
    """The sums of money in a text, in yuan; a bare small number is none, nor is one of a bank or telephone."""
    for match in _AMOUNT.finditer(text):
        if match.group("number"):
            value = float(match.group("number").replace(",", "")) * _UNIT.get(match.group("scale") or "", 1)
        else:
            value = number(match.group("spoken")) or 0.0
        tenths = match.group("tenths")
        if tenths:
            value += (int(tenths) if tenths.isdigit() else _DIGIT[tenths]) / 10
        if (1 if match.group("money") else 100) <= value < _LARGEST and not match.group().startswith(("零", "00")):
            yield match, round(value, 2)


def number(spoken: str) -> float | None:
    """A number as it is spoken: 三千八 is 3800, 一万零九百 is 10900, 二零二六 is 2026; None if it is none."""
    if not spoken or any(c not in _DIGIT and c not in _UNIT for c in spoken):
        return None
    if not any(c in _UNIT for c in spoken):
        return float("".join(str(_DIGIT[c]) for c in spoken))
    total = section = digit = 0
    last, zero = 1, False
    for c in spoken:
        if c in _DIGIT:
            digit, zero = _DIGIT[c], zero or _DIGIT[c] == 0
        elif c == "万":
            total, section, digit, last, zero = (section + digit) * 10000, 0, 0, 10000, False
        else:
            section += (digit or 1) * _UNIT[c]
            digit, last, zero = 0, _UNIT[c], False
    tail = digit if zero or last <= 10 else digit * last // 10
    return float(total + section + tail)


def _due(text: str, today: date | None) -> tuple[date | None, str]:
    """The first day named, and the words for it; no day where the words leave it open or the call has no date."""
    match = _DAY.search(text)
    if match is None:
        return None, ""
    return (None if today is None else _day(match, today)), match.group()


def _day(match: re.Match[str], today: date) -> date | None:
    part = match.groupdict()
    if part["month"]:
        return _date(today, _count(part["month"]), _count(part["of_month"]))
    if part["next"]:
        month = _month(today, 1 if part["next"].startswith("下") else 0)
        day = {"初": 5, "中": 15}.get(part["edge"], 31)
        return month.replace(day=min(day, monthrange(month.year, month.month)[1]))
    if part["day"]:
        return _of_month(today, _count(part["day"]), (part["next2"] or "").startswith("下"))
    if part["alone"]:
        year_end = part["alone"].startswith("年")
        return date(today.year, 12, 31) if year_end else today.replace(day=monthrange(today.year, today.month)[1])
    if part["weekday"]:
        return _weekday(today, part["week"] or "", _WEEK[part["weekday"]])
    if part["near"]:
        return today + timedelta(days=_NEAR[part["near"]])
    if part["later"]:
        return today
    if part["within"]:
        count = _count(part["within"])
        return None if count is None else today + timedelta(days=count * (1 if part["span"] == "天" else 7))
    return None


def _count(text: str | None) -> int | None:
    if not text:
        return None
    value = float(text) if text.isdigit() else number(text)
    return None if value is None else int(value)


def _month(today: date, ahead: int) -> date:
    """The first of the month so many months ahead."""
    months = today.year * 12 + today.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)


def _of_month(today: date, day: int | None, following: bool) -> date | None:
    """The day of this month, of the next one if it is past or said to be."""
    if day is None or not 1 <= day <= 31:
        return None
    for ahead in range(1 if following or day < today.day else 0, 3):
        month = _month(today, ahead)
        if day <= monthrange(month.year, month.month)[1]:
            return month.replace(day=day)
    return None


def _date(today: date, month: int | None, day: int | None) -> date | None:
    """The day of the year, of the next year if it is long past."""
    if month is None or day is None or not 1 <= month <= 12:
        return None
    year = today.year + (month < today.month - 1)
    return date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None


def _weekday(today: date, week: str, wanted: int) -> date:
    """周五 is the next Friday from today on; 下周五 that of the next week, weeks beginning on Monday."""
    monday = today - timedelta(days=today.weekday())
    ahead = {"下下": 2, "下": 1, "下个": 1}.get(week, 0)
    day = monday + timedelta(days=7 * ahead + wanted)
    return day if ahead or day >= today else day + timedelta(days=7)
