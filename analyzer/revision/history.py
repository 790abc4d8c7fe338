"""The older revision out of git, through the program ``git``; nothing is checked out and nothing is written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analyzer import scripts
from analyzer.errors import HeguiError, InputError
from analyzer.revision.likeness import alike

_ALIKE = 0.5
"""Two scripts this much alike are one script under two names."""

EMPTY = "0" * 40
"""What GitHub and GitLab give as the commit before the first one."""
_QUIET = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C",
}


@dataclass(frozen=True, slots=True)
class Older:
    """The files of an older revision.

    Attributes:
        files: shown path -> content.
        elsewhere: files that changed with this revision and are not among the paths asked for: sentences may have
            come from there.
        words: the revision in words.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    elsewhere: dict[str, bytes] = field(default_factory=dict)
    words: str = ""


def since(paths: Sequence[Path], rev: str) -> Older:
    """The scripts as they were at a revision: at the point where this branch left it.

    Args:
        paths: files and folders of one repository, as given.
        rev: anything git takes for a commit; the empty tree before the first commit.

    Raises:
        HeguiError: no git, no repository, no such revision, or history cut off before it.
    """
    repository = Repository.around(paths)
    base = repository.base(rev)
    if base is None:
        return Older(words=f"{rev}（还没有更早的提交）")
    wanted = [repository.inside(p) for p in paths]
    listed = repository.scripts_at(base)
    renamed, touched = repository.changes(base)
    named = {new: old for old, new in renamed.items()}
    named |= repository.renamed_beyond_git(wanted, listed, touched - set(renamed))
    older = {
        p for p in listed if any(_under(p, w) for w in wanted) and (scripts.is_script(_below(p, wanted)) or p in wanted)
    }
    older |= {named[w] for w in wanted if w in named and named[w] in listed}
    others = {p for p in touched if p in listed and p not in older and scripts.is_script(p)}
    contents = repository.contents({p: listed[p] for p in older | others})
    shown = {p: repository.shown(p, paths, wanted) for p in older | others}
    return Older(
        {shown[p]: contents[p] for p in sorted(older)},
        {shown[p]: contents[p] for p in sorted(others)},
        f"{rev}（{base[:10]}）",
    )


def _words(data: bytes, path: str) -> str:
    """All words of a script, nothing where it cannot be read."""
    try:
        script = scripts.read(data, path)
    except InputError:
        return ""
    return "".join(line.text for scene in script.scenes for line in scene.lines)


def _under(path: str, folder: str) -> bool:
    return folder in (".", path) or path.startswith(f"{folder}/")


def _below(path: str, wanted: Sequence[str]) -> str:
    """The path inside the folder that was asked for, so that a hidden folder above it does not hide it."""
    folder = max((w for w in wanted if _under(path, w) and w != path), key=len, default=".")
    return path if folder == "." else path.removeprefix(f"{folder}/")


class Repository:
    """One git repository.

    Args:
        top: its working tree.
    """

    def __init__(self, top: Path) -> None:
        self.top = top

    @classmethod
    def around(cls, paths: Sequence[Path]) -> Repository:
        """The repository that all paths lie in.

        Raises:
            HeguiError: there is none, or there are several.
        """
        tops = {}
        for path in paths:
            folder = path if path.is_dir() else path.parent
            done = _git(["rev-parse", "--show-toplevel"], folder)
            if done.returncode:
                raise HeguiError(f"{path}：不在 git 仓库里，不能用 --since；可用 --base 指定旧版本的目录")
            tops[Path(os.fsdecode(done.stdout.rstrip(b"\n")))] = path
        if len(tops) > 1:
            raise HeguiError(f"{'、'.join(map(str, tops.values()))}：分属不同的 git 仓库；请分开检查")
        return cls(next(iter(tops)))

    def base(self, rev: str) -> str | None:
        """The commit to compare with, None for the empty tree.

        Raises:
            HeguiError: the revision does not exist or lies beyond a shallow clone.
        """
        if rev.startswith("-"):
            raise HeguiError(f"{rev}：不是有效的版本；请给出分支、标签或提交号")
        commit = self._commit(rev)
        head = self._commit("HEAD")
        if commit is None:
            if head is None or set(rev) == {"0"}:
                return None
            if self._shallow():
                raise HeguiError(
                    f"{rev}：浅克隆里没有这个版本；请加深历史（git fetch --unshallow，或在 CI 里设 fetch-depth: 0）"
                )
            if self._first() and self._is_before(rev):
                return None
            raise HeguiError(f"{rev}：仓库里没有这个版本；请检查分支名或提交号，远端分支要先 git fetch")
        if head is None:
            return commit
        done = self._run("merge-base", commit, head)
        if done.returncode == 0 and done.stdout.strip():
            return done.stdout.decode().split()[0]
        return commit

    def _commit(self, rev: str) -> str | None:
        done = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}")
        return done.stdout.decode().strip() or None if done.returncode == 0 else None

    def _shallow(self) -> bool:
        return self._run("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"

    def _first(self) -> bool:
        """True where HEAD is the first commit."""
        return self._commit("HEAD^") is None

    @staticmethod
    def _is_before(rev: str) -> bool:
        return rev.startswith(("HEAD^", "HEAD~", "@^", "@~"))

    def inside(self, path: Path) -> str:
        """A path as git names it."""
        real = (
            Path(os.path.realpath(path.parent)) / path.name
            if path.name not in ("", "..")
            else Path(os.path.realpath(path))
        )
        relative = os.path.relpath(real, os.path.realpath(self.top))
        return Path(relative).as_posix()

    def shown(self, inside: str, paths: Sequence[Path], wanted: Sequence[str]) -> str:
        """A path of the repository as the user writes his paths."""
        for path, name in zip(paths, wanted, strict=True):
            if inside == name:
                return path.as_posix()
            if _under(inside, name):
                return (path / inside.removeprefix("" if name == "." else f"{name}/")).as_posix()
        return Path(os.path.relpath(self.top / inside)).as_posix()

    def scripts_at(self, commit: str) -> dict[str, str]:
        """Path -> blob of all plain files of a commit."""
        found = {}
        for entry in self._run("ls-tree", "-r", "-z", "--full-tree", commit, check=True).stdout.split(b"\0"):
            about, _, name = entry.partition(b"\t")
            if about.startswith(b"100"):
                found[os.fsdecode(name)] = about.split()[2].decode()
        return found

    def changes(self, commit: str) -> tuple[dict[str, str], set[str]]:
        """Renames (old -> new) and the old paths of everything that changed up to the working tree."""
        done = self._run(
            "diff", "--name-status", "-z", "-M40%", "--no-ext-diff", "--no-textconv", commit, "--", check=True
        )
        fields = iter(done.stdout.split(b"\0"))
        renamed: dict[str, str] = {}
        touched: set[str] = set()
        for status in fields:
            if not status:
                break
            old = os.fsdecode(next(fields))
            touched.add(old)
            if status[:1] in (b"R", b"C"):
                renamed[old] = os.fsdecode(next(fields))
        return renamed, touched

    def renamed_beyond_git(self, wanted: Sequence[str], listed: dict[str, str], touched: set[str]) -> dict[str, str]:
        """New -> old for files asked for that are new and say what a file that is gone said.

        Git compares lines, and in a script of five lines two new ones make another file.
        """
        fresh = [w for w in wanted if w not in listed and (self.top / w).is_file()]
        gone = sorted(p for p in touched if p in listed and scripts.is_script(p) and not (self.top / p).exists())
        if not fresh or not gone:
            return {}
        before = self.contents({p: listed[p] for p in gone})
        words = {p: _words(before[p], p) for p in gone}
        scored = sorted(
            (-alike(words[old], _words((self.top / new).read_bytes(), new)), new, old) for new in fresh for old in gone
        )
        found: dict[str, str] = {}
        for likeness, new, old in scored:
            if -likeness >= _ALIKE and new not in found and old not in found.values():
                found[new] = old
        return found

    def contents(self, blobs: dict[str, str]) -> dict[str, bytes]:
        """Path -> bytes, all blobs in one go."""
        names = sorted(blobs)
        ask = "".join(f"{blobs[name]}\n" for name in names).encode()
        out = self._run("cat-file", "--batch", stdin=ask, check=True).stdout
        found, at = {}, 0
        for name in names:
            end = out.index(b"\n", at)
            head = out[at:end].split()
            if len(head) != 3:
                raise HeguiError(f"{name}：旧版本的内容不在本地（部分克隆？）；请先 git fetch 完整历史")
            size = int(head[2])
            found[name] = out[end + 1 : end + 1 + size]
            at = end + 2 + size
        return found

    def _run(self, *args: str, stdin: bytes = b"", check: bool = False) -> subprocess.CompletedProcess[bytes]:
        done = _git(args, self.top, stdin)
        if check and done.returncode:
            reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise HeguiError(
                f"{self.top}：git {args[0]} 失败（{reason[-1] if reason else done.returncode}）；请检查仓库是否完好"
            )
        return done


def _git(args: Iterable[str], folder: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run git without the variables that git sets inside a hook: they point at an index of its own."""
    kept = {
        k: v for k, v in os.environ.items() if k not in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
    }
    command = ["git", "-C", str(folder), "-c", "core.quotePath=false", "-c", "diff.external=", *args]
    try:
        return subprocess.run(command, input=stdin, capture_output=True, check=False, env={**kept, **_QUIET})
    except FileNotFoundError as error:
        raise HeguiError("没有找到 git 命令；请安装 git，或用 --base 指定旧版本的目录") from error
