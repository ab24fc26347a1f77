"""The worker: takes what is due, one job at a time, until told to stop.

Any number of workers may run on one database. Ending one in the middle of a job is safe: its lease runs out and another
takes the job.
"""

from __future__ import annotations

import datetime as dt
import logging
import signal
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import FrameType, TracebackType
from typing import Self

from sqlalchemy.exc import SQLAlchemyError

from portfolio import clock
from portfolio.db import Database
from portfolio.jobs.leases import Lease, extend_lease, finish, give_back, hold, next_due, take_lease
from portfolio.jobs.schedule import add_due_periods, register_periods
from portfolio.jobs.service import JobContext, get_kind
from portfolio.settings import Settings

POLL_SECONDS = 1.0
LEASE_SECONDS = 60.0
SHORTEST_WAIT_SECONDS = 0.01
TROUBLE_SECONDS = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tally:
    """What became of the attempts a worker made."""

    done: int = 0
    failed: int = 0
    """Attempts that will be repeated later."""
    given_up: int = 0


class Heartbeat:
    """Extends a lease from a thread while an outside job runs."""

    def __init__(self, database: Database, lease: Lease, length: dt.timedelta) -> None:
        self._database, self._lease, self._length = database, lease, length
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="job-heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._stop.wait(self._length.total_seconds() / 3):
            try:
                with self._database.write() as session:
                    if not extend_lease(session, self._lease, clock.now() + self._length):
                        return
            except SQLAlchemyError as error:
                log.warning("heartbeat of job %s: %s", self._lease.job_id, type(error).__name__)


class Worker:
    """One worker on one database, in the thread that calls it."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        poll_seconds: float = POLL_SECONDS,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        """`poll_seconds`: how often it looks when idle; `lease_seconds`: when another may take a job over."""
        self.database = database
        self.settings = settings
        self.poll_seconds = poll_seconds
        self.lease = dt.timedelta(seconds=lease_seconds)

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; the job in hand is done first. A database that is away is waited for."""
        registered = False
        while not stop.is_set():
            try:
                if not registered:
                    with self.database.write() as session:
                        register_periods(session, clock.now())
                    registered = True
                if self._is_due() and self.run_due(until=None, stop=stop) != Tally():
                    continue
                wait = self._idle_seconds()
            except SQLAlchemyError as error:
                log.warning("no work possible, trying again in %s s: %s", TROUBLE_SECONDS, type(error).__name__)
                wait = max(self.poll_seconds, TROUBLE_SECONDS)
            stop.wait(wait)

    def run_due(self, *, until: dt.datetime | None, stop: threading.Event | None = None) -> Tally:
        """Do what is due at `until` (the moment itself when None), job after job, until nothing is."""
        tally = Tally()
        with self.database.write() as session:
            add_due_periods(session, until or clock.now())
        while stop is None or not stop.is_set():
            now = until or clock.now()
            with self.database.write() as session:
                lease = take_lease(session, now, self.lease)
            if lease is None:
                break
            outcome = self._attempt(lease, now)
            tally = replace(tally, **{outcome: getattr(tally, outcome) + 1})
        return tally

    def _is_due(self) -> bool:
        """Looked at in a read, so that an idle worker never asks SQLite for the write lock."""
        with self.database.read() as session:
            due = next_due(session)
        return due is not None and due <= clock.now()

    def _idle_seconds(self) -> float:
        with self.database.read() as session:
            due = next_due(session)
        if due is None or due <= clock.now():  # due and not to be had: another worker has it locked
            return self.poll_seconds
        return min(self.poll_seconds, max(SHORTEST_WAIT_SECONDS, (due - clock.now()).total_seconds()))

    def _attempt(self, lease: Lease, now: dt.datetime) -> str:
        """Do one job; returns the name of the tally's field that grows."""
        kind = get_kind(lease.kind)
        context = JobContext(
            database=self.database,
            settings=self.settings,
            job_id=lease.job_id,
            person_id=lease.person_id,
            now=now,
            attempt=lease.attempt,
            last_attempt=lease.attempt >= kind.max_attempts,
        )
        try:
            end = None
            if kind.outside is not None:
                with Heartbeat(self.database, lease, self.lease):
                    end = kind.outside(lease.payload, context)
            with self.database.write() as session:
                if not hold(session, lease):
                    log.warning("job %s (%s) is gone or someone else's by now", lease.job_id, lease.kind)
                    return "failed"
                if kind.inside is not None:
                    kind.inside(session, lease.payload, context)
                if end is not None:
                    end(session)
                session.flush()
                finish(session, lease)
            return "done"
        except Exception as error:
            return self._failed(lease, now, error)

    def _failed(self, lease: Lease, now: dt.datetime, error: Exception) -> str:
        # Neither message nor values: they may quote what a person wrote.
        where = "".join(traceback.format_tb(error.__traceback__))
        name = type(error).__name__
        log.error("job %s (%s), attempt %s: %s\n%s", lease.job_id, lease.kind, lease.attempt, name, where)
        with self.database.write() as session:
            return "given_up" if give_back(session, lease, now, name) else "failed"


def run_pending(database: Database, settings: Settings, until: dt.datetime | None = None) -> Tally:
    """Do everything that is due now, or would be at the moment `until`, and return what became of it.

    For tests and the command line. Handlers see `until` as their now; what fails waits for its next attempt as usual.
    """
    with database.write() as session:
        register_periods(session, until or clock.now())
    return Worker(database, settings).run_due(until=until)


def stop_on_signals(stop: threading.Event) -> None:
    """Let SIGTERM and SIGINT (Ctrl-C) end a worker after the job in hand. Main thread only."""

    def ask(number: int, frame: FrameType | None) -> None:
        # From a thread: the signal may interrupt this very event's wait, whose lock set() needs.
        threading.Thread(target=stop.set).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)


def run_worker(settings: Settings, load: Callable[[], None], *, stop: threading.Event | None = None) -> None:
    """The `portfolio worker` command: load the handlers, then work until a signal (or `stop`) ends it."""
    stop = stop or threading.Event()
    stop_on_signals(stop)
    load()
    database = Database(settings.database_url)
    try:
        Worker(database, settings).run(stop)
    finally:
        database.close()
