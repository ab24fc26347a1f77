"""The entries that stand on the overview: on its ribbon of school years, and those written last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Uuid, bindparam, literal, select, union_all

from portfolio.clock import SchoolYear
from portfolio.entries.models import Entry
from portfolio.entries.reading import SHARED, EntryLine
from portfolio.scope import Scope

YEARS = 8
"""Up to this one; the next is there too, for a goal that begins in it."""
A_YEAR = 20
"""Marks of one school year at most: a year with more shows its newest."""
STATED = 60
"""Goals, which have a line besides a mark."""
LATEST = 5
"""In a list below the ribbon."""
_COLUMNS = (Entry.id, Entry.plugin, Entry.kind, Entry.title, Entry.happened_on, Entry.state, Entry.updated_at)
_MINE = (
    select(*_COLUMNS, literal(False).label("latest"), literal(False).label("shared"))
    .where(
        Entry.portfolio_id == bindparam("portfolio", type_=Uuid()),
        Entry.author_id == bindparam("me", type_=Uuid()),
        Entry.deleted_at.is_(None),
    )
    .order_by(Entry.happened_on.desc(), Entry.id.desc())
)


def _day(number: int) -> BindParameter[dt.date]:
    """The first day of year number so many, counted from the first."""
    return bindparam(f"day_{number}")


def _year(number: int) -> Any:
    within = _MINE.where(Entry.happened_on >= _day(number), Entry.happened_on < _day(number + 1))
    return select(within.limit(A_YEAR + 1).subquery())


_STATED = _MINE.where(
    Entry.kind.in_(bindparam("stated", expanding=True)),
    Entry.happened_on >= _day(0),
    Entry.happened_on < _day(YEARS + 1),
)
_LATEST = _MINE.with_only_columns(*_COLUMNS, literal(True).label("latest"), SHARED).limit(LATEST)
_SHOWN = union_all(
    *map(_year, range(YEARS + 1)), select(_STATED.limit(STATED).subquery()), select(_LATEST.subquery())
)


@dataclass(frozen=True)
class Years:
    """What the overview shows of the viewer's own entries in their own portfolio."""

    marks: Sequence[Any]
    """In YEARS school years up to this one and the next, oldest first: of each year the newest, and of all of the kinds
    that have states the newest."""
    more: frozenset[int]
    """The years, by the one in which they start, that have more."""
    latest: Sequence[EntryLine]
    """Of all years, newest first."""


def list_years(scope: Scope, this: SchoolYear, stated: Sequence[str]) -> Years:
    """What stands on the overview; `stated` are the kinds that have states.

    One query, which doesn't grow with the entries.
    """
    first = this.start_year - YEARS + 1
    days = {f"day_{number}": SchoolYear(first + number).first_day for number in range(YEARS + 2)}
    me, portfolio = scope.me, scope.relations.portfolio
    assert portfolio is not None
    values = {"portfolio": portfolio, "me": me.id, "day": scope.today, "stated": list(stated), **days}
    counts: dict[int, int] = {}
    found: dict[Any, Any] = {}
    latest = []
    for row in scope.rows(_SHOWN, values):
        if row.latest:
            latest.append(
                EntryLine(
                    row.id, portfolio, row.plugin, row.kind, row.title, row.happened_on, row.state, row.updated_at,
                    me.id, me.name, bool(row.shared),
                )  # fmt: skip
            )
            continue
        year = SchoolYear.of(row.happened_on).start_year
        counts[year] = counts.get(year, 0) + (row.id not in found)
        if row.state or counts[year] <= A_YEAR:
            found[row.id] = row
    return Years(
        sorted(found.values(), key=lambda row: (row.happened_on, row.id)),
        frozenset(year for year, count in counts.items() if count > A_YEAR),
        sorted(latest, key=lambda line: (line.happened_on, line.id), reverse=True),
    )
