from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Run

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "samples" / "02-police-lookalike.txt"


def test_why_tells_turn_and_step(run: Run) -> None:
    done = run("rules", "why", str(SAMPLE), "impersonation.police")
    assert (done.code, done.err) == (0, "")
    assert "第 5 句 坐席：" in done.out
    assert "被否定（“不是”）" in done.out


def test_an_unknown_rule_is_told_with_near_names(run: Run) -> None:
    done = run("rules", "why", str(SAMPLE), "impersonation.polise")
    assert done.code == 2
    assert "impersonation.police" in done.err


def test_stress_prints_recall_per_rule_and_way(run: Run) -> None:
    done = run("rules", "stress", "impersonation")
    assert done.code == 0
    assert "同音字" in done.out
    assert "个变坏的例子" in done.out
    assert run("rules", "stress", "nothing.here").code == 2


def test_lint_fails_on_mistakes_only(run: Run, tmp_path: Path) -> None:
    for name, text in {
        "packs/cn-2026.yaml": "name: 测试\n",
        "concepts/a.yaml": "word: {terms: [坏话]}\nspare: {terms: [闲置]}\n",
        "rules/threat/a.yaml": "name: 甲\ncategory: threat\nseverity: serious\nmessage: 说\nadvice: 别\n"
        'frames: ["{word}"]\nexamples: {violation: [坏话], compliant: [好话]}\n',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = run("rules", "lint", "--lexicons", str(tmp_path))
    assert done.code == 1
    assert "concepts/a.yaml:2：[错误] 词表 spare" in done.out
    (tmp_path / "concepts/a.yaml").write_text("word: {terms: [坏话]}\n", encoding="utf-8")
    quiet = run("rules", "lint", "--no-hints", "--lexicons", str(tmp_path))
    assert (quiet.code, quiet.out) == (0, "0 处错误，2 处提示\n")


def test_diff_of_a_rulebook_with_itself_is_empty_and_of_a_changed_one_is_not(run: Run, tmp_path: Path) -> None:
    import shutil

    shipped, changed = ROOT / "lexicons", tmp_path / "lexicons"
    same = run("rules", "diff", str(shipped), str(shipped), "--on", str(ROOT / "data/samples/01-police.json"))
    assert (same.code, same.out) == (0, "1 通通话，0 通有变化\n")
    shutil.copytree(shipped, changed)
    (changed / "rules/impersonation/police.yaml").unlink()
    other = run("rules", "diff", str(shipped), str(changed), "--on", str(ROOT / "data/samples/01-police.json"))
    assert other.code == 1
    assert "- impersonation.police 冒充公安机关" in other.out


def test_new_shows_a_draft_or_writes_it_once(run: Run, tmp_path: Path) -> None:
    words = ["--violation", "我去你邻居家挨户说说", "--compliant", "您邻居家装修吵到您了吗"]
    assert "frames:" in run("rules", "new", "threat.neighbours", *words).out
    done = run("rules", "new", "threat.neighbours", *words, "-o", str(tmp_path))
    assert done.code == 0
    assert (tmp_path / "rules/threat/neighbours.yaml").is_file()
    again = run("rules", "new", "threat.neighbours", *words, "-o", str(tmp_path))
    assert again.code == 2
    assert "已经有了" in again.err


GOLD = (
    '{"call_id":"g1","meta":{"relation":"self"},"turns":[{"speaker":"agent","text":"我是市公安局经侦支队的。"},'
    '{"speaker":"customer","text":"啊？"}],"gold":{"findings":[{"category":"impersonation","turn":0,"quote":"公安局",'
    '"severity":"fatal"}],"tempting":[],"disclosures":{"recording_notice":false}}}\n'
)


def test_evaluate_prints_figures_with_intervals(run: Run, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(GOLD, encoding="utf-8")
    done = run("evaluate", str(gold))
    assert done.code == 0
    assert "冒充身份" in done.out
    assert "1.00 [0.21–1.00]" in done.out
    assert '"recall": 1.0' in run("evaluate", str(gold), "--format", "json").out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"call_id":"g","turns":[{"speaker":"agent","text":"喂"}]}\n', "gold.jsonl:1：没有 gold"),
        (GOLD.replace('"category":"impersonation",', ""), "gold 标注不完整"),
        ("不是 JSON\n", "gold.jsonl"),
    ],
)
def test_evaluate_tells_what_is_wrong_with_the_labels(text: str, told: str, run: Run, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(text, encoding="utf-8")
    done = run("evaluate", str(gold))
    assert done.code == 2
    assert told in done.err
