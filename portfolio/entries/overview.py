"""The overview: the years as a ribbon, what was written last, and what plugins find worth a look."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from flask import url_for

from portfolio.clock import SchoolYear
from portfolio.entries.presenting import entry_url, find_kind, in_a_row, state_label
from portfolio.entries.readers import list_readers
from portfolio.entries.years import Years, list_years
from portfolio.notices.news_views import look_back_card
from portfolio.scope import Scope
from portfolio.web import this_app

ENDED = ("reached", "let_go")


@dataclass(frozen=True)
class Mark:
    """An entry on the ribbon."""

    x: float
    """Within its year: 0 its first day, 1 just after its last."""
    kind: str
    title: str
    url: str
    day: dt.date


@dataclass(frozen=True)
class RibbonYear:
    """A school year on the ribbon."""

    label: str
    start: dt.date
    end: dt.date
    marks: tuple[Mark, ...]
    more: bool = False
    """There was more in it than has a mark."""


@dataclass(frozen=True)
class RibbonLine:
    """A goal on the ribbon, in years from its left end."""

    label: str
    url: str
    from_x: float
    until_x: float | None
    """None: still running."""
    state: str


@dataclass(frozen=True)
class Ribbon:
    """School years with marks for entries and lines for goals."""

    years: tuple[RibbonYear, ...]
    lines: tuple[RibbonLine, ...]


def only_governs(scope: Scope) -> bool:
    """The viewer's hats are leader or board alone: their first page says what they can do here."""
    relations = scope.relations
    governs = bool(relations.led or relations.boards)
    return governs and not (relations.teaches_at or relations.coachings or relations.administers)


def gather(scope: Scope) -> dict[str, Any]:
    """What the overview shows: ribbon, latest entries, cards. Two queries, and what cards add."""
    registry = this_app().registry
    kinds = registry.kinds.values()
    years = read_years(scope)
    cards = [card for _name, cards in registry.ask("cards", scope) for card in cards]
    earlier = look_back_card()
    if earlier is not None:
        cards.append(earlier)
    starts = [
        (kind, url_for("entries.new", portfolio=scope.relations.portfolio, section=plugin, kind=kind.name))
        for plugin in registry.plugins
        if scope.gate.is_on(plugin)
        for kind in registry.kinds_of(plugin)
        if kind.offered
    ]
    return {
        "ribbon": ribbon(scope, years) if years.latest else None,
        "lines": years.latest,
        "cards": sorted(cards, key=lambda card: card.order),
        "starts": starts,
        "state_labels": {code: one.label for kind in kinds for code, one in kind.states_by_code.items()},
        "kind_labels": {kind.name: kind.label for kind in kinds},
        "entry_url": entry_url,
        "find_kind": find_kind,
        "readers": list_readers(scope, years.latest),
        "in_a_row": in_a_row,
        "state_label": state_label,
    }


def read_years(scope: Scope) -> Years:
    """What the overview shows of the viewer's entries. One query."""
    stated = [kind.name for kind in this_app().registry.kinds.values() if kind.states]
    return list_years(scope, SchoolYear.of(scope.today), stated)


def ribbon(scope: Scope, found: Years) -> Ribbon:
    """The viewer's years: from the first entry, at most so many school years. No query."""
    this_year = SchoolYear.of(scope.today)
    rows, more = found.marks, found.more
    marks: dict[int, list[Mark]] = {}
    lines = []
    first = min((SchoolYear.of(row.happened_on).start_year for row in rows), default=this_year.start_year)
    last = max((SchoolYear.of(row.happened_on).start_year for row in rows), default=this_year.start_year)
    last = max(last, this_year.start_year)
    for row in rows:
        year = SchoolYear.of(row.happened_on)
        url = _url(scope.relations.portfolio, row.plugin, row.id)
        marks.setdefault(year.start_year, []).append(
            Mark(year.position(row.happened_on), row.kind, row.title, url, row.happened_on)
        )
        if row.state:
            start = year.start_year - first + year.position(row.happened_on)
            until = None
            if row.state in ENDED:
                ended_on = max(row.updated_at.date(), row.happened_on)
                end = SchoolYear.of(ended_on)
                until = max(end.start_year - first + end.position(ended_on), start + 0.02)
            lines.append(RibbonLine(row.title, url, start, until, row.state))
    years = tuple(
        RibbonYear(
            year.label, year.first_day, year.last_day, tuple(marks.get(year.start_year, ())), year.start_year in more
        )
        for year in (SchoolYear(number) for number in range(first, last + 1))
    )
    return Ribbon(years, tuple(lines))


def _url(portfolio: uuid.UUID | None, section: str, entry: uuid.UUID) -> str:
    return f"/p/{portfolio}/{section}/{entry}/"
