"""What a path tells of what must be told, and whether it does so before the debt is named."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from analyzer.finding import CallReport
from analyzer.revision.paths import ASKS_PERSON, Path, Step, asks_last, confirms
from analyzer.scripts.placeholders import PERSON
from analyzer.scripts.script import Scene, Voice

BEFORE, AFTER, TOLD = "before", "after", "told"
"""Told before the debt · only after it · told, and no debt is named or the order is of no matter."""

ORDERED = ("creditor_or_agency", "surname_or_staff_id", "recording_notice", "identity_verified_before_debt")
_EVENTS = {
    "creditor_or_agency": ("names_institution", "says_institution"),
    "surname_or_staff_id": ("gives_surname", "gives_staff_id"),
    "recording_notice": ("tells_recording",),
    "purpose_or_amount": ("names_amount", "names_product"),
    "complaint_or_contact_channel": ("gives_channel", "gives_number"),
}
_LOOSE = {
    "creditor_or_agency": re.compile(
        r"(?!我们?是(?:银行|公司|平台|金融))(?:我是|我们是|这里是|这边是|来自|代表|我行|【|\[|^)[^，。！？]{2,16}(?:银行|公司|金融|消费|小贷|卡中心|平台|资产|农商|信托|物业)"
        r"|(?:银行|公司|金融|小贷|卡中心)[^，。]{0,8}(?:给您|为您|来电|通知您|提醒您|致电|工作人员|客服)"
    ),
    "surname_or_staff_id": re.compile(
        r"\d{3,6}\s?号(?:坐席|座席|客服|专员|工作人员)|我姓|免贵姓|敝姓|为您服务|[，,。]姓[^名氏]|工号|我叫|我是[^，。]{0,14}(?:专员|客服|坐席|经理)[，,]?(?:小?[^，。]{1,2}$|姓)"
    ),
    "recording_notice": re.compile(r"录音|录制|双录|全程录"),
    "purpose_or_amount": re.compile(r"逾期|欠款|应还|账单|未还|贷款|借款|分期|欠费"),
    "complaint_or_contact_channel": re.compile(
        r"热线|客服电话|卡背|客服中心|官网|投诉(?:电话|渠道|热线|专线|邮箱)|(?:拨打|致电|回拨|联系)[^，。]{0,8}\d{3,}|9\d{4}(?!\d)|400[-\d]{4,}|123(?:78|63|15|45)|官方(?:客服|渠道)|(?:联系|客服|服务|咨询)(?:电话|号码)"
    ),
}
_NO_RECORDING = re.compile(
    r"[您你](?:可以|也|要|想|先|别)?录音|(?:不|没|无需|无须|未|免|取消|省略|略去|跳过|停止|关闭|删除|调取).{0,4}录音|录音(?:里|为证|省略|取消|可不|关闭|证据|文件)|上次.{0,6}录音"
)
_NOT_NEEDED = re.compile(r"无需|不需|不必|不用|无须|可不|跳过|省略|略过|取消|免去|不再|不要|不得|可略|避免|勿|不主动")
_NO_DEBT = ("催收", "还款", "催款", "还贷", "结清", "还清", "账单", "客服")
"""Words that name a department or a deed as often as a debt (云川银行催收部, 还款渠道)."""
_BARE_YES = re.compile(r"(?:喂|嗯|啊|哦)?[，,]?(?:是我|是的|对的?|我是|我就是|是啊?|嗯)(?:[，,。！!？?]|$)")
_NAMES = re.compile(rf"{ASKS_PERSON.pattern}|{PERSON}|先生|女士|小姐|本人|机主|持卡人|借款人")
_DENIES = re.compile(
    r"不是(?:我|他|她|本人)?(?:[，,。！!]|$)|打错|找错|不认识|我不是|没这个?人|没有这个?人|换号|号码?换"
)
_TELLS = re.compile(r"告知|提示|播放|说明|表明|报[^警]|声明|告诉|提醒|自报|出示|核实|提供|留下|给出|宣读")


@dataclass(frozen=True, slots=True)
class Told:
    """How a path tells something: ``index`` is the line among those of the scene with its context."""

    how: str
    index: int
    quote: str


@dataclass(frozen=True, slots=True)
class Telling:
    """What one path tells, by the id of the disclosure; ``debt`` is the line that names the debt, -1 without one."""

    labels: tuple[str, ...]
    told: dict[str, Told]
    debt: int
    outsider: bool


@dataclass(frozen=True, slots=True)
class _Moment:
    step: int
    offset: int
    quote: str


def telling(path: Path, report: CallReport | None, scene: Scene) -> Telling:
    """What a path tells; ``report`` is the judgement of its turns, None when it has none."""
    debt = _first(m for m in _events(path, report, ("names_debt", "names_amount")) if m.quote not in _NO_DEBT)
    outsider = path.relation is not None and path.relation.outsider and not scene.setting.entitled
    told: dict[str, Told] = {}
    for name, events in _EVENTS.items():
        if name == "purpose_or_amount" and (outsider or not scene.setting.opens):
            continue
        moment = _first([*_events(path, report, events), *_loosely(path, name)])
        if moment is not None:
            told[name] = _placed(path, name, moment, debt)
        elif name in ORDERED and (shared := _shared(scene, name)) is not None:
            told[name] = shared
    if not outsider:
        who = _identity(path, report, debt)
        if who is not None:
            told["identity_verified_before_debt"] = who
    return Telling(path.labels, told, -1 if debt is None else path.steps[debt.step].index, outsider)


def _first(moments: Iterable[_Moment]) -> _Moment | None:
    return min(moments, key=lambda m: (m.step, m.offset), default=None)


def _events(path: Path, report: CallReport | None, wanted: tuple[str, ...]) -> list[_Moment]:
    found = []
    for event in report.events if report is not None else ():
        step = path.steps_of_turns[event.turn] if event.id in wanted else None
        if step is not None and not (
            event.id == "tells_recording" and _NO_RECORDING.search(path.turns[event.turn].text)
        ):
            found.append(_Moment(step, max(path.turns[event.turn].text.find(event.quote), 0), event.quote))
    return found


def _loosely(path: Path, name: str) -> list[_Moment]:
    """Sentences that hold the plain words of a disclosure, and instructions to make it."""
    found = []
    for number, step in enumerate(path.steps):
        if step.line.voice is Voice.CUSTOMER:
            continue
        match = _LOOSE[name].search(step.filled.text)
        if match and _makes(step, name):
            found.append(_Moment(number, match.start(), match[0]))
    return found


def _makes(step: Step, name: str) -> bool:
    text = step.filled.text
    if name == "recording_notice" and _NO_RECORDING.search(text):
        return False
    if step.line.voice is Voice.INSTRUCTION:
        return bool(_TELLS.search(text)) and not _NOT_NEEDED.search(text) and name != "purpose_or_amount"
    return True


def _placed(path: Path, name: str, moment: _Moment, debt: _Moment | None) -> Told:
    how = TOLD
    if name in ORDERED and debt is not None:
        how = BEFORE if (moment.step, moment.offset) <= (debt.step, debt.offset) else AFTER
    step = path.steps[moment.step]
    return Told(how, step.index, step.line.text)


def _shared(scene: Scene, name: str) -> Told | None:
    """What a shared opening tells before a scene that opens a contact itself."""
    for i, line in enumerate(scene.before):
        pattern = _LOOSE.get(name) if line.voice is Voice.AGENT and not line.taught else None
        denied = name == "recording_notice" and _NO_RECORDING.search(line.text)
        if pattern is not None and pattern.search(line.text) and not denied:
            return Told(BEFORE, i, line.text)
    return None


def _was_asked(path: Path, number: int) -> bool:
    """False for a bare yes of the customer (是我) where nobody has named him before."""
    if path.steps[number].line.voice is not Voice.CUSTOMER or not _BARE_YES.match(path.steps[number].filled.text):
        return True
    said = [s for s in path.steps[:number] if s.line.voice is not Voice.CUSTOMER]
    return any(_NAMES.search(s.filled.text) or confirms(s.line.text) for s in said)


def _denied(path: Path, number: int) -> bool:
    """True where the customer's answer to a question is that he is somebody else."""
    answer = path.steps[number + 1 : number + 2]
    return bool(answer) and answer[0].line.voice is Voice.CUSTOMER and bool(_DENIES.search(answer[0].filled.text))


def _identity(path: Path, report: CallReport | None, debt: _Moment | None) -> Told | None:
    """The moment from which the person is known: the question, his own word, or the instruction to make sure."""
    moments = [m for m in _events(path, report, ("verified", "confirms_self")) if _was_asked(path, m.step)]
    for number, step in enumerate(path.steps):
        asks = step.line.voice is Voice.AGENT and asks_last(step.filled.text) and not _denied(path, number)
        if asks or (step.line.voice is Voice.INSTRUCTION and confirms(step.line.text)):
            moments.append(_Moment(number, 0, step.line.text))
    moment = _first(moments)
    if moment is None:
        return None
    step = path.steps[moment.step]
    early = debt is None or moment.step < debt.step
    return Told((TOLD if debt is None else BEFORE) if early else AFTER, step.index, step.line.text)
