"""``hegui rules``: the rulebook and its own tests."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer.cli.chinese import DONE, FOUND, PlainGroup
from analyzer.cli.options import open_rulebook, rulebook_options
from analyzer.cli.workshop import diff, known_rule, lint, new, stress, why
from analyzer.finding import CATEGORIES
from analyzer.rules.rule import Rule
from analyzer.rules.rulebook import categories_of
from analyzer.workshop import examples


@click.group(cls=PlainGroup, name="rules", short_help="规则集：查看、自测、找毛病、起草")
def command() -> None:
    """查看规则集，运行规则自带的例子，找毛病、说明缘由、比较两版、起草新规则。"""


@command.command("list", short_help="列出全部规则")
@click.option("--category", type=click.Choice(list(CATEGORIES)), metavar="类别", help="只看一个类别")
@rulebook_options
def list_rules(category: str | None, packs: tuple[str, ...], profile: Path | None, lexicons: Path | None) -> int:
    """按类别列出规则：编号、级别、名称。"""
    book = open_rulebook(packs, profile, lexicons)
    for code, rules in categories_of(book.rules.values()).items():
        if category in (None, code):
            click.echo(f"{CATEGORIES[code]}（{code}，{len(rules)} 条）")
            for rule in rules:
                click.echo(f"  {rule.severity.chinese}{'·否决' if rule.veto else ''}  {rule.id}  {rule.name}")
    click.echo(f"共 {len(book.rules)} 条规则，{len(book.lexicon.concepts)} 个词表；规则集版本 {book.version[:12]}")
    return DONE


@command.command("show", short_help="看一条规则的全部内容")
@click.argument("rule_id", metavar="规则编号")
@rulebook_options
def show(rule_id: str, packs: tuple[str, ...], profile: Path | None, lexicons: Path | None) -> int:
    """显示一条规则：怎么判、依据、例子、已知漏判。"""
    book = open_rulebook(packs, profile, lexicons)
    click.echo(_page(book.rules[known_rule(book, rule_id)]))
    return DONE


def _page(rule: Rule) -> str:
    lines = [
        f"{rule.id}  {rule.name}",
        f"类别：{CATEGORIES[rule.category]}    类型：{rule.kind}",
        f"级别：{rule.severity.chinese}{'（一票否决）' if rule.veto else ''}",
        f"文件：{rule.path}",
        f"提示：{rule.message}",
        f"建议：{rule.advice}",
    ]
    for basis in rule.basis:
        dates = "，".join(x for x in (basis.since and f"{basis.since} 起", basis.until and f"至 {basis.until}") if x)
        lines.append(f"依据：{basis.source} {basis.clause or ''}{f'（{dates}）' if dates else ''}")
    for clue in rule.sighting.clues:
        lines.append(f"句式：{'；'.join(clue.frames)}{'' if clue.kind == 'one' else f'（{clue.kind}）'}")
    lines += [f"排除：{w}" for w in rule.sighting.without]
    for title, found in (("违规例", rule.violating), ("合规例", rule.compliant)):
        lines += [f"{title}：{' / '.join(f'{w}：{t}' if w else t for w, t in e.turns)}" for e in found]
    lines += [f"已知漏判：{m}" for m in rule.known_misses]
    return "\n".join(lines)


@command.command("test", short_help="运行规则自带的例子")
@click.argument("prefix", required=False, default="", metavar="[规则编号前缀]")
@rulebook_options
def test(prefix: str, packs: tuple[str, ...], profile: Path | None, lexicons: Path | None) -> int:
    """规则里的例子就是测试：违规例必须命中，合规例不得命中。"""
    book = open_rulebook(packs, profile, lexicons)
    outcomes = list(examples.run(book, prefix))
    if not outcomes:
        raise click.UsageError(f"没有编号以 {prefix} 开头的规则；全部编号见 hegui rules list")
    failed = [o for o in outcomes if not o.passed]
    for o in failed:
        click.echo(f"{o.path}:{o.line}：{o.owner} {'漏判' if o.wanted else '误判'}：{o.text}")
    click.echo(f"{len(outcomes)} 个例子，{len(failed)} 个不符")
    return FOUND if failed else DONE


for one in (lint, why, stress, diff, new):
    command.add_command(one)
