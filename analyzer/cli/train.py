"""``hegui train``: rebuild the second reader from its stories, byte for byte the same from the same data."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import click
import msgspec

from analyzer.cli.chinese import DONE, ChineseHelp
from analyzer.cli.options import open_rulebook, rulebook_options
from analyzer.errors import HeguiError

FIGURES, CARD = "figures.json", "README.md"


@click.command(cls=ChineseHelp, name="train", short_help="用训练材料重新训练模型")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("data/training"),
    show_default=True,
    metavar="目录",
    help="训练材料所在目录",
)
@click.option(
    "--with",
    "more",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="文件",
    help="再加本机构的材料：同样写法的 .txt，或带 gold 标注的通话 .jsonl；可重复",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="目录", help="模型写到哪里；默认写回程序自带的位置"
)
@click.option("--card", "only_card", is_flag=True, help="不训练，只按 figures.json 重写模型卡")
@click.option("--jsonl", type=click.Path(path_type=Path), metavar="文件", help="不训练，把材料导出成 JSONL")
@rulebook_options
def command(
    data: Path,
    more: tuple[Path, ...],
    output: Path | None,
    only_card: bool,
    jsonl: Path | None,
    packs: tuple[str, ...],
    profile: Path | None,
    lexicons: Path | None,
) -> int:
    """读训练材料，给每个类别训练一个线性模型，在没读过的作者上定门槛，写出模型、数字和模型卡。

    用了 --with 的模型是机构自己的，自带的模型卡不改。
    """
    if only_card:
        return _card(data)
    stories = sorted(data.glob("*.txt"))
    if not stories:
        raise HeguiError(f"{data}：没有训练材料（*.txt）；请用 --data 指明目录")
    if jsonl is not None:
        return _export([*stories, *more], jsonl)
    from analyzer.classify import corpus, model
    from analyzer.classify.train import train, write
    from analyzer.workshop import card, lessons

    every = corpus.read([*stories, *more])
    turns, twins = lessons.agent_turns(every)
    for twin in twins:
        click.echo(f"近似句不用：{_place(twin.left_out)}（与 {_place(twin.kept)} 重合 {twin.overlap:.2f}）", err=True)
    lesson, used = lessons.lesson(turns, open_rulebook(packs, profile, lexicons))
    trained = train(lesson)
    digest = lessons.digest([*stories, *more])
    manifest = write(trained, lesson.labels, digest, output or model.FOLDER)
    click.echo(f"{len(used)} 句训练完成，模型 {manifest.numbers[:16]} 写到 {output or model.FOLDER}")
    if not more:
        found = card.figures(lesson, trained, used, every, twins, training=digest, numbers=manifest.numbers)
        _write(data / FIGURES, msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
        _card(data)
    return DONE


def _place(utterance: object) -> str:
    return f"{getattr(utterance, 'source', '')}:{getattr(utterance, 'line', '')}"


def _card(data: Path) -> int:
    from analyzer.workshop.agreement import AGREEMENT, load
    from analyzer.workshop.card import Figures, card

    path = data / FIGURES
    try:
        figures = msgspec.json.decode(path.read_bytes(), type=Figures)
    except (OSError, msgspec.DecodeError) as error:
        raise HeguiError(f"{path}：读不了（{error}）；请先运行 hegui train") from error
    _write(data / CARD, card(figures, load(data / AGREEMENT)).encode())
    click.echo(f"模型卡写到 {data / CARD}")
    return DONE


def _export(paths: Iterable[Path], target: Path) -> int:
    from analyzer.classify import corpus

    rows = [corpus.row(u) for u in corpus.read(list(paths))]
    _write(target, b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
    click.echo(f"{len(rows)} 句写到 {target}")
    return DONE


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
