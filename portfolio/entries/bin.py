"""Deleting: first a list of what goes along, then thirty days in a bin that only the author sees, then gone."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, literal, or_, select, union_all, update
from sqlalchemy.orm import Session

from portfolio.access import KEEP
from portfolio.entries.models import Attachment, Comment, Entry, Link, LooseFile, Revision, Share
from portfolio.entries.reading import get_entry
from portfolio.errors import NotVisible
from portfolio.events import EntryBinned
from portfolio.scope import Scope


@dataclass(frozen=True)
class GoesAlong:
    """What goes with an entry when it goes: numbers of rows."""

    revisions: int
    comments: int
    files: int
    links: int
    readers: int
    """Running shares: they end today."""


@dataclass(frozen=True)
class Binned:
    """An entry in the bin."""

    id: uuid.UUID
    portfolio_id: uuid.UUID
    plugin: str
    kind: str
    title: str
    deleted_at: dt.datetime | None


def what_goes_along(scope: Scope, entry_id: uuid.UUID) -> GoesAlong:
    """What goes with this entry, for its author to read before deciding. One query besides the check.

    Comments of somebody the author leads aren't there for the author, so they aren't counted.
    """
    get_entry(scope, entry_id, KEEP)
    parts = [
        select(literal("revisions"), func.count()).select_from(Revision).where(Revision.entry_id == entry_id),
        select(literal("comments"), func.count())
        .select_from(Comment)
        .where(
            Comment.entry_id == entry_id,
            or_(Comment.author_id.is_(None), Comment.author_id.not_in(scope.relations.led)),
        ),
        select(literal("files"), func.count()).select_from(Attachment).where(Attachment.entry_id == entry_id),
        select(literal("links"), func.count())
        .select_from(Link)
        .where((Link.from_id == entry_id) | (Link.to_id == entry_id)),
        select(literal("readers"), func.count())
        .select_from(Share)
        .where(Share.entry_id == entry_id, Share.running(scope.today)),
    ]
    counts: dict[str, int] = dict(scope.session.execute(union_all(*parts)).all())
    return GoesAlong(**counts)


def bin_entry(scope: Scope, entry_id: uuid.UUID) -> None:
    """Put an entry in its author's bin; its shares end, and stay ended if it comes back."""
    entry = get_entry(scope, entry_id, KEEP)
    if entry.deleted_at is not None:
        return
    scope.session.execute(update(Entry).where(Entry.id == entry_id).values(deleted_at=scope.now))
    scope.session.execute(
        update(Share).where(Share.entry_id == entry_id, Share.running(scope.today)).values(until=scope.today)
    )
    scope.tell(EntryBinned(entry_id))


def list_bin(scope: Scope) -> list[Binned]:
    """What is in the viewer's bin, last deleted first."""
    rows = scope.session.execute(
        select(Entry.id, Entry.portfolio_id, Entry.plugin, Entry.kind, Entry.title, Entry.deleted_at)
        .where(Entry.author_id == scope.me.id, Entry.deleted_at.is_not(None))
        .order_by(Entry.deleted_at.desc(), Entry.id)
    )
    return [Binned(*row) for row in rows]


def take_back(scope: Scope, entry_id: uuid.UUID) -> None:
    """Take an entry out of the bin; private, as everything begins."""
    _binned(scope, entry_id)
    scope.session.execute(update(Entry).where(Entry.id == entry_id).values(deleted_at=None, updated_at=scope.now))


def erase_now(scope: Scope, entry_id: uuid.UUID) -> None:
    """Erase an entry that is in the bin, for good."""
    _binned(scope, entry_id)
    erase_entries(scope.session, [entry_id], scope.now)


def erase_entries(session: Session, entry_ids: list[uuid.UUID], now: dt.datetime) -> None:
    """Erase entries and all that hangs on them; their files' bytes are noted for the job that removes them."""
    if not entry_ids:
        return
    files = select(Attachment.id, literal(now)).where(Attachment.entry_id.in_(entry_ids))
    session.execute(insert(LooseFile).from_select(["key", "since"], files))
    session.execute(delete(Entry).where(Entry.id.in_(entry_ids)))


def purge_bin(session: Session, now: dt.datetime, days: int) -> int:
    """Erase what has been in a bin longer than `days`; returns how many entries."""
    found = list(session.scalars(select(Entry.id).where(Entry.deleted_at <= now - dt.timedelta(days=days)).limit(500)))
    erase_entries(session, found, now)
    return len(found)


def _binned(scope: Scope, entry_id: uuid.UUID) -> None:
    entry = get_entry(scope, entry_id, KEEP)
    if entry.deleted_at is None:
        raise NotVisible(str(entry_id))
