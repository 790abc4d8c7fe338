"""Calls in which nothing was found, drawn by chance within strata, to estimate what the rules miss."""

from __future__ import annotations

import hashlib
import heapq
from dataclasses import dataclass
from pathlib import Path

import msgspec

from analyzer.errors import HeguiError
from analyzer.reports.whole import write_whole
from analyzer.review.decisions import FOLDER
from analyzer.review.reported import Reported, reported

LEAST = 5
"""Calls drawn from every stratum, however small."""
STRATA = {
    "self": "本人，无风险信号",
    "self+": "本人，有风险信号",
    "other": "他人或不明，无风险信号",
    "other+": "他人或不明，有风险信号",
}
"""Misses gather where others answer and where customers tell of trouble, so those calls are counted apart."""


@dataclass(frozen=True, slots=True, order=True)
class Drawn:
    """A call of the sample."""

    call: str
    source: str
    stratum: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A drawn sample and the sizes of the strata it stands for."""

    seed: int
    sizes: dict[str, int]
    calls: list[Drawn]


def draw(folder: Path, size: int, seed: int) -> Sample:
    """Draw a sample of the calls without a finding; the same seed draws the same calls.

    Args:
        folder: the output of an audit.
        size: how many calls in all; small strata may add a few.
        seed: another number draws other calls.

    Raises:
        HeguiError: there is no audit, or nothing to draw from.
    """
    sizes: dict[str, int] = {}
    heaps: dict[str, list[tuple[int, Drawn]]] = {}
    for call in reported(folder):
        if call.clean:
            stratum = stratum_of(call)
            sizes[stratum] = sizes.get(stratum, 0) + 1
            _keep(heaps.setdefault(stratum, []), (-_chance(call, seed), Drawn(*call.key, stratum)), size)
    total = sum(sizes.values())
    if not total:
        raise HeguiError(f"{folder}：没有无命中的通话可抽")
    calls = []
    for stratum in STRATA:
        ordered = sorted(heaps.get(stratum, ()), key=lambda e: -e[0])
        calls += [d for _, d in ordered[: max(LEAST, round(size * sizes.get(stratum, 0) / total))]]
    return Sample(seed, dict(sorted(sizes.items())), calls)


def stratum_of(call: Reported) -> str:
    """The stratum of a call."""
    return ("self" if call.relation.value == "self" else "other") + ("+" if call.signals else "")


def save(folder: Path, sample: Sample) -> Path:
    """Keep the design of a sample beside the decisions."""
    (folder / FOLDER).mkdir(exist_ok=True)
    path = folder / FOLDER / "sample.json"
    write_whole(path, msgspec.json.format(msgspec.json.encode(sample), indent=1) + b"\n")
    return path


def load(folder: Path) -> Sample | None:
    """The sample that was drawn last.

    Raises:
        HeguiError: the file is broken.
    """
    path = folder / FOLDER / "sample.json"
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Sample)
    except msgspec.DecodeError as error:
        raise HeguiError(f"{path}：抽样记录已损坏；请重新 hegui review sample") from error


def _keep(heap: list[tuple[int, Drawn]], entry: tuple[int, Drawn], most: int) -> None:
    """The ``most`` entries with the smallest chances."""
    if len(heap) < max(most, LEAST):
        heapq.heappush(heap, entry)
    else:
        heapq.heappushpop(heap, entry)


def _chance(call: Reported, seed: int) -> int:
    digest = hashlib.sha256(f"{seed}\x1f{call.call_id}\x1f{call.source}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:12], "big")
