"""``hegui evaluate``: the figures of labelled calls, per category and rule."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from analyzer import formats
from analyzer.call import Call
from analyzer.check import check
from analyzer.cli.chinese import DONE, ChineseHelp
from analyzer.cli.options import model_option, open_rulebook, rulebook_options
from analyzer.errors import InputError, Skipped
from analyzer.evaluate import Evaluation, Gold


@click.command(cls=ChineseHelp, name="evaluate", short_help="用人工标注的通话评测：精确率、召回率、告知判定")
@click.argument("golds", nargs=-1, required=True, metavar="标注文件…", type=click.Path(path_type=Path))
@click.option(
    "--format", "fmt", type=click.Choice(["text", "json"]), default="text", show_default=True, help="输出格式"
)
@click.option("--errors", type=click.IntRange(0), default=0, metavar="条数", help="列出漏判和误判各若干条")
@click.option("--ablate", is_flag=True, help="规则与模型一起、只用规则、只用模型，三种都算一遍")
@model_option
@rulebook_options
def command(
    golds: tuple[Path, ...],
    fmt: str,
    errors: int,
    ablate: bool,
    no_model: bool,
    packs: tuple[str, ...],
    profile: Path | None,
    lexicons: Path | None,
) -> int:
    """评测：标注文件是 JSONL，每行一通 call.v1 通话，另有 gold 字段（findings、tempting、disclosures）。

    每个类别给出精确率、召回率和 95 % 区间（Wilson），每条规则给出精确率。
    """
    labelled = [pair for path in golds for pair in _labelled(path)]
    book = open_rulebook(packs, profile, lexicons, no_model=no_model)
    ways = (
        {"规则与模型": book, "只用规则": book.without_model(), "只用模型": book.model_only()} if ablate else {"": book}
    )
    for name, one in ways.items():
        evaluation = Evaluation()
        for call, gold in labelled:
            evaluation.add(call, gold, check(call, one))
        if name:
            click.echo(f"【{name}】")
        if fmt == "json":
            click.echo(msgspec.json.format(msgspec.json.encode(evaluation.figures())).decode())
        else:
            click.echo(evaluation.text(errors=errors))
    return DONE


def _labelled(path: Path) -> Iterator[tuple[Call, Gold]]:
    lines = [line for line in path.read_bytes().splitlines() if line.strip()]
    for number, item in enumerate(formats.read(path), 1):
        if isinstance(item, Skipped):
            raise InputError(item.source, item.reason, line=item.line)
        try:
            data = msgspec.json.decode(lines[number - 1])
        except (IndexError, msgspec.DecodeError):
            raise InputError(str(path), "不是 JSONL", line=number, advice="标注文件每行一个 JSON 对象") from None
        yield item, Gold.of(data.get("gold") if isinstance(data, dict) else None, f"{path}:{number}")
