"""``hegui audit``: a folder of transcripts in, a folder of reports out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from analyzer import reports
from analyzer.audit.run import Reading, audit, gather
from analyzer.cli.chinese import COULD_NOT, DONE, FOUND, ChineseHelp
from analyzer.cli.options import NEVER, fail_option, input_options, open_rulebook, rulebook_options
from analyzer.finding import Severity


@click.command(cls=ChineseHelp, name="audit", short_help="批量质检：逐通报告、总览页、汇总")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="路径…")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="目录", help="报告写到哪个目录")
@click.option("--show-excused", is_flag=True, help="页面里也列出已豁免的命中")
@click.option("--no-mask", is_flag=True, help="页面里不遮盖手机号、证件号、卡号")
@fail_option
@input_options
@rulebook_options
def command(
    paths: tuple[Path, ...],
    output: Path,
    show_excused: bool,
    no_mask: bool,
    fail_on: str,
    forced: str | None,
    encoding: str | None,
    packs: tuple[str, ...],
    profile: Path | None,
    lexicons: Path | None,
) -> int:
    """批量检查目录或文件里的全部通话，在输出目录里写：

    \b
    index.html        总览页，用浏览器打开
    calls/*.html      每通电话一页，违规原话有标记
    reports.jsonl     每通一行的机器可读报告
    unreadable.jsonl  读不了的文件或行，以及原因

    \b
    例：
      hegui audit data/samples -o out
      hegui audit 转写/ 补录.xlsx -o 报告/ --fail-on fatal
    """
    rulebook = open_rulebook(packs, profile, lexicons)
    view = reports.View(show_excused=show_excused, mask=not no_mask)
    with progress() as step:
        summary = audit(gather(paths, Reading(forced, encoding)), rulebook, output, view=view, step=step)
    click.echo(summary.text())
    click.echo(f"报告在 {output / 'index.html'}")
    if not summary.calls:
        click.echo("错误：没有读到任何通话；请检查路径和格式（hegui formats）", err=True)
        return COULD_NOT
    if summary.unreadable:
        click.echo(f"注意：有 {summary.unreadable} 处读不了，已列在 {output / 'unreadable.jsonl'}", err=True)
    failed = fail_on != NEVER and summary.worst is not None and summary.worst >= Severity.of(fail_on)
    return FOUND if failed else DONE


@contextmanager
def progress() -> Iterator[Callable[[], None]]:
    """A progress bar on stderr when that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("已检查 {task.completed} 通"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("audit", total=None)
        yield lambda: bar.advance(task)
