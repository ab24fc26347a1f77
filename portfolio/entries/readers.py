"""Who reads this: whom an entry reaches today, by name, and by which share or portfolio.

It says exactly whom `access.can` lets read, and is proved so beside it. Names of others go to the author alone; those
of a circle's or a joint portfolio to its members (`presenting.who_sees`).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from portfolio.access import OPEN, THERE, owner_in_circle
from portfolio.among import any_of, ids
from portfolio.clock import Ending
from portfolio.entries.models import Entry, Portfolio, PortfolioMember, Reading, Share
from portfolio.gate import share_is_awake
from portfolio.people.models import Circle, CircleMember, Coaching, Leadership, Person, School, SchoolRole
from portfolio.scope import Scope

if TYPE_CHECKING:
    from portfolio.entries.reading import EntryLine

_DAY: BindParameter[dt.date] = bindparam("day")


@dataclass(frozen=True)
class Reader(Ending):
    """One way to an entry and one person it reaches; no person for a share with nobody else in it, or an address."""

    entry_id: uuid.UUID
    share_id: uuid.UUID | None
    """None for a member of the circle's or joint portfolio it lies in."""
    via: str
    """person, coaching, circle or joint"""
    target_id: uuid.UUID
    """Of that person, coaching, circle or joint portfolio."""
    circle_name: str
    person_id: uuid.UUID | None
    name: str
    school: str
    since: dt.date
    until: dt.date | None
    runs: bool
    """The share or membership runs today, whether or not it reaches anybody."""
    related: bool
    """So does the relation that the share goes by."""
    awake: bool
    """Otherwise its plugin was off meanwhile: it reaches nobody until its owner confirms it."""
    reaches: bool
    """It opens the entry to this person, or would to whoever has this address."""


def _is_walled(reader: Any, *circles: Any) -> ColumnElement[bool]:
    """Condition on an entry and its portfolio: the reader leads its author, or who takes part there or in `circles`."""
    member = aliased(CircleMember)
    in_circle = exists().where(
        member.person_id == Leadership.teacher_id,
        or_(*(member.circle_id == circle for circle in (Portfolio.circle_id, *circles))),
        member.counts(_DAY),
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
                in_circle.correlate(Leadership, Portfolio, *(Share for _ in circles)),
                in_joint.correlate(Leadership, Portfolio),
            ),
        )
        .correlate(reader, Entry, Portfolio, *(Share for _ in circles))
    )


def _statement() -> Any:
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
    opened = exists().where(Reading.entry_id == Entry.id, Reading.reader_id == reader.id).correlate(Entry, reader)
    by_address = (Share.address != "") & ~opened
    no_name = cast(literal(""), String)
    wanted = any_of(Entry.id, ids("entries"))

    def share(via: str, target: Any, circle_name: Any, related: Any) -> Any:
        columns: tuple[Any, ...] = (
            Entry.id,
            Share.id,
            literal(via),
            target,
            circle_name,
            reader.id,
            case((by_address, Share.address), else_=func.coalesce(reader.name, "")),
            case((by_address, ""), else_=func.coalesce(school, "")),
            Share.since,
            Share.until,
            Share.running(_DAY),
            related,
            share_is_awake(),
            and_(
                Share.running(_DAY),
                related,
                share_is_awake(),
                or_(reader.id.is_(None), reader.id != Entry.author_id),
                ~_is_walled(reader, Share.circle_id),
                *THERE,
            ),
        )
        shares = select(*columns).join(Entry, Entry.id == Share.entry_id)
        return shares.join(Portfolio, Portfolio.id == Entry.portfolio_id).where(wanted)

    def member(via: str, membership: Any, target: Any, circle_name: Any, *conditions: Any) -> Any:
        columns: tuple[Any, ...] = (
            Entry.id,
            cast(null(), Uuid()),
            literal(via),
            target,
            circle_name,
            reader.id,
            reader.name,
            func.coalesce(school, ""),
            membership.since,
            membership.until,
            literal(True),
            literal(True),
            literal(True),
            and_(*OPEN, *conditions),
        )
        members = select(*columns).join(Portfolio, Portfolio.id == Entry.portfolio_id)
        return members.where(wanted, membership.running(_DAY), reader.id != Entry.author_id)

    others = (
        (CircleMember.circle_id == Share.circle_id)
        & CircleMember.counts(_DAY)
        & (CircleMember.person_id != Entry.author_id)
    )
    coached = Coaching.counts(_DAY) & (Coaching.teacher_id == Portfolio.person_id)
    return union_all(
        share("person", Share.person_id, no_name, literal(True))
        .outerjoin(reader, reader.id == Share.person_id)
        .where(or_(Share.person_id.is_not(None), Share.address != "")),
        share("coaching", Share.coaching_id, no_name, coached)
        .join(Coaching, Coaching.id == Share.coaching_id)
        .join(reader, reader.id == Coaching.coach_id),
        share("circle", Share.circle_id, cast(Circle.name, String), owner_in_circle())
        .join(Circle, Circle.id == Share.circle_id)
        .outerjoin(CircleMember, others)
        .outerjoin(reader, reader.id == CircleMember.person_id),
        member("circle", CircleMember, Portfolio.circle_id, cast(Circle.name, String), ~_is_walled(reader))
        .join(Circle, Circle.id == Portfolio.circle_id)
        .join(CircleMember, CircleMember.circle_id == Circle.id)
        .join(reader, reader.id == CircleMember.person_id)
        .where(CircleMember.accepted_at.is_not(None)),
        member("joint", PortfolioMember, Portfolio.id, no_name)
        .join(PortfolioMember, PortfolioMember.portfolio_id == Portfolio.id)
        .join(reader, reader.id == PortfolioMember.person_id),
    )


_READERS = _statement()


def find_readers(scope: Scope, entries: Iterable[uuid.UUID]) -> list[Reader]:
    """Every share of these entries, person by person, and who takes part where they lie. One query.

    Whether the viewer may know is not asked here. Shares that reach nobody today are there too: see `reaches`.
    """
    values = {"entries": list(entries), "day": scope.today, "now": scope.now, **scope.gate.parameters}
    return [Reader(*row[:10], *map(bool, row[10:])) for row in scope.rows(_READERS, values)]


def is_known(scope: Scope, reader: Reader) -> bool:
    """Not a way that leads to the viewer by an address, which tells nobody who has it until they open the entry."""
    return reader.via != "person" or reader.person_id != scope.me.id or reader.name == scope.me.name


def known_to_read(scope: Scope, entries: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Of these entries, those of which their author knows that the viewer reads them. One query."""
    found = find_readers(scope, entries)
    return {one.entry_id for one in found if one.reaches and one.person_id == scope.me.id and is_known(scope, one)}


def list_readers(scope: Scope, lines: Sequence[EntryLine]) -> dict[uuid.UUID, list[str]]:
    """For the viewer's own entries in a list: the names of who reads each today, if anybody. One query."""
    shared = [line.id for line in lines if line.shared and line.author_id == scope.me.id]
    found: dict[uuid.UUID, set[str]] = {}
    for reader in find_readers(scope, shared) if shared else ():
        if reader.reaches and reader.name:
            found.setdefault(reader.entry_id, set()).add(reader.circle_name or reader.name)
    return {entry_id: sorted(names) for entry_id, names in found.items()}
