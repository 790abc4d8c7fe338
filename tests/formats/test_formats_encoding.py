"""Which encoding bytes are in, and when to give up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import InputError
from analyzer.formats.encoding import codec_of, decode

SIMPLE = (
    "坐席：您好，请问是李女士本人吗？我这边是银行信用卡中心的，您的账单已经逾期了。\n"
    "客户：我知道了，下个月发工资就还。\n"
)
TRADITIONAL = (
    "客服：您好，請問是李小姐本人嗎？我這邊是銀行信用卡中心的，您的帳單已經過期了。\n"
    "客戶：我知道了，下個月發薪水就還。\n"
)


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030", "gbk", "utf-16-le", "utf-16-be"]
)
def test_simplified_text_is_read_in_every_encoding(codec: str) -> None:
    assert decode(SIMPLE.encode(codec), "a") == SIMPLE


@pytest.mark.parametrize("codec", ["utf-8", "big5", "big5hkscs", "gb18030", "utf-16"])
def test_traditional_text_is_read_in_every_encoding(codec: str) -> None:
    assert decode(TRADITIONAL.encode(codec), "a") == TRADITIONAL


def test_a_few_characters_are_enough() -> None:
    for text in ("坐席：喂", "客户：好的", "内容\n您好"):
        assert decode(text.encode("gb18030"), "a") == text


@given(st.integers(1, len(SIMPLE.encode("gb18030")) - 1))
def test_a_cut_head_is_still_recognised(at: int) -> None:
    data = (SIMPLE * 2).encode("gb18030")
    assert codec_of(data[: len(data) // 2 + at], "a", final=False) == "gb18030"


def test_the_encoding_asked_for_wins_and_must_fit() -> None:
    assert decode("您好".encode("big5"), "a", "big5") == "您好"
    with pytest.raises(InputError, match="第 2 行"):
        decode("好\n".encode() + b"\xff", "a", "utf-8")
    for unknown in ("klingon", "rot13", "unicode_escape", "utf\0"):
        with pytest.raises(InputError, match="不认识的编码"):
            decode(b"a", "a", unknown)


def test_mojibake_is_told_and_not_judged() -> None:
    once = SIMPLE.encode().decode("gb18030", "replace")
    latin = SIMPLE.encode().decode("latin-1")
    lost = SIMPLE.encode().decode("ascii", "replace")
    for text in (once, latin, lost):
        with pytest.raises(InputError, match="乱码"):
            decode(text.encode(), "a")


def test_binary_is_told() -> None:
    with pytest.raises(InputError):
        decode(bytes(range(256)) * 8, "a")
    with pytest.raises(InputError, match="控制字符"):
        decode(b"\x01\x02\x03\x04abc" * 50, "a")


def test_stray_nul_bytes_become_spaces() -> None:
    assert decode(("坐席：您\0好" + SIMPLE).encode(), "a").startswith("坐席：您 好")


def test_one_broken_byte_in_utf8_names_the_line() -> None:
    data = SIMPLE.encode() + b"\xff\xfe\xe5" + SIMPLE.encode()
    with pytest.raises(InputError, match=r"不是 UTF-8（第 3 行"):
        decode(data, "a")
