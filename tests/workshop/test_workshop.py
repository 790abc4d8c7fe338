"""The workshop on small rulebooks whose mistakes are known, and on the shipped one."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.call import Call, Meta, Relation, Speaker, Turn
from analyzer.errors import HeguiError
from analyzer.rules.rulebook import Rulebook, load
from analyzer.workshop.difference import difference
from analyzer.workshop.draft import draft
from analyzer.workshop.lint import SERIOUS, lint
from analyzer.workshop.stress import WAYS, stress
from analyzer.workshop.why import why

A, C = Speaker.AGENT, Speaker.CUSTOMER
KNOWN_QUARRELS = 1
"""Compliant examples that a rule of another category condemns; to be brought down, never up."""
HEAD = "category: threat\nseverity: serious\nmessage: 说了“{quote}”\nadvice: 不要说\n"
FILES = {
    "packs/cn-2026.yaml": "name: 测试\n",
    "concepts/a.yaml": "harm: {terms: [打断腿, 弄死], sound: true}\nplace: {terms: [楼下]}\n",
    "rules/threat/a.yaml": "name: 甲\n"
    + HEAD
    + 'frames: ["{harm}*", "{place} {harm}*"]\nunless: [negated]\n'
    + "examples: {violation: [我弄死你], compliant: [您好]}\n",
}


def book(root: Path, **changed: str) -> Rulebook:
    for name, text in {**FILES, **{k.replace("__", "/") + ".yaml": v for k, v in changed.items()}}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load(folder=root, cached=False)


def call(*turns: tuple[Speaker, str], relation: Relation = Relation.SELF) -> Call:
    return Call("t", tuple(Turn(s, t) for s, t in turns), Meta(relation=relation))


def checks(rulebook: Rulebook, *samples: Call) -> dict[str, str]:
    return {c.check: str(c) for c in lint(rulebook, samples)}


def test_a_concept_nobody_uses_is_told_with_its_line(tmp_path: Path) -> None:
    found = checks(book(tmp_path, concepts__b="spare:\n  terms: [闲置]\nother:\n  terms: [也闲]\n"))
    assert found["unused"].startswith("concepts/b.yaml:")
    assert "没有句式用到" in found["unused"]


def test_a_frame_that_a_shorter_one_always_precedes_is_told(tmp_path: Path) -> None:
    assert "“{place} {harm}*”永远被“{harm}*”先命中" in checks(book(tmp_path))["shadowed"]


def test_a_short_word_inside_common_words_is_told_with_cover_words(tmp_path: Path) -> None:
    found = checks(book(tmp_path, concepts__a="harm: {terms: [弄死, 运动], sound: true}\nplace: {terms: [楼下]}\n"))
    assert "词“运动”单独就命中，会误伤“" in found["trap"]
    assert "运动员" in found["trap"]


def test_a_covered_term_and_a_thin_rule_are_told(tmp_path: Path) -> None:
    found = checks(book(tmp_path, traps__a="- 弄死\n"))
    assert "同时是误伤词" in found["covered"]
    assert "只有 1 条" in found["examples"]


def test_a_compliant_example_that_another_rule_condemns_is_a_mistake(tmp_path: Path) -> None:
    other = (
        "name: 乙\n"
        + HEAD.replace("threat", "abuse")
        + 'frames: ["{place}"]\nexamples: {violation: [楼下], compliant: [你说的弄死谁]}\n'
    )
    found = [c for c in lint(book(tmp_path, rules__abuse__b=other)) if c.check == "alarmed"]
    assert [(c.level, c.path) for c in found] == [(SERIOUS, "rules/abuse/b.yaml")]
    assert "被 threat.a 判为违规" in found[0].text


def test_rules_that_always_fire_and_patterns_that_never_do_are_told(tmp_path: Path) -> None:
    concepts = FILES["concepts/a.yaml"] + "number: {pattern: '[0-9]{18}'}\n"
    rule = FILES["rules/threat/a.yaml"].replace('"{place} {harm}*"', '"{place} {number}"')
    rulebook = book(tmp_path, concepts__a=concepts, rules__threat__a=rule)
    found = checks(rulebook, *[call((A, "我弄死你"))] * 3, call((A, "您好")))
    assert "4 通样例里命中 3 通" in found["always"]
    assert "number 的 pattern" in found["never"]


def test_no_more_rules_than_are_known_condemn_the_example_of_another() -> None:
    grave = [str(c) for c in lint(load(cached=False)) if c.check == "alarmed"]
    assert len(grave) <= KNOWN_QUARRELS, "\n".join(grave)


def test_why_names_the_step_that_stopped_a_rule(rulebook: Rulebook) -> None:
    rule = rulebook.rules["impersonation.police"]
    negated = why(call((A, "我们不是公安局的。")), rule, rulebook)
    covered = why(call((A, "我是公安县支行的。")), rule, rulebook)
    hit = why(call((A, "我是市公安局的。")), rule, rulebook)
    nothing = why(call((A, "您好。")), rule, rulebook)
    assert any("被否定（“不是”）" in n.text for n in negated)
    assert any("被误伤词“公安县”覆盖" in n.text for n in covered)
    assert hit[0].fired
    assert "命中" in hit[0].text
    assert [n.text for n in nothing] == ["全通没有出现这条规则要找的词"]


def test_why_names_the_scope_that_is_not_met(rulebook: Rulebook) -> None:
    rule = rulebook.rules["third_party_disclosure.debt_words"]
    found = why(call((A, "他的贷款逾期三个月了。"), relation=Relation.SELF), rule, rulebook)
    assert any("此时接听人是债务人本人" in n.text for n in found)


def test_why_asks_rules_without_frames_as_a_whole(rulebook: Rulebook) -> None:
    rule = rulebook.rules["disclosure.recording_notice"]
    found = why(call((A, "您好，请问是张伟吗？"), (C, "是我"), (A, "您的账单逾期了。")), rule, rulebook)
    assert any(n.fired and "missing" in n.text for n in found)


@pytest.mark.parametrize("way", WAYS)
def test_damage_is_the_same_every_time_and_changes_the_text(way: str, rulebook: Rulebook) -> None:
    rule = rulebook.rules["impersonation.police"]
    damaged = [WAYS[way](e, rule, rulebook) for e in rule.violating]
    assert damaged == [WAYS[way](e, rule, rulebook) for e in rule.violating]
    changed = [(e, d) for e, d in zip(rule.violating, damaged, strict=True) if d is not None]
    assert changed
    assert all(e.turns != d.turns for e, d in changed)


def test_most_damaged_examples_are_still_found(rulebook: Rulebook) -> None:
    recalls = list(stress(rulebook, "impersonation"))
    assert sum(r.found for r in recalls) >= 0.85 * sum(r.tried for r in recalls) > 0


def test_a_difference_names_what_came_and_went(tmp_path: Path) -> None:
    old = book(tmp_path / "old")
    new = book(
        tmp_path / "new",
        concepts__a="harm: {terms: [打断腿]}\nplace: {terms: [楼下]}\n",
        rules__threat__a=FILES["rules/threat/a.yaml"].replace("我弄死你", "打断腿"),
    )
    flips = list(difference(old, new, [call((A, "我弄死你")), call((A, "打断腿")), call((A, "您好"))]))
    assert [([f.quote for f in x.gone], [f.quote for f in x.come]) for x in flips] == [(["弄死"], [])]


def test_a_draft_takes_what_only_the_violating_sentence_has(tmp_path: Path) -> None:
    rulebook = book(tmp_path / "lexicons")
    written = draft("threat.neighbours", "我去你楼下挨户敲门", "您楼下的快递柜坏了", rulebook)
    assert written.path == "rules/threat/neighbours.yaml"
    assert "楼下" not in written.frame
    target = tmp_path / "lexicons" / written.path
    target.write_text(written.text, encoding="utf-8")
    loaded = load(folder=tmp_path / "lexicons", cached=False)
    assert loaded.rules["threat.neighbours"].status == "suspected"


@pytest.mark.parametrize(
    ("rule_id", "bad", "good", "told"),
    [
        ("threat.a", "弄死", "您好", "已经有了"),
        ("thread.x", "弄死", "您好", "编号"),
        ("threat.x y", "弄死", "您好", "编号"),
        ("threat.b", "您好", "您好", "看不出违规"),
    ],
)
def test_a_draft_that_cannot_be_made_says_why(rule_id: str, bad: str, good: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(HeguiError, match=told):
        draft(rule_id, bad, good, book(tmp_path))
