"""Versions of a statement and what belongs to them, as the trunk has them. Everything here is the viewer's own."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio_plugins.visie_missie.kinds import Exercise, Letter, Rereading, Vision
from sqlalchemy import Uuid, bindparam, select

from portfolio.access import WRITE
from portfolio.among import any_of, names
from portfolio.contributions import Candidate
from portfolio.entries.cohort_settings import CohortSettings
from portfolio.entries.entry_texts import list_own_texts
from portfolio.entries.fields import Choice
from portfolio.entries.kinds import Draft, field
from portfolio.entries.linking import Linked, list_links
from portfolio.entries.models import Entry, Revision
from portfolio.entries.readers import list_readers
from portfolio.entries.reading import EntryLine, OpenEntry, get_entry, list_own
from portfolio.entries.writing import create_entry
from portfolio.errors import NotVisible
from portfolio.gate import settings_here
from portfolio.i18n import lazy_gettext as _l
from portfolio.scope import Scope

NAME = "visie_missie"
ASIDE = 6
"""Exercises and letters on the first page; the rest is in the list of everything."""

ASKED = (Vision.name, Rereading.name, Letter.name)
"""What the overview looks at; the newest of them."""
_ASKED = (
    select(
        Entry.id,
        Entry.kind,
        Entry.title,
        Entry.happened_on,
        Revision.content["open_on"].as_string().label("open_on"),
        settings_here().label("settings"),
    )
    .join(Revision, (Revision.entry_id == Entry.id) & (Revision.number == Entry.number))
    .where(
        Entry.portfolio_id == bindparam("portfolio", type_=Uuid()),
        Entry.author_id == bindparam("me", type_=Uuid()),
        Entry.deleted_at.is_(None),
        any_of(Entry.kind, names("kinds")),
    )
    .order_by(Entry.happened_on.desc(), Entry.id.desc())
    .limit(20)
)


class HowOften(CohortSettings):
    """What a school sets when it switches this on."""

    defaults = {"months": "12"}  # noqa: RUF012  # read-only from here on

    months: Choice = field(
        _l("When does the overview ask to read a version again?"),
        help=_l("It asks the writer alone. Nobody sees whether somebody did."),
        choices=(("6", _l("After half a year")), ("12", _l("After a year")), ("24", _l("After two years"))),
    )


@dataclass(frozen=True)
class Statement:
    """What the first page shows: the version that stands, and what lies around it."""

    current: OpenEntry | None
    versions: Sequence[EntryLine]
    """Newest first; the first of them is the current one."""
    links: Sequence[Linked]
    """Of the current version."""
    aside: Sequence[EntryLine]
    readers: dict[uuid.UUID, list[str]]
    more: bool
    """There are older versions than these."""
    due: int
    """So many months it wasn't written or read again, when that is as long as the school set; otherwise 0."""


@dataclass(frozen=True)
class Named:
    """An entry by its title."""

    id: uuid.UUID
    title: str


@dataclass(frozen=True)
class Waiting:
    """What the overview may ask about: a version from long ago, and the last letter in the month from its day."""

    version: Named | None = None
    letter: Named | None = None


def read_statement(scope: Scope) -> Statement:
    """The viewer's statement. At most six queries."""
    versions, more = list_own(scope, kinds=[Vision.name])
    aside, _more = list_own(scope, kinds=[Exercise.name, Letter.name], size=ASIDE)
    current = get_version(scope, versions[0].id) if versions else None
    links = list_links(scope, current) if current else []
    looks = [linked.happened_on for linked in links if linked.kind == Rereading.name]
    due = 0
    if current is not None:
        due = _due(scope, max([current.happened_on, *looks]), scope.settings_for(NAME, HowOften))
    readers = list_readers(scope, [*versions, *aside])
    return Statement(current, versions, links, aside, readers, more, due)


def get_version(scope: Scope, version_id: uuid.UUID) -> OpenEntry:
    """A version of the viewer's own. Raises NotVisible for anything else. One query."""
    found = get_entry(scope, version_id, WRITE, readers=False)
    if found.kind != Vision.name or found.deleted_at is not None:
        raise NotVisible(str(version_id))
    return found


def keep_rereading(scope: Scope, version: OpenEntry, draft: Draft, form_id: uuid.UUID | None) -> uuid.UUID:
    """Keep a look back at a version; returns its id. Raises Refused as `create_entry`."""
    links = {"looks_back_on": [version.id]}
    return create_entry(scope, NAME, Rereading, draft, links=links, form_id=form_id)


def what_waits(scope: Scope) -> Waiting:
    """What the overview asks about. One query."""
    values: dict[str, Any] = {"portfolio": scope.relations.portfolio, "me": scope.me.id, "kinds": list(ASKED)}
    values |= {"plugin": NAME, "day": scope.today, "person": scope.me.id}
    rows = scope.rows(_ASKED, values).all()
    looks = [row for row in rows if row.kind != Letter.name]
    version = next((row for row in looks if row.kind == Vision.name), None)
    if version is not None and not _due(scope, looks[0].happened_on, HowOften.read(version.settings)):
        version = None
    letter = next((row for row in rows if row.kind == Letter.name), None)
    month_ago = scope.today - dt.timedelta(days=30)
    if letter is not None and not month_ago.isoformat() <= (letter.open_on or "") <= scope.today.isoformat():
        letter = None
    return Waiting(*(Named(row.id, row.title) if row is not None else None for row in (version, letter)))


def list_candidates(scope: Scope) -> list[Candidate]:
    """For a conversation: the one sentence of the newest version, if it has one. One query."""
    texts = list_own_texts(scope, [Vision])
    if not texts or not texts[0].content["one_line"]:
        return []
    return [Candidate(texts[0].id, _l("What you stand for, in one sentence"))]


def _due(scope: Scope, day: dt.date, settings: Mapping[str, Any]) -> int:
    """The months after which the viewer's school has it asked, if they have gone by since `day`; otherwise 0."""
    months = int(settings["months"])
    return months if are_past(months, day, scope.today) else 0


def are_past(months: int, day: dt.date, today: dt.date) -> bool:
    """Whether so many months or more have gone by since `day`."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return (year, month + 1, today.day) >= (day.year, day.month, day.day)
