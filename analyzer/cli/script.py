"""``hegui script``: the gate for revisions of call scripts."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import click

from analyzer.cli.chinese import COULD_NOT, DONE, FOUND, ChineseHelp
from analyzer.cli.options import NEVER, fail_option, rulebook_options
from analyzer.errors import HeguiError
from analyzer.finding import Severity
from analyzer.gate import GateReport
from analyzer.reports.scripts import SCRIPT_REPORTS, View
from analyzer.rules.rulebook import DEFAULT_PACKS

NARROWEST, WIDEST = 40, 120


@click.command(cls=ChineseHelp, name="script", short_help="检查话术修改：新增违规、丢失告知")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="路径…")
@click.option("--since", metavar="版本", help="与 git 里的这个版本比较：分支、标签、提交号")
@click.option("--base", type=click.Path(path_type=Path), metavar="旧路径", help="与另一个目录或文件里的旧版本比较")
@click.option("--baseline", type=click.Path(path_type=Path), metavar="文件", help="存量基线：里面的问题不算新增")
@click.option("--save-baseline", type=click.Path(path_type=Path), metavar="文件", help="把现有问题存成基线，不作判定")
@click.option(
    "--waivers",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="特批清单（YAML）：问题编号、理由、责任人、到期日",
)
@click.option(
    "--format", "fmt", type=click.Choice(list(SCRIPT_REPORTS)), default="text", show_default=True, help="输出格式"
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="文件", help="报告写进文件，不打印")
@fail_option
@rulebook_options
def command(
    paths: tuple[Path, ...],
    since: str | None,
    base: Path | None,
    baseline: Path | None,
    save_baseline: Path | None,
    waivers: Path | None,
    fmt: str,
    output: Path | None,
    fail_on: str,
    packs: tuple[str, ...],
    profile: Path | None,
    lexicons: Path | None,
) -> int:
    """检查话术文件：每句要说的话和操作指引是否违规；与旧版本相比新增了什么、丢了哪项告知。

    读 Markdown、文本、CSV、XLSX、YAML、JSON、docx；“禁用语、错误示范、✗”等教学内容不算违规。
    有新增违规（达到 --fail-on）或丢失告知时退出码为 1。

    \b
    例：
      hegui script 话术/                            现有话术有哪些问题
      hegui script 话术/ --since origin/main        这个分支带来了什么
      hegui script 新版/ --base 旧版/ --format html -o 报告.html
      hegui script 话术/ --save-baseline 基线.txt   存量先记下，以后只管新增
    """
    from analyzer.revision import baseline as known
    from analyzer.revision import history, run

    if since is not None and base is not None:
        raise click.UsageError("--since 和 --base 只能用一个")
    files = run.gather(paths)
    if not files and since is None:
        raise HeguiError(f"{'、'.join(map(str, paths))}：没有找到话术文件；支持 md txt csv xlsx yaml json docx")
    gate = run.Gate.of(packs or DEFAULT_PACKS, folder=lexicons, profile=profile)
    if save_baseline is not None:
        _write(save_baseline, gate.baseline(files))
        click.echo(f"基线已写入 {save_baseline}")
        return DONE
    older = None
    if since is not None:
        older = history.since(paths, since)
    elif base is not None:
        older = history.Older(run.base_of(paths, base), {}, str(base))
    report = gate.report(
        files,
        older,
        baseline=None if baseline is None else known.Baseline.load(baseline),
        given=() if waivers is None else known.waivers(waivers),
    )
    level = None if fail_on == NEVER else Severity.of(fail_on)
    _tell(report, View(_colour() and output is None, _width(), level), fmt, output)
    for note in report.unreadable:
        click.echo(f"错误：{note}", err=True)
    if report.unreadable:
        return COULD_NOT
    return FOUND if report.verdict(level) == "fail" else DONE


def _tell(report: GateReport, view: View, fmt: str, output: Path | None) -> None:
    text = SCRIPT_REPORTS[fmt].write(report, view)
    if output is None:
        click.echo(text, nl=False, color=view.colour)
    else:
        _write(output, text)


def _write(target: Path, text: str) -> None:
    """Write a file under a temporary name, then rename it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
        Path(part).chmod(0o644)
        Path(part).replace(target)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def _colour() -> bool:
    return not os.environ.get("NO_COLOR") and sys.stdout.isatty()


def _width() -> int:
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((80, 24)).columns))
