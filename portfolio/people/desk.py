"""The coach's desk: my teachers, what they shared and I haven't opened, and threads whose last word is theirs.

Nothing is counted for the coach. Candidates come from recent shares and comments, few and latest first; only then the
access rules are asked, entry by entry, so that ten thousand entries of a teacher cost hardly more than a hundred.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Uuid, bindparam, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from portfolio.access import SHARED_RULES, parameters
from portfolio.among import any_of, ids
from portfolio.clock import Ending
from portfolio.entries.models import Comment, Entry, Portfolio, Reading, Share
from portfolio.entries.reading import PAGE, EntryLine
from portfolio.errors import NotVisible
from portfolio.people.models import Coaching, Person, School, SchoolRole
from portfolio.scope import Scope

RECENT = dt.timedelta(days=180)
"""How long something unopened counts as new, and an answer as waiting; a teacher's own page shows everything."""
LOOKED_AT = 60
"""The latest candidates of each kind; those of them that I may still read are shown."""
LOOKED_BACK = 400
"""The latest shares among which those that nobody opened are sought: more than ten teachers share in half a year."""

_ME = bindparam("me", type_=Uuid())
_DAY: Any = bindparam("day")


@dataclass(frozen=True)
class Teacher(Ending):
    """Somebody the viewer coaches."""

    id: uuid.UUID
    portfolio_id: uuid.UUID
    name: str
    school: str
    focus: str
    since: dt.date
    until: dt.date | None


@dataclass(frozen=True)
class DeskLine:
    """An entry on the desk, and the moment that put it there."""

    entry: EntryLine
    at: dt.datetime


@dataclass(frozen=True)
class Desk:
    """What lies on the desk, latest first."""

    teachers: list[Teacher]
    new: list[DeskLine]
    more: bool
    """There is another page of what is new."""
    waiting: list[DeskLine]


_NAMES = ("id", "portfolio_id", "plugin", "kind", "title", "happened_on", "state", "updated_at", "author_id")


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


def _shared_statement() -> Any:
    recent = (
        select(Share.entry_id, Share.shared_at, Share.since)
        .where(Share.shared_at >= bindparam("recent"), Share.running(_DAY))
        .order_by(Share.shared_at.desc())
        .limit(LOOKED_BACK)
    )
    shared = union_all(
        select(recent.where(any_of(Share.coaching_id, ids("coachings"))).subquery()),
        select(recent.where(Share.person_id == _ME).subquery()),
    ).subquery()
    opened = (
        exists()
        .where(Reading.entry_id == shared.c.entry_id, Reading.reader_id == _ME, Reading.day >= shared.c.since)
        .correlate(shared)
    )
    at = func.max(shared.c.shared_at)
    return (
        select(shared.c.entry_id, at)
        .where(~opened)
        .group_by(shared.c.entry_id)
        .order_by(at.desc(), shared.c.entry_id.desc())
        .limit(LOOKED_AT)
    )


def _answered_statement() -> Any:
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
            any_of(last.author_id, ids("people")),
            last.written_at >= bindparam("recent"),
            root.author_id == _ME,
            ~mine_after,
        )
        .group_by(root.entry_id)
        .order_by(at.desc(), root.entry_id.desc())
        .limit(LOOKED_AT)
    )


_shown = aliased(Entry)
_READABLE = (
    select(*(getattr(_shown, name) for name in _NAMES), Person.name, literal(True))
    .join(Person, Person.id == _shown.author_id)
    .where(or_(*(rule.where.where(Entry.id == _shown.id).correlate(_shown).exists() for rule in SHARED_RULES)))
)
"""Each rule asked of one entry at a time: the ids of all that is shared would grow with the years."""
_TEACHERS = _teachers_statement()
_SHARED = _shared_statement()
_ANSWERED = _answered_statement()
_THESE = _READABLE.where(any_of(_shown.id, ids("entries")), any_of(_shown.portfolio_id, ids("teachers")))
_OF_TEACHER = (
    _READABLE.where(_shown.portfolio_id == bindparam("portfolio", type_=Uuid()), _shown.deleted_at.is_(None))
    .order_by(_shown.happened_on.desc(), _shown.id.desc())
    .limit(PAGE + 1)
    .offset(bindparam("offset"))
)


def list_teachers(scope: Scope) -> list[Teacher]:
    """Whom the viewer coaches today, by name; never somebody they lead. One query."""
    rows = scope.session.execute(_TEACHERS, {"coachings": scope.relations.coaching_ids, "day": scope.today})
    return [found for row in rows if (found := Teacher(*row)).id not in scope.relations.led]


def get_teacher(scope: Scope, person_id: uuid.UUID) -> Teacher:
    """Somebody the viewer coaches today. Raises NotVisible for anyone else. One query."""
    found = next((teacher for teacher in list_teachers(scope) if teacher.id == person_id), None)
    if found is None:
        raise NotVisible(str(person_id))
    return found


def get_desk(scope: Scope, *, page: int = 1) -> Desk:
    """The desk, with one page of what is new. Four queries. Raises NotVisible for who coaches nobody."""
    teachers = list_teachers(scope)
    if not teachers:
        raise NotVisible("desk")
    values = parameters(scope) | {
        "people": [teacher.id for teacher in teachers],
        "teachers": [teacher.portfolio_id for teacher in teachers],
        "recent": scope.now - RECENT,
    }
    shared = {row[0]: row[1] for row in scope.session.execute(_SHARED, values)}
    answered = {row[0]: row[1] for row in scope.session.execute(_ANSWERED, values)}
    values["entries"] = sorted({*shared, *answered})
    lines = {row[0]: EntryLine(*row) for row in scope.session.execute(_THESE, values)} if values["entries"] else {}
    new = [DeskLine(lines[id_], at) for id_, at in shared.items() if id_ in lines]
    waiting = [DeskLine(lines[id_], at) for id_, at in answered.items() if id_ in lines]
    start = (page - 1) * PAGE
    return Desk(teachers, new[start : start + PAGE], len(new) > start + PAGE, waiting[:PAGE])


def list_of_teacher(scope: Scope, teacher: Teacher, *, page: int = 1) -> tuple[list[EntryLine], bool]:
    """What one teacher shares with the viewer, newest first: one page, and whether there is another. One query."""
    values = parameters(scope) | {"portfolio": teacher.portfolio_id, "offset": (page - 1) * PAGE}
    rows = [EntryLine(*row) for row in scope.session.execute(_OF_TEACHER, values)]
    return rows[:PAGE], len(rows) > PAGE
