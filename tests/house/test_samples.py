"""The samples give the reports they must give, and broken ones an answer."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import pytest

from analyzer import formats
from analyzer.call import Call
from analyzer.check import check
from analyzer.errors import InputError, Skipped
from analyzer.rules.rulebook import Rulebook

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "samples"
sys.path.insert(0, str(ROOT / "tools"))
GOLDEN = [
    json.loads(line) for line in (ROOT / "tests" / "golden" / "samples.jsonl").read_text(encoding="utf-8").splitlines()
]
FILES = list(formats.walk([SAMPLES]))
CORRUPTIONS = 200


@pytest.fixture(scope="module")
def now() -> dict[str, dict[str, object]]:
    import golden

    return {str(g["call_id"]): g for g in golden.golden()}


@pytest.mark.parametrize("wanted", GOLDEN, ids=[g["call_id"] for g in GOLDEN])
def test_a_sample_gives_its_golden_report(wanted: dict[str, object], now: dict[str, dict[str, object]]) -> None:
    assert now[str(wanted["call_id"])] == wanted


def test_there_are_twenty_four_samples_in_all_formats(now: dict[str, dict[str, object]]) -> None:
    assert len(now) == len(GOLDEN) == 24
    assert {p.suffix for p in FILES} == {".json", ".jsonl", ".txt", ".csv", ".xlsx"}


def corrupted(data: bytes, chance: random.Random) -> bytes:
    """One random injury: bytes flipped, cut, doubled, inserted or torn off."""
    broken = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at, size = chance.randrange(max(len(broken), 1)), chance.choice([1, 2, 7, 60])
        way = chance.randrange(5)
        if way == 0:
            broken[at : at + size] = bytes(chance.randrange(256) for _ in range(size))
        elif way == 1:
            del broken[at : at + size]
        elif way == 2:
            broken[at:at] = broken[at : at + size]
        elif way == 3:
            broken[at:at] = chance.choice([b"\x00", b"\xff\xfe", b'"', b"{", b"\n", b"\xed\xa0\x80", b","])
        else:
            del broken[at:]
    return bytes(broken)


@pytest.mark.parametrize("path", FILES, ids=[p.name for p in FILES])
def test_two_hundred_corruptions_give_a_report_or_a_clear_error(path: Path, rulebook: Rulebook) -> None:
    chance, data, rules = random.Random(path.name), path.read_bytes(), rulebook.without_model()
    for _ in range(CORRUPTIONS):
        try:
            items = list(formats.read_text_stream(corrupted(data, chance), path.name))
        except InputError as error:
            assert str(error).startswith(path.name)  # noqa: PT017  both outcomes are right, this one must name the file
            continue
        for item in items:
            if isinstance(item, Skipped):
                assert item.reason
            else:
                assert isinstance(item, Call)
                assert check(item, rules).call_id == item.call_id
