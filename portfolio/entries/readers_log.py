"""The access log: who read what of mine on which day. One row per reader, entry and day; a plain list, no sums."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.orm import Session

from portfolio.entries.models import PERSON, Entry, Portfolio, Reading
from portfolio.inserting import add_new
from portfolio.people.models import Leadership, Person
from portfolio.scope import Scope

PAGE = 50


class Read(Protocol):
    """An entry whose text a page shows."""

    @property
    def id(self) -> uuid.UUID:
        """The entry's."""

    @property
    def author_id(self) -> uuid.UUID:
        """Who wrote it."""

    @property
    def read_today(self) -> bool:
        """The viewer's reading of today is in the access log already."""


@dataclass(frozen=True)
class ReadOnce:
    """Somebody read an entry on a day."""

    day: dt.date
    reader: str
    id: uuid.UUID
    portfolio_id: uuid.UUID
    plugin: str
    title: str
    handed: bool
    """By who led the viewer that day: the wall left them no more of it than what was handed over."""


def list_readings(
    scope: Scope, *, entry_id: uuid.UUID | None = None, page: int = 1
) -> tuple[list[ReadOnce], bool]:
    """Readings of the viewer's own entries (of one of them, if given), last day first; and whether there are more.

    In a circle's or joint portfolio only while the viewer takes part there: later ones would tell who is in it now. And
    never those of whom the viewer leads: a leader doesn't learn when a teacher was here.
    """
    relations = scope.relations
    led_by = exists().where(
        Leadership.leader_id == Reading.reader_id,
        Leadership.teacher_id == scope.me.id,
        Leadership.since < Reading.day,  # on its first day they may have read it before
        or_(Leadership.until.is_(None), Leadership.until > Reading.day),
    )
    handed = and_(Portfolio.kind == PERSON, led_by)
    statement = (
        select(Reading.day, Person.name, Entry.id, Entry.portfolio_id, Entry.plugin, Entry.title, handed)
        .join(Entry, Entry.id == Reading.entry_id)
        .join(Person, Person.id == Reading.reader_id)
        .join(Portfolio, Portfolio.id == Entry.portfolio_id)
        .where(
            Entry.author_id == scope.me.id,
            Entry.deleted_at.is_(None),
            or_(Portfolio.kind == PERSON, Entry.portfolio_id.in_([*relations.circle_portfolios, *relations.joint])),
            Reading.reader_id.not_in(relations.led),
        )
        .order_by(Reading.day.desc(), Person.name, Entry.id)
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    )
    if entry_id is not None:
        statement = statement.where(Entry.id == entry_id)
    rows = [ReadOnce(*row) for row in scope.session.execute(statement)]
    return rows[:PAGE], len(rows) > PAGE


def note_reading(scope: Scope, *entries: Read) -> None:
    """Have the access log say that the viewer read the texts of these entries today; nothing for one's own."""
    note_rows(scope, [one.id for one in entries if one.author_id != scope.me.id and not one.read_today])


def note_rows(scope: Scope, entry_ids: Iterable[uuid.UUID | None]) -> None:
    """The same by id, for who read what was handed over of an entry; None for one that is gone by now."""
    once = {one for one in entry_ids if one is not None}
    rows = [{"entry_id": one, "reader_id": scope.me.id, "day": scope.today} for one in sorted(once)]

    def write(session: Session) -> None:
        add_new(session, Reading, rows)

    if rows:
        scope.after.append(write)


def purge_readings(session: Session, today: dt.date, days: int) -> None:
    """Forget readings older than `days`."""
    session.execute(delete(Reading).where(Reading.day < today - dt.timedelta(days=days)))
