"""Coach assignments: a school proposes, the teacher accepts, and ends it at any time without a reason."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import exists, select, update
from sqlalchemy.orm import aliased

from portfolio.clock import Ending
from portfolio.entries.models import Share
from portfolio.errors import NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.notices.kinds import COACH
from portfolio.notices.telling import notify
from portfolio.people.models import Coaching, Person, School
from portfolio.people.organising import check_administrator, check_end, check_period, list_people_here
from portfolio.people.wall import is_led_between, lock_people
from portfolio.scope import Scope

CONFLICT = _l("A leader can't be the coach of the same person. Choose another coach.")


@dataclass(frozen=True)
class CoachingLine(Ending):
    """An assignment: who coaches whom, about what, from when until when, and whether the teacher agreed."""

    id: uuid.UUID
    coach: str
    teacher: str
    focus: str
    since: dt.date
    until: dt.date | None
    accepted: bool
    school: str = ""
    """That proposed it."""


_coach, _teacher = aliased(Person), aliased(Person)
_LINES = (
    select(
        Coaching.id,
        _coach.name,
        _teacher.name,
        Coaching.focus,
        Coaching.since,
        Coaching.until,
        Coaching.accepted_at.is_not(None),
        School.name,
    )
    .join(_coach, _coach.id == Coaching.coach_id)
    .join(_teacher, _teacher.id == Coaching.teacher_id)
    .outerjoin(School, School.id == Coaching.school_id)
    .order_by(_teacher.name, _coach.name, Coaching.since, Coaching.id)
)


def list_at_school(scope: Scope, school_id: uuid.UUID) -> list[CoachingLine]:
    """Assignments of the school that run or are to come. One query."""
    check_administrator(scope, school_id)
    return _list(scope, Coaching.school_id == school_id)


def list_my_coaches(scope: Scope) -> list[CoachingLine]:
    """The viewer's own coaches, and what was proposed. One query."""
    return _list(scope, Coaching.teacher_id == scope.me.id)


def propose(
    scope: Scope,
    school_id: uuid.UUID,
    *,
    coach_id: uuid.UUID | None,
    teacher_id: uuid.UUID | None,
    focus: str = "",
    since: dt.date,
    last_day: dt.date | None = None,
) -> None:
    """Propose a coach of this school to a teacher of this school.

    Who coaches from elsewhere is invited as a coach first. Proposed by address, they would show on the page of the
    teacher, who may be the administrator as well: so it would tell whose address has an account. Raises Refused
    (fields coach, teacher, since, last_day) and NotVisible.
    """
    check_administrator(scope, school_id)
    lock_people(scope.session, *(id_ for id_ in (coach_id, teacher_id) if id_ is not None))
    if teacher_id not in {id_ for id_, _name in list_people_here(scope, school_id, "teacher")}:
        raise Refused({"teacher": _("Choose a teacher of this school.")})
    until = check_period(scope, since, last_day)
    if until is not None and until <= scope.today:
        raise Refused({"last_day": _("This day has passed. Choose today or a later day, or leave it empty.")})
    if coach_id is None or coach_id not in {id_ for id_, _name in list_people_here(scope, school_id, "coach")}:
        raise Refused({"coach": _("Choose a coach of this school.")})
    if coach_id == teacher_id:
        raise Refused({"coach": _("Nobody is their own coach. Choose somebody else.")})
    if is_led_between(scope.session, coach_id, [teacher_id], scope.today):
        raise Refused({"coach": str(CONFLICT)})
    if _has_open(scope, coach_id, teacher_id):
        raise Refused({"coach": _("This person is their coach, or proposed, already.")})
    proposed = Coaching(
        coach_id=coach_id, teacher_id=teacher_id, school_id=school_id, focus=focus, since=since, until=until
    )
    scope.session.add(proposed)
    scope.session.flush()
    notify(scope, COACH, [teacher_id], coaching_id=proposed.id)


def accept(scope: Scope, coaching_id: uuid.UUID) -> None:
    """The teacher agrees: it counts from today, or from its later start. Raises NotVisible; Refused by the wall, and
    for a coach who has not begun: the school can still give that invitation to another, and the yes would go along.
    """
    coaching = _get_mine(scope, coaching_id)
    people = lock_people(scope.session, coaching.coach_id, coaching.teacher_id)
    scope.session.refresh(coaching)
    if coaching.accepted_at is not None:
        return
    if coaching.until is not None and coaching.until <= scope.today:
        raise NotVisible(str(coaching_id))
    if is_led_between(scope.session, coaching.coach_id, [coaching.teacher_id], scope.today):
        raise Refused(_("This person leads you, or you lead them, so they can't be your coach."))
    if people[coaching.coach_id].used_at is None:
        raise Refused(_("This person has not begun here yet. Come back when they have; the question stays here."))
    coaching.accepted_at = scope.now
    coaching.since = max(coaching.since, scope.today)
    scope.session.flush()


def end(scope: Scope, coaching_id: uuid.UUID) -> None:
    """The teacher ends it, from this moment and without a reason; one that was not accepted leaves no trace."""
    coaching = _get_mine(scope, coaching_id)
    if coaching.accepted_at is None:
        scope.session.delete(coaching)
    else:
        coaching.until = scope.today
        _end_shares(scope, coaching_id, scope.today)
    scope.session.flush()


def end_by_school(scope: Scope, school_id: uuid.UUID, coaching_id: uuid.UUID, last_day: dt.date) -> None:
    """The school's assignment ends after its last day. Raises Refused (last_day), NotVisible."""
    if coaching_id not in {line.id for line in list_at_school(scope, school_id)}:
        raise NotVisible(str(coaching_id))
    coaching = scope.session.get_one(Coaching, coaching_id)
    until = check_end(scope, coaching.since, last_day)
    if coaching.until is not None and until > coaching.until:
        raise Refused({"last_day": _("It ends earlier already. The teacher decides about going on.")})
    coaching.until = until
    _end_shares(scope, coaching_id, until)
    scope.session.flush()


def _list(scope: Scope, *where: object) -> list[CoachingLine]:
    statement = _LINES.where(*where, Coaching.not_over(scope.today))  # type: ignore[arg-type]
    return [
        CoachingLine(id_, coach, teacher, focus, since, until, bool(accepted), school or "")
        for id_, coach, teacher, focus, since, until, accepted, school in scope.session.execute(statement)
    ]


def _get_mine(scope: Scope, coaching_id: uuid.UUID) -> Coaching:
    """An assignment in which the viewer is the teacher and that is not over. Raises NotVisible."""
    found = scope.session.get(Coaching, coaching_id)
    over = found is not None and found.until is not None and found.until <= scope.today
    if found is None or found.teacher_id != scope.me.id or over:
        raise NotVisible(str(coaching_id))
    return found


def _has_open(scope: Scope, coach_id: uuid.UUID, teacher_id: uuid.UUID) -> bool:
    open_ = exists().where(
        Coaching.coach_id == coach_id,
        Coaching.teacher_id == teacher_id,
        Coaching.not_over(scope.today),
    )
    return bool(scope.session.scalar(select(open_)))


def _end_shares(scope: Scope, coaching_id: uuid.UUID, until: dt.date) -> None:
    scope.session.execute(
        update(Share)
        .where(Share.coaching_id == coaching_id, Share.not_over(until))
        .values(until=until)
        .execution_options(synchronize_session=False)
    )
