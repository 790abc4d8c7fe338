"""Judge everything that is not judged yet: the inputs into the ledger, in order, on all cores.

Whatever stops it, the same command goes on where it stopped and ends with the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from analyzer.audit import sources
from analyzer.audit.judging import code_stamp, judging_key
from analyzer.audit.ledger import Ledger
from analyzer.audit.sources import Reading, Source
from analyzer.audit.workers import Chunk, Opener, judged
from analyzer.rules.rulebook import Rulebook

Step = Callable[[int], None]
"""Told how many items are done more."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a run did: items judged now, taken over from an earlier run, judged again because of other rules."""

    fresh: int = 0
    kept: int = 0
    again: int = 0


def fill(
    ledger: Ledger,
    inputs: Sequence[Source],
    reading: Reading,
    rulebook: Rulebook,
    *,
    opener: Opener | None = None,
    workers: int = 1,
    step: Step = lambda n: None,
) -> Progress:
    """Bring the ledger up to date with these inputs and rules.

    Args:
        ledger: where verdicts are kept.
        inputs: the files in the order of the reports.
        reading: how they are read.
        rulebook: compiled rules.
        opener: loads the same rules in a worker process; None does all work here.
        workers: how many processes.
        step: called after each chunk.
    """
    ledger.settle(inputs, _reading_key(reading))
    again = rejudge(ledger, rulebook, opener=opener, workers=workers, step=step)
    kept, fresh, key = ledger.count("1") - again, 0, judging_key(rulebook)
    step(kept)
    for done in judged(_unread(ledger, inputs, reading), rulebook, opener, workers):
        ledger.put(done, key)
        count = sum(len(results) for _, results in done)
        fresh += count
        step(count)
    return Progress(fresh, kept, again)


def rejudge(
    ledger: Ledger,
    rulebook: Rulebook,
    *,
    opener: Opener | None = None,
    workers: int = 1,
    step: Step = lambda n: None,
) -> int:
    """Judge the calls of the ledger again whose verdict rests on other rules; no source is read.

    Returns:
        How many there were.
    """
    key, again = judging_key(rulebook), 0
    for done in judged(_stale(ledger, key), rulebook, opener, workers):
        ledger.replace(done, key)
        count = sum(len(results) for _, results in done)
        again += count
        step(count)
    return again


def _reading_key(reading: Reading) -> str:
    text = f"{reading.forced}\x1f{reading.encoding}\x1f{code_stamp()}"
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _stale(ledger: Ledger, key: str) -> Iterator[Chunk]:
    chunk = Chunk()
    for i, stored in ledger.stale(key):
        chunk.add(stored)
        chunk.ids.append(i)
        if chunk.full:
            yield chunk
            chunk = Chunk()
    if chunk.ids:
        yield chunk


def _unread(ledger: Ledger, inputs: Sequence[Source], reading: Reading) -> Iterator[Chunk]:
    """The items that are not in the ledger, file by file; the last chunk of a file may be empty."""
    known = ledger.progress()
    for source in inputs:
        file, done, complete = known[source.name]
        if complete:
            continue
        chunk = Chunk(file, done)
        for pos, item in enumerate(sources.calls(source, reading)):
            if pos < done:
                continue
            if chunk.full:
                yield chunk
                chunk = Chunk(file, pos)
            chunk.add(item)
        chunk.last = True
        yield chunk
