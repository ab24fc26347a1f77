"""Making a circle: one, however often its form is sent."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import Uuid, bindparam, select

from portfolio import once
from portfolio.entries.models import CIRCLE, Portfolio
from portfolio.people.circle_homes import list_homes
from portfolio.people.models import Circle, CircleMember
from portfolio.scope import Scope

_DAY: Any = bindparam("day")
_SAME = (
    select(Circle.id)
    .join(CircleMember, CircleMember.circle_id == Circle.id)
    .where(
        CircleMember.person_id == bindparam("me", type_=Uuid()),
        CircleMember.invited_by.is_(None),
        CircleMember.counts(_DAY),
        Circle.name == bindparam("name"),
        Circle.purpose == bindparam("purpose"),
        Circle.created_at >= bindparam("since"),
    )
    .limit(1)
)


def make_circle(
    scope: Scope, name: str, purpose: str = "", *, form_id: uuid.UUID | None = None, plugin: str = ""
) -> uuid.UUID:
    """A new circle with the viewer in it; returns its id.

    Its home is the viewer's cohort that began last; with `plugin`, the last of them in which that is on. The same sent
    once more by a form (see once.py) is the circle that is there, while the viewer is in it.
    """
    values = {"name": name, "purpose": purpose, "created_at": scope.now}

    def find_same(since: dt.datetime) -> uuid.UUID | None:
        return scope.session.scalar(_SAME, {"me": scope.me.id, "day": scope.today, **values, "since": since})

    circle_id, written = once.add_row(scope, Circle.__table__, values, form_id, [name, purpose], find_same)
    if not written:
        return circle_id
    home = next((one.id for one in list_homes(scope, plugin)), None)
    scope.session.add(Portfolio(kind=CIRCLE, circle_id=circle_id, cohort_id=home))
    scope.session.add(
        CircleMember(circle_id=circle_id, person_id=scope.me.id, since=scope.today, accepted_at=scope.now)
    )
    scope.session.flush()
    return circle_id
