from __future__ import annotations

import json
from pathlib import Path

from conftest import Run

STORY = """@ {a}-1 org=bank rel=self stage=late tone=polite style=clean
a ok|您好，请问是王芳女士吗？
c confirms_self|是我。
a threat|你家孩子几点放学我清楚得很。
+ ok|您看这个月什么时候方便处理一下？
+ attitude|没钱你当初刷什么卡呀？
c -|你什么意思？
a threat|我带几个人去你家楼下坐坐。
+ ok|好的，我给您登记一下，再见。
"""


def stories(root: Path) -> Path:
    for author in ("x", "y", "z"):
        (root / f"{author}-01.txt").write_text(STORY.format(a=author), encoding="utf-8")
    return root


def test_training_writes_model_figures_and_card(run: Run, tmp_path: Path) -> None:
    data, out = stories(tmp_path), tmp_path / "model"
    out.mkdir()
    done = run("train", "--data", str(data), "-o", str(out))
    assert done.code == 0
    assert "句训练完成" in done.out
    assert "近似句不用：y-01.txt:" in done.err
    assert {p.name for p in out.iterdir()} == {"model.npz", "model.json"}
    assert "# 训练材料与模型卡" in (data / "README.md").read_text(encoding="utf-8")
    (data / "README.md").unlink()
    assert run("train", "--data", str(data), "--card").code == 0
    assert (data / "README.md").is_file()


def test_stories_are_exported_as_rows(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "rows.jsonl"
    assert run("train", "--data", str(stories(tmp_path)), "--jsonl", str(target)).code == 0
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 24
    assert rows[2]["labels"] == ["threat"]
    assert rows[2]["before"][-1] == {"speaker": "customer", "text": "是我。"}


def test_missing_or_broken_material_is_told(run: Run, tmp_path: Path) -> None:
    assert "没有训练材料" in run("train", "--data", str(tmp_path)).err
    assert run("train", "--data", str(tmp_path), "--card").code == 2
    (tmp_path / "x.txt").write_text("a ok|没有故事\n", encoding="utf-8")
    done = run("train", "--data", str(tmp_path), "-o", str(tmp_path))
    assert done.code == 2
    assert "x.txt:1：" in done.err
