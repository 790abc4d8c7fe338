"""Weigh the words that tell agent from customer: ``python tools/roles.py`` rewrites ``lexicons/roles.yaml``.

The words are chosen by hand; what each is worth (natural log odds, in steps of a quarter) is measured on the stories
of ``data/training``, every turn alone. Words that say nothing there fall out. Add a word to either side with any
weight and run this again.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import yaml
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from analyzer.call import Call, Speaker, Turn
from analyzer.check import events_seen
from analyzer.classify import corpus
from analyzer.dialogue import roles
from analyzer.rules.rulebook import load
from analyzer.text.normalize import lines

FILE = Path(__file__).parents[1] / "lexicons" / "roles.yaml"
STEP, LEAST, CHUNK, STIFFNESS = 0.25, 0.25, 400, 0.15
HELD = 3.0
"""The most that one word may be worth."""


def main() -> None:
    """Measure and write."""
    stories = corpus.read(sorted(FILE.parents[1].glob("data/training/*.txt")))
    cues = roles.Cues.of(yaml.safe_load(FILE.read_text(encoding="utf-8")))
    rows = [dict.fromkeys(cues.found(text), 1.0) for text in lines([u.text for u in stories])]
    for row, events in zip(rows, _events([u.text for u in stories]), strict=True):
        row.update(dict.fromkeys((f"event:{e}" for e in events), 1.0))
    agent = np.array([u.speaker is Speaker.AGENT for u in stories])
    weights = np.where(agent, 0.5 / agent.mean(), 0.5 / (1 - agent.mean()))
    columns = DictVectorizer()
    model = LogisticRegression(C=STIFFNESS, max_iter=2000).fit(
        columns.fit_transform(rows), agent, sample_weight=weights
    )
    worth = dict(zip(columns.get_feature_names_out(), model.coef_[0], strict=True))
    FILE.write_text(_text(worth, float(model.intercept_[0])), encoding="utf-8", newline="\n")


def _events(texts: list[str]) -> list[set[str]]:
    book = load(cached=False).without_model()
    found: list[set[str]] = [set() for _ in texts]
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        call = Call("-", tuple(Turn(Speaker.UNKNOWN, t) for t in chunk))
        for event, turn, _ in roles.alone(len(chunk), events_seen(call, book)):
            found[start + turn].add(event)
    return found


def _text(worth: dict[str, float], silent: float) -> str:
    """The file: its head as it stands, then the words of each side by weight."""
    old = FILE.read_text(encoding="utf-8")
    seldom = yaml.safe_load(old)["seldom"]
    head = re.match(r"(?:#.*\n)*", old)
    lines = [head.group() if head else "", f"silent: {_round(silent)}\n"]
    for side, sign in (("agent", 1), ("customer", -1)):
        lines.append(f"{side}:\n")
        groups: dict[float, list[str]] = {}
        for word, value in worth.items():
            if not word.startswith("event:") and value * sign >= LEAST and word not in seldom:
                groups.setdefault(_round(value * sign), []).append(word)
        for value in sorted(groups, reverse=True):
            lines.append(f"  {value}:\n" + "".join(f"  - {w}\n" for w in sorted(groups[value])))
    lines.append("seldom:\n" + "".join(f"  {w}: {v}\n" for w, v in seldom.items()))
    lines.append("system:\n" + "".join(f"- {w}\n" for w in yaml.safe_load(old)["system"]))
    events = {w.removeprefix("event:"): _round(v) for w, v in worth.items() if w.startswith("event:")}
    lines.append("events:\n" + "".join(f"  {e}: {v}\n" for e, v in sorted(events.items()) if v))
    return "".join(lines)


def _round(value: float) -> float:
    return max(-HELD, min(HELD, round(value / STEP) * STEP))


if __name__ == "__main__":
    main()
