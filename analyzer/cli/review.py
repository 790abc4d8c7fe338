"""``hegui review``: decisions back from the workbook, what they say of the rules, and calls drawn to be heard."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.chinese import COULD_NOT, DONE, PlainGroup

if TYPE_CHECKING:
    from analyzer.review.statistics import Agreement, Missed, Precision

WORDS = {"right": "属实", "wrong": "误报", "unsure": "存疑", "complete": "无漏判", "missed": "有漏判"}
FEW = 20
"""Below so many decisions the precision of a rule is only a hint."""

FOLDER = click.argument("folder", type=click.Path(path_type=Path), metavar="目录")


@click.group(cls=PlainGroup, name="review", short_help="复核：导入结论、统计精确率和漏判、抽样")
def command() -> None:
    """人工复核：把工作簿里填的结论收回来，看各规则准不准、漏了多少。"""


@command.command("import", short_help="从工作簿收回复核结论")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="工作簿…")
@click.option(
    "-d", "--dir", "folder", type=click.Path(path_type=Path), metavar="目录", help="质检输出目录；默认是工作簿所在目录"
)
@click.option("--replace", is_flag=True, help="同一复核人改了结论时以新的为准")
def import_command(files: tuple[Path, ...], folder: Path | None, replace: bool) -> int:
    """从 report.xlsx 或 sample.xlsx 收回填好的结论，按指纹核对后放进 review/decisions.jsonl。

    读的列是“复核结论”“整通结论”“复核人”“复核备注”。

    不同复核人的结论都保留，用来算一致性；同一复核人前后不一时要加 --replace。

    \b
    例：
      hegui review import 报告/report.xlsx
      hegui review import 张.xlsx 李.xlsx -d 报告/
    """
    from analyzer.review import decisions, workbookin

    targets: dict[Path, list[Path]] = {}
    for file in files:
        targets.setdefault(folder or file.parent, []).append(file)
    failed = False
    for target, books in targets.items():
        new, problems = [], []
        for book in books:
            found = workbookin.read(book, target)
            new += found.decisions
            problems += found.problems
        kept, conflicts = decisions.joined(decisions.load(target), new)
        for problem in problems:
            click.echo(f"未收：{problem}", err=True)
        for c in conflicts:
            was, now = WORDS[c.old.verdict], WORDS[c.new.verdict]
            what = c.new.rule or "整通"
            click.echo(f"不一致：{c.new.call} {what}，{c.new.reviewer} 先前“{was}”，现在“{now}”", err=True)
        if conflicts and not replace:
            click.echo("错误：同一复核人的结论前后不一，没有收；确认以新的为准请加 --replace", err=True)
            failed = True
            continue
        decisions.save(target, kept)
        failed |= bool(problems)
        click.echo(f"收进 {len(new)} 条结论，{target} 现有 {len(kept)} 条；未收 {len(problems)} 行")
    return COULD_NOT if failed else DONE


@command.command("sample", short_help="从无命中的通话里分层抽样")
@FOLDER
@click.option(
    "-n", "--size", type=click.IntRange(1, 100_000), metavar="通数", default=100, show_default=True, help="抽多少通"
)
@click.option(
    "--seed", type=int, metavar="数", default=1, show_default=True, help="换一个数抽另一批；同一个数总抽同一批"
)
def sample_command(folder: Path, size: int, seed: int) -> int:
    """从没有命中的通话里按接听人和风险信号分层抽样，写出 review/sample.xlsx 供听音，用来估计漏判。

    \b
    例：
      hegui review sample 报告/ -n 200
    """
    from analyzer.review import sampleout, sampling

    sample = sampling.draw(folder, size, seed)
    sampling.save(folder, sample)
    path = sampleout.write(folder, sample)
    click.echo(f"从 {sum(sample.sizes.values())} 通无命中的通话里抽了 {len(sample.calls)} 通：{path}")
    click.echo(f"填好“整通结论”后：hegui review import {path} -d {folder}")
    return DONE


@command.command("stats", short_help="各规则精确率、复核一致性、漏判估计")
@FOLDER
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="输出形式"
)
def stats_command(folder: Path, form: str) -> int:
    """复核结论说明了什么：每条规则的精确率和 95% 区间，复核人之间的一致性（kappa），漏判估计。

    \b
    例：
      hegui review stats 报告/
      hegui review stats 报告/ --format json
    """
    from analyzer.errors import HeguiError
    from analyzer.review import decisions, sampling, statistics

    said = decisions.load(folder)
    if not said:
        raise HeguiError(f"{folder}：还没有复核结论；先在 report.xlsx 里填写，再运行 hegui review import")
    rules, pairs, sample = statistics.precisions(said), statistics.agreements(said), sampling.load(folder)
    lost = None if sample is None else statistics.missed(said, sample)
    if form == "json":
        body = {
            "rules": [{**asdict(p), "precision": p.share, "interval": p.interval} for p in rules],
            "agreement": [asdict(a) for a in pairs],
            "missed": None if lost is None else {**asdict(lost), "calls": lost.calls},
        }
        click.echo(json.dumps(body, ensure_ascii=False))
        return DONE
    click.echo("\n".join([*_rules(rules), *map(_pair, pairs), _missed(lost)]))
    return DONE


def _rules(rules: list[Precision]) -> list[str]:
    from analyzer.reports.figures import percent, span
    from analyzer.review.statistics import Precision

    whole = Precision(
        "全部规则", sum(p.right for p in rules), sum(p.wrong for p in rules), sum(p.unsure for p in rules)
    )
    lines = ["规则精确率（属实 / 已定）："]
    for p in (*rules, whole):
        share = "–" if p.share is None else f"{percent(p.share)}（{span(p.interval)}）"
        few = "  样本少" if p.total < FEW else ""
        lines.append(f"  {p.rule}：{p.right}/{p.total} {share}" + (f"，存疑 {p.unsure}" if p.unsure else "") + few)
    return lines


def _pair(a: Agreement) -> str:
    kappa = "无法计算" if a.kappa is None else f"{a.kappa:.2f}"
    return f"一致性 {a.first} 与 {a.second}：共同复核 {a.both} 处，相同 {a.alike} 处，kappa {kappa}"


def _missed(lost: Missed | None) -> str:
    from analyzer.reports.figures import percent, span

    if lost is None:
        return "漏判估计：还没有；先 hegui review sample 抽样、听音、填写后导入"
    middle, low, high = lost.calls
    return (
        f"漏判估计：抽样 {lost.drawn} 通，已听 {lost.reviewed} 通，其中有漏判 {lost.missed} 通；"
        f"{lost.population} 通无命中通话里约 {middle} 通有漏判（95% 区间 {low}–{high} 通，"
        f"占 {percent(lost.share)}，{span(lost.interval)}）"
    )
