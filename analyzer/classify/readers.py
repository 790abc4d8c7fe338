"""Plug-in readers: models of a team's own that vote beside the rules. Nothing here opens a connection.

A reader is given one call, turn by turn, and gives votes: this turn, this category, so probable. It can add a suspicion
and back what a rule or the shipped model found; it can take nothing away. A package offers it as an entry point::

    [options.entry_points]
    hegui.readers =
        our-model = our_package.reading:open_reader

``open_reader(settings)`` takes what the readers file says of it (``Settings``) and returns a ``Reader``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from analyzer.call import Relation, Speaker, Turn
from analyzer.errors import HeguiError
from analyzer.finding import SPOKEN

GROUP = "hegui.readers"
BUILT_IN = {"endpoint": "analyzer.classify.endpoint:open_reader"}
"""Readers that come with the package; imported only where a readers file names them."""
PATIENCE = 3
"""After so many calls in a row that a reader could not read it is asked no more in this run."""


class ReaderError(HeguiError):
    """A reader could not read a call; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Talk:
    """What a reader is given of a call.

    Attributes:
        turns: speaker and text of every turn; votes count them from 0.
        relation: who is on the line.
        stage: ``first_contact follow_up late legal``, or None where nobody knows.
    """

    turns: tuple[Turn, ...]
    relation: Relation
    stage: str | None


@dataclass(frozen=True, slots=True)
class Vote:
    """What a reader says of one turn.

    Attributes:
        turn: an agent's turn, counted from 0.
        category: one of the thirteen that words can break (``SPOKEN``).
        probability: between 0 and 1.
        quote: words of that turn that show it; None or words that do not stand there: the whole turn.
    """

    turn: int
    category: str
    probability: float
    quote: str | None = None


class Reader(Protocol):
    """What a plug-in must be able to do."""

    @property
    def version(self) -> str:
        """Identity of the model itself; a change of it makes ``hegui audit`` judge again. May be empty."""

    def read(self, talk: Talk) -> Sequence[Vote]:
        """The votes on a call.

        Raises:
            ReaderError: it cannot read this call now; any other exception is told as a fault of the reader.
        """


class Settings:
    """What the readers file says of one reader; every mistake is told with its line.

    Args:
        values: keys and values, those apart that all readers share.
        wrong: notes a mistake at a key.
    """

    def __init__(self, values: Mapping[str, object], wrong: Callable[[str, str], None]) -> None:
        self._values = values
        self.wrong = wrong

    def only(self, *allowed: str) -> None:
        """Refuse keys that are none of these."""
        for key in self._values:
            if key not in allowed:
                self.wrong(key, f"不认识的键 {key}；允许：{' '.join(('name', 'use', 'suspect_from', *allowed))}")

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there."""
        value = self._values.get(key, default)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if not (value == default == ""):
            self.wrong(key, f"缺少 {key}" if value is None else f"{key} 应是一段文字")
        return ""

    def number(self, key: str, default: float, low: float, high: float) -> float:
        """A number within bounds."""
        value = self._values.get(key, default)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        self.wrong(key, f"{key} 不能是 {value!r}；允许 {low:g} 到 {high:g} 之间的数")
        return default

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number within bounds."""
        value = self._values.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.wrong(key, f"{key} 不能是 {value!r}；允许 {low} 到 {high} 之间的整数")
        return default

    def choice(self, key: str, allowed: Sequence[str], default: str) -> str:
        """One of some words."""
        value = self._values.get(key, default)
        if value in allowed:
            return str(value)
        self.wrong(key, f"{key} 不能是 {value!r}；允许：{' '.join(allowed)}")
        return default

    def flag(self, key: str, default: bool) -> bool:
        """Yes or no."""
        value = self._values.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(key, f"{key} 只能是 true 或 false")
        return default


Factory = Callable[[Settings], Reader]


@dataclass(frozen=True, slots=True)
class Placed:
    """A vote that holds good, and the span of its turn that it is about."""

    vote: Vote
    start: int
    end: int
    quoted: bool


@dataclass(slots=True)
class Seat:
    """A reader at the table.

    Attributes:
        name: as the readers file calls it; findings say ``reader:<name>``.
        version: hash of its settings and of the model's own version.
        least: votes below this probability are not heard.
        missed: calls in a row that it could not read.
    """

    name: str
    version: str
    reader: Reader
    least: float = 0.5
    missed: int = field(default=0, compare=False)
    why: str = field(default="", compare=False)

    def hear(self, talk: Talk) -> tuple[list[Placed], int]:
        """The votes on a call that hold good, best first, and how many did not.

        Raises:
            ReaderError: it could not read the call.
        """
        if self.missed >= PATIENCE:
            raise ReaderError(self.why)
        try:
            votes = list(self.reader.read(talk))
        except ReaderError as error:
            self._miss(f"外接模型 {self.name}：{error}")
            raise ReaderError(self.why) from error
        except Exception as error:  # foreign code: whatever it does, the call is judged without it
            self._miss(f"外接模型 {self.name}：程序出错（{type(error).__name__}：{error}）；请联系提供它的人")
            raise ReaderError(self.why) from error
        self.missed = 0
        placed = [p for p in (place(talk, v) for v in votes) if p is not None]
        heard = sorted((p for p in placed if p.vote.probability >= self.least), key=_rank)
        return heard, len(votes) - len(placed)

    def _miss(self, why: str) -> None:
        self.missed += 1
        self.why = why


def place(talk: Talk, vote: object) -> Placed | None:
    """Where a vote stands in its call; None for one that is none: no such agent turn, category or probability."""
    if not isinstance(vote, Vote) or type(vote.turn) is not int or not 0 <= vote.turn < len(talk.turns):
        return None
    turn, chance = talk.turns[vote.turn], vote.probability
    if turn.speaker is not Speaker.AGENT or not turn.text.strip() or vote.category not in SPOKEN:
        return None
    if isinstance(chance, bool) or not isinstance(chance, (int, float)) or not math.isfinite(chance):
        return None
    if not 0 <= chance <= 1:
        return None
    quote = vote.quote.strip() if isinstance(vote.quote, str) else ""
    start = turn.text.find(quote) if quote else -1
    if start >= 0:
        return Placed(vote, start, start + len(quote), True)
    bare = turn.text.strip()
    start = turn.text.index(bare)
    return Placed(vote, start, start + len(bare), False)


def _rank(placed: Placed) -> tuple[int, float, str, int]:
    vote = placed.vote
    return vote.turn, -vote.probability, vote.category, placed.start
