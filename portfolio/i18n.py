"""Dutch and English: one merged catalogue, the reader's language, and dates as that language writes them.

English strings are the message ids; every folder with code may have `translations/nl.po`. They are read at start
and merged; two that disagree on a message are an error, so no plugin can change another's words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import escape

from portfolio.clock import ZONE, SchoolYear

LANGUAGES = {"nl": "Nederlands", "en": "English"}
DEFAULT = "nl"
LOCALES = {"nl": "nl", "en": "en_GB"}
_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


class CatalogueError(ValueError):
    """Two catalogues translate one message differently; the message names both files."""


class Catalogue:
    """Dutch for English, singular and plural."""

    def __init__(self) -> None:
        self._messages: dict[str, tuple[str, ...]] = {}
        self._source: dict[str, Path] = {}

    def load(self, path: Path) -> None:
        """Merge a .po file. Raises CatalogueError when it contradicts one that is already in."""
        for key, found in _read(path, path.stat().st_mtime_ns):
            known = self._messages.get(key)
            if known is not None and known[: len(found)] != found[: len(known)]:
                raise CatalogueError(f"{key!r} is {known!r} in {self._source[key]} and {found!r} in {path}")
            if known is None or len(found) > len(known):
                self._messages[key] = found
                self._source[key] = path

    def find(self, key: str) -> tuple[str, ...] | None:
        """The Dutch forms of an English message, if there are any."""
        return self._messages.get(key)

    def __len__(self) -> int:
        return len(self._messages)


@lru_cache(maxsize=128)
def _read(path: Path, changed: int) -> list[tuple[str, tuple[str, ...]]]:  # noqa: ARG001 - read anew when it changed
    """The messages of a file that have all their Dutch forms. Applications of one process read a file once."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale="nl")
    found = []
    for message in catalogue:
        if not message.id or message.fuzzy:
            continue
        key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        forms = tuple(str(string) for string in strings)
        if all(forms):
            found.append((key, forms))
    return found


_dutch = Catalogue()


def load_catalogues(folders: Iterable[Path]) -> Catalogue:
    """Read `translations/nl.po` of each folder that has one; from then on gettext answers from them all."""
    global _dutch
    catalogue = Catalogue()
    for folder in folders:
        path = folder / "translations" / "nl.po"
        if path.exists():
            catalogue.load(path)
    _dutch = catalogue
    return catalogue


def language() -> str:
    """The language in which this page or mail is written."""
    return _language.get()


def set_language(code: str) -> None:
    """Write in this language from here on; an unknown one is the default."""
    _language.set(code if code in LANGUAGES else DEFAULT)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Write in another person's language for a while (a mail, a job)."""
    token = _language.set(code if code in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _language.reset(token)


def gettext(message: str, **values: Any) -> str:
    """`message` in the reader's language, with %(name)s filled in."""
    if _language.get() == "nl":
        found = _dutch.find(message)
        if found is not None:
            message = found[0]
    return str(message % values) if values else message


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    """The form that goes with `num`, which is also filled in as %(num)s."""
    message: str = singular if num == 1 else plural
    if _language.get() == "nl":
        found = _dutch.find(singular)
        if found is not None:
            message = found[0 if num == 1 else -1]
    return str(message % {"num": num, **values})


class LazyText:
    """A message that is translated when it is shown, so that it can be written at import."""

    __slots__ = ("message", "values")

    def __init__(self, message: str, values: dict[str, Any]) -> None:
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return gettext(self.message, **self.values)

    def __html__(self) -> str:
        return str(escape(str(self)))

    def __repr__(self) -> str:
        return f"LazyText({self.message!r})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, LazyText):
            return (self.message, self.values) == (other.message, other.values)
        return str(self) == other

    def __hash__(self) -> int:
        return hash(self.message)

    def __mod__(self, values: Any) -> str:
        return str(str(self) % values)

    def __add__(self, other: str) -> str:
        return str(self) + other


def lazy_gettext(message: str, **values: Any) -> LazyText:
    """Like gettext, but translated when shown."""
    return LazyText(message, values)


def show_day(day: dt.date | dt.datetime | None, form: str = "long") -> str:
    """A day as the reader's language writes it: 3 november 2026, 3 November 2026."""
    if day is None:
        return ""
    if isinstance(day, dt.datetime):
        day = day.astimezone(ZONE).date()
    return _day_in(day, form, language())


@lru_cache(maxsize=20_000)
def _day_in(day: dt.date, form: str, code: str) -> str:
    return format_date(day, form, locale=LOCALES[code])


def show_instant(moment: dt.datetime | None) -> str:
    """A moment in Amsterdam time: 3 november 2026, 14:05."""
    if moment is None:
        return ""
    local = moment.astimezone(ZONE)
    return f"{show_day(local.date())}, {local:%H:%M}"


def show_size(size: int) -> str:
    """A number of bytes as the reader's language writes it: 340 kB, 1,2 MB, 1.2 MB."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} kB"
    return f"{format_decimal(round(size / 1024 / 1024, 1), locale=LOCALES[language()])} MB"


def show_list(parts: Sequence[str]) -> str:
    """Parts as a sentence has them: a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return gettext("%(first)s and %(last)s", first=", ".join(parts[:-1]), last=parts[-1])


def show_school_year(day: dt.date) -> str:
    """The school year of a day: 2026–2027."""
    return SchoolYear.of(day).label
