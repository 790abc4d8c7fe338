"""Personal numbers are nobody's business in a report: mask them, and move no offset by doing so.

Masked are mobile numbers (11 digits), identity numbers (18, the last may be X) and card or account numbers (13 to 19
digits), written in digits, full-width digits or spoken Chinese digits, with spaces, dashes or commas between them.
Hot lines (95xxx, 400…), short numbers and dates stay.  No checksum is asked for: a misheard number is personal too.
"""

from __future__ import annotations

import re
from collections.abc import Callable

STAR = "*"
SHORTEST = 11
"""No personal number has fewer digits than a mobile number."""
DIGIT = "[0-9０-９零〇一二三四五六七八九幺两]"
SPOKEN = "[零〇一二三四五六七八九幺两]"
GAP = r"[\s\-‐-―_.·,，、。\u200b-\u200f\u2060\ufeff]{0,3}"
STOP = r"[\s\-‐-―_.·,，、\u200b-\u200f\u2060\ufeff]{1,3}"
ONE = "[1１一幺]"
THREE_TO_NINE = "[3-9３-９三四五六七八九]"

WORTH_A_LOOK = re.compile(f"{DIGIT}(?:{GAP}{DIGIT}){{10}}")
IDENTITY = re.compile(
    f"(?<!{DIGIT})(?:{DIGIT}{{17}}(?:{DIGIT}|[XxＸｘ])(?!{DIGIT})"
    f"|{DIGIT}{{6}}{STOP}{DIGIT}{{8}}{STOP}{DIGIT}{{3}}(?:{DIGIT}|[XxＸｘ])(?!{DIGIT})"
    f"|{SPOKEN}(?:{GAP}{SPOKEN}){{16}}{GAP}(?:{SPOKEN}|[XxＸｘ])(?!{GAP}{SPOKEN}))"
)
CARD = re.compile(
    f"(?<!{DIGIT})(?:{DIGIT}{{13,}}"
    f"|{DIGIT}{{4}}(?:{STOP}{DIGIT}{{4}}){{2,3}}(?:{STOP}{DIGIT}{{1,4}})?(?!{DIGIT})"
    f"|{DIGIT}(?:{STOP}{DIGIT}){{12,18}}(?!{DIGIT})"
    f"|{SPOKEN}(?:{GAP}{SPOKEN}){{12,18}}(?!{SPOKEN}))"
)
MOBILE_ALONE = re.compile(f"(?<!{DIGIT}){ONE}{THREE_TO_NINE}{DIGIT}{{9}}(?!{DIGIT})")
"""A mobile number with nothing else around it goes first, lest a neighbouring number swallow it."""
MOBILE = re.compile(f"{ONE}{THREE_TO_NINE}{DIGIT}{{9}}")
GROUPED_MOBILE = re.compile(f"(?<!{DIGIT}){ONE}{THREE_TO_NINE}{DIGIT}{STOP}{DIGIT}{{4}}{STOP}{DIGIT}{{4}}(?!{DIGIT})")
SPACED_MOBILE = re.compile(f"(?<!{DIGIT}){ONE}{GAP}{THREE_TO_NINE}(?:{GAP}{DIGIT}){{9}}")
DATE = re.compile(r"(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./]\d")
COUNTED = re.compile(f"{DIGIT}|[XxＸｘ]")


def mask(text: str) -> str:
    """The text with personal numbers starred out, exactly as long as before.

    The first three and last four digits stay readable (identity numbers: last two), so that a reviewer can still tell
    two numbers apart.
    """
    if len(text) < SHORTEST or not WORTH_A_LOOK.search(text):
        return text
    text = MOBILE_ALONE.sub(_starred(4), text)
    text = IDENTITY.sub(_starred(2), text)
    text = CARD.sub(_unless_date(_starred(4)), text)
    for pattern in (MOBILE, GROUPED_MOBILE, SPACED_MOBILE):
        text = pattern.sub(_starred(4), text)
    return text


def _starred(tail: int) -> Callable[[re.Match[str]], str]:
    """Replace all digits of a match but the first three and the last ``tail``; separators stay."""

    def replace(match: re.Match[str]) -> str:
        number = match[0]
        places = [m.start() for m in COUNTED.finditer(number)]
        hidden = set(places[3 : len(places) - tail])
        return "".join(STAR if i in hidden else c for i, c in enumerate(number))

    return replace


def _unless_date(replace: Callable[[re.Match[str]], str]) -> Callable[[re.Match[str]], str]:
    """Leave what starts like a date (2026-03-02 …) alone."""
    return lambda match: match[0] if DATE.match(match[0]) else replace(match)
