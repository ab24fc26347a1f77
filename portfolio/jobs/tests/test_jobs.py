"""What one worker does with jobs: when they run, what a failure leaves, and what ends."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portfolio import clock
from portfolio.db import Database
from portfolio.jobs import leases
from portfolio.jobs.models import Job
from portfolio.jobs.service import Finish, JobContext, JobKindError, add_job, job_kind, outside_job
from portfolio.jobs.tests.effects import register, seen, write_effect
from portfolio.jobs.upkeep import purge_jobs
from portfolio.jobs.worker import Tally, Worker, run_pending
from portfolio.people.models import Person
from portfolio.settings import Settings

pytestmark = pytest.mark.usefixtures("effect_table")


def add(database: Database, number: int, **options: Any) -> uuid.UUID:
    with database.write() as session:
        return add_job(session, "effect", {"number": number}, **options)


def jobs(database: Database) -> list[Job]:
    with database.read() as session:
        return list(session.scalars(select(Job).order_by(Job.run_at)))


def make_person(database: Database) -> uuid.UUID:
    with database.write() as session:
        person = Person(name="Fenna", email="fenna@example.org", created_at=clock.now())
        session.add(person)
        session.flush()
        return person.id


def test_a_finished_job_leaves_its_effect_and_no_row(database: Database, settings: Settings) -> None:
    register()
    add(database, 1)
    add(database, 2)
    assert run_pending(database, settings) == Tally(done=2)
    assert seen(database) == [1, 2]
    assert jobs(database) == []


def test_a_job_of_a_rolled_back_transaction_never_runs(database: Database, settings: Settings) -> None:
    register()
    with pytest.raises(ZeroDivisionError), database.write() as session:
        add_job(session, "effect", {"number": 1})
        add_job(session, "effect", {"number": 2}, unique_key="two")
        session.flush()
        _ = 1 / 0
    assert run_pending(database, settings) == Tally()
    assert seen(database) == []


def test_a_job_for_later_waits_for_its_time(database: Database, settings: Settings) -> None:
    register()
    tomorrow = clock.now() + dt.timedelta(days=1)
    add(database, 1, run_at=tomorrow)
    assert run_pending(database, settings) == Tally()
    assert run_pending(database, settings, until=tomorrow - dt.timedelta(seconds=1)) == Tally()
    assert run_pending(database, settings, until=tomorrow) == Tally(done=1)
    assert seen(database) == [1]


def test_jobs_run_in_the_order_of_their_times(database: Database, settings: Settings) -> None:
    order: list[int] = []
    job_kind("note")(lambda session, payload, context: order.append(payload["n"]))
    with database.write() as session:
        for n in (3, 1, 2):
            add_job(session, "note", {"n": n}, run_at=clock.now() - dt.timedelta(hours=10 - n))
    run_pending(database, settings)
    assert order == [1, 2, 3]


def test_a_failed_attempt_takes_back_its_effects_and_is_repeated_later(database: Database, settings: Settings) -> None:
    @job_kind("shaky")
    def shaky(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
        write_effect(session, {"number": context.attempt}, context)
        if context.attempt < 3:
            raise RuntimeError("not yet")

    with database.write() as session:
        add_job(session, "shaky", {})
    assert run_pending(database, settings) == Tally(failed=1)
    assert run_pending(database, settings) == Tally()
    (job,) = jobs(database)
    assert (job.attempts, job.last_error, job.leased_by) == (1, "RuntimeError", None)
    assert 7 < (job.run_at - clock.now()).total_seconds() < 13
    later = clock.now() + dt.timedelta(seconds=13)
    assert run_pending(database, settings, until=later) == Tally(failed=1)
    assert run_pending(database, settings, until=later + dt.timedelta(seconds=26)) == Tally(done=1)
    assert seen(database) == [3]


def test_a_hopeless_job_is_given_up_and_keeps_no_personal_text(
    database: Database, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    @job_kind("hopeless", max_attempts=3)
    def hopeless(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
        raise ValueError(payload["text"])

    with database.write() as session:
        add_job(session, "hopeless", {"text": "Fenna's geheim"})
    with caplog.at_level(logging.DEBUG):
        tallies = [run_pending(database, settings, until=clock.now() + dt.timedelta(days=n)) for n in range(5)]
    assert tallies == [Tally(failed=1), Tally(failed=1), Tally(given_up=1), Tally(), Tally()]
    (job,) = jobs(database)
    assert (job.payload, job.last_error, job.attempts) == ({}, "ValueError", 3)
    assert job.dead_at is not None
    assert "hopeless" in caplog.text and "geheim" not in caplog.text


def test_a_job_nobody_handles_cannot_be_asked_for(database: Database) -> None:
    with database.write() as session, pytest.raises(JobKindError, match="efect"):
        add_job(session, "efect", {})


def test_a_job_of_a_kind_this_worker_lacks_is_left_for_another(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    register()
    add(database, 1)
    with monkeypatch.context() as without:
        without.setattr("portfolio.jobs.service._kinds", {})
        assert run_pending(database, settings) == Tally()
    assert run_pending(database, settings) == Tally(done=1)


def test_a_unique_key_keeps_one_waiting_job_at_the_earlier_time(database: Database, settings: Settings) -> None:
    register()
    soon, later = clock.now() + dt.timedelta(hours=1), clock.now() + dt.timedelta(hours=2)
    first = add(database, 1, unique_key="one", run_at=later)
    assert add(database, 2, unique_key="one", run_at=soon) == first
    assert add(database, 3, unique_key="one", run_at=later) == first
    assert [job.run_at for job in jobs(database)] == [soon]
    assert run_pending(database, settings, until=later) == Tally(done=1)
    assert seen(database) == [1]
    assert add(database, 4, unique_key="one") != first


def test_a_unique_key_is_free_again_while_its_job_runs(database: Database, settings: Settings) -> None:
    @job_kind("again")
    def again(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
        write_effect(session, payload, context)
        if payload["number"] == 1:
            add_job(session, "again", {"number": 2}, unique_key="one")

    with database.write() as session:
        add_job(session, "again", {"number": 1}, unique_key="one")
    assert run_pending(database, settings) == Tally(done=2)
    assert seen(database) == [1, 2]


def test_erasing_a_person_takes_their_jobs(database: Database, settings: Settings) -> None:
    register()
    person_id = make_person(database)
    add(database, 1, person_id=person_id)
    add(database, 2)
    with database.write() as session:
        session.execute(delete(Person).where(Person.id == person_id))
    assert run_pending(database, settings) == Tally(done=1)
    assert seen(database) == [2]


def test_an_outside_job_runs_with_no_transaction_open(database: Database, settings: Settings) -> None:
    person_id = make_person(database)

    @outside_job("outside")
    def outside(payload: Mapping[str, Any], context: JobContext) -> Finish:
        with context.database.write() as session:  # on SQLite this would wait for an open write, and fail
            leased = session.scalar(select(Job.leased_by))
        assert leased is not None
        return lambda session: write_effect(session, payload, context)

    with database.write() as session:
        add_job(session, "outside", {"number": 1}, person_id=person_id)
    assert run_pending(database, settings) == Tally(done=1)
    assert seen(database) == [1]


def test_a_heartbeat_keeps_a_long_outside_job_from_being_taken_over(database: Database, settings: Settings) -> None:
    starts: list[int] = []
    begun = threading.Event()

    @outside_job("long")
    def long(payload: Mapping[str, Any], context: JobContext) -> None:
        starts.append(context.attempt)
        begun.set()
        time.sleep(1.5)

    with database.write() as session:
        add_job(session, "long", {})
    workers = [Worker(database, settings, lease_seconds=0.5) for _ in range(2)]
    first = threading.Thread(target=workers[0].run_due, kwargs={"until": None})
    first.start()
    assert begun.wait(5)
    while first.is_alive():
        workers[1].run_due(until=None)
        time.sleep(0.1)
    assert starts == [1]
    assert jobs(database) == []


def test_who_lost_the_lease_cannot_finish(database: Database, settings: Settings) -> None:
    @outside_job("stolen")
    def stolen(payload: Mapping[str, Any], context: JobContext) -> Finish:
        with context.database.write() as session:
            job = session.scalars(select(Job)).one()
            job.leased_by = "another"
        return lambda session: write_effect(session, {"number": 1}, context)

    with database.write() as session:
        add_job(session, "stolen", {})
    assert run_pending(database, settings) == Tally(failed=1)
    assert seen(database) == []
    assert [job.leased_by for job in jobs(database)] == ["another"]


def test_a_job_that_takes_its_worker_down_each_time_is_given_up(database: Database, settings: Settings) -> None:
    @job_kind("deadly", max_attempts=2)
    def deadly(session: Session, payload: Mapping[str, Any], context: JobContext) -> None:
        raise SystemExit  # not an Exception: the worker has no chance to write anything down

    with database.write() as session:
        add_job(session, "deadly", {})
    for minutes in (0, 2):
        with pytest.raises(SystemExit):
            run_pending(database, settings, until=clock.now() + dt.timedelta(minutes=minutes))
    assert run_pending(database, settings, until=clock.now() + dt.timedelta(minutes=4)) == Tally()
    (job,) = jobs(database)
    assert job.last_error == leases.LOST and job.dead_at is not None


def test_given_up_and_forgotten_jobs_go_after_a_month(database: Database, settings: Settings) -> None:
    register()
    job_kind("hopeless", max_attempts=1)(lambda session, payload, context: 1 / 0)
    with database.write() as session:
        add_job(session, "hopeless", {})
        add_job(session, "hopeless", {}, run_at=clock.now() + dt.timedelta(days=60))
    run_pending(database, settings)
    job_kind("purge")(purge_jobs)
    for days, left in ((29, 2), (31, 1)):
        with database.write() as session:
            add_job(session, "purge", {})
        run_pending(database, settings, until=clock.now() + dt.timedelta(days=days))
        with database.read() as session:
            assert session.scalar(select(func.count()).select_from(Job)) == left
