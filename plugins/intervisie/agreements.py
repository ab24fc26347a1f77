"""What a group agreed, and who confirmed it. Each change gives it a new number, and everybody confirms anew."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from portfolio_plugins.intervisie.models import Confirmation, Group
from sqlalchemy import Uuid, bindparam, select, update
from sqlalchemy.orm import aliased

from portfolio.entries.inputs import clean_prose, too_long
from portfolio.errors import Conflict, NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.inserting import add_new
from portfolio.markdown import render
from portfolio.people.models import Circle, CircleMember, Person
from portfolio.scope import Scope

LENGTH = 4000
_DAY: Any = bindparam("day")
_CHANGER = aliased(Person)
_GROUP = (
    select(
        Circle.name.label("circle"), Circle.purpose, Group.agreements, Group.number, Group.changed_at,
        _CHANGER.name.label("changed_by"), Person.id, Person.name, CircleMember.since, Confirmation.confirmed_at,
    )
    .join(CircleMember, CircleMember.circle_id == Circle.id)
    .join(Person, Person.id == CircleMember.person_id)
    .outerjoin(Group, Group.portfolio_id == bindparam("portfolio", type_=Uuid()))
    .outerjoin(_CHANGER, _CHANGER.id == Group.changed_by)
    .outerjoin(
        Confirmation,
        (Confirmation.portfolio_id == Group.portfolio_id)
        & (Confirmation.person_id == Person.id)
        & (Confirmation.number == Group.number),
    )
    .where(
        Circle.id == bindparam("circle", type_=Uuid()),
        CircleMember.counts(_DAY),
    )
    .order_by(Person.name, Person.id)
)  # fmt: skip


@dataclass(frozen=True)
class GroupMember:
    """Somebody in the group, and when they confirmed the agreements as these stand; None while they haven't."""

    id: uuid.UUID
    name: str
    since: dt.date
    confirmed_at: dt.datetime | None


@dataclass(frozen=True)
class OpenGroup:
    """A group as its members see it."""

    portfolio_id: uuid.UUID
    circle_id: uuid.UUID
    name: str
    purpose: str
    agreements: str
    number: int
    """0 while nothing has been agreed."""
    changed_at: dt.datetime | None
    changed_by: str
    """Empty when nobody wrote them, or that account is gone."""
    members: tuple[GroupMember, ...]

    @property
    def html(self) -> str:
        """The agreements, to be shown."""
        return render(self.agreements)

    @property
    def waiting(self) -> list[str]:
        """The names of who hasn't confirmed yet."""
        return [member.name for member in self.members if member.confirmed_at is None] if self.number else []

    def find_member(self, person_id: uuid.UUID | None) -> GroupMember | None:
        """A member by id, or None."""
        return next((member for member in self.members if member.id == person_id), None)


def place_of(scope: Scope) -> tuple[uuid.UUID, uuid.UUID]:
    """Circle and portfolio of the page's address. Raises NotVisible when that is no circle of the viewer's."""
    if scope.circle_id is None or scope.portfolio_id is None:
        raise NotVisible(str(scope.portfolio_id))
    return scope.circle_id, scope.portfolio_id


def get_group(scope: Scope) -> OpenGroup:
    """The group of this place, with its members and what it agreed. One query. Raises NotVisible."""
    circle, portfolio = place_of(scope)
    rows = scope.rows(_GROUP, {"circle": circle, "portfolio": portfolio, "day": scope.today}).all()
    members = tuple(GroupMember(row.id, row.name, row.since, row.confirmed_at) for row in rows)
    if not rows:
        raise NotVisible(str(portfolio))
    one = rows[0]
    return OpenGroup(
        portfolio, circle, one.circle, one.purpose, one.agreements or "", one.number or 0, one.changed_at,
        one.changed_by or "", members,
    )  # fmt: skip


def change_agreements(scope: Scope, text: str, seen: int) -> int:
    """Agree something else; returns the new number. Who changes them has confirmed them.

    The same text is no change. Raises Conflict when somebody changed them since number `seen`, with the text that
    stands; Refused for a text that is empty or too long; NotVisible.
    """
    _circle, portfolio = place_of(scope)
    text = clean_prose(text).strip()
    if not text:
        raise Refused({"agreements": _("Write down what you agree, however short.")})
    if len(text) > LENGTH:
        raise Refused({"agreements": too_long(LENGTH, len(text))})
    if not _write(scope, portfolio, text, seen):
        row = scope.rows(select(Group.agreements, Group.number).where(Group.portfolio_id == portfolio)).one()
        if row.agreements == text:
            confirm(scope, row.number)
            return int(row.number)
        raise Conflict((row.agreements, row.number))
    _confirm(scope, portfolio, seen + 1)
    return seen + 1


def _write(scope: Scope, portfolio: uuid.UUID, text: str, seen: int) -> bool:
    values = {"agreements": text, "changed_at": scope.now, "changed_by": scope.me.id}
    if seen == 0:
        return add_new(scope.session, Group, [{"portfolio_id": portfolio, "number": 1, **values}])
    moved = scope.session.execute(
        update(Group)
        .where(Group.portfolio_id == portfolio, Group.number == seen, Group.agreements != text)
        .values(number=seen + 1, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(moved.rowcount)  # type: ignore[attr-defined]


def confirm(scope: Scope, number: int) -> None:
    """The viewer agrees to the agreements with this number. Once more is fine.

    Raises Conflict when they have changed since, with the text that stands, and NotVisible.
    """
    _circle, portfolio = place_of(scope)
    row = scope.rows(select(Group.agreements, Group.number).where(Group.portfolio_id == portfolio)).one_or_none()
    if row is None:
        raise NotVisible("nothing is agreed yet")
    if row.number != number:
        raise Conflict((row.agreements, row.number))
    _confirm(scope, portfolio, number)


def _confirm(scope: Scope, portfolio: uuid.UUID, number: int) -> None:
    values = {"portfolio_id": portfolio, "person_id": scope.me.id, "number": number, "confirmed_at": scope.now}
    add_new(scope.session, Confirmation, [values])
