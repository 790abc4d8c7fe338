"""The clock of a call, where turns have times: silence, talking over each other, how fast the agent speaks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.call import Call, Speaker
from analyzer.finding import Timing

_SILENT = re.compile(r"[\W_]")
ENOUGH = 5.0
"""Seconds of the agent's talk below which his speed says nothing."""

Stretch = tuple[float, float, int]
"""Start, end, turn."""


def measured(call: Call, speakers: Sequence[Speaker]) -> Timing | None:
    """The timing of a call; None unless two turns at least have a start and an end."""
    timed = sorted(
        (t.start, t.end, i)
        for i, t in enumerate(call.turns)
        if t.start is not None and t.end is not None and t.end > t.start
    )
    if len(timed) < 2:
        return None
    first, last = timed[0][0], max(end for _, end, _ in timed)
    gaps = _gaps(timed)
    longest, after = max(gaps, key=lambda g: (g[0], -g[1]), default=(0.0, 0))
    return Timing(
        length=round(last, 2),
        longest_gap=round(longest, 2),
        gap_after=after if longest > 0 else None,
        silence=round(sum(g for g, _ in gaps) / (last - first), 3),
        overlap=round(_overlap(timed, speakers), 2),
        agent_rate=_rate(call, timed, speakers),
    )


def _gaps(timed: Sequence[Stretch]) -> list[tuple[float, int]]:
    """The stretches in which nobody speaks, each with the turn before it."""
    found = []
    reached, turn = timed[0][1], timed[0][2]
    for start, end, i in timed[1:]:
        if start > reached:
            found.append((start - reached, turn))
        if end > reached:
            reached, turn = end, i
    return found


def _overlap(timed: Sequence[Stretch], speakers: Sequence[Speaker]) -> float:
    """Seconds in which agent and customer speak at the same time."""
    agent = _united([s for s in timed if speakers[s[2]] is Speaker.AGENT])
    customer = _united([s for s in timed if speakers[s[2]] is Speaker.CUSTOMER])
    total, i, j = 0.0, 0, 0
    while i < len(agent) and j < len(customer):
        total += max(0.0, min(agent[i][1], customer[j][1]) - max(agent[i][0], customer[j][0]))
        if agent[i][1] < customer[j][1]:
            i += 1
        else:
            j += 1
    return total


def _united(timed: Sequence[Stretch]) -> list[tuple[float, float]]:
    """Stretches of one side without those inside others; in order, none touching the next."""
    found: list[tuple[float, float]] = []
    for start, end, _ in timed:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _rate(call: Call, timed: Sequence[Stretch], speakers: Sequence[Speaker]) -> int | None:
    """Characters of the agent in a minute of his own talk."""
    own = [s for s in timed if speakers[s[2]] is Speaker.AGENT]
    spoken = sum(end - start for start, end, _ in own)
    if spoken < ENOUGH:
        return None
    characters = sum(len(_SILENT.sub("", call.turns[i].text)) for _, _, i in own)
    return round(characters * 60 / spoken)
