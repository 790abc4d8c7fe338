"""Zip archives: every transcript in them, as if the archive were a folder.

Names in GBK, as Chinese Windows writes them, are read; hidden files, encrypted ones and archives in archives are not.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator

from analyzer.errors import InputError, Skipped
from analyzer.formats.document import ZIP_TROUBLE, Document, Sibling
from analyzer.formats.walk import wanted

NEEDS = "能打开的 zip，里面有转写文件"
_MOST_BYTES, _MOST_FILES = 1 << 31, 1_000_000
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1


def sniff(document: Document) -> float:
    """A zip archive that is no workbook and no Word document."""
    names = document.packed
    return 0.0 if names is None or {"xl", "word"} & names else 0.3 if "[Content_Types].xml" in names else 0.9


def members(document: Document) -> Iterator[Document | Skipped]:
    """The files of the archive in order of their names; one that cannot be unpacked is Skipped.

    Raises:
        InputError: no archive, or one that would not fit.
    """
    try:
        archive = document.archive()
    except ZIP_TROUBLE as error:
        raise InputError(document.name, "压缩包损坏，无法打开", advice="请重新压缩为普通 zip") from error
    inside = _Inside(archive)
    if sum(entry.file_size for entry in inside.entries.values()) > _MOST_BYTES or len(inside.entries) > _MOST_FILES:
        raise InputError(document.name, "压缩包解开后超过 2 GB 或一百万个文件，拒绝读取", advice="请分成几个压缩包")
    for name in sorted(filter(inside.is_transcript, inside.entries)):
        place = f"{document.name}/{name}"
        if inside.entries[name].flag_bits & _ENCRYPTED:
            yield Skipped(place, "压缩包里的这个文件有密码，未读取；请去掉密码重新压缩")
            continue
        data = inside.read(name)
        if data is None:
            yield Skipped(place, "压缩包里的这个文件损坏，未读取；请重新压缩")
            continue
        sibling = inside.beside(posixpath.dirname(name))
        yield Document(place, data=data, encoding=document.encoding, sibling=sibling, mapping=document.mapping)


class _Inside:
    """The files of an archive by their readable names; what lies beside many of them is unpacked once."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.entries = {_name(entry): entry for entry in archive.infolist() if not entry.is_dir()}
        self._kept: dict[str, bytes | None] = {}

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, None when it cannot be unpacked."""
        try:
            return self._archive.read(self.entries[name])
        except ZIP_TROUBLE:
            return None

    def beside(self, folder: str) -> Sibling:
        """How a file of this folder reaches the files beside it."""

        def sibling(other: str) -> bytes | None:
            name = posixpath.join(folder, other)
            if name not in self.entries:
                return None
            if name not in self._kept:
                self._kept[name] = self.read(name)
            return self._kept[name]

        return sibling

    def is_transcript(self, name: str) -> bool:
        """Whether a file is one to be read."""
        parts = name.split("/")
        if any(part.startswith((".", "__MACOSX")) for part in parts):
            return False
        folder = posixpath.dirname(name)
        return wanted(parts[-1], lambda other: posixpath.join(folder, other) in self.entries)


def _name(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename
