"""The patterns of a group: the sentence of each, with the days of the sessions in which it shows."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from portfolio_plugins.intervisie.agreements import place_of
from portfolio_plugins.intervisie.kinds import Pattern
from portfolio_plugins.intervisie.models import Meeting, SessionEntry
from sqlalchemy import String, Uuid, bindparam, cast, func, select

from portfolio.access import AUTHOR, CIRCLE_MEMBER, ids_by, parameters
from portfolio.entries.models import Entry
from portfolio.people.models import Person
from portfolio.scope import Scope

MOST = 20
_DAYS = (
    select(func.aggregate_strings(cast(Meeting.day, String), " "))
    .join(SessionEntry, SessionEntry.session_id == Meeting.id)
    .where(SessionEntry.entry_id == Entry.id)
    .correlate(Entry)
    .scalar_subquery()
)
_PATTERNS = (
    select(
        Entry.id, Entry.portfolio_id, Entry.plugin, Entry.title, Entry.author_id, Person.name.label("author"),
        _DAYS.label("days"),
    )
    .join(Person, Person.id == Entry.author_id)
    .where(
        Entry.portfolio_id == bindparam("portfolio", type_=Uuid()),
        Entry.kind == Pattern.name,
        Entry.id.in_(ids_by((AUTHOR, CIRCLE_MEMBER))),
        Entry.deleted_at.is_(None),
    )
    .order_by(Entry.created_at.desc(), Entry.id.desc())
    .limit(MOST)
)  # fmt: skip


@dataclass(frozen=True)
class FoundPattern:
    """A pattern as the group's page shows it."""

    id: uuid.UUID
    portfolio_id: uuid.UUID
    plugin: str
    title: str
    author: str
    mine: bool
    days: tuple[dt.date, ...]
    """Of the sessions it shows in."""


def list_patterns(scope: Scope) -> list[FoundPattern]:
    """The patterns of the group of this place, the last one first. One query. Raises NotVisible."""
    _circle, portfolio = place_of(scope)
    return [
        FoundPattern(
            row.id, row.portfolio_id, row.plugin, row.title, row.author, row.author_id == scope.me.id,
            tuple(dt.date.fromisoformat(day) for day in sorted((row.days or "").split())),
        )
        for row in scope.rows(_PATTERNS, {**parameters(scope), "portfolio": portfolio})
    ]  # fmt: skip
