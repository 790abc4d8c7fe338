"""The model card: what the second reader learnt from and how it fared on authors it had not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from analyzer.classify.corpus import Utterance
from analyzer.classify.train import Lesson, Trained
from analyzer.evaluate import Share
from analyzer.finding import CATEGORIES, SPOKEN
from analyzer.workshop.agreement import Agreement
from analyzer.workshop.lessons import Twin

BINS = 10


class Counted(msgspec.Struct, frozen=True):
    """So many right of so many."""

    right: int
    total: int

    def __str__(self) -> str:
        return str(Share(self.right, self.total))


class Figures(msgspec.Struct, frozen=True):
    """Everything the card says, as data; ``training`` and ``numbers`` are the hashes of stories and model."""

    training: str
    numbers: str
    authors: Mapping[str, Mapping[str, int]]
    customer_turns: int
    labels: Mapping[str, Mapping[str, int]]
    precision: Mapping[str, Counted]
    recall: Mapping[str, Counted]
    sure: Mapping[str, Counted]
    look_alikes: Counted
    plain: Counted
    styles: Mapping[str, Counted]
    calibration: Sequence[tuple[float, float, int]]
    twins: int


def figures(
    lesson: Lesson,
    trained: Trained,
    used: Sequence[Utterance],
    every: Sequence[Utterance],
    twins: Sequence[Twin],
    *,
    training: str,
    numbers: str,
) -> Figures:
    """Count everything once."""
    chance = np.column_stack(
        [
            1 / (1 + np.exp(-(trained.unseen[:, j] * t.slope + t.offset)))
            for j, t in enumerate(trained.thresholds[x] for x in SPOKEN)
        ]
    )
    voted = chance >= np.array([trained.thresholds[x].likely for x in SPOKEN])
    certain = chance >= np.array([t.sure if (t := trained.thresholds[x]).sure is not None else 2.0 for x in SPOKEN])
    truth, any_vote = lesson.truth, voted.any(axis=1)
    like = np.array([u.looks_like is not None for u in used])
    innocent = lesson.innocent
    return Figures(
        training,
        numbers,
        _authors(used),
        sum(u.speaker.value == "customer" for u in every),
        {
            x: {
                "violations": int(truth[:, j].sum()),
                "look_alikes": sum(u.looks_like == x for u in used),
            }
            for j, x in enumerate(SPOKEN)
        },
        {x: _counted(voted[:, j] & truth[:, j], voted[:, j]) for j, x in enumerate(SPOKEN)},
        {x: _counted(voted[:, j] & truth[:, j], truth[:, j]) for j, x in enumerate(SPOKEN)},
        {x: _counted(certain[:, j] & truth[:, j], certain[:, j]) for j, x in enumerate(SPOKEN)},
        _counted(like & innocent & any_vote, like & innocent),
        _counted(~like & innocent & any_vote, ~like & innocent),
        _styles(used, voted, truth),
        _calibration(chance, truth),
        len(twins),
    )


def _counted(right: np.typing.NDArray[np.bool_], total: np.typing.NDArray[np.bool_]) -> Counted:
    return Counted(int(right.sum()), int(total.sum()))


def _authors(used: Sequence[Utterance]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for u in used:
        kind = "violations" if u.labels else "look_alikes" if u.looks_like else "plain"
        found.setdefault(u.author, Counter())[kind] += 1
    stories = {a: len({u.story for u in used if u.author == a}) for a in found}
    return {a: {**dict(sorted(c.items())), "stories": stories[a]} for a, c in sorted(found.items())}


def _styles(
    used: Sequence[Utterance], voted: np.typing.NDArray[np.bool_], truth: np.typing.NDArray[np.bool_]
) -> dict[str, Counted]:
    styles = np.array([u.facts.get("style", "clean") for u in used])
    return {
        s: Counted(int((voted & truth)[styles == s].sum()), int(truth[styles == s].sum()))
        for s in sorted(set(styles.tolist()))
    }


def _calibration(
    chance: np.typing.NDArray[np.float64], truth: np.typing.NDArray[np.bool_]
) -> list[tuple[float, float, int]]:
    """Per tenth of the probability: mean probability, share that was right, how many votes."""
    flat, right = chance.ravel(), truth.ravel()
    tenth = np.minimum((flat * BINS).astype(int), BINS - 1)
    rows = []
    for i in range(BINS):
        inside = tenth == i
        if inside.any():
            rows.append(
                (round(float(flat[inside].mean()), 3), round(float(right[inside].mean()), 3), int(inside.sum()))
            )
    return rows


def card(f: Figures, checked: Agreement | None) -> str:
    """The card in Chinese Markdown; it depends on the figures and on the second labelling alone."""
    lines = [
        "# 训练材料与模型卡",
        "",
        "本页由 `hegui train --card` 根据 `figures.json` 写成，请勿手改。",
        f"训练材料 `{f.training[:16]}`，模型数据 `{f.numbers[:16]}`。",
        "",
        "## 材料",
        "",
        "全部为本项目撰写的虚构通话片段，没有真实录音，没有抄录的文本；写法见 `analyzer/classify/corpus.py`。",
        "每位作者各有侧重：银行与消费金融、网贷与第三人、物业电信与投诉、方言与转写噪声、旁人、身份与后果、羞辱与利诱、",
        "整通通话、弦外之音、短句、各行各业、客户的话与应对。",
        "规则的作者读过 t1 到 t4；模型不知道规则找到了什么，它怀疑规则的门槛只在其余作者的片段上定。",
        "",
        "| 作者 | 片段 | 违规话轮 | 似是而非的合规话轮 | 平常话轮 |",
        "|---|---|---|---|---|",
    ]
    for author, n in f.authors.items():
        counts = [n.get(k, 0) for k in ("stories", "violations", "look_alikes", "plain")]
        lines.append(f"| {author} | {' | '.join(map(str, counts))} |")
    lines += [
        "",
        f"另有接听人话轮 {f.customer_turns} 句。",
        f"三字串重合达到八成且标签相同的近似句 {f.twins} 句不参加训练。",
    ]
    lines += [] if checked is None else checked.told()
    lines += [
        "",
        "## 在没读过的作者上的表现",
        "",
        "每位作者的片段都由没读过他的模型来判；下表是“倾向违规”一档，方括号里是 95 % 区间（Wilson）。",
        "",
        "| 类别 | 违规句 | 像它的合规句 | 精确率 | 召回率 | “确信”一档的精确率 |",
        "|---|---|---|---|---|---|",
    ]
    for x in SPOKEN:
        n = f.labels[x]
        cells = [CATEGORIES[x], n["violations"], n["look_alikes"], f.precision[x], f.recall[x], f.sure[x]]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    worst = sorted(SPOKEN, key=lambda x: f.recall[x].right / max(1, f.recall[x].total))[:3]
    lines += [
        "",
        f"合规句被误报：似是而非的 {f.look_alikes}，平常的 {f.plain}。",
        "召回率按文风：" + "，".join(f"{s} {c}" for s, c in f.styles.items()) + "。",
        "",
        "## 概率准不准",
        "",
        "| 平均概率 | 实际违规的比例 | 票数 |",
        "|---|---|---|",
        *(f"| {p:.3f} | {share:.3f} | {n} |" for p, share, n in f.calibration),
        "",
        "## 不擅长",
        "",
        f"- 召回最低的三类：{'、'.join(CATEGORIES[x] for x in worst)}。",
        "- 只看一个话轮和它前面的两句；跨很多句的铺垫看不出来。",
        "- 材料里违规句比真实通话多得多，概率按合规句加权校准，换了业务应以本机构的复核结果为准。",
        "",
    ]
    return "\n".join(lines)
