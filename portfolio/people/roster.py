"""Reading a file of people to invite: who stands in it, and for every other line what is wrong with it.

A file is what a school's own administration or a spreadsheet saves as CSV. What it says is text and nothing more: a
cell that begins with "=" is a name that begins with "=". Nothing here knows the database.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from portfolio.entries.inputs import clean_line
from portfolio.errors import Refused
from portfolio.i18n import DEFAULT, LANGUAGES, LazyText, language
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.notices.addresses import LONGEST, AddressError, account_address
from portfolio.people.inviting import NAME_LENGTH

MOST_PEOPLE = 2_000
MOST_BYTES = 2 * 1024 * 1024
SEPARATORS = ",;\t"
COLUMNS = {
    "name": {"name", "fullname", "naam", "volledigenaam"},
    "given": {"firstname", "givenname", "voornaam", "roepnaam"},
    "between": {"infix", "tussenvoegsel", "tussenvoegsels", "voorvoegsel", "voorvoegsels"},
    "family": {"lastname", "surname", "familyname", "achternaam"},
    "email": {"email", "emailaddress", "mail", "emailadres", "mailadres"},
    "role": {"role", "rol"},
    "language": {"language", "taal"},
    "cohort": {"cohort"},
}
"""Headings by what stands below them, as `_plain` leaves them."""
ROLES = {
    "teacher": {"", "teacher", "leraar", "lerares", "leerkracht", "docent"},
    "coach": {"coach"},
    "leader": {"leader", "leidinggevende"},
    "administrator": {"administrator", "beheerder", "schoolbeheerder"},
}
SPOKEN = {"nl": {"nl", "dutch", "nederlands"}, "en": {"en", "english", "engels"}}
PROBLEMS: dict[str, LazyText] = {
    "unreadable": _l(
        "A quotation mark is missing in this line, or there is one too many. So what follows it may be unread as well."
    ),
    "more": _l("This line has more columns than the headings."),
    "no name": _l("There is no name."),
    "long name": _l("This name is too long: %(what)s characters, and at most 80 fit."),
    "no email": _l(
        "There is no e-mail address. Who has none you invite one by one: you then get a link to hand over on paper."
    ),
    "email": _l("“%(what)s” is not an e-mail address."),
    "twice": _l("Line %(what)s has the same e-mail address."),
    "role": _l("“%(what)s” is no role here. Write teacher, coach, leader or administrator."),
    "language": _l("“%(what)s” is no language here. Write nl or en, or nothing."),
    "cohort": _l("This school has no cohort called “%(what)s” that runs or is to begin."),
    "cohorts": _l("This school has more than one cohort called “%(what)s”."),
    "known": _l("Somebody of this school has this address already."),
}
"""What can be wrong with a line, in words."""
_SHOWN = 60
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Problem:
    """Something that is wrong with a line: one of PROBLEMS, and what it is about."""

    code: str
    what: str = ""

    def __str__(self) -> str:
        return str(PROBLEMS[self.code] % {"what": self.what})


@dataclass(frozen=True)
class FaultyLine:
    """A line nobody can be invited by, and why."""

    number: int
    who: str
    """Name and address as they stand there, shortened."""
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class PersonLine:
    """Somebody to invite."""

    number: int
    name: str
    email: str
    role: str
    language: str
    cohort: str
    """As it was typed; "" for none."""


@dataclass(frozen=True)
class Sheet:
    """What a file says: each line is either somebody or faulty."""

    people: list[PersonLine] = field(default_factory=list)
    faulty: list[FaultyLine] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Headings of columns that were passed over."""


def read_sheet(data: bytes) -> Sheet:
    """Read a file. Raises Refused ("") for what is no such file at all, in the reader's language."""
    text = _decode(data)
    separator, skipped = _find_separator(text)
    rows = _rows(text, separator, skipped)
    heading = next((cells for _number, cells in rows if cells is None or _says_something(cells)), None) or []
    places, unread = _read_heading(heading)
    sheet = Sheet(unread=unread)
    seen: dict[str, int] = {}
    for number, cells in rows:
        if cells is not None and not _says_something(cells):
            continue
        if len(sheet.people) + len(sheet.faulty) == MOST_PEOPLE:
            raise Refused(_("This file has more than 2,000 people. Make two files of it."))
        line = _read_line(number, cells, places, len(heading), seen)
        if isinstance(line, PersonLine):
            sheet.people.append(line)
        else:
            sheet.faulty.append(line)
    if not sheet.people and not sheet.faulty:
        raise Refused(_("There is nobody in this file: only headings."))
    return sheet


def example() -> tuple[str, bytes]:
    """The name and content of a file to begin with, in the reader's language, as its spreadsheet opens it."""
    if language() == "nl":
        name, lines = "mensen-voorbeeld.csv", (
            "naam;e-mailadres;rol;taal;cohort", "Sam Voorbeeld;sam@example.org;leraar;nl;",
            "Noor de Bedachte;noor@example.org;coach;nl;",
        )  # fmt: skip
    else:
        name, lines = "people-example.csv", (
            "name,e-mail address,role,language,cohort", "Sam Voorbeeld,sam@example.org,teacher,en,",
            "Noor de Bedachte,noor@example.org,coach,nl,",
        )  # fmt: skip
    return name, "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")


def _decode(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise Refused(_("This file is too large. A list of 2,000 people is less than 2 MB; make two files of it."))
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Refused(_("This is a spreadsheet, not a CSV file. Open it, choose “Save as”, and then CSV UTF-8."))
    wrong = _("The letters in this file can't be read. Save it again as CSV UTF-8.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(wrong)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise Refused(wrong) from None
    if not text.strip():
        raise Refused(_("This file is empty."))
    if _CONTROLS.search(text):
        raise Refused(_("This is no table. Choose a CSV file, as a spreadsheet saves it."))
    return text


def _find_separator(text: str) -> tuple[str, int]:
    """The separator under which the first line has most headings, and how many lines to pass over before it.

    Python's own sniffer guesses from the whole text, and takes a comma in half of the names for one.
    """
    lines = enumerate(_LINE_END.split(text))
    place, first = next(((place, line) for place, line in lines if line.strip(f'{SEPARATORS} "')), (0, ""))
    if re.fullmatch(r"sep=[,;\t]\s*", first, re.IGNORECASE):  # a line that only Excel reads
        return first[4], place + 1
    found = {one: _count_headings(first, one) for one in SEPARATORS}
    best = max(found, key=lambda one: found[one])
    if not found[best]:
        if not any(one in first for one in SEPARATORS):
            raise Refused(_("This is no table. Choose a CSV file, as a spreadsheet saves it."))
        raise Refused(_no_heading(_("name"), _("e-mail address")))
    return best, 0


def _count_headings(line: str, separator: str) -> int:
    known = set().union(*COLUMNS.values())
    return sum(_plain(cell) in known for cell in line.split(separator))


def _rows(text: str, separator: str, skipped: int) -> Iterator[tuple[int, list[str] | None]]:
    """The number of each row's first line, with its cells; or None for a row that can't be read."""
    stream = io.StringIO(text, newline="")
    for _line in range(skipped):
        stream.readline()
    reader = csv.reader(stream, delimiter=separator, strict=True)
    while True:
        number = skipped + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, None
            continue
        # A quotation mark that isn't closed takes the lines after it along: nobody of those may get lost unseen.
        if any("@" in cell and ("\n" in cell or "\r" in cell) for cell in cells):
            yield number, None
        else:
            yield number, cells


def _says_something(cells: list[str]) -> bool:
    return any(cell.strip(f'{SEPARATORS} "') for cell in cells)


def _read_heading(heading: list[str]) -> tuple[dict[str, int], list[str]]:
    """Where each column is, and the headings nobody knows. Raises Refused."""
    places: dict[str, int] = {}
    unread = []
    for place, cell in enumerate(heading):
        column = _find_word(COLUMNS, cell)
        if column is None:
            if cell.strip():
                unread.append(clean_line(cell)[:_SHOWN])
        elif column in places:
            raise Refused(_("Two columns have the heading “%(name)s”. Keep one of them.", name=clean_line(cell)))
        else:
            places[column] = place
    missing = [] if "email" in places else [_("e-mail address")]
    if not {"name", "given", "family"} & places.keys():
        missing.insert(0, _("name"))
    if missing:
        raise Refused(_no_heading(*missing))
    return places, unread


def _no_heading(*names: str) -> str:
    return _(
        "No column was found for: %(names)s. The first line of the file says what stands in each column; its words are"
        " on this page.",
        names=", ".join(names),
    )


def _read_line(
    number: int, cells: list[str] | None, places: Mapping[str, int], width: int, seen: dict[str, int]
) -> PersonLine | FaultyLine:
    if cells is None:
        return FaultyLine(number, "", (Problem("unreadable"),))
    said = {column: clean_line(cells[place]) if place < len(cells) else "" for column, place in places.items()}
    name = said.get("name") or " ".join(filter(None, (said.get(part, "") for part in ("given", "between", "family"))))
    problems = []
    if _says_something(cells[width:]):
        problems.append(Problem("more"))
    if not name:
        problems.append(Problem("no name"))
    elif len(name) > NAME_LENGTH:
        problems.append(Problem("long name", str(len(name))))
    email = _read_address(said["email"], number, seen, problems)
    role = _read_word(ROLES, "role", said, problems)
    spoken = _read_word(SPOKEN, "language", said, problems) if said.get("language") else DEFAULT
    if problems:
        who = ", ".join(filter(None, (_short(name), _short(said["email"]))))
        return FaultyLine(number, who, tuple(problems))
    assert role and spoken in LANGUAGES
    return PersonLine(number, name, email, role, spoken, said.get("cohort", ""))


def _read_address(text: str, number: int, seen: dict[str, int], problems: list[Problem]) -> str:
    if not text:
        problems.append(Problem("no email"))
        return ""
    try:
        if len(text) > LONGEST:
            raise AddressError
        address = account_address(text)
    except AddressError:
        problems.append(Problem("email", _short(text)))
        return ""
    first = seen.setdefault(address, number)
    if first != number:
        problems.append(Problem("twice", str(first)))
    return address


def _read_word(words: Mapping[str, set[str]], column: str, said: Mapping[str, str], problems: list[Problem]) -> str:
    text = said.get(column, "")
    found = _find_word(words, text)
    if found is None or (text and not _plain(text)):
        problems.append(Problem(column, _short(text)))
    return found or ""


def _find_word(words: Mapping[str, set[str]], text: str) -> str | None:
    plain = _plain(text)
    return next((name for name, known in words.items() if plain in known), None)


def _plain(text: str) -> str:
    """A heading or a word of choice without what people write differently: capitals, dashes, blanks, dots."""
    return re.sub(r"[\s\"'.:_-]", "", text).casefold()


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
