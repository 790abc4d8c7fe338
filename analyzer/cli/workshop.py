"""``hegui rules lint|why|stress|diff|new``: the workshop of whoever writes rules."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from analyzer import formats
from analyzer.call import Call
from analyzer.cli.chinese import DONE, FOUND, ChineseHelp
from analyzer.cli.options import input_options, open_rulebook, rulebook_options
from analyzer.errors import HeguiError, InputError, Skipped
from analyzer.finding import Finding
from analyzer.rules.rulebook import Rulebook, lexicon_folder

ENOUGH = 0.85
"""The share of damaged examples that a rulebook should still find."""


def known_rule(book: Rulebook, rule_id: str) -> str:
    """The id itself.

    Raises:
        click.UsageError: there is no such rule; the message names near ones.
    """
    if rule_id not in book.rules:
        from difflib import get_close_matches

        near = get_close_matches(rule_id, list(book.rules), n=3)
        hint = f"；是不是想看 {'、'.join(near)}？" if near else "；全部编号见 hegui rules list"
        raise click.UsageError(f"没有规则 {rule_id}{hint}")
    return rule_id


def calls_of(paths: tuple[Path, ...], forced: str | None, encoding: str | None) -> Iterator[Call]:
    """The calls of some files and folders.

    Raises:
        InputError: one of them cannot be read.
    """
    for path in formats.walk(list(paths)):
        for item in formats.read(path, forced=forced, encoding=encoding):
            if isinstance(item, Skipped):
                raise InputError(item.source, item.reason, line=item.line)
            yield item


@click.command("lint", cls=ChineseHelp, short_help="查规则集的毛病：误伤、闲置、重复、互相打架")
@click.option("--hints/--no-hints", default=True, help="是否也列出“提示”级的问题")
@rulebook_options
def lint(hints: bool, packs: tuple[str, ...], profile: Path | None, lexicons: Path | None) -> int:
    """查规则集：没用到的词表、会误伤常用词的短词、被覆盖的词、永远轮不到的句式、例子太少、合规例被别的规则误判、在样例上总是或从不命中。

    有“错误”级的问题时退出码为 1；“提示”只供参考。
    """
    from importlib.resources import files

    from analyzer.workshop.lint import SERIOUS
    from analyzer.workshop.lint import lint as look

    book = open_rulebook(packs, profile, lexicons, cached=False)
    installed = Path(str(files("analyzer"))) / "samples"
    samples = installed if installed.is_dir() else lexicon_folder().parent / "data" / "samples"
    found = look(book, list(calls_of((samples,), None, None)) if samples.is_dir() else [])
    grave = sum(c.level == SERIOUS for c in found)
    for complaint in found:
        if hints or complaint.level == SERIOUS:
            click.echo(str(complaint))
    click.echo(f"{grave} 处错误，{len(found) - grave} 处提示")
    return FOUND if grave else DONE


@click.command("why", cls=ChineseHelp, short_help="一条规则在一通电话里为什么命中、为什么没有")
@click.argument("call_file", metavar="通话", type=click.Path(path_type=Path))
@click.argument("rule_id", metavar="规则编号")
@input_options
@rulebook_options
def why(
    call_file: Path,
    rule_id: str,
    forced: str | None,
    encoding: str | None,
    packs: tuple[str, ...],
    profile: Path | None,
    lexicons: Path | None,
) -> int:
    """逐句说明这条规则看到了什么：命中的，差一点命中的，以及挡住它的那一步。

    \b
    例：
      hegui rules why 通话.txt threat.violence
    """
    from analyzer.workshop.why import speaker_name
    from analyzer.workshop.why import why as reasons

    book = open_rulebook(packs, profile, lexicons)
    rule = book.rules[known_rule(book, rule_id)]
    for call in calls_of((call_file,), forced, encoding):
        click.echo(f"通话 {call.call_id}，规则 {rule.id} {rule.name}")
        last: int | None = None
        for near in reasons(call, rule, book):
            if near.turn is not None and near.turn != last:
                click.echo(f"第 {near.turn + 1} 句 {speaker_name(call, near.turn)}：{call.turns[near.turn].text}")
            last = near.turn
            click.echo(f"  {'✗' if near.fired else '·'} {near.text}")
    return DONE


@click.command("stress", cls=ChineseHelp, short_help="把违规例弄坏（同音字、断句、口头语……），看还剩多少召回")
@click.argument("prefix", required=False, default="", metavar="[规则编号前缀]")
@rulebook_options
def stress(prefix: str, packs: tuple[str, ...], profile: Path | None, lexicons: Path | None) -> int:
    """每条规则的违规例各坏六样：同音字、断句、口头语、丢助词、繁体、夹符号；列出还能查到的比例。

    总召回低于 85 % 时退出码为 1。
    """
    from analyzer.workshop.stress import WAYS
    from analyzer.workshop.stress import stress as damaged

    book = open_rulebook(packs, profile, lexicons)
    found = tried = 0
    sums = dict.fromkeys(WAYS, (0, 0))
    for recall in damaged(book, prefix):
        found, tried = found + recall.found, tried + recall.tried
        sums = {w: (sums[w][0] + f, sums[w][1] + n) for w, (f, n) in recall.ways.items()}
        if recall.found < recall.tried:
            lost = "，".join(f"{w} {f}/{n}" for w, (f, n) in recall.ways.items() if f < n)
            click.echo(f"{_percent(recall.found, recall.tried)}  {recall.rule}  {lost}")
    if not tried:
        raise click.UsageError(f"没有编号以 {prefix} 开头、带句式的规则；全部编号见 hegui rules list")
    click.echo("，".join(f"{w} {_percent(*s)}" for w, s in sums.items()))
    click.echo(f"共 {tried} 个变坏的例子，还能查到 {found} 个：{_percent(found, tried)}")
    return DONE if found >= ENOUGH * tried else FOUND


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:5.1f} %" if whole else "    —"


@click.command("diff", cls=ChineseHelp, short_help="两版规则集在同一批通话上的差别")
@click.argument("old", metavar="旧规则目录", type=click.Path(path_type=Path))
@click.argument("new", metavar="新规则目录", type=click.Path(path_type=Path))
@click.option(
    "--on",
    "paths",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    metavar="通话",
    help="通话文件或目录，可重复",
)
@input_options
@click.option("--pack", "packs", multiple=True, metavar="名称", help="规则包，可重复")
@click.option("--profile", type=click.Path(path_type=Path), metavar="文件", help="机构档案（YAML）")
def diff(
    old: Path,
    new: Path,
    paths: tuple[Path, ...],
    forced: str | None,
    encoding: str | None,
    packs: tuple[str, ...],
    profile: Path | None,
) -> int:
    """列出判定、得分或违规项有变化的通话，以及起变化的原话；有变化时退出码为 1。"""
    from analyzer.workshop.difference import difference

    before, after = (open_rulebook(packs, profile, folder) for folder in (old, new))
    calls, changed = list(calls_of(paths, forced, encoding)), 0
    for flip in difference(before, after, calls):
        changed += 1
        was, now = flip.before, flip.after
        click.echo(f"{now.call_id}（{now.source}）：{was.verdict} {was.score} → {now.verdict} {now.score}")
        for sign, findings in (("-", flip.gone), ("+", flip.come)):
            for f in findings:
                click.echo(f"  {sign} {_told(f)}")
    click.echo(f"{len(calls)} 通通话，{changed} 通有变化")
    return FOUND if changed else DONE


def _told(f: Finding) -> str:
    place = "整通" if f.turn is None else f"第 {f.turn + 1} 句"
    return f"{f.rule} {f.rule_name}（{f.severity.chinese}）{place}：{f.quote or f.message}"


@click.command("new", cls=ChineseHelp, short_help="用一句违规、一句合规的话起草一条规则")
@click.argument("rule_id", metavar="规则编号")
@click.option("--violation", required=True, metavar="句子", help="应当命中的一句话")
@click.option("--compliant", required=True, metavar="句子", help="像它、但不该命中的一句话")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="目录", help="写到这个规则目录；不给就只显示")
@rulebook_options
def new(
    rule_id: str,
    violation: str,
    compliant: str,
    output: Path | None,
    packs: tuple[str, ...],
    profile: Path | None,
    lexicons: Path | None,
) -> int:
    """起草一条规则：句式取违规句里有、合规句里没有的词表和词。

    \b
    例：
      hegui rules new threat.neighbours --violation 我去你邻居家挨户说说 --compliant 您邻居家装修吵到您了吗
    """
    from analyzer.workshop.draft import draft

    written = draft(rule_id, violation, compliant, open_rulebook(packs, profile, lexicons))
    if output is None:
        click.echo(f"# {written.path}\n{written.text}", nl=False)
        return DONE
    target = output / written.path
    if target.exists():
        raise HeguiError(f"{target}：文件已经有了，没有改动；请换一个编号")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(f".{os.getpid()}.part")
    part.write_text(written.text, encoding="utf-8")
    part.replace(target)
    click.echo(f"已写到 {target}；补上名称、依据和例子后运行 hegui rules test {rule_id}")
    return DONE
