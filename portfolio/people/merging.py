"""What a school entered for somebody it invited moves to the account that says yes; then the invited row is deleted.

Every key to `person` is either moved here or goes along with the row (GOES_ALONG): a test compares both with the
tables there are, so that a new one can't be forgotten. What isn't moved because the account has it already, or because
it would be with oneself, goes along too.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Uuid, and_, bindparam, delete, exists, func, literal, not_, or_, select, union_all, update
from sqlalchemy.orm import Session, aliased

from portfolio.entries.models import Entry, PortfolioMember, Share
from portfolio.notices.models import Mail
from portfolio.people.leading import take_effect
from portfolio.people.models import (
    BoardRole,
    CircleMember,
    Coaching,
    CohortMember,
    Leadership,
    OneTimeLink,
    Person,
    SchoolRole,
)
from portfolio.people.roster_models import RosterLine
from portfolio.people.wall import lock_people, part
from portfolio.scope import Scope

_INVITED, _ACCOUNT = bindparam("invited", type_=Uuid()), bindparam("account", type_=Uuid())
_MOMENT: Any = bindparam("moment")

GOES_ALONG = {
    "portfolio.person_id": "the empty portfolio that was made with the invitation",
    "mail.person_id": "mails with the link that was just used",
    **dict.fromkeys(
        (
            "entry.author_id", "revision.author_id", "state_change.author_id", "comment.author_id",
            "snapshot.author_id", "reading.reader_id", "circle_member.invited_by", "sign_in.person_id",
            "recovery_code.person_id",
            "recovery_wait.person_id", "recovery_wait.started_by", "security_event.person_id", "job.person_id",
            "one_time_link.made_by", "roster.made_by", "notice.person_id", "notice.actor_id", "news_setting.person_id",
        ),
        "only somebody who was signed in can have one",
    ),
}  # fmt: skip
"""Keys to `person` that are empty for who never signed in, or of no use afterwards; and why."""


def merge(scope: Scope, invited: Person, people: dict[uuid.UUID, Person]) -> None:
    """Everything entered for `invited` is the viewer's from now on. `people` are locked: both, and who leads or is led.

    A leadership takes effect at once, as when it is entered: what the two have together ends.
    """
    account = people[scope.me.id]
    session = scope.session
    session.flush()
    values = {"invited": invited.id, "account": account.id, "moment": scope.now}
    connection = session.connection()
    there = set(connection.execute(_THERE, values).scalars())
    moved: dict[str, set[Any]] = {}
    for name, statement in _MOVES.items():
        if name in there:
            moved[name] = set(connection.execute(statement, values).scalars())
    invited_id, account_id = invited.id, account.id
    session.expunge(invited)
    session.execute(
        delete(Person).where(Person.id == invited_id).execution_options(synchronize_session=False)
    )
    session.expire_all()
    if moved.keys() & _APART:
        begun = moved.get("leadership.leader_id", set()) | moved.get("leadership.teacher_id", set())
        _keep_apart(session, account_id, begun, scope.today, people)


def _keep_apart(
    session: Session, account_id: Any, begun: set[Any], today: dt.date, people: dict[uuid.UUID, Person]
) -> None:
    """The wall, between the account and whoever leads it or is led by it: for what was just moved as well."""
    rows = session.execute(
        select(Leadership.id, Leadership.leader_id, Leadership.teacher_id, Leadership.since)
        .where(
            or_(Leadership.leader_id == account_id, Leadership.teacher_id == account_id),
            Leadership.not_over(today),
        )
        .order_by(Leadership.id)
    ).all()
    if not rows:
        return
    late = {one for row in rows for one in (row.leader_id, row.teacher_id)} - people.keys()
    if late:  # who came between reading and locking
        people = people | lock_people(session, *late)
    for id_, leader_id, teacher_id, since in rows:
        day = max(since, today)
        if id_ in begun:
            take_effect(session, people[leader_id], people[teacher_id], day)
        else:
            part(session, leader_id, teacher_id, day)


def _doubled(column: Any, *same: Any) -> Any:
    """The account has the same in days that overlap."""
    other = aliased(column.class_)
    mine = column.class_
    return exists().where(
        getattr(other, column.key) == _ACCOUNT,
        *(getattr(other, one.key) == one for one in same),
        other.not_over(mine.since),
        mine.not_over(other.since),
    )


def _move(column: Any, *unless: Any) -> Any:
    table = column.class_.__table__
    return (
        update(table)
        .where(column == _INVITED, *(not_(one) for one in unless))
        .values({column.key: _ACCOUNT})
        .returning(*table.primary_key.columns)
    )


def _name(column: Any) -> str:
    return f"{column.class_.__tablename__}.{column.key}"


def _moves(*moves: tuple[Any, Sequence[Any]]) -> dict[str, Any]:
    return {_name(column): _move(column, *unless) for column, unless in moves}


_MINE = exists().where(Entry.id == Share.entry_id, Entry.author_id == _ACCOUNT)
_MOVES = _moves(
    (SchoolRole.person_id, [_doubled(SchoolRole.person_id, SchoolRole.school_id, SchoolRole.role)]),
    (CohortMember.person_id, [_doubled(CohortMember.person_id, CohortMember.cohort_id, CohortMember.school_id)]),
    (BoardRole.person_id, [_doubled(BoardRole.person_id, BoardRole.board_id)]),
    (
        Leadership.leader_id,
        [
            Leadership.teacher_id == _ACCOUNT,
            _doubled(Leadership.leader_id, Leadership.teacher_id, Leadership.school_id),
        ],
    ),
    (
        Leadership.teacher_id,
        [
            Leadership.leader_id == _ACCOUNT,
            _doubled(Leadership.teacher_id, Leadership.leader_id, Leadership.school_id),
        ],
    ),
    (
        Coaching.coach_id,
        [
            Coaching.teacher_id == _ACCOUNT,
            and_(Coaching.accepted_at.is_(None), _doubled(Coaching.coach_id, Coaching.teacher_id)),
        ],
    ),
    (
        Coaching.teacher_id,
        [
            Coaching.coach_id == _ACCOUNT,
            and_(Coaching.accepted_at.is_(None), _doubled(Coaching.teacher_id, Coaching.coach_id)),
        ],
    ),
    (CircleMember.person_id, [_doubled(CircleMember.person_id, CircleMember.circle_id)]),
    (PortfolioMember.person_id, [_doubled(PortfolioMember.person_id, PortfolioMember.portfolio_id)]),
    (Share.person_id, [_MINE, _doubled(Share.person_id, Share.entry_id)]),
    (Mail.about_id, []),
    (RosterLine.person_id, []),
    (OneTimeLink.person_id, []),
)
# Links stop, also those to follow; they stay a while, so that their page can say that they were used.
_MOVES["one_time_link.person_id"] = _MOVES["one_time_link.person_id"].values(
    used_at=func.coalesce(OneTimeLink.used_at, _MOMENT)
)
MOVED = frozenset(_MOVES)
"""Keys to `person` that move to the account."""
_APART = {
    "leadership.leader_id", "leadership.teacher_id", "coaching.coach_id", "coaching.teacher_id",
    "circle_member.person_id", "share.person_id",
}  # fmt: skip
"""What the wall has a say in."""
_THERE = union_all(
    *(
        select(literal(name)).where(exists().where(statement.table.c[name.partition(".")[2]] == _INVITED))
        for name, statement in _MOVES.items()
    )
)
"""Which of these there are at all: for most invitations a role and a link."""
