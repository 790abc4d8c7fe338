"""Every format has at least two samples, is found out by their content, and reads them into the golden calls.

``python tests/formats/test_formats_samples.py`` rewrites the golden calls; look at the difference before you commit it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from invented_transcripts import every

from analyzer.call import Call
from analyzer.errors import Skipped
from analyzer.formats import FORMATS, detect, read, read_text_stream
from analyzer.formats.callv1 import to_wire
from analyzer.formats.document import Document

GOLDEN = Path(__file__).parents[1] / "golden" / "formats.jsonl"
NAMES = [(name, at) for name, samples in every().items() for at in range(len(samples))]
LONE = [("rttm", 0)]
"""Samples that cannot be read alone: the words of the first RTTM file are not shipped."""


def calls_of(name: str, at: int) -> list[Call | Skipped]:
    path, data = every()[name][at]
    return list(read(path)) if "/" in path else list(read_text_stream(data, path))


def wire(name: str, at: int) -> list[object]:
    """What a sample gives: calls, and why anything was skipped."""
    return [
        to_wire(item) if isinstance(item, Call) else {"skipped": item.reason, "line": item.line}
        for item in calls_of(name, at)
    ]


def lines() -> list[str]:
    return [
        json.dumps(
            {"format": name, "sample": Path(every()[name][at][0]).name, "calls": wire(name, at)}, ensure_ascii=False
        )
        for name, at in NAMES
        if (name, at) not in LONE
    ]


@pytest.fixture(scope="module")
def golden() -> dict[tuple[str, str], object]:
    found = map(json.loads, GOLDEN.read_text(encoding="utf-8").splitlines())
    return {(one["format"], one["sample"]): one["calls"] for one in found}


def test_every_format_has_at_least_two_samples() -> None:
    assert {name: len(samples) for name, samples in every().items() if len(samples) < 2} == {}
    assert every().keys() == FORMATS.keys()


@pytest.mark.parametrize(("name", "at"), NAMES)
def test_a_sample_is_found_out_by_its_content(name: str, at: int) -> None:
    path, data = every()[name][at]
    document = Document("neutral.bin", data=data)
    assert detect.detected(document, FORMATS).name == name, path
    sure = {other: format.sniff(document) for other, format in FORMATS.items()}
    assert sorted(sure.values())[-2] < sure[name], f"{path}: {sure}"


@pytest.mark.parametrize(("name", "at"), [one for one in NAMES if one not in LONE])
def test_a_sample_gives_its_golden_calls(name: str, at: int, golden: dict[tuple[str, str], object]) -> None:
    key = (name, Path(every()[name][at][0]).name)
    assert json.loads(json.dumps(wire(name, at), ensure_ascii=False)) == golden[key]


def test_no_golden_call_is_without_its_sample(golden: dict[tuple[str, str], object]) -> None:
    assert golden.keys() == {(name, Path(every()[name][at][0]).name) for name, at in NAMES if (name, at) not in LONE}


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_shows_a_sample_and_says_what_it_needs(name: str) -> None:
    assert FORMATS[name].sample.strip()
    assert FORMATS[name].needs
    assert FORMATS[name].title


if __name__ == "__main__":
    GOLDEN.write_text("\n".join(lines()) + "\n", encoding="utf-8", newline="\n")
    print(f"{GOLDEN.name}: {len(lines())} samples")
