"""What a recogniser heard, whoever made it, and how it becomes a call.

A reader of a vendor's shape yields ``Recording``; sorting, voices and metadata are the same for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from analyzer.call import Call, Turn
from analyzer.errors import InputError
from analyzer.formats import metadata, speakers

PAUSE = 1.0
"""Seconds of silence that end an utterance where only single words are given."""

SLOWEST = 0.1
"""Characters a second; nobody speaks more slowly, so slower times are milliseconds."""

_ENDS = "。？！?!…"


@dataclass(slots=True)
class Said:
    """One utterance: its words, whose voice, from when to when in seconds."""

    text: str
    voice: str = ""
    start: float | None = None
    end: float | None = None


@dataclass(slots=True)
class Recording:
    """The utterances of one call, in any order, and what the source says about it.

    ``fields`` are values for Meta and ``call_id``, in the source's own words; ``extra`` is kept as it is.
    """

    said: list[Said]
    fields: dict[str, object] = field(default_factory=dict)
    extra: dict[str, object] = field(default_factory=dict)


def call_of(recording: Recording, name: str, call_id: str, *, line: int | None = None) -> Call:
    """The call of a recording: in order of time, one voice alone counts as not separated.

    Raises:
        InputError: nothing was said.
    """
    said = [one for one in recording.said if one.text.strip()]
    if not said:
        raise InputError(name, "里面没有任何识别出的文字", line=line, advice="请确认识别任务已成功完成")
    if all(one.start is not None for one in said):
        said.sort(key=lambda one: one.start or 0.0)
    labels = _labels(said)
    who, voices = speakers.assign(labels)
    fields, extra = dict(recording.fields), metadata.unreserved(recording.extra)
    extra.update({"voices": voices} if voices else {})
    if "relation" not in fields and (stated := speakers.stated_relation(labels)):
        fields["relation"] = stated.value
    given = str(fields.pop("call_id", "") or "") or call_id
    turns = tuple(Turn(who[i], one.text.strip(), one.start, one.end) for i, one in enumerate(said))
    source = name if line is None else f"{name}:{line}"
    return Call(given, turns, metadata.lenient(fields, extra), source)


def _labels(said: Sequence[Said]) -> list[str]:
    """The voices; a mere number that all utterances share says that nobody told the voices apart."""
    labels = [one.voice for one in said]
    alone = len(set(labels)) == 1 and speakers.speaker_of(labels[0]) is None
    return [""] * len(labels) if alone else labels


def voice_of(kind: str, number: str) -> str:
    """A label for a numbered channel or speaker: ``声道1``, ``说话人2``; words stay as they are."""
    return f"{kind}{number}" if number.isascii() and number.replace("_", "").isalnum() and len(number) <= 4 else number


def per_second(spans: Iterable[tuple[object, object]], characters: int) -> float:
    """Whether times that do not say so count seconds (1.0) or milliseconds (1000.0), by how fast people speak.

    Args:
        spans: start and end of the utterances, whatever stands there; only numbers are looked at.
        characters: how long all utterances are together.
    """
    numbers = [(_number(start), _number(end)) for start, end in spans]
    spoken = sum(end - start for start, end in numbers if start is not None and end is not None and end > start)
    if not spoken:
        spoken = max((start for start, _ in numbers if start is not None), default=0.0)
    return 1e3 if spoken and characters / spoken < SLOWEST else 1.0


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def joined(words: Iterable[str]) -> str:
    """Words put together as people write: no spaces but between two Latin words."""
    text = ""
    for word in words:
        bare = word.strip()
        gap = text and bare and _latin(text[-1]) and _latin(bare[0])
        text += f" {bare}" if gap else bare
    return text


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def uttered(words: Iterable[Said]) -> list[Said]:
    """Utterances out of single words: a new one at another voice, after a pause, or behind a full stop."""
    utterances: list[list[Said]] = []
    for word in words:
        last = utterances[-1][-1] if utterances else None
        if last is None or _parted(last, word):
            utterances.append([])
        utterances[-1].append(word)
    return [
        Said(
            joined(w.text for w in one), one[0].voice, one[0].start, next((w.end for w in reversed(one) if w.end), None)
        )
        for one in utterances
    ]


def _parted(last: Said, word: Said) -> bool:
    if word.voice != last.voice:
        return True
    if word.text.strip() in _ENDS:
        return False
    if last.text.strip()[-1:] and last.text.strip()[-1] in _ENDS:
        return True
    return last.end is not None and word.start is not None and word.start - last.end > PAUSE
