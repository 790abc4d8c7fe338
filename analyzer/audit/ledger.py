"""What is done already: every judged call in one SQLite file, so that an audit killed at any instant goes on.

The ledger stands in ``.ledger`` inside the output folder; deleting that folder only costs the time to judge again.
Items of a file are committed in order, so what is there is always a beginning of the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from analyzer.audit.facts import COLUMNS, Facts
from analyzer.audit.judging import Judged, Stored
from analyzer.audit.sources import Source
from analyzer.audit.workers import Chunk
from analyzer.errors import HeguiError

FOLDER = ".ledger"
FACTS = ", ".join(COLUMNS)
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS files (
    id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL,
    reading TEXT NOT NULL, complete INTEGER NOT NULL, rank INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS items (
    id INTEGER PRIMARY KEY, file INTEGER NOT NULL, pos INTEGER NOT NULL, judged TEXT NOT NULL,
    call_id TEXT, source TEXT, line INTEGER, reason TEXT, call BLOB, report BLOB, {FACTS});
CREATE UNIQUE INDEX IF NOT EXISTS place ON items (file, pos);
CREATE INDEX IF NOT EXISTS state ON items (judged);
CREATE TABLE IF NOT EXISTS dials (id INTEGER PRIMARY KEY, source TEXT, call_id TEXT, {FACTS});
CREATE TABLE IF NOT EXISTS extras (item INTEGER NOT NULL, dial TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS extra_of ON extras (item);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of the ledger in the order of the reports; ``reason`` is set where nothing could be judged."""

    id: int
    call_id: str
    source: str
    line: int | None
    reason: str | None
    call: bytes | None
    report: bytes | None
    facts: Facts


class Ledger:
    """The open ledger of an output folder; nobody else can open it meanwhile.

    Raises:
        HeguiError: the folder cannot be written to, another audit is at work, or the file is broken.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FOLDER / "audit.sqlite"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise HeguiError(f"{folder}：已有同名文件，不能作为输出目录；请换一个 -o 路径") from None
        with self._told():
            self._db = sqlite3.connect(self.path, timeout=0.5, isolation_level=None)
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(f"BEGIN IMMEDIATE;{SCHEMA}COMMIT;")

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Trouble of the database in one sentence."""
        try:
            yield
        except sqlite3.Error as error:
            text = str(error)
            if "full" in text:
                raise HeguiError(
                    f"{self.path}：磁盘已满；请腾出空间后用同样的命令接着跑，已完成的部分会保留"
                ) from error
            if "locked" in text:
                raise HeguiError(
                    f"{self.path}：另一个 hegui audit 正在写这个目录；请等它结束或换一个 -o 路径"
                ) from error
            raise HeguiError(
                f"{self.path}：进度账本用不了（{text}）；请检查磁盘和权限，账本损坏时删除 {self.path.parent} 后重跑"
            ) from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                if self._db.in_transaction:  # a full disk has rolled back by itself
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _rows(self, sql: str, *values: object) -> Iterator[tuple[Any, ...]]:
        with self._told(), closing(self._db.cursor()) as cursor:
            yield from cursor.execute(sql, values)

    def settle(self, sources: Sequence[Source], reading: str) -> None:
        """Take these files, in this order, as the inputs; what was read of other or changed files is dropped."""
        with self._transaction() as db:
            known = {n: (i, d, r) for i, n, d, r in db.execute("SELECT id, name, digest, reading FROM files")}
            db.execute("UPDATE files SET rank = -1")
            for rank, s in enumerate(sources):
                old = known.get(s.name)
                if old is not None and old[1:] == (s.digest, reading):
                    db.execute("UPDATE files SET rank = ? WHERE id = ?", (rank, old[0]))
                    continue
                if old is not None:
                    db.execute("DELETE FROM items WHERE file = ?", (old[0],))
                    db.execute("DELETE FROM files WHERE id = ?", (old[0],))
                row = (s.name, s.digest, s.size, reading, 0, rank)
                db.execute("INSERT INTO files (name, digest, size, reading, complete, rank) VALUES (?,?,?,?,?,?)", row)
            db.execute("DELETE FROM items WHERE file IN (SELECT id FROM files WHERE rank < 0)")
            db.execute("DELETE FROM files WHERE rank < 0")

    def progress(self) -> dict[str, tuple[int, int, bool]]:
        """File name -> its id, how many of its items are done, whether it was read to its end."""
        counted = "SELECT file, count(*) FROM items GROUP BY file"
        done = {int(f): int(n) for f, n in self._rows(counted)}
        return {
            str(name): (int(i), done.get(int(i), 0), bool(complete))
            for i, name, complete in self._rows("SELECT id, name, complete FROM files")
        }

    def put(self, done: Sequence[tuple[Chunk, Sequence[Judged]]], key: str) -> None:
        """Commit chunks with their verdicts, all or none."""
        sql = (
            f"INSERT INTO items (file, pos, judged, call_id, source, line, reason, call, report, {FACTS}) "
            f"VALUES (?,?,?,?,?,?,?,?,?{',?' * len(COLUMNS)})"
        )
        with self._transaction() as db:
            for chunk, judged in done:
                db.executemany(sql, (_row(chunk.file, chunk.first + n, j, key) for n, j in enumerate(judged)))
                if chunk.last:
                    db.execute("UPDATE files SET complete = 1 WHERE id = ?", (chunk.file,))

    def replace(self, done: Sequence[tuple[Chunk, Sequence[Judged]]], key: str) -> None:
        """Put new verdicts in the place of old ones."""
        changes = ", ".join(f"{c} = ?" for c in ("judged", "reason", "report", *COLUMNS))
        with self._transaction() as db:
            for chunk, judged in done:
                pairs = zip(chunk.ids, judged, strict=True)
                rows = ((_key(j, key), j.reason, j.report, *astuple(j.facts), i) for i, j in pairs)
                db.executemany(f"UPDATE items SET {changes} WHERE id = ?", rows)

    def stale(self, key: str) -> Iterator[tuple[int, Stored]]:
        """Calls whose verdict rests on other rules, another model, another program, or missed a plug-in reader."""
        ids = [int(i) for (i,) in self._rows("SELECT id FROM items WHERE judged <> ? AND call IS NOT NULL", key)]
        for i in ids:
            for source, call in self._rows("SELECT source, call FROM items WHERE id = ?", i):
                yield i, Stored(str(source), bytes(call))

    def count(self, where: str = "report IS NOT NULL") -> int:
        """How many items there are."""
        return next(int(n) for (n,) in self._rows(f"SELECT count(*) FROM items WHERE {where}"))

    def entries(self) -> Iterator[Entry]:
        """All items in the order of the reports, one at a time."""
        sql = f"SELECT id, call_id, source, line, reason, call, report, {FACTS} FROM items WHERE file = ? ORDER BY pos"
        for (file,) in list(self._rows("SELECT id FROM files ORDER BY rank")):
            for row in self._rows(sql, file):
                i, call_id, source, line, reason, call, report, *facts = row
                yield Entry(i, call_id, source, line, reason, call, report, Facts(*facts))

    def inputs(self) -> list[tuple[str, int, str]]:
        """Name, size and SHA-256 of the inputs in their order."""
        rows = self._rows("SELECT name, size, digest FROM files ORDER BY rank")
        return [(str(n), int(s), str(d)) for n, s, d in rows]

    def take_dials(self, dials: Iterable[tuple[str, str, Facts]]) -> None:
        """Take these rows of a contact log (source, id, facts) in place of all earlier ones."""
        sql = f"INSERT INTO dials (source, call_id, {FACTS}) VALUES (?,?{',?' * len(COLUMNS)})"
        with self._transaction() as db:
            db.execute("DELETE FROM dials")
            db.executemany(sql, ((s, i, *astuple(f)) for s, i, f in dials))

    def contacts(self, order: str) -> Iterator[tuple[int, str, str, Facts]]:
        """All contacts, of calls and of the contact log: item (0 for a dial), call id, source, facts; sorted.

        A dial that is the record of a call that is there too (same id) is left out.
        """
        calls = f"SELECT i.id AS item, i.call_id, i.source, {FACTS}, f.rank AS r, i.pos AS p FROM items i JOIN files f"
        calls += " ON f.id = i.file WHERE i.report IS NOT NULL"
        dials = f"SELECT 0, call_id, source, {FACTS}, 1e9, id FROM dials WHERE call_id = '' OR call_id NOT IN"
        dials += " (SELECT call_id FROM items WHERE report IS NOT NULL)"
        for row in self._rows(f"SELECT * FROM ({calls} UNION ALL {dials}) ORDER BY {order}, started, r, p"):
            yield int(row[0]), str(row[1]), str(row[2]), Facts(*row[3:-2])

    def take_extras(self, extras: Iterable[tuple[int, str, bytes]]) -> None:
        """Take what was found across calls: item (0 for a dial, then ``dial`` names it) and the packed finding."""
        with self._transaction() as db:
            db.execute("DELETE FROM extras")
            db.executemany("INSERT INTO extras (item, dial, body) VALUES (?,?,?)", extras)

    def extras(self, item: int) -> list[tuple[str, bytes]]:
        """What was found across calls about one item, or with 0 about dials without a transcript."""
        return [(str(d), bytes(b)) for d, b in self._rows("SELECT dial, body FROM extras WHERE item = ?", item)]


def _row(file: int, pos: int, j: Judged, key: str) -> tuple[object, ...]:
    return (file, pos, _key(j, key), j.call_id, j.source, j.line, j.reason, j.call, j.report, *astuple(j.facts))


def _key(j: Judged, key: str) -> str:
    """What a verdict rests on; one that a plug-in reader had no part in is stale from the start."""
    return f"{key}?" if j.missed else key
