"""Amazon Transcribe Call Analytics and Amazon Connect Contact Lens: ``Transcript[]`` by participant.

A turn has Content, BeginOffsetMillis, EndOffsetMillis, and ParticipantRole (AGENT, CUSTOMER) or ParticipantId, whose
role stands in ``Participants[]``. ``CustomerMetadata.ContactId`` names the call. The real-time API wraps each turn as
``Segments[].Transcript``.

https://docs.aws.amazon.com/connect/latest/adminguide/contact-lens-example-output-files.html
https://docs.aws.amazon.com/transcribe/latest/dg/tca-output-batch.html
https://docs.aws.amazon.com/contact-lens/latest/APIReference/API_Transcript.html
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.formats import vendor
from analyzer.formats.node import MILLI, Node
from analyzer.formats.recording import Recording, Said


def claim(value: Node) -> float:
    """Certain of turns with Content and a participant."""
    first = value.at("Transcript", 0) if value.has("Transcript") else value.at("Segments", 0, "Transcript")
    if first.has("Content") and (first.has("ParticipantRole") or first.has("ParticipantId")):
        return 0.95
    return 0.4 if value.has("Participants") or value.has("ConversationCharacteristics") else 0.0


def hear(value: Node) -> Iterator[Recording]:
    """The one recording."""
    roles = {
        one.get("ParticipantId").text(): one.get("ParticipantRole").text() for one in value.get("Participants").each()
    }
    turns = list(value.get("Transcript").each())
    turns += [found for one in value.get("Segments").each() if (found := one.get("Transcript"))]
    contact = value.get("CustomerMetadata").get("ContactId").text()
    yield Recording([_said(one, roles) for one in turns], {"call_id": contact} if contact else {})


def _said(one: Node, roles: dict[str, str]) -> Said:
    participant = one.get("ParticipantId").text()
    voice = one.get("ParticipantRole").text() or roles.get(participant) or participant
    times = (one.get(key).seconds(MILLI) for key in ("BeginOffsetMillis", "EndOffsetMillis"))
    return Said(one.get("Content").text(), voice, *times)


FORMAT = vendor.format(
    "contact-lens",
    "Amazon Call Analytics / Contact Lens",
    claim,
    hear,
    "Transcript[]，每项有 Content 和 ParticipantRole（或 ParticipantId）",
)
