"""What a rule sees of a call, and the scope that every kind shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from analyzer.call import CHINA, Call, Relation, Speaker
from analyzer.dialogue.state import Dialogue
from analyzer.finding import Because, Disclosure, Finding
from analyzer.rules.profile import Profile
from analyzer.rules.rule import Rule
from analyzer.text.assertion import STATUSES
from analyzer.text.detect import Detection, Detector, FrameIndex
from analyzer.text.reader import Place

SOUND_CERTAINTY = 0.75
"""A hit by sound is less sure than one by the letter."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A part of a rule's scope that a call or a moment does not meet: the key, what is wanted, what is there."""

    key: str
    wanted: tuple[str, ...]
    value: str


@dataclass(slots=True)
class Case:
    """One call under judgement; ``leaked`` collects the turns on which an outsider was told of the debt."""

    call: Call
    index: FrameIndex
    dialogue: Dialogue
    profile: Profile
    detectors: Mapping[str, Detector]
    found: list[Finding] = field(default_factory=list)
    disclosures: list[Disclosure] = field(default_factory=list)

    @property
    def day(self) -> date | None:
        """The day of the call in China."""
        started = self.call.meta.started_at
        return None if started is None else started.astimezone(CHINA).date()

    def applies(self, rule: Rule) -> bool:
        """The parts of the scope that hold for the whole call."""
        return self.objection(rule) is None

    def objection(self, rule: Rule) -> Refusal | None:
        """The first part of the scope that the whole call does not meet."""
        scope, meta = rule.scope, self.call.meta
        org = meta.agent_org_type or self.profile.org_type or "unknown"
        for key, wanted, value in (
            ("stage", scope.stage, meta.stage),
            ("org_type", scope.org_type, org),
            ("channel", scope.channel, meta.channel),
        ):
            if wanted and (value or "unknown") not in wanted:
                return Refusal(key, wanted, value or "unknown")
        if scope.product and not any(p in (meta.product or "") for p in scope.product):
            return Refusal("product", scope.product, meta.product or "unknown")
        for key in scope.meta:
            if not _truth(getattr(meta, key, None) or meta.extra.get(key)):
                return Refusal("meta", (key,), "")
        day = self.day
        late = scope.until is not None and (day is None or day > scope.until)
        if late or (day is not None and scope.since is not None and day < scope.since):
            return Refusal("date", (f"{scope.since or ''}–{scope.until or ''}",), str(day or ""))
        return None

    def allows(self, rule: Rule, turn: int, order: tuple[int, int]) -> bool:
        """The parts of the scope that depend on the moment."""
        return self.hindrance(rule, turn, order) is None

    def hindrance(self, rule: Rule, turn: int, order: tuple[int, int]) -> Refusal | None:
        """The first part of the scope that the moment does not meet."""
        scope, dialogue = rule.scope, self.dialogue
        if scope.relation and not self._relation(scope.relation, turn, order):
            return Refusal("relation", scope.relation, dialogue.relation_at(turn).value)
        for event in scope.after:
            if not dialogue.happened(event, until=order):
                return Refusal("after", (event,), "")
        for event in scope.before:
            if dialogue.happened(event, until=order):
                return Refusal("before", (event,), "")
        if scope.answering and not dialogue.in_unit(order[0] - 1, *scope.answering):
            return Refusal("answering", scope.answering, "")
        return None

    def _relation(self, wanted: tuple[str, ...], turn: int, order: tuple[int, int]) -> bool:
        relation = self.dialogue.relation_at(turn)
        if "outsider" in wanted and self.dialogue.outsider(turn, order):
            return True
        if "entitled" in wanted and (relation is Relation.SELF or self.dialogue.entitled(order)):
            return True
        return relation.value in wanted

    def finding(self, rule: Rule, detection: Detection) -> Finding:
        """A finding on the words of a detection."""
        unit = detection.unit
        place = self.index.reading.place(unit, detection.span, detection.decisive)
        excused = detection.excuse
        by = f"{STATUSES[excused.status]}：“{excused.cue}”" if excused else None
        certainty = rule.certainty * (SOUND_CERTAINTY if detection.sounded else 1.0)
        return self.at(rule, place, certainty=certainty, excused_by=by, because=self._because(detection, place))

    def at(
        self,
        rule: Rule,
        place: Place | None,
        *,
        certainty: float | None = None,
        excused_by: str | None = None,
        because: tuple[Because, ...] = (),
        message: str | None = None,
        status: str | None = None,
    ) -> Finding:
        """A finding at a place, or on the call as a whole."""
        quote = "" if place is None else place.quote
        turn = None if place is None else self.call.turns[place.turn]
        return Finding(
            rule.id,
            rule.category,
            rule.severity,
            (message or rule.message).replace("{quote}", quote),
            rule.advice,
            round(rule.certainty if certainty is None else certainty, 4),
            "excused" if excused_by else status or rule.status,
            ("lexicon",),
            None if place is None else place.turn,
            None if place is None else place.start,
            None if place is None else place.end,
            quote,
            at=None if turn is None else turn.start,
            basis=rule.basis_on(self.day),
            because=because,
            excused_by=excused_by,
            veto=rule.veto,
            rule_name=rule.name,
        )

    def _because(self, detection: Detection, place: Place) -> tuple[Because, ...]:
        steps = []
        for source, span in detection.pieces:
            piece = self.index.reading.place(detection.unit, span)
            inside = piece.turn == place.turn
            steps.append(
                Because(f"词：{source}", piece.quote, piece.start if inside else None, piece.end if inside else None)
            )
        for c in detection.sounded:
            steps.append(Because(f"读音：按“{c.meant}”理解", c.heard))
        if detection.excuse is not None:
            steps.append(Because(f"语境：{STATUSES[detection.excuse.status]}", detection.excuse.cue))
        return tuple(steps)

    def speaker_units(self, speaker: Speaker) -> list[int]:
        """Numbers of the units of one speaker."""
        return [u.number for u in self.index.reading.units if u.speaker is speaker]


def _truth(value: object) -> bool:
    return value not in (None, False, "", "false", "no", "0", 0)
