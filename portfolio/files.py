"""The bytes of attachments: what may come in, what is taken out of it, where it lies, and how it is handed back.

A file is judged by its content, never by its name alone. Pictures are decoded and written anew, so that no place, time,
device or hidden text travels along; documents stay as they are and are never shown inside our pages. Audio, video, SVG
and HTML are left out: a voice or a moving face can't be made anonymous here, and the other two are programs.
"""

import os
import re
import secrets
import time
import unicodedata
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from PIL import Image

from portfolio.filenames import safe_filename, split_extension
from portfolio.i18n import LazyText
from portfolio.i18n import lazy_gettext as _l
from portfolio.office import OfficeProblem, find_office_type

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 2400

REASONS: dict[str, LazyText] = {
    "empty": _l("This file is empty."),
    "too_large": _l("This file is too large."),
    "unknown_type": _l(
        "This kind of file can't be kept here. Pictures (JPEG, PNG, WebP, GIF), PDF, plain text and documents "
        "(docx, xlsx, pptx, odt) can."
    ),
    "heic": _l("This is a HEIC photo, which most browsers can't show. Save it as JPEG first."),
    "old_office": _l(
        "This is an older or password-protected Office file. Save it as docx, xlsx or pptx without a password."
    ),
    "not_utf8": _l("This text file is in an older encoding. Save it as UTF-8 first."),
    "too_many_pixels": _l("This picture has more than 40 million pixels. Make it smaller first."),
    "macros": _l("This document contains macros. Save it without them first."),
    "protected": _l("This document is locked with a password. Save it without one first."),
    "broken": _l("This file is damaged or incomplete, so it can't be opened."),
}
"""Every reason to refuse a file, and what the person reads."""

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "text/plain": "txt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
}
"""Every media type that is kept, with the extension its files get."""

_TEXT_NAMES = {"": "txt", "txt": "txt", "text": "txt", "md": "md", "csv": "csv"}
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SHOWN_IN_PAGE = {"image/jpeg", "image/png", "image/webp"}


@dataclass(frozen=True)
class Accepted:
    """A file as it should be stored; `extension` has no dot, sizes are in pixels and only for pictures."""

    media_type: str
    extension: str
    data: bytes
    width: int | None = None
    height: int | None = None
    cleaned: bool = False
    """True when the bytes were written anew without metadata; a document keeps its author's name and the like."""


class RefusedFile(Exception):
    """A file that isn't kept: `reason_code` is a key of REASONS, `message` what the person reads."""

    def __init__(self, reason_code: str) -> None:
        super().__init__(reason_code)
        self.reason_code = reason_code
        self.message = REASONS[reason_code]


def inspect_upload(data: bytes, filename: str, *, max_bytes: int = MAX_BYTES) -> Accepted:
    """Return what may be stored of an uploaded file. Raises RefusedFile.

    A picture comes back written anew: upright, at most 2400 pixels on its long side, its metadata and colour profile
    gone; of a GIF the first frame, as PNG. It may be larger in bytes than what came in.
    """
    if not data:
        raise RefusedFile("empty")
    if len(data) > max_bytes:
        raise RefusedFile("too_large")
    picture = _find_picture_format(data)
    if picture is not None:
        return _rewrite_picture(data, picture)
    if data.startswith(b"%PDF-"):
        if b"%%EOF" not in data[-2048:]:
            raise RefusedFile("broken")
        return Accepted("application/pdf", "pdf", data)
    if data.startswith(b"PK\x03\x04"):
        return _check_office(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise RefusedFile("old_office")
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1"):
        raise RefusedFile("heic")
    return _check_text(data, filename)


def _find_picture_format(data: bytes) -> str | None:
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return None


def _rewrite_picture(data: bytes, picture: str) -> Accepted:
    try:
        with Image.open(BytesIO(data), formats=[picture]) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise RefusedFile("too_many_pixels")
            upright = _upright_and_small(opened, picture)
    except RefusedFile:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as problem:
        raise RefusedFile("too_many_pixels") from problem
    except Exception as problem:  # a decoder given hostile bytes may raise anything
        raise RefusedFile("broken") from problem
    out = BytesIO()
    if picture == "JPEG":
        upright.save(out, "JPEG", quality=88, optimize=True, progressive=True)
    elif picture == "WEBP":
        upright.save(out, "WEBP", quality=88)
    else:
        picture = "PNG"
        upright.save(out, "PNG", optimize=True)
    media_type = f"image/{picture.lower()}"
    return Accepted(media_type, EXTENSIONS[media_type], out.getvalue(), upright.width, upright.height, cleaned=True)


def _upright_and_small(opened: Image.Image, picture: str) -> Image.Image:
    """The first frame as plain pixels: no palette, no profile, nothing that a writer would copy along."""
    turn = _find_turn(opened)
    mode = "RGBA" if "A" in opened.getbands() or "transparency" in opened.info else "RGB"
    if picture != "JPEG":  # a JPEG is shrunk while it is decoded, which saves most of the memory
        opened = opened.convert(mode)
    opened.thumbnail((MAX_SIDE, MAX_SIDE))
    small = opened.convert(mode)
    if turn is not None:
        small = small.transpose(turn)
    bare = Image.new(mode, small.size)
    bare.paste(small)
    return bare


def _find_turn(opened: Image.Image) -> Image.Transpose | None:
    try:
        return _UPRIGHT.get(opened.getexif().get(0x0112, 1))
    except Exception:  # damaged metadata is no reason to refuse a picture: it goes out anyway
        return None


def _check_office(data: bytes) -> Accepted:
    try:
        media_type = find_office_type(data)
    except OfficeProblem as problem:
        raise RefusedFile(problem.reason_code) from problem
    if media_type is None:
        raise RefusedFile("unknown_type")
    return Accepted(media_type, EXTENSIONS[media_type], data)


def _check_text(data: bytes, filename: str) -> Accepted:
    extension = _TEXT_NAMES.get(split_extension(filename)[1].lower())
    if extension is None or re.search(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]", data):
        raise RefusedFile("unknown_type")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise RefusedFile("not_utf8") from problem
    if re.match(r"\s*<[a-z!?/]", text, re.IGNORECASE):
        raise RefusedFile("unknown_type")
    return Accepted("text/plain", extension, data)


def serving_headers(media_type: str, filename: str) -> dict[str, str]:
    """Return the headers with which a stored file goes out. Only pictures open in the page; the rest is saved.

    A type that isn't on the list goes out as plain bytes.
    """
    if media_type not in EXTENSIONS:
        media_type = "application/octet-stream"
    name = safe_filename(filename)
    ascii_name = re.sub(r"[^\x20-\x7e]|[\\%;]", "_", unicodedata.normalize("NFKD", name).replace('"', ""))
    disposition = "inline" if media_type in _SHOWN_IN_PAGE else "attachment"
    return {
        "Content-Type": "text/plain; charset=utf-8" if media_type == "text/plain" else media_type,
        "Content-Disposition": f"{disposition}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }


class MissingFile(LookupError):
    """The store has no file by this key."""


class Store(Protocol):
    """Where the bytes of attachments lie. A key is the hex of the attachment's id: 32 lower-case digits."""

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`, whole or not at all; what lay there is replaced."""

    def get(self, key: str) -> bytes:
        """Return the bytes. Raises MissingFile."""

    def delete(self, key: str) -> None:
        """Forget the file; one that isn't there is fine."""

    def exists(self, key: str) -> bool:
        """Return whether there is a file by this key."""


class FolderStore:
    """A store in a folder that only this user can read, two levels deep."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _path(self, key: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{32}", key):
            raise ValueError("a key is the 32 hex digits of an id")
        # From the end: ids begin with the time, so the first digits are the same for weeks.
        return self.root / key[-2:] / key[-4:-2] / key

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`; after a crash there is the old file or the new one, never half of it."""
        path = self._path(key)
        incoming = self.root / "incoming"
        for folder in (self.root, incoming, path.parent.parent, path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = incoming / f"{key}.{secrets.token_hex(8)}"
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        for folder in (path.parent, path.parent.parent, self.root):
            _sync_folder(folder)

    def get(self, key: str) -> bytes:
        """Return the bytes. Raises MissingFile."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as problem:
            raise MissingFile(key) from problem

    def delete(self, key: str) -> None:
        """Forget the file; one that isn't there is fine."""
        self._path(key).unlink(missing_ok=True)

    def exists(self, key: str) -> bool:
        """Return whether there is a file by this key."""
        return self._path(key).is_file()

    def sweep(self, older_than: float = 3600.0) -> int:
        """Remove what a crash left half written more than `older_than` seconds ago; return how many files that were."""
        incoming = self.root / "incoming"
        left = [part for part in incoming.glob("*") if part.stat().st_mtime < time.time() - older_than]
        for part in left:
            part.unlink(missing_ok=True)
        return len(left)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows can't open a folder, and keeps its own order
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
