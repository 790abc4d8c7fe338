"""Which files are transcripts, and what reading a path says when it is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import InputError
from analyzer.formats import read, walk


def tree(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("坐席：您好\n客户：喂\n", encoding="utf-8")


def names(folder: Path, *paths: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in walk(paths or [folder])]


def test_transcripts_are_sorted_and_the_rest_is_left_out(tmp_path: Path) -> None:
    tree(
        tmp_path,
        "b.txt",
        "a/c.jsonl",
        "a.csv",
        ".hidden",
        ".git/x.txt",
        "README",
        "readme.txt",
        "x.py",
        "y.yaml",
        "z.md",
    )
    tree(tmp_path, "b.report.json", "~$lock.xlsx")
    assert names(tmp_path) == ["a.csv", "a/c.jsonl", "b.txt"]


def test_the_order_of_arguments_and_repetition_do_not_matter(tmp_path: Path) -> None:
    tree(tmp_path, "a/1.txt", "b/2.txt")
    assert names(tmp_path, tmp_path / "b", tmp_path / "a", tmp_path / "b/2.txt") == ["a/1.txt", "b/2.txt"]


def test_a_file_named_outright_is_always_read(tmp_path: Path) -> None:
    tree(tmp_path, "notes.md")
    assert names(tmp_path, tmp_path / "notes.md") == ["notes.md"]


def test_links_in_circles_end(tmp_path: Path) -> None:
    tree(tmp_path, "a/1.txt")
    (tmp_path / "a" / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "a" / "other").symlink_to(tmp_path / "a", target_is_directory=True)
    assert names(tmp_path) == ["a/1.txt", "loop"]


def test_a_missing_path_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="不存在"):
        list(walk([tmp_path / "nowhere"]))


@pytest.mark.parametrize(
    ("name", "words"), [("nowhere.txt", "不存在"), (".", "文件夹"), ("loop", "无法打开"), ("a\0b", "无法打开")]
)
def test_reading_what_is_no_file_is_told(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(InputError, match=words):
        read(tmp_path / name)


def test_errors_in_a_file_name_the_path_as_given(tmp_path: Path) -> None:
    path = tmp_path / "空.txt"
    path.touch()
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.source == path.as_posix()
