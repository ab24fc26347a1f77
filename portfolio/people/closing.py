"""Closing an account is erasing it: every text, file, mail and trace of a person, in one transaction.

What stays is what belongs to others: the comments the person wrote about their entries, without a name, unless they
ask for those too; and, of what was settled with them, their own words. The job that follows removes the files' bytes
and, on SQLite, empties the write-ahead log, where overwritten pages would otherwise stay readable for a while.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, exists, func, insert, literal, or_, select, union_all, update
from sqlalchemy.orm import Session, aliased

from portfolio.entries.models import (
    HANDED,
    RECORD,
    Attachment,
    Comment,
    Entry,
    LooseFile,
    Portfolio,
    PortfolioMember,
    Share,
    Snapshot,
)
from portfolio.entries.snapshot_files import let_go
from portfolio.entries.upkeep import sweep_files
from portfolio.jobs.service import Finish, JobContext, add_job, outside_job
from portfolio.notices.models import Mail
from portfolio.people.models import Circle, CircleMember, Person
from portfolio.plugins import Registry
from portfolio.scope import Scope

SETTLE = "settle-erasure"


@dataclass(frozen=True)
class WhatGoes:
    """What goes with an account: numbers of rows, for its owner to read before deciding."""

    entries: int
    comments_received: int
    """Others' words about my entries: they go along."""
    comments_written: int
    """Mine about others' entries: they stay without my name, or go too if I say so."""
    files: int
    shares: int
    circles: int
    circles_ending: int
    """Circles with nobody else in them."""
    handed_over: int
    """Copies for somebody I have a joint portfolio with: read or not, settled or not, they go."""
    settled: int
    """Records of my words in what was settled with somebody: they go, the other's stay."""


def what_goes(scope: Scope) -> WhatGoes:
    """What goes with the viewer's account. One query."""
    me = scope.me.id
    mine = select(Entry.id).where(Entry.author_id == me)
    snapshots = select(func.count()).select_from(Snapshot).where(Snapshot.author_id == me)
    counts = {
        "entries": select(func.count()).select_from(Entry).where(Entry.author_id == me),
        "comments_received": select(func.count())
        .select_from(Comment)
        .where(Comment.entry_id.in_(mine), or_(Comment.author_id.is_(None), Comment.author_id != me)),
        "comments_written": select(func.count())
        .select_from(Comment)
        .where(Comment.author_id == me, Comment.entry_id.not_in(mine)),
        "files": select(func.count()).select_from(Attachment).where(Attachment.entry_id.in_(mine)),
        "shares": select(func.count()).select_from(Share).where(Share.entry_id.in_(mine), Share.running(scope.today)),
        "circles": select(func.count())
        .select_from(CircleMember)
        .where(CircleMember.person_id == me, CircleMember.counts(scope.today)),
        "circles_ending": select(func.count()).select_from(Circle).where(*_without_others(me, scope.today)),
        "handed_over": snapshots.where(Snapshot.role == HANDED),
        "settled": snapshots.where(Snapshot.role == RECORD),
    }
    rows = scope.session.execute(
        union_all(*(select(literal(name), statement.scalar_subquery()) for name, statement in counts.items()))
    )
    return WhatGoes(**{name: count for name, count in rows})  # noqa: C416 - rows are no mapping


def close_account(
    session: Session, registry: Registry, person_id: uuid.UUID, now: dt.datetime, today: dt.date, *, comments_too: bool
) -> None:
    """Erase a person and everything of theirs, in the caller's transaction."""
    person = session.get_one(Person, person_id)
    registry.ask_each("forget", session=session, person_id=person_id)
    _erase_comments(session, person_id, comments_too)
    empty = select(Circle.id).where(*_without_others(person_id, today))
    portfolios = select(Portfolio.id).where(or_(Portfolio.person_id == person_id, Portfolio.circle_id.in_(empty)))
    files = (
        select(Attachment.id, literal(now))
        .join(Entry, Entry.id == Attachment.entry_id)
        .where(or_(Entry.author_id == person_id, Entry.portfolio_id.in_(portfolios)))
    )
    session.execute(insert(LooseFile).from_select(["key", "since"], files))
    let_go(session, now, Snapshot.author_id == person_id)
    session.execute(delete(Circle).where(Circle.id.in_(empty)).execution_options(synchronize_session=False))
    _erase_lonely_joint(session, person_id)
    _erase_mails(session, person)
    # Entries, links and all else of the person go with their row: every key to it cascades.
    session.execute(delete(Person).where(Person.id == person_id).execution_options(synchronize_session=False))
    session.expunge_all()
    add_job(session, SETTLE, {})


@outside_job(SETTLE)
def settle_erasure(payload: Mapping[str, Any], context: JobContext) -> Finish:
    """Remove the bytes of files whose rows are gone, and let SQLite's log forget the pages that were overwritten."""
    forget = sweep_files(payload, context)
    if context.database.dialect == "sqlite":
        _empty_log(context)
    return forget


def _empty_log(context: JobContext) -> None:
    """Raises TimeoutError when a reader held the log, so that the job is tried again."""
    with context.database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        busy = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise TimeoutError("a reader holds the write-ahead log")


def _without_others(person_id: uuid.UUID, today: dt.date) -> tuple[Any, ...]:
    """Circles of which the person is a member, now or once, where nobody else is or left a text."""
    mine, other = aliased(CircleMember), aliased(CircleMember)
    return (
        exists().where(mine.circle_id == Circle.id, mine.person_id == person_id),
        ~exists().where(
            other.circle_id == Circle.id,
            other.person_id != person_id,
            other.counts(today),
        ),
        ~exists().where(
            Portfolio.circle_id == Circle.id, Entry.portfolio_id == Portfolio.id, Entry.author_id != person_id
        ),
    )


def _erase_comments(session: Session, person_id: uuid.UUID, all_of_them: bool) -> None:
    """Those about own entries go with these. One that was answered keeps its place, empty: the answer is another's."""
    if not all_of_them:
        return
    answer = aliased(Comment)
    answered = exists().where(answer.reply_to == Comment.id, answer.author_id != person_id)
    session.execute(
        update(Comment)
        .where(Comment.author_id == person_id, answered)
        .values(body="", quote="", author_id=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delete(Comment).where(Comment.author_id == person_id).execution_options(synchronize_session=False)
    )


def _erase_lonely_joint(session: Session, person_id: uuid.UUID) -> None:
    """Joint portfolios in which nobody else takes part and nothing of others is left."""
    mine, other = aliased(PortfolioMember), aliased(PortfolioMember)
    session.execute(
        delete(Portfolio)
        .where(
            exists().where(mine.portfolio_id == Portfolio.id, mine.person_id == person_id),
            ~exists().where(other.portfolio_id == Portfolio.id, other.person_id != person_id),
            ~exists().where(Entry.portfolio_id == Portfolio.id, Entry.author_id != person_id),
        )
        .execution_options(synchronize_session=False)
    )


def _erase_mails(session: Session, person: Person) -> None:
    """Mails to the person, and those to others that are about them (their links lead nowhere from now on).

    Not by looking for the name: "Jan", or whoever calls himself "e", would take everybody's mail along.
    """
    session.execute(
        delete(Mail)
        .where(or_(Mail.person_id == person.id, Mail.about_id == person.id, Mail.to_address == (person.email or "")))
        .execution_options(synchronize_session=False)
    )
