"""Write ``analyzer/text/tables.npz``: the fold table and the sound table.

Run once after an update of the sources: ``python tools/tables.py`` (needs the extra ``tables``: opencc, pypinyin).

fold    pairs (from, to) of code points, one character for one: Unicode NFKC and lower case where they keep the
        length, OpenCC ``t2s`` for traditional characters, look-alike letters, white space and line ends.
doubled characters that words double (聊聊, 天天): those of jieba's dictionary that stand twice in a word of two, and
        the kin and measure words of everyday speech; doubled function words are stutters (我我, 再再).
common  characters that are common as words of their own in jieba's dictionary, and those that are everywhere.
noise   code points that carry no words and are skipped while reading.
sound   for each of the 20,902 unified ideographs the key of its commonest reading, twice: ``strict`` folds
        zh/z, ch/c, sh/s, an/ang, en/eng, in/ing; ``loose`` also folds n/l, r/l and f/h.
        ``more`` lists the other readings of polyphones as (character, strict, loose).
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import numpy as np
import opencc
from pypinyin import Style, pinyin

from analyzer.text.words import dictionary

TARGET = Path(__file__).parents[1] / "analyzer" / "text" / "tables.npz"
FIRST, LAST = 0x4E00, 0x9FA5
LOOK_ALIKES = dict(zip("аеорсхуіѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοα", "aeopcxyishdqwabezhikmnoptyxoa", strict=True))
PUNCTUATION = {"。": ".", "、": "/", "…": ",", "—": ","}
"""With these, all borders of clauses and sentences are ASCII, which patterns read much faster."""
DOUBLED = (
    "爸妈爷奶哥姐弟妹叔伯公婆姥舅姑嫂宝天常刚慢好看试想说谈等谢大多少早晚偏往仅渐单通乖轻星"
    "人个次回年月点处时刻家户样件哈呵嘿滴悄偷白万千稍明快远唠见会凑瞅评倒念遛囡道"
)
STUTTERED = "了得对可再到上下中以从来而之于"
COMMON, EVERYWHERE = 7_000, 100_000
LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
NOISE_RANGES = [
    (0x300, 0x36F),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
]
NOISE_CHARS = " \t\u00a0\u00ad\u3000\ufeff*·•・∙⋅_~^#|\\`'\"“”‘’「」『』【】[]<>《》()\ufffd" + "".join(
    map(chr, range(0x09))
)
EXTRA_READINGS = {"还": ["hai", "huan"], "率": ["lv", "shuai"], "征": ["zheng"], "行": ["xing", "hang"], "单": ["dan"]}


def folded(char: str, t2s: opencc.OpenCC) -> str:
    """What one character is read as; itself where nothing of length one is found."""
    if char in LINE_ENDS:
        return "."
    if char in LOOK_ALIKES:
        return LOOK_ALIKES[char]
    out = char
    for step in (lambda c: unicodedata.normalize("NFKC", c), str.lower, t2s.convert):
        new = step(out)
        if len(new) == 1:
            out = new
    if out == char and not char.isascii():
        plain = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", char)).lower()
        out = plain if len(plain) == 1 and plain.isascii() and plain.isalnum() else char
    return " " if out.isspace() else PUNCTUATION.get(out, out)


def key(reading: str, *, loose: bool) -> str:
    """Fold a toneless reading to the sounds that recognisers and dialects confuse."""
    reading = reading.replace("ü", "v").replace("u:", "v")
    reading = re.sub("^([zcs])h", r"\1", reading)
    reading = re.sub("(an|en|in|on)g$", lambda m: m.group(1) if m.group(1) != "on" else "ong", reading)
    if loose:
        reading = re.sub("^[nr]", "l", reading)
        reading = re.sub("^h(?=u|ong)", "f", reading)
        reading = {"fuan": "fan", "fuen": "fen", "fun": "fen", "fui": "fei", "fuei": "fei"}.get(reading, reading)
    return reading


def main() -> None:
    """Compute and write the tables."""
    t2s = opencc.OpenCC("t2s")
    pairs, noise = [], set(map(ord, NOISE_CHARS))
    for low, high in NOISE_RANGES:
        noise.update(range(low, high + 1))
    for code in range(0x110000):
        if 0xD800 <= code <= 0xDFFF or code in noise:
            continue
        to = folded(chr(code), t2s)
        if ord(to) != code:
            pairs.append((code, ord(to)))
    twice = {w[0] for w, _ in dictionary() if len(w) == 2 and w[0] == w[1]} - set(STUTTERED) | set(DOUBLED)
    alone = {ord(w): n for w, n in dictionary() if len(w) == 1}
    keys: dict[str, int] = {}
    strict = np.zeros(LAST - FIRST + 1, np.uint16)
    loose = np.zeros_like(strict)
    more = []
    for code in range(FIRST, LAST + 1):
        readings = list(
            dict.fromkeys(r for r in pinyin(chr(code), style=Style.NORMAL, heteronym=True)[0] if r.isalpha())
        )
        readings = list(dict.fromkeys([*EXTRA_READINGS.get(chr(code), []), *readings]))[:4]
        for n, reading in enumerate(readings):
            s = keys.setdefault("s" + key(reading, loose=False), len(keys) + 1)
            v = keys.setdefault("l" + key(reading, loose=True), len(keys) + 1)
            if n == 0:
                strict[code - FIRST], loose[code - FIRST] = s, v
            elif (s, v) != (strict[code - FIRST], loose[code - FIRST]):
                more.append((code, s, v))
    np.savez_compressed(
        TARGET,
        fold=np.array(pairs, np.uint32),
        common=np.array(sorted(c for c, n in alone.items() if n >= COMMON), np.uint32),
        everywhere=np.array(sorted(c for c, n in alone.items() if n >= EVERYWHERE), np.uint32),
        doubled=np.array(sorted(map(ord, twice)), np.uint32),
        noise=np.array(sorted(noise), np.uint32),
        strict=strict,
        loose=loose,
        more=np.array(more, np.uint32),
    )
    print(
        f"{TARGET.name}: {len(pairs)} folds, {len(noise)} noise characters, "
        f"{len(keys)} sound keys, {len(more)} further readings"
    )


if __name__ == "__main__":
    main()
