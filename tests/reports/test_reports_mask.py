"""Personal numbers do not survive, and nothing moves."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.reports.mask import mask

MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
AROUND = st.text(st.sampled_from("，。 -我的号0123456789Xx一二三幺零\n*ａ９"), max_size=30) | st.text(max_size=20)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("打13912345678找我", "打139****5678找我"),
        ("138 1234 5678", "138 **** 5678"),
        ("138-1234-5678。", "138-****-5678。"),
        ("１３９１２３４５６７８", "１３９****５６７８"),
        ("一三八一二三四五六七八", "一三八****五六七八"),
        ("幺三八，一二三四，五六七八", "幺三八，****，五六七八"),
        ("1 3 8 1 2 3 4 5 6 7 8", "1 3 8 * * * * 5 6 7 8"),
        ("138\u200b12345678", "138\u200b****5678"),
        ("身份证11010119900307123X", "身份证110*************3X"),
        ("110101 19900307 1234", "110*** ******** **34"),
        ("一一零一零一，一九九零，零三零七，一二三四", "一一零***，****，****，**三四"),
        ("卡号6222021234567890123。", "卡号622************0123。"),
        ("6222 0212 3456 7890", "622* **** **** 7890"),
        ("+8613912345678", "+861******5678"),
        ("13912345678 13812345679", "139****5678 138****5679"),
    ],
)
def test_a_personal_number_keeps_its_ends_and_its_length(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "95588",
        "400-820-8888",
        "4008208888",
        "12378 或 96110",
        "12345.67 元",
        "2026-03-02 10:15",
        "2026-03-02 2026-03-05",
        "工号A120417",
        "二零二六年三月二号，一共四千六百五十元",
        "",
        "没有数字",
    ],
)
def test_hot_lines_short_numbers_and_dates_stay(text: str) -> None:
    assert mask(text) == text


@given(AROUND, MOBILES, AROUND)
def test_no_mobile_number_survives_and_no_character_moves(before: str, mobile: str, after: str) -> None:
    text = before + mobile + after
    masked = mask(text)
    assert len(masked) == len(text)
    assert not re.search(r"1[3-9][0-9]{9}", masked)
    assert all(b in (a, "*") for a, b in zip(text, masked, strict=True))


@given(st.text())
def test_masking_twice_changes_nothing_more_than_masking_once_moves(text: str) -> None:
    assert len(mask(mask(text))) == len(mask(text)) == len(text)


@pytest.mark.parametrize("text", ["1" * 40_000, "1 " * 20_000, "一三八，" * 10_000, "138 1234 567" * 4_000])
def test_a_hostile_turn_is_masked_in_little_time(text: str) -> None:
    begun = time.perf_counter()
    assert len(mask(text)) == len(text)
    assert time.perf_counter() - begun < 1.0
