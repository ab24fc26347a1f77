"""As whom somebody can look at a page of their own: those they have something with, by a relation that runs today.

Only whom they know by name: a share with an e-mail address counts once its reader opened it, since it doesn't tell who
has an account.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, String, Uuid, bindparam, cast, exists, literal, null, or_, select, union_all

from portfolio.among import any_of, ids
from portfolio.entries.models import Entry, Portfolio, PortfolioMember, Reading, Share
from portfolio.errors import NotVisible
from portfolio.people.models import Circle, CircleMember, Coaching, Leadership, Person
from portfolio.scope import Scope

COACH, LEADER, CIRCLE, SHARE = "coach", "leader", "circle", "person"
STRANGER = "stranger"
"""Somebody with an account here, and nothing with the viewer."""
NOBODY = uuid.UUID(int=0)
"""Whose id that is."""
_ORDER = {COACH: 0, LEADER: 1, CIRCLE: 2, SHARE: 3}
_ME = bindparam("me", type_=Uuid())
_DAY: BindParameter[dt.date] = bindparam("day")
_RELATION = bindparam("relation", type_=Uuid())


@dataclass(frozen=True)
class Onlooker:
    """One relation of the viewer with somebody who may come to a page of theirs."""

    via: str
    """coach, leader, circle, person or stranger"""
    relation_id: uuid.UUID
    """Of the coaching, the leadership, the membership of the circle; or, by a share, of that person."""
    person_id: uuid.UUID
    name: str
    """Empty for a stranger."""
    circle_id: uuid.UUID | None = None
    circle_name: str = ""

    @property
    def code(self) -> str:
        """As an address has it."""
        return STRANGER if self.via == STRANGER else f"{self.via}:{self.relation_id}"


A_STRANGER = Onlooker(STRANGER, NOBODY, NOBODY, "")


def _statement(*, one: bool) -> Any:
    nothing, no_name = cast(null(), Uuid()), cast(literal(""), String)
    opened = (
        exists().where(Reading.entry_id == Share.entry_id, Reading.reader_id == Share.person_id).correlate(Share)
    )
    parts: list[tuple[Any, Any]] = [
        (
            Coaching.id,
            select(literal(COACH), Coaching.id, Person.id, Person.name, nothing, no_name)
            .join(Person, Person.id == Coaching.coach_id)
            .where(Coaching.teacher_id == _ME, Coaching.counts(_DAY)),
        ),
        (
            Leadership.id,
            select(literal(LEADER), Leadership.id, Person.id, Person.name, nothing, no_name)
            .join(Person, Person.id == Leadership.leader_id)
            .where(Leadership.teacher_id == _ME, Leadership.running(_DAY), Person.used_at.is_not(None)),
        ),
        (
            CircleMember.id,
            select(literal(CIRCLE), CircleMember.id, Person.id, Person.name, Circle.id, cast(Circle.name, String))
            .join(Person, Person.id == CircleMember.person_id)
            .join(Circle, Circle.id == CircleMember.circle_id)
            .where(any_of(CircleMember.circle_id, ids("circles")), CircleMember.counts(_DAY)),
        ),
        (
            Person.id,
            select(literal(SHARE), Person.id, Person.id.label("person_id"), Person.name, nothing, no_name)
            .select_from(Share)
            .join(Entry, Entry.id == Share.entry_id)
            .join(Person, Person.id == Share.person_id)
            .where(
                Entry.author_id == _ME,
                Entry.deleted_at.is_(None),
                Share.running(_DAY),
                or_(Share.address == "", opened),
            )
            .distinct(),
        ),
    ]
    return union_all(*(found.where(id_ == _RELATION) if one else found for id_, found in parts))


_ALL, _ONE = _statement(one=False), _statement(one=True)
_MEMBERS = union_all(
    select(Person.id, Person.name)
    .join(CircleMember, CircleMember.person_id == Person.id)
    .join(Portfolio, Portfolio.circle_id == CircleMember.circle_id)
    .where(
        Portfolio.id == bindparam("portfolio", type_=Uuid()),
        CircleMember.counts(_DAY),
        Person.id != _ME,
    ),
    select(Person.id, Person.name)
    .join(PortfolioMember, PortfolioMember.person_id == Person.id)
    .where(
        PortfolioMember.portfolio_id == bindparam("portfolio", type_=Uuid()),
        PortfolioMember.running(_DAY),
        Person.id != _ME,
    ),
)


def list_onlookers(scope: Scope) -> list[Onlooker]:
    """The viewer's coaches, leaders, fellow members of circles, and with whom they share by name. One query.

    Somebody with several relations is there once for each of them, but once only for all that is shared by name.
    """
    found: dict[Any, Onlooker] = {}
    for one in sorted(_read(scope, _ALL), key=lambda one: (_ORDER[one.via], one.name, one.relation_id)):
        found.setdefault((one.via, one.person_id, one.circle_id), one)
    return list(found.values())


def get_onlooker(scope: Scope, code: str) -> Onlooker:
    """The relation that an address names. One query; none for a stranger.

    Raises NotVisible for what is no relation of the viewer's today.
    """
    if code == STRANGER:
        return A_STRANGER
    via, _colon, id_ = code.partition(":")
    try:
        relation = uuid.UUID(id_)
    except ValueError:
        raise NotVisible(code) from None
    found = [one for one in _read(scope, _ONE, relation=relation) if one.code == code]
    if not found:
        raise NotVisible(code)
    return found[0]


def list_members(scope: Scope, portfolio_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """Who else takes part in a circle's or joint portfolio the viewer takes part in, by name. One query."""
    rows = scope.rows(_MEMBERS, {"portfolio": portfolio_id, "me": scope.me.id, "day": scope.today})
    return sorted(((id_, name) for id_, name in rows), key=lambda one: (one[1], one[0]))


def _read(scope: Scope, statement: Any, **more: Any) -> list[Onlooker]:
    """Never the viewer, nor whom they lead: of what these say and see, their leader learns nothing."""
    values = {"me": scope.me.id, "day": scope.today, "circles": scope.relations.circle_ids, **more}
    found = [Onlooker(*row) for row in scope.rows(statement, values)]
    return [one for one in found if one.person_id != scope.me.id and one.person_id not in scope.relations.led]
