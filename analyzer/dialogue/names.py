"""The creditor's name as it is said on the phone: short, by its stem, or misheard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from analyzer.call import Meta, Speaker
from analyzer.text.normalize import normal
from analyzer.text.reader import CallReading, Unit
from analyzer.text.scan import Span
from analyzer.text.sound import key

GENERIC = [
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "信用卡中心",
    "个人贷款部",
    "资产保全部",
    "贷后管理部",
    "消费金融",
    "汽车金融",
    "融资租赁",
    "农商银行",
    "农村商业银行",
    "商业银行",
    "信用管理",
    "资产管理",
    "物业服务",
    "催收部",
    "网络小贷",
    "网络",
    "科技",
    "普惠",
    "咨询",
    "律师事务所",
    "信用卡",
    "卡中心",
    "银行",
    "消金",
    "金融",
    "小贷",
    "小额贷款",
    "物业",
    "分期",
    "借款",
    "钱包",
    "通信",
    "宽带",
    "租赁",
    "汽车",
    "助贷",
    "资产",
    "集团",
    "公司",
    "代理",
    "外包",
    "客服",
    "服务",
    "委托",
]
SURNAME = re.compile(r"(?:姓|叫我小|我是小)([\u4e00-\u9fff])")
"""How an agent says what he is called."""
_BRACKETS = re.compile(r"[()（）、,，/;；]")


def stems(names: Iterable[str | None]) -> list[str]:
    """What identifies an institution in speech: the name without its kind, two characters at least."""
    found: list[str] = []
    for name in names:
        for part in _BRACKETS.split(name or ""):
            stem = _stem(normal(part))
            if len(stem) >= 2:
                found.append(stem)
    return list(dict.fromkeys(found))


def _stem(name: str) -> str:
    whole = name
    changed = True
    while changed:
        changed = False
        for word in GENERIC:
            if name.endswith(word) and len(name) - len(word) >= 2:
                name, changed = name[: -len(word)], True
    return name if len(name) >= 2 else whole


def spoken(reading: CallReading, meta: Meta, own: Sequence[str] = ()) -> list[tuple[Unit, Span]]:
    """Where the agent says the name of the creditor, the agency or one of ``own`` names."""
    wanted = stems([meta.creditor, meta.agency, *own])
    found = []
    for unit in reading.units:
        if unit.speaker is Speaker.AGENT:
            for stem in wanted:
                at = _find(unit.text, stem)
                if at is not None:
                    found.append((unit, (at, at + len(stem))))
    return sorted(found, key=lambda f: (f[0].number, f[1]))


def _find(text: str, stem: str) -> int | None:
    at = text.find(stem)
    if at < 0 and len(stem) >= 2:
        at = key(text, loose=len(stem) > 2).find(key(stem, loose=len(stem) > 2))
    return None if at < 0 else at
