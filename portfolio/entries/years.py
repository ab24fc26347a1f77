"""The entries that stand on the ribbon of school years."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Uuid, bindparam, select

from portfolio.entries.models import Entry
from portfolio.scope import Scope

_ON_RIBBON = (
    select(Entry.id, Entry.plugin, Entry.kind, Entry.title, Entry.happened_on, Entry.state, Entry.updated_at)
    .where(
        Entry.portfolio_id == bindparam("portfolio", type_=Uuid()),
        Entry.author_id == bindparam("me", type_=Uuid()),
        Entry.deleted_at.is_(None),
        Entry.happened_on >= bindparam("since"),
    )
    .order_by(Entry.happened_on.desc(), Entry.id.desc())
    .limit(bindparam("most"))
)


def list_since(scope: Scope, since: dt.date, most: int) -> list[Any]:
    """The viewer's own entries in their own portfolio from `since` on, newest first, at most so many. One query."""
    values = {"portfolio": scope.relations.portfolio, "me": scope.me.id, "since": since, "most": most}
    return list(scope.rows(_ON_RIBBON, values))
