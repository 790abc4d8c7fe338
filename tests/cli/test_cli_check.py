from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from conftest import Run

from analyzer.cli import build

BAD = "坐席：您好，请问是张伟先生吗？\n客户：是我。\n坐席：我是市公安局经侦支队的。\n"
GOOD = "坐席：您好，请问是张伟先生吗？\n客户：是我。\n坐席：我是江海银行的，姓李，通话有录音。\n客户：好。\n"


@pytest.fixture
def bad(tmp_path: Path) -> str:
    path = tmp_path / "坏.txt"
    path.write_text(BAD, encoding="utf-8")
    return str(path)


@pytest.fixture
def good(tmp_path: Path) -> str:
    path = tmp_path / "好.txt"
    path.write_text(GOOD, encoding="utf-8")
    return str(path)


def test_a_violation_exits_with_one_and_shows_the_words(run: Run, bad: str) -> None:
    done = run("check", bad)
    assert done.code == 1
    assert "不合格" in done.out
    assert "公安局" in done.out
    assert done.err == ""


def test_a_clean_call_exits_with_zero(run: Run, good: str) -> None:
    assert run("check", good).code == 0


@pytest.mark.parametrize(("level", "code"), [("fatal", 1), ("serious", 1), ("notice", 1), ("never", 0)])
def test_fail_on_decides_the_exit_code(run: Run, bad: str, level: str, code: int) -> None:
    assert run("check", bad, "--fail-on", level).code == code


def test_json_is_one_report_a_line(run: Run, bad: str, good: str) -> None:
    lines = run("check", bad, good, "--format", "json").out.splitlines()
    assert [json.loads(line)["schema"] for line in lines] == ["report.v1", "report.v1"]


def test_standard_input_is_read(run: Run) -> None:
    done = run("check", "-", stdin=BAD.encode("gb18030"))
    assert done.code == 1
    assert "公安局" in done.out


@pytest.mark.parametrize("fmt", ["text", "json", "html", "markdown"])
def test_every_output_format_works(run: Run, bad: str, fmt: str) -> None:
    assert "公安局" in run("check", bad, "--format", fmt).out


def test_excused_hits_are_shown_when_asked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "c.txt"
    path.write_text("坐席：您好。\n客户：你谁？\n坐席：我们不是公安局的。\n", encoding="utf-8")
    plain = json.loads(run("check", str(path), "--format", "json").out)
    shown = json.loads(run("check", str(path), "--format", "json", "--show-excused").out)
    assert [f for f in plain["findings"] if f["status"] == "excused"] == []
    assert [f["excused_by"] for f in shown["findings"] if f["status"] == "excused"]


def test_unreadable_input_exits_with_two_and_the_rest_is_done(run: Run, bad: str, tmp_path: Path) -> None:
    missing = str(tmp_path / "没有.txt")
    done = run("check", missing, bad)
    assert done.code == 2
    assert "没有.txt" in done.err
    assert "公安局" in done.out


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (("chek",), "是不是想用 check"),
        (("check",), "缺少参数 文件…"),
        (("check", "x", "--fmt"), "没有选项 --fmt"),
        (("check", "x", "--format", "pdf"), "只能是 text、json、html、markdown"),
        (("check", "x", "--pack", "us"), "没有规则包 us"),
        (("check", "x", "--profile", "/nowhere.yaml"), "机构档案读不了"),
        (("check", "x", "--lexicons", "/nowhere"), "规则目录不存在"),
    ],
)
def test_mistakes_of_use_are_told_in_chinese_with_exit_code_two(run: Run, args: tuple[str, ...], what: str) -> None:
    done = run(*args)
    assert done.code == 2
    assert done.err.startswith("错误：")
    assert what in done.err


def every_command(group: click.Command, trail: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield trail
    if isinstance(group, click.Group):
        context = click.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            yield from every_command(command, (*trail, name))


def test_every_help_page_is_chinese(run: Run) -> None:
    pages = list(every_command(build()))
    assert len(pages) > 15
    for args in pages:
        text = run(*args, "--help").out
        assert text.startswith("用法：")
        for english in ("Options", "Show this message", "[required", "[default", "x>=", "<=x", "INTEGER", "TEXT"):
            assert english not in text, (args, english)


def test_no_colour_is_written_to_a_pipe(run: Run, bad: str) -> None:
    assert "\x1b" not in run("check", bad).out
