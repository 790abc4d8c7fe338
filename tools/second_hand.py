"""Compare the second labels with the stories; ``python tools/second_hand.py`` rewrites ``agreement.json`` beside them.

``--sample FROM TO`` prints utterances of the sample with their context and without their labels, to be labelled blind;
labels go into ``second_hand.tsv``, one line each: story, hash of the words, labels or ``ok``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from analyzer.classify import corpus
from analyzer.workshop import agreement

FOLDER = Path(__file__).parents[1] / "data" / "training"
CHECKED_BY, DATE = "第二遍盲标", "2026-11-26"
SHOWN = 3


def show(first: int, last: int) -> None:
    """Print a part of the sample for blind labelling."""
    for u in agreement.sample(stories())[first:last]:
        facts = " ".join(f"{k}={u.facts.get(k)}" for k in ("org", "rel", "stage"))
        before = " / ".join(f"{t.speaker.value}：{t.text}" for t in u.before[-SHOWN:])
        print("\t".join((*agreement.name_of(u), f"[{facts}] {before} >> {u.text}")))


def stories() -> list[corpus.Utterance]:
    """All utterances of the stories."""
    return corpus.read(sorted(FOLDER.glob("*.txt")))


def main(args: list[str]) -> None:
    """Run the command."""
    if args[:1] == ["--sample"]:
        show(int(args[1]), int(args[2]))
        return
    second = agreement.read(FOLDER / agreement.SECOND_HAND)
    found = agreement.compare(stories(), second, checked_by=CHECKED_BY, date=DATE)
    path = FOLDER / agreement.AGREEMENT
    path.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    print("\n".join(found.told()))


if __name__ == "__main__":
    main(sys.argv[1:])
