"""Links between one's own entries, and a goal's line of descent.

A link to what a reader may not see doesn't exist for that reader: no title, no count, no gap.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Uuid, bindparam, delete, insert, literal, or_, select, union_all

from portfolio.access import READ, VISIBLE, WRITE, parameters
from portfolio.among import any_of, ids
from portfolio.db import new_id
from portfolio.entries.kinds import Kind, LinkType
from portfolio.entries.models import Entry, Link
from portfolio.entries.readers import known_to_read
from portfolio.entries.reading import OpenEntry, get_entry
from portfolio.errors import Refused
from portfolio.i18n import gettext as _
from portfolio.scope import Scope

LINEAGE = ("continues", "splits_from", "replaces")
CANDIDATES = 200
Links = Mapping[str, Collection[uuid.UUID]]
"""Other ends by type of link."""
MOST_LINKS = 500
"""Of one type from one entry."""


@dataclass(frozen=True)
class Linked:
    """The other end of a link, as the viewer may see it."""

    type: str
    outgoing: bool
    """From the entry at hand to this one."""
    id: uuid.UUID
    portfolio_id: uuid.UUID
    plugin: str
    kind: str
    title: str
    happened_on: dt.date
    state: str
    author_id: uuid.UUID


_OTHER: tuple[Any, ...] = (
    Entry.id,
    Entry.portfolio_id,
    Entry.plugin,
    Entry.kind,
    Entry.title,
    Entry.happened_on,
    Entry.state,
    Entry.author_id,
)
_HERE = bindparam("entry", type_=Uuid())
_OUT = select(Link.type, literal(True).label("outgoing"), *_OTHER).join(Entry, Entry.id == Link.to_id)
_IN = select(Link.type, literal(False).label("outgoing"), *_OTHER).join(Entry, Entry.id == Link.from_id)
_OWN = (Entry.author_id == bindparam("me", type_=Uuid()), Entry.deleted_at.is_(None))
_SEEN = (Entry.id.in_(VISIBLE[READ]), Entry.deleted_at.is_(None))
_ENDS = union_all(
    select(Link.type, Link.to_id, Entry.kind, Entry.deleted_at)
    .join(Entry, Entry.id == Link.to_id)
    .where(Link.from_id == _HERE),
    select(literal(""), Entry.id, Entry.kind, Entry.deleted_at).where(any_of(Entry.id, ids("wanted")), *_OWN),
)
"""Where an entry's links lead to and, without a type, which of those wanted are the viewer's own."""
_LINKS_OF_OWN = union_all(_OUT.where(Link.from_id == _HERE, *_OWN), _IN.where(Link.to_id == _HERE, *_OWN))
_LINKS_OF_SEEN = union_all(_OUT.where(Link.from_id == _HERE, *_SEEN), _IN.where(Link.to_id == _HERE, *_SEEN))
_CANDIDATES = (
    select(Entry.id, Entry.title, Entry.happened_on, Entry.kind, Entry.state)
    .where(Entry.author_id == bindparam("me", type_=Uuid()), Entry.deleted_at.is_(None))
    .order_by(Entry.happened_on.desc(), Entry.id.desc())
    .limit(CANDIDATES)
)
_CANDIDATES_OF_KIND = _CANDIDATES.where(Entry.kind == bindparam("kind"))


def _is_ancestor_statement() -> Any:
    """Whether `entry` is among the goals that those of `fresh` came from, however long ago."""
    line = select(Link.to_id).where(any_of(Link.from_id, ids("fresh")), Link.type.in_(LINEAGE)).cte(recursive=True)
    line = line.union(select(Link.to_id).join(line, Link.from_id == line.c.to_id).where(Link.type.in_(LINEAGE)))
    return select(line.c.to_id).where(line.c.to_id == _HERE).limit(1)


_IS_ANCESTOR = _is_ancestor_statement()


@dataclass(frozen=True)
class Candidate:
    """An own entry that a link can lead to."""

    id: uuid.UUID
    title: str
    happened_on: dt.date
    kind: str
    state: str


def list_links(scope: Scope, entry: OpenEntry) -> list[Linked]:
    """What an entry is linked to, both ways, as far as the viewer may see it; oldest first. One query."""
    if entry.mine:
        rows = scope.rows(_LINKS_OF_OWN, {"entry": entry.id, "me": scope.me.id})
    else:
        rows = scope.rows(_LINKS_OF_SEEN, {"entry": entry.id, **parameters(scope)})
    return sorted(_shown(scope, [Linked(*row) for row in rows]), key=lambda linked: (linked.happened_on, linked.id))


def _shown(scope: Scope, found: list[Linked]) -> list[Linked]:
    """All of it; or, when the page is shown to their author instead of the viewer, what that author knows the viewer
    reads (one query).
    """
    if scope.shown_to is None or not found:
        return found
    known = known_to_read(scope, [linked.id for linked in found])
    return [linked for linked in found if scope.may_show(linked.author_id) and linked.id in known]


def list_candidates(
    scope: Scope, link: LinkType, but: uuid.UUID | None = None, chosen: Collection[uuid.UUID] = ()
) -> list[Candidate]:
    """The viewer's own entries that a link of this type can lead to, newest first; never the entry itself.

    There are at most CANDIDATES of them, and those of `chosen` that are older: a form that didn't show a link would
    lose it.
    """
    values: dict[str, Any] = {"me": scope.me.id}
    statement = _CANDIDATES
    if link.to_kind:
        statement, values["kind"] = _CANDIDATES_OF_KIND, link.to_kind
    found = [Candidate(*row) for row in scope.rows(statement, values) if row[0] != but]
    older = set(chosen) - {one.id for one in found} - {but}
    if older:
        found += [
            Candidate(*row)
            for row in scope.rows(statement.where(any_of(Entry.id, ids("older"))), values | {"older": list(older)})
        ]
    return found


def set_links(scope: Scope, entry_id: uuid.UUID, kind: type[Kind], chosen: Links) -> None:
    """Make an entry's outgoing links exactly `chosen`, for each link type named there.

    A link to what is in the bin is in nobody's choice; it stays, and comes back with its other end.

    Raises Refused when an end isn't an own entry of the right kind, or a goal would descend from itself.
    """
    get_entry(scope, entry_id, WRITE, readers=False)
    put_links(scope, entry_id, kind, chosen)


def put_links(scope: Scope, entry_id: uuid.UUID, kind: type[Kind], chosen: Links) -> None:
    """As `set_links`, for a caller who knows that the viewer may write this entry."""
    if not chosen:
        return
    types = {link.type: link for link in kind.links}
    wanted_ids = list({to for wanted in chosen.values() for to in wanted})
    present = scope.rows(_ENDS, {"entry": entry_id, "me": scope.me.id, "wanted": wanted_ids}).all()
    own = {to: kind_name for type_, to, kind_name, _deleted_at in present if not type_}
    for name, wanted in chosen.items():
        _check_ends(entry_id, types[name], wanted, own)
        there = {to: deleted_at for type_, to, _kind_name, deleted_at in present if type_ == name}
        gone = {to for to, deleted_at in there.items() if deleted_at is None} - set(wanted)
        fresh = set(wanted) - set(there)
        if name in LINEAGE:
            _check_no_loop(scope, entry_id, name, fresh)
        if gone:
            scope.session.execute(delete(Link).where(Link.from_id == entry_id, Link.type == name, Link.to_id.in_(gone)))
        if fresh:
            scope.session.execute(
                insert(Link),
                [
                    {"id": new_id(), "from_id": entry_id, "to_id": to, "type": name, "created_at": scope.now}
                    for to in sorted(fresh)
                ],
            )


def _check_ends(
    entry_id: uuid.UUID, link: LinkType, wanted: Collection[uuid.UUID], own: Mapping[uuid.UUID, str]
) -> None:
    """Raises Refused unless each is among the viewer's `own`, which are told with their kinds."""
    if entry_id in wanted:
        raise Refused({f"links-{link.type}": _("An entry can't be linked to itself.")})
    fits = {to for to, kind in own.items() if link.to_kind in ("", kind)}
    if len(wanted) > (MOST_LINKS if link.many else 1) or not fits >= set(wanted):
        raise Refused({f"links-{link.type}": _("Choose one of these.")})


def _check_no_loop(scope: Scope, entry_id: uuid.UUID, name: str, fresh: Collection[uuid.UUID]) -> None:
    if fresh and scope.session.execute(_IS_ANCESTOR, {"entry": entry_id, "fresh": list(fresh)}).first():
        raise Refused({f"links-{name}": _("A goal can't come from a goal that came from it.")})


@dataclass(frozen=True)
class Descendant:
    """A goal in a line of descent: what it came from, and its generation from the line's first goal."""

    linked: Linked
    came_from: Sequence[tuple[str, uuid.UUID]]
    generation: int


def list_descent(scope: Scope, entry: OpenEntry) -> list[Descendant]:
    """The whole line of a goal, from the first to the latest, as far as the viewer may see it. Two queries.

    What hangs together only by something the viewer may not see is left out: it would show that there is something.
    """
    seeds = select(Link.from_id, Link.to_id).where(or_(Link.from_id == _HERE, Link.to_id == _HERE))
    seeds = seeds.where(Link.type.in_(LINEAGE))
    line = seeds.cte("line", recursive=True)
    more = select(Link.from_id, Link.to_id).where(Link.type.in_(LINEAGE))
    touching = or_(
        Link.from_id == line.c.from_id,
        Link.to_id == line.c.to_id,
        Link.from_id == line.c.to_id,
        Link.to_id == line.c.from_id,
    )
    line = line.union(more.join(line, touching))
    shown = _OWN if entry.mine else _SEEN
    members = select(line.c.from_id).union(select(line.c.to_id), select(_HERE))
    statement = select(literal("").label("type"), literal(True).label("outgoing"), *_OTHER).where(
        Entry.id.in_(members), *shown
    )
    values = {"entry": entry.id, "me": scope.me.id} if entry.mine else {"entry": entry.id, **parameters(scope)}
    found = {linked.id: linked for linked in _shown(scope, [Linked(*row) for row in scope.rows(statement, values)])}
    edges = scope.session.execute(
        select(Link.from_id, Link.to_id, Link.type).where(
            Link.type.in_(LINEAGE), Link.from_id.in_(list(found)), Link.to_id.in_(list(found))
        )
    ).all()
    parents: dict[uuid.UUID, list[tuple[str, uuid.UUID]]] = {}
    near: dict[uuid.UUID, set[uuid.UUID]] = {}
    for from_id, to_id, name in edges:
        parents.setdefault(from_id, []).append((name, to_id))
        near.setdefault(from_id, set()).add(to_id)
        near.setdefault(to_id, set()).add(from_id)
    together = _reach(entry.id, near)
    ordered = sorted(
        (linked for linked in found.values() if linked.id in together),
        key=lambda linked: (linked.happened_on, linked.id),
    )
    return [Descendant(linked, parents.get(linked.id, []), _generation(linked.id, parents)) for linked in ordered]


def _reach(start: uuid.UUID, near: Mapping[uuid.UUID, Collection[uuid.UUID]]) -> set[uuid.UUID]:
    found, step = {start}, {start}
    while step:
        step = {other for one in step for other in near.get(one, ())} - found
        found |= step
    return found


def _generation(entry_id: uuid.UUID, parents: dict[uuid.UUID, list[tuple[str, uuid.UUID]]]) -> int:
    depth, step, seen = 0, {entry_id}, {entry_id}
    while True:
        step = {to for one in step for _name, to in parents.get(one, ())} - seen
        if not step:
            return depth
        seen |= step
        depth += 1
