"""Words: the one place that knows jieba.

``rjieba`` does the work; its dictionary is padded so that its tokens are those of jieba (frequencies sum to the
same total), and text with ASCII joiners or astral characters goes to jieba itself, which is imported only then,
behind one private
tokenizer with a cache folder of its own.
"""

from __future__ import annotations

import os
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

ROUTED = re.compile(r"[A-Za-z0-9][_\-][A-Za-z0-9]|\.[A-Za-z]|\.[0-9]+[A-Za-z.]|[^\u0000-\uffff]")
"""Blocks on which the two differ: ASCII joiners and characters beyond the basic plane."""
LENT = ("们", "的", "了", "着", "过", "个", "儿", "吗", "呢", "吧")
"""What a word may be drawn longer by without meaning something else."""
UNSTABLE = frozenset(("会上", "可不", "天下", "您提", "你要", "抓进去", "委派", "一个打"))
"""Entries of the dictionary that are more often two words by chance; they protect nothing."""
DICTIONARY_DRIFT = 3
"""jieba counts one duplicated line of its dictionary: 60,101,967 against 60,101,964."""


@lru_cache(maxsize=1)
def _fast() -> Any:
    import rjieba

    engine = rjieba._DEFAULT_JIEBA  # made when it is imported; a second one would cost as much again
    engine.add_word("\ue000\ue001", DICTIONARY_DRIFT, "x")
    return engine


def cache_folder() -> Path:
    """A folder that only this user can write to.

    The user's cache folder if it is ours alone, else a fresh private folder for this process.
    """
    root = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("LOCALAPPDATA") if os.name == "nt" else None)
    folder = (Path(root) if root else Path.home() / ".cache") / "hegui"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = folder.stat()
        ours = os.name == "nt" or (state.st_uid == os.getuid() and not state.st_mode & 0o022)
        if ours and os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    import tempfile  # seldom needed, and not quick to import

    return Path(tempfile.mkdtemp(prefix="hegui-"))


@lru_cache(maxsize=1)
def _reference() -> Any:
    without = "pkg_resources" not in sys.modules
    if without:
        sys.modules["pkg_resources"] = None  # type: ignore[assignment]  # jieba imports it for nothing, at 0.2 s
    try:
        import jieba
    finally:
        if without:
            del sys.modules["pkg_resources"]
    jieba.setLogLevel(60)
    engine = jieba.Tokenizer()
    engine.tmp_dir = str(cache_folder())
    return engine


def cut(text: str, *, exact: bool = True) -> list[str]:
    """The words of a folded text; joined they are the text.

    Without ``exact`` the few texts on which the two differ are not read again by jieba itself.
    """
    if exact and ROUTED.search(text):
        return list(_reference().cut(text))
    return list(_fast().cut(text))


def borders(text: str, *, listed_only: bool = False) -> frozenset[int]:
    """Offsets at which a word begins or ends, 0 and the length included.

    With ``listed_only`` no words are guessed that the dictionary does not hold.
    """
    at, found = 0, [0]
    for word in _fast().cut(text, False) if listed_only else cut(text):
        at += len(word)
        found.append(at)
    return frozenset(found)


def torn(text: str, start: int, end: int, edges: frozenset[int] | None = None) -> str | None:
    """The listed word of a folded text that a stretch of it cuts in two, if one does.

    ``edges`` are the borders of its listed words, if they are known already.

    A stretch inside one word tears nothing; nor does one whose neighbour only lends it a particle or a plural.
    """
    if edges is None:
        edges = borders(text, listed_only=True)
    if start not in edges:
        low, high = _around(start, edges)
        if high < end and text[low:high] not in UNSTABLE:
            return text[low:high]
    if end not in edges:
        low, high = _around(end, edges)
        if low > start and text[end:high] not in LENT and text[low:high] not in UNSTABLE:
            return text[low:high]
    return None


def _around(at: int, edges: frozenset[int]) -> tuple[int, int]:
    return max(e for e in edges if e < at), min(e for e in edges if e > at)


def dictionary() -> list[tuple[str, int]]:
    """The words of jieba's dictionary and their frequencies; reads a file of 5 MB without importing jieba."""
    from importlib.util import find_spec

    spec = find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        return []
    path = Path(next(iter(spec.submodule_search_locations))) / "dict.txt"
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, rest = line.partition(" ")
        found.append((word, int(rest.partition(" ")[0] or 0)))
    return found
