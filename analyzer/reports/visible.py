"""Transcripts are hostile text: what cannot be seen, or steers a terminal, is made visible before anybody reads it."""

from __future__ import annotations

import re
import unicodedata

KEPT_FORMAT = "\u06dd\u070f"
SPECIAL = {"\n": "↵", "\r": "↵", "\t": " ", "\u2028": "↵", "\u2029": "↵"}
INVISIBLE = frozenset({"Cf", "Cc", "Co", "Zl", "Zp"})
BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
ODD = re.compile(f"[{BLANK}\ufe00-\ufe0f]")
"""What counts as printable and yet is blank or changes only how its neighbour looks."""
CLIPPED = "…"


class _Table(dict[int, str]):
    """Translation table that decides about each code point when it first meets it."""

    def __missing__(self, code: int) -> str:
        self[code] = shown = _shown(chr(code))
        return shown


def _shown(char: str) -> str:
    """How one character is printed."""
    if char in SPECIAL:
        return SPECIAL[char]
    kind = unicodedata.category(char)
    if kind == "Cs":
        return "\ufffd"
    if (kind in INVISIBLE and char not in KEPT_FORMAT) or ODD.match(char):
        return f"‹U+{ord(char):04X}›"
    return char


_TABLE = _Table()


def visible(text: str) -> str:
    """The text on one line, with control characters, escapes, direction marks and other invisible ones spelled out.

    A line break becomes ↵, ESC becomes ‹U+001B›, a right-to-left override ‹U+202E›, half a surrogate pair �.
    """
    return text if text.isprintable() and not ODD.search(text) else text.translate(_TABLE)


def clip(text: str, length: int, *, head: bool = False) -> str:
    """At most ``length`` characters: the beginning, or with ``head`` the end, and … where something was cut off."""
    if len(text) <= length:
        return text
    return CLIPPED + text[len(text) - length + 1 :] if head else text[: length - 1] + CLIPPED
