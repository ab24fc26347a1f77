"""Who works on which job: taking, keeping, ending and giving back a lease, each one short transaction's worth.

A lease is committed before the work starts, so a worker that dies leaves a trace: its attempt counts, and when the
lease runs out another worker takes the job. The clocks of several worker machines must agree within the lease's length
for work not to be started twice; effects in the database stay exactly once even then, for only the holder may finish.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import secrets
import socket
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Uuid, bindparam, case, column, delete, func, or_, select, table, update
from sqlalchemy.orm import Session

from portfolio.jobs.models import Job, Schedule
from portfolio.jobs.service import get_kind, kind_names, periods

FIRST_WAIT = dt.timedelta(seconds=10)
LONGEST_WAIT = dt.timedelta(hours=6)
LOST = "WorkerLost"
"""The error of a job whose worker ended during its last attempt."""


@dataclass(frozen=True)
class Lease:
    """The right to do one job until it runs out."""

    job_id: uuid.UUID
    kind: str
    payload: Mapping[str, Any]
    person_id: uuid.UUID | None
    attempt: int
    token: str


_person = table("person", column("id", Uuid()))
_waiting = Job.dead_at.is_(None) & Job.kind.in_(bindparam("kinds", expanding=True))
_next = (
    select(Job)
    .where(_waiting, Job.run_at <= bindparam("now"))
    .where(or_(Job.leased_until.is_(None), Job.leased_until <= bindparam("now")))
    .order_by(Job.run_at, Job.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_next_job_due = select(func.min(case((Job.leased_until > Job.run_at, Job.leased_until), else_=Job.run_at))).where(
    _waiting
)
_next_period_due = select(func.min(Schedule.next_run)).where(Schedule.name.in_(bindparam("names", expanding=True)))


def next_due(session: Session) -> dt.datetime | None:
    """When the next job or period is due, as far as this process has handlers for it."""
    moments = (
        session.scalar(_next_job_due, {"kinds": kind_names()}),
        session.scalar(_next_period_due, {"names": list(periods())}),
    )
    return min((moment for moment in moments if moment is not None), default=None)


def take_lease(session: Session, now: dt.datetime, length: dt.timedelta) -> Lease | None:
    """Lease the first job that is due at `now`, or None. Buries jobs whose last attempt ended with their worker."""
    while (job := session.scalar(_next, {"kinds": kind_names(), "now": now})) is not None:
        if job.attempts < get_kind(job.kind).max_attempts:
            job.attempts += 1
            job.unique_key = None
            job.leased_until = now + length
            job.leased_by = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"
            session.flush()
            return Lease(job.id, job.kind, dict(job.payload), job.person_id, job.attempts, job.leased_by)
        _bury(job, now, LOST)
        session.flush()
    return None


def extend_lease(session: Session, lease: Lease, until: dt.datetime) -> bool:
    """Keep the lease for longer (the heartbeat); False when it is someone else's by now, or the job is gone."""
    statement = update(Job).where(*_held(lease)).values(leased_until=until).returning(Job.id)
    return session.execute(statement).first() is not None


def hold(session: Session, lease: Lease) -> bool:
    """Lock the job for the rest of the transaction; False when the lease is lost or the job is gone.

    The person first: erasing an account locks the person and then its jobs, and the other order would deadlock.
    """
    if lease.person_id is not None:
        session.execute(
            select(_person.c.id).where(_person.c.id == lease.person_id).with_for_update(read=True, key_share=True)
        )
    return session.execute(select(Job.id).where(*_held(lease)).with_for_update()).first() is not None


def finish(session: Session, lease: Lease) -> None:
    """End a job that was done: its row goes."""
    session.execute(delete(Job).where(*_held(lease)))


def give_back(session: Session, lease: Lease, now: dt.datetime, error: str) -> bool:
    """After a failed attempt: wait for the next one, or give the job up after its last. True when it was given up.

    `error` is the exception's class name.
    """
    job = session.scalar(select(Job).where(*_held(lease)).with_for_update())
    if job is None:
        return False
    if job.attempts >= get_kind(job.kind).max_attempts:
        _bury(job, now, error)
        return True
    job.run_at = now + wait_before_next(job.attempts)
    job.last_error = error[:100]
    job.leased_until = job.leased_by = None
    return False


def wait_before_next(attempts: int) -> dt.timedelta:
    """How long to wait after that many attempts: doubling, at most six hours, spread by a quarter to either side."""
    doubled: dt.timedelta = FIRST_WAIT * 2 ** min(attempts - 1, 16)
    return min(doubled, LONGEST_WAIT) * random.uniform(0.75, 1.25)


def _bury(job: Job, now: dt.datetime, error: str) -> None:
    job.dead_at = now
    job.last_error = error[:100]
    job.payload = {}
    job.leased_until = job.leased_by = job.unique_key = None


def _held(lease: Lease) -> tuple[Any, ...]:
    return Job.id == lease.job_id, Job.leased_by == lease.token
