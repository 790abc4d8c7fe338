"""Nothing is lost: whatever stops an audit, the same command ends with the same bytes."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
import warnings
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from night import BAD, audited, call, everything, night

from analyzer.audit import judging, run, sources, workers
from analyzer.audit.ledger import Ledger
from analyzer.call import Call
from analyzer.errors import HeguiError
from analyzer.finding import CallReport
from analyzer.rules.rulebook import Rulebook, load

KILLS, MOST_TRIES = 50, 200
METHODS = multiprocessing.get_all_start_methods()
CHILDREN: Any = multiprocessing.get_context("fork" if "fork" in METHODS else "spawn")
ROOT = Path(__file__).parents[2]
PATHS = {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return night(tmp_path_factory.mktemp("night"))


@pytest.fixture(scope="module")
def undisturbed(inputs: Path, rulebook: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    audited([inputs], out, rulebook)
    return everything(out)


def audit_alone(inputs: Path, out: Path, packs: tuple[str, ...]) -> None:
    """The whole audit, as a process of its own runs it."""
    audited([inputs], out, load(packs))


def killed_after(seconds: float, inputs: Path, out: Path, rulebook: Rulebook) -> bool:
    """Run the audit in a process that is killed like ``kill -9`` would; True if that struck it at work."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads: the child starts none
        child = CHILDREN.Process(target=audit_alone, args=(inputs, out, rulebook.packs))
        child.start()
    child.join(seconds)
    child.kill()
    child.join()
    assert child.exitcode <= 0, "the audit failed by itself"
    return bool(child.exitcode < 0)


def test_an_audit_killed_at_fifty_random_instants_ends_with_the_same_bytes(
    inputs: Path, undisturbed: dict[str, bytes], rulebook: Rulebook, tmp_path: Path
) -> None:
    chance, killed, tries = random.Random(50), 0, 0
    length = 0.5
    while killed < KILLS and tries < MOST_TRIES:
        out = tmp_path / f"killed{tries % 5}"  # each folder is killed in many times over
        hit = killed_after(chance.uniform(0.002, length), inputs, out, rulebook)
        killed, tries = killed + hit, tries + 1
        length = length if hit else max(0.01, 0.9 * length)  # it had ended already: kill sooner
        if not hit:
            assert everything(out) == undisturbed
            shutil.rmtree(out)
    for out in tmp_path.glob("killed*"):
        audited([inputs], out, rulebook)
        assert everything(out) == undisturbed
    assert killed == KILLS


PROGRAM = """
import sys
from functools import partial
from pathlib import Path
sys.path.insert(0, {tests!r})
from night import audited
from analyzer.audit import workers
from analyzer.rules.rulebook import load
if __name__ == "__main__":
    workers.WORTH_WORKERS, workers.MOST_ITEMS = 8, 4
    book = load()
    audited([Path(sys.argv[1])], Path(sys.argv[2]), book, opener=partial(load, book.packs), workers=2)
"""


def test_a_real_kill_with_workers_at_work_is_survived(rulebook: Rulebook, tmp_path: Path) -> None:
    inputs, program = night(tmp_path / "in", 60), tmp_path / "program.py"
    program.write_text(PROGRAM.format(tests=str(Path(__file__).parent)), encoding="utf-8")
    running = subprocess.Popen([sys.executable, str(program), str(inputs), str(tmp_path / "out")], cwd=ROOT, env=PATHS)
    log, deadline = tmp_path / "out" / ".ledger" / "audit.sqlite-wal", time.monotonic() + 60
    while running.poll() is None and time.monotonic() < deadline and not (log.exists() and log.stat().st_size > 60_000):
        time.sleep(0.01)
    assert running.poll() is None, "the audit had ended before it could be killed"
    running.kill()
    running.wait()
    with Ledger(tmp_path / "out") as ledger:
        assert 0 < ledger.count("1") < 62
    audited([inputs], tmp_path / "out", rulebook)
    audited([inputs], tmp_path / "calm", rulebook)
    assert everything(tmp_path / "out") == everything(tmp_path / "calm")


def test_what_is_done_is_not_done_again(inputs: Path, rulebook: Rulebook, tmp_path: Path) -> None:
    with Ledger(tmp_path / "out") as ledger:
        found = sources.sources([inputs])
        first = run.fill(ledger, found, sources.Reading(), rulebook)
        second = run.fill(ledger, found, sources.Reading(), rulebook)
    assert (first.fresh, first.kept) == (14, 0)
    assert (second.fresh, second.kept, second.again) == (0, 14, 0)


def test_a_changed_file_is_read_again_and_a_vanished_one_forgotten(rulebook: Rulebook, tmp_path: Path) -> None:
    inputs = night(tmp_path / "in")
    audited([inputs], tmp_path / "out", rulebook)
    (inputs / "a.jsonl").write_text(json.dumps(call(99, BAD), ensure_ascii=False), encoding="utf-8")
    (inputs / "b.jsonl").unlink()
    audited([inputs], tmp_path / "out", rulebook)
    reports = (tmp_path / "out" / "reports.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(r)["call_id"] for r in reports] == ["c099"]
    assert [p.name for p in (tmp_path / "out" / "calls").iterdir()] == ["000001-c099.html"]


def test_other_rules_judge_again_without_the_sources(rulebook: Rulebook, tmp_path: Path) -> None:
    inputs = night(tmp_path / "in")
    with Ledger(tmp_path / "out") as ledger:
        run.fill(ledger, sources.sources([inputs]), sources.Reading(), rulebook)
        (inputs / "a.jsonl").unlink()
        other = replace(rulebook, version="0" * 64)
        assert run.rejudge(ledger, other) == 12
        assert run.rejudge(ledger, other) == 0
        versions = {judging.unpack_report(e.report).rulebook.version for e in ledger.entries() if e.report}
    assert versions == {"0" * 64}


def test_a_stored_call_gives_the_report_of_the_call_itself(inputs: Path, rulebook: Rulebook, tmp_path: Path) -> None:
    audited([inputs], tmp_path / "out", rulebook)
    before = everything(tmp_path / "out")
    with Ledger(tmp_path / "out") as ledger:
        run.rejudge(ledger, replace(rulebook, version="1"))
        run.rejudge(ledger, rulebook)
    audited([inputs], tmp_path / "out", rulebook)
    assert everything(tmp_path / "out") == before


def test_any_number_of_workers_gives_the_same_bytes(
    rulebook: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "WORTH_WORKERS", 8)
    monkeypatch.setattr(workers, "MOST_ITEMS", 4)
    inputs = night(tmp_path / "in", 30)
    audited([inputs], tmp_path / "one", rulebook)
    audited([inputs], tmp_path / "two", rulebook, opener=partial(load, rulebook.packs), workers=2)
    assert everything(tmp_path / "one") == everything(tmp_path / "two")


def test_a_call_on_which_the_check_breaks_is_listed_and_the_rest_goes_on(
    inputs: Path, rulebook: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = judging.check_all

    def breaks(calls: Sequence[Call], book: Rulebook) -> list[CallReport]:
        if any(c.call_id == "c003" for c in calls):
            raise ZeroDivisionError("x")
        return real(calls, book)

    monkeypatch.setattr(judging, "check_all", breaks)
    done = audited([inputs], tmp_path / "out", rulebook)
    assert (done.figures.calls, done.figures.unreadable) == (11, 3)
    bad = [json.loads(x) for x in (tmp_path / "out" / "unreadable.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [b["line"] for b in bad] == [None, 7, 1]
    assert "ZeroDivisionError" in bad[0]["reason"]
    assert bad[0]["source"].endswith("a.jsonl:4")


def test_the_output_folder_is_never_read_as_input(rulebook: Rulebook, tmp_path: Path) -> None:
    night(tmp_path / "in")
    for _ in range(2):
        done = audited([tmp_path], tmp_path / "out", rulebook)
        assert done.figures.calls == 12


def test_two_audits_cannot_write_one_folder(tmp_path: Path) -> None:
    with Ledger(tmp_path / "out"), pytest.raises(HeguiError, match="另一个 hegui audit 正在写"):
        Ledger(tmp_path / "out")


def test_a_full_disk_is_told_and_what_is_done_stays(inputs: Path, rulebook: Rulebook, tmp_path: Path) -> None:
    with Ledger(tmp_path / "out") as ledger:
        ledger._db.execute("PRAGMA max_page_count = 24")
        with pytest.raises(HeguiError, match="磁盘已满"):
            run.fill(ledger, sources.sources([night(tmp_path / "in", 200)]), sources.Reading(), rulebook)
    done = audited([inputs], tmp_path / "out", rulebook)
    assert done.figures.calls == 12


def test_a_broken_ledger_is_told_with_the_way_out(tmp_path: Path) -> None:
    folder = tmp_path / "out" / ".ledger"
    folder.mkdir(parents=True)
    (folder / "audit.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(HeguiError, match=r"删除 .*\.ledger 后重跑"):
        Ledger(tmp_path / "out")


def test_the_ledger_is_an_ordinary_database(inputs: Path, rulebook: Rulebook, tmp_path: Path) -> None:
    audited([inputs], tmp_path / "out", rulebook)
    database = sqlite3.connect(tmp_path / "out" / ".ledger" / "audit.sqlite")
    assert database.execute("SELECT count(*) FROM items").fetchone() == (14,)
    database.close()
