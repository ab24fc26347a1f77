"""Leader and teacher are kept apart: what can't begin between them, and what ends when one becomes the other's leader.

Access stands by itself (a leader reads nothing of whom they lead, whatever rows say). This keeps the rows true as well.
Whoever changes a relation between people first locks them: a leadership and an acceptance can't pass each other.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from portfolio.entries.models import Entry, Share
from portfolio.people.models import CircleMember, Coaching, Leadership, Person


def lock_people(
    session: Session, *person_ids: uuid.UUID, governed_on: dt.date | None = None
) -> dict[uuid.UUID, Person]:
    """Let other changes of these people's relations wait, until this transaction ends; returns who there are.

    With `governed_on` also of who leads them or is led by them from that day on. All at once: who locks some people
    and then others may wait for ever.
    """
    who: ColumnElement[bool] = Person.id.in_(person_ids)
    if governed_on is not None:
        running = Leadership.not_over(governed_on)
        who = or_(
            who,
            Person.id.in_(select(Leadership.leader_id).where(Leadership.teacher_id.in_(person_ids), running)),
            Person.id.in_(select(Leadership.teacher_id).where(Leadership.leader_id.in_(person_ids), running)),
        )
    found = session.scalars(select(Person).where(who).order_by(Person.id).with_for_update(key_share=True, of=Person))
    return {person.id: person for person in found}


def is_led_between(session: Session, person_id: uuid.UUID, others: Iterable[uuid.UUID], day: dt.date) -> bool:
    """Whether the person leads one of the others, or is led by one, on `day` or at any time after it."""
    others = [other for other in others if other != person_id]
    if not others:
        return False
    found = exists().where(
        or_(
            (Leadership.leader_id == person_id) & Leadership.teacher_id.in_(others),
            (Leadership.teacher_id == person_id) & Leadership.leader_id.in_(others),
        ),
        Leadership.not_over(day),
    )
    return bool(session.scalar(select(found)))


def part(session: Session, leader_id: uuid.UUID, teacher_id: uuid.UUID, day: dt.date) -> None:
    """End what a leader and a teacher have together, as of `day`: circles (the leader goes), coaching and shares.

    Invitations that would bring them together are withdrawn at once. Lock both before.
    """
    left = _leave_circles(session, leader_id, teacher_id, day)
    _end_shares_between(session, leader_id, teacher_id, left, day)
    _end_coaching(session, leader_id, teacher_id, day)


def end_circle_shares(session: Session, person_id: uuid.UUID, circle_ids: list[uuid.UUID], day: dt.date) -> None:
    """What the person shares with these circles ends as of `day`."""
    session.execute(
        update(Share)
        .where(
            Share.circle_id.in_(circle_ids),
            Share.entry_id.in_(select(Entry.id).where(Entry.author_id == person_id)),
            Share.not_over(day),
        )
        .values(until=day)
        .execution_options(synchronize_session=False)
    )


def _end_shares_between(
    session: Session, leader_id: uuid.UUID, teacher_id: uuid.UUID, left: Collection[uuid.UUID], day: dt.date
) -> None:
    """End every share by person or coaching between two people, and the leader's with circles left, as of `day`."""
    ways = [Share.circle_id.in_(left) & Share.entry_id.in_(select(Entry.id).where(Entry.author_id == leader_id))]
    for author, reader in ((leader_id, teacher_id), (teacher_id, leader_id)):
        own = select(Entry.id).where(Entry.author_id == author)
        coachings = select(Coaching.id).where(Coaching.coach_id == reader, Coaching.teacher_id == author)
        ways.append(Share.entry_id.in_(own) & or_(Share.person_id == reader, Share.coaching_id.in_(coachings)))
    session.execute(
        update(Share)
        .where(or_(*ways), Share.not_over(day))
        .values(until=day)
        .execution_options(synchronize_session=False)
    )


def _end_coaching(session: Session, one: uuid.UUID, other: uuid.UUID, day: dt.date) -> None:
    both = or_(
        (Coaching.coach_id == one) & (Coaching.teacher_id == other),
        (Coaching.coach_id == other) & (Coaching.teacher_id == one),
    )
    session.execute(
        update(Coaching)
        .where(both, Coaching.not_over(day))
        .values(until=day)
        .execution_options(synchronize_session=False)
    )


def _leave_circles(
    session: Session, leader_id: uuid.UUID, teacher_id: uuid.UUID, day: dt.date
) -> Collection[uuid.UUID]:
    """The leader goes from the circles the teacher is in, and invitations to the other's are withdrawn.

    Returns the circles the leader isn't in any more.
    """
    theirs = aliased(CircleMember)
    common = session.execute(
        select(CircleMember.circle_id, CircleMember.accepted_at, theirs.accepted_at)
        .join(theirs, theirs.circle_id == CircleMember.circle_id)
        .where(
            CircleMember.person_id == leader_id,
            theirs.person_id == teacher_id,
            CircleMember.not_over(day),
            theirs.not_over(day),
        )
    ).all()
    open_invitations = {circle for circle, *accepted in common if None in accepted}
    if open_invitations:
        session.execute(
            delete(CircleMember)
            .where(
                CircleMember.circle_id.in_(open_invitations),
                CircleMember.person_id.in_((leader_id, teacher_id)),
                CircleMember.accepted_at.is_(None),
            )
            .execution_options(synchronize_session=False)
        )
    left = {circle for circle, _leaders, teachers in common if teachers is not None}
    if left:
        session.execute(
            update(CircleMember)
            .where(
                CircleMember.circle_id.in_(left), CircleMember.person_id == leader_id, CircleMember.not_over(day)
            )
            .values(until=day)
            .execution_options(synchronize_session=False)
        )
    return left
