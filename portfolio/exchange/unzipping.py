"""A zip that somebody sends, opened with suspicion: nothing is unpacked to a folder, and no more than was agreed."""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from typing import BinaryIO

from portfolio.errors import Refused
from portfolio.i18n import gettext as _

MOST_MEMBERS = 20_000
MOST_DIRECTORY = 8 * 1024 * 1024
MOST_RATIO = 200
"""Our own pages and texts pack by ten to forty times; a bomb by a thousand."""
SMALL = 1024 * 1024
"""Below this size in bytes a ratio says nothing."""
NAME_LENGTH = 400

_END = b"PK\x05\x06"
_END_LENGTH = 22
_END_OF_ZIP64 = b"PK\x06\x07"
_END_OF_ZIP64_LENGTH = 20
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    struct.error,
)


class SafeZip:
    """A zip whose directory was looked into first. `most_bytes` is what all its members may hold unpacked.

    Raises Refused, with what is wrong in the reader's language, when it isn't a zip that this software could have made.
    """

    def __init__(self, stream: BinaryIO, most_bytes: int) -> None:
        _check_directory(stream)
        try:
            self._zip = zipfile.ZipFile(stream)
        except _DAMAGED as problem:
            raise Refused(_no_zip()) from problem
        members = self._zip.infolist()
        if len(members) > MOST_MEMBERS:
            raise Refused(_too_many())
        self._members: dict[str, zipfile.ZipInfo] = {}
        seen = set[str]()
        for member in members:
            _check_member(member)
            folded = member.filename.casefold()
            if folded in seen:
                raise Refused(_("“%(name)s” is in this zip twice.", name=_shown(member.filename)))
            seen.add(folded)
            self._members[member.filename] = member
        if sum(member.file_size for member in members) > most_bytes:
            raise Refused(_("This zip holds more than fits here: at most %(most)s MB.", most=most_bytes // 1024**2))

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str, most: int) -> bytes:
        """The bytes of a member, at most so many. Raises Refused when it is larger or damaged, KeyError when absent."""
        member = self._members[name]
        if member.file_size > most:
            raise Refused(_("“%(name)s” in this zip is too large.", name=_shown(name)))
        try:
            with self._zip.open(member) as file:
                data = file.read(member.file_size + 1)
        except _DAMAGED as problem:
            raise Refused(_("“%(name)s” in this zip is damaged.", name=_shown(name))) from problem
        if len(data) != member.file_size:
            raise Refused(_("“%(name)s” in this zip is damaged.", name=_shown(name)))
        return data


def _check_directory(stream: BinaryIO) -> None:
    """Look at the size of the directory before zipfile makes an object of each of its lines."""
    stream.seek(0, 2)
    length = stream.tell()
    tail_length = min(length, 65_535 + _END_LENGTH + _END_OF_ZIP64_LENGTH)
    stream.seek(length - tail_length)
    tail = stream.read(tail_length)
    stream.seek(0)
    at = len(tail) - _END_LENGTH
    if at < 0 or tail[at : at + 4] != _END or tail[-2:] != b"\0\0":  # as zipfile does: without a comment, else the last
        at = tail.rfind(_END)
    if at < 0 or at + _END_LENGTH > len(tail):
        raise Refused(_no_zip())
    count, size = struct.unpack("<HL", tail[at + 10 : at + 16])
    is_zip64 = tail[max(at - _END_OF_ZIP64_LENGTH, 0) : at].startswith(_END_OF_ZIP64)
    if is_zip64 or count > MOST_MEMBERS or size > MOST_DIRECTORY:
        raise Refused(_too_many())


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.orig_filename
    parts = name.removesuffix("/").split("/")
    if (
        len(name) > NAME_LENGTH
        or re.search(r"[\x00-\x1f\x7f\\]", name)
        or re.match(r"[A-Za-z]:", name)
        or any(part in ("", ".", "..") for part in parts)
    ):
        raise Refused(_("“%(name)s” in this zip is no safe name for a file.", name=_shown(name)))
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused(_("“%(name)s” in this zip is a link to something else, not a file.", name=_shown(name)))
    if member.flag_bits & 0x1:
        raise Refused(_("This zip is locked with a password. Save it without one first."))
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused(_("“%(name)s” in this zip is packed in a way that can't be read here.", name=_shown(name)))
    if member.file_size > max(SMALL, MOST_RATIO * member.compress_size):
        raise Refused(_("“%(name)s” in this zip unpacks to far more than it seems to hold.", name=_shown(name)))


def _shown(name: str) -> str:
    readable = re.sub(r"[^\w .,()/\\:-]", "?", name)
    return readable if len(readable) <= 80 else readable[:79] + "…"


def _no_zip() -> str:
    return _("This is no zip, or only part of one. Choose the zip that you took along, whole.")


def _too_many() -> str:
    return _("This zip holds more than %(most)s files, so it is no portfolio.", most=MOST_MEMBERS)
