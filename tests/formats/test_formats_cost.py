"""Reading is cheap beside checking: less than a fifth of it, over the ways one and the same talk is handed in."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from invented_transcripts import document, workbook

from analyzer.call import Call
from analyzer.check import check
from analyzer.formats import read_text_stream
from analyzer.rules.rulebook import load

TALK = [
    ("坐席", "您好，请问是周先生本人吗？"),
    ("客户", "我是，你哪位？"),
    ("坐席", "我是桐川银行信用卡中心的，姓王，本次通话会录音。"),
    ("客户", "哦，什么事情？"),
    ("坐席", "您的账单已经逾期十二天了，总共是三千二百元。"),
    ("客户", "我最近手头比较紧，下个月发工资就还。"),
    ("坐席", "那您看能不能先还一部分，剩下的我们帮您登记一下。"),
    ("客户", "我想一想，晚点给你们回电话可以吗？"),
] * 6
LINES = [f"{who}：{words}" for who, words in TALK]
ROWS = [["角色", "内容"], *map(list, TALK)]


def clock(second: int) -> str:
    return f"00:{second // 60:02}:{second % 60:02},000"


def forms() -> dict[str, bytes]:
    """The talk in eight forms."""
    cues = [f"{i + 1}\n{clock(3 * i)} --> {clock(3 * i + 2)}\n{line}" for i, line in enumerate(LINES)]
    turns = [{"speaker": "agent" if who == "坐席" else "customer", "text": words} for who, words in TALK]
    details = [
        {"FinalSentence": words, "StartMs": 3000 * i, "EndMs": 3000 * i + 2500, "SpeakerId": i % 2}
        for i, (_, words) in enumerate(TALK)
    ]
    return {
        "text": "\n".join(LINES).encode(),
        "docx": document(LINES),
        "docx with a table": document([], ROWS),
        "xlsx": workbook(a=ROWS),
        "csv": "\n".join(map(",".join, ROWS)).encode(),
        "srt": "\n\n".join(cues).encode(),
        "call.v1": json.dumps({"turns": turns}, ensure_ascii=False).encode(),
        "tencent": json.dumps({"Data": {"ResultDetail": details}}, ensure_ascii=False).encode(),
    }


def cost(work: Callable[[], object]) -> float:
    """CPU seconds of a piece of work, the best of five."""
    best = 1e9
    for _ in range(5):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best


def test_reading_costs_less_than_a_fifth_of_checking() -> None:
    rulebook = load()
    read, checked = {}, {}
    for name, data in forms().items():
        (call,) = read_text_stream(data, "a")
        assert isinstance(call, Call)
        assert len(call.turns) == len(TALK)
        check(call, rulebook)
        read[name] = cost(lambda data=data: list(read_text_stream(data, "a")))  # type: ignore[misc]
        checked[name] = cost(lambda call=call: check(call, rulebook))  # type: ignore[misc]
    assert sum(read.values()) < sum(checked.values()) / 5, (read, checked)
