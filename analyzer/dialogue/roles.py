"""Who is the agent, where the transcript does not say: both assignments are read and the talk decides.

Never "the first speaker is the agent".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from analyzer.call import Call, Speaker
from analyzer.finding import RolesReading

Weigh = Callable[[Sequence[Speaker]], int]


def assign(call: Call, weigh: Weigh) -> tuple[tuple[Speaker, ...], RolesReading]:
    """Speakers of all turns.

    Args:
        call: the call; labels that are known are kept.
        weigh: how many things an assignment explains: agent talk by the agent, customer talk by the customer.
    """
    given = tuple(t.speaker for t in call.turns)
    if Speaker.UNKNOWN not in given:
        return given, RolesReading(False, 1.0, "转写里标明了说话人")
    voices = _voices(call)
    first, second = _two_voices(voices, given)
    ways = [_with(given, voices, first, second), _with(given, voices, second, first)]
    scores = [weigh(w) for w in ways]
    best = 0 if scores[0] >= scores[1] else 1
    total = max(sum(scores), 1)
    certainty = round(0.5 + 0.5 * abs(scores[0] - scores[1]) / total, 2)
    why = f"按话语内容判断：一种分配对上 {max(scores)} 处，另一种 {min(scores)} 处"
    return ways[best], RolesReading(False, certainty, why)


def _voices(call: Call) -> tuple[str, ...]:
    voices = call.meta.extra.get("voices")
    if isinstance(voices, (list, tuple)) and len(voices) == len(call.turns):
        return tuple(map(str, voices))
    return tuple(str(i % 2) for i in range(len(call.turns)))


def _two_voices(voices: Sequence[str], given: Sequence[Speaker]) -> tuple[str, str]:
    counted = Counter(v for v, s in zip(voices, given, strict=True) if s is Speaker.UNKNOWN)
    common = [v for v, _ in sorted(counted.items(), key=lambda x: (-x[1], x[0]))]
    return common[0], common[1] if len(common) > 1 else ""


def _with(given: Sequence[Speaker], voices: Sequence[str], agent: str, customer: str) -> tuple[Speaker, ...]:
    """Unknown turns by voice; a third voice is whoever is on the line."""
    return tuple(
        s if s is not Speaker.UNKNOWN else Speaker.AGENT if v == agent else Speaker.CUSTOMER
        for s, v in zip(given, voices, strict=True)
    )
