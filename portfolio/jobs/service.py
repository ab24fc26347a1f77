"""Asking for background work, and saying what does it.

A job is written in the caller's transaction: if that is rolled back, the job never was. Its handler comes in two forms.
`@job_kind`: all effects are in the database and commit together with the job's end, so they happen exactly once.
`@outside_job`: it talks to the world (a mail server) with no transaction open and may, after a crash, do so twice; what
it does must bear that.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import case
from sqlalchemy.orm import Session

from portfolio.clock import now
from portfolio.db import Database, new_id
from portfolio.inserting import insert_into
from portfolio.jobs.models import Job
from portfolio.settings import Settings

MAX_ATTEMPTS = 8
CODE_LENGTH = 40


@dataclass(frozen=True)
class JobContext:
    """What a handler may know besides its payload."""

    database: Database
    """For short transactions of an outside job; a `@job_kind` handler uses the session it is given."""
    settings: Settings
    job_id: uuid.UUID
    person_id: uuid.UUID | None
    now: dt.datetime
    attempt: int
    """1 for the first."""
    last_attempt: bool
    """Whether the job is given up when this attempt fails."""


Finish = Callable[[Session], None]
InsideHandler = Callable[[Session, Mapping[str, Any], JobContext], None]
OutsideHandler = Callable[[Mapping[str, Any], JobContext], Finish | None]
Inside = TypeVar("Inside", bound=InsideHandler)
Outside = TypeVar("Outside", bound=OutsideHandler)


@dataclass(frozen=True)
class JobKind:
    """A name and what does the work; exactly one of the two handlers is there."""

    name: str
    max_attempts: int
    inside: InsideHandler | None = None
    outside: OutsideHandler | None = None


class JobKindError(ValueError):
    """A kind of job is unknown, registered twice, or badly named."""


_kinds: dict[str, JobKind] = {}
_periods: dict[str, dt.timedelta] = {}


def job_kind(name: str, *, max_attempts: int = MAX_ATTEMPTS) -> Callable[[Inside], Inside]:
    """Register `handler(session, payload, context)`, which works in the transaction that also ends the job.

    It must not commit, and on SQLite it holds the write lock: keep it short, and split long work into more jobs.
    """

    def register(handler: Inside) -> Inside:
        _register(JobKind(name, max_attempts, inside=handler))
        return handler

    return register


def outside_job(name: str, *, max_attempts: int = MAX_ATTEMPTS) -> Callable[[Outside], Outside]:
    """Register `handler(payload, context)`, which runs with no transaction open.

    It may return a function of a session: that runs in the short transaction that ends the job.
    """

    def register(handler: Outside) -> Outside:
        _register(JobKind(name, max_attempts, outside=handler))
        return handler

    return register


def periodic(name: str, *, every: dt.timedelta, max_attempts: int = MAX_ATTEMPTS) -> Callable[[Inside], Inside]:
    """Like `job_kind`, run once in each period `every`, whatever the number of workers; the payload is empty.

    Periods that passed while no worker ran are not made up for.
    """
    if every <= dt.timedelta(0):
        raise JobKindError(f"the period of {name!r} must be more than nothing")

    def register(handler: Inside) -> Inside:
        _register(JobKind(name, max_attempts, inside=handler))
        _periods[name] = every
        return handler

    return register


def _register(kind: JobKind) -> None:
    if not kind.name or len(kind.name) > CODE_LENGTH:
        raise JobKindError(f"a kind of job has a name of 1 to {CODE_LENGTH} characters, not {kind.name!r}")
    if kind.name in _kinds:
        raise JobKindError(f"two handlers for the kind of job {kind.name!r}")
    _kinds[kind.name] = kind


def get_kind(name: str) -> JobKind:
    """The registered kind; raises JobKindError for an unknown one."""
    try:
        return _kinds[name]
    except KeyError:
        raise JobKindError(f"no handler for the kind of job {name!r}; known are {', '.join(sorted(_kinds))}") from None


def kind_names() -> list[str]:
    """The names this process has handlers for."""
    return list(_kinds)


def periods() -> Mapping[str, dt.timedelta]:
    """The periodic jobs this process knows, with their periods."""
    return _periods


def add_job(
    session: Session,
    kind: str,
    payload: Mapping[str, Any],
    *,
    run_at: dt.datetime | None = None,
    person_id: uuid.UUID | None = None,
    unique_key: str | None = None,
) -> uuid.UUID:
    """Ask for a job in the caller's transaction; returns its id.

    `payload` is JSON and should hold ids rather than texts. With `unique_key`, a job that still waits under that key is
    kept instead of a second one (at the earlier of the two times). Raises JobKindError when nobody handles `kind`.
    """
    get_kind(kind)
    job_id = new_id()
    values = {
        "id": job_id,
        "kind": kind,
        "payload": dict(payload),
        "person_id": person_id,
        "unique_key": unique_key,
        "run_at": run_at or now(),
    }
    if unique_key is None:
        session.add(Job(**values))
        return job_id
    session.flush()
    statement = insert_into(session, Job).values(**values, created_at=now(), attempts=0, last_error="")
    found: uuid.UUID = session.execute(_kept_waiting(statement).returning(Job.id)).scalar_one()
    return found


def add_job_each(session: Session, kind: str, people: Collection[uuid.UUID], run_at: dt.datetime) -> None:
    """Ask for a job of this kind for each of these people, in one statement; the payload is empty.

    Where one waits for its first run already, that is kept, at the earlier of the two times.
    """
    get_kind(kind)
    session.flush()
    rows = [
        {
            "id": new_id(), "kind": kind, "payload": {}, "person_id": person_id, "unique_key": f"{kind}:{person_id}",
            "run_at": run_at, "created_at": now(), "attempts": 0, "last_error": "",
        }
        for person_id in sorted(people)
    ]  # fmt: skip
    if rows:
        statement = insert_into(session, Job).values(rows)
        session.execute(_kept_waiting(statement))


def _kept_waiting(statement: Any) -> Any:
    """Updated rather than left alone: that locks the waiting job, so that it can't start before the caller commits."""
    earlier = case((Job.run_at < statement.excluded.run_at, Job.run_at), else_=statement.excluded.run_at)
    return statement.on_conflict_do_update(index_elements=[Job.unique_key], set_={"run_at": earlier})
