from __future__ import annotations

from pathlib import Path

from conftest import Run

from analyzer.rules.rulebook import Rulebook


def test_list_names_every_rule(run: Run, rulebook: Rulebook) -> None:
    out = run("rules", "list").out
    assert all(rule_id in out for rule_id in rulebook.rules)


def test_list_of_one_category_shows_only_that(run: Run) -> None:
    out = run("rules", "list", "--category", "contact_time").out
    assert "contact_time.night" in out
    assert "impersonation.police" not in out


def test_show_tells_frames_basis_and_examples(run: Run) -> None:
    out = run("rules", "show", "impersonation.police").out
    for part in ("冒充", "句式：", "依据：治安管理处罚法", "违规例：", "合规例："):
        assert part in out


def test_an_unknown_rule_is_told_with_near_ones(run: Run) -> None:
    done = run("rules", "show", "impersonation.polise")
    assert done.code == 2
    assert "impersonation.police" in done.err


def test_the_shipped_examples_pass(run: Run) -> None:
    done = run("rules", "test", "impersonation.police")
    assert done.code == 0
    assert "0 个不符" in done.out


def test_an_example_that_fails_is_told_with_its_place(run: Run, tmp_path: Path) -> None:
    from rules.test_rulebook import FILES, RULE, folder

    root = folder(
        tmp_path, {**FILES, "rules/threat/a.yaml": RULE.replace("compliant: [好话]", "compliant: [没有坏话]")}
    )
    done = run("rules", "test", "--lexicons", str(root))
    assert done.code == 1
    assert "rules/threat/a.yaml" in done.out
    assert "误判" in done.out


def test_a_broken_rulebook_exits_with_two(run: Run, tmp_path: Path) -> None:
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "cn-2026.yaml").write_text("colour: red\n", encoding="utf-8")
    done = run("rules", "list", "--lexicons", str(tmp_path))
    assert done.code == 2
    assert "不认识的键 colour" in done.err


def test_formats_are_listed_with_a_sample_that_can_be_checked(run: Run) -> None:
    from analyzer.formats import FORMATS

    out = run("formats").out
    assert all(name in out for name in FORMATS)
    sample = run("formats", "text").out
    assert run("check", "-", stdin=sample.encode()).code in (0, 1)
