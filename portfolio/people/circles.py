"""Circles: people who chose each other. Each decides alone to come and to go; nobody outside learns that it exists."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Uuid, bindparam, delete, exists, func, literal, select, update
from sqlalchemy.orm import Session, aliased

from portfolio.access import SHARED_WITH_CIRCLE, parameters
from portfolio.entries.models import Entry, Portfolio
from portfolio.entries.reading import PAGE, EntryLine
from portfolio.errors import NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.notices.kinds import CIRCLE
from portfolio.notices.telling import notify
from portfolio.people.inviting import find_address
from portfolio.people.models import Circle, CircleMember, Person
from portfolio.people.picking import list_known
from portfolio.people.wall import end_circle_shares, is_led_between, lock_people
from portfolio.scope import Scope

APART = _l("This can't be: the circle would bring somebody together with their own leader.")
"""One wording for every case: it doesn't tell which member is meant."""
NAME_LENGTH, PURPOSE_LENGTH = 80, 500

_ME = bindparam("me", type_=Uuid())
_DAY: Any = bindparam("day")


@dataclass(frozen=True)
class Member:
    """Somebody in a circle, or invited to it."""

    membership_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    since: dt.date
    by_me: bool = False
    """The viewer invited them."""


@dataclass(frozen=True)
class CircleLine:
    """A circle the viewer is in, with the names of all members."""

    id: uuid.UUID
    name: str
    purpose: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Invitation:
    """An invitation that waits for the viewer."""

    id: uuid.UUID
    circle: str
    purpose: str
    by: str
    """Empty when that account is gone."""
    members: tuple[str, ...]


@dataclass(frozen=True)
class OpenCircle:
    """One circle, as its members see it."""

    id: uuid.UUID
    name: str
    purpose: str
    members: tuple[Member, ...]
    invited: tuple[Member, ...]
    """Only those the viewer could have picked by name: who was invited by e-mail shows when they accept."""


def _mine_statement() -> Any:
    mine, other, inviter = aliased(CircleMember), aliased(CircleMember), aliased(Person)
    return (
        select(
            mine.id, mine.accepted_at, Circle.id, Circle.name, Circle.purpose, inviter.name, other.person_id,
            Person.name,
        )  # fmt: skip
        .join(Circle, Circle.id == mine.circle_id)
        .outerjoin(inviter, inviter.id == mine.invited_by)
        .outerjoin(
            other,
            (other.circle_id == mine.circle_id) & other.counts(_DAY),
        )
        .outerjoin(Person, Person.id == other.person_id)
        .where(mine.person_id == _ME, mine.running(_DAY))
        .order_by(Circle.name, Circle.id, Person.name, other.person_id)
    )


_MINE = _mine_statement()
_MEMBERS = (
    select(
        CircleMember.id, Person.id, Person.name, CircleMember.since, CircleMember.invited_by, CircleMember.accepted_at
    )
    .join(Person, Person.id == CircleMember.person_id)
    .where(CircleMember.circle_id == bindparam("circle", type_=Uuid()), CircleMember.running(_DAY))
    .order_by(Person.name, Person.id)
)
_SHARED_HERE = (
    select(
        Entry.id, Entry.portfolio_id, Entry.plugin, Entry.kind, Entry.title, Entry.happened_on, Entry.state,
        Entry.updated_at, Entry.author_id, Person.name, literal(True),
    )
    .join(Person, Person.id == Entry.author_id)
    .where(Entry.id.in_(SHARED_WITH_CIRCLE.where))
    .order_by(Entry.updated_at.desc(), Entry.id.desc())
    .limit(PAGE + 1)
    .offset(bindparam("offset"))
)  # fmt: skip


def list_mine(scope: Scope) -> tuple[list[CircleLine], list[Invitation]]:
    """The viewer's circles, and the invitations that wait for them. One query.

    An invitation to a circle that somebody the viewer leads is in by now is not there: its existence would tell.
    """
    circles: dict[uuid.UUID, CircleLine] = {}
    invitations: dict[uuid.UUID, Invitation] = {}
    walled: set[uuid.UUID] = set()
    for membership, accepted, id_, name, purpose, by, person, person_name in scope.session.execute(
        _MINE, {"me": scope.me.id, "day": scope.today}
    ):
        names = (person_name,) if person_name else ()
        if accepted is not None and id_ in scope.relations.circle_ids:
            before = circles[id_].members if id_ in circles else ()
            circles[id_] = CircleLine(id_, name, purpose, (*before, *names))
        elif accepted is None:
            before = invitations[membership].members if membership in invitations else ()
            invitations[membership] = Invitation(membership, name, purpose, by or "", (*before, *names))
            if person in scope.relations.led:
                walled.add(membership)
    return list(circles.values()), [one for one in invitations.values() if one.id not in walled]


def list_people(scope: Scope) -> list[tuple[uuid.UUID, str]]:
    """Whom the viewer can pick: own coaches, those they coach, and fellow members; never across the wall. By name."""
    found = {one.person_id: one.name for one in list_known(scope) if one.person_id is not None}
    return sorted(found.items(), key=lambda one: (one[1], one[0]))


def get_circle(scope: Scope, circle_id: uuid.UUID, pickable: list[tuple[uuid.UUID, str]]) -> OpenCircle:
    """A circle the viewer is in; `pickable` as list_people gives it. Two queries. Raises NotVisible."""
    _check_mine(scope, circle_id)
    row = scope.session.execute(select(Circle.name, Circle.purpose).where(Circle.id == circle_id)).one()
    known = {id_ for id_, _name in pickable}
    members, invited = [], []
    for id_, person, name, since, by, accepted in scope.session.execute(
        _MEMBERS, {"circle": circle_id, "day": scope.today}
    ):
        member = Member(id_, person, name, since, by_me=by == scope.me.id)
        if accepted is not None:
            members.append(member)
        elif person in known:
            invited.append(member)
    return OpenCircle(circle_id, row.name, row.purpose, tuple(members), tuple(invited))


def list_shared_here(scope: Scope, circle_id: uuid.UUID, *, page: int = 1) -> tuple[list[EntryLine], bool]:
    """What members share with a circle, last changed first: one page, and whether there is another. One query."""
    _check_mine(scope, circle_id)
    values = {**parameters(scope), "circles": [circle_id], "offset": (page - 1) * PAGE}
    rows = [EntryLine(*row) for row in scope.session.execute(_SHARED_HERE, values)]
    return rows[:PAGE], len(rows) > PAGE


def invite(scope: Scope, circle_id: uuid.UUID, person_id: uuid.UUID | None, email: str = "") -> None:
    """Invite somebody picked from `list_people`, or with exactly this address.

    The answer is the same whether the address has an account, is in already, or has been invited. Raises Refused
    (fields person, email) and NotVisible.
    """
    _check_mine(scope, circle_id)
    picked = person_id is not None
    if picked and person_id not in {id_ for id_, _name in list_people(scope)}:
        raise Refused({"person": _("Choose one of these.")})
    field = "person" if picked else "email"
    if not picked:
        person_id = _find_by_address(scope, email)
    if person_id is None:
        return
    lock_people(scope.session, person_id)
    _lock_circle(scope.session, circle_id)
    members = _running_members(scope, circle_id)
    if person_id in members:
        if picked:
            raise Refused({"person": _("This person is in the circle, or invited, already.")})
        return
    # Not those who were only asked: they are met again when one of the two accepts, and a no would tell of them now.
    if is_led_between(scope.session, person_id, _running_members(scope, circle_id, accepted=True), scope.today):
        raise Refused({field: str(APART)})
    asked = CircleMember(circle_id=circle_id, person_id=person_id, invited_by=scope.me.id, since=scope.today)
    scope.session.add(asked)
    scope.session.flush()
    notify(scope, CIRCLE, [person_id], membership_id=asked.id)


def accept(scope: Scope, membership_id: uuid.UUID) -> uuid.UUID:
    """The viewer comes into a circle; returns its id. Raises NotVisible without an invitation, Refused by the wall."""
    circle_id = _get_invitation(scope, membership_id)
    lock_people(scope.session, scope.me.id)
    _lock_circle(scope.session, circle_id)
    _get_invitation(scope, membership_id)
    members = _running_members(scope, circle_id, accepted=True)
    if is_led_between(scope.session, scope.me.id, members, scope.today):
        raise Refused(str(APART))
    scope.session.execute(
        update(CircleMember)
        .where(CircleMember.id == membership_id)
        .values(accepted_at=scope.now, since=scope.today)
        .execution_options(synchronize_session=False)
    )
    return circle_id


def decline(scope: Scope, membership_id: uuid.UUID) -> None:
    """The viewer doesn't come; no trace of the invitation stays. Raises NotVisible without one."""
    _get_invitation(scope, membership_id)
    scope.session.execute(delete(CircleMember).where(CircleMember.id == membership_id))


def withdraw(scope: Scope, circle_id: uuid.UUID, membership_id: uuid.UUID) -> None:
    """Take back an invitation one sent oneself, while it hasn't been accepted. Raises NotVisible for any other."""
    _check_mine(scope, circle_id)
    _lock_circle(scope.session, circle_id)
    found = scope.session.scalar(
        select(CircleMember.id).where(
            CircleMember.id == membership_id,
            CircleMember.circle_id == circle_id,
            CircleMember.invited_by == scope.me.id,
            CircleMember.accepted_at.is_(None),
        )
    )
    if found is None:
        raise NotVisible(str(membership_id))
    scope.session.execute(delete(CircleMember).where(CircleMember.id == found))


def leave(scope: Scope, circle_id: uuid.UUID) -> None:
    """The viewer goes; what they shared with the circle ends. A circle that nobody is in any more is deleted."""
    _check_mine(scope, circle_id)
    _lock_circle(scope.session, circle_id)
    scope.session.execute(
        update(CircleMember)
        .where(
            CircleMember.circle_id == circle_id,
            CircleMember.person_id == scope.me.id,
            CircleMember.not_over(scope.today),
        )
        .values(until=scope.today)
        .execution_options(synchronize_session=False)
    )
    end_circle_shares(scope.session, scope.me.id, [circle_id], scope.today)
    if not _running_members(scope, circle_id, accepted=True) and not _has_entries(scope.session, circle_id):
        scope.session.execute(delete(Circle).where(Circle.id == circle_id))


def _check_mine(scope: Scope, circle_id: uuid.UUID) -> None:
    if circle_id not in scope.relations.circle_ids:
        raise NotVisible(str(circle_id))


def _lock_circle(session: Session, circle_id: uuid.UUID) -> None:
    """One change of a circle's members at a time. Raises NotVisible when it was deleted meanwhile."""
    if session.scalar(select(Circle.id).where(Circle.id == circle_id).with_for_update()) is None:
        raise NotVisible(str(circle_id))


def _running_members(scope: Scope, circle_id: uuid.UUID, *, accepted: bool = False) -> set[uuid.UUID]:
    """Who is in a circle; with `accepted=False` also who is invited."""
    statement = select(CircleMember.person_id).where(
        CircleMember.circle_id == circle_id, CircleMember.running(scope.today)
    )
    if accepted:
        statement = statement.where(CircleMember.accepted_at.is_not(None))
    return set(scope.session.scalars(statement))


def _get_invitation(scope: Scope, membership_id: uuid.UUID) -> uuid.UUID:
    """The circle of an invitation that waits for the viewer. Raises NotVisible."""
    found = scope.session.scalar(
        select(CircleMember.circle_id).where(
            CircleMember.id == membership_id,
            CircleMember.person_id == scope.me.id,
            CircleMember.accepted_at.is_(None),
            CircleMember.running(scope.today),
        )
    )
    if found is None:
        raise NotVisible(str(membership_id))
    return found


def _find_by_address(scope: Scope, email: str) -> uuid.UUID | None:
    address = find_address(email)
    if address is None:
        raise Refused({"person": _("Choose whom you invite, or type an e-mail address.")})
    found = scope.session.scalar(select(Person.id).where(Person.email == address))
    if found == scope.me.id:
        raise Refused({"email": _("This is your own address. You are in already.")})
    return found


def _has_entries(session: Session, circle_id: uuid.UUID) -> bool:
    """Something lies in the circle's own portfolio: its authors keep it, so the circle stays, empty."""
    written = exists().where(Portfolio.circle_id == circle_id, Entry.portfolio_id == Portfolio.id)
    return bool(session.scalar(select(func.count()).select_from(Circle).where(Circle.id == circle_id, written)))
