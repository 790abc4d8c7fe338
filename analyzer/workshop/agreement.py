"""A second, blind labelling of a sample of the stories, and how far it agrees with the first."""

from __future__ import annotations

import hashlib
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from analyzer.call import Speaker
from analyzer.classify.corpus import Utterance
from analyzer.errors import CorpusError, HeguiError, Mistake
from analyzer.evaluate import Share
from analyzer.finding import CATEGORIES, SPOKEN

SECOND_HAND, AGREEMENT = "second_hand.tsv", "agreement.json"
HEAD = "story\tutterance\tlabels"
SEED, PART, MOST = 20261126, 0.1, 4
"""A tenth of the agent's utterances, no more than four of one story."""
OK = "ok"
Labels = Mapping[tuple[str, str], frozenset[str]]


class PerCategory(msgspec.Struct, frozen=True):
    """One category: given by both, by the first alone, by the second alone; Cohen's kappa of yes and no."""

    both: int
    first: int
    second: int
    kappa: float


class Agreement(msgspec.Struct, frozen=True):
    """What came of the second labelling.

    Attributes:
        checked_by: which labelling it was.
        date: when.
        utterances: how many were labelled twice, of ``of`` agent utterances.
        innocent: how often both said, or both denied, that it breaks a rule.
        innocent_kappa: the same beyond chance.
        category: of those that both call a violation, how many share a category.
        same: how many have exactly the same labels.
        kappa: of the first label, innocent being one, beyond chance.
        categories: per category.
        disputed: ``story utterance first second`` where they differ.
    """

    checked_by: str
    date: str
    of: int
    utterances: int
    innocent: int
    innocent_kappa: float
    both_violations: int
    category: int
    same: int
    kappa: float
    categories: Mapping[str, PerCategory]
    disputed: Sequence[str]

    def told(self) -> list[str]:
        """What the model card says."""
        share, kind = Share(self.innocent, self.utterances), Share(self.category, self.both_violations)
        lines = [
            "",
            "## 标注复核",
            "",
            f"{self.date} 从 {self.of} 句坐席话轮里分层抽出 {self.utterances} 句（每个片段至多 {MOST} 句），"
            f"{self.checked_by}：只看上下文，不看原标注。",
            "材料和两遍标注都由语言模型写成，同出一源的习惯会让一致率偏高，不能当作两位质检员的一致率。",
            f"编号和标注在 `{SECOND_HAND}`，逐条分歧在 `{AGREEMENT}`；有分歧的句子没有改标注。",
            "",
            f"- 违规与否一致：{share}，kappa {self.innocent_kappa:.2f}。",
            f"- 都认为违规的 {self.both_violations} 句里，类别相同：{kind}。",
            f"- 全部标签完全相同：{Share(self.same, self.utterances)}；按类别（含合规）的 kappa {self.kappa:.2f}。",
            "",
            "| 类别 | 两次都有 | 只有原标注 | 只有复核 | kappa |",
            "|---|---|---|---|---|",
        ]
        for label, c in self.categories.items():
            lines.append(f"| {CATEGORIES[label]} | {c.both} | {c.first} | {c.second} | {c.kappa:.2f} |")
        return lines


def name_of(u: Utterance) -> tuple[str, str]:
    """What an utterance is known by: its story, and a hash of its words, which survives a shift of lines."""
    return u.story, hashlib.sha256(u.text.encode()).hexdigest()[:12]


def sample(every: Sequence[Utterance]) -> list[Utterance]:
    """A tenth of the agent's utterances, in the shares of authors and labels, shuffled; always the same one."""
    chance = random.Random(SEED)
    strata: dict[tuple[str, str], list[Utterance]] = defaultdict(list)
    for u in every:
        if u.speaker is Speaker.AGENT:
            strata[u.author, u.labels[0] if u.labels else f"{OK}~{u.looks_like}"].append(u)
    taken: Counter[str] = Counter()
    found: list[Utterance] = []
    for _, group in sorted(strata.items()):
        wanted = math.ceil(len(group) * PART)
        for u in chance.sample(group, len(group)):
            if wanted and taken[u.story] < MOST:
                found.append(u)
                taken[u.story] += 1
                wanted -= 1
    chance.shuffle(found)
    return found


def read(path: Path) -> dict[tuple[str, str], frozenset[str]]:
    """The second labels.

    Raises:
        CorpusError: with every line that cannot be read.
    """
    mistakes: list[Mistake] = []
    found: dict[tuple[str, str], frozenset[str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line == HEAD:
            continue
        cells = line.split("\t")
        labels = frozenset(cells[-1].split(",")) - {OK}
        if len(cells) != 3 or not labels <= set(SPOKEN):
            why = f"应是“片段<制表符>句子<制表符>标签”；标签：ok {' '.join(SPOKEN)}"
            mistakes.append(Mistake(path.name, number, why))
            continue
        found[cells[0], cells[1]] = labels
    if mistakes:
        raise CorpusError(mistakes)
    return found


def load(path: Path) -> Agreement | None:
    """What came of the second labelling; None where there was none.

    Raises:
        HeguiError: the file is broken.
    """
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Agreement)
    except msgspec.DecodeError as error:
        raise HeguiError(f"{path}：读不了（{error}）；请运行 python tools/second_hand.py 重新生成") from error


def compare(every: Iterable[Utterance], second: Labels, *, checked_by: str, date: str) -> Agreement:
    """Count where both labellings agree; utterances that are no longer in the stories are left out."""
    agent = [u for u in every if u.speaker is Speaker.AGENT]
    pairs, seen = [], set[tuple[str, str]]()
    for u in agent:
        name = name_of(u)
        if name in second and name not in seen:
            seen.add(name)
            pairs.append((u, frozenset(u.labels), second[name]))
    both = [(a, b) for _, a, b in pairs if a and b]
    return Agreement(
        checked_by,
        date,
        len(agent),
        len(pairs),
        sum(bool(a) == bool(b) for _, a, b in pairs),
        kappa([(str(bool(a)), str(bool(b))) for _, a, b in pairs]),
        len(both),
        sum(bool(a & b) for a, b in both),
        sum(a == b for _, a, b in pairs),
        kappa([_nearest(a, b) for _, a, b in pairs]),
        {x: _category(x, [(a, b) for _, a, b in pairs]) for x in SPOKEN},
        [" ".join((*name_of(u), _told(a), _told(b))) for u, a, b in pairs if a != b],
    )


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's (1960) kappa of two labellings; 1 where chance leaves nothing to agree on."""
    total = len(pairs)
    if not total:
        return 1.0
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    seen = sum(a == b for a, b in pairs) / total
    by_chance = sum(first[x] * second[x] for x in first) / total**2
    return 1.0 if by_chance == 1 else round((seen - by_chance) / (1 - by_chance), 4)


def _nearest(a: frozenset[str], b: frozenset[str]) -> tuple[str, str]:
    """One label of each, a shared one where there is one."""
    shared = sorted(a & b, key=SPOKEN.index)
    if shared:
        return shared[0], shared[0]
    return min(a, key=SPOKEN.index, default=OK), min(b, key=SPOKEN.index, default=OK)


def _category(label: str, pairs: Sequence[tuple[frozenset[str], frozenset[str]]]) -> PerCategory:
    votes = [(label in a, label in b) for a, b in pairs]
    counted = Counter(votes)
    yes_no = [(str(a), str(b)) for a, b in votes]
    return PerCategory(counted[True, True], counted[True, False], counted[False, True], kappa(yes_no))


def _told(labels: frozenset[str]) -> str:
    return ",".join(sorted(labels, key=SPOKEN.index)) or OK
