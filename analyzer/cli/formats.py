"""``hegui formats``: which transcripts are read; ``hegui formats map`` asks and writes a mapping file."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer import formats
from analyzer.cli.chinese import DONE, ChineseHelp
from analyzer.errors import InputError, Skipped
from analyzer.formats import drafting
from analyzer.formats.mapping import UNITS, Mapping, as_text

MAP = "map"
_NONE = "-"
_QUESTIONS = {
    "text": "哪一个是说的话",
    "speaker": "哪一个是说话人或角色",
    "start": "哪一个是这句话的开始时间",
    "end": "哪一个是结束时间",
    "call_id": "哪一个是通话编号",
    "agent_id": "哪一个是坐席工号",
    "started_at": "哪一个是通话时间",
}
_SHOWN = 3


@click.command(cls=ChineseHelp, name="formats", short_help="列出能读的转写格式和样例；写映射文件")
@click.argument("name", required=False, metavar="[格式|文件|map]")
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[文件]")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="文件", help="map：映射文件写到哪里，默认打印")
@click.option("--yes", is_flag=True, help="map：不提问，全部采用猜测")
@click.option("--encoding", metavar="编码", help="文件编码，如 gb18030；默认自动识别")
def command(name: str | None, file: Path | None, output: Path | None, yes: bool, encoding: str | None) -> int:
    """列出能读的转写格式；给出格式名则显示一份样例，给出文件则说明它是什么格式。

    字段名谁都不认识的 JSON、CSV、Excel，用 map 回答几个问题，写出映射文件，再用 --from 映射文件 读取。

    \b
    例：
      hegui formats
      hegui formats text
      hegui formats 通话.json
      hegui formats map 导出.jsonl -o 读法.json
      hegui check --from 读法.json 导出.jsonl
    """
    if name == MAP:
        return _map(file, output, yes, encoding)
    if name is None:
        return _list()
    if name in formats.FORMATS:
        click.echo(formats.FORMATS[name].sample.rstrip("\n"))
        return DONE
    if Path(name).is_file():
        found = formats.FORMATS[formats.format_of(name, encoding=encoding)]
        click.echo(f"{name}：{found.name}（{found.title}）")
        return DONE
    raise click.UsageError(f"没有格式或文件 {name}；现有格式：{'、'.join(formats.FORMATS)}")


def _list() -> int:
    for key, known in formats.FORMATS.items():
        click.echo(f"{key:<13} {known.title}（{' '.join(known.extensions)}）")
    click.echo(
        "\n看样例：hegui formats 格式名；认一个文件：hegui formats 文件；强制按某格式读：hegui check --from 格式名 文件"
        "\n字段名不常见：hegui formats map 文件 -o 读法.json，再 hegui check --from 读法.json 文件"
    )
    return DONE


def _map(file: Path | None, output: Path | None, yes: bool, encoding: str | None) -> int:
    if file is None:
        raise click.UsageError("map 需要一个文件，例如：hegui formats map 导出.jsonl -o 读法.json")
    draft = drafting.draft(file, encoding)
    mapping = draft.mapping if yes else _asked(draft)
    if "text" not in mapping.fields:
        raise InputError(file.as_posix(), "没有指定哪一个是说的话，写不出映射文件")
    text = as_text(mapping)
    _try(file, mapping, encoding, quiet=yes)
    if output is None:
        click.echo(text, nl=False)
    else:
        drafting.write(output, text)
        click.echo(f"已写入 {output}；读取：hegui check --from {output} {file}", err=True)
    return DONE


def _asked(draft: drafting.Draft) -> Mapping:
    """The mapping after the questions; an answer that is no key is asked again."""
    click.echo(draft.where, err=True)
    for key, example in draft.examples.items():
        click.echo(f"  {key}\t{example}", err=True)
    click.echo(f"回车采用方括号里的猜测，{_NONE} 表示没有。", err=True)
    fields = dict(draft.mapping.fields)
    for ours, question in _QUESTIONS.items():
        answer = _choice(question, fields.get(ours, _NONE), [*draft.choices(ours), _NONE])
        fields.pop(ours, None)
        fields.update({} if answer == _NONE else {ours: answer})
    unit = draft.mapping.unit
    if "start" in fields and draft.is_json:
        unit = _choice("时间的单位", unit or "s", list(UNITS))
    return draft.with_fields(fields, unit, _voices(draft, fields))


def _voices(draft: drafting.Draft, fields: dict[str, str]) -> dict[str, str]:
    """Who each voice is, asked only of labels that do not say it themselves."""
    found = {}
    for voice in draft.unknown_voices(fields.get("speaker")):
        answer = _choice(f"“{voice}”是谁", _NONE, ["坐席", "客户", "系统", _NONE])
        found.update({} if answer == _NONE else {voice: answer})
    return found


def _choice(question: str, guess: str, allowed: list[str]) -> str:
    while True:
        answer: str = click.prompt(question, default=guess, err=True)
        if answer in allowed:
            return answer
        click.echo(f"没有“{answer}”；可用：{'、'.join(allowed)}", err=True)


def _try(file: Path, mapping: Mapping, encoding: str | None, *, quiet: bool) -> None:
    """Show what the mapping reads, so that a wrong answer is seen at once; ``quiet`` only tells what goes wrong."""
    item = next(iter(drafting.preview(file, mapping, encoding)), None)
    if item is None or isinstance(item, Skipped):
        click.echo(f"按这样读不出通话：{item.reason if item else '没有通话'}", err=True)
        return
    if quiet:
        return
    click.echo(f"读出的第一通（{item.call_id}，{len(item.turns)} 句）：", err=True)
    for turn in item.turns[:_SHOWN]:
        click.echo(f"  {turn.speaker.value}\t{turn.text}", err=True)
