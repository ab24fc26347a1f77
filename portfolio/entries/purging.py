"""What is closed goes: snapshots past their day are erased with their files, and the plugin that kept them hears."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from portfolio.entries.models import Snapshot
from portfolio.entries.snapshot_files import erase_snapshots

BATCH = 100
"""Conversations, or whatever they were handed over for, at a time."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Purged:
    """What was erased of one thing it was handed over for. No words, and no titles."""

    portfolio_id: uuid.UUID
    about: uuid.UUID
    role: str
    """`handed` or `record`."""
    snapshots: int


Handler = Callable[[Session, Sequence[Purged], dt.datetime], None]
Marked = TypeVar("Marked", bound=Handler)
_handlers: dict[str, Handler] = {}


def on_purged(plugin: str) -> Callable[[Marked], Marked]:
    """Have `handler(session, purged, now)` told what was erased of what this plugin kept; for its `upkeep.py`.

    In the same transaction. It is told on or off, and where it fails the erasure goes on without it.
    """

    def register(handler: Marked) -> Marked:
        _handlers[plugin] = handler
        return handler

    return register


def purge_snapshots(session: Session, now: dt.datetime) -> bool:
    """Erase what closed; True when there was more than one batch of it."""
    closed = (Snapshot.closes_at <= now,)
    due = session.scalars(
        select(Snapshot.about).where(*closed).group_by(Snapshot.about).order_by(Snapshot.about).limit(BATCH)
    ).all()
    if not due:
        return False
    here = (*closed, Snapshot.about.in_(due))
    counted: dict[tuple[str, uuid.UUID, uuid.UUID, str], list[uuid.UUID]] = {}
    rows = session.execute(
        select(Snapshot.plugin, Snapshot.portfolio_id, Snapshot.about, Snapshot.role, Snapshot.id)
        .where(*here)
        .order_by(Snapshot.plugin, Snapshot.about, Snapshot.role)
        .with_for_update()
    )
    for plugin, portfolio_id, about, role, snapshot_id in rows:
        counted.setdefault((plugin, portfolio_id, about, role), []).append(snapshot_id)
    gone = [one for found in counted.values() for one in found]
    erase_snapshots(session, now, Snapshot.id.in_(gone))
    purged: dict[str, list[Purged]] = {}
    for (plugin, portfolio_id, about, role), found in counted.items():
        purged.setdefault(plugin, []).append(Purged(portfolio_id, about, role, len(found)))
    for plugin, told in purged.items():
        _tell(session, plugin, told, now)
    return len(due) == BATCH


def _tell(session: Session, plugin: str, purged: Sequence[Purged], now: dt.datetime) -> None:
    handler = _handlers.get(plugin)
    if handler is None:
        return
    try:
        with session.begin_nested():
            handler(session, purged, now)
            session.flush()
    except Exception as error:
        log.error("plugin %s failed when it was told what was erased: %s", plugin, type(error).__name__)
