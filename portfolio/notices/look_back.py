"""What somebody wrote in this week of earlier years, for who wants to be shown it. Theirs alone, and in no mail."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Uuid, bindparam, or_, select

from portfolio.entries.inputs import years_from
from portfolio.entries.models import Entry
from portfolio.scope import Scope

YEARS = 10
AROUND = dt.timedelta(days=3)
MOST = 5


@dataclass(frozen=True)
class Earlier:
    """An entry of the viewer, about so many years ago."""

    years: int
    id: uuid.UUID
    portfolio_id: uuid.UUID
    plugin: str
    kind: str
    title: str
    happened_on: dt.date


_YEARS = range(1, YEARS + 1)
_EARLIER = (
    select(Entry.id, Entry.portfolio_id, Entry.plugin, Entry.kind, Entry.title, Entry.happened_on)
    .where(
        Entry.portfolio_id == bindparam("portfolio", type_=Uuid()),
        Entry.author_id == bindparam("me", type_=Uuid()),
        Entry.deleted_at.is_(None),
        or_(*(Entry.happened_on.between(bindparam(f"from_{year}"), bindparam(f"until_{year}")) for year in _YEARS)),
    )
    .order_by(Entry.happened_on.desc(), Entry.id.desc())
    .limit(MOST)
)


def list_earlier(scope: Scope) -> list[Earlier]:
    """What the viewer wrote in their own portfolio around this day, one to ten years ago, last first. One query."""
    days = {year: years_from(scope.today, -year) for year in _YEARS}
    values: dict[str, Any] = {"portfolio": scope.relations.portfolio, "me": scope.me.id}
    for year, day in days.items():
        values |= {f"from_{year}": day - AROUND, f"until_{year}": day + AROUND}
    return [
        Earlier(_years_between(row.happened_on, scope.today), *row) for row in scope.rows(_EARLIER, values)
    ]


def _years_between(then: dt.date, today: dt.date) -> int:
    """As people say it: the day may lie some days before or after the same day of that year."""
    return round((today - then).days / 365.25)
