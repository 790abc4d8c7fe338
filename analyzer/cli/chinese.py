"""click in Chinese: help pages, mistakes of use, exit codes; no traceback reaches a user."""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from analyzer import __version__
from analyzer.errors import HeguiError

_REMARKS = re.compile(r"  \[((?:default: |required|\d+<=x|x>=)[^\]]*)\]$")
DONE, FOUND, COULD_NOT = 0, 1, 2
"""Exit codes: nothing at or above ``--fail-on`` · findings · it could not do what was asked."""


class ChineseHelp(click.Command):
    """A command whose help page is Chinese."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Usage line."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Pieces of the usage line, with the Chinese word for options."""
        return [p.replace("[OPTIONS]", "[选项]") for p in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table of options."""
        records = (p.get_help_record(ctx) for p in self.get_params(ctx) if isinstance(p, click.Option))
        rows = [(names, _in_chinese(text)) for names, text in (r for r in records if r is not None)]
        if rows:
            with formatter.section("选项"):
                formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """``--help``, told in Chinese."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这段说明"
        return option


def _in_chinese(text: str) -> str:
    """The remarks that click adds behind a help text: [default: 1; 1<=x<=9], [required]."""
    return _REMARKS.sub(lambda m: f"（{_remark(m[1])}）", text)


def _remark(said: str) -> str:
    words = said.replace("required", "必填").replace("default: ", "默认 ").replace("; ", "，")
    return re.sub(r"x>=(\d+)", r"至少 \1", re.sub(r"(\d+)<=x<=(\d+)", r"\1 到 \2", words))


@dataclass(frozen=True, slots=True)
class Entry:
    """A command that is imported when it is called: ``module:attribute`` and its line in the list of commands."""

    where: str
    short: str


class LazyGroup(ChineseHelp, click.Group):
    """A group whose commands are imported when they are called.

    Args:
        name: of the group.
        commands: name -> entry.
        text: the help text.
    """

    def __init__(self, name: str, commands: Mapping[str, Entry], text: str) -> None:
        super().__init__(
            name=name,
            help=text,
            params=[_version_option()],
            context_settings={"help_option_names": ["-h", "--help"]},
            subcommand_metavar="命令 [参数]…",
        )
        self._where = dict(commands)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in their order."""
        return list(self._where)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in self._where:
            return None
        module, _, attribute = self._where[cmd_name].where.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Like click's, with the mistake told in Chinese and the nearest names."""
        if args and args[0] not in self._where and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], self._where)
            hint = f"；是不是想用 {'、'.join(near)}？" if near else f"；可用的有 {'、'.join(self._where)}"
            raise click.UsageError(f"没有命令 {args[0]}{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Options, then the commands."""
        ChineseHelp.format_options(self, ctx, formatter)
        with formatter.section("命令"):
            formatter.write_dl([(name, entry.short) for name, entry in self._where.items()])


class PlainGroup(ChineseHelp, click.Group):
    """A group of commands of one file, with Chinese help."""

    command_class = ChineseHelp

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"subcommand_metavar": "命令 [参数]…", **kwargs})

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Options, then the commands."""
        ChineseHelp.format_options(self, ctx, formatter)
        with formatter.section("命令"):
            formatter.write_dl([(n, c.get_short_help_str(60)) for n, c in sorted(self.commands.items())])


def _version_option() -> click.Option:
    def show(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        if value and not ctx.resilient_parsing:
            click.echo(f"hegui {__version__}")
            ctx.exit()

    return click.Option(
        ["--version"], is_flag=True, expose_value=False, is_eager=True, callback=show, help="显示版本号"
    )


def run(command: click.Command, args: Sequence[str] | None) -> int:
    """Run a command and give its exit code; every failure is one Chinese message on stderr."""
    try:
        code = command.main(args=None if args is None else list(args), prog_name="hegui", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return COULD_NOT
    except click.ClickException as error:
        return _told(usage_text(error))
    except click.exceptions.Abort:
        return _told("已中断；已经完成的部分保留")
    except HeguiError as error:
        return _told(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return COULD_NOT
    except OSError as error:
        return _told(f"{error.filename or '文件'}：{os_reason(error)}")
    return code if isinstance(code, int) else DONE


def _told(text: str) -> int:
    click.echo(f"错误：{text}", err=True)
    return COULD_NOT


def os_reason(error: OSError) -> str:
    """What an operating-system error means to a user."""
    reasons: dict[type[OSError], str] = {
        FileNotFoundError: "文件不存在；请检查路径",
        PermissionError: "没有权限；请检查文件属主和权限",
        IsADirectoryError: "这是目录，不是文件",
        NotADirectoryError: "路径里有一段不是目录",
        FileExistsError: "已有同名文件",
    }
    if error.errno == 28:
        return "磁盘已满；请腾出空间后再运行，已完成的部分会保留"
    return next(
        (text for kind, text in reasons.items() if isinstance(error, kind)), f"系统错误（{error.strerror or error}）"
    )


def usage_text(error: click.ClickException) -> str:
    """A mistake of use in Chinese, with the way to the help page."""
    ctx = getattr(error, "ctx", None)
    help_hint = f"；用法见 {ctx.command_path} --help" if ctx is not None else ""
    return _usage(error) + help_hint


def _usage(error: Any) -> str:
    if isinstance(error, click.NoSuchOption):
        near = f"；是不是想用 {'、'.join(error.possibilities)}？" if error.possibilities else ""
        return f"没有选项 {error.option_name}{near}"
    name = error.param.opts[-1] if getattr(error, "param", None) is not None else getattr(error, "param_hint", None)
    if isinstance(error, click.MissingParameter):
        what = "参数" if error.param is None or isinstance(error.param, click.Argument) else "选项"
        return f"缺少{what} {_human(error)}"
    if isinstance(error, click.BadParameter):
        return f"{name} 的值不对：{_bad_value(error)}"
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 用得不对：后面要跟一个值"
    if isinstance(error, click.FileError):
        return f"{error.filename}：打不开"
    text = str(error.message)
    return f"多余的参数：{text.partition('(')[2].rstrip(')')}" if text.startswith("Got unexpected extra") else text


def _human(error: click.MissingParameter) -> str:
    if error.param is None:
        return str(error.param_hint or "")
    return (
        error.param.make_metavar(click.Context(ChineseHelp("x")))
        if isinstance(error.param, click.Argument)
        else error.param.opts[-1]
    )


def _bad_value(error: click.BadParameter) -> str:
    param = error.param
    if param is not None and isinstance(param.type, click.Choice):
        return f"只能是 {'、'.join(map(str, param.type.choices))}"
    if param is not None and isinstance(param.type, click.types.IntParamType):
        return "应是整数"
    if param is not None and isinstance(param.type, click.Path):
        return "路径不存在或类型不对"
    return str(error.message)
