"""One transcript file as the formats see it: its head to judge by, its text when somebody asks for it."""

from __future__ import annotations

import io
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import msgspec

from analyzer.call import Call
from analyzer.errors import InputError, Skipped
from analyzer.formats import encoding as enc
from analyzer.formats import strictjson

if TYPE_CHECKING:
    from analyzer.formats.mapping import Mapping

HEAD = 1 << 16
"""Bytes that a format may look at before it claims a file."""

CERTAIN = 0.97
"""A format this sure is taken without asking the others, so that a big file is not decoded only to look at it."""

LINE_END = re.compile("\r\n|\n|\r")
SAMPLES = Path(__file__).with_name("samples")
"""One small file of every format, shipped and shown by ``hegui formats NAME``."""

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
"""What old or encrypted files of Word and Excel begin with."""

ZIP_TROUBLE = (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError, zlib.error)
"""What zipfile raises for broken, truncated, encrypted or exotic archives."""

_LOOKED_AT = 20
"""Lines that show whether a file is JSONL."""

_decode = msgspec.json.Decoder().decode

Sibling = Callable[[str], "bytes | None"]
"""The bytes of a file beside the document by its name; None when there is none."""


class Document:
    """A file or a stream; bytes and text are read once, and only when needed.

    Args:
        name: shown in messages and in ``Call.source``.
        path: where the bytes are; None when ``data`` is given.
        data: the bytes themselves.
        encoding: overrides the recognition of the encoding.
        sibling: how to reach a file beside it, where that is not the folder of ``path``.
        mapping: what its fields, columns and voices are called, where somebody said so.

    Raises:
        InputError: the file cannot be opened.
    """

    def __init__(
        self,
        name: str,
        *,
        path: Path | None = None,
        data: bytes | None = None,
        encoding: str | None = None,
        sibling: Sibling | None = None,
        mapping: Mapping | None = None,
    ) -> None:
        self.name = name
        self.encoding = encoding
        self.path = path
        self.mapping = mapping
        self._sibling = sibling
        self._data = data
        self._archive: zipfile.ZipFile | None = None
        self.head = data[:HEAD] if data is not None else self._read(HEAD)

    @cached_property
    def stem(self) -> str:
        """File name without folder and ending; the first part of derived call ids."""
        return PurePath(self.name).stem or "call"

    @cached_property
    def whole(self) -> bool:
        """True when the head is the whole file."""
        return len(self.head) < HEAD

    @cached_property
    def data(self) -> bytes:
        """All bytes."""
        return self._data if self._data is not None else self._read(-1)

    @cached_property
    def codec(self) -> str:
        """The codec the head calls for, UTF-8 also when a few bytes are broken; InputError when there is none."""
        try:
            return enc.codec_of(self.head, self.name, self.encoding, final=self.whole)
        except InputError:
            if self.encoding is None and enc.mostly_utf8(self.head):
                return "utf-8"
            raise

    @cached_property
    def head_text(self) -> str:
        """The head decoded; InputError when it is no text."""
        text = self.head.decode(self.codec, "ignore").removeprefix("\ufeff")
        enc.complain(text, self.name)
        return text

    def refuse_empty(self) -> None:
        """Say so when there is nothing in the file.

        Raises:
            InputError: it is empty.
        """
        if not self.head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
            raise InputError(self.name, "是空文件，没有任何内容")

    def refuse_binary(self) -> None:
        """Say so when the file is no text, unless it is an archive or a document of Office.

        Raises:
            InputError: it is no text.
        """
        if self.packed is None and not self.head.startswith(OLD_OFFICE):
            _ = self.head_text

    @cached_property
    def words(self) -> str:
        """The head decoded, empty when it is no text: what the formats look at."""
        if self.head.startswith((b"PK\x03\x04", OLD_OFFICE)):
            return ""
        try:
            return self.head_text
        except InputError:
            return ""

    @cached_property
    def packed(self) -> frozenset[str] | None:
        """First folders and names in a zip archive, of a broken one what its head shows; None when it is none."""
        if not self.head.startswith(b"PK\x03\x04"):
            return None
        try:
            names = self.archive().namelist()
            return frozenset(name.split("/")[0] for name in names)
        except ZIP_TROUBLE:
            return frozenset(name for name in ("xl", "word") if f"{name}/".encode() in self.head)

    def archive(self) -> zipfile.ZipFile:
        """The file as a zip archive; what ``ZIP_TROUBLE`` names when it is none."""
        if self._archive is None:
            self._archive = zipfile.ZipFile(io.BytesIO(self.data))
        return self._archive

    @cached_property
    def value(self) -> Any:
        """The whole file as one JSON value; of equal keys the last wins.

        Raises:
            InputError: it is no text.
            ValueError: it is no JSON, in Chinese, with the place.
        """
        return strictjson.loose(self.text)

    @cached_property
    def specimen(self) -> Any:
        """The first JSON object or list of them: of JSONL the first line that is one, else the whole file; or None."""
        if not self.words.lstrip().startswith(("{", "[")):
            return None
        value: Any
        if self.json_lines:
            value = next(filter(None, map(_json, self._first_lines)), None)
        else:
            try:
                value = self.value
            except (InputError, ValueError):
                return None
        return value if isinstance(value, dict) or value[:1] in ([], [{}]) or _holds(value[0]) else None

    @cached_property
    def json_lines(self) -> bool:
        """True for JSON with one value a line and more than one line; a few of them may be broken."""
        first, *rest = self._first_lines or [""]
        if not rest or len(first) < 3 or not first.startswith(("{", "[")):
            return False
        return _holds(_json(first)) or 2 * sum(_holds(_json(line)) for line in rest) > len(rest) + 1

    @cached_property
    def _first_lines(self) -> list[str]:
        """The first lines that are not empty, each of them whole."""
        lines = [line for line in map(str.strip, LINE_END.split(self.words)) if line]
        if self.whole or len(lines) > 2:
            return (lines if self.whole else lines[:-1])[:_LOOKED_AT]
        filled = (line.decode("utf-8", "replace").strip() for _, line in self.raw_lines())
        return list(islice(filter(None, filled), 2))

    @cached_property
    def text(self) -> str:
        """The whole text; InputError when it is no text."""
        if self.whole and "head_text" in self.__dict__:
            return self.head_text.replace("\0", " ")
        return enc.decode(self.data, self.name, self.encoding)

    def sibling(self, name: str) -> bytes | None:
        """The bytes of the file ``name`` beside this one, None when there is none."""
        if self._sibling is not None:
            return self._sibling(name)
        if self.path is None or name not in _listing(self.path.parent):
            return None
        try:
            return self.path.with_name(name).read_bytes()
        except OSError:
            return None

    def lines(self) -> Iterator[tuple[int, str]]:
        """Numbered lines from 1 of the whole text; ends may be mixed, only CR and LF count as ends."""
        return enumerate(LINE_END.split(self.text), 1)

    def raw_lines(self) -> Iterator[tuple[int, bytes]]:
        """Numbered lines as UTF-8 bytes, streamed when the file is UTF-8, so that memory stays flat."""
        if self.codec not in ("utf-8", "utf-8-sig", "ascii"):
            yield from ((number, line.encode("utf-8", "surrogatepass")) for number, line in self.lines())
            return
        number = 0
        for chunk in self._chunks():
            for line in chunk.rstrip(b"\r\n").split(b"\r"):
                number += 1
                yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line

    def _chunks(self) -> Iterator[bytes]:
        if self.path is None:
            yield from self.data.split(b"\n")
            return
        try:
            with self.path.open("rb") as file:
                yield from file
        except OSError as error:
            raise unreadable(self.name, error) from error

    def _read(self, size: int) -> bytes:
        if self.path is None:
            return b""
        try:
            with self.path.open("rb") as file:
                return file.read(size)
        except (OSError, ValueError) as error:
            raise unreadable(self.name, error) from error


@dataclass(frozen=True)
class Format:
    """One transcript format.

    Args:
        name: the machine key, also what ``forced`` takes.
        title: its Chinese name.
        extensions: usual file endings; they only break ties.
        sniff: how sure a document is of this format, 0.0 (no) to 1.0 (certainly).
        read: the calls of a document; a bad call is Skipped, an unreadable file InputError.
        needs: what must be there, in Chinese; said when a file only comes close.
        general: a way to read what no other format is sure of; asked last.
    """

    name: str
    title: str
    extensions: tuple[str, ...]
    sniff: Callable[[Document], float]
    read: Callable[[Document], Iterator[Call | Skipped]]
    needs: str
    general: bool = False

    @property
    def sample(self) -> str:
        """A small file of this format; of a workbook, a document or an archive what is in it, as text."""
        return next(SAMPLES.glob(f"{self.name}.*")).read_text(encoding="utf-8")


def unreadable(name: str, error: Exception) -> InputError:
    """The InputError for a file the system does not hand out."""
    if isinstance(error, IsADirectoryError):
        return InputError(name, "是文件夹，不是文件", advice="请给出文件，或让批量命令展开文件夹")
    if isinstance(error, FileNotFoundError):
        return InputError(name, "文件不存在", advice="请检查路径")
    if isinstance(error, PermissionError):
        return InputError(name, "没有读取权限", advice="请检查文件权限")
    return InputError(name, "文件无法打开", advice="请检查路径和磁盘")


def skipped(error: InputError) -> Skipped:
    """A bad call inside a readable file: the error without its place, which Skipped carries apart."""
    reason = str(InputError("", error.reason, field=error.field, advice=error.advice)).removeprefix("：")
    return Skipped(error.source, reason, error.line)


def _holds(value: object) -> bool:
    """True for what may hold turns."""
    return isinstance(value, (dict, list))


def _json(text: str) -> Any:
    try:
        return _decode(text)
    except (ValueError, RecursionError):
        return None


def _listing(folder: Path) -> frozenset[str]:
    """The names in a folder, looked up again when it has changed."""
    try:
        return _names(folder, folder.stat().st_mtime_ns)
    except (OSError, ValueError):
        return frozenset()


@lru_cache(maxsize=8)
def _names(folder: Path, _changed: int) -> frozenset[str]:
    return frozenset(os.listdir(folder))
