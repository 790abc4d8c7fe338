"""Judge chunks in processes on all cores; results come back in the order in which the chunks went out."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from threading import Thread

from analyzer.audit.judging import Judged, Stored, judge, judging_key
from analyzer.call import Call
from analyzer.errors import HeguiError, Skipped
from analyzer.rules.rulebook import Rulebook

Item = Call | Skipped | Stored
Opener = Callable[[], Rulebook]
MOST_ITEMS, MOST_TURNS = 32, 2000
"""A chunk ends with whichever comes first: small enough to keep memory flat, large enough to be worth the way."""
AHEAD = 3
"""Chunks per worker that may wait, so that no worker idles and memory stays flat."""
SELDOM = 50_000
"""So many new objects before a worker looks for garbage."""
WORTH_WORKERS = 200
"""So few items are judged sooner here than workers start."""

_rulebook: list[Rulebook] = []
"""The rulebook of a worker process, loaded once; an automaton cannot be sent."""


@dataclass(slots=True)
class Chunk:
    """Consecutive items of one file; ``ids`` instead of a place if they stand in the ledger already."""

    file: int = 0
    first: int = 0
    items: list[Item] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    last: bool = False
    turns: int = 0

    def add(self, item: Item) -> None:
        """Append an item."""
        self.items.append(item)
        self.turns += len(item.turns) if isinstance(item, Call) else 1

    @property
    def full(self) -> bool:
        """True if it should go out."""
        return len(self.items) >= MOST_ITEMS or self.turns >= MOST_TURNS


Parcel = list[Chunk]
"""Chunks that go out together."""
Done = tuple[Chunk, list[Judged]]
"""A chunk and its verdicts."""


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def judged(chunks: Iterable[Chunk], rulebook: Rulebook, opener: Opener | None, workers: int) -> Iterator[list[Done]]:
    """Every chunk with its verdicts, in order, a parcel of chunks at a time.

    Args:
        chunks: what to judge; read lazily.
        rulebook: the rules, used in this process.
        opener: loads the same rules in a worker; None judges everything here.
        workers: how many processes.

    Raises:
        HeguiError: a worker died, or loads other rules than these.
    """
    stream = _parcels(chunks)
    head, count = list[Parcel](), 0
    for parcel in stream:
        head.append(parcel)
        count += sum(len(c.items) for c in parcel)
        if count >= WORTH_WORKERS or workers < 2 or opener is None:
            break
    if workers < 2 or opener is None or count < WORTH_WORKERS:
        for parcel in _chained(head, stream):
            yield _done(parcel, judge(_items(parcel), rulebook))
        return
    yield from _spread(_chained(head, stream), opener, judging_key(rulebook), workers)


def _parcels(chunks: Iterable[Chunk]) -> Iterator[Parcel]:
    """Chunks of many small files go together."""
    parcel = list[Chunk]()
    for chunk in chunks:
        parcel.append(chunk)
        if sum(len(c.items) + 1 for c in parcel) > MOST_ITEMS or sum(c.turns for c in parcel) >= MOST_TURNS:
            yield parcel
            parcel = []
    if parcel:
        yield parcel


def _chained(head: Sequence[Parcel], stream: Iterator[Parcel]) -> Iterator[Parcel]:
    yield from head
    yield from stream


def _items(parcel: Parcel) -> list[Item]:
    return [item for chunk in parcel for item in chunk.items]


def _done(parcel: Parcel, results: Sequence[Judged]) -> list[Done]:
    """The results of a parcel, each with its chunk, whose items are let go."""
    out, at = list[Done](), 0
    for chunk in parcel:
        count = len(chunk.items)
        chunk.items = []
        out.append((chunk, list(results[at : at + count])))
        at += count
    return out


def _spread(parcels: Iterator[Parcel], opener: Opener, key: str, workers: int) -> Iterator[list[Done]]:
    waiting: deque[tuple[Parcel, Future[list[Judged]]]] = deque()
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_start, initargs=(opener,))
    try:
        for parcel in parcels:
            waiting.append((parcel, pool.submit(_judge, _items(parcel), key)))
            if len(waiting) >= workers * AHEAD:
                yield _next(waiting)
        while waiting:
            yield _next(waiting)
    except BrokenProcessPool as error:
        raise HeguiError(
            "一个工作进程意外退出（多半是内存不足）；请用 --workers 1 接着跑，已完成的部分会保留"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _next(waiting: deque[tuple[Parcel, Future[list[Judged]]]]) -> list[Done]:
    parcel, future = waiting.popleft()
    return _done(parcel, future.result())


def _start(opener: Opener) -> None:
    end_with_parent()
    _rulebook.append(opener())
    settle()


def settle() -> None:
    """Tell the collector of garbage that what is loaded stays, and to look at the rest less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM, 20, 20)


def end_with_parent() -> None:
    """Make this worker end with its parent: one whose parent was killed would wait for work for ever."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends the workers
    Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _judge(items: list[Item], key: str) -> list[Judged]:
    if judging_key(_rulebook[0]) != key:
        raise HeguiError("规则文件在运行中被改动；请重新运行，已完成的部分会保留")
    return judge(items, _rulebook[0])
