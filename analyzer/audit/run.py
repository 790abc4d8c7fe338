"""Run the check over files and write a folder that QA staff can open.

Nothing is half-written: every file gets its name when it is complete.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from analyzer import formats, reports
from analyzer.audit.summary import Summary
from analyzer.call import Call
from analyzer.check import check
from analyzer.errors import HeguiError, InputError, Skipped
from analyzer.finding import CallReport
from analyzer.reports import html
from analyzer.reports.json import encode
from analyzer.rules.rulebook import Rulebook

PAGE_FOLDER = "calls"
_UNSAFE = re.compile(r"[^0-9A-Za-z_\-\u4e00-\u9fa5]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """How the inputs are read."""

    forced: str | None = None
    encoding: str | None = None


def gather(paths: Sequence[Path], reading: Reading) -> Iterator[Call | Skipped]:
    """All calls of files and folders in order; what cannot be read is told, the rest goes on.

    Raises:
        InputError: a path does not exist.
    """
    for path in paths:
        if not path.exists():
            raise InputError(str(path), "文件或目录不存在", advice="请检查路径")
    for path in formats.walk(paths):
        try:
            yield from formats.read(path, forced=reading.forced, encoding=reading.encoding)
        except InputError as error:
            place = error.source if error.line is None else f"{error.source}:{error.line}"
            yield Skipped(error.source, str(error).removeprefix(f"{place}："), error.line)


def audit(
    items: Iterator[Call | Skipped],
    rulebook: Rulebook,
    folder: Path,
    *,
    view: reports.View,
    step: Callable[[], None] = lambda: None,
) -> Summary:
    """Judge all calls and write reports, pages and the overview.

    Args:
        items: calls and what could not be read.
        rulebook: compiled rules.
        folder: where to write; made if it is not there.
        view: how pages are wanted.
        step: called after each item.
    """
    pages = folder / PAGE_FOLDER
    try:
        pages.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise HeguiError(f"{folder}：已有同名文件，不能作为输出目录；请换一个 -o 路径") from None
    summary, rows, skipped = Summary(), list[tuple[CallReport, str]](), list[Skipped]()
    with Whole(folder / "reports.jsonl") as out, Whole(folder / "unreadable.jsonl") as bad:
        for item in items:
            if isinstance(item, Skipped):
                skipped.append(item)
                summary.unreadable += 1
                bad.write(_skipped_line(item))
            else:
                report = check(item, rulebook)
                summary.add(report)
                out.write(encode(report) + b"\n")
                name = page_name(summary.calls, item.call_id)
                page = html.page(item, report, mask=view.mask, show_excused=view.show_excused, back="../index.html")
                write_whole(pages / name, page.encode("utf-8", "replace"))
                rows.append((report, f"{PAGE_FOLDER}/{name}"))
            step()
    write_whole(
        folder / "index.html", html.index(rows, title="催收通话质检总览", skipped=skipped).encode("utf-8", "replace")
    )
    return summary


def page_name(number: int, call_id: str) -> str:
    """A file name that no call id can break out of."""
    return f"{number:05d}-{_UNSAFE.sub('-', call_id)[:60].strip('-') or 'call'}.html"


def _skipped_line(item: Skipped) -> bytes:
    import msgspec

    return msgspec.json.encode({"source": item.source, "line": item.line, "reason": item.reason}) + b"\n"


class Whole:
    """A file that gets its name when it is complete; an error leaves the old one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")

    def __enter__(self) -> Whole:
        self._file = self._part.open("wb")
        return self

    def write(self, data: bytes) -> None:
        """Append bytes."""
        self._file.write(data)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._file.close()
        if kind is None:
            self._part.replace(self._path)
        else:
            self._part.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under a temporary name, then rename it."""
    with Whole(path) as file:
        file.write(data)
