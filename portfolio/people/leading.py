"""Who leads whom. When a leadership begins, what leader and teacher have together here ends, and both get a notice."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from portfolio.clock import Ending, day_of
from portfolio.entries.inputs import years_from
from portfolio.errors import NotVisible, Refused
from portfolio.i18n import LazyText, show_day, speaking
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.jobs.service import JobContext, periodic
from portfolio.notices.service import queue_mail
from portfolio.people.joint import end_with_leadership
from portfolio.people.models import Leadership, Person
from portfolio.people.organising import check_administrator, check_end, check_period, list_people_here, overlap
from portfolio.people.wall import lock_people, part
from portfolio.scope import Scope

SETTLED_FOR = dt.timedelta(days=31)
"""How long after its start a leadership is looked at again: a worker may have stood still."""


@dataclass(frozen=True)
class LeadershipLine(Ending):
    """Who leads whom, from when until when."""

    id: uuid.UUID
    leader: str
    teacher: str
    since: dt.date
    until: dt.date | None


_leader, _teacher = aliased(Person), aliased(Person)
_LINES = (
    select(Leadership.id, _leader.name, _teacher.name, Leadership.since, Leadership.until)
    .join(_leader, _leader.id == Leadership.leader_id)
    .join(_teacher, _teacher.id == Leadership.teacher_id)
    .order_by(_leader.name, _teacher.name, Leadership.since, Leadership.id)
)


def list_leaderships(scope: Scope, school_id: uuid.UUID) -> list[LeadershipLine]:
    """Leaderships at the school that run or are to come. One query."""
    check_administrator(scope, school_id)
    statement = _LINES.where(
        Leadership.school_id == school_id, Leadership.not_over(scope.today)
    )
    return [LeadershipLine(*row) for row in scope.session.execute(statement)]


def list_led(scope: Scope) -> list[LeadershipLine]:
    """Whom the viewer leads today: names and days, nothing else. One query."""
    statement = _LINES.where(Leadership.leader_id == scope.me.id, Leadership.running(scope.today))
    return [LeadershipLine(*row) for row in scope.session.execute(statement)]


def check_leadership(
    scope: Scope,
    school_id: uuid.UUID,
    leader_id: uuid.UUID | None,
    teacher_id: uuid.UUID | None,
    since: dt.date,
    last_day: dt.date | None,
) -> dt.date | None:
    """Whether this can be; returns its `until`. Raises Refused (fields leader, teacher, since, last_day)."""
    people = {id_ for id_, _name in list_people_here(scope, school_id)}
    errors = {
        field: _("Choose somebody of this school.")
        for field, person in (("leader", leader_id), ("teacher", teacher_id))
        if person not in people
    }
    if errors or leader_id is None or teacher_id is None:
        raise Refused(errors)
    if leader_id == teacher_id:
        raise Refused({"teacher": _("Nobody is their own leader. Choose somebody else.")})
    if since < years_from(scope.today, -1):
        raise Refused({"since": _("Choose a day at most a year ago.")})
    until = check_period(scope, since, last_day)
    if until is not None and until <= scope.today:
        raise Refused({"last_day": _("This is over already; there is nothing to begin.")})
    _check_others(scope.session, leader_id, teacher_id, since, until)
    return until


def start_leadership(
    scope: Scope,
    school_id: uuid.UUID,
    leader_id: uuid.UUID | None,
    teacher_id: uuid.UUID | None,
    since: dt.date,
    last_day: dt.date | None = None,
) -> uuid.UUID:
    """Somebody becomes a teacher's leader; returns the leadership's id.

    The same day (today, if it began earlier) their circles, coaching and shares together end: see `wall.part`. Both get
    a mail that names none of it. Raises as check_leadership.
    """
    check_administrator(scope, school_id)
    locked = lock_people(scope.session, *(id_ for id_ in (leader_id, teacher_id) if id_ is not None))
    until = check_leadership(scope, school_id, leader_id, teacher_id, since, last_day)
    assert leader_id is not None and teacher_id is not None
    made = Leadership(leader_id=leader_id, teacher_id=teacher_id, school_id=school_id, since=since, until=until)
    scope.session.add(made)
    scope.session.flush()
    take_effect(scope.session, locked[leader_id], locked[teacher_id], max(since, scope.today))
    return made.id


def take_effect(session: Session, leader: Person, teacher: Person, day: dt.date) -> None:
    """What the two have together ends as of `day`, and both get a mail that names none of it. Lock both before."""
    part(session, leader.id, teacher.id, day)
    _mail(session, teacher, TO_TEACHER, leader, teacher, day)
    _mail(session, leader, TO_LEADER, leader, teacher, day)


def end_leadership(scope: Scope, school_id: uuid.UUID, leadership_id: uuid.UUID, last_day: dt.date) -> None:
    """It ends after its last day; nothing that it ended comes back. Raises Refused (last_day), NotVisible."""
    check_administrator(scope, school_id)
    found = scope.session.get(Leadership, leadership_id)
    if found is None or found.school_id != school_id or (found.until is not None and found.until <= scope.today):
        raise NotVisible(str(leadership_id))
    lock_people(scope.session, found.leader_id, found.teacher_id)  # what they have together may be opened just now
    scope.session.refresh(found)
    until = check_end(scope, found.since, last_day)
    if found.until is not None and until > found.until:
        raise Refused({"last_day": _("It ends earlier already. Begin a new one after that day.")})
    found.until = until
    scope.session.flush()
    end_with_leadership(scope.session, leadership_id, until)


@periodic("settle-leaderships", every=dt.timedelta(hours=1))
def settle_leaderships(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """On the day one begins that was entered before: end what the two began together meanwhile."""
    today = day_of(context.now)
    begun = select(Leadership.leader_id, Leadership.teacher_id).where(
        Leadership.running(today), Leadership.since > today - SETTLED_FOR
    )
    for leader_id, teacher_id in session.execute(begun.order_by(Leadership.id)).all():
        lock_people(session, leader_id, teacher_id)
        part(session, leader_id, teacher_id, today)


def _check_others(
    session: Session, leader_id: uuid.UUID, teacher_id: uuid.UUID, since: dt.date, until: dt.date | None
) -> None:
    """Not twice the same, and nobody above themselves: neither directly nor by way of others."""
    leaders: dict[uuid.UUID, set[uuid.UUID]] = {}
    rows = session.execute(
        select(Leadership.leader_id, Leadership.teacher_id, Leadership.since, Leadership.until).where(
            Leadership.not_over(since)
        )
    )
    for above, below, from_, to in rows:
        if overlap(from_, to, since, until):
            leaders.setdefault(below, set()).add(above)
    if leader_id in leaders.get(teacher_id, ()):
        raise Refused({"teacher": _("In these days this is their leader already.")})
    seen, upwards = set(), [leader_id]
    while upwards:
        one = upwards.pop()
        if one == teacher_id:
            message = _("In these days this person leads the leader you chose. It can't go both ways.")
            raise Refused({"teacher": message})
        if one not in seen:
            seen.add(one)
            upwards.extend(leaders.get(one, ()))


SUBJECT = _l("A change in who leads whom")
TO_TEACHER = _l(
    "Hello %(name)s,\n\n%(leader)s becomes your leader in the portfolio, from %(day)s. Your portfolio stays yours:"
    " your leader sees nothing you write. Whatever the two of you share or take part in together here, if there is"
    " anything, ends that day, so that the promise holds.\n\nIs this not right? Tell your school's administrator."
)
TO_LEADER = _l(
    "Hello %(name)s,\n\nYou become the leader of %(teacher)s in the portfolio, from %(day)s. A leader sees nothing of"
    " what a teacher writes. Whatever the two of you share or take part in together here, if there is anything, ends"
    " that day, so that the promise holds.\n\nIs this not right? Tell your school's administrator."
)


def _mail(session: Session, to: Person, message: LazyText, leader: Person, teacher: Person, day: dt.date) -> None:
    if to.email is None:
        return
    with speaking(to.language):
        shown = show_day(day)
    body = LazyText(message.message, {"name": to.name, "leader": leader.name, "teacher": teacher.name, "day": shown})
    other = leader if to is teacher else teacher
    queue_mail(
        session, to=to.email, subject=SUBJECT, body=body, person_id=to.id, about_id=other.id, language=to.language
    )
