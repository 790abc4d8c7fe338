"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from analyzer.finding import CallReport, Severity
from analyzer.rules.readers import with_readers
from analyzer.rules.rulebook import DEFAULT_PACKS, Rulebook, load

Function = TypeVar("Function", bound=Callable[..., Any])

LEVELS = [s.code for s in sorted(Severity, reverse=True)]
NEVER = "never"


def rulebook_options(function: Function) -> Function:
    """``--pack``, ``--profile``, ``--lexicons``."""
    for option in (
        click.option("--lexicons", type=click.Path(path_type=Path), metavar="目录", help="用另一个规则目录代替自带的"),
        click.option(
            "--profile",
            type=click.Path(path_type=Path),
            metavar="文件",
            help="机构档案（YAML）：机构名称、部门、人员、时段",
        ),
        click.option(
            "--pack", "packs", multiple=True, metavar="名称", help=f"规则包，可重复；默认 {' '.join(DEFAULT_PACKS)}"
        ),
    ):
        function = option(function)
    return function


def readers_option(function: Function) -> Function:
    """``--readers``."""
    return click.option(
        "--readers",
        type=click.Path(path_type=Path),
        metavar="文件",
        help="外接模型的配置（YAML），见 docs/readers.md；不给就不联系任何服务",
    )(function)


def model_option(function: Function) -> Function:
    """``--no-model``."""
    return click.option("--no-model", is_flag=True, help="只用规则，不用模型")(function)


def input_options(function: Function) -> Function:
    """``--from`` and ``--encoding``."""
    for option in (
        click.option("--encoding", metavar="编码", help="文件编码，如 gb18030；默认自动识别"),
        click.option(
            "--from",
            "forced",
            metavar="格式|文件",
            help="强制按某种格式读，名称见 hegui formats；也可以是映射文件的路径",
        ),
    ):
        function = option(function)
    return function


def fail_option(function: Function) -> Function:
    """``--fail-on``."""
    return click.option(
        "--fail-on",
        type=click.Choice([*LEVELS, NEVER]),
        default="serious",
        show_default=True,
        help="有这一级或更重的违规时退出码为 1；never 表示不因此失败",
    )(function)


def open_rulebook(
    packs: tuple[str, ...],
    profile: Path | None,
    lexicons: Path | None,
    *,
    cached: bool = True,
    no_model: bool = False,
    readers: Path | None = None,
    strict: bool = True,
) -> Rulebook:
    """The rulebook the options ask for; read anew, it knows the line of everything."""
    book = load(packs or DEFAULT_PACKS, profile=profile, folder=lexicons, cached=cached)
    book = book.without_model() if no_model else book
    return book if readers is None else with_readers(book, readers, strict=strict)


def fails(report: CallReport, fail_on: str) -> bool:
    """True where the report has a violation at or above the level."""
    if fail_on == NEVER:
        return False
    return any(f.status == "violation" and f.severity >= Severity.of(fail_on) for f in report.findings)
