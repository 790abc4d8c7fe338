"""Hostile bytes: calls, Skipped or InputError come out, and nothing else."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented_transcripts import first_sample

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats import FORMATS, read_text_stream

LOOKS = [
    b"",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"PK\x03\x04xl/",
    b'{"turns": [',
    b"[",
    "坐席：".encode(),
    "内容,角色\n".encode(),
]
SLOW = ("csv", "xlsx", "docx", "zip")
PIECES = [
    "坐席：",
    "客户",
    "A:",
    "[00:01]",
    "\n",
    "\r",
    "---",
    "\t",
    ",",
    '"',
    "内容",
    "text",
    "{",
    "}",
    "[",
    "]",
    ":",
    "turns",
    "1:02",
    "\ud800",
    "\0",
]


def outcome(data: bytes, **options: str) -> str:
    """What reading comes to; any other exception fails the test."""
    try:
        results = list(read_text_stream(data, "a.bin", **options))  # type: ignore[arg-type]
    except InputError:
        return "InputError"
    assert all(isinstance(result, (Call, Skipped)) for result in results)
    return "calls"


SAMPLES = {name: first_sample(name) for name in FORMATS}


def corrupted(data: bytes, r: random.Random) -> bytes:
    """One to eight bytes changed, cut out, doubled or put in, or the tail cut off."""
    changed = bytearray(data)
    for _ in range(r.randint(1, 8)):
        at = r.randrange(len(changed) or 1)
        how = r.randrange(5)
        if how == 0:
            changed[at : at + 1] = bytes([r.randrange(256)])
        elif how == 1:
            del changed[at : at + r.randint(1, 20)]
        elif how == 2:
            changed[at:at] = changed[at : at + r.randint(1, 60)]
        elif how == 3:
            changed[at:at] = r.randbytes(r.randint(1, 6))
        elif r.random() < 0.2:
            del changed[at:]
    return bytes(changed)


@given(st.sampled_from(LOOKS), st.binary(max_size=300))
@settings(deadline=None)
def test_arbitrary_bytes_never_raise_anything_else(look: bytes, data: bytes) -> None:
    assert outcome(look + data)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=40), st.sampled_from([None, *FORMATS]))
def test_arbitrary_text_never_raises_anything_else(pieces: list[str], forced: str | None) -> None:
    data = "".join(pieces).encode("utf-8", "surrogatepass")
    assert outcome(data, **({"forced": forced} if forced else {}))


@pytest.mark.parametrize("name", list(FORMATS))
def test_corruptions_of_each_sample_never_raise_anything_else(name: str) -> None:
    r = random.Random(f"corrupt {name}")
    times = 30 if name in SLOW else 150
    results = [outcome(corrupted(SAMPLES[name], r), **({"forced": name} if i % 2 else {})) for i in range(times)]
    assert {"calls", "InputError"} >= set(results)
    assert "calls" in results or name in (*SLOW, "rttm"), "every corruption was refused"


@pytest.mark.parametrize("data", [b"", b" \n\r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\0\0"])
def test_an_empty_file_is_told(data: bytes) -> None:
    with pytest.raises(InputError, match="空文件"):
        list(read_text_stream(data))


def test_an_unknown_forced_format_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"call\.v1、.*、text、chat"):
        list(read_text_stream(b"x", forced="wav"))
