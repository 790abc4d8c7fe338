"""What has happened so far: one small machine over the events of a call.

Events are seen by detectors (``lexicons/events``) and by the few computations below; the machine says for every turn who is on
the line and whether that person may hear of the debt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analyzer.call import Call, Relation, Speaker
from analyzer.dialogue import names
from analyzer.finding import Event, RelationReading
from analyzer.text.detect import Detection, Detector, FrameIndex
from analyzer.text.reader import CallReading

COMPUTED = ("names_institution", "verified")
ENTITLING = ("is_guarantor", "is_heir", "authorised", "authorises")


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
        self.steps = sorted(steps, key=lambda s: (s.order, s.id))
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

    def _verified(self) -> Step | None:
        """A name asked and confirmed, or the person says who he is, or his data are checked."""
        for step in self.steps:
            if step.id in ("confirms_self", "authorised") and not self.in_unit(
                step.unit, "denies_self", "is_outsider", "is_family"
            ):
                return Step("verified", step.turn, step.unit, step.at, step.quote)
            if step.id == "asks_person":
                answer = self._answer(step)
                if answer is not None:
                    return answer
        return None

    def _answer(self, asked: Step) -> Step | None:
        """The next customer unit after the question, unless it denies or asks back only."""
        units = self.reading.units
        for unit in units[asked.unit + 1 : asked.unit + 2]:
            refused = self.in_unit(
                unit.number, "denies_self", "is_outsider", "is_family", "not_here", "wrong_number", "asks_who"
            )
            if unit.speaker is Speaker.CUSTOMER and unit.text and not refused:
                place = self.reading.place(unit, (0, len(unit.text)))
                return Step("verified", place.turn, unit.number, 0, place.quote)
        return None

    def _follow(self) -> tuple[RelationReading, list[Relation]]:
        """Who is on the line: from the metadata, else from the talk; follows the phone when it is handed over."""
        given = self.call.meta.relation
        start, why, certainty = self._start(given)
        relations, current = [], start
        steps = {s.turn: s for s in self.steps if s.id in ("takes_over_self", "hands_over")}
        for turn in range(len(self.call.turns)):
            step = steps.get(turn)
            if step is not None:
                current = Relation.SELF if step.id == "takes_over_self" else self._receiver(current)
            relations.append(current)
        return RelationReading(start.value, certainty, why), relations

    def _receiver(self, current: Relation) -> Relation:
        return Relation.THIRD_PARTY if current is Relation.SELF else current

    def _start(self, given: Relation | None) -> tuple[Relation, str, float]:
        if given is not None and given is not Relation.UNKNOWN:
            return given, "通话元数据注明", 0.99
        for ids, value in (
            (("is_family",), Relation.FAMILY),
            (("is_outsider", "denies_self", "wrong_number", "not_here", "voicemail"), Relation.THIRD_PARTY),
            (("confirms_self", "verified"), Relation.SELF),
        ):
            step = self.first(*ids)
            if step is not None:
                return value, f"第 {step.turn + 1} 句：{step.quote}", 0.9 if value is not Relation.SELF else 0.85
        return Relation.UNKNOWN, "通话里没有能说明对方身份的话", 0.5

    def relation_at(self, turn: int) -> Relation:
        """Who is on the line at a turn."""
        return self._relations[turn] if 0 <= turn < len(self._relations) else Relation.UNKNOWN

    def entitled(self, order: tuple[int, int]) -> bool:
        """True where an outsider may hear of the debt: guarantor, heir, authorised person."""
        return bool(self.call.meta.guarantor) or bool(self.happened(*ENTITLING, until=order)) or self._heir()

    def _heir(self) -> bool:
        death = self.first("tells_death")
        return (
            death is not None and self.call.meta.relation in (Relation.FAMILY, None) and self.relation.value == "family"
        )

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
