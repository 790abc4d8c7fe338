"""How fast the audit is, stage by stage, beside the plain jieba + scikit-learn script, in one run on one machine.

    python bench/speed.py [--calls 300] [--rounds 3] [--shared ../shared/bench]

CPU seconds, median of the rounds; start-up apart. The plain script is started with one call and with all of them, and
the difference counts. Generated calls repeat a quarter of their turns, and the product remembers the turns it read
last; every stage starts with nothing remembered.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from analyzer import formats
from analyzer.audit import publish, run, sources
from analyzer.audit.judging import judge
from analyzer.audit.ledger import Ledger
from analyzer.call import Call
from analyzer.check import check, check_all, open_case
from analyzer.reports.json import encode
from analyzer.rules.rulebook import Rulebook, load
from analyzer.text.detect import FrameIndex

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared" / "bench")
    parser.add_argument("--no-plain", action="store_true", help="measure the product only")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data, one = Path(folder) / "calls.jsonl", Path(folder) / "one.jsonl"
        make = [sys.executable, str(args.shared / "make_calls.py"), "--calls", str(args.calls), "--out", str(data)]
        subprocess.run(make, check=True)
        one.write_bytes(data.read_bytes().splitlines(keepends=True)[0])
        plain = None if args.no_plain else plain_cost(args.shared / "plain_pipeline.py", data, one, args)
        begun = time.process_time()
        rulebook = load()
        print(f"rulebook loaded in {time.process_time() - begun:.2f} CPU s")
        stages(data, rulebook, args.rounds, plain)
        outputs(data, Path(folder) / "out", rulebook, plain)
        scaling(data, Path(folder), rulebook)
    own, children = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"peak memory: this process {own:.0f} MB, largest child {children:.0f} MB")


def plain_cost(script: Path, data: Path, one: Path, args: argparse.Namespace) -> float:
    """CPU seconds a call costs the plain script, start-up taken off."""
    costs, starts = [], []
    for _ in range(args.rounds):
        start, whole = (child_cpu([sys.executable, str(script), str(p), "--out", os.devnull]) for p in (one, data))
        starts.append(start)
        costs.append((whole - start) / (args.calls - 1))
    cost = statistics.median(costs)
    print(f"plain script: start {statistics.median(starts):.2f} CPU s, then {1 / cost:.1f} calls/s per core")
    return cost


def child_cpu(command: list[str]) -> float:
    """CPU seconds of a child."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def stages(data: Path, rulebook: Rulebook, rounds: int, plain: float | None) -> None:
    """The stages of judging; each cost is what it adds to the stage before it."""
    calls = [c for c in formats.read(data) if isinstance(c, Call)]
    reports = [check(c, rulebook) for c in calls]

    def words() -> None:
        for c in calls:
            FrameIndex(rulebook.lexicon.read(c.turns, [t.speaker for t in c.turns]))

    def dialogue() -> None:
        for c in calls:
            open_case(c, [t.speaker for t in c.turns], rulebook)

    rules = rulebook.without_model()
    steps: dict[str, tuple[Callable[[], object], str]] = {
        "read JSONL": (lambda: list(formats.read(data)), ""),
        "words, frames, sounds": (words, ""),
        "dialogue": (dialogue, "words, frames, sounds"),
        "rules, score": (lambda: [check(c, rules) for c in calls], "dialogue"),
        "second reader": (
            lambda: [check_all(calls[i : i + 32], rulebook) for i in range(0, len(calls), 32)],
            "rules, score",
        ),
        "pack for the ledger": (lambda: judge(calls, rulebook), "second reader"),
        "encode report.v1": (lambda: [encode(r) for r in reports], ""),
    }
    totals: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, (step, _before) in steps.items():
            rulebook.lexicon.pages.forget()
            begun = time.process_time()
            step()
            totals[name].append((time.process_time() - begun) / len(calls))
    medians = {name: statistics.median(t) for name, t in totals.items()}
    whole = 0.0
    print(f"{'stage':<26}{'µs a call':>12}{'calls/s':>12}{'x plain':>10}")
    for name, (_, before) in steps.items():
        cost = max(1e-9, medians[name] - (medians[before] if before else 0.0))
        whole += cost
        print(line(name, cost, plain))
    print(line("all of judging", whole, plain))


def outputs(data: Path, out: Path, rulebook: Rulebook, plain: float | None) -> None:
    """What it costs to publish, with and without pages."""
    with Ledger(out) as ledger:
        run.fill(ledger, sources.sources([data]), sources.Reading(), rulebook)
        count = ledger.count()
        for pages in ("none", "all"):
            begun = time.process_time()
            publish.look_across(ledger, rulebook)
            publish.publish(ledger, out, rulebook, publish.Wanted(pages=pages))
            print(line(f"publish, pages {pages}", (time.process_time() - begun) / count, plain))


def scaling(data: Path, folder: Path, rulebook: Rulebook) -> None:
    """Speed-up of two workers beside that of a loop that only burns, in the same minute."""
    walls = {}
    for workers in (1, 2):
        begun = time.perf_counter()
        with Ledger(folder / f"w{workers}") as ledger:
            opener = partial(load, rulebook.packs)
            run.fill(ledger, sources.sources([data]), sources.Reading(), rulebook, opener=opener, workers=workers)
        walls[workers] = time.perf_counter() - begun
    begun = time.perf_counter()
    burn(2)
    single = time.perf_counter() - begun
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        list(pool.map(burn, (0, 0)))
        begun = time.perf_counter()
        list(pool.map(burn, (1, 1)))
        double = time.perf_counter() - begun
    print(f"2 workers: {walls[1] / walls[2]:.2f} x (start-up included), burn control {single / double:.2f} x")


def burn(rounds: int) -> int:
    """Something that only takes time."""
    return sum(i * i for i in range(8_000_000 * rounds))


def line(name: str, cost: float, plain: float | None) -> str:
    """A row of the table."""
    ratio = "" if plain is None else f"{plain / cost:>10.1f}"
    return f"{name:<26}{1e6 * cost:>12.0f}{1 / cost:>12.0f}{ratio}"


if __name__ == "__main__":
    main()
