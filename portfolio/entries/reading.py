"""Fetching entries. Fetching is checking: nobody holds an entry they may not read.

Every statement is built once, at import; a page runs it with the viewer's relations as parameters.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    Uuid,
    bindparam,
    exists,
    literal,
    select,
)

from portfolio.access import (
    AUTHOR,
    CIRCLE_MEMBER,
    JOINT_MEMBER,
    KEEP,
    READ,
    SHARED_TO_VIEWER,
    WRITE,
    Answer,
    EntryFacts,
    ShareFacts,
    can,
    ids_by,
    parameters,
    takes_part,
)
from portfolio.among import any_of, names
from portfolio.entries.models import PERSON, Entry, Portfolio, Reading, Rendered, Revision, Share
from portfolio.entries.readers import Reader, find_readers, is_known
from portfolio.errors import NotAllowed, NotVisible
from portfolio.gate import on_in_its_portfolio
from portfolio.people.models import Person
from portfolio.scope import Scope

_DAY: BindParameter[dt.date] = bindparam("day")
PAGE = 20
"""Entries on one page of a list."""


@dataclass(frozen=True)
class OpenEntry:
    """An entry somebody may read, with its current text."""

    id: uuid.UUID
    portfolio_id: uuid.UUID
    portfolio_kind: str
    author_id: uuid.UUID
    author_name: str
    plugin: str
    kind: str
    title: str
    happened_on: dt.date
    from_on: dt.date | None
    until_on: dt.date | None
    state: str
    number: int
    created_at: dt.datetime
    updated_at: dt.datetime
    deleted_at: dt.datetime | None
    revision_id: uuid.UUID
    kind_version: int
    content: dict[str, Any]
    html: dict[str, str]
    renderer: int
    readers: tuple[Reader, ...]
    answer: Answer
    plugin_on: bool
    """Where it lies. Otherwise it is its author's alone, who reads, takes along and deletes it."""
    readers_known: bool
    """Otherwise nobody looked who the readers are: see `with_readers`."""
    read_today: bool
    """The viewer's reading of today is in the access log already."""
    takes_part: bool
    """The viewer takes part where it lies."""

    @property
    def mine(self) -> bool:
        """The viewer wrote it."""
        return self.answer.reason == "author"

    @property
    def goes_on(self) -> bool:
        """The viewer wrote it and can go on with it: not in the bin, its plugin on, and they take part there."""
        return self.mine and self.plugin_on and self.takes_part and self.deleted_at is None

    @property
    def in_own_portfolio(self) -> bool:
        """It lies in somebody's own portfolio, not in a circle's or a joint one: it can be shared from there."""
        return self.portfolio_kind == PERSON


@dataclass(frozen=True)
class EntryLine:
    """An entry in a list."""

    id: uuid.UUID
    portfolio_id: uuid.UUID
    plugin: str
    kind: str
    title: str
    happened_on: dt.date
    state: str
    updated_at: dt.datetime
    author_id: uuid.UUID
    author_name: str
    shared: bool
    """Somebody else may read it today (as far as shares say)."""


READ_TODAY = (
    exists()
    .where(Reading.entry_id == Entry.id, Reading.reader_id == bindparam("me", type_=Uuid()), Reading.day == _DAY)
    .correlate(Entry)
    .label("read_today")
)
_ENTRY = (
    select(
        Entry.id,
        Entry.portfolio_id,
        Portfolio.kind.label("portfolio_kind"),
        Entry.author_id,
        Person.name.label("author_name"),
        Entry.plugin,
        Entry.kind,
        Entry.title,
        Entry.happened_on,
        Entry.from_on,
        Entry.until_on,
        Entry.state,
        Entry.number,
        Entry.created_at,
        Entry.updated_at,
        Entry.deleted_at,
        Revision.id.label("revision_id"),
        Revision.kind_version,
        Revision.content,
        Rendered.html,
        Rendered.renderer,
        Entry.audience,
        Entry.opens_at,
        Entry.closes_at,
        on_in_its_portfolio().label("plugin_on"),
        READ_TODAY,
    )
    .join(Portfolio, Portfolio.id == Entry.portfolio_id)
    .join(Person, Person.id == Entry.author_id)
    .join(Revision, (Revision.entry_id == Entry.id) & (Revision.number == Entry.number))
    .outerjoin(Rendered, Rendered.revision_id == Revision.id)
    .where(Entry.id == bindparam("entry", type_=Uuid()))
)


def find_entry(
    scope: Scope, entry_id: uuid.UUID, action: str = READ, *, readers: bool = True
) -> OpenEntry | None:
    """The entry with its current text, or None when `action` isn't the viewer's. Two queries.

    To WRITE or KEEP one must be its author, so no share is looked at; a service that doesn't show the `readers` either
    can leave them out.
    """
    values = {"entry": entry_id, "day": scope.today, "me": scope.me.id, **scope.gate.parameters}
    row = scope.rows(_ENTRY, values).one_or_none()
    if row is None or not scope.may_show(row.author_id):
        return None
    needed = readers or action not in (WRITE, KEEP)
    found = tuple(find_readers(scope, [entry_id])) if needed else ()
    if scope.shown_to is not None:
        found = tuple(reader for reader in found if is_known(scope, reader))
    facts = EntryFacts(
        id=row.id,
        portfolio_id=row.portfolio_id,
        author_id=row.author_id,
        audience=row.audience,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        deleted=row.deleted_at is not None,
        plugin_on=bool(row.plugin_on),
        shares=_shares(found),
    )
    answer = can(scope, action, facts)
    if not answer:
        return None
    columns: dict[str, Any] = dict(zip(_ENTRY_NAMES, row[: len(_ENTRY_NAMES)], strict=True))
    columns["html"] = columns["html"] or {}
    columns["renderer"] = columns["renderer"] or 0
    return OpenEntry(
        **columns,
        readers=found,
        readers_known=needed,
        answer=answer,
        plugin_on=facts.plugin_on,
        read_today=bool(row.read_today),
        takes_part=takes_part(scope, facts.portfolio_id),
    )


_ENTRY_NAMES = [str(column.key) for column in _ENTRY.selected_columns][:21]


def _shares(readers: Sequence[Reader]) -> tuple[ShareFacts, ...]:
    """The shares among these, once each."""
    return tuple(
        {
            reader.share_id: ShareFacts(
                person_id=reader.target_id if reader.via == "person" else None,
                coaching_id=reader.target_id if reader.via == "coaching" else None,
                circle_id=reader.target_id if reader.via == "circle" else None,
                running=reader.runs,
                awake=reader.awake,
                owner_in_circle=reader.via == "circle" and reader.related,
            )
            for reader in readers
            if reader.share_id is not None
        }.values()
    )


def get_entry(scope: Scope, entry_id: uuid.UUID, action: str = READ, *, readers: bool = True) -> OpenEntry:
    """The entry with its current text. Raises NotVisible, or NotAllowed when it can be read but not this.

    An entry in the bin is only got by its author, who must then look at `deleted_at`.
    """
    entry = find_entry(scope, entry_id, action, readers=readers)
    if entry is None:
        if action != READ and find_entry(scope, entry_id, READ) is not None:
            raise NotAllowed(action)
        raise NotVisible(str(entry_id))
    return entry


def with_readers(scope: Scope, entry: OpenEntry) -> OpenEntry:
    """The same entry with its readers: for a page that shows them after a write that didn't go through."""
    return entry if entry.readers_known else get_entry(scope, entry.id)


_LINE: tuple[Any, ...] = (
    Entry.id,
    Entry.portfolio_id,
    Entry.plugin,
    Entry.kind,
    Entry.title,
    Entry.happened_on,
    Entry.state,
    Entry.updated_at,
    Entry.author_id,
    Person.name,
)
SHARED = exists().where(Share.entry_id == Entry.id, Share.running(_DAY)).correlate(Entry).label("shared")
_OWN = (
    select(*_LINE, SHARED)
    .join(Person, Person.id == Entry.author_id)
    .where(
        Entry.portfolio_id == bindparam("portfolio", type_=Uuid()),
        Entry.author_id == bindparam("me", type_=Uuid()),
        Entry.deleted_at.is_(None),
    )
    .order_by(Entry.happened_on.desc(), Entry.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_OWN_OF_PLUGIN = _OWN.where(Entry.plugin == bindparam("plugin"))
_OWN_OF_KINDS = _OWN.where(any_of(Entry.kind, names("kinds")))
_SHARED_WITH_ME = (
    select(*_LINE, literal(True).label("shared"))
    .join(Person, Person.id == Entry.author_id)
    .where(Entry.id.in_(SHARED_TO_VIEWER), Entry.author_id != bindparam("me", type_=Uuid()))
    .order_by(Entry.updated_at.desc(), Entry.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_THERE = (
    select(*_LINE, literal(True).label("shared"))
    .join(Person, Person.id == Entry.author_id)
    .where(
        Entry.portfolio_id == bindparam("portfolio", type_=Uuid()),
        Entry.id.in_(ids_by((AUTHOR, CIRCLE_MEMBER, JOINT_MEMBER))),
        Entry.deleted_at.is_(None),
    )
    .order_by(Entry.happened_on.desc(), Entry.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_THERE_OF_KINDS = _THERE.where(any_of(Entry.kind, names("kinds")))


def list_there(
    scope: Scope, portfolio_id: uuid.UUID, *, kinds: Sequence[str] | None = None, page: int = 1, size: int = PAGE
) -> tuple[list[EntryLine], bool]:
    """What its members wrote in a circle's or joint portfolio, newest first: one page, and whether there is another.

    Only what the viewer may read. One query.
    """
    values: dict[str, Any] = {**parameters(scope), "portfolio": portfolio_id}
    values |= {"limit": size + 1, "offset": (page - 1) * size}
    statement = _THERE
    if kinds is not None:
        statement, values["kinds"] = _THERE_OF_KINDS, kinds
    return _page(scope, statement, values, size)


def list_own(
    scope: Scope, plugin: str | None = None, *, kinds: Sequence[str] | None = None, page: int = 1, size: int = PAGE
) -> tuple[list[EntryLine], bool]:
    """The viewer's own entries, newest first: one page, and whether there is another. One query.

    Of one section or plugin, or of some kinds, wherever they are kept; otherwise of all.
    """
    values: dict[str, Any] = {
        "portfolio": scope.relations.portfolio,
        "me": scope.me.id,
        "day": scope.today,
        "limit": size + 1,
        "offset": (page - 1) * size,
    }
    statement = _OWN
    if plugin is not None:
        statement, values["plugin"] = _OWN_OF_PLUGIN, plugin
    elif kinds is not None:
        statement, values["kinds"] = _OWN_OF_KINDS, kinds
    return _page(scope, statement, values, size)


def list_shared_with_me(scope: Scope, *, page: int = 1, size: int = PAGE) -> tuple[list[EntryLine], bool]:
    """What others share with the viewer today, last changed first: one page, and whether there is another."""
    values = {**parameters(scope), "limit": size + 1, "offset": (page - 1) * size}
    return _page(scope, _SHARED_WITH_ME, values, size)


def _page(scope: Scope, statement: Any, values: dict[str, Any], size: int) -> tuple[list[EntryLine], bool]:
    rows = [EntryLine(*row) for row in scope.rows(statement, values)]
    return [row for row in rows[:size] if scope.may_show(row.author_id)], len(rows) > size and scope.shown_to is None
