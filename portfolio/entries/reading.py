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
    ColumnElement,
    Select,
    String,
    Uuid,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, aliased

from portfolio.access import (
    READ,
    SHARED_TO_VIEWER,
    WRITE,
    Answer,
    EntryFacts,
    ShareFacts,
    can,
    is_open,
    owner_in_circle,
    parameters,
)
from portfolio.clock import Ending
from portfolio.db import any_of, ids
from portfolio.entries.models import Entry, Portfolio, PortfolioMember, Reading, Rendered, Revision, Share
from portfolio.errors import NotAllowed, NotVisible
from portfolio.gate import on_in_its_portfolio
from portfolio.people.models import Circle, CircleMember, Coaching, Leadership, Person, School, SchoolRole
from portfolio.scope import Scope

_DAY: BindParameter[dt.date] = bindparam("day")
PAGE = 20
"""Entries on one page of a list."""


@dataclass(frozen=True)
class Reader(Ending):
    """One share of an entry and one person it reaches; no person for a circle with nobody else in it."""

    share_id: uuid.UUID
    via: str
    """person, coaching or circle"""
    target_id: uuid.UUID
    """Of that person, coaching or circle."""
    circle_name: str
    person_id: uuid.UUID | None
    name: str
    school: str
    since: dt.date
    until: dt.date | None
    runs: bool
    """The share runs today, whether or not it reaches anybody."""
    reaches: bool
    """The share and the relation it goes by run today, and the entry is open to others."""


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
    read_today: bool
    """The viewer's reading of today is in the access log already."""

    @property
    def mine(self) -> bool:
        """The viewer wrote it."""
        return self.answer.reason == "author"


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
        on_in_its_portfolio(bindparam("always", expanding=True), _DAY).label("plugin_on"),
        exists()
        .where(Reading.entry_id == Entry.id, Reading.reader_id == bindparam("me", type_=Uuid()), Reading.day == _DAY)
        .correlate(Entry)
        .label("read_today"),
    )
    .join(Portfolio, Portfolio.id == Entry.portfolio_id)
    .join(Person, Person.id == Entry.author_id)
    .join(Revision, (Revision.entry_id == Entry.id) & (Revision.number == Entry.number))
    .outerjoin(Rendered, Rendered.revision_id == Revision.id)
    .where(Entry.id == bindparam("entry", type_=Uuid()))
)


def _reader_is_walled(reader: Any) -> ColumnElement[bool]:
    """Condition on share, entry and portfolio: the reader leads its author, or who takes part where it lies or goes."""
    member = aliased(CircleMember)
    in_circle = exists().where(
        member.person_id == Leadership.teacher_id,
        or_(member.circle_id == Portfolio.circle_id, member.circle_id == Share.circle_id),
        member.accepted_at.is_not(None),
        member.running(_DAY),
    )
    in_joint = exists().where(
        PortfolioMember.person_id == Leadership.teacher_id,
        PortfolioMember.portfolio_id == Portfolio.id,
        PortfolioMember.running(_DAY),
    )
    return (
        exists()
        .where(
            Leadership.leader_id == reader.id,
            Leadership.running(_DAY),
            or_(
                Leadership.teacher_id == Entry.author_id,
                Leadership.teacher_id == Portfolio.person_id,
                in_circle.correlate(Leadership, Portfolio, Share),
                in_joint.correlate(Leadership, Portfolio),
            ),
        )
        .correlate(reader, Entry, Portfolio, Share)
    )


def _readers_statement() -> Any:
    reader = aliased(Person)
    school = (
        select(School.name)
        .join(SchoolRole, SchoolRole.school_id == School.id)
        .where(SchoolRole.person_id == reader.id, SchoolRole.running(_DAY))
        .order_by(SchoolRole.since)
        .limit(1)
        .correlate(reader)
        .scalar_subquery()
    )
    walled = _reader_is_walled(reader)
    entry = bindparam("entry", type_=Uuid())
    running = Share.running(_DAY)

    opened = exists().where(Reading.entry_id == entry, Reading.reader_id == reader.id).correlate(reader)
    by_address = (Share.address != "") & ~opened

    def part(via: str, target: Any, circle_name: Any, reaches: Any) -> Select[Any]:
        columns: tuple[Any, ...] = (
            Share.id,
            literal(via),
            target,
            circle_name,
            reader.id,
            case((by_address, Share.address), else_=func.coalesce(reader.name, "")),
            case((by_address, ""), else_=func.coalesce(school, "")),
            Share.since,
            Share.until,
            running,
            reaches,
            ~walled,
        )
        shares = select(*columns).join(Entry, Entry.id == Share.entry_id)
        return shares.join(Portfolio, Portfolio.id == Entry.portfolio_id).where(Share.entry_id == entry)

    no_name = cast(literal(""), String)
    others = (
        (CircleMember.circle_id == Share.circle_id)
        & CircleMember.accepted_at.is_not(None)
        & CircleMember.running(_DAY)
        & (CircleMember.person_id != Entry.author_id)
    )
    coached = Coaching.accepted_at.is_not(None) & Coaching.running(_DAY) & (Coaching.teacher_id == Portfolio.person_id)
    return union_all(
        part("person", Share.person_id, no_name, literal(True))
        .outerjoin(reader, reader.id == Share.person_id)
        .where(or_(Share.person_id.is_not(None), Share.address != "")),
        part("coaching", Share.coaching_id, no_name, coached)
        .join(Coaching, Coaching.id == Share.coaching_id)
        .join(reader, reader.id == Coaching.coach_id),
        part("circle", Share.circle_id, cast(Circle.name, String), owner_in_circle())
        .join(Circle, Circle.id == Share.circle_id)
        .outerjoin(CircleMember, others)
        .outerjoin(reader, reader.id == CircleMember.person_id),
    )


_READERS = _readers_statement()


def find_entry(
    scope: Scope, entry_id: uuid.UUID, action: str = READ, *, readers: bool = True
) -> OpenEntry | None:
    """The entry with its current text, or None when `action` isn't the viewer's. Two queries.

    To WRITE one must be its author, so no share is looked at; a service that doesn't show the `readers` either can
    leave them out.
    """
    values = {"entry": entry_id, "day": scope.today, "always": sorted(scope.gate.always), "me": scope.me.id}
    row = scope.rows(_ENTRY, values).one_or_none()
    if row is None:
        return None
    shares: dict[uuid.UUID, ShareFacts] = {}
    needed = readers or action != WRITE
    rows = scope.rows(_READERS, {"entry": entry_id, "day": scope.today}).all() if needed else []
    for share_id, via, target, *_names, running, reaches, _outside in rows:
        shares[share_id] = ShareFacts(
            person_id=target if via == "person" else None,
            coaching_id=target if via == "coaching" else None,
            circle_id=target if via == "circle" else None,
            running=bool(running),
            owner_in_circle=via == "circle" and bool(reaches),
        )
    facts = EntryFacts(
        id=row.id,
        portfolio_id=row.portfolio_id,
        author_id=row.author_id,
        audience=row.audience,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        deleted=row.deleted_at is not None,
        plugin_on=bool(row.plugin_on),
        shares=tuple(shares.values()),
    )
    answer = can(scope, action, facts)
    if not answer:
        return None
    opened = is_open(scope, facts)
    shown = tuple(Reader(*line[:9], *map(bool, (line[9], opened and all(line[9:])))) for line in rows)
    found: dict[str, Any] = dict(zip(_ENTRY_NAMES, row[: len(_ENTRY_NAMES)], strict=True))
    found["html"] = found["html"] or {}
    found["renderer"] = found["renderer"] or 0
    return OpenEntry(**found, readers=shown, answer=answer, read_today=bool(row.read_today))


_ENTRY_NAMES = [str(column.key) for column in _ENTRY.selected_columns][:21]


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
_SHARED = exists().where(Share.entry_id == Entry.id, Share.running(_DAY)).correlate(Entry).label("shared")
_OWN = (
    select(*_LINE, _SHARED)
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
_OWN_OF_KINDS = _OWN.where(Entry.kind.in_(bindparam("kinds", expanding=True)))
_SHARED_WITH_ME = (
    select(*_LINE, literal(True).label("shared"))
    .join(Person, Person.id == Entry.author_id)
    .where(Entry.id.in_(SHARED_TO_VIEWER), Entry.author_id != bindparam("me", type_=Uuid()))
    .order_by(Entry.updated_at.desc(), Entry.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)


def list_own(
    scope: Scope, kinds: Sequence[str] | None = None, *, page: int = 1, size: int = PAGE
) -> tuple[list[EntryLine], bool]:
    """The viewer's own entries, newest first: one page of them, and whether there is another page."""
    values: dict[str, Any] = {
        "portfolio": scope.relations.portfolio,
        "me": scope.me.id,
        "day": scope.today,
        "limit": size + 1,
        "offset": (page - 1) * size,
    }
    statement = _OWN
    if kinds is not None:
        statement, values["kinds"] = _OWN_OF_KINDS, list(kinds)
    rows = [EntryLine(*row) for row in scope.rows(statement, values)]
    return rows[:size], len(rows) > size


def _list_readers_statement() -> Any:
    """Who reads each of some entries today, by the name of the person or of the circle."""
    reader = aliased(Person)
    wanted = (any_of(Share.entry_id, ids("entries")), Share.running(_DAY))
    by_name = func.coalesce(reader.name, Share.address)
    opened = exists().where(Reading.entry_id == Share.entry_id, Reading.reader_id == Share.person_id)
    return union(
        select(Share.entry_id, case(((Share.address != "") & ~opened, Share.address), else_=by_name))
        .outerjoin(reader, reader.id == Share.person_id)
        .where(*wanted, or_(Share.person_id.is_not(None), Share.address != "")),
        select(Share.entry_id, reader.name)
        .join(Coaching, Coaching.id == Share.coaching_id)
        .join(reader, reader.id == Coaching.coach_id)
        .where(*wanted, Coaching.accepted_at.is_not(None), Coaching.running(_DAY)),
        select(Share.entry_id, Circle.name)
        .join(Circle, Circle.id == Share.circle_id)
        .join(Entry, Entry.id == Share.entry_id)
        .where(*wanted, owner_in_circle()),
    )


_LIST_READERS = _list_readers_statement()


def list_readers(scope: Scope, lines: Sequence[EntryLine]) -> dict[uuid.UUID, list[str]]:
    """For the viewer's own entries in a list: the names of who reads each today, if anybody. One query."""
    shared = [line.id for line in lines if line.shared and line.author_id == scope.me.id]
    found: dict[uuid.UUID, list[str]] = {}
    if shared:
        for entry_id, name in scope.rows(_LIST_READERS, {"entries": shared, "day": scope.today}):
            found.setdefault(entry_id, []).append(name)
    return {entry_id: sorted(names) for entry_id, names in found.items()}


def list_shared_with_me(scope: Scope, *, page: int = 1, size: int = PAGE) -> tuple[list[EntryLine], bool]:
    """What others share with the viewer today, last changed first: one page, and whether there is another."""
    values = {**parameters(scope), "limit": size + 1, "offset": (page - 1) * size}
    rows = [EntryLine(*row) for row in scope.rows(_SHARED_WITH_ME, values)]
    return rows[:size], len(rows) > size


def note_reading(scope: Scope, entry: OpenEntry) -> None:
    """Have the access log say that the viewer read this entry today; nothing for one's own."""
    if entry.mine or entry.read_today:
        return
    values = {"entry_id": entry.id, "reader_id": scope.me.id, "day": scope.today}

    def write(session: Session) -> None:
        insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
        session.execute(insert(Reading).values(**values).on_conflict_do_nothing())

    scope.after.append(write)
