from __future__ import annotations

import pytest

from analyzer.call import Speaker, Turn
from analyzer.rules.rulebook import Rulebook

CASES = [
    ("我们不是公安局的", "negated"),
    ("我们不会联系公安局", "negated"),
    ("您是公安局的吗？", "asked"),
    ("是不是公安局找过您", "asked"),
    ("您刚才说您在公安局上班", "quoted"),
    ("有人自称是公安局的", "quoted"),
    ("如果有公安局的人找您", "hypothetical"),
    ("请勿轻信公安局来电", "instructed_not_to"),
]
PLAIN = ["我是公安局的", "我不得不说我是公安局的", "跟你说，我是公安局的", "没完没了，我是公安局的"]


def verdicts(rulebook: Rulebook, text: str) -> set[str]:
    from analyzer.text.assertion import assess
    from analyzer.text.frames import FramePattern, parse

    concepts = rulebook.lexicon.concepts
    unit = rulebook.lexicon.read([Turn(Speaker.AGENT, text)]).units[0]
    match = FramePattern(parse("公安局", concepts), concepts).search(unit.text)[0]
    return {v.status for v in assess(match, unit.text, rulebook.lexicon.pages.cues.find(unit.text))}


@pytest.mark.parametrize(("text", "status"), CASES)
def test_a_cue_in_reach_gives_its_status(rulebook: Rulebook, text: str, status: str) -> None:
    assert status in verdicts(rulebook, text)


@pytest.mark.parametrize("text", PLAIN)
def test_look_alikes_and_distant_cues_leave_an_assertion(rulebook: Rulebook, text: str) -> None:
    assert verdicts(rulebook, text) == set()
