"""Disclosures that scenes made before and do not make now, or only after the debt has been named."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.finding import DISCLOSURES
from analyzer.gate import Lost, bare
from analyzer.revision.likeness import alike, held
from analyzer.revision.phrases import Phrases
from analyzer.revision.revision import JudgedScene
from analyzer.revision.telling import AFTER, Telling, Told

NEAR, HELD, RENAMED = 0.3, 0.5, 0.1


def losses(old: Sequence[JudgedScene], new: Sequence[JudgedScene], phrases: Phrases) -> tuple[Lost, ...]:
    """What the scenes of the newer revision no longer tell in time; a scene that is gone loses nothing."""
    found: dict[tuple[str, str, int], Lost] = {}
    for before, after in paired(old, new):
        for lost in _lost(before, after, phrases):
            key = (lost.id, lost.old_file, lost.old_line)
            if key not in found or (lost.how == "removed" and found[key].how != "removed"):
                found[key] = lost
    order = list(DISCLOSURES)
    return tuple(sorted(found.values(), key=lambda x: (x.file, x.old_line, order.index(x.id))))


def paired(old: Sequence[JudgedScene], new: Sequence[JudgedScene]) -> list[tuple[JudgedScene, JudgedScene]]:
    """Each old scene with the new one it became: same name in the same file, else the one most like it."""
    found = _by_name(old, new)
    found.update(_by_words(old, new, found))
    taken = set(found.values())
    left = [i for i in range(len(old)) if i not in found and old[i].text]
    free = [j for j in range(len(new)) if j not in taken and new[j].text]
    scored = []
    for i in left:
        for j in free:
            named = old[i].name == new[j].name
            likeness = alike(old[i].text, new[j].text)
            same_file = old[i].file == new[j].file
            if likeness >= NEAR or (named and same_file):
                scored.append((-(likeness + 0.4 * named + 0.2 * same_file), i, j))
    for _, i, j in sorted(scored):
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    for i in left:
        if i not in found:
            best = max(range(len(new)), key=lambda j: held(old[i].text, new[j].text), default=None)
            if best is not None and held(old[i].text, new[best].text) >= HELD:
                found[i] = best
    return [(old[i], new[j]) for i, j in sorted(found.items())]


def _by_name(old: Sequence[JudgedScene], new: Sequence[JudgedScene]) -> dict[int, int]:
    """Scenes of one name in one file, the likest first; a name whose words are all new stands for another scene."""
    named: dict[tuple[str, str], list[int]] = {}
    for j, one in enumerate(new):
        named.setdefault((one.file, one.name), []).append(j)
    scored = [
        (-alike(one.text, new[j].text), i, j) for i, one in enumerate(old) for j in named.get((one.file, one.name), ())
    ]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for likeness, i, j in sorted(scored):
        if i not in found and j not in taken and -likeness >= RENAMED:
            found[i] = j
            taken.add(j)
    return found


def _by_words(old: Sequence[JudgedScene], new: Sequence[JudgedScene], known: dict[int, int]) -> dict[int, int]:
    """Scenes that say the same word for word, wherever they went."""
    taken = set(known.values())
    waiting: dict[str, list[int]] = {}
    for j, one in enumerate(new):
        if j not in taken and one.text:
            waiting.setdefault(bare(one.text), []).append(j)
    found = {}
    for i, one in enumerate(old):
        same = waiting.get(bare(one.text)) if i not in known else None
        if same:
            found[i] = same.pop(0)
    return found


def _lost(old: JudgedScene, new: JudgedScene, phrases: Phrases) -> list[Lost]:
    found = []
    ways = _ways(old, new)
    for before, after in ways:
        for name, told in before.told.items():
            how = _how(name, told, before, after)
            if how is not None:
                everywhere = all(_how(name, told, b, a) == how for b, a in ways)
                labels = () if everywhere else after.labels
                found.append(_loss(name, how, told, (old, new), after, labels, phrases))
    return found


def _ways(old: JudgedScene, new: JudgedScene) -> list[tuple[Telling, Telling]]:
    """Each new way through the scene with the old way it comes from.

    A way the old scene does not have is held to what all old ways told.
    """
    olds, news = old.judgement.tellings, new.judgement.tellings
    if not olds or not news:
        return []
    if old.scene.setting.medium.value != "call":
        return [(_any(olds), _any(news))]
    found = []
    for way in news:
        same = [o for o in olds if _labels(o) == _labels(way)] or [
            o for o in olds if o.labels and way.labels and alike("".join(o.labels), "".join(way.labels)) >= HELD
        ]
        found.append((same[0] if same else _every(olds), way))
    return found


def _labels(way: Telling) -> str:
    return bare("".join(way.labels))


def _any(ways: Sequence[Telling]) -> Telling:
    told: dict[str, Told] = {}
    for way in ways:
        for name, one in way.told.items():
            told.setdefault(name, one)
    return Telling((), told, max(w.debt for w in ways), all(w.outsider for w in ways))


def _every(ways: Sequence[Telling]) -> Telling:
    told = {n: t for n, t in ways[0].told.items() if all(n in w.told and w.told[n].how != AFTER for w in ways)}
    return Telling((), told, ways[0].debt, all(w.outsider for w in ways))


def _how(name: str, told: Told, before: Telling, after: Telling) -> str | None:
    """In which way a disclosure was lost on a way, None where it was not."""
    now = after.told.get(name)
    if name in ("identity_verified_before_debt", "purpose_or_amount") and after.outsider and not before.outsider:
        return None
    if now is None:
        ended = name == "purpose_or_amount" and not after.told
        silent = name == "identity_verified_before_debt" and after.debt < 0 and before.debt >= 0
        return None if ended or silent else "removed"
    if now.how == AFTER and told.how != AFTER:
        return "after_debt"
    return None


def _loss(
    name: str,
    how: str,
    told: Told,
    scenes: tuple[JudgedScene, JudgedScene],
    after: Telling,
    labels: tuple[str, ...],
    phrases: Phrases,
) -> Lost:
    old, new = scenes
    line = old.lines[told.index]
    now = after.told.get(name)
    place = new.lines[now.index] if now is not None else new.scene.lines[0]
    return Lost(
        name,
        new.scene.title or line.scene,
        how,
        new.file,
        place.line,
        old.file,
        line.line,
        line.text,
        phrases.to_tell(name),
        labels,
    )
