"""What counts as telling: harmless rewording is silent, what is lost or comes after the debt is told."""

from __future__ import annotations

import pytest

from analyzer.gate import GateReport
from analyzer.revision.history import Older
from analyzer.revision.run import Gate

SCENE = """## 首次联系

坐席：您好，请问是{姓名}先生吗？
客户：是我。
坐席：我是云川银行信用卡中心的，姓王，工号1023，本次通话会录音。
坐席：您的信用卡已逾期12天，应还3000元，有疑问可拨打95001。
"""
OPENING = "坐席：我是云川银行信用卡中心的，姓王，工号1023，本次通话会录音。"
DEBT = "坐席：您的信用卡已逾期12天，应还3000元，有疑问可拨打95001。"
HARMLESS = [
    ("rec1", SCENE.replace("本次通话会录音", "此次通话将全程录音")),
    ("rec2", SCENE.replace("本次通话会录音", "为保证服务质量，您的来电将被录音")),
    ("rec3", SCENE.replace("本次通话会录音", "我们的通话有录音，请知悉")),
    ("rec4", SCENE.replace("本次通话会录音", "通话内容将进行录音保存")),
    ("rec5", SCENE.replace("，本次通话会录音。", "。\n（播放录音提示）")),
    ("name0", SCENE.replace("姓王，工号1023", "我是1023号坐席")),
    ("id7", SCENE.replace("您好，请问是{姓名}先生吗？", "喂，{姓名}在吗？")),
    ("id8", SCENE.replace("您好，请问是{姓名}先生吗？", "我找一下{姓名}。")),
    ("name1", SCENE.replace("姓王，工号1023", "工号1023")),
    ("name2", SCENE.replace("姓王，工号1023", "我是客服小王")),
    ("name3", SCENE.replace("姓王，工号1023", "您可以叫我小王")),
    ("name4", SCENE.replace("姓王，工号1023", "{坐席姓名}为您服务")),
    ("org1", SCENE.replace("我是云川银行信用卡中心的", "这里是{机构名称}")),
    ("org2", SCENE.replace("我是云川银行信用卡中心的", "我是云川银行贷后催收部的")),
    ("org3", SCENE.replace("我是云川银行信用卡中心的", "受云川银行委托，我是安信服务公司的")),
    (
        "org4",
        SCENE.replace("坐席：您好，请问", "坐席：您好，云川银行给您来电，请问").replace(
            "我是云川银行信用卡中心的，", "我"
        ),
    ),
    ("id1", SCENE.replace("请问是{姓名}先生吗", "请问您是{姓名}本人吗")),
    (
        "id2",
        SCENE.replace(
            "坐席：您好，请问是{姓名}先生吗？\n客户：是我。", "坐席：您好，请问您是{姓名}吗？\n（客户确认为本人）"
        ),
    ),
    (
        "id3",
        SCENE.replace(
            "坐席：您好，请问是{姓名}先生吗？\n客户：是我。", "坐席：您好，麻烦核对一下您的身份证后四位。\n客户：1234。"
        ),
    ),
    ("id4", SCENE.replace("客户：是我。\n", "")),
    ("id5", SCENE.replace("坐席：您好，请问是{姓名}先生吗？\n客户：是我。", "操作：先核实客户身份，确认本人后继续。")),
    ("id6", SCENE.replace("客户：是我。", "客户：对，哪位？")),
    ("ch1", SCENE.replace("有疑问可拨打95001", "如需帮助请致电客服热线{客服热线}")),
    ("ch2", SCENE.replace("有疑问可拨打95001", "您也可以拨打卡背面的电话")),
    ("ch3", SCENE.replace("有疑问可拨打95001", "投诉请拨打12378")),
    ("am1", SCENE.replace("您的信用卡已逾期12天，应还3000元", "您本期账单还没有还上，一共3000元")),
    ("am2", SCENE.replace("您的信用卡已逾期12天，应还3000元", "您在我行的贷款已到期未还")),
    ("order", SCENE.replace(OPENING, "坐席：本次通话会录音，我是云川银行信用卡中心的，工号1023，姓王。")),
    (
        "split",
        SCENE.replace(OPENING, "坐席：我是云川银行信用卡中心的。\n坐席：我姓王，工号1023。\n坐席：本次通话会录音。"),
    ),
    (
        "merge",
        SCENE.replace(
            "坐席：您好，请问是{姓名}先生吗？\n客户：是我。\n" + OPENING,
            "坐席：您好，请问是{姓名}先生吗？我是云川银行的小王，本次通话会录音。\n客户：是我。",
        ),
    ),
    ("title", SCENE.replace("首次联系", "M1 首次外呼（本人）")),
    ("polite", SCENE.replace("您好，请问是", "您好，打扰您了，请问是").replace("有疑问", "如有疑问，")),
    (
        "addbranch",
        SCENE + "\n### 若客户说没钱\n坐席：您可以申请分期。\n\n### 若客户打错电话\n坐席：抱歉打扰了，再见。\n",
    ),
    (
        "opening",
        SCENE.replace(
            "## 首次联系\n\n坐席：您好，请问是{姓名}先生吗？\n客户：是我。\n" + OPENING + "\n",
            "## 一、开场白\n\n坐席：您好，请问是{姓名}先生吗？\n客户：是我。\n" + OPENING + "\n\n## 二、首次联系\n\n",
        ),
    ),
]
LOST = [
    (
        "id a yes to another question",
        SCENE.replace("请问是{姓名}先生吗", "请问您方便接电话吗"),
        [("identity_verified_before_debt", "removed", 3)],
    ),
    (
        "id denied",
        SCENE.replace("客户：是我。", "客户：不是，你打错了。"),
        [("identity_verified_before_debt", "removed", 3)],
    ),
    ("rec removed", SCENE.replace("，本次通话会录音", ""), [("recording_notice", "removed", 5)]),
    ("rec you", SCENE.replace("本次通话会录音", "您可以录音"), [("recording_notice", "removed", 5)]),
    ("rec not", SCENE.replace("本次通话会录音", "本次通话不录音"), [("recording_notice", "removed", 5)]),
    (
        "rec taught",
        SCENE.replace("，本次通话会录音。", "。\n❌ 本次通话会录音。"),
        [("recording_notice", "removed", 5)],
    ),
    (
        "rec skip",
        SCENE.replace("，本次通话会录音。", "。\n（时间紧可省略录音告知）"),
        [("recording_notice", "removed", 5)],
    ),
    (
        "rec after",
        SCENE.replace("，本次通话会录音。", "。").replace("95001。", "95001。本次通话会录音。"),
        [("recording_notice", "after_debt", 5)],
    ),
    (
        "rec after2",
        SCENE.replace("，本次通话会录音。", "。") + "坐席：另外，本次通话会录音。\n",
        [("recording_notice", "after_debt", 5)],
    ),
    ("name", SCENE.replace("，姓王，工号1023", ""), [("surname_or_staff_id", "removed", 5)]),
    ("org", SCENE.replace("我是云川银行信用卡中心的，", "我"), [("creditor_or_agency", "removed", 5)]),
    ("org vague", SCENE.replace("我是云川银行信用卡中心的", "我是银行的"), [("creditor_or_agency", "removed", 5)]),
    (
        "id removed",
        SCENE.replace("坐席：您好，请问是{姓名}先生吗？\n客户：是我。\n", "坐席：您好。\n客户：喂。\n"),
        [("identity_verified_before_debt", "removed", 3)],
    ),
    (
        "id after",
        SCENE.replace("坐席：您好，请问是{姓名}先生吗？\n客户：是我。\n", "坐席：您好。\n")
        + "坐席：请问您是{姓名}先生吗？\n客户：是我。\n",
        [("identity_verified_before_debt", "after_debt", 3)],
    ),
    (
        "id swap",
        "## 首次联系\n\n" + DEBT + "\n坐席：您好，请问是{姓名}先生吗？\n客户：是我。\n" + OPENING + "\n",
        [
            ("creditor_or_agency", "after_debt", 5),
            ("identity_verified_before_debt", "after_debt", 3),
            ("recording_notice", "after_debt", 5),
            ("surname_or_staff_id", "after_debt", 5),
        ],
    ),
    ("channel", SCENE.replace("，有疑问可拨打95001", ""), [("complaint_or_contact_channel", "removed", 6)]),
    (
        "branch only",
        SCENE.replace("，本次通话会录音", "")
        + "\n### 若客户同意还款\n坐席：好的，本次通话会录音。\n\n### 若客户拒绝\n坐席：请您考虑。\n",
        [("recording_notice", "removed", 5)],
    ),
    (
        "purpose",
        SCENE.replace("您的信用卡已逾期12天，应还3000元，", "有件事跟您沟通，"),
        [("purpose_or_amount", "removed", 6)],
    ),
]


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate.of(stored=False)


def revised(gate: Gate, text: str) -> GateReport:
    return gate.report({"a.md": text.encode()}, Older({"a.md": SCENE.encode()}, {}, "旧版"))


@pytest.mark.parametrize("text", [t for _, t in HARMLESS], ids=[n for n, _ in HARMLESS])
def test_harmless_rewording_is_silent(gate: Gate, text: str) -> None:
    report = revised(gate, text)
    assert report.lost == ()
    assert report.new == ()


@pytest.mark.parametrize(("text", "lost"), [(t, w) for _, t, w in LOST], ids=[n for n, _, _ in LOST])
def test_a_loss_is_told_once_with_its_old_line(gate: Gate, text: str, lost: list[tuple[str, str, int]]) -> None:
    report = revised(gate, text)
    assert sorted((x.id, x.how, x.old_line) for x in report.lost) == lost
    assert report.new == ()
