"""One's own entries with their texts, many at once: for a page that draws or sets side by side what they say."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import aliased

from portfolio.among import any_of, names
from portfolio.entries.kinds import Kind
from portfolio.entries.models import Entry, Link, Rendered, Revision
from portfolio.entries.reading import SHARED
from portfolio.scope import Scope

MOST = 300
"""Texts on one page; the newest."""


@dataclass(frozen=True)
class OwnText:
    """An own entry with the text it has now."""

    id: uuid.UUID
    portfolio_id: uuid.UUID
    plugin: str
    kind: str
    title: str
    happened_on: dt.date
    from_on: dt.date | None
    until_on: dt.date | None
    updated_at: dt.datetime
    author_id: uuid.UUID
    number: int
    shared: bool
    """Somebody else may read it today (as far as shares say)."""
    content: dict[str, Any]
    """As the kind of today has it."""
    html: dict[str, str]
    renderer: int
    """0 where the HTML is of an older text than `content`, or there is none."""
    kind_version: int


@dataclass(frozen=True)
class OwnLink:
    """A link between two own entries, with what it leads to."""

    type: str
    from_id: uuid.UUID
    id: uuid.UUID
    portfolio_id: uuid.UUID
    plugin: str
    kind: str
    title: str
    happened_on: dt.date


def _own(entry: Any) -> tuple[Any, ...]:
    return (
        entry.portfolio_id == bindparam("portfolio", type_=Uuid()),
        entry.author_id == bindparam("me", type_=Uuid()),
        entry.deleted_at.is_(None),
    )


_TEXTS = (
    select(
        Entry.id,
        Entry.portfolio_id,
        Entry.plugin,
        Entry.kind,
        Entry.title,
        Entry.happened_on,
        Entry.from_on,
        Entry.until_on,
        Entry.updated_at,
        Entry.author_id,
        Entry.number,
        SHARED,
        Revision.content,
        Rendered.html,
        Rendered.renderer,
        Revision.kind_version,
    )
    .join(Revision, (Revision.entry_id == Entry.id) & (Revision.number == Entry.number))
    .outerjoin(Rendered, Rendered.revision_id == Revision.id)
    .where(*_own(Entry), any_of(Entry.kind, names("kinds")))
    .order_by(Entry.happened_on.desc(), Entry.id.desc())
    .limit(MOST)
)
_FROM, _TO = aliased(Entry), aliased(Entry)
_LINKS = (
    select(Link.type, Link.from_id, _TO.id, _TO.portfolio_id, _TO.plugin, _TO.kind, _TO.title, _TO.happened_on)
    .join(_FROM, _FROM.id == Link.from_id)
    .join(_TO, _TO.id == Link.to_id)
    .where(*_own(_FROM), *_own(_TO), any_of(_FROM.kind, names("kinds")))
    .order_by(_TO.happened_on, _TO.id)
    .limit(MOST)
)


def list_own_texts(scope: Scope, kinds: Sequence[type[Kind]]) -> list[OwnText]:
    """The viewer's own entries of these kinds with their texts, newest first; at most MOST. One query."""
    known = {kind.name: kind for kind in kinds}
    values = {"portfolio": scope.relations.portfolio, "me": scope.me.id, "kinds": list(known), "day": scope.today}
    found = []
    for row in scope.rows(_TEXTS, values):
        columns: dict[str, Any] = dict(row._mapping)
        kind = known[columns["kind"]]
        columns["content"] = kind.empty() | kind.upgrade(dict(columns["content"]), columns["kind_version"])
        if columns["html"] is None or columns["kind_version"] != kind.version:
            columns |= {"html": {}, "renderer": 0, "kind_version": kind.version}
        found.append(OwnText(**columns))
    return found


def list_own_links(scope: Scope, kinds: Sequence[type[Kind]]) -> list[OwnLink]:
    """Where the viewer's own entries of these kinds lead to, among their own; oldest first. One query."""
    values = {
        "portfolio": scope.relations.portfolio,
        "me": scope.me.id,
        "kinds": [kind.name for kind in kinds],
    }
    return [OwnLink(*row) for row in scope.rows(_LINKS, values)]
