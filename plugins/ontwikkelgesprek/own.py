"""What the own page adds to one's conversations: what was handed to me and until when, and what I wrote for others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from portfolio_plugins.ontwikkelgesprek.conversations import Talk
from sqlalchemy import Uuid, bindparam, literal, select

from portfolio.entries.models import JOINT, Entry, Portfolio
from portfolio.entries.reading import EntryLine
from portfolio.people.models import Person
from portfolio.scope import Scope

MOST = 20
_WRITTEN = (
    select(
        Entry.id, Entry.portfolio_id, Entry.plugin, Entry.kind, Entry.title, Entry.happened_on, Entry.state,
        Entry.updated_at, Entry.author_id, Person.name, literal(False),
    )
    .join(Portfolio, Portfolio.id == Entry.portfolio_id)
    .join(Person, Person.id == Entry.author_id)
    .where(
        Entry.author_id == bindparam("me", type_=Uuid()), Portfolio.kind == JOINT, Entry.deleted_at.is_(None)
    )
    .order_by(Entry.happened_on.desc(), Entry.id.desc())
    .limit(MOST)
)  # fmt: skip


def list_to_read(talks: Sequence[Talk], now: dt.datetime) -> list[Talk]:
    """Of these, the conversations whose preparation and what was handed over the viewer reads now, as the leader."""
    return [one for one in talks if one.i_lead and one.opened and not one.items_over(now)]


def list_written(scope: Scope) -> list[EntryLine]:
    """What the viewer wrote in what they have, or had, together with a teacher or leader: newest first. One query.

    Of every plugin, recognition too; it stays its writer's, also when the one leads the other no more.
    """
    rows = scope.rows(_WRITTEN, {"me": scope.me.id})
    return [EntryLine(*row) for row in rows]
