"""Workers as they really run: several at once, killed, stopped, started too early, orphaned."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portfolio import clock
from portfolio.db import Base, Database
from portfolio.jobs.embedded import start_embedded, stop_embedded
from portfolio.jobs.models import Job
from portfolio.jobs.service import add_job, periodic
from portfolio.jobs.tests.effects import effects, register, seen, write_effect
from portfolio.jobs.worker import Worker, run_pending
from portfolio.settings import Settings

ROOT = Path(__file__).parents[3]
JOBS, KILLS, WORKERS = 200, 15, 3


def start_process(database: Database) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "portfolio.jobs.tests.effects", database.url], cwd=ROOT)


def add_jobs(database: Database, count: int, seconds: float = 0) -> None:
    with database.write() as session:
        for number in range(count):
            add_job(session, "effect", {"number": number, "seconds": seconds})


def count_jobs(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Job)) or 0


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


@contextmanager
def running(worker: Worker) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def is_at_work(database: Database, process: subprocess.Popen[bytes]) -> bool:
    with database.read() as session:
        return any(f":{process.pid}:" in holder for holder in session.scalars(select(Job.leased_by)) if holder)


def kill_at_work(database: Database, workers: list[subprocess.Popen[bytes]]) -> None:
    """Kill a worker that has a job in hand: paused first, so that it can't finish while we look."""
    while True:
        victim = random.choice(workers)
        victim.send_signal(signal.SIGSTOP)
        if is_at_work(database, victim):
            victim.kill()
            victim.wait()
            workers.remove(victim)
            return
        victim.send_signal(signal.SIGCONT)
        time.sleep(random.uniform(0, 0.02))


@pytest.mark.usefixtures("effect_table")
def test_200_jobs_and_15_kills_lose_none_and_double_none(database: Database) -> None:
    register()
    add_jobs(database, JOBS, seconds=0.01)
    workers = [start_process(database) for _ in range(WORKERS)]
    try:
        for kill in range(KILLS):
            wait_for(lambda done=10 * kill + 1: len(seen(database)) >= done)  # spread over the whole run
            kill_at_work(database, workers)
            workers.append(start_process(database))
        assert count_jobs(database) > 0, "the last kills came when there was nothing left to do"
        wait_for(lambda: count_jobs(database) == 0)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    assert seen(database) == list(range(JOBS))
    with database.read() as session:
        assert (session.scalar(select(func.max(effects.c.attempt))) or 0) > 1, "no killed job was repeated"


@pytest.mark.usefixtures("effect_table")
def test_several_workers_run_a_periodic_job_once_per_period(database: Database, settings: Settings) -> None:
    start = clock.now()
    minute = dt.timedelta(minutes=1)

    @periodic("each-minute", every=minute)
    def each_minute(session, payload, context) -> None:
        write_effect(session, {"number": round((context.now - start) / minute)}, context)

    pools = [Database(database.url) for _ in range(4)]
    barrier = threading.Barrier(len(pools))

    def work(own: Database) -> None:
        for period in (0, 1, 2, 2, 3):
            barrier.wait()
            run_pending(own, settings, until=start + period * minute)

    threads = [threading.Thread(target=work, args=(own,)) for own in pools]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen(database) == [0, 1, 2, 3]
    run_pending(database, settings, until=start + 10.5 * minute)  # nobody was there in between: not made up for
    run_pending(database, settings, until=start + 10.9 * minute)
    run_pending(database, settings, until=start + 11 * minute)
    assert seen(database) == [0, 1, 2, 3, 10, 11]
    for own in pools:
        own.close()


@pytest.mark.usefixtures("effect_table")
def test_an_idle_worker_wakes_for_a_job_due_before_its_next_look(database: Database, settings: Settings) -> None:
    register()
    due = clock.now() + dt.timedelta(seconds=0.5)
    with database.write() as session:
        add_job(session, "effect", {"number": 1}, run_at=due)
    with running(Worker(database, settings, poll_seconds=60)):
        wait_for(lambda: seen(database) == [1], seconds=10)
    assert clock.now() >= due


@pytest.mark.usefixtures("effect_table")
def test_a_worker_asked_to_end_finishes_the_job_in_hand(database: Database) -> None:
    register()
    add_jobs(database, 2, seconds=0.7)
    worker = start_process(database)
    try:
        wait_for(lambda: is_at_work(database, worker))
        worker.terminate()
        assert worker.wait(10) == 0
    finally:
        worker.kill()
        worker.wait()
    assert seen(database) == [0]
    assert count_jobs(database) == 1


def test_a_worker_started_before_the_tables_exist_waits_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portfolio.jobs.worker.TROUBLE_SECONDS", 0.2)
    register()
    database = Database(f"sqlite:///{tmp_path / 'late.sqlite'}")
    settings = Settings(data=tmp_path, database_url=database.url, secret_key="x" * 40)
    with running(Worker(database, settings, poll_seconds=0.1)):
        time.sleep(0.5)
        with database.write() as session:
            Base.metadata.create_all(session.connection())
            effects.create(session.connection())
        add_jobs(database, 1)
        wait_for(lambda: seen(database) == [0])
    database.close()


LOADER = "portfolio.jobs.tests.effects:register"


@pytest.mark.usefixtures("effect_table")
def test_the_embedded_worker_works_and_ends_when_told(database: Database, settings: Settings) -> None:
    register()
    add_jobs(database, 3)
    process = start_embedded(settings, loader=LOADER)
    try:
        wait_for(lambda: seen(database) == [0, 1, 2])
        stop_embedded(process)
        assert process.returncode == 0
    finally:
        process.kill()
        process.wait()


PARENT = """
import os, sys, time
from pathlib import Path
from portfolio.jobs.embedded import start_embedded
from portfolio.settings import Settings
child = start_embedded(Settings(data=Path(), database_url=sys.argv[1], secret_key="x" * 40), loader=sys.argv[2])
if sys.argv[3] == "forked" and os.fork() == 0:  # a sibling that keeps the pipe open
    time.sleep(20)
    os._exit(0)
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.usefixtures("effect_table")
@pytest.mark.parametrize("sibling", ["alone", "forked"])
def test_the_embedded_worker_ends_with_a_parent_that_was_killed(database: Database, sibling: str) -> None:
    register()
    add_jobs(database, 1)
    order = [sys.executable, "-c", PARENT, database.url, LOADER, sibling]
    parent = subprocess.Popen(order, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        wait_for(lambda: seen(database) == [0])
        assert is_running(child)
        parent.kill()
        parent.wait()
        wait_for(lambda: not is_running(child), seconds=10)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(parent.pid, signal.SIGKILL)
        parent.wait()
        parent.stdout.close()


def is_running(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
