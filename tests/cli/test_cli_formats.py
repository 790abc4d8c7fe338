"""``hegui formats``: the list, the samples, what a file is, and the mapping that questions make."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Run

from analyzer.formats import FORMATS

ODD = '{"zjh": "k-1", "thread": [{"blah": "您好请问是本人吗", "z": "1"}, {"blah": "我是，您说吧", "z": "2"}]}\n'


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    path = tmp_path / "导出.jsonl"
    path.write_text(ODD * 2, encoding="utf-8")
    return path


def test_every_format_is_listed_with_its_title(run: Run) -> None:
    done = run("formats")
    assert done.code == 0
    for name, known in FORMATS.items():
        assert name in done.out
        assert known.title in done.out


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_sample_of_each_is_shown(run: Run, name: str) -> None:
    done = run("formats", name)
    assert (done.code, done.err) == (0, "")
    assert done.out.strip()


def test_a_file_is_told_what_it_is(run: Run) -> None:
    assert "text（带说话人标签的纯文本）" in run("formats", "data/samples/09-abuse.txt").out


def test_a_name_nobody_knows_lists_the_formats(run: Run) -> None:
    done = run("formats", "wav")
    assert done.code == 2
    assert "现有格式：call.v1" in done.err


def test_map_takes_its_guesses_without_asking(run: Run, odd: Path) -> None:
    done = run("formats", "map", str(odd), "--yes")
    assert done.code == 0
    assert json.loads(done.out) == {"format": "fields", "turns": "thread", "fields": {"text": "blah"}}


def test_map_asks_and_the_answers_read_the_file(run: Run, odd: Path, tmp_path: Path) -> None:
    how = tmp_path / "读法.json"
    answers = "\nz\n\n\nzjh\n\n\n坐席\n客户\n"
    done = run("formats", "map", str(odd), "-o", str(how), stdin=answers.encode())
    assert done.code == 0, done.err
    assert "agent\t您好请问是本人吗" in done.err
    wire = json.loads(how.read_text(encoding="utf-8"))
    assert wire["fields"] == {"text": "blah", "speaker": "z", "call_id": "zjh"}
    assert wire["speakers"] == {"1": "agent", "2": "customer"}
    done = run("check", str(odd), "--from", str(how), "--format", "json", "--fail-on", "never")
    assert done.code == 0, done.err
    assert [json.loads(line)["call_id"] for line in done.out.splitlines()] == ["k-1", "k-1"]


def test_map_asks_again_when_an_answer_is_no_key(run: Run, odd: Path) -> None:
    done = run("formats", "map", str(odd), stdin="没有的\nblah\n-\n-\n-\n-\n-\n-\n".encode())
    assert done.code == 0, done.err
    assert "没有“没有的”；可用：blah、z" in done.err


def test_map_names_the_columns_of_a_table(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "表.csv"
    path.write_text("序,谁,说啥,工号\n1,甲,您好请问是本人吗,A7\n2,乙,我是,A7\n", encoding="utf-8")
    done = run("formats", "map", str(path), "--yes")
    assert json.loads(done.out)["fields"] == {"text": "说啥", "agent_id": "工号"}


@pytest.mark.parametrize("words", ["今天天气很好\n", '{"a": 1}', "[1, 2]"])
def test_map_says_so_when_there_is_nothing_to_map(run: Run, tmp_path: Path, words: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(words, encoding="utf-8")
    done = run("formats", "map", str(path), "--yes")
    assert done.code == 2
    assert "写不出映射文件" in done.err


def test_map_without_a_file_says_how(run: Run) -> None:
    done = run("formats", "map")
    assert done.code == 2
    assert "map 需要一个文件" in done.err
