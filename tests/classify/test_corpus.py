from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.call import Relation, Speaker
from analyzer.classify.corpus import read, row
from analyzer.errors import CorpusError

STORY = """# 注释
@ x-1 org=bank rel=family stage=late style=asr
a ok|您好，请问是王芳吗？
c is_family|我是她妈。
+c -|嗯
a third_party_disclosure,third_party_pressure|她欠的钱您给还了吧。
+ ok~third_party_disclosure|麻烦您让她回个电话。
"""


def written(tmp_path: Path, text: str, name: str = "x-01.txt") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_story_is_read_with_its_labels_and_what_came_before(tmp_path: Path) -> None:
    found = read([written(tmp_path, STORY)])
    assert [u.speaker for u in found] == [Speaker.AGENT, *[Speaker.CUSTOMER] * 2, *[Speaker.AGENT] * 2]
    assert found[3].labels == ("third_party_disclosure", "third_party_pressure")
    assert found[4].looks_like == "third_party_disclosure"
    assert (found[1].event, found[2].event) == ("is_family", None)
    assert [t.text for t in found[4].before] == ["您好，请问是王芳吗？", "我是她妈。"]
    assert found[2].before == found[1].before
    assert found[4].author == "x"


def test_a_turn_becomes_a_call_with_the_facts_of_its_story(tmp_path: Path) -> None:
    call = read([written(tmp_path, STORY)])[4].call()
    assert call.turns[-1].text == "麻烦您让她回个电话。"
    assert len(call.turns) == 3
    assert (call.meta.relation, call.meta.stage, call.meta.agent_org_type) == (Relation.FAMILY, "late", "bank")


def test_every_line_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    bad = "a ok|没有故事\n@ org=bank\n@ y-1\n+ ok|没有前一句\na wrong|标签\na ok\na ok~nothing|像什么\n@ y-1\n"
    with pytest.raises(CorpusError) as error:
        read([written(tmp_path, bad, "y.txt")])
    told = str(error.value)
    for line in range(1, 9):
        if line != 3:
            assert f"y.txt:{line}：" in told
    assert len(error.value.mistakes) == 7


def test_labelled_calls_are_read_too(tmp_path: Path) -> None:
    line = (
        '{"call_id":"g","meta":{"relation":"self"},"turns":[{"speaker":"agent","text":"快还"},'
        '{"speaker":"agent","text":"好的"}],"gold":{"findings":[{"turn":0,"category":"attitude"}],'
        '"tempting":[{"turn":1,"looks_like":"threat"}]}}\n'
    )
    found = read([written(tmp_path, line, "own.jsonl")])
    assert [(u.labels, u.looks_like) for u in found] == [(("attitude",), None), ((), "threat")]
    with pytest.raises(CorpusError, match=r"own\.jsonl:1"):
        read([written(tmp_path, '{"turns":[]}\n', "own.jsonl")])


def test_a_row_says_who_wrote_it_and_in_which_fold_it_stands(tmp_path: Path) -> None:
    exported = row(read([written(tmp_path, STORY)])[3])
    assert exported["split"] == exported["author"] == "x"
    assert exported["labels"] == ["third_party_disclosure", "third_party_pressure"]
    assert exported["register"] == {"style": "asr"}
