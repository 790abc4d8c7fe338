"""What has happened so far: one small machine over the events of a call.

Events are seen by detectors (``lexicons/events``) and by the few computations below; the machine says for every
turn who is on the line and whether that person may hear of the debt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from analyzer.call import Call, Relation, Speaker
from analyzer.dialogue import names
from analyzer.finding import Event, RelationReading
from analyzer.text.detect import Detection, Detector, FrameIndex
from analyzer.text.reader import CallReading

_ASSENT = re.compile(r"\W*喂?\W*(?:嗯|唔|哎|诶|欸|对|是)(?!不|谁|哪|什么|啥|么)")
"""A turn that begins with a nod, which a reading leaves out."""
_CALLED = re.compile(r"(?:那边|这边)?的?[小老](?![区店孩时组型的赖板师实是家公婆爷太])[一-龥](?=[你您，,。.啊哈，]|$)")
"""What an agent is called, right behind the name of the institution: 某某银行小周."""
_NAMED = re.compile(r"我(?:就是|是|叫)((?![他她你您佢伊先女])[一-龥]{2})")
_BARE = re.compile(r"[^\w]|喂|你好|您好|哎|诶")
COMPUTED = ("names_institution", "verified", "new_voice")
ENTITLING = ("authorised", "authorises")
CLAIMS = {
    "is_family": Relation.FAMILY,
    "family_answers": Relation.FAMILY,
    "asks_for_kin": Relation.FAMILY,
    "asks_home": Relation.FAMILY,
    "asks_for_other": Relation.THIRD_PARTY,
    "asks_place": Relation.THIRD_PARTY,
    "speaks_of_debtor": Relation.THIRD_PARTY,
    "is_outsider": Relation.THIRD_PARTY,
    "is_guarantor": Relation.THIRD_PARTY,
    "denies_self": Relation.THIRD_PARTY,
    "wrong_number": Relation.THIRD_PARTY,
    "not_here": Relation.THIRD_PARTY,
    "is_place": Relation.THIRD_PARTY,
    "voicemail": Relation.THIRD_PARTY,
}
"""Event -> who is on the line after it."""
STRONG = ("is_family", "is_outsider", "is_guarantor", "asks_for_other", "asks_for_kin")
"""Claims that count at any time; the others only while nobody has said to be the debtor."""
BY_AGENT = ("asks_for_other", "asks_for_kin", "speaks_of_debtor")
"""Claims that the agent's words make; metadata that name the debtor outweigh them."""
DEBT = ("names_debt", "names_amount")
"""Once the agent has spoken of it to one who said to be the debtor, other people in his talk are just that."""
OWN = ("is_family", "is_outsider")
"""What the person says of himself."""
BUSY = ("asks_who", "is_busy")
"""Answers that neither confirm nor deny."""
PLACES = ("asks_place", "asks_home")
"""Questions for a place: a yes to them does not say who the person is."""
AS_DEBTOR = ("promise", "hardship", "dispute")
"""Where nobody has said who he is, the one who says these speaks of his own debt."""
ANSWERS = ("denies_self", "not_here", "family_answers", "is_place")
"""Claims that count only as the answer to a question for a person."""
REFUSALS = ("denies_self", "is_outsider", "is_family", "family_answers", "not_here", "wrong_number")
OTHERS = ("denies_self", "is_family", "is_outsider")
"""Beside these, 是 and 我是 do not mean that the person is the debtor."""
HANDED = ("hands_over", "takes_over_self")
"""From here on somebody else may be on the line."""
IDENTITY = (*CLAIMS, *AS_DEBTOR, "confirms_self", "verified", "takes_over_self", "hands_over", "new_voice")
SAYS_WHO = ("confirms_self", "takes_over_self", "is_family", "is_outsider")
HANDOVER = 5
"""So many turns after the phone was handed over a greeting is somebody else's."""
LATE_UNITS = 9
"""After so many units one who has been taken for the debtor talks of others, unless the phone was handed over."""
EARLY_UNITS = 5
"""Weak claims count among the first units of a call only."""


@dataclass(frozen=True, slots=True)
class Step:
    """An event at its place: turn, unit and offset in the unit, so that two steps of one turn keep their order."""

    id: str
    turn: int
    unit: int
    at: int
    quote: str

    @property
    def order(self) -> tuple[int, int]:
        """Sort key: unit, then offset."""
        return self.unit, self.at


@dataclass(slots=True)
class _Line:
    """What is known of the person on the line while the steps are followed.

    Attributes:
        given: the relation of the metadata.
        current: who is on the line now.
        start: who was on the line at the beginning.
        firm: the person said so, or the metadata say it of an outsider.
        expecting: the phone was handed over and nobody has said who he is yet.
        entered: somebody has come to the phone after it was handed over.
        handed: the phone was handed over at least once.
        guessed: the unit in which the agent's words alone say who it is; the answer outweighs them.
        changes: turn -> who is on the line from there.
    """

    given: Relation
    current: Relation
    start: Relation = Relation.UNKNOWN
    firm: bool = False
    expecting: bool = False
    entered: bool = False
    handed: bool = False
    guessed: int | None = None
    why: str = "通话里没有能说明对方身份的话"
    certainty: float = 0.5
    changes: dict[int, Relation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.start, self.firm = self.given, self.given.outsider

    def become(self, relation: Relation, step: Step, *, firm: bool, revealed: bool = False) -> None:
        """Somebody is known from this step on; from the beginning, if nothing firm was known before.

        What the agent reveals of a person who has only said that he is the one asked for holds from the beginning too,
        unless the phone went to somebody else.
        """
        if (self.firm and not (revealed and not self.handed)) or self.expecting:
            if relation is not self.current:
                self.changes[step.turn] = relation
        else:
            self.start, self.changes = relation, {}
            self.why, self.certainty = f"第 {step.turn + 1} 句：{step.quote}", 0.9 if firm else 0.8
        self.entered, self.expecting = self.expecting, False
        self.current, self.firm = relation, firm


class Dialogue:
    """The state of one call, turn by turn.

    Args:
        call: the call.
        index: its frames.
        detectors: event id -> detector.
        own_names: further names the agent's institution goes by.
    """

    def __init__(
        self, call: Call, index: FrameIndex, detectors: Mapping[str, Detector], own_names: Sequence[str] = ()
    ) -> None:
        self.call = call
        self.reading: CallReading = index.reading
        steps = [s for name, d in detectors.items() for s in self._seen(name, index.detect(d))]
        steps += self._institution(own_names)
        steps += self._named(steps)
        self.steps = sorted(steps, key=lambda s: (s.order, s.id))
        self.steps = [s for s in self.steps if s.id != "confirms_self" or not self._beside(s, *OTHERS)]
        self.steps = sorted([*self.steps, *self._voices()], key=lambda s: (s.order, s.id))
        verified = self._verified()
        if verified is not None:
            self.steps = sorted([*self.steps, verified], key=lambda s: (s.order, s.id))
        self.relation, self._relations = self._follow()

    def _seen(self, name: str, detections: Iterable[Detection]) -> Iterable[Step]:
        for d in detections:
            if d.excuse is None:
                place = self.reading.place(d.unit, d.span, d.decisive)
                yield Step(name, place.turn, d.unit.number, d.decisive[0], place.quote)

    def _institution(self, own_names: Sequence[str]) -> list[Step]:
        found = []
        for unit, span in names.spoken(self.reading, self.call.meta, own_names):
            place = self.reading.place(unit, span)
            found.append(Step("names_institution", place.turn, unit.number, span[0], place.quote))
            called = _CALLED.match(unit.text, span[1])
            if called is not None:
                place = self.reading.place(unit, called.span())
                found.append(Step("gives_surname", place.turn, unit.number, called.start(), place.quote))
        return found

    def _named(self, steps: Sequence[Step]) -> list[Step]:
        """Where the person says the name that the agent asked for: 喂，我是… after somebody else has answered."""
        asked = [(s.order, s.quote) for s in steps if s.id == "asks_person"]
        others = min((s.order for s in steps if s.id in (*REFUSALS, "hands_over")), default=None)
        found = []
        for unit in self.reading.units if asked and others is not None else ():
            for said in _NAMED.finditer(unit.text) if unit.speaker is Speaker.CUSTOMER else ():
                here = (unit.number, said.start())
                name = said.group(1)[:2]
                if others is not None and others < here and any(o < here and name in q for o, q in asked):
                    place = self.reading.place(unit, said.span())
                    found.append(Step("takes_over_self", place.turn, *here, place.quote))
        return found

    def _voices(self) -> list[Step]:
        """Where somebody greets after the phone was handed over without saying who he is."""
        found = []
        for given_on in self.happened("hands_over"):
            for turn in range(given_on.turn + 1, min(given_on.turn + HANDOVER, len(self.call.turns))):
                text = self.call.turns[turn].text
                unit, span = self.reading.span_of(turn)
                known = any(s.turn == turn for s in self.in_unit(unit.number, *SAYS_WHO))
                if unit.speaker is Speaker.CUSTOMER and text.strip().startswith("喂"):
                    found += [] if known else [Step("new_voice", turn, unit.number, span[0], text)]
                    break
        return found

    def happened(self, *ids: str, until: tuple[int, int] | None = None) -> list[Step]:
        """The steps with one of the ids, up to (not including) a moment if one is given."""
        return [s for s in self.steps if s.id in ids and (until is None or s.order < until)]

    def first(self, *ids: str) -> Step | None:
        """The first step with one of the ids."""
        return next((s for s in self.steps if s.id in ids), None)

    def in_unit(self, unit: int, *ids: str) -> list[Step]:
        """The steps with one of the ids inside a unit."""
        return [s for s in self.steps if s.unit == unit and s.id in ids]

    def _beside(self, step: Step, *ids: str) -> bool:
        """True where the same person says one of these in the unit; the phone was not handed over in between."""
        given_on = [s.order for s in self.in_unit(step.unit, *HANDED)]
        said = (s.order for s in self.in_unit(step.unit, *ids))
        return any(not any(min(o, step.order) <= h <= max(o, step.order) for h in given_on) for o in said)

    def _verified(self) -> Step | None:
        """A name asked and not denied, or the person says who he is, or he is known to be authorised."""
        for step in self.steps:
            yes = step.id == "says_yes" and step.unit <= EARLY_UNITS and not self.in_unit(step.unit - 1, *PLACES)
            if (yes or step.id in ("confirms_self", "authorised")) and not self._beside(step, *REFUSALS):
                return Step("verified", step.turn, step.unit, step.at, step.quote)
            if step.id == "asks_person":
                answer = self._answer(step.unit)
                if answer is not None:
                    return answer
        return self._answer(0) if self._bare_name() else None

    def _bare_name(self) -> bool:
        """True where the agent opens with a few characters only: a name without a question."""
        unit = self.reading.units[0] if self.reading.units else None
        said = "" if unit is None else _BARE.sub("", unit.text)
        return unit is not None and unit.speaker is Speaker.AGENT and 2 <= len(said) <= 4

    def _answer(self, asked: int) -> Step | None:
        """The next customer unit after the question, unless it denies or asks back only."""
        for unit in self.reading.units[asked + 1 : asked + 2]:
            spoken = any(self.call.turns[i].text.strip() for i in range(unit.first_turn, unit.last_turn + 1))
            quote = self.call.turns[unit.first_turn].text
            vague = BUSY if _ASSENT.match(quote) is None else ()
            other = (*REFUSALS, *vague, "hands_over")
            if unit.speaker is Speaker.CUSTOMER and spoken and not self.in_unit(unit.number, *other):
                return Step("verified", unit.first_turn, unit.number, 0, quote)
        return None

    def _follow(self) -> tuple[RelationReading, list[Relation]]:
        """Who is on the line: from the metadata, else from the talk; follows the phone when it is handed over.

        What the talk says first about the person holds for everything before it too.
        """
        given = self.call.meta.relation or Relation.UNKNOWN
        line = _Line(given, given)
        for step in self.steps:
            if step.id in IDENTITY:
                self._hear(line, step)
        if line.start is given and given is not Relation.UNKNOWN:
            line.why, line.certainty = "通话元数据注明", 0.99
        return RelationReading(line.start.value, line.certainty, line.why), self._spread(line)

    def _hear(self, line: _Line, step: Step) -> None:
        """Let one step change what is known of the person on the line."""
        if step.id == "hands_over":
            line.expecting = line.handed = True
        elif (
            step.id == "takes_over_self"
            or (step.id == "confirms_self" and line.expecting and not line.entered)
            or (step.id == "confirms_self" and not line.firm and not line.given.outsider)
        ):
            line.become(Relation.SELF, step, firm=True)
        elif step.id == "verified" and line.current is Relation.UNKNOWN:
            line.become(Relation.SELF, step, firm=False)
        elif step.id == "new_voice":
            back = line.current.outsider and Relation.SELF in (line.start, *line.changes.values())
            if line.expecting and (back or not line.current.outsider):
                line.become(Relation.SELF if back else Relation.THIRD_PARTY, step, firm=True)
        elif step.id in AS_DEBTOR and line.current is Relation.UNKNOWN and line.given is Relation.UNKNOWN:
            line.become(Relation.SELF, step, firm=False)
        elif step.id in CLAIMS and self._counts(line, step):
            revealed = step.id in (*BY_AGENT, "is_guarantor") or self._answers(line, step)
            line.become(CLAIMS[step.id], step, firm=step.id in STRONG, revealed=revealed)
            line.guessed = step.unit if step.id in BY_AGENT else None

    def _answers(self, line: _Line, step: Step) -> bool:
        """True where the person says himself who he is, right after the agent has said it for him."""
        return line.guessed is not None and step.id in OWN and step.unit == line.guessed + 1

    def _counts(self, line: _Line, step: Step) -> bool:
        """True where a claim to be somebody else than the debtor is to be believed."""
        if self._answers(line, step):
            return True
        if line.current.outsider and (line.firm or step.id not in STRONG):
            return False
        if step.id == "is_guarantor":
            early = line.current is not Relation.SELF or step.unit <= LATE_UNITS
            return line.given is Relation.UNKNOWN and early
        if step.id in BY_AGENT:
            own = line.current is Relation.SELF
            if own and any(s.unit < step.unit for s in self.happened(*DEBT)):
                return False
            late = step.unit > EARLY_UNITS and own
            strong = step.id in STRONG or not (line.firm or line.expecting or late)
            return line.given is not Relation.SELF and strong
        if line.firm:
            before = self.reading.units[step.unit].text[: step.at]
            return step.id in STRONG and (line.expecting or "喂" in before)
        if step.id in STRONG:
            return line.current is not Relation.SELF or line.expecting or step.unit <= LATE_UNITS
        asked = bool(self.in_unit(step.unit - 1, "asks_person", "asks_for_other", "asks_for_kin", *PLACES))
        return step.unit <= EARLY_UNITS and (asked or step.id not in ANSWERS)

    def _spread(self, line: _Line) -> list[Relation]:
        """The relation on every turn."""
        relations, current = [], line.start
        for turn in range(len(self.call.turns)):
            current = line.changes.get(turn, current)
            relations.append(current)
        return relations

    def relation_at(self, turn: int) -> Relation:
        """Who is on the line at a turn."""
        return self._relations[turn] if 0 <= turn < len(self._relations) else Relation.UNKNOWN

    def entitled(self, order: tuple[int, int]) -> bool:
        """True where an outsider may hear of the debt: guarantor, heir, authorised person.

        A guarantor is one from the beginning, whenever it is said.
        What is said in the same unit counts, before or after the words in question.
        """
        until = (order[0] + 1, 0)
        bound = bool(self.call.meta.guarantor) or self.first("is_guarantor") is not None
        return bound or bool(self.happened(*ENTITLING, until=until)) or self._heir(until)

    def _heir(self, until: tuple[int, int]) -> bool:
        """One who says that he inherits, or near kin after a death, unless he renounces."""
        if not self.happened("tells_death", "mentions_death", until=until) or self.happened("renounces", until=until):
            return False
        kin = self.relation.value == Relation.FAMILY.value and not self.happened("is_distant_kin", until=until)
        return kin or bool(self.happened("is_heir", until=until))

    def outsider(self, turn: int, order: tuple[int, int]) -> bool:
        """True where somebody who may not hear of the debt is on the line."""
        return self.relation_at(turn).outsider and not self.entitled(order)

    def events(self) -> tuple[Event, ...]:
        """The steps as the report shows them: each event once per turn."""
        seen: dict[tuple[str, int], Event] = {}
        for s in self.steps:
            by = "dialogue" if s.id in COMPUTED else "lexicon"
            seen.setdefault((s.id, s.turn), Event(s.id, s.turn, s.quote, by))
        return tuple(sorted(seen.values(), key=lambda e: (e.turn, e.id)))
