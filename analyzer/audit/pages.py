"""One page per call: made where it is wanted, by workers if there are many; those of an earlier run are taken away."""

from __future__ import annotations

import re
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from analyzer.audit.judging import pack_call, pack_report, unpack_call, unpack_report
from analyzer.audit.workers import end_with_parent
from analyzer.reports import View, html
from analyzer.reports.listed import Listed
from analyzer.reports.whole import Whole

PAGE_FOLDER = "calls"
OWN_PAGE = re.compile(r"\d{6,}-[0-9A-Za-z_\-\u4e00-\u9fff]+\.html")
BATCH = 16
"""Pages a worker makes at a time."""
FEW = 20
"""So many batches are made sooner here than workers start."""

Written = dict[str, tuple[int, str]]
"""Relative path -> size and SHA-256."""


@dataclass(frozen=True, slots=True)
class Job:
    """A page to be made: its relative path, the packed call and report, the source as shown."""

    name: str
    call: bytes
    report: bytes
    source: str


class Pages:
    """The pages of an audit.

    Args:
        folder: the output folder.
        view: how pages are wanted.
        every: also of calls in which nothing was found.
        none: no page at all.
        workers: how many processes may help.

    Attributes:
        written: what was made.
    """

    def __init__(self, folder: Path, view: View, *, every: bool, none: bool = False, workers: int = 1) -> None:
        self._folder, self._view, self._every, self._none, self._workers = folder, view, every, none, workers
        self._jobs: list[Job] = []
        self._waiting: deque[Future[Written]] = deque()
        self._pool: ProcessPoolExecutor | None = None
        self._batches = 0
        self.written: Written = {}

    def __enter__(self) -> Pages:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def make(self, one: Listed) -> str:
        """Have the page of a call made if it is wanted; gives its link, empty if there is none."""
        report = one.report
        if self._none or not (self._every or one.findings or report.signals or report.verdict != "pass"):
            return ""
        name = f"{PAGE_FOLDER}/{page_name(one.number, report.call_id)}"
        self._jobs.append(Job(name, pack_call(one.call), pack_report(report), one.call.source))
        if len(self._jobs) >= BATCH:
            self._send()
        return html.link(name)

    def flush(self) -> None:
        """Wait for the last page."""
        self._send()
        while self._waiting:
            self.written |= self._waiting.popleft().result()

    def finish(self) -> None:
        """Wait for the last page, and take away those that an earlier run made and this one did not."""
        self.flush()
        for path in (self._folder / PAGE_FOLDER).iterdir():
            if OWN_PAGE.fullmatch(path.name) and f"{PAGE_FOLDER}/{path.name}" not in self.written:
                path.unlink()

    def _send(self) -> None:
        jobs, self._jobs = self._jobs, []
        self._batches += 1
        if self._workers < 2 or self._batches <= FEW:
            self.written |= render(jobs, self._folder, self._view)
            return
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._workers, get_context("spawn"), initializer=end_with_parent)
        self._waiting.append(self._pool.submit(render, jobs, self._folder, self._view))
        while len(self._waiting) > 4 * self._workers:
            self.written |= self._waiting.popleft().result()


def render(jobs: list[Job], folder: Path, view: View) -> Written:
    """Write some pages."""
    written = {}
    for job in jobs:
        call, report = unpack_call(job.call, job.source), unpack_report(job.report)
        with Whole(folder / job.name) as file:
            file.write(html.write(call, report, view).encode("utf-8", "replace"))
        written[job.name] = (file.size, file.digest)
    return written


def page_name(number: int, call_id: str) -> str:
    """A file name that no call id can break out of."""
    return f"{number:06d}-{html.UNSAFE_NAME.sub('-', call_id)[:60].strip('-') or 'call'}.html"
