"""What an institution says of itself: the file, what is checked of it, and the pack of the training manual."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import Run

from analyzer.call import Call, Meta, Relation, Speaker, Turn
from analyzer.check import check
from analyzer.errors import MistakesError
from analyzer.rules.kinds.house import announced, distance
from analyzer.rules.profile import KEYS, Profile
from analyzer.rules.rulebook import Rulebook, load
from analyzer.text.normalize import normal
from analyzer.workshop import examples

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "profile-example.yaml"
GUIDE = ROOT / "docs" / "profile.md"
PACK = "card-center"


@pytest.fixture(scope="module")
def housed() -> Rulebook:
    return load((PACK,), profile=EXAMPLE).without_model()


def opened(words: str, **meta: object) -> Call:
    turns = (
        Turn(Speaker.AGENT, "您好，请问是张先生吗？"),
        Turn(Speaker.CUSTOMER, "是我。"),
        Turn(Speaker.AGENT, words),
        Turn(Speaker.AGENT, "通话有录音，打扰了，再见。"),
    )
    return Call("p", turns, Meta(relation=Relation.SELF, **meta))  # type: ignore[arg-type]


def rules_of(call: Call, book: Rulebook) -> dict[str, str]:
    return {f.rule: f.quote for f in check(call, book).findings}


GOOD = "我是江海银行信用卡中心司法调查组的，我姓薛。"


def test_the_approved_opening_is_found_fault_with_by_nobody(housed: Rulebook) -> None:
    report = check(opened(GOOD, agent_id="1023"), housed)
    assert (report.findings, report.verdict) == ((), "pass")


@pytest.mark.parametrize(
    "name", ["司法调查科", "司法部调查组", "司法清查组", "案件调查中心", "调查组", "刑事案件组", "法务调查小组"]
)
@pytest.mark.parametrize("words", ["我是江海银行信用卡中心{}的，我姓薛。", "我这边是江海银行{}，姓薛。"])
def test_a_name_near_the_approved_one_is_an_impersonation(housed: Rulebook, name: str, words: str) -> None:
    report = check(opened(words.format(name)), housed)
    found = [f for f in report.findings if f.category == "impersonation"]
    assert found
    assert {f.status for f in found} == {"violation"}


@pytest.mark.parametrize("heard", ["司发调查组", "司法条查组"])
def test_the_approved_name_misheard_is_the_approved_name(housed: Rulebook, heard: str) -> None:
    assert rules_of(opened(GOOD.replace("司法调查组", heard), agent_id="1023"), housed) == {}


def test_a_plain_name_that_is_not_approved_is_a_lesser_matter(housed: Rulebook) -> None:
    found = rules_of(opened("我是江海银行信用卡中心客户关怀部的，我姓薛。"), housed)
    assert found["identity.department"] == "客户关怀部"
    assert not [r for r in found if r.startswith("impersonation")]


def test_the_manual_asks_for_department_and_surname(housed: Rulebook) -> None:
    found = check(opened("我是江海银行信用卡中心的，工号1023。"), housed)
    assert {f.rule for f in found.findings} == {"procedure.say_department", "procedure.say_surname"}
    assert {f.severity.code for f in found.findings} == {"minor"}


def test_a_surname_that_is_not_on_the_roster_is_told(housed: Rulebook) -> None:
    found = check(opened(GOOD.replace("薛", "江"), agent_id="1023"), housed).findings
    assert [(f.rule, f.quote[-1:]) for f in found] == [("identity.roster", "江")]
    assert "名册上姓薛" in found[0].message
    assert rules_of(opened(GOOD.replace("薛", "欧阳"), agent_id="A7"), housed) == {}


def test_the_hours_of_the_house_lie_inside_those_of_the_law(housed: Rulebook) -> None:
    from datetime import datetime

    from analyzer.call import CHINA

    def at(hour: int) -> dict[str, str]:
        return rules_of(opened(GOOD, agent_id="1023", started_at=datetime(2026, 3, 2, hour, 30, tzinfo=CHINA)), housed)

    assert at(10) == {}
    assert set(at(20)) == {"procedure.house_hours"}
    assert set(at(22)) == {"contact_time.night"}


def test_the_pack_asks_for_what_the_default_leaves_open(housed: Rulebook) -> None:
    call = opened(f"{GOOD}再不还我行可能依法起诉，您为什么离婚了？", agent_id="1023", stage="first_contact")
    manual = {"procedure.early_litigation", "procedure.private_topic"}
    assert manual <= set(rules_of(call, housed))
    default = load(profile=EXAMPLE).without_model()
    found = rules_of(call, default)
    assert not manual & set(found)
    assert found["identity.solemn_department"] == "司法调查组"


def test_nothing_is_asked_of_a_house_without_a_profile(rulebook: Rulebook) -> None:
    call = opened("我是江海银行信用卡中心客户关怀部的，工号1023。", agent_id="1023")
    assert not [r for r in rules_of(call, rulebook.without_model()) if r.startswith(("identity", "procedure"))]


def test_the_rules_of_the_pack_agree_with_their_authors() -> None:
    for prefix in ("procedure.", "identity."):
        for outcome in examples.run(load((PACK,)), prefix):
            assert outcome.passed, f"{outcome.path}:{outcome.line}: {outcome.text}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我是江海银行信用卡中心司法调查组的", "司法调查组"),
        ("这里是总行贷后管理部", "贷后管理部"),
        ("我是受北川银行委托的锦程信用管理公司清收二部", "清收二部"),
        ("我不是司法调查科的", None),
        ("他说我是司法调查科的", None),
        ("我是江海银行信用卡中心的", None),
        ("这边已经把材料交到风控部", None),
        ("您好，请问这里是江海中学教务处吗", None),
        ("我是您儿子单位人事部的", None),
    ],
)
def test_what_somebody_calls_himself(text: str, name: str | None) -> None:
    assert [n for _, n in announced(normal(text))] == ([] if name is None else [name])


def test_the_distance_of_names() -> None:
    assert [distance("司法调查组", b) for b in ("司法调查组", "司法调查科", "司法部调查组", "")] == [0, 1, 1, 5]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("nmae: x", "不认识的键 nmae"),
        ("org_type: firm", "允许：bank agency law_firm"),
        ("departments: [部]", "太短"),
        ("staff: {A1: 王小明明}", "只写姓"),
        ("surname_required: maybe", "只能是 true 或 false"),
        ("hours: {from: '9:00', to: '20:00'}", "hours.from 不能是 9:00"),
        ("hours: {from: '20:00', to: '09:00'}", "应早于"),
        ("hours: {from: '09:00'}", "缺少 to"),
        ("contact_limits: {connected_day: many}", "应是不小于 0 的整数"),
        ("creditors: [", "YAML 语法错误"),
    ],
)
def test_mistakes_of_a_profile_are_told_with_their_line(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(f"# 第一行\n{text}\n", encoding="utf-8")
    with pytest.raises(MistakesError, match=r"^机构档案有 \d 处错误：") as error:
        Profile.load(path)
    assert what in str(error.value)
    assert re.search(r"p\.yaml:[23]：", str(error.value))


def test_the_guide_names_every_key_and_its_example_loads(tmp_path: Path) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert all(f"`{key}`" in text for key in KEYS)
    first, *_ = re.findall(r"```yaml\n(.*?)```", text, re.S)
    (tmp_path / "p.yaml").write_text(first, encoding="utf-8")
    assert Profile.load(tmp_path / "p.yaml").departments == ("贷后管理部",)
    assert Profile.load(EXAMPLE).hours == ("09:00", "20:00")


def test_the_commands_take_profile_and_pack(run: Run, tmp_path: Path) -> None:
    call = {"turns": [{"speaker": "agent", "text": "您好，我是江海银行信用卡中心司法调查科的，我姓薛。"}]}
    path = tmp_path / "c.json"
    path.write_text(json.dumps(call), encoding="utf-8")
    done = run("check", str(path), "--pack", PACK, "--profile", str(EXAMPLE), "--format", "json", "--no-model")
    report = json.loads(done.out)
    assert done.code == 1
    assert report["rulebook"]["packs"] == [PACK]
    assert {"impersonation.near_department", "impersonation.legal_department"} & {f["rule"] for f in report["findings"]}
