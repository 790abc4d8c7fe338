"""What reading costs beside checking, over the ways one and the same talk is handed in.

    python bench/reading.py

CPU milliseconds, the best of five. The talk is made of 48 turns of the shipped samples; every check starts with nothing
remembered, as with a call that nobody has read.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from analyzer.call import Call, Speaker
from analyzer.check import check
from analyzer.formats import read, read_text_stream
from analyzer.rules.rulebook import Rulebook, load

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "formats"))
from invented_transcripts import document, workbook  # makes the containers of the tests too

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
NAMES = {Speaker.AGENT: "坐席", Speaker.CUSTOMER: "客户"}
TALK = [
    (NAMES[turn.speaker], turn.text)
    for path in sorted(SAMPLES.glob("[01]*"))
    for call in read(path)
    if isinstance(call, Call)
    for turn in call.turns
    if turn.speaker in NAMES
][:48]
LINES = [f"{who}：{words}" for who, words in TALK]
ROWS = [["角色", "内容"], *map(list, TALK)]


def clock(second: int) -> str:
    """A time of a SubRip cue."""
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


def fresh(call: Call, rulebook: Rulebook) -> None:
    """Check a call whose turns were never seen."""
    rulebook.lexicon.pages.forget()
    check(call, rulebook)


def main() -> None:
    """Measure and print a table."""
    rulebook = load()
    print(f"{'form':<20}{'read ms':>10}{'check ms':>10}{'ratio':>8}")
    whole = [0.0, 0.0]
    for name, data in forms().items():
        (call,) = read_text_stream(data, "a")
        assert isinstance(call, Call)
        took = cost(lambda data=data: list(read_text_stream(data, "a")))  # type: ignore[misc]
        checked = cost(lambda call=call: fresh(call, rulebook))  # type: ignore[misc]
        whole = [whole[0] + took, whole[1] + checked]
        print(f"{name:<20}{1000 * took:>10.2f}{1000 * checked:>10.2f}{took / checked:>8.2f}")
    print(f"{'all':<20}{1000 * whole[0]:>10.2f}{1000 * whole[1]:>10.2f}{whole[0] / whole[1]:>8.2f}")


if __name__ == "__main__":
    main()
