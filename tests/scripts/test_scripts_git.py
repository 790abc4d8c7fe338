"""The gate in real git repositories: branches, renames, merges, a shallow clone, the first commit, a hook."""

from __future__ import annotations

import json
import os
import random
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from analyzer.errors import HeguiError
from analyzer.finding import Severity
from analyzer.gate import GateReport
from analyzer.revision import history
from analyzer.revision.run import Gate, gather

ROOT = Path(__file__).parents[2]
OPENING = """## 首次联系

- 坐席：您好，请问是{姓名}先生吗？
- 坐席：我是云川银行的，姓王，本次通话会录音。
- 坐席：您的信用卡已逾期，应还{金额}元。
"""
BAD = "- 坐席：你这个老赖不要脸。\n"
WORSE = "- 坐席：不还就去你家堵门。\n"


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate.of(stored=False)


def git(folder: Path, *args: str) -> str:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    who = {"GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@t", "GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@t"}
    quiet = ("-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *quiet, *args], cwd=folder, capture_output=True, text=True, check=True, env={**clean, **who}
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    (folder / "话术").mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    (folder / "话术" / "首次.md").write_text(OPENING + BAD, encoding="utf-8")
    return folder


def commit(folder: Path, message: str = "x") -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)


def since(gate: Gate, rev: str, *paths: Path) -> GateReport:
    return gate.report(gather(paths), history.since(paths, rev))


def test_before_the_first_commit_everything_is_new(repository: Path, gate: Gate) -> None:
    report = since(gate, "HEAD", repository / "话术")
    assert [f.category for f in report.new] == ["abuse"]


@pytest.mark.parametrize("rev", ["HEAD~1", "HEAD^", history.EMPTY])
def test_at_the_first_commit_everything_is_new(repository: Path, gate: Gate, rev: str) -> None:
    commit(repository)
    assert [f.category for f in since(gate, rev, repository / "话术").new] == ["abuse"]


def test_an_unknown_revision_is_told(repository: Path) -> None:
    commit(repository)
    with pytest.raises(HeguiError, match="没有这个版本"):
        history.since([repository], "nowhere")
    with pytest.raises(HeguiError, match="不是有效的版本"):
        history.since([repository], "--output=x")


def test_outside_a_repository_the_way_out_is_told(tmp_path: Path) -> None:
    with pytest.raises(HeguiError, match="--base"):
        history.since([tmp_path], "HEAD")


def test_the_working_tree_is_compared_and_what_was_there_is_kept(repository: Path, gate: Gate) -> None:
    commit(repository)
    (repository / "话术" / "首次.md").write_text("\n" + OPENING + BAD + WORSE, encoding="utf-8")
    report = since(gate, "HEAD", repository / "话术")
    assert [(f.category, f.line) for f in report.new] == [("threat", 8)]
    assert [(f.category, f.line, f.old_line) for f in report.kept] == [("abuse", 7, 6)]


@pytest.mark.parametrize("named", ["话术", "话术/新名.md"])
def test_a_renamed_file_is_followed(repository: Path, gate: Gate, named: str) -> None:
    commit(repository)
    git(repository, "mv", "话术/首次.md", "话术/新名.md")
    file = repository / "话术" / "新名.md"
    file.write_text(file.read_text(encoding="utf-8").replace("，本次通话会录音", ""), encoding="utf-8")
    report = since(gate, "HEAD", repository / named)
    assert not report.new
    assert [(x.id, x.how, x.old_line) for x in report.lost] == [("recording_notice", "removed", 4)]
    assert report.lost[0].old_file.endswith("首次.md")


def test_a_short_file_that_git_takes_for_another_is_followed(repository: Path, gate: Gate) -> None:
    (repository / "话术" / "首次.md").write_text(OPENING, encoding="utf-8")
    commit(repository)
    git(repository, "mv", "话术/首次.md", "话术/新名.md")
    file = repository / "话术" / "新名.md"
    changed = OPENING.replace("，本次通话会录音", "").replace("应还", "目前应还")
    file.write_text(changed, encoding="utf-8")
    git(repository, "add", "-A")
    assert git(repository, "diff", "--name-status", "-M40%", "HEAD").count("\n") == 1, "git sees no rename"
    assert [x.id for x in since(gate, "HEAD", file).lost] == ["recording_notice"]


def test_a_sentence_moved_from_a_file_not_asked_for_is_no_new_finding(repository: Path, gate: Gate) -> None:
    other = repository / "话术" / "其他.md"
    other.write_text("## 跟进\n\n- 坐席：请您尽快处理。\n", encoding="utf-8")
    commit(repository)
    (repository / "话术" / "首次.md").write_text(OPENING, encoding="utf-8")
    other.write_text("## 跟进\n\n- 坐席：请您尽快处理。\n" + BAD, encoding="utf-8")
    report = since(gate, "HEAD", other)
    assert not report.new
    assert len(report.moved) == 1
    assert not report.fixed


def test_what_the_main_branch_did_meanwhile_is_not_blamed_on_the_branch(repository: Path, gate: Gate) -> None:
    commit(repository)
    git(repository, "checkout", "-q", "-b", "change")
    (repository / "话术" / "二.md").write_text("## 跟进\n\n- 坐席：请您尽快处理。\n", encoding="utf-8")
    commit(repository)
    git(repository, "checkout", "-q", "main")
    (repository / "话术" / "首次.md").write_text(OPENING, encoding="utf-8")
    commit(repository, "fix")
    git(repository, "checkout", "-q", "change")
    report = since(gate, "main", repository / "话术")
    assert not report.new
    git(repository, "merge", "-q", "--no-edit", "main")
    merged = since(gate, "main", repository / "话术")
    assert not merged.new
    assert not merged.kept


def test_a_shallow_clone_says_how_to_deepen_it(repository: Path, tmp_path: Path, gate: Gate) -> None:
    commit(repository)
    (repository / "话术" / "首次.md").write_text(OPENING + BAD + WORSE, encoding="utf-8")
    commit(repository)
    git(tmp_path, "clone", "-q", "--depth", "1", repository.as_uri(), "shallow")
    with pytest.raises(HeguiError, match="fetch-depth"):
        history.since([tmp_path / "shallow"], "HEAD~1")
    git(tmp_path / "shallow", "fetch", "-q", "--unshallow")
    assert [f.category for f in since(gate, "HEAD~1", tmp_path / "shallow").new] == ["threat"]


def test_links_and_hidden_files_are_left_alone(repository: Path, gate: Gate) -> None:
    (repository / ".hidden").mkdir()
    (repository / ".hidden" / "x.md").write_text(WORSE, encoding="utf-8")
    (repository / "README.md").write_text(WORSE, encoding="utf-8")
    commit(repository)
    report = since(gate, "HEAD", repository)
    assert report.files == 1
    assert report.verdict(Severity.SERIOUS) == "pass"


ENV = {**{k: v for k, v in os.environ.items() if not k.startswith("GIT_")}, "PYTHONPATH": str(ROOT)}
COMMIT = ["git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-a", "-m", "x"]


def tried(command: list[str], folder: Path, env: dict[str, str]) -> tuple[int, str]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=env)
    return done.returncode, done.stdout + done.stderr


def test_the_hook_stops_a_commit_and_lets_a_good_one_through(repository: Path) -> None:
    commit(repository)
    hook = repository / ".git" / "hooks" / "pre-commit"
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m analyzer script --since HEAD 话术\n', encoding="utf-8")
    hook.chmod(0o755)
    file = repository / "话术" / "首次.md"
    file.write_text(OPENING + BAD + WORSE, encoding="utf-8")
    code, words = tried(COMMIT, repository, ENV)
    assert code == 1
    assert "堵门" in words
    file.write_text(OPENING.replace("应还", "目前应还") + BAD, encoding="utf-8")
    code, words = tried(COMMIT, repository, ENV)
    assert code == 0, words


def test_the_hook_works_under_the_program_pre_commit(repository: Path, tmp_path: Path) -> None:
    """The shipped hook with its own files and options; only its environment is the one of the tests."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["entry"].startswith("hegui script ")
    run = f"{shlex.quote(sys.executable)} -m analyzer {hook['entry'].removeprefix('hegui ')}"
    local = {"repo": "local", "hooks": [{**hook, "language": "system", "entry": run, "files": "^话术/"}]}
    config = yaml.safe_dump({"repos": [local]}, allow_unicode=True)
    (repository / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    commit(repository)
    (repository / "话术" / "Readme.md").write_text(WORSE, encoding="utf-8")
    (repository / "话术" / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    git(repository, "add", "-A")
    env = {**ENV, "PRE_COMMIT_HOME": str(tmp_path / "home"), "PATH": f"{Path(sys.executable).parent}:{ENV['PATH']}"}
    tried([sys.executable, "-m", "pre_commit", "install"], repository, env)
    file = repository / "话术" / "首次.md"
    file.write_text(OPENING + BAD + WORSE, encoding="utf-8")
    code, words = tried(COMMIT, repository, env)
    assert code == 1, words
    assert "去你家堵门" in words
    assert "1 项新增违规" in words
    file.write_text(OPENING.replace("，本次通话会录音", "") + BAD, encoding="utf-8")
    code, words = tried(COMMIT, repository, env)
    assert (code, "告知丢失" in words) == (1, True), words
    file.write_text(OPENING.replace("应还", "目前应还") + BAD, encoding="utf-8")
    code, words = tried(COMMIT, repository, env)
    assert code == 0, words


@pytest.fixture
def with_command(tmp_path: Path) -> dict[str, str]:
    """The environment of a runner in which ``hegui`` is installed."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "hegui").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m analyzer "$@"\n', encoding="utf-8")
    (folder / "hegui").chmod(0o755)
    return {**ENV, "PATH": f"{folder}:{ENV['PATH']}"}


def test_the_github_workflow_annotates_and_fails(
    repository: Path, tmp_path: Path, with_command: dict[str, str]
) -> None:
    flow = yaml.safe_load((ROOT / "docs" / "github-script.yml").read_text(encoding="utf-8"))
    steps = flow["jobs"]["script"]["steps"]
    commit(repository)
    summary = tmp_path / "summary.md"
    env = {**with_command, "BASE": git(repository, "rev-parse", "HEAD"), "GITHUB_STEP_SUMMARY": str(summary)}
    (repository / "话术" / "首次.md").write_text(OPENING + BAD + WORSE, encoding="utf-8")
    commit(repository)
    code, words = tried(["bash", "-eo", "pipefail", "-c", steps[-1]["run"]], repository, env)
    assert code == 1, words
    assert words.startswith("::error file=话术/首次.md,line=7,"), words
    assert "不通过" in summary.read_text(encoding="utf-8")
    assert steps[0]["with"]["fetch-depth"] == 0


def test_the_gitlab_job_writes_its_reports_and_fails(repository: Path, with_command: dict[str, str]) -> None:
    (job,) = yaml.safe_load((ROOT / "docs" / "gitlab-script.yml").read_text(encoding="utf-8")).values()
    commit(repository)
    env = {**with_command, "CI_MERGE_REQUEST_DIFF_BASE_SHA": git(repository, "rev-parse", "HEAD")}
    (repository / "话术" / "首次.md").write_text(OPENING + BAD + WORSE, encoding="utf-8")
    commit(repository)
    lines = [line for line in job["script"] if not line.startswith("pip install")]
    code, words = tried(["bash", "-eo", "pipefail", "-c", "\n".join(lines)], repository, env)
    assert code == 1, words
    (entry,) = json.loads((repository / job["artifacts"]["reports"]["codequality"]).read_text(encoding="utf-8"))
    assert entry["location"] == {"path": "话术/首次.md", "lines": {"begin": 7}}
    assert "<failure" in (repository / job["artifacts"]["reports"]["junit"]).read_text(encoding="utf-8")


def many(folder: Path) -> None:
    """Two hundred scripts, no two alike, in three containers."""
    r = random.Random("two hundred")
    asks = ["您看今天方便处理吗？", "有困难可以申请协商还款。", "我行保留依法起诉的权利。", "我把您的情况登记一下。"]
    says = ["客户：我最近手头紧。", "客户：我下个月还。", "客户：你们怎么老打电话？"]
    for i in range(200):
        lines = [line.lstrip("- ") for line in OPENING.splitlines()[2:]]
        lines += [
            r.choice(says) if r.random() < 0.4 else f"坐席：{r.choice(asks)}（{i}）" for _ in range(r.randint(4, 9))
        ]
        if i % 3 == 2:
            rows = "".join(f"{line.partition('：')[0]},{line.partition('：')[2]}\n" for line in lines)
            (folder / f"{i}.csv").write_text(f"角色,内容\n{rows}", encoding="utf-8")
        else:
            (folder / f"{i}.{('md', 'txt')[i % 3]}").write_text("\n\n".join(lines), encoding="utf-8")


def test_two_hundred_files_take_less_than_three_seconds_the_second_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "话术"
    folder.mkdir()
    many(folder)
    first = Gate.of().report(gather([folder]))
    command = [sys.executable, "-m", "analyzer", "script", str(folder), "--base", str(folder), "--format", "json"]
    before = os.times()
    code, words = tried(command, tmp_path, {**ENV, "XDG_CACHE_HOME": str(tmp_path / "cache")})
    after = os.times()
    assert first.files == 200
    assert code == 0, words
    assert (after.children_user + after.children_system) - (before.children_user + before.children_system) < 3.0
