"""From a followed call to what the second reader looks at."""

from __future__ import annotations

from analyzer.call import Call, Speaker
from analyzer.classify.features import Sight
from analyzer.dialogue.state import Dialogue
from analyzer.text.reader import CallReading, Unit

POSITIONS = (1, 2, 3, 5, 8, 13)
"""Agent turns are counted up to these bounds: the first, the second, the third … the rest."""


def sights(call: Call, reading: CallReading, dialogue: Dialogue) -> list[tuple[int, Sight]]:
    """The agent turns of a call that say something, each with its number.

    The word lists of the rulebook are part of a sight, but not what the rules found: the rules know the training
    stories, and a reader that had learnt there to believe them could not contradict them elsewhere.
    """
    found: list[tuple[int, Sight]] = []
    for turn, speaker in enumerate(reading.speakers):
        if speaker is Speaker.AGENT:
            unit, (start, end) = reading.span_of(turn)
            text = unit.text[start:end]
            if text.strip():
                customer, agent = _before(reading, turn)
                facts = (*_facts(call, dialogue, turn, unit.number, len(found)), *_words(reading, unit, text))
                found.append((turn, Sight(text, customer, agent, facts)))
    return found


def _words(reading: CallReading, unit: Unit, text: str) -> list[str]:
    """Which word lists and which cues of context are in a turn."""
    pages = reading.lexicon.pages
    page = unit.page if text == unit.text else pages.read([(unit.page.who, text)])[0]
    return pages.facts(page)


def _before(reading: CallReading, turn: int) -> tuple[str, str]:
    """The customer's words before a turn, and the agent's before it (in the same unit or the one before)."""
    unit, (start, _) = reading.span_of(turn)
    customer = agent = ""
    for other in reversed(reading.units[: unit.number]):
        if other.speaker is Speaker.CUSTOMER and not customer:
            customer = other.text
        elif other.speaker is Speaker.AGENT and not agent:
            agent = other.text
        if customer and agent:
            break
    return customer, unit.text[:start] or agent


def _facts(call: Call, dialogue: Dialogue, turn: int, unit: int, nth: int) -> list[str]:
    position = next((i for i, bound in enumerate(POSITIONS) if nth < bound), len(POSITIONS))
    relation = "outsider" if dialogue.outsider(turn, (unit, 0)) else dialogue.relation_at(turn).value
    meta = call.meta
    facts = [f"at={position}", f"rel={relation}", f"stage={meta.stage}", f"org={meta.agent_org_type}"]
    facts += [f"event={s.id}" for s in dialogue.steps if s.unit == unit - 1]
    facts += [f"own={s.id}" for s in dialogue.steps if s.unit == unit]
    facts += ["verified"] if dialogue.happened("verified", until=(unit, 0)) else []
    return facts
