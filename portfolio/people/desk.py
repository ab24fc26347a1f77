"""The coach's desk: my teachers, what they shared and I haven't opened, and threads whose last word is theirs.

Nothing is counted for the coach. Every statement is built once and follows an index from the shares or the comments,
so that a teacher's ten thousand entries cost no more than a hundred.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Uuid, bindparam, exists, func, literal, or_, select, union, union_all
from sqlalchemy.orm import aliased

from portfolio.access import SHARED_RULES, SHARED_WITH_COACH, SHARED_WITH_ME, parameters
from portfolio.db import any_of, ids
from portfolio.entries.models import Comment, Entry, Portfolio, Reading, Share
from portfolio.entries.reading import PAGE, EntryLine
from portfolio.errors import NotVisible
from portfolio.people.models import Coaching, Person, School, SchoolRole
from portfolio.scope import Scope

NEW_FOR = dt.timedelta(days=365)
"""How long something shared counts as new while I haven't opened it; the teacher's own page shows the rest."""
THREADS_LOOKED_AT = 200
"""The latest threads whose last word is the teacher's; of these, those I may still read wait for an answer."""

_ME = bindparam("me", type_=Uuid())
_DAY: Any = bindparam("day")


@dataclass(frozen=True)
class Teacher:
    """Somebody the viewer coaches."""

    id: uuid.UUID
    portfolio_id: uuid.UUID
    name: str
    school: str
    focus: str
    since: dt.date
    until: dt.date | None

    @property
    def last_day(self) -> dt.date | None:
        """The last day it runs, as shown to people."""
        return self.until - dt.timedelta(days=1) if self.until else None


@dataclass(frozen=True)
class DeskLine:
    """An entry on the desk, and the moment that put it there."""

    entry: EntryLine
    at: dt.datetime


_COLUMNS: tuple[Any, ...] = (
    Entry.id,
    Entry.portfolio_id,
    Entry.plugin,
    Entry.kind,
    Entry.title,
    Entry.happened_on,
    Entry.state,
    Entry.updated_at,
    Entry.author_id,
    Person.name,
    literal(True),
)


def _teachers_statement() -> Any:
    school = (
        select(School.name)
        .join(SchoolRole, SchoolRole.school_id == School.id)
        .where(SchoolRole.person_id == Person.id, SchoolRole.running(_DAY))
        .order_by(SchoolRole.since)
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
    return (
        select(
            Person.id,
            Portfolio.id,
            Person.name,
            func.coalesce(school, ""),
            Coaching.focus,
            Coaching.since,
            Coaching.until,
        )
        .join(Person, Person.id == Coaching.teacher_id)
        .join(Portfolio, Portfolio.person_id == Person.id)
        .where(any_of(Coaching.id, ids("coachings")))
        .order_by(Person.name, Coaching.since, Coaching.id)
    )


def _new_statement() -> Any:
    opened = (
        exists()
        .where(Reading.entry_id == Entry.id, Reading.reader_id == _ME, Reading.day >= Share.since)
        .correlate(Entry, Share)
    )
    of_teachers = any_of(Entry.portfolio_id, ids("teachers"))
    shared = union_all(
        *(
            rule.add_columns(Share.shared_at).where(Share.shared_at >= bindparam("new_since"), ~opened)
            for rule in (SHARED_WITH_COACH.where, SHARED_WITH_ME.where.where(of_teachers))
        )
    ).subquery()
    at = func.max(shared.c.shared_at)
    first = (
        select(shared.c.id, at.label("at"))
        .group_by(shared.c.id)
        .order_by(at.desc(), shared.c.id.desc())
        .limit(PAGE + 1)
        .offset(bindparam("offset"))
        .subquery()
    )
    return (
        select(*_COLUMNS, first.c.at)
        .join(first, first.c.id == Entry.id)
        .join(Person, Person.id == Entry.author_id)
        .order_by(first.c.at.desc(), Entry.id.desc())
    )


def _threads_statement() -> Any:
    root, last, later = aliased(Comment), aliased(Comment), aliased(Comment)
    mine_after = (
        exists()
        .where(
            later.reply_to == root.id,
            later.author_id == _ME,
            or_(later.written_at > last.written_at, (later.written_at == last.written_at) & (later.id > last.id)),
        )
        .correlate(root, last)
    )
    at = func.max(last.written_at)
    return (
        select(root.entry_id, at)
        .join(last, last.reply_to == root.id)
        .where(
            root.author_id == _ME,
            root.reply_to.is_(None),
            or_(last.author_id.is_(None), last.author_id != _ME),
            ~mine_after,
        )
        .group_by(root.entry_id)
        .order_by(at.desc(), root.entry_id.desc())
        .limit(THREADS_LOOKED_AT)
    )


def _readable_statement() -> Any:
    asked = ids("entries")
    mine = union(*(rule.where.where(any_of(Entry.id, asked)) for rule in SHARED_RULES))
    return (
        select(*_COLUMNS)
        .join(Person, Person.id == Entry.author_id)
        .where(any_of(Entry.id, asked), Entry.id.in_(mine), any_of(Entry.portfolio_id, ids("teachers")))
    )


def _of_teacher_statement() -> Any:
    shown = aliased(Entry)
    columns = [getattr(shown, column.key) for column in _COLUMNS[:9]]
    mine = or_(*(rule.where.where(Entry.id == shown.id).correlate(shown).exists() for rule in SHARED_RULES))
    return (
        select(*columns, Person.name, literal(True))
        .join(Person, Person.id == shown.author_id)
        .where(shown.portfolio_id == bindparam("portfolio", type_=Uuid()), shown.deleted_at.is_(None), mine)
        .order_by(shown.happened_on.desc(), shown.id.desc())
        .limit(PAGE + 1)
        .offset(bindparam("offset"))
    )


_TEACHERS = _teachers_statement()
_NEW = _new_statement()
_THREADS = _threads_statement()
_READABLE = _readable_statement()
_OF_TEACHER = _of_teacher_statement()


def list_teachers(scope: Scope) -> list[Teacher]:
    """Whom the viewer coaches today, by name; never somebody they lead. One query."""
    rows = scope.rows(_TEACHERS, {"coachings": scope.relations.coaching_ids, "day": scope.today})
    return [found for row in rows if (found := Teacher(*row)).id not in scope.relations.led]


def get_teacher(scope: Scope, person_id: uuid.UUID) -> Teacher:
    """Somebody the viewer coaches today. Raises NotVisible for anyone else. One query."""
    found = next((teacher for teacher in list_teachers(scope) if teacher.id == person_id), None)
    if found is None:
        raise NotVisible(str(person_id))
    return found


def list_new(scope: Scope, *, page: int = 1) -> tuple[list[DeskLine], bool]:
    """What teachers shared with the viewer, who hasn't opened it since; last shared first. One query."""
    values = _values(scope) | {"new_since": scope.now - NEW_FOR, "offset": (page - 1) * PAGE}
    rows = [DeskLine(EntryLine(*row[:11]), row[11]) for row in scope.rows(_NEW, values)]
    return rows[:PAGE], len(rows) > PAGE


def list_waiting(scope: Scope, *, page: int = 1) -> tuple[list[DeskLine], bool]:
    """Entries with a thread the viewer began and whose last word is the teacher's; last answered first. Two queries."""
    answered = {row[0]: row[1] for row in scope.rows(_THREADS, {"me": scope.me.id})}
    if not answered:
        return [], False
    rows = scope.rows(_READABLE, _values(scope) | {"entries": list(answered)})
    lines = [DeskLine(line, answered[line.id]) for line in (EntryLine(*row) for row in rows)]
    lines.sort(key=lambda line: (line.at, line.entry.id), reverse=True)
    start = (page - 1) * PAGE
    return lines[start : start + PAGE], len(lines) > start + PAGE


def list_of_teacher(scope: Scope, teacher: Teacher, *, page: int = 1) -> tuple[list[EntryLine], bool]:
    """What one teacher shares with the viewer, newest first: one page, and whether there is another. One query."""
    values = parameters(scope) | {"portfolio": teacher.portfolio_id, "offset": (page - 1) * PAGE}
    rows = [EntryLine(*row) for row in scope.rows(_OF_TEACHER, values)]
    return rows[:PAGE], len(rows) > PAGE


def _values(scope: Scope) -> dict[str, Any]:
    return parameters(scope) | {"teachers": scope.relations.coached_portfolios}
