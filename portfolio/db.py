"""The database: table base and naming, time types, engines and transactions.

Reads are deferred transactions; writes are short and, on SQLite, begin IMMEDIATE (a deferred read that turns
into a write fails at once with "database is locked"; IMMEDIATE for reads would starve the writers).
"""

from __future__ import annotations

import datetime as dt
import random
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import uuid_utils.compat
from psycopg.pq import TransactionStatus
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    String,
    Text,
    Uuid,
    create_engine,
    event,
    or_,
)
from sqlalchemy.exc import PendingRollbackError
from sqlalchemy.ext.hybrid import hybrid_method
from sqlalchemy.orm import DeclarativeBase, Mapped, Session
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
PLAN_ONCE = "-c plan_cache_mode=force_generic_plan -c jit=off"
"""PostgreSQL plans each prepared statement once: planning our large ones anew takes longer than running them."""
BUSY_MILLISECONDS = 10_000
ASK_AGAIN_SECONDS = 0.001, 0.004


class Instant(TypeDecorator[dt.datetime]):
    """A moment: aware UTC in Python, whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Base(DeclarativeBase):
    """Parent of every mapped table, the core's and the plugins'."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        uuid.UUID: Uuid(),
        dt.datetime: Instant(),
        dt.date: Date(),
        str: Text(),
        dict[str, Any]: JSON(),
    }


Code = String(40)
"""Column type of a short machine word: a kind, a state, a role."""


def new_id() -> uuid.UUID:
    """A new UUIDv7: sortable by the time it was made, which it therefore tells."""
    return uuid_utils.compat.uuid7()


class Period:
    """A relation's time: from `since` up to, not including, `until`; open when `until` is None."""

    since: Mapped[dt.date]
    until: Mapped[dt.date | None]

    @hybrid_method
    def running(self, day: dt.date | ColumnElement[dt.date]) -> bool:
        """Whether this runs on `day`; in a query the same as a condition."""
        return bool(self.since <= day and self.not_over(day))

    @running.expression
    @classmethod
    def _running(cls, day: Any) -> ColumnElement[bool]:
        running: ColumnElement[bool] = (cls.since <= day) & cls.not_over(day)
        return running

    @hybrid_method
    def not_over(self, day: dt.date | ColumnElement[dt.date]) -> bool:
        """Whether this runs on `day` or will later; in a query the same as a condition."""
        return bool(self.until is None or self.until > day)

    @not_over.expression
    @classmethod
    def _not_over(cls, day: Any) -> ColumnElement[bool]:
        return or_(cls.until.is_(None), cls.until > day)

    @property
    def last_day(self) -> dt.date | None:
        """The last day it runs, as shown to people."""
        return None if self.until is None else self.until - dt.timedelta(days=1)


class Accepted(Period):
    """A relation in time that somebody was asked into: it counts once they have said yes, while it runs."""

    accepted_at: Mapped[dt.datetime | None]

    @classmethod
    def counts(cls, day: Any) -> ColumnElement[bool]:
        """Condition: it was accepted and runs on `day`."""
        return cls.accepted_at.is_not(None) & cls.running(day)


def make_engine(url: str) -> Engine:
    """An engine for an embedded SQLite file or a PostgreSQL server, with the pragmas and transactions we need."""
    if url.startswith("sqlite"):
        engine = create_engine(
            url, poolclass=QueuePool, pool_size=8, max_overflow=8, connect_args={"check_same_thread": False}
        )
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    prepared = {"options": PLAN_ONCE, "prepare_threshold": 1}
    return create_engine(url, pool_size=8, max_overflow=8, pool_pre_ping=True, connect_args=prepared)


def _sqlite_connect(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves: see _sqlite_begin
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    read_only = options.get("postgresql_readonly", False)  # on SQLite too, so that nothing works on one of them alone
    connection.connection.driver_connection.execute(f"PRAGMA query_only={read_only:d}")  # type: ignore[union-attr]
    if not options.get("writes", False):
        connection.exec_driver_sql("BEGIN")
    elif not _begin_in_turn(connection.connection.driver_connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises what the driver has to say, as SQLAlchemy words it


def _begin_in_turn(raw: Any) -> bool:
    """Begin a write as soon as nobody else writes; False after BUSY_MILLISECONDS.

    SQLite's own waiting asks less often the longer it waits, so whoever came last is served first, and one of four
    busy writers waits for seconds. Asking at an even pace gives each the same chance.
    """
    deadline = time.monotonic() + BUSY_MILLISECONDS / 1000
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < deadline:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return True
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    return False
            time.sleep(random.uniform(*ASK_AGAIN_SECONDS))  # noqa: S311 - no secret
        return False
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")


def require_unbroken(session: Session) -> None:
    """Raise PendingRollbackError when an error that somebody caught left the transaction refusing everything.

    Only PostgreSQL does so; the driver knows, without asking the server.
    """
    raw = session.connection().connection.driver_connection
    if isinstance(raw, psycopg.Connection) and raw.info.transaction_status == TransactionStatus.INERROR:
        raise PendingRollbackError("an earlier statement of this transaction failed")


class ReadingSession(Session):
    """A session whose transaction is read only: a write in it is an error, on both databases."""

    def end(self) -> None:
        """End the transaction; a next one may begin.

        It is committed, because psycopg forgets every prepared statement at a ROLLBACK, and planning them anew takes
        several times as long as running them.
        """
        if self.in_transaction():
            self.expunge_all()
            self.commit()

    def close(self) -> None:
        """End the transaction and give the connection back."""
        try:
            self.end()
        finally:
            super().close()


class Database:
    """One database: where sessions for reading and for writing come from."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = make_engine(url)
        self._reading = self.engine.execution_options(postgresql_readonly=True)
        self._writing = self.engine.execution_options(writes=True)
        self.dialect = self.engine.dialect.name

    def reading(self) -> ReadingSession:
        """A session that keeps nothing."""
        return ReadingSession(self._reading, autoflush=False, expire_on_commit=False)

    def writing(self) -> Session:
        """A session that takes the write lock when it begins: keep it short."""
        return Session(self._writing, expire_on_commit=False)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A write transaction of its own: committed at the end, rolled back on an exception."""
        with self.writing() as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A read transaction, of which nothing is kept."""
        with self.reading() as session:
            yield session

    @contextmanager
    def connect_for_migration(self) -> Iterator[Connection]:
        """A write connection for schema changes: on SQLite foreign keys are off, from before it begins.

        Inside a transaction that setting does nothing. The caller commits; anything else is rolled back.
        """
        connection = self._writing.connect()
        raw = connection.connection.driver_connection
        try:
            if self.dialect == "sqlite" and raw is not None:
                raw.execute("PRAGMA foreign_keys=OFF")
            yield connection
        finally:
            connection.rollback()
            if self.dialect == "sqlite" and raw is not None:
                raw.execute("PRAGMA foreign_keys=ON")
            connection.close()

    aside = write
    """A short transaction that outlives the request's outcome (attempts, logs, last-seen).

    Never inside an open write transaction: on SQLite it would wait for itself.
    """

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()
