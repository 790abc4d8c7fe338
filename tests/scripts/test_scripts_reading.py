"""What a script says is read from every container: who speaks, what is only shown, where it stands."""

from __future__ import annotations

import io
import random
import re
import time
import zipfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from analyzer import scripts
from analyzer.call import Relation
from analyzer.errors import InputError
from analyzer.scripts import CONTAINERS, NOT_SCRIPTS, headings, labels
from analyzer.scripts.placeholders import fill
from analyzer.scripts.script import Medium, Script, Voice

PAIRS = Path(__file__).parent / "pairs"
A, C, I = Voice.AGENT, Voice.CUSTOMER, Voice.INSTRUCTION  # noqa: E741


def read(text: str, name: str = "a.md") -> Script:
    return scripts.read(text.encode(), name)


def said(text: str, name: str = "a.md") -> list[tuple[Voice, str, bool]]:
    return [(x.voice, x.text, x.taught) for scene in read(text, name).scenes for x in scene.lines]


@pytest.mark.parametrize(
    "label",
    [
        "禁止用语", "禁用语", "错误示范", "反例", "✗", "❌", "dont", "don't", "do not say", "bad_examples", "不要说",
        "不能这样说", "红线话术", "违规话术", "切勿", "修改前", "负面清单", "NG", "forbidden", "避免使用", "反面案例",
        "禁", "不推荐话术", "不当表述", "违规处罚标准", "anti-patterns", "严禁出现以下表述", "×",
        "被投诉过的说法", "被监管通报的案例", "质检扣分话术", "常见错误", "常见违规话术",
    ],
)  # fmt: skip
def test_it_is_taught_as_wrong(label: str) -> None:
    assert headings.teaching(label) is True


@pytest.mark.parametrize("label", ["正确示范", "标准话术", "✓", "✅ 推荐", "正例", "good", "修改后", "应这样说", "do"])
def test_it_is_taught_as_right(label: str) -> None:
    assert headings.teaching(label) is False


@pytest.mark.parametrize(
    "label",
    [
        "首次联系",
        "第三人接听",
        "客户打错电话",
        "开场白",
        "坐席",
        "短信",
        "投诉处理",
        "错误示范与正确示范",
        "告知",
        "常见问题话术",
    ],
)
def test_it_teaches_nothing(label: str) -> None:
    assert headings.teaching(label) is None


@pytest.mark.parametrize(
    ("title", "relation"),
    [
        ("第三方接听", Relation.THIRD_PARTY), ("家属代接", Relation.FAMILY), ("非本人接听", Relation.THIRD_PARTY),
        ("本人接听", Relation.SELF), ("客户要投诉", None), ("first_contact", None), ("担保人接听", None),
        ("若客户说要找朋友借", None), ("单位同事接听", Relation.THIRD_PARTY), ("首次联系", None),
    ],
)  # fmt: skip
def test_a_heading_tells_who_is_on_the_line(title: str, relation: Relation | None) -> None:
    assert headings.relation_of(title) is relation


def test_a_heading_tells_the_medium() -> None:
    assert headings.medium_of("逾期提醒短信") is Medium.MESSAGE
    assert headings.medium_of("语音信箱留言") is Medium.VOICEMAIL
    assert headings.medium_of("首次联系") is Medium.CALL


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("- 坐席：您好。", [(A, "您好。", False)]),
        ("**客户**：没钱。", [(C, "没钱。", False)]),
        ("> 催收员（微笑）：您好。", [(A, "您好。", False)]),
        ("【坐席】您好【客户】谁啊", [(A, "您好", False), (C, "谁啊", False)]),
        ("Q：你们是谁？", [(C, "你们是谁？", False)]),
        ("您好（待客户确认）方便吗", [(A, "您好", False), (I, "待客户确认", False), (A, "方便吗", False)]),
        ("- ✗ 我是法院的 → ✓ 我是银行的", [(A, "我是法院的", True), (A, "我是银行的", False)]),
        ("- 我是法院的（禁用）", [(A, "我是法院的（禁用）", True)]),
        ("不要说：“我是法院的”", [(A, "我是法院的", True)]),
        ("坐席不得自称法院工作人员。", [(I, "坐席", False), (I, "不得自称法院工作人员。", True)]),
        ("操作：先核实身份，严禁透露欠款。", [(I, "先核实身份", False), (I, "严禁透露欠款。", True)]),
        ("坐席应说“您好”，不能说“喂”以外的话", None),
        (
            "若客户问“你们是公安吗”，回答：“我们是银行的。”",
            [(I, "若客户问", False), (C, "你们是公安吗", False), (I, "，回答：", False), (A, "我们是银行的。", False)],
        ),
        ("原因：冒充法院属于违规", []),
        ("~~坐席：我是法院的~~", []),
    ],
)  # fmt: skip
def test_a_line_is_taken_apart(line: str, wanted: list[tuple[Voice, str, bool]] | None) -> None:
    found = said(f"## 首次联系\n\n{line}\n")
    assert wanted is None or [f for f in found if f[1] != "不要说"] == wanted


def test_numbers_of_lines_are_those_of_the_file() -> None:
    text = "---\nv: 1\n---\n# 题\n\n<!--\n注释\n-->\n坐席：一句。\n\n```\n坐席：两句。\n```\n"
    assert [x.line for s in read(text).scenes for x in s.lines] == [9, 12]


def test_a_table_gives_rows_and_cells() -> None:
    text = '场景,角色,话术\n首次,坐席,"第一句。\n第二句。"\n,坐席,第三句。\n'
    lines = [x for s in read(text, "a.csv").scenes for x in s.lines]
    assert [(x.line, x.cell, x.text) for x in lines] == [
        (2, "C2", "第一句。"),
        (2, "C2", "第二句。"),
        (3, "C3", "第三句。"),
    ]


@pytest.mark.parametrize(
    "header",
    ["话术", "标准话术", "话术内容", "参考口径", "内容", "怎么说", "script", "text", "坐席话术", "应答", "文案"],
)
def test_the_column_of_words_has_many_names(header: str) -> None:
    lines = [x for s in read(f"场景,{header}\n跟进,请您尽快处理。\n", "a.csv").scenes for x in s.lines]
    assert [(x.voice, x.text, x.taught) for x in lines] == [(A, "请您尽快处理。", False)]


@pytest.mark.parametrize("header", ["禁用语", "错误示范", "反面话术", "不能这样说", "❌", "dont", "忌用", "违规话术"])
def test_the_column_of_wrong_words_has_many_names(header: str) -> None:
    lines = [x for s in read(f"场景,话术,{header}\n跟进,请您处理。,我是法院的\n", "a.csv").scenes for x in s.lines]
    assert [(x.text, x.taught) for x in lines] == [("请您处理。", False), ("我是法院的", True)]


def test_yaml_and_json_keep_their_lines() -> None:
    text = "scene: 首次联系\nlines:\n  - agent: 您好。\n  - customer: |\n      嗯。\n      你说。\n"
    lines = [x for s in read(text, "a.yaml").scenes for x in s.lines]
    assert [(x.line, x.voice, x.text) for x in lines] == [(3, A, "您好。"), (5, C, "嗯。"), (6, C, "你说。")]
    text = '{"scene": "首次联系",\n "lines": [\n  {"agent": "您好。"},\n  {"dont": ["喂"]}\n ]}'
    lines = [x for s in read(text, "a.json").scenes for x in s.lines]
    assert [(x.line, x.text, x.taught) for x in lines] == [(3, "您好。", False), (4, "喂", True)]


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [('{"a": [1,}', "a.json", 1), ('{"a":\n "b', "a.json", 2), ("a: [b\nc: d", "a.yaml", 2), ('a,"b\n', "a.csv", None)],
)
def test_broken_files_are_told_with_their_line(text: str, name: str, line: int | None) -> None:
    with pytest.raises(InputError) as error:
        read(text, name)
    assert error.value.source == name
    assert error.value.line == line


def test_a_document_with_entities_is_refused() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x/>')
    with pytest.raises(InputError, match="XML"):
        scripts.read(data.getvalue(), "a.docx")


def test_an_unknown_ending_is_told() -> None:
    with pytest.raises(InputError, match="不认识的话术文件类型"):
        scripts.read(b"x", "a.pdf")


def test_nesting_beyond_reason_is_told() -> None:
    for text, name in (("[" * 99 + "]" * 99, "a.json"), ("a: " + "[" * 99 + "]" * 99, "a.yaml")):
        with pytest.raises(InputError, match="嵌套过深"):
            read(text, name)


@pytest.mark.parametrize("path", sorted(p for p in PAIRS.rglob("new/*") if p.is_file()), ids=lambda p: p.parts[-3])
def test_corrupted_files_give_lines_or_a_clear_error(path: Path) -> None:
    chance, data = random.Random(path.as_posix()), path.read_bytes()
    for _ in range(40):
        broken = bytearray(data)
        at = chance.randrange(len(broken))
        broken[at : at + chance.choice([1, 3, 40])] = chance.choice(
            [b"", b"\x00", b'"', b"{", b"\xff\xfe", b"\n- ", b"|"]
        )
        try:
            scripts.read(bytes(broken), path.name)
        except InputError as error:
            assert str(error).startswith(path.name)  # noqa: PT017  both outcomes are right, this one names the file


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("请问是{客户姓名}先生吗", "请问是张伟先生吗"),
        ("我是【机构名称】的，姓【姓氏】，工号XXXX", "我是恒远银行的，姓王，工号1023"),
        ("逾期XX天，应还{{amount}}元", "逾期12天，应还3000元"),
        ("我是XX银行的", "我是恒远银行的"),
        ("【云川银行】您好", "【云川银行】您好"),
        ("（含利息）", "（含利息）"),
        ("尾号#卡尾号#的<产品>", "尾号8821的信用卡"),
        ("请于${due_date}前", "请于3月5日前"),
    ],
)
def test_placeholders_are_read_as_what_they_stand_for(text: str, spoken: str) -> None:
    assert fill(text).text == spoken


@given(
    st.lists(st.sampled_from(["{姓名}", "XX元", "【金额】", "您好", "，", "我是", "a", "×", "{", "___"]), max_size=12)
)
def test_every_span_leads_back_to_the_text_as_written(pieces: list[str]) -> None:
    text = "".join(pieces)
    filled = fill(text)
    assert filled.origin(0, len(filled.text)) == (0, len(text))
    last = 0
    for i in range(len(filled.text)):
        start, end = filled.origin(i, i + 1)
        assert 0 <= start <= end <= len(text)
        assert start >= last or start == end or any(first <= start <= final for *_, first, final in filled.pieces)
        last = start
    plain = [i for i in range(len(filled.text)) if not any(low <= i < high for low, high, *_ in filled.pieces)]
    for i in plain:
        assert text[slice(*filled.origin(i, i + 1))] == filled.text[i]


def test_labels_of_unknown_people_are_no_labels() -> None:
    assert labels.read("他跟我说：好") is None
    assert labels.read("https://example.invalid") is None
    assert labels.read("10:30 开会") is None


def test_a_cross_that_stands_apart_marks_a_wrong_wording() -> None:
    lines = said("## 应答\n\n- × 你去死\n- √ 您先别急\n- ×先生您好\n")
    assert [(text, bad) for _, text, bad in lines] == [("你去死", True), ("您先别急", False), ("×先生您好", False)]


def test_the_hook_lets_through_the_files_that_are_scripts() -> None:
    (hook,) = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    excluded = re.compile(hook["exclude"])
    for ending in CONTAINERS:
        assert excluded.search(f"话术/首次{ending}") is None, ending
    for name in ("logo.png", "README.md", "readme.txt", ".hidden.md", "~$首次.docx", "Makefile", "CODEOWNERS"):
        assert excluded.search(f"话术/{name}"), name
    for prefix in NOT_SCRIPTS:
        assert excluded.search(f"话术/{prefix}.md"), prefix


@pytest.mark.parametrize("lead", ["坐席不得：", "通话中不得有下列行为：", "外呼时切忌：", "严禁使用以下方式："])
def test_what_a_line_forbids_is_taught_to_the_end_of_its_list(lead: str) -> None:
    lines = said(f"## 规定\n\n{lead}\n\n1. 冒充公安、法院；\n2. 说“不还就抓你”；\n\n- 坐席：请您尽快安排。\n")
    taught = [text for _, text, bad in lines if bad]
    assert "冒充公安、法院；" in taught
    assert "不还就抓你" in taught
    assert (A, "请您尽快安排。", False) in lines


@pytest.mark.parametrize("line", ["#" * 60_000 + "x", "【" * 60_000, "坐席不得" * 15_000 + "："])
def test_an_absurd_line_is_read_in_no_time(line: str) -> None:
    begun = time.process_time()
    read(line)
    assert time.process_time() - begun < 2.0
