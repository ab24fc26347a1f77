"""What stands beside an entry's text on its page: files, changes of state, who reads a copy; in one query."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, Uuid, bindparam, cast, false, literal, null, or_, select, union_all

from portfolio.access import parameters
from portfolio.entries.attaching import File
from portfolio.entries.history import Turn
from portfolio.entries.models import HANDED, Attachment, PortfolioMember, Snapshot, StateChange
from portfolio.entries.reading import OpenEntry
from portfolio.gate import on_where_it_was_handed_over
from portfolio.people.models import Person
from portfolio.scope import Scope


@dataclass(frozen=True)
class Copy:
    """Somebody can read what the viewer handed over of an entry, as it was when they did."""

    name: str
    taken_at: dt.datetime


def _statement(*, mine: bool) -> Any:
    """A reader gets no changes of state, and no file that is locked."""
    here: Any = bindparam("entry", type_=Uuid())
    files = select(
        literal("file").label("what"),
        Attachment.id.label("id"),
        Attachment.filename,
        Attachment.media_type,
        Attachment.size,
        Attachment.alt,
        Attachment.pupils,
        cast(null(), Date).label("happened_on"),
        Attachment.added_at.label("at"),
    ).where(Attachment.entry_id == here)
    turns = select(
        literal("turn"),
        StateChange.id,
        StateChange.before,
        StateChange.after,
        literal(0),
        StateChange.reason,
        literal(""),
        StateChange.happened_on,
        StateChange.at,
    ).where(StateChange.entry_id == here)
    if not mine:
        return union_all(files.where(Attachment.pupils == "no"), turns.where(false())).order_by("at", "id")
    now: Any = bindparam("now")
    copies = (
        select(
            literal("copy"),
            Snapshot.id,
            Person.name,
            literal(""),
            literal(0),
            literal(""),
            literal(""),
            cast(null(), Date),
            Snapshot.taken_at,
        )
        .join(PortfolioMember, PortfolioMember.portfolio_id == Snapshot.portfolio_id)
        .join(Person, Person.id == PortfolioMember.person_id)
        .where(
            Snapshot.entry_id == here,
            Snapshot.role == HANDED,
            Snapshot.opened_at <= now,
            or_(Snapshot.closes_at.is_(None), Snapshot.closes_at > now),
            on_where_it_was_handed_over(),
            PortfolioMember.person_id != Snapshot.author_id,
            PortfolioMember.running(bindparam("day")),
        )
    )
    return union_all(files, turns, copies).order_by("at", "id")


_OF_OWN, _OF_SEEN = _statement(mine=True), _statement(mine=False)


def list_beside(scope: Scope, entry: OpenEntry) -> tuple[list[File], list[Turn], list[Copy]]:
    """The files of an entry, a locked one only for its owner; and for its author its changes of state and who reads
    what they handed over of it; each oldest first.
    """
    files, turns, copies = [], [], []
    statement, values = (_OF_OWN, parameters(scope)) if entry.mine else (_OF_SEEN, {})
    for what, id_, first, second, size, words, pupils, day, at in scope.rows(statement, values | {"entry": entry.id}):
        if what == "file":
            files.append(File(id_, first, second, size, words, pupils))
        elif what == "turn":
            turns.append(Turn(first, second, words, day, at))
        else:
            copies.append(Copy(first, at))
    return files, turns, copies
