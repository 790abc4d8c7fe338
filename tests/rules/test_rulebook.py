from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import HeguiError, RulebookError
from analyzer.rules.rulebook import load

PACK = {"packs/cn-2026.yaml": "name: 测试\n"}
RULE = """
name: 测试规则
category: threat
severity: serious
message: 说了“{quote}”
advice: 不要说
frames: ["{word}"]
examples: {violation: [坏话], compliant: [好话]}
"""
FILES = {**PACK, "concepts/a.yaml": "word: {terms: [坏话]}\n", "rules/threat/a.yaml": RULE}


def folder(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def mistakes(root: Path, **changed: str) -> str:
    files = {**FILES, **{k.replace("__", "/") + ".yaml": v for k, v in changed.items()}}
    with pytest.raises(RulebookError) as error:
        load(folder=folder(root, files), cached=False)
    return str(error.value)


def test_a_small_rulebook_loads(tmp_path: Path) -> None:
    book = load(folder=folder(tmp_path, FILES), cached=False)
    assert list(book.rules) == ["threat.a"]


def test_all_mistakes_are_told_at_once_with_file_and_line(tmp_path: Path) -> None:
    text = mistakes(
        tmp_path,
        rules__threat__a=RULE.replace("threat", "thread").replace("serious", "hard") + "colour: red\n",
        concepts__b="word: {terms: [坏话, 坏话]}\nempty: {}\n",
    )
    for part in (
        "rules/threat/a.yaml:3：",
        "category 不能是 'thread'",
        "severity 不能是 'hard'",
        "不认识的键 colour",
        "重复",
        "是空的",
        "已在",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("frame", "what"),
    [
        ("{nothing}", "词表 {nothing} 不存在"),
        ("…", "没有词"),
        ("{word}?", "起查"),
        ("{word} 好|嗯", "“嗯”读起来什么也不剩"),
    ],
)
def test_broken_frames_are_told_at_the_rule(tmp_path: Path, frame: str, what: str) -> None:
    text = mistakes(tmp_path, rules__threat__a=RULE.replace("{word}", frame))
    assert "rules/threat/a.yaml:7：" in text
    assert what in text


def test_a_rule_without_examples_of_both_sides_is_refused(tmp_path: Path) -> None:
    text = mistakes(tmp_path, rules__threat__a=RULE.replace("compliant: [好话]", "compliant: []"))
    assert "examples 要两边都有" in text


def test_words_of_which_nothing_is_read_are_refused(tmp_path: Path) -> None:
    assert "词“嗯”读起来什么也不剩" in mistakes(tmp_path, concepts__c="a: {terms: [嗯]}\n")


def test_broken_yaml_is_told_with_its_line_and_without_what_follows_from_it(tmp_path: Path) -> None:
    text = mistakes(tmp_path, concepts__c="a: [b\nc: d\n", rules__threat__b=RULE.replace("{word}", "{a}"))
    assert "concepts/c.yaml:2：YAML 语法错误" in text
    assert "1 处错误" in text


def test_yaml_tags_run_nothing(tmp_path: Path) -> None:
    text = mistakes(tmp_path, concepts__c="a: !!python/object/apply:os.system ['echo hi']\n")
    assert "应是“键: 值”的映射" in text


def test_unknown_events_in_a_scope_are_told(tmp_path: Path) -> None:
    assert "事件 moon 不存在" in mistakes(tmp_path, rules__threat__a=RULE + "when: {after: [moon]}\n")


def test_an_unknown_pack_is_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(HeguiError, match="没有规则包 us；现有：cn-2026"):
        load(["us"], folder=folder(tmp_path, FILES), cached=False)


def test_a_pack_leaves_out_and_changes_rules(tmp_path: Path) -> None:
    change = "name: 甲\nchange: {threat.a: {severity: notice, veto: false}}\n"
    book = load(["a"], folder=folder(tmp_path, {**FILES, "packs/a.yaml": change}), cached=False)
    assert book.rules["threat.a"].severity.code == "notice"
    gone = load(
        ["b"], folder=folder(tmp_path, {**FILES, "packs/b.yaml": "name: 乙\nleave_out: [threat.a]\n"}), cached=False
    )
    assert gone.rules == {}


def test_the_version_changes_with_the_rules(tmp_path: Path) -> None:
    one = load(folder=folder(tmp_path / "1", FILES), cached=False).version
    two = load(
        folder=folder(tmp_path / "2", {**FILES, "rules/threat/a.yaml": RULE + "veto: true\n"}), cached=False
    ).version
    assert one != two


def test_the_cache_gives_the_same_rulebook_and_a_broken_one_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    root = folder(tmp_path / "lex", FILES)
    first = load(folder=root)
    stored = list((tmp_path / "cache" / "hegui").glob("rulebook-*.msgpack"))
    assert len(stored) == 1
    assert load(folder=root).rules["threat.a"].name == first.rules["threat.a"].name
    stored[0].write_bytes(b"{broken")
    assert load(folder=root).rules["threat.a"].name == first.rules["threat.a"].name


def test_no_rule_and_no_concept_of_the_shipped_book_lacks_anything() -> None:
    book = load(cached=False)
    categories = {r.category for r in book.rules.values()}
    wanted = {"impersonation", "abuse", "threat", "third_party_disclosure", "contact_time"}
    assert len(book.rules) >= 12
    assert wanted <= categories
