"""From a page to a tagged PDF: made here from HTML and bytes that are handed in, with nothing fetched from anywhere.

WeasyPrint does the work; it needs Pango on the machine, and where that is missing there is no PDF and the pages don't
offer one. By itself it opens any address in the text, `file:` too: `Enclosed` answers for our own static files and for
the files that came along, and for nothing else. What it leaves out of PDF/UA is put right afterwards with pikepdf.
"""

from __future__ import annotations

import io
import logging
import mimetypes
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import pikepdf
from PIL import Image, ImageFile

from portfolio.errors import TooManyAttempts
from portfolio.i18n import gettext as _

HERE = "https://printing.invalid"
"""Where a printed page seems to lie, so that its own addresses have a beginning. Nobody is there."""
STATIC = re.compile(r"/static/(?P<theme>[^/]+)/[^/]+/(?P<path>.+)")
FindStatic = Callable[[str, str], Path | None]
"""The file of a theme by its path, as `Themes.static_file`."""
WIDEST, ENOUGH = 1200, 800
"""Pixels of a picture that is as wide as the text, at some 180 an inch and at 120: it may have any number between."""
SMALL = 300_000
"""Bytes of a picture that is taken as it is."""
ROOM = 20_000_000
"""Bytes of all pictures together up to which a JPEG is taken as it is, too."""
_one_at_a_time = Lock()
PATIENCE = 10.0
"""Seconds for which somebody waits for another's."""
logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # it would write addresses from people's texts into the log


class NoPrinter(RuntimeError):
    """This machine can't make a PDF; the message says what is missing."""


@dataclass(frozen=True)
class PrintFile:
    """A file that a printed page shows, such as a picture."""

    data: bytes
    media_type: str


@lru_cache(maxsize=1)
def why_no_printer() -> str:
    """What is missing to make a PDF, in a sentence for who looks after the machine; "" when nothing is."""
    strict = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        import weasyprint  # noqa: F401
    except OSError as error:  # a library of the system
        return f"Pango can't be loaded, so no PDF is offered ({str(error).splitlines()[0]})"
    except ImportError as error:
        return f"WeasyPrint isn't installed, so no PDF is offered ({error})"
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = strict  # it turns this on for the whole process: uploads cut short would pass
    return ""


def make_pdf(html: str, files: Mapping[str, PrintFile], find_static: FindStatic) -> bytes:
    """Return the page as a tagged PDF. Whatever its text names is left out, but for static files and `files`.

    `files` are by their address as the page has it, such as /files/…. Language and title are those of the page. Raises
    NoPrinter, and TooManyAttempts when others wait already: every one that waits is a page that isn't served. It takes
    a second or more, and no other is made meanwhile: don't call it while something is written.
    """
    if why := why_no_printer():
        raise NoPrinter(why)
    from weasyprint import HTML

    if not _one_at_a_time.acquire(timeout=PATIENCE):
        raise TooManyAttempts(60)
    try:
        page = HTML(string=html, base_url=f"{HERE}/", url_fetcher=_fetcher(files, find_static))
        made: bytes = page.write_pdf(pdf_variant="pdf/ua-1")
    finally:
        _one_at_a_time.release()
    return _put_right(made, _("Picture without a description"))


def for_paper(files: Mapping[str, PrintFile]) -> dict[str, PrintFile]:
    """The same pictures, when together they are many bytes no larger than paper can show: a document is handed over.

    What isn't JPEG is written anew by WeasyPrint, which takes longer than this.
    """
    roomy = sum(len(file.data) for file in files.values()) <= ROOM
    large = {
        name: file
        for name, file in files.items()
        if len(file.data) > SMALL and not (roomy and file.media_type == "image/jpeg")
    }
    with ThreadPoolExecutor(2) as pool:  # Pillow works beside Python
        return {**files, **dict(zip(large, pool.map(_smaller, large.values()), strict=True))}


def _smaller(file: PrintFile) -> PrintFile:
    with Image.open(io.BytesIO(file.data)) as picture:
        picture.draft("RGB", (ENOUGH, ENOUGH))  # a JPEG is read at a half, a quarter or an eighth: much quicker
        picture.thumbnail((WIDEST, WIDEST), reducing_gap=2.0)
        if picture.has_transparency_data:
            whole = Image.new("RGB", picture.size, "white")
            whole.paste(picture, mask=picture.convert("RGBA").getchannel("A"))
        else:
            whole = picture.convert("RGB")
        out = io.BytesIO()
        whole.save(out, "JPEG", quality=82)
    return PrintFile(out.getvalue(), "image/jpeg")


def _fetcher(files: Mapping[str, PrintFile], find_static: FindStatic) -> Any:
    """What WeasyPrint asks for every address. It has none of its parent's handlers: it can't open anything."""
    from urllib.request import OpenerDirector

    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Enclosed(URLFetcher):
        def __init__(self) -> None:
            OpenerDirector.__init__(self)
            self._fail_on_errors = False

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 - its parent's signature
            parts = urlsplit(url)
            if f"{parts.scheme}://{parts.netloc}" == HERE:
                if (file := files.get(parts.path)) is not None:
                    return URLFetcherResponse(url, file.data, {"Content-Type": file.media_type})
                found = STATIC.fullmatch(parts.path)
                path = find_static(found["theme"], found["path"]) if found else None
                if path is not None and path.suffix == ".woff2":
                    return URLFetcherResponse(url, _font(path), {"Content-Type": "font/ttf"})
                if path is not None:
                    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
                    return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})
            raise ValueError("not ours, so not fetched")

        def open(self, url: Any, data: Any = None, timeout: Any = None) -> Any:  # noqa: ARG002
            return self.fetch(url if isinstance(url, str) else url.full_url)

    return Enclosed()


@lru_cache(maxsize=32)
def _font(path: Path) -> bytes:
    """An own font as it is inside its packing: unpacking takes longer than a page, so it is done once."""
    from fontTools.ttLib import woff2

    out = io.BytesIO()
    woff2.decompress(io.BytesIO(path.read_bytes()), out)
    return out.getvalue()


def _put_right(made: bytes, unnamed: str) -> bytes:
    """What PDF/UA asks and WeasyPrint leaves out: headers' scopes, words for figures and links, the title on top."""
    with pikepdf.open(io.BytesIO(made)) as pdf:
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        for element, above in _elements(pdf.Root.StructTreeRoot):
            role = str(element.S)
            if role == "/TH":
                scope = pikepdf.Name.Column if "/THead" in above else pikepdf.Name.Row
                element.A = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=scope)
            elif role == "/L":
                _lift_items(element)
            elif role == "/Figure" and not str(element.get("/Alt", "")).strip():
                element.Alt = pikepdf.String(unnamed)
        for page in pdf.pages:
            notes: Any = page.get("/Annots", [])
            for note in notes:
                note.F = int(note.get("/F", 0)) | 4  # it is printed too
                if note.get("/Subtype") == pikepdf.Name.Link and "/Contents" not in note:
                    note.Contents = pikepdf.String(str(note.A.get("/URI", "")) if "/A" in note else "")
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _lift_items(lines: pikepdf.Object) -> None:
    """A list has items and nothing between: what a `div` in a `dl` holds comes in its place."""
    if not isinstance(lines.get("/K"), pikepdf.Array):
        lines.K = pikepdf.Array([lines.K] if "/K" in lines else [])
    lifted: list[Any] = []
    for one in lines.K:
        if isinstance(one, pikepdf.Dictionary) and one.get("/S") == pikepdf.Name.Div:
            inside: Any = one.get("/K", [])
            for item in inside if isinstance(inside, pikepdf.Array) else [inside]:
                item.P = lines
                lifted.append(item)
        else:
            lifted.append(one)
    lines.K = pikepdf.Array(lifted)


def _elements(root: pikepdf.Object) -> Iterator[tuple[pikepdf.Object, tuple[str, ...]]]:
    """Every element of the structure, with the roles of those above it."""
    waiting: list[tuple[Any, tuple[str, ...]]] = [(root, ())]
    while waiting:
        element, above = waiting.pop()
        if "/S" in element:
            yield element, above
            above = (*above, str(element.S))
        below = element.get("/K", [])
        for one in below if isinstance(below, pikepdf.Array) else [below]:
            if isinstance(one, pikepdf.Dictionary) and str(one.get("/Type", "")) not in ("/MCR", "/OBJR"):
                waiting.append((one, above))
