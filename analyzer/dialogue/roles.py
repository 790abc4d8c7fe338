"""Who is the agent, where the transcript does not say: the words of every turn decide, and the voices they come from.

Never "the first speaker is the agent". Where labels are there they are kept, unless the talk says clearly that the
channels were exchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp, log

import msgspec

from analyzer.call import Call, Speaker
from analyzer.finding import RolesReading
from analyzer.text.normalize import lines, normals
from analyzer.text.scan import Longest

Seen = Callable[[Sequence[Speaker]], Iterable[tuple[str, int]]]
"""Speakers of all turns -> dialogue events and the turns they stand on."""
Explained = Callable[[Sequence[Speaker]], int]
"""Speakers of all turns -> how many things of the talk they explain, question and answer read together."""

A, C = Speaker.AGENT, Speaker.CUSTOMER
MOST = 2.5
"""The most that one turn can say, in log odds."""
DOUBT = 0.7
"""Below this certainty both assignments are judged."""
BLIND = 0.69
"""The most that can be known without voices."""
TAKES_TURNS = log(0.75 / 0.25)
"""A weak prior: two turns in a row are more often by two people."""
OPEN_TURN = 1.2
"""Turns whose odds are below this are doubtful where there are no voices."""
CHANGED, MAYBE_CHANGED = 10.0, 5.0
"""Log odds to be won before channels count as exchanged inside a call, and before it is in doubt."""
LABELS_WRONG, LABELS_DOUBTED, LABELS_CHANGED = 8.0, 4.0, 16.0
"""The same for labels: all of them wrong, perhaps wrong, or wrong from a place on."""
UNDECIDED = 0.65
"""Certainty of an assignment that the talk speaks against without disproving it."""
SIDE, SIDE_TURNS = 2.5, 3
"""Log odds and turns that each side of such a change needs by itself."""
THING = 0.5
"""What one thing more that an assignment explains is worth, in log odds."""
SECOND_AGENT = 3.0
"""Log odds from which a further voice is a colleague of the agent."""
_BORDER = re.compile(r"^|[,.!?;/\s]")


@dataclass(frozen=True, slots=True)
class Cues:
    """The words that tell agent from customer, with what each is worth; agent words count up, customer words down."""

    worth: Mapping[str, float]
    heads: frozenset[str]
    longest: int
    inside: Longest
    system: Longest
    events: Mapping[str, float]
    silent: float = 0.0

    @classmethod
    def of(cls, data: Mapping[str, object]) -> Cues:
        """From ``lexicons/roles.yaml``."""
        sides = {s: _mapping(data.get(s)) for s in ("agent", "customer")}
        seldom, system = _mapping(data.get("seldom")), _words(data.get("system"))
        every = [w.removeprefix("^") for side in sides.values() for words in side.values() for w in _words(words)]
        norm = normals([*every, *seldom, *system])
        worth: dict[str, float] = {}
        for side, sign in (("agent", 1.0), ("customer", -1.0)):
            for weight, words in sides[side].items():
                for word in _words(words):
                    bare = norm[word.removeprefix("^")].strip()
                    if bare:
                        worth["^" * word.startswith("^") + bare] = sign * float(weight)
        worth |= {norm[w]: float(str(v)) for w, v in seldom.items()}
        events = {k: float(str(v)) for k, v in _mapping(data.get("events")).items()}
        heads = frozenset(w[1:] for w in worth if w.startswith("^"))
        return cls(
            worth,
            heads,
            max(map(len, heads), default=0),
            Longest(w for w in worth if not w.startswith("^")),
            Longest({norm[w] for w in system}),
            events,
            float(str(data.get("silent", 0.0))),
        )

    def found(self, text: str) -> dict[str, float]:
        """The cues of one turn, each once."""
        words = self.inside.seen(text)
        for border in _BORDER.finditer(text):
            start = border.end()
            head = next((h for n in range(self.longest, 0, -1) if (h := text[start : start + n]) in self.heads), None)
            if head is not None:
                words.add("^" + head)
        return {w: self.worth[w] for w in sorted(words)}


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who says each turn; ``other`` is the next best way to read the call where this one is in doubt."""

    speakers: tuple[Speaker, ...]
    reading: RolesReading
    other: tuple[Speaker, ...] | None = None


def assign(call: Call, cues: Cues, seen: Seen, explained: Explained) -> Assignment:
    """Speakers of all turns.

    Args:
        call: the call; labels that are known are kept unless they are exchanged.
        cues: the words that tell agent from customer.
        seen: which dialogue events an assignment lets one see, turn by turn.
        explained: how much of the talk an assignment explains as a whole.
    """
    given = tuple(t.speaker for t in call.turns)
    found = _assigned(call, given, cues, seen, explained)
    if found.speakers == given:
        return found
    return replace(found, reading=replace(found.reading, speakers=tuple(s.value for s in found.speakers)))


def _assigned(call: Call, given: tuple[Speaker, ...], cues: Cues, seen: Seen, explained: Explained) -> Assignment:
    if Speaker.UNKNOWN not in given:
        return _labelled(call, given, cues, seen, explained)
    evidence = _Evidence(call, cues, seen)
    voices = _voices(call, given)
    return _by_voice(given, voices, evidence, explained) if voices else _by_turn(given, evidence)


class _Evidence:
    """What every turn says of its speaker, in log odds: above zero the agent."""

    def __init__(self, call: Call, cues: Cues, seen: Seen | None) -> None:
        self.texts = lines([t.text for t in call.turns])
        self.cues = [cues.found(text) for text in self.texts]
        self.system = [bool(cues.system.seen(text)) for text in self.texts]
        points = [cues.silent + sum(f.values()) if t else 0.0 for t, f in zip(self.texts, self.cues, strict=True)]
        if seen is not None:
            for event, turn, _ in alone(len(self.texts), seen):
                points[turn] += cues.events.get(event, 0.0)
        self.odds = [max(-MOST, min(MOST, p)) for p in points]

    def best(self, turns: Iterable[int], sign: int) -> str:
        """The words that spoke most clearly for one side, for the report."""
        worth: dict[str, float] = {}
        for i in turns:
            for word, value in self.cues[i].items():
                if value * sign > 0 and len(word.strip("^")) > 1:
                    worth[word.strip("^")] = worth.get(word.strip("^"), 0.0) + value * sign
        return "、".join(sorted(worth, key=lambda w: (-worth[w], w))[:3])


def alone(size: int, seen: Seen) -> Iterable[tuple[str, int, Speaker]]:
    """The events of every turn read alone, once as the agent's and once as the customer's words.

    The speakers alternate in both readings, so that no two turns are read as one.
    """
    for first, second in ((A, C), (C, A)):
        way = [second if i % 2 else first for i in range(size)]
        for event, turn in sorted(set(seen(way))):
            yield event, turn, way[turn]


def _labelled(call: Call, given: tuple[Speaker, ...], cues: Cues, seen: Seen, explained: Explained) -> Assignment:
    """Labels are kept, unless words and events both say that they were exchanged."""
    kept = Assignment(given, RolesReading(False, 1.0, "转写里标明了说话人"))
    if not {A, C} <= set(given) or len(given) <= SIDE_TURNS:
        return kept
    words = _gains(given, _Evidence(call, cues, None).odds)
    suspicious = sum(words) < 0 or _cut(words, MAYBE_CHANGED) is not None
    if not suspicious:
        return kept
    evidence = _Evidence(call, cues, seen)
    gain, turned = _gains(given, evidence.odds), tuple(map(_turned, given))
    cut = _cut(gain, LABELS_CHANGED)
    if cut is not None:
        first, last = (0, cut) if sum(gain[:cut]) < 0 else (cut, len(given))
        speakers = tuple(_turned(s) if first <= i < last else s for i, s in enumerate(given))
        if explained(speakers) <= explained(given):
            return kept
        return _mended(given, speakers, -sum(gain[first:last]), f"第 {first + 1} 句到第 {last} 句", evidence)
    lost = -sum(gain) + THING * (explained(turned) - explained(given))
    if lost >= LABELS_WRONG:
        return _mended(given, turned, lost, "整通", evidence)
    if lost >= LABELS_DOUBTED:
        why = "转写里标明了说话人，但话语内容更像是坐席与客户标反了"
        return Assignment(given, RolesReading(False, UNDECIDED, why), turned)
    return kept


def _mended(
    given: tuple[Speaker, ...], speakers: tuple[Speaker, ...], won: float, where: str, evidence: _Evidence
) -> Assignment:
    """Labels exchanged, with the words that say so."""
    said = [i for i, (s, g) in enumerate(zip(speakers, given, strict=True)) if s is A and g is not A]
    words = evidence.best(said, 1)
    why = f"{where}的坐席与客户标签互换了，已按话语内容对调" + (f"（坐席的话：{words}）" if words else "")
    return Assignment(speakers, RolesReading(True, _certainty(won), why), given)


def _gains(speakers: Sequence[Speaker], odds: Sequence[float]) -> list[float]:
    """How well the words of each turn fit its speaker."""
    return [_sided(s, o) for s, o in zip(speakers, odds, strict=True)]


def _cut(gain: Sequence[float], least: float) -> int | None:
    """Where the sign of the evidence turns: the place that wins the most, if it wins ``least``."""
    whole = abs(sum(gain))
    best, at = 0.0, None
    before = 0.0
    for i in range(1, len(gain)):
        before += gain[i - 1]
        after = sum(gain[i:])
        clear = min(abs(before), abs(after)) >= SIDE and SIDE_TURNS <= i <= len(gain) - SIDE_TURNS
        if clear and before * after < 0 and abs(before - after) - whole > best:
            best, at = abs(before - after) - whole, i
    return at if best >= least else None


def _by_voice(
    given: tuple[Speaker, ...], voices: Sequence[str], evidence: _Evidence, explained: Explained
) -> Assignment:
    """One voice is the agent; the others are whoever is on the line, a colleague of the agent or a machine."""
    turns = {v: [i for i, w in enumerate(voices) if w == v and given[i] is Speaker.UNKNOWN] for v in sorted({*voices})}
    turns = {v: here for v, here in turns.items() if here}
    machines = _machines(turns, evidence) if len(turns) > 2 else set()
    people = [v for v in turns if v not in machines]
    score = {v: sum(evidence.odds[i] for i in turns[v]) for v in people}
    if A in given:
        return _with_agent(given, voices, score, machines)
    for v in people:
        score[v] += THING * explained(_with(given, voices, {v}, machines))
    people.sort(key=lambda v: (-score[v], v))
    agents = people[:1]
    agents += [v for v in people[1:] if len(people) > 2 and sum(evidence.odds[i] for i in turns[v]) >= SECOND_AGENT]
    speakers = _with(given, voices, {*agents}, machines)
    rest = [v for v in people if v not in agents]
    margin = score[agents[0]] - score[rest[0]] if agents and rest else 0.0
    other = _with(given, voices, {rest[0]}, machines) if rest else None
    if len(people) == 2 and not machines:
        changed = _changed(speakers, evidence.odds, explained)
        if changed is not None:
            return changed
    words = evidence.best((i for v in agents for i in turns[v]), 1)
    told = f"按话语判断：“{'”“'.join(agents)}”是坐席" + (f"（{words}）" if words else "") + _heard(machines)
    return Assignment(speakers, RolesReading(False, _certainty(margin / 2), told), other)


def _with_agent(
    given: tuple[Speaker, ...], voices: Sequence[str], score: Mapping[str, float], machines: set[str]
) -> Assignment:
    """Some turns are labelled as the agent's: an unknown voice is somebody else, unless it clearly talks like one."""
    agents = {v for v in score if score[v] >= SECOND_AGENT}
    nearest = min(score, key=lambda v: (abs(score[v] - SECOND_AGENT), v)) if score else ""
    other = _with(given, voices, agents ^ {nearest}, machines)
    margin = abs(score[nearest] - SECOND_AGENT) if score else 0.0
    told = "未标明的声音按话语判断" + _heard(machines)
    return Assignment(_with(given, voices, agents, machines), RolesReading(False, _certainty(margin), told), other)


def _heard(machines: set[str]) -> str:
    return f"；“{'”“'.join(sorted(machines))}”是系统语音" if machines else ""


def _changed(speakers: tuple[Speaker, ...], odds: Sequence[float], explained: Explained) -> Assignment | None:
    """The call with its channels exchanged from a turn on, if the words say so, or with a doubt about it."""
    gain = _gains(speakers, odds)
    cut = _cut(gain, MAYBE_CHANGED)
    if cut is None:
        return None
    sign = sum(gain[:cut]) < 0
    mended = tuple(_turned(s) if (i < cut) is sign else s for i, s in enumerate(speakers))
    won = _support(mended, odds) - abs(sum(gain))
    more = explained(mended) - explained(speakers)
    if won < CHANGED or more <= 0:
        why = f"第 {cut + 1} 句前后两个声道的话像是换了人，拿不准声道有没有对调"
        return Assignment(speakers, RolesReading(False, UNDECIDED, why), mended)
    why = f"第 {cut + 1} 句起两个声道对调了，已按话语内容对调回来"
    return Assignment(mended, RolesReading(True, _certainty(won / 2), why), speakers)


def _machines(turns: Mapping[str, Sequence[int]], evidence: _Evidence) -> set[str]:
    """Voices of announcements: at least half of what they say is said by machines only."""
    return {v for v, here in turns.items() if 2 * sum(evidence.system[i] for i in here) >= len(here)}


def _with(given: Sequence[Speaker], voices: Sequence[str], agents: set[str], machines: set[str]) -> tuple[Speaker, ...]:
    def of(voice: str) -> Speaker:
        return A if voice in agents else Speaker.SYSTEM if voice in machines else C

    return tuple(s if s is not Speaker.UNKNOWN else of(v) for s, v in zip(given, voices, strict=True))


def _by_turn(given: tuple[Speaker, ...], evidence: _Evidence) -> Assignment:
    """Without voices every turn is read by its words; that people take turns is a weak hint."""
    fixed = [50.0 if s is A else -50.0 if s is C else o for s, o in zip(given, evidence.odds, strict=True)]
    odds = _smoothed(fixed)
    unknown = [i for i, s in enumerate(given) if s is Speaker.UNKNOWN]
    speakers = tuple(s if s is not Speaker.UNKNOWN else A if o > 0 else C for s, o in zip(given, odds, strict=True))
    sure = sum(1 / (1 + exp(-abs(odds[i]))) for i in unknown) / len(unknown)
    doubtful = {i for i in unknown if abs(odds[i]) < OPEN_TURN} or set(unknown)
    other = tuple(_turned(s) if i in doubtful else s for i, s in enumerate(speakers))
    certainty = round(min(BLIND, 0.5 + (BLIND - 0.5) * (2 * sure - 1)), 2)
    told = f"转写没有区分声音，逐句按话语内容判断；{len(doubtful)} 句拿不准"
    return Assignment(speakers, RolesReading(False, certainty, told), other)


def _smoothed(odds: Sequence[float]) -> list[float]:
    """Log odds of every turn given all others: forward and backward over a chain that likes to alternate."""

    def run(values: Sequence[float]) -> list[float]:
        carried, out = 0.0, []
        for value in values:
            out.append(carried)
            carried = _passed(carried + value)
        return out

    ahead, behind = run(odds), run(odds[::-1])[::-1]
    return [a + o + b for a, o, b in zip(ahead, odds, behind, strict=True)]


def _passed(odds: float) -> float:
    """What the odds of a turn say of its neighbour."""
    p = 1 / (1 + exp(-max(-30.0, min(30.0, odds))))
    stay = 1 / (1 + exp(TAKES_TURNS))
    q = p * stay + (1 - p) * (1 - stay)
    return log(q / (1 - q))


def _voices(call: Call, given: Sequence[Speaker]) -> tuple[str, ...]:
    """The voice of each turn; empty where nobody told at least two of them apart."""
    voices = call.meta.extra.get("voices")
    if not isinstance(voices, (list, tuple)) or len(voices) != len(call.turns):
        return ()
    told = tuple(map(str, voices))
    unknown = {v for v, s in zip(told, given, strict=True) if s is Speaker.UNKNOWN}
    named = any(s in (A, C) for s in given)
    return told if "" not in unknown and len(unknown) + named > 1 else ()


def _turned(speaker: Speaker) -> Speaker:
    return {A: C, C: A}.get(speaker, speaker)


def _sided(speaker: Speaker, odds: float) -> float:
    return odds if speaker is A else -odds if speaker is C else 0.0


def _support(speakers: Sequence[Speaker], odds: Sequence[float]) -> float:
    return sum(_gains(speakers, odds))


def _certainty(margin: float) -> float:
    """Log odds of an assignment as a certainty; half of them, for the words of one person hang together."""
    return round(1 / (1 + exp(-min(abs(margin), 60.0) / 2)), 2)


def _mapping(value: object) -> dict[str, object]:
    return {str(k): v for k, v in value.items()} if isinstance(value, Mapping) else {}


def _words(value: object) -> list[str]:
    return [str(w) for w in value] if isinstance(value, list) else []


@lru_cache(maxsize=2)
def cues_of(file: bytes) -> Cues:
    """The cues of ``lexicons/roles.yaml`` as JSON, built once."""
    return Cues.of(_mapping(msgspec.json.decode(file)))
