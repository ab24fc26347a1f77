"""A table that shows what jobs did, doubled or not, and a worker process that writes to it.

Run as `python -m portfolio.jobs.tests.effects <database address>`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from threading import Event
from typing import Any

from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.orm import Session

import portfolio.people.models  # noqa: F401 - the tables that jobs refer to
from portfolio.db import Database
from portfolio.jobs.service import JobContext, job_kind
from portfolio.jobs.worker import Worker, stop_on_signals
from portfolio.settings import Settings

effects = Table("effect", MetaData(), Column("number", Integer), Column("attempt", Integer))
LEASE_SECONDS = 1.5


def write_effect(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
    """Leave a row, with some time before and after it in which a kill can come."""
    time.sleep(payload.get("seconds", 0))
    session.execute(insert(effects).values(number=payload["number"], attempt=context.attempt))
    time.sleep(payload.get("seconds", 0))


def register() -> None:
    """Register the kind of job these tests use."""
    job_kind("effect", max_attempts=100)(write_effect)


def seen(database: Database) -> list[int]:
    """The numbers that were written, in order; one written twice is there twice."""
    with database.read() as session:
        return sorted(session.scalars(select(effects.c.number)))


def main() -> None:
    url = sys.argv[1]
    register()
    stop = Event()
    stop_on_signals(stop)
    database = Database(url)
    settings = Settings(data=Path(), database_url=url, secret_key="x" * 40)
    Worker(database, settings, poll_seconds=0.1, lease_seconds=LEASE_SECONDS).run(stop)


if __name__ == "__main__":
    main()
