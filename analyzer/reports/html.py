"""One page per call and one over a whole folder, readable without a network: nothing outside the file is loaded.

A page of a call holds no script at all; the overview holds one fixed script, which its content security policy names by
hash, and the calls as data that cannot run.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from analyzer.call import Call
from analyzer.errors import Skipped
from analyzer.finding import CallReport
from analyzer.reports import View
from analyzer.reports.overview import Overview
from analyzer.reports.pageview import page_view
from analyzer.reports.shown import Shown

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).with_name("templates")
UNSAFE_NAME = re.compile(r"[^0-9A-Za-z_\u4e00-\u9fff-]+")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def page(
    call: Call, report: CallReport, *, mask: bool = True, show_excused: bool = False, back: str | None = None
) -> str:
    """The page of one call: verdict, signals, the whole talk with its evidence marked, findings, disclosures.

    Args:
        call: what was said.
        report: what is said about it.
        mask: star out personal numbers.
        show_excused: unfold the findings set aside and mark their words too.
        back: relative path of the overview; no link if it is none.
    """
    view = page_view(Shown(call, report, mask=mask), show_excused=show_excused)
    return _environment().get_template("page.html.j2").render(view, back=link(back or ""))


def index(rows: Iterable[tuple[CallReport, str]], *, title: str, skipped: Sequence[Skipped] = ()) -> str:
    """The overview of a few calls in one go.

    Args:
        rows: each report with the relative path of its page.
        title: heading of the page.
        skipped: sources that could not be read.
    """
    overview = Overview(title)
    for report, href in rows:
        overview.add(report, link(href))
    for item in skipped:
        overview.skip(item)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "index.html"
        overview.write(path, render_index)
        return path.read_text(encoding="utf-8")


def render_index(values: dict[str, Any]) -> str:
    """The overview page of these values, with its script and the policy that allows no other."""
    return (
        _environment()
        .get_template("index.html.j2")
        .render({**values, "script": _script(), "script_hash": _script_hash()})
    )


def write(call: Call, report: CallReport, view: View) -> str:
    """The report as ``--format html`` prints it."""
    return page(call, report, mask=view.mask, show_excused=view.show_excused, back=view.back)


def file_name(call_id: str) -> str:
    """A file name for a call's page: safe on every system, readable, different for different calls.

    The id itself is never trusted: it may hold slashes, dots or nothing at all.
    """
    digest = hashlib.sha256(call_id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    stem = UNSAFE_NAME.sub("-", call_id).strip("-")[:40]
    return f"{stem}-{digest}.html" if stem else f"{digest}.html"


def link(path: str) -> str:
    """A relative path as the target of a link; empty for whatever is not a plain relative path."""
    parts = path.split("/")
    inner = parts[next((i for i, part in enumerate(parts) if part != ".."), len(parts)) :]
    if not path or SCHEME.match(path) or path[0] in "/\\" or ".." in inner:
        return ""
    return quote(path, safe="/", errors="replace")


@cache
def _script() -> str:
    return TEMPLATES.joinpath("index.js").read_text(encoding="utf-8")


@cache
def _script_hash() -> str:
    """The script as a content security policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(_script().encode()).digest()).decode()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
