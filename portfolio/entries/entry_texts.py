"""Entries with their texts, many at once: for a page that draws, or sets side by side, what they say."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import aliased

from portfolio.access import AUTHOR, CIRCLE_MEMBER, JOINT_MEMBER, ids_by, parameters
from portfolio.among import any_of, ids, names
from portfolio.entries.kinds import Kind
from portfolio.entries.models import Entry, Link, Rendered, Revision
from portfolio.entries.reading import READ_TODAY, SHARED
from portfolio.people.models import Person
from portfolio.scope import Scope

MOST = 300
"""Texts on one page; the newest."""


@dataclass(frozen=True)
class EntryText:
    """An entry with the text it has now."""

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
    author_name: str
    number: int
    shared: bool
    """Somebody else may read it today (as far as shares say)."""
    read_today: bool
    """The viewer's reading of today is in the access log already."""
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


_ALL = (
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
        Person.name.label("author_name"),
        Entry.number,
        SHARED,
        READ_TODAY,
        Revision.content,
        Rendered.html,
        Rendered.renderer,
        Revision.kind_version,
    )
    .join(Revision, (Revision.entry_id == Entry.id) & (Revision.number == Entry.number))
    .join(Person, Person.id == Entry.author_id)
    .outerjoin(Rendered, Rendered.revision_id == Revision.id)
    .where(any_of(Entry.kind, names("kinds")))
    .order_by(Entry.happened_on.desc(), Entry.id.desc())
    .limit(MOST)
)
_TEXTS = _ALL.where(*_own(Entry))
_THERE = _ALL.where(
    any_of(Entry.portfolio_id, ids("places")),
    Entry.id.in_(ids_by((AUTHOR, CIRCLE_MEMBER, JOINT_MEMBER))),
    Entry.deleted_at.is_(None),
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


def list_own_texts(scope: Scope, kinds: Sequence[type[Kind]]) -> list[EntryText]:
    """The viewer's own entries of these kinds with their texts, newest first; at most MOST. One query."""
    values = {"portfolio": scope.relations.portfolio, "me": scope.me.id, "day": scope.today}
    return _read(scope, _TEXTS, values, kinds)


def list_texts_there(
    scope: Scope, places: Collection[uuid.UUID], kinds: Sequence[type[Kind]]
) -> list[EntryText]:
    """What lies in these circle's or joint portfolios of these kinds, as far as the viewer may read it; newest first.

    One query. A page that shows others' words says so in the access log: `readers_log.note_reading`.
    """
    return _read(scope, _THERE, {**parameters(scope), "places": list(places)}, kinds) if places else []


def _read(scope: Scope, statement: Any, values: dict[str, Any], kinds: Sequence[type[Kind]]) -> list[EntryText]:
    known = {kind.name: kind for kind in kinds}
    found: list[EntryText] = []
    for row in scope.rows(statement, values | {"kinds": list(known)}):
        columns: dict[str, Any] = dict(row._mapping)
        if not scope.may_show(columns["author_id"]):
            continue
        kind = known[columns["kind"]]
        columns["content"] = kind.empty() | kind.upgrade(dict(columns["content"]), columns["kind_version"])
        if columns["html"] is None or columns["kind_version"] != kind.version:
            columns |= {"html": {}, "renderer": 0, "kind_version": kind.version}
        found.append(EntryText(**columns))
    return found


def list_own_links(scope: Scope, kinds: Sequence[type[Kind]]) -> list[OwnLink]:
    """Where the viewer's own entries of these kinds lead to, among their own; oldest first. One query."""
    if not scope.may_show(scope.me.id):
        return []
    values = {
        "portfolio": scope.relations.portfolio,
        "me": scope.me.id,
        "kinds": [kind.name for kind in kinds],
    }
    return [OwnLink(*row) for row in scope.rows(_LINKS, values)]
