"""Transactions, moments, periods and lists of ids, on both databases."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import InternalError, OperationalError, StatementError

from portfolio import db
from portfolio.among import any_of, ids, none_of
from portfolio.clock import ZONE, now
from portfolio.db import Database, new_id
from portfolio.people.models import Board, Cohort, Installation, Person
from portfolio.testing import make_cohort, make_person, make_school


def test_a_moment_comes_back_as_aware_utc(session):
    person = make_person(session)
    person.created_at = dt.datetime(2026, 7, 1, 12, 0, tzinfo=ZONE)
    session.flush()
    session.expire_all()
    assert session.get_one(Person, person.id).created_at == dt.datetime(2026, 7, 1, 10, 0, tzinfo=dt.UTC)
    assert session.get_one(Person, person.id).created_at.tzinfo is dt.UTC


def test_a_moment_without_a_time_zone_is_refused(session):
    with pytest.raises(StatementError, match="time zone"):
        session.execute(select(Person).where(Person.created_at > dt.datetime(2026, 7, 1))).all()  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "running"), [("2026-07-31", False), ("2026-08-01", True), ("2027-07-30", True), ("2027-07-31", False)]
)
def test_a_period_runs_from_its_first_day_up_to_its_end_in_python_and_in_a_query(session, day, running):
    cohort = make_cohort(session, make_school(session), since=dt.date(2026, 8, 1))
    cohort.until = dt.date(2027, 7, 31)
    session.flush()
    on = dt.date.fromisoformat(day)
    assert cohort.running(on) is running
    assert bool(session.scalars(select(Cohort.id).where(Cohort.running(on))).all()) is running
    assert cohort.last_day == dt.date(2027, 7, 30)


def test_ids_are_one_parameter_however_many(session):
    boards = [Board(name=str(number)) for number in range(5)]
    session.add_all(boards)
    session.flush()
    some = [boards[1].id, boards[3].id]
    among = select(Board.name).where(any_of(Board.id, ids("these"))).order_by(Board.name)
    rest = select(Board.name).where(none_of(Board.id, ids("these"))).order_by(Board.name)
    assert session.scalars(among, {"these": some}).all() == ["1", "3"]
    assert session.scalars(rest, {"these": some}).all() == ["0", "2", "4"]
    assert session.scalars(among, {"these": []}).all() == []
    assert len(session.scalars(rest, {"these": []}).all()) == 5
    assert session.scalars(among, {"these": [uuid.uuid4()]}).all() == []


def test_ids_sort_by_the_millisecond_they_were_made_in():
    first = new_id()
    time.sleep(0.003)
    assert first < new_id()
    assert first.version == 7


def test_what_is_read_sees_no_half_of_a_write(database):
    with database.writing() as writing:
        writing.add(Installation(key="a", value="b"))
        writing.flush()
        with database.read() as reading:
            assert reading.get(Installation, "a") is None
        writing.commit()
    with database.read() as reading:
        assert reading.get(Installation, "a") is not None


def test_a_write_that_fails_leaves_nothing(database):
    with pytest.raises(OSError), database.write() as session:
        session.add(Installation(key="a", value="b"))
        session.flush()
        raise OSError
    with database.read() as reading:
        assert reading.get(Installation, "a") is None
    assert database.engine.pool.checkedout() == 0


def test_a_migration_has_foreign_keys_off_and_everybody_else_on(database):
    if database.dialect != "sqlite":
        pytest.skip("a matter of SQLite")
    asked = text("PRAGMA foreign_keys")
    with database.connect_for_migration() as connection:
        assert connection.execute(asked).scalar() == 0
    for _ in range(20):
        with database.write() as session:
            assert session.execute(asked).scalar() == 1
    with pytest.raises(OSError), database.connect_for_migration() as connection:
        raise OSError
    with database.read() as session:
        assert session.execute(asked).scalar() == 1


def test_the_file_is_kept_as_it_should_be(database):
    if database.dialect != "sqlite":
        pytest.skip("a matter of SQLite")
    with database.read() as session:
        found = {one: session.execute(text(f"PRAGMA {one}")).scalar() for one in ("journal_mode", "synchronous")}
        assert found == {"journal_mode": "wal", "synchronous": 2}
        assert session.execute(text("PRAGMA secure_delete")).scalar() == 1
        assert session.execute(text("PRAGMA busy_timeout")).scalar() == db.BUSY_MILLISECONDS


def test_a_writer_waits_for_another_and_then_writes(database):
    if database.dialect != "sqlite":
        pytest.skip("on PostgreSQL they don't wait")
    other = Database(database.url)
    done: list[float] = []

    def write() -> None:
        with other.write() as session:
            session.add(Installation(key="second", value=""))
        done.append(time.monotonic())

    waiting = threading.Thread(target=write)
    with database.write() as session:
        session.add(Installation(key="first", value=""))
        session.flush()
        waiting.start()
        time.sleep(0.3)
        assert done == []
        released = time.monotonic()
    waiting.join(5)
    other.close()
    assert done and done[0] - released < 1
    with database.read() as session:
        assert session.execute(text("PRAGMA busy_timeout")).scalar() == db.BUSY_MILLISECONDS


def test_a_writer_gives_up_in_the_end(database, monkeypatch):
    if database.dialect != "sqlite":
        pytest.skip("on PostgreSQL they don't wait")
    monkeypatch.setattr(db, "BUSY_MILLISECONDS", 100)
    other = Database(database.url)
    try:
        with database.write() as session:
            session.add(Installation(key="first", value=""))
            session.flush()
            with pytest.raises(OperationalError, match="locked"), other.write() as second:
                second.add(Installation(key="second", value=""))
    finally:
        other.close()


def test_an_error_that_was_caught_is_noticed_where_it_left_the_transaction_useless(database):
    with database.read() as session:
        db.require_unbroken(session)
        with pytest.raises(Exception, match="no_such_table"):
            session.execute(text("SELECT 1 FROM no_such_table"))
        if database.dialect == "postgresql":
            with pytest.raises(Exception, match="earlier statement"):
                db.require_unbroken(session)
        session.rollback()
        db.require_unbroken(session)
        assert now().tzinfo is dt.UTC


def test_what_reading_prepared_stays_prepared(database):
    """psycopg forgets every prepared statement at a ROLLBACK, and each would be planned anew."""
    if database.dialect != "postgresql":
        pytest.skip("SQLite has no prepared statements to forget")
    for _ in range(8):
        with database.read() as session:
            session.execute(select(Person.id)).all()
    with database.read() as session:
        used = text("SELECT sum(generic_plans) FROM pg_prepared_statements WHERE statement LIKE 'SELECT person.id%'")
        assert session.scalar(used) >= 2


def test_a_reading_session_keeps_nothing(database):
    with database.read() as session:
        session.add(Person(name="Niemand", created_at=now()))
        session.end()
        with pytest.raises((InternalError, OperationalError), match="read"):
            session.execute(insert(Board).values(id=new_id(), name="Nergens"))
    with database.read() as session:
        assert session.execute(select(Person.id).union_all(select(Board.id))).all() == []
