"""What the overview may ask about: a session to come, agreements to confirm, a small step to look back at."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from portfolio_plugins.intervisie.kinds import TakeAway
from portfolio_plugins.intervisie.models import OPEN, PLANNED, Confirmation, Group, Meeting
from portfolio_plugins.intervisie.sessions import list_groups
from sqlalchemy import String, Uuid, bindparam, cast, exists, literal, null, select, union_all

from portfolio.among import any_of, ids
from portfolio.entries.models import Entry, Portfolio, Revision
from portfolio.people.models import Circle
from portfolio.scope import Scope

AHEAD = dt.timedelta(days=14)
LATER = dt.timedelta(days=30)
SESSION, AGREEMENTS, LOOK_BACK = "session", "agreements", "look back"
_ME = bindparam("me", type_=Uuid())
_DAY: Any = bindparam("day")
_MINE = ids("portfolios")


@dataclass(frozen=True)
class Waiting:
    """Something that waits: what, in which portfolio, its id, a word for it and its day."""

    what: str
    portfolio_id: uuid.UUID
    id: uuid.UUID
    text: str
    day: dt.date


def _statement() -> Any:
    look_on = Revision.content["look_back_on"].as_string()
    named = cast(Circle.name, String)
    coming = (
        select(literal(SESSION), Meeting.portfolio_id, Meeting.id, named, Meeting.day)
        .join(Portfolio, Portfolio.id == Meeting.portfolio_id)
        .join(Circle, Circle.id == Portfolio.circle_id)
        .where(
            any_of(Meeting.portfolio_id, _MINE),
            Meeting.state.in_((PLANNED, OPEN)),
            Meeting.day >= _DAY,
            Meeting.day < bindparam("until"),
        )
    )
    confirmed = exists().where(
        Confirmation.portfolio_id == Group.portfolio_id,
        Confirmation.person_id == _ME,
        Confirmation.number == Group.number,
    )
    agreed = (
        select(literal(AGREEMENTS), Group.portfolio_id, Group.portfolio_id, named, cast(null(), Meeting.day.type))
        .join(Portfolio, Portfolio.id == Group.portfolio_id)
        .join(Circle, Circle.id == Portfolio.circle_id)
        .where(any_of(Group.portfolio_id, _MINE), ~confirmed)
    )
    steps = (
        select(literal(LOOK_BACK), Entry.portfolio_id, Entry.id, cast(Entry.title, String), Entry.happened_on)
        .join(Revision, (Revision.entry_id == Entry.id) & (Revision.number == Entry.number))
        .where(
            Entry.portfolio_id == bindparam("own", type_=Uuid()),
            Entry.kind == TakeAway.name,
            Entry.author_id == _ME,
            Entry.deleted_at.is_(None),
            look_on <= bindparam("today"),
            look_on > bindparam("since"),
        )
    )
    return union_all(coming, agreed, steps)


_WAITING = _statement()


def what_waits(scope: Scope) -> list[Waiting]:
    """What waits for the viewer in their groups, and of their own take-aways in the month from its day. One query."""
    values = {
        "me": scope.me.id, "own": scope.relations.portfolio, "portfolios": list_groups(scope), "day": scope.today,
        "until": scope.today + AHEAD, "today": scope.today.isoformat(), "since": (scope.today - LATER).isoformat(),
    }  # fmt: skip
    found = [Waiting(*row) for row in scope.rows(_WAITING, values)]
    return sorted(found, key=lambda one: (one.day or scope.today, one.text, one.id))
