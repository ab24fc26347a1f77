"""The entries that stand on the ribbon of school years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Uuid, bindparam, select, union_all

from portfolio.clock import SchoolYear
from portfolio.entries.models import Entry
from portfolio.scope import Scope

YEARS = 8
"""Up to this one; the next is there too, for a goal that begins in it."""
A_YEAR = 20
"""Marks of one school year at most: a year with more shows its newest."""
STATED = 60
"""Goals, which have a line besides a mark."""
_MINE = (
    select(Entry.id, Entry.plugin, Entry.kind, Entry.title, Entry.happened_on, Entry.state, Entry.updated_at)
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
_ON_RIBBON = union_all(*map(_year, range(YEARS + 1)), select(_STATED.limit(STATED).subquery()))


def list_years(scope: Scope, this: SchoolYear, stated: Sequence[str]) -> tuple[list[Any], set[int]]:
    """The viewer's own entries in their own portfolio in YEARS school years up to `this` and the next, oldest first.

    Of each year the newest, and the newest of all of the kinds in `stated`. With it: the years (by the one in which
    they start) that have more. One query, which doesn't grow with the entries.
    """
    first = this.start_year - YEARS + 1
    days = {f"day_{number}": SchoolYear(first + number).first_day for number in range(YEARS + 2)}
    values = {"portfolio": scope.relations.portfolio, "me": scope.me.id, "stated": list(stated), **days}
    counts: dict[int, int] = {}
    found: dict[Any, Any] = {}
    for row in scope.rows(_ON_RIBBON, values):
        year = SchoolYear.of(row.happened_on).start_year
        counts[year] = counts.get(year, 0) + (row.id not in found)
        if row.state or counts[year] <= A_YEAR:
            found[row.id] = row
    return sorted(found.values(), key=lambda row: (row.happened_on, row.id)), {
        year for year, count in counts.items() if count > A_YEAR
    }
