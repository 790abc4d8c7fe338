"""``hegui audit``: a folder of transcripts in, a folder of reports out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli.chinese import COULD_NOT, DONE, FOUND, ChineseHelp
from analyzer.cli.options import (
    NEVER,
    fail_option,
    input_options,
    model_option,
    open_rulebook,
    readers_option,
    rulebook_options,
)
from analyzer.errors import UsageError
from analyzer.finding import Severity

if TYPE_CHECKING:
    from analyzer.audit.ledger import Ledger
    from analyzer.audit.publish import Published, Wanted
    from analyzer.rules.rulebook import Rulebook

VERIFY = "verify"


class AuditCommand(ChineseHelp):
    """``hegui audit``, with ``hegui audit verify`` beside it."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """The context of the command, or of ``verify`` if that is the first word."""
        if args[:1] == [VERIFY]:
            return verify_command.make_context(f"{info_name} {VERIFY}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@click.command(cls=AuditCommand, name="audit", short_help="批量质检：逐通报告、工作簿、总览页")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="路径…")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="目录", help="报告写到哪个目录")
@click.option("-j", "--workers", type=click.IntRange(1, 256), metavar="个数", help="工作进程数；默认用满全部核")
@click.option(
    "--pages",
    type=click.Choice(["auto", "all", "findings", "none"]),
    default="auto",
    show_default=True,
    help="给哪些通话做网页：auto 在两千通以内全做，更多时只做有命中的",
)
@click.option("--page", "wanted_pages", multiple=True, metavar="通话编号", help="只补做这一通的网页，可重复；不读来源")
@click.option(
    "--contact-log",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="外呼联系记录（CSV/XLSX/Parquet），含未接通的拨打",
)
@click.option(
    "--waivers",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="豁免清单（YAML）：指纹、规则、理由、负责人、到期日",
)
@click.option("--rejudge", is_flag=True, help="用现在的规则重判上次的通话，不重读来源")
@click.option("--redact", is_flag=True, help="另写一份去标识的全套输出到 redacted/，姓名号码换成一致的代号")
@click.option("--show-excused", is_flag=True, help="报告里也列出已豁免的命中")
@click.option("--no-mask", is_flag=True, help="页面和表格里不遮盖手机号、证件号、卡号")
@fail_option
@model_option
@readers_option
@input_options
@rulebook_options
def command(
    paths: tuple[Path, ...],
    output: Path,
    workers: int | None,
    pages: str,
    wanted_pages: tuple[str, ...],
    contact_log: Path | None,
    waivers: Path | None,
    rejudge: bool,
    redact: bool,
    show_excused: bool,
    no_mask: bool,
    fail_on: str,
    no_model: bool,
    readers: Path | None,
    forced: str | None,
    encoding: str | None,
    packs: tuple[str, ...],
    profile: Path | None,
    lexicons: Path | None,
) -> int:
    """批量检查目录或文件里的全部通话，在输出目录里写：

    \b
    index.html        总览页，用浏览器打开；可搜索、筛选、排序
    report.xlsx       工作簿：总览图、工作清单、违规明细（可填复核结论）、坐席、规则
    calls/*.html      每通电话一页，违规原话有标记
    findings.csv      每处命中一行；findings.parquet 相同内容
    worklist.csv      先听哪些
    reports.jsonl     每通一行的机器可读报告
    unreadable.jsonl  读不了的文件或行，以及原因
    manifest.json     输入、规则、输出的校验值；hegui audit verify 目录 可核对

    中断后用同样的命令接着跑，结果与不中断时相同；规则变了会自动重判。

    \b
    例：
      hegui audit data/samples -o out
      hegui audit 转写/ 补录.xlsx -o 报告/ --fail-on fatal
      hegui audit --rejudge -o 报告/
      hegui audit verify 报告/
    """
    from analyzer.audit.ledger import Ledger
    from analyzer.audit.publish import Wanted, entry_page
    from analyzer.audit.workers import cores
    from analyzer.review import waivers as waiver_file

    if not paths and not rejudge and not wanted_pages:
        raise UsageError("缺少要检查的路径；给出文件或目录，或用 --rejudge 重判上次的通话")
    if paths and (rejudge or wanted_pages):
        raise UsageError("--rejudge 和 --page 用的是上次读到的通话，后面不要再给路径")
    rulebook = open_rulebook(packs, profile, lexicons, no_model=no_model, readers=readers, strict=False)
    held = () if waivers is None else waiver_file.load(waivers)
    count = workers or cores()
    wanted = Wanted(not no_mask, show_excused, pages, held, count)
    with Ledger(output) as ledger:
        if wanted_pages:
            made = entry_page(ledger, output, rulebook, wanted, set(wanted_pages))
            click.echo("\n".join(map(str, made)))
            return DONE if made else _nothing(f"上次的通话里没有 {'、'.join(wanted_pages)}")
        opener = partial(open_rulebook, packs, profile, lexicons, no_model=no_model) if readers is None else None
        _judge(ledger, paths, output, rulebook, opener, count, forced, encoding)
        _dials(ledger, contact_log)
        done = _publish(ledger, output, rulebook, wanted, redact)
    return _told(done, output, fail_on)


@click.command(cls=ChineseHelp, name=VERIFY)
@click.argument("folder", type=click.Path(path_type=Path), metavar="目录")
@click.option("--no-inputs", is_flag=True, help="不核对输入文件")
def verify_command(folder: Path, no_inputs: bool) -> int:
    """按 manifest.json 核对输出目录：哪些文件被改过、删过、加过，输入是否还是那些。

    \b
    例：
      hegui audit verify 报告/
    """
    from analyzer.audit.manifest import verify

    problems = verify(folder, inputs=not no_inputs)
    click.echo("\n".join(problems) if problems else f"{folder}：与清单一致")
    return FOUND if problems else DONE


def _judge(
    ledger: Ledger,
    paths: tuple[Path, ...],
    output: Path,
    rulebook: Rulebook,
    opener: Callable[[], Rulebook] | None,
    count: int,
    forced: str | None,
    encoding: str | None,
) -> None:
    from analyzer.audit import run, sources

    with progress("已检查 {task.completed} 通") as step:
        if paths:
            found = sources.sources(paths, leave_out=output)
            reading = sources.Reading(forced, encoding)
            done = run.fill(ledger, found, reading, rulebook, opener=opener, workers=count, step=step)
            if done.kept and (done.fresh or done.again):
                click.echo(f"接着上次：沿用 {done.kept} 通，新判 {done.fresh} 通，重判 {done.again} 通", err=True)
        else:
            run.rejudge(ledger, rulebook, opener=opener, workers=count, step=step)


def _dials(ledger: Ledger, contact_log: Path | None) -> None:
    from analyzer.audit.contactlog import dials

    ledger.take_dials(() if contact_log is None else dials(contact_log))


def _publish(ledger: Ledger, output: Path, rulebook: Rulebook, wanted: Wanted, redact: bool) -> Published:
    from analyzer.audit.publish import look_across, publish

    look_across(ledger, rulebook)
    with progress("已写出 {task.completed} 通") as step:
        return publish(ledger, output, rulebook, wanted, redact=redact, step=step)


def _told(done: Published, output: Path, fail_on: str) -> int:
    from analyzer.audit.summary import summary

    figures = done.figures
    click.echo(summary(figures))
    click.echo(f"报告在 {output / 'index.html'}")
    if not figures.calls:
        return _nothing("没有读到任何通话；请检查路径和格式（hegui formats）")
    if figures.unreadable:
        click.echo(f"注意：有 {figures.unreadable} 处读不了，已列在 {output / 'unreadable.jsonl'}", err=True)
    for problem in done.waiver_problems:
        click.echo(f"豁免清单：{problem}", err=True)
    failed = fail_on != NEVER and figures.worst is not None and figures.worst >= Severity.of(fail_on)
    return FOUND if failed else DONE


def _nothing(text: str) -> int:
    click.echo(f"错误：{text}", err=True)
    return COULD_NOT


@contextmanager
def progress(text: str) -> Iterator[Callable[[int], None]]:
    """A progress line on stderr when that is a terminal; takes how many more are done."""
    if not sys.stderr.isatty():
        yield lambda n: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn(text), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("audit", total=None)
        yield lambda n: bar.advance(task, n)
