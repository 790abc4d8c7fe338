"""``hegui check``: one transcript, now."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from analyzer import formats, reports
from analyzer.call import Call
from analyzer.check import check
from analyzer.cli.chinese import COULD_NOT, DONE, FOUND, ChineseHelp
from analyzer.cli.options import (
    fail_option,
    fails,
    input_options,
    model_option,
    open_rulebook,
    readers_option,
    rulebook_options,
)
from analyzer.errors import HeguiError, InputError, Skipped

NARROWEST, WIDEST = 40, 120


@click.command(cls=ChineseHelp, name="check", short_help="检查一通或几通电话，结果直接看")
@click.argument("files", nargs=-1, required=True, metavar="文件…")
@click.option(
    "--format", "fmt", type=click.Choice(list(reports.REPORTS)), default="text", show_default=True, help="输出格式"
)
@click.option("--explain", is_flag=True, help="列出判定的每一步和通话经过")
@click.option("--show-excused", is_flag=True, help="也列出已豁免的命中（被否定、引述、假设等）")
@click.option("--no-mask", is_flag=True, help="不遮盖手机号、证件号、卡号")
@fail_option
@model_option
@readers_option
@input_options
@rulebook_options
def command(
    files: tuple[str, ...],
    fmt: str,
    explain: bool,
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
    """检查转写文件，每通电话给出判定、违规原话、依据和改进建议。

    文件可以是任何一种转写：识别结果、文本、表格、Word、字幕、zip，见 hegui formats；- 表示标准输入。

    \b
    例：
      hegui check 通话.txt
      hegui check 通话.json --explain
      cat 通话.txt | hegui check - --format json
    """
    rulebook = open_rulebook(packs, profile, lexicons, no_model=no_model, readers=readers)
    view = reports.View(colour=_colour(), width=_width(), explain=explain, show_excused=show_excused, mask=not no_mask)
    code = DONE
    for item in _calls(files, forced, encoding):
        if isinstance(item, Skipped):
            click.echo(f"错误：{InputError(item.source, item.reason, line=item.line)}", err=True)
            code = COULD_NOT
            continue
        report = check(item, rulebook)
        click.echo(reports.REPORTS[fmt].write(item, report, view), nl=False, color=view.colour)
        if code == DONE and fails(report, fail_on):
            code = FOUND
    return code


def _calls(files: tuple[str, ...], forced: str | None, encoding: str | None) -> Iterator[Call | Skipped]:
    for name in files:
        try:
            if name == "-":
                yield from formats.read_text_stream(sys.stdin.buffer.read(), "-", forced=forced, encoding=encoding)
            else:
                yield from formats.read(Path(name), forced=forced, encoding=encoding)
        except InputError as error:
            yield Skipped(error.source, _without_source(error), error.line)
        except HeguiError as error:
            yield Skipped(name, str(error))


def _without_source(error: InputError) -> str:
    place = error.source if error.line is None else f"{error.source}:{error.line}"
    return str(error).removeprefix(f"{place}：")


def _colour() -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return sys.stdout.isatty()


def _width() -> int:
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((80, 24)).columns))
