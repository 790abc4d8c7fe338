"""``hegui formats``: which transcripts are read."""

from __future__ import annotations

import click

from analyzer import formats
from analyzer.cli.chinese import DONE, ChineseHelp


@click.command(cls=ChineseHelp, name="formats", short_help="列出能读的转写格式和样例")
@click.argument("name", required=False, metavar="[格式]")
def command(name: str | None) -> int:
    """列出能读的转写格式；给出格式名则显示一份样例。

    \b
    例：
      hegui formats
      hegui formats text
    """
    if name is None:
        for key, known in formats.FORMATS.items():
            click.echo(f"{key:<10} {known.title}（{' '.join(known.extensions)}）")
        click.echo("\n看样例：hegui formats 格式名；强制按某格式读：hegui check --from 格式名 文件")
        return DONE
    if name not in formats.FORMATS:
        raise click.UsageError(f"没有格式 {name}；现有：{'、'.join(formats.FORMATS)}")
    click.echo(formats.FORMATS[name].sample.rstrip("\n"))
    return DONE
