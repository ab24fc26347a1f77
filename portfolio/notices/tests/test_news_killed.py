"""Workers that are killed at any moment while they write and send mail about news: nothing lost, nothing told twice."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from sqlalchemy import func, select, update

from portfolio import clock
from portfolio.db import Database
from portfolio.jobs.loading import load_handlers
from portfolio.jobs.models import Job, Schedule
from portfolio.jobs.worker import run_pending
from portfolio.notices.kinds import SHARED
from portfolio.notices.models import Mail, NewsSetting, Notice
from portfolio.notices.telling import notify
from portfolio.notices.tests.mail_server import MailServer, serving
from portfolio.settings import Settings
from portfolio.testing import make_entry, make_person, make_share, open_scope_for

ROOT = Path(__file__).parents[3]
PEOPLE, KILLS, WORKERS = 14, 4, 2
NURSERY = """
import os, signal, sys, threading
from pathlib import Path
from portfolio.db import Database
from portfolio.jobs.loading import known_plugins, load_handlers
from portfolio.jobs.worker import Worker
from portfolio.settings import Settings
load_handlers()
known_plugins()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
settings = Settings(data=Path(), database_url=sys.argv[1], secret_key="x" * 40, smtp_url=sys.argv[2])
for line in sys.stdin:
    worker = os.fork()
    if worker == 0:
        database = Database(settings.database_url)
        Worker(database, settings, poll_seconds=0.05, lease_seconds=0.9).run(threading.Event())
    print(worker, flush=True)
"""


class Nursery:
    """Where workers come from at once: a process that has loaded everything, and forks for each."""

    def __init__(self, database: Database, server: MailServer) -> None:
        order = [sys.executable, "-c", NURSERY, database.url, server.url]
        self.process = subprocess.Popen(order, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.workers: list[int] = []

    def start(self) -> None:
        """One more worker."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write("one\n")
        self.process.stdin.flush()
        self.workers.append(int(self.process.stdout.readline()))

    def close(self) -> None:
        """End all."""
        for worker in self.workers:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        self.process.communicate(timeout=10)


def is_at_work(database: Database, worker: int) -> bool:
    with database.read() as session:
        held = session.scalars(select(Job.leased_by).where(Job.leased_until > clock.now())).all()
    return any(f":{worker}:" in holder for holder in held if holder)


def left(database: Database) -> int:
    """Jobs and notices somebody still has to hear of."""
    with database.read() as session:
        waits = session.scalar(select(func.count()).select_from(Notice).where(Notice.mail_due.is_not(None))) or 0
        return waits + (session.scalar(select(func.count()).select_from(Job)) or 0)


def kill_one_at_work(database: Database, workers: list[int]) -> bool:
    """Paused first, so that it can't finish while we look; False when there was nothing left to do."""
    while left(database):
        victim = random.choice(workers)
        time.sleep(random.uniform(0, 0.02))
        os.kill(victim, signal.SIGSTOP)
        if is_at_work(database, victim):
            os.kill(victim, signal.SIGKILL)
            workers.remove(victim)
            return True
        os.kill(victim, signal.SIGCONT)
    return False


def test_workers_killed_at_any_moment_lose_no_mail_and_write_none_twice(database: Database, settings: Settings) -> None:
    load_handlers()
    run_pending(database, settings)
    with database.write() as session:
        writer, people = make_person(session), [make_person(session, name=f"L {number}") for number in range(PEOPLE)]
        scope = open_scope_for(session, writer)
        for number in range(3):
            entry = make_entry(session, writer, title=f"Tekst {number}")
            for person in people:
                make_share(session, entry, person=person)
            notify(scope, SHARED, [person.id for person in people], entry_id=entry.id)
        session.execute(update(Notice).values(mail_due=clock.now() - dt.timedelta(minutes=1)))
        session.execute(update(Schedule).where(Schedule.name == "find-news").values(next_run=clock.now()))
    server, kills = MailServer(when_taken=lambda: time.sleep(0.03)), 0
    with serving(server):
        nursery = Nursery(database, server)
        try:
            for _ in range(WORKERS):
                nursery.start()
            while kills < KILLS and kill_one_at_work(database, nursery.workers):
                kills += 1
                nursery.start()
            end = time.monotonic() + 60
            while left(database):
                assert time.monotonic() < end, "it never came to an end"
                time.sleep(0.05)
        finally:
            nursery.close()
    assert kills >= KILLS // 2, "too few were killed with something in hand"
    with database.read() as session:
        written = Counter(session.scalars(select(Mail.person_id)))
        assert session.scalars(select(Mail).where(Mail.sent_at.is_(None))).all() == []
        assert session.scalar(select(func.count()).select_from(NewsSetting)) == PEOPLE
    assert written == {person.id: 1 for person in people}, "lost or doubled"
    ids_by_reader = {(message["To"], message["Message-ID"]) for message in server.taken}
    assert len(ids_by_reader) == PEOPLE, "a second copy has its first one's Message-ID, so that it can be dropped"


def test_a_worker_that_dies_between_the_mail_and_its_mark_did_neither(database: Database, settings: Settings) -> None:
    """Killed by itself, just before the transaction ends that holds both."""
    load_handlers()
    run_pending(database, settings)
    with database.write() as session:
        writer, reader = make_person(session), make_person(session, name="Lezer")
        entry = make_entry(session, writer)
        make_share(session, entry, person=reader)
        notify(open_scope_for(session, writer), SHARED, [reader.id], entry_id=entry.id)
        session.execute(update(Notice).values(mail_due=clock.now() - dt.timedelta(minutes=1)))
    dying = """
import os, signal, sys
from pathlib import Path
from portfolio.db import Database
from portfolio.jobs import worker
from portfolio.jobs.loading import load_handlers
from portfolio.settings import Settings
load_handlers()
worker.finish = lambda session, lease: lease.kind == "mail-news" and os.kill(os.getpid(), signal.SIGKILL)
settings = Settings(data=Path(), database_url=sys.argv[1], secret_key="x" * 40)
from portfolio.jobs.service import add_job_each
import uuid, portfolio.clock as clock
database = Database(sys.argv[1])
with database.write() as session:
    add_job_each(session, "mail-news", [uuid.UUID(sys.argv[2])], clock.now())
worker.run_pending(database, settings)
"""
    died = subprocess.run([sys.executable, "-c", dying, database.url, str(reader.id)], cwd=ROOT, check=False)
    assert died.returncode == -signal.SIGKILL
    with database.read() as session:
        assert session.scalars(select(Mail)).all() == []
        assert session.scalars(select(Notice.mail_due)).one() is not None
    run_pending(database, settings, until=clock.now() + dt.timedelta(minutes=6))
    with database.read() as session:
        assert len(session.scalars(select(Mail)).all()) == 1
        assert session.scalars(select(Notice.mail_due)).one() is None
