"""Personal data in talk, and a pseudonym for each: the same person, number or place has one name in a whole audit.

Found are mobile and other long numbers (also spoken), identity numbers (checksum), bank cards (Luhn), landlines, number
plates, addresses and names. Pseudonyms count in order of appearance and reveal nothing; who must know keeps the key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from analyzer.reports import mask

NUMERALS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "幺": "1", "两": "2"}
NUMERALS |= {chr(0xFF10 + i): str(i) for i in range(10)}
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田"
    "任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦"
    "季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍覃"
    "霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀"
)
COMPOUND = "欧阳|司马|上官|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|夏侯|端木|南宫"
NOT_GIVEN = (
    "的了是在不吗呢吧我你您他她它这那有没还钱款先女小好们么哪谁什怎为请问本就也都要会能可到给跟和与或及"
    "对说话打电接听啊呀哦嗯哎喂"
)
"""Characters that are hardly ever part of a given name and often stand behind a surname that is none."""
GIVEN = f"(?![{NOT_GIVEN}])[\u4e00-\u9fff]"
FULL_NAME = f"(?:(?:{COMPOUND})|[{SURNAMES}]){GIVEN}(?:{GIVEN})?"
TITLE = "先生|女士|小姐|太太|师傅|同志|老师|经理|主任|主管|组长|队长|警官|法官|律师|书记|村长|老板"
ASKED = re.compile(
    f"(?:请问(?:您|你)?是|您是|你是|我是|我叫|名字叫|叫|找一下|找|转告|通知|联系|认识|姓名[是为：:]?|请问|关于)"
    f"({FULL_NAME})(?=本人|{TITLE}|吗|吧|么|的|，|。|？|！|,|\\?|\\.|$|在|家|不)"
)
TITLED = re.compile(f"({FULL_NAME}|(?:{COMPOUND})|[{SURNAMES}])(?=(?:{TITLE}))")
SURNAMED = re.compile(f"(?<=姓)(?:(?:{COMPOUND})|[{SURNAMES}])")
LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[- －—]?\d{7,8}(?!\d)")
PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Za-z][·•.\- ]?[A-Za-z0-9]{5,6}(?![A-Za-z0-9])"
)
COUNT = "[0-9０-９零〇一二三四五六七八九十百]{1,5}"
PLACE = (
    "[\u4e00-\u9fff]{1,7}?(?:省|市|自治区|自治州|区|县|旗|镇|乡|村|屯|街道|路|街|大道|巷|弄|胡同|里"
    "|小区|花园|家园|新村|苑|公寓|大厦|广场)"
)
ADDRESS = re.compile(f"(?:{PLACE}){{1,6}}(?:{COUNT}(?:号楼|号院|号|栋|幢|座|单元|室|层|楼|组|队|户))+(?:{COUNT}室?)?")
LEAD = re.compile(r"^.*(?:住在|住的是|地址是|家在|户籍是|送到|寄到|在|住|是|到)(?=[\u4e00-\u9fff]{2})")
KINDS = {
    "name": "姓名",
    "phone": "电话",
    "identity": "证件号",
    "card": "卡号",
    "number": "长号码",
    "plate": "车牌",
    "address": "地址",
    "debtor": "债务人",
    "agent": "坐席",
    "call": "通话",
    "source": "来源",
}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Mention:
    """Personal data in a text: where, of which kind, and what it is apart from how it is written."""

    start: int
    end: int
    kind: str
    value: str


@dataclass(slots=True)
class Pseudonyms:
    """Who is called what; ``keys`` lists what was replaced, for those in the house who must know."""

    _known: dict[tuple[str, str], str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def of(self, kind: str, value: str) -> str:
        """The pseudonym of a value; the next free one if it is new."""
        if not value:
            return ""
        found = self._known.get((kind, value))
        if found is None:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            found = self._known[kind, value] = f"{KINDS[kind]}{self._counts[kind]:04d}"
        return found

    def keys(self) -> list[tuple[str, str, str]]:
        """Kind, value and pseudonym of everything."""
        return [(KINDS[kind], value, name) for (kind, value), name in self._known.items()]


def mentions(text: str, names: Iterable[str] = ()) -> list[Mention]:
    """Personal data in a text, in order and without overlaps; ``names`` are looked for everywhere."""
    found: list[Mention] = []
    for mention in (*_numbers(text), *_places(text), *_named(text, names)):
        if not any(mention.start < m.end and m.start < mention.end for m in found):
            found.append(mention)
    return sorted(found, key=lambda m: m.start)


def full_names(text: str) -> Iterator[str]:
    """Names of people that a text gives away by how it speaks of them."""
    yield from (m[1] for m in ASKED.finditer(text))
    yield from (m[1] for m in TITLED.finditer(text) if len(m[1]) > 1 and m[1] not in COMPOUND.split("|"))


def _numbers(text: str) -> Iterator[Mention]:
    for pattern in (mask.MOBILE_ALONE, mask.IDENTITY, mask.CARD, mask.GROUPED_MOBILE, mask.SPACED_MOBILE, LANDLINE):
        for m in pattern.finditer(text):
            if not mask.DATE.match(m[0]):
                digits = digits_of(m[0])
                yield Mention(m.start(), m.end(), _kind(digits), digits)


def _kind(digits: str) -> str:
    if len(digits) == 18 and identity_number(digits):
        return "identity"
    if 13 <= len(digits) <= 19:
        return "card" if luhn(digits) else "number"
    return "phone" if len(digits) <= 12 else "number"


def digits_of(text: str) -> str:
    """The digits of a number however it is written or spoken."""
    found = (NUMERALS.get(c, c.upper()) for c in text)
    return "".join("X" if c == "Ｘ" else c for c in found if c.isdigit() or c in "XＸ")


def identity_number(digits: str) -> bool:
    """True for 18 characters with the check character of GB 11643."""
    if len(digits) != 18 or not digits[:17].isdigit():
        return False
    return "10X98765432"[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=False)) % 11] == digits[17]


def luhn(digits: str) -> bool:
    """True for a number with the check digit of bank cards."""
    if not digits.isdigit():
        return False
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _places(text: str) -> Iterator[Mention]:
    for m in PLATE.finditer(text):
        yield Mention(m.start(), m.end(), "plate", re.sub(r"[·•.\- ]", "", m[0]).upper())
    for m in ADDRESS.finditer(text):
        lead = LEAD.match(m[0])
        start = m.start() + (lead.end() if lead else 0)
        yield Mention(start, m.end(), "address", text[start : m.end()])


def _named(text: str, names: Iterable[str]) -> Iterator[Mention]:
    for name in sorted(set(names), key=lambda n: (-len(n), n)):
        at = text.find(name)
        while name and at >= 0:
            yield Mention(at, at + len(name), "name", name)
            at = text.find(name, at + len(name))
    for m in SURNAMED.finditer(text):
        yield Mention(m.start(), m.end(), "surname", m[0])
    for m in TITLED.finditer(text):
        if len(m[1]) == 1 or m[1] in COMPOUND.split("|"):
            yield Mention(m.start(1), m.end(1), "surname", m[1])
