"""Periodic jobs: one row per name says when it is due again, and whoever moves that row on asks for the job.

Moving on and asking are one transaction, so several workers together run each once per period.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from portfolio.inserting import add_new
from portfolio.jobs.models import Schedule
from portfolio.jobs.service import add_job, periods


def register_periods(session: Session, now: dt.datetime) -> None:
    """Write down the periodic jobs seen for the first time; these are due at once."""
    names = set(periods()) - set(session.scalars(select(Schedule.name)))
    if names:
        add_new(session, Schedule, [{"name": name, "next_run": now} for name in sorted(names)])


def add_due_periods(session: Session, now: dt.datetime) -> int:
    """Ask for every periodic job that is due at `now`; returns how many."""
    names = list(periods())
    statement = select(Schedule).where(Schedule.name.in_(names), Schedule.next_run <= now).order_by(Schedule.name)
    due = session.scalars(statement.with_for_update(skip_locked=True)).all()
    for schedule in due:
        every = periods()[schedule.name]
        schedule.next_run += every * ((now - schedule.next_run) // every + 1)
        add_job(session, schedule.name, {}, run_at=now, unique_key=f"periodic:{schedule.name}")
    return len(due)
