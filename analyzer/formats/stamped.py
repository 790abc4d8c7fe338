"""Lines that begin with their times, without speakers, or with a bare number for one.

``[00:00.000 --> 00:02.000]  您好。`` as Whisper prints it, ``[0:0.020,0:2.380,0]  您好。`` as 腾讯云 writes its
``Result``, ``00:01 - 00:03 您好``. Seconds behind the last colon.

https://github.com/openai/whisper/blob/main/whisper/transcribe.py
https://cloud.tencent.com/document/product/1093/37823
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats import metadata
from analyzer.formats.document import LINE_END, Document, Format
from analyzer.formats.recording import Recording, Said, call_of, voice_of

_CLOCK = r"\d{1,3}:\d{1,2}(?::\d{2})?(?:[.,]\d{1,3})?"
_LINE = re.compile(
    rf"[\[(（【]?\s?({_CLOCK})\s?(?:-->|->|→|[-–~—至,，])\s?({_CLOCK})(?:\s?[,，]\s?(\d+))?\s?[\])）】]?[\s:：]*(\S.*)"
)


def sniff(document: Document) -> float:
    """By the share of lines with a range of times before words."""
    if document.specimen is not None:
        return 0.0
    lines = [line.strip() for line in LINE_END.split(document.words)[:400] if line.strip()]
    found = sum(_LINE.fullmatch(line) is not None for line in lines)
    return 0.0 if not found else min(0.85, 0.3 + 0.6 * found / len(lines))


def read(document: Document) -> Iterator[Call | Skipped]:
    """The one call; lines without times belong to the line above.

    Raises:
        InputError: no line begins with a range of times.
    """
    said: list[Said] = []
    heading: list[str] = []
    for _, line in document.lines():
        match = _LINE.fullmatch(line.strip())
        if match:
            start, end = metadata.parse_seconds(match[1]), metadata.parse_seconds(match[2])
            said.append(Said(match[4], voice_of("说话人", match[3] or ""), start, end))
        elif line.strip() and said:
            said[-1].text += f"\n{line.strip()}"
        elif line.strip():
            heading.append(line.strip())
    if not said:
        raise InputError(document.name, "找不到以时间段开头的行", advice="应形如 [00:00.000 --> 00:02.000] 您好")
    extra: dict[str, object] = {"heading": "\n".join(heading)} if heading else {}
    yield call_of(Recording(said, {}, extra), document.name, document.stem)


FORMAT = Format("stamped", "每行带起止时间的文本（无说话人）", (".txt",), sniff, read, "每行开头的“[起 --> 止]”时间")
