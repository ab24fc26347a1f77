"""Whom one can pick by name, to share with or to invite: who one has a relation with, and never across the wall."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Uuid, bindparam, cast, literal, null, select, union

from portfolio.among import any_of, ids
from portfolio.people.models import Circle, CircleMember, Coaching, Person
from portfolio.scope import Scope


@dataclass(frozen=True)
class Known:
    """Somebody the viewer has a relation with, or a circle."""

    via: str
    """coaching: my coach; coached: whom I coach; circle: one of mine; person: a fellow member of one"""
    id: uuid.UUID
    """Of that coaching, circle or person."""
    person_id: uuid.UUID | None
    name: str


def _statement() -> Any:
    me = bindparam("me", type_=Uuid())
    day: BindParameter[dt.date] = bindparam("day")
    coaching = Coaching.counts(day)
    return union(
        select(literal("coaching"), Coaching.id, Person.id, Person.name)
        .join(Person, Person.id == Coaching.coach_id)
        .where(Coaching.teacher_id == me, coaching),
        select(literal("coached"), Coaching.id, Person.id, Person.name)
        .join(Person, Person.id == Coaching.teacher_id)
        .where(Coaching.coach_id == me, coaching),
        select(literal("circle"), Circle.id, cast(null(), Uuid()), Circle.name).where(
            any_of(Circle.id, ids("circles"))
        ),
        select(literal("person"), Person.id, Person.id, Person.name)
        .join(CircleMember, CircleMember.person_id == Person.id)
        .where(
            any_of(CircleMember.circle_id, ids("circles")),
            CircleMember.person_id != me,
            CircleMember.counts(day),
        ),
    )


_KNOWN = _statement()


def list_known(scope: Scope) -> list[Known]:
    """Who and which circles the viewer can pick, by name; not a circle with somebody they lead. One query."""
    walled = scope.relations.leaders | scope.relations.led
    values = {"me": scope.me.id, "day": scope.today, "circles": scope.relations.circle_ids}
    found = [Known(*row) for row in scope.rows(_KNOWN, values)]
    return sorted((one for one in found if one.person_id not in walled), key=lambda one: (one.name, one.id))
