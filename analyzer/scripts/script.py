"""What a script says: the nouns of this room. A script is scenes, a scene is lines, and every line keeps its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from analyzer.call import Relation


class Voice(str, Enum):
    """Whose words a line holds; an ``INSTRUCTION`` tells the agent what to do."""

    AGENT = "agent"
    CUSTOMER = "customer"
    INSTRUCTION = "instruction"


class Medium(str, Enum):
    """How the words of a scene reach people; lines of a ``MESSAGE`` or ``VOICEMAIL`` are each sent on their own."""

    CALL = "call"
    MESSAGE = "message"
    VOICEMAIL = "voicemail"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to be said or done.

    Attributes:
        text: the words, without label, bullet and emphasis.
        line: line of a text file, paragraph of a document, row of a table; counts from 1.
        cell: ``C5`` in tables, the path of keys in YAML and JSON.
        taught: shown as what must *not* be said; no finding.
        branch: the conditions under which it is said, outermost first.
        scene: the heading it stands under.
        relation: who says it, where the label of a customer's line tells (家属：).
        runs_on: the sentence goes on in the next line.
    """

    voice: Voice
    text: str
    line: int
    cell: str | None = None
    taught: bool = False
    branch: tuple[str, ...] = ()
    scene: str = ""
    relation: Relation | None = None
    runs_on: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """What the headings say about a scene.

    Attributes:
        relation: who is on the line.
        medium: how the words reach people.
        entitled: the person may hear of the debt though he is not the debtor.
        opens: a contact begins here; without it the talk goes on with somebody known.
        alone: it needs no shared opening before it.
    """

    relation: Relation | None = None
    medium: Medium = Medium.CALL
    entitled: bool = False
    opens: bool = False
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Scene:
    """One situation, judged as a call of its own.

    Attributes:
        title: the heading.
        before: lines of shared stages that are said first (an opening section).
        after: lines of shared stages that are said last (a closing section).
    """

    title: str
    lines: tuple[Line, ...]
    setting: Setting = field(default_factory=Setting)
    before: tuple[Line, ...] = ()
    after: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """One file; ``path`` is shown and compared, with slashes."""

    path: str
    scenes: tuple[Scene, ...]
