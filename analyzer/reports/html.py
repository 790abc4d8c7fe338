"""One page per call and one over a whole folder, readable without a network: nothing outside the file is loaded.

A page of a call holds no script at all; the overview holds one fixed script, which its content security policy names by
hash, and the calls as data that cannot run.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from analyzer.call import Call
from analyzer.errors import Skipped
from analyzer.finding import CATEGORIES, VERDICTS, CallReport, Severity
from analyzer.reports import View, overview
from analyzer.reports.pageview import page_view
from analyzer.reports.shown import Shown
from analyzer.reports.visible import clip, visible

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).with_name("templates")
STATIC_ROWS = 200
"""Rows the overview holds without its script; the script shows the others too."""
UNSAFE_NAME = re.compile(r"[^0-9A-Za-z_\u4e00-\u9fff-]+")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
JSON_ESCAPES = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


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
    """The overview of a folder of calls: figures, categories, a table to sort and filter, what was unreadable.

    Args:
        rows: each report with the relative path of its page.
        title: heading of the page.
        skipped: sources that could not be read.
    """
    given = list(rows)
    listed = overview.gravest_first([overview.row(report, link(href)) for report, href in given])
    return (
        _environment()
        .get_template("index.html.j2")
        .render(
            title=visible(clip(title, 120)),
            rows=listed[:STATIC_ROWS],
            total=len(listed),
            urgent=sum(r.urgent for r in listed),
            verdicts=overview.verdicts(listed),
            bars=overview.bars([report for report, _ in given]),
            skipped=[(visible(clip(s.source, 200)), s.line, visible(clip(s.reason, 400))) for s in skipped],
            categories=CATEGORIES,
            severities=_severities(),
            data=_json([astuple(r) for r in listed]),
            words=_json({"verdicts": VERDICTS, "categories": CATEGORIES, "severities": _severities()}),
            script=_script(),
            script_hash=_script_hash(),
        )
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


def _severities() -> list[str]:
    return [s.chinese for s in sorted(Severity)]


def _json(value: object) -> str:
    """JSON that is safe inside a script element: no character in it can end the element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(JSON_ESCAPES)


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
