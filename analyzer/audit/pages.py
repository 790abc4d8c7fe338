"""One page per call: made where it is wanted, and those of an earlier run taken away."""

from __future__ import annotations

import re
from pathlib import Path

from analyzer.reports import View, html
from analyzer.reports.listed import Listed
from analyzer.reports.whole import Whole

PAGE_FOLDER = "calls"
OWN_PAGE = re.compile(r"\d{6,}-[0-9A-Za-z_\-\u4e00-\u9fff]+\.html")


class Pages:
    """The pages of an audit.

    Attributes:
        written: relative path of every page with its size and SHA-256.
    """

    def __init__(self, folder: Path, view: View, *, every: bool, none: bool = False) -> None:
        self._folder, self._view, self._every, self._none = folder, view, every, none
        self.written: dict[str, tuple[int, str]] = {}

    def make(self, one: Listed) -> str:
        """Write the page of a call if it is wanted; gives its link, empty if there is none."""
        report = one.report
        if self._none or not (self._every or one.findings or report.signals or report.verdict != "pass"):
            return ""
        name = f"{PAGE_FOLDER}/{page_name(one.number, report.call_id)}"
        with Whole(self._folder / name) as file:
            file.write(html.write(one.call, report, self._view).encode("utf-8", "replace"))
        self.written[name] = (file.size, file.digest)
        return html.link(name)

    def tidy(self) -> None:
        """Take away pages that an earlier run made and this one did not."""
        for path in (self._folder / PAGE_FOLDER).iterdir():
            if OWN_PAGE.fullmatch(path.name) and f"{PAGE_FOLDER}/{path.name}" not in self.written:
                path.unlink()


def page_name(number: int, call_id: str) -> str:
    """A file name that no call id can break out of."""
    return f"{number:06d}-{html.UNSAFE_NAME.sub('-', call_id)[:60].strip('-') or 'call'}.html"
