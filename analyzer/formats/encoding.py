"""Bytes to text: the encodings Chinese transcripts really come in, recognised by what they say.

Order: the encoding asked for, a byte order mark, strict UTF-8, then GB18030 against Big5 and UTF-16 judged by the
share of everyday characters, at last charset-normalizer. Nothing is replaced or dropped silently.
"""

from __future__ import annotations

import codecs
import re
from functools import cache

from analyzer.errors import InputError

COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方"
    "多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日者意无力它与长把机十民第公此已工使情明"
    "性知全三又关点正业外将两高间由问很最重并物手应向头文体相见被利什二等产或新己制身果加西月话合回特代内信表化老给位次度门任"
    "常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活更别打女变四总何电数安少报才结反受目太量再感务做接必场"
    "件计管期市直资命金指许统区保至便空决马司五眼书非则听白达放强即像难且思完设式色路记南品住告类求据程北边死张该交规万取觉确"
    "传清今切院让识候带您喂请欠款逾贷息额元账单费号码联系录音谢嗯啊吧呢吗呀哦哎哥姐妈爸婆哪谁早晚钱卡块百千零七八九六"
    "坐席催收客户服务专债权委托案角文本容开始束话轮编流渠说慢急忙赶紧送转给帮记查核实姓先女士"
    "們個這來為國說時會對發後過還現當沒動進樣從實無與長機關點業將兩間問應頭體麼見產話內給門員聲種經學開認條係氣題別變總電數報"
    "結務場計資統區決馬書聽達強難權設記類據邊張該規萬確傳識帶請貸額帳賬單費號碼聯繫錄謝繳錢塊銀媽誰妳逾債戶專編轉幫實"
)
"""Everyday characters, simplified and traditional; real speech has well over half of its characters here."""

SURE, MOJIBAKE, ENOUGH = 0.4, 0.12, 30
_ALLOWED = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "gbk", "gb2312"]
_ALLOWED += ["hz", "big5", "big5hkscs", "cp950", "ascii"]
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_ODD = re.compile("[\ue000-\uf8ff\uac00-\ud7a3]")
_LATIN = re.compile("[\x80-\xff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_PROBE = 1 << 16


@cache
def _codecs() -> frozenset[str]:
    """What Python calls the encodings that may be asked for."""
    return frozenset(codecs.lookup(name).name for name in _ALLOWED)


def share(text: str) -> float:
    """Share of everyday characters among the Chinese ones, 0.0 without any; private-use characters count as odd."""
    han = _HAN.findall(text)
    return sum(map(COMMON.__contains__, han)) / (len(han) + len(_ODD.findall(text))) if han else 0.0


def codec_of(data: bytes, name: str, encoding: str | None = None, *, final: bool = True) -> str:
    """Name of the Python codec that reads ``data``; with ``final=False`` the last character may be cut.

    Raises:
        InputError: no encoding fits, or ``encoding`` is unknown or does not fit.
    """
    if encoding is not None:
        return _asked(data, name, encoding, final)
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _fits(data, name, codec, final)
    if _text(data, "utf-8", final) is not None:
        return "utf-8"
    return _guess(data, name, final)


def decode(data: bytes, name: str, encoding: str | None = None) -> str:
    """The text of a whole file, byte order mark removed, stray NUL bytes turned into spaces.

    Raises:
        InputError: undecodable, binary or mojibake.
    """
    text = data.decode(codec_of(data, name, encoding)).removeprefix("\ufeff")
    complain(text, name)
    return text.replace("\0", " ")


def mostly_utf8(data: bytes) -> bool:
    """True when all but a few bytes of ``data`` are Chinese UTF-8, so that a format by lines may skip the bad ones."""
    text = data.decode("utf-8", "ignore")
    return share(text) >= SURE and len(data) - len(text.encode()) <= max(8, len(data) // 50)


def complain(text: str, name: str) -> None:
    """Say so when the text is no text.

    Raises:
        InputError: binary content, or text that was read in a wrong encoding and saved again (mojibake).
    """
    probe = text[:_PROBE]
    if len(_CONTROL.findall(probe)) > 0.05 * len(probe):
        raise InputError(name, "含有大量控制字符或 NUL 字节，不像文本文件", advice="请确认文件是否为文本转写稿")
    if _garbled(probe):
        raise InputError(name, "内容像是乱码（用错误的编码打开后又另存过）", advice="请从源系统以 UTF-8 重新导出")


def _garbled(text: str) -> bool:
    if text.isascii():
        return False
    han = _HAN.findall(text)
    lost = text.count("\ufffd") + 2 * text.count("锟斤拷")
    visible = len(text) - text.count(" ")
    if lost >= 3 and lost > 0.05 * visible:
        return True
    latin = len(_LATIN.findall(text))
    return (len(han) >= ENOUGH and share(text) < MOJIBAKE) or (
        latin >= 10 and latin > 0.3 * visible and latin > len(han)
    )


def _asked(data: bytes, name: str, encoding: str, final: bool) -> str:
    try:
        codec = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        codec = ""
    if codec not in _codecs():
        raise InputError(name, f"不认识的编码“{encoding}”", advice=f"可用：{'、'.join(_ALLOWED)}")
    return _fits(data, name, codec, final)


def _fits(data: bytes, name: str, codec: str, final: bool) -> str:
    if _text(data, codec, final) is None:
        raise InputError(name, f"不能按编码 {codec} 解码{_where(data, codec)}", advice="请改用正确的编码或重新导出")
    return codec


def _where(data: bytes, codec: str) -> str:
    try:
        data.decode(codec)
    except UnicodeDecodeError as error:
        return f"（第 {data.count(10, 0, error.start) + 1} 行，第 {error.start + 1} 个字节）"
    return ""


def _guess(data: bytes, name: str, final: bool) -> str:
    best, codec = max(
        (_score(data, codec, final), codec) for codec in ("big5hkscs", "gb18030", "utf-16-be", "utf-16-le")
    )
    if best >= SURE:
        return codec
    other = _last_way(data)
    if other:
        return _fits(data, name, other, final)
    raise InputError(
        name,
        f"无法识别文字编码：不是 UTF-8{_where(data, 'utf-8')}，也不像 GB18030、Big5 或 UTF-16",
        advice="请以 UTF-8 重新导出，或明确指定编码",
    )


def _score(data: bytes, codec: str, final: bool) -> float:
    text = _text(data, codec, final)
    return -1.0 if text is None else share(text[:_PROBE])


def _last_way(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_PROBE]).best()
    if best is None or codecs.lookup(best.encoding).name not in _codecs() or share(str(best)) < SURE:
        return None
    return str(best.encoding)


def _text(data: bytes, codec: str, final: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(codec)("strict").decode(data, final)
    except UnicodeError:
        return None
