"""Take a plugin's entries and tables out of a database for good, once everybody who wrote with it has an archive.

It needs the database only, so it also works when the plugin's folder is gone. All of it is one transaction: nobody
writes between the archives and the erasure, and an error leaves everything as it was.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, delete, func, inspect, or_, select, text
from sqlalchemy.orm import Session

from portfolio import clock
from portfolio.db import Base, Database
from portfolio.entries.bin import erase_entries
from portfolio.entries.models import Entry, Snapshot
from portfolio.entries.snapshot_files import erase_snapshots
from portfolio.exchange.going import Written, gather, pack
from portfolio.filenames import safe_filename
from portfolio.files import Store
from portfolio.i18n import speaking
from portfolio.jobs.service import add_job
from portfolio.migrate import CORE
from portfolio.models import core_tables
from portfolio.notices.models import Notice
from portfolio.people.closing import SETTLE
from portfolio.people.models import Person, Switch
from portfolio.plugins import Registry
from portfolio.scope import Relations, Scope, Viewer


class RemovalRefused(Exception):
    """Nothing was removed; the message says why, and what would help."""


@dataclass(frozen=True)
class Holdings:
    """What a database holds of a plugin."""

    entries: int
    binned: int
    """Of those entries: how many are in a bin, and so in no archive."""
    authors: int
    rows: dict[str, int]
    """Rows of each of the plugin's own tables."""
    switches: int
    version_table: bool
    handed_over: int = 0
    """Snapshots it keeps, of entries of any kind."""

    @property
    def nothing(self) -> bool:
        """Whether the database knows nothing of it."""
        return not (self.entries or self.handed_over or self.rows or self.switches or self.version_table)


@dataclass(frozen=True)
class Removed:
    """What went, and the archives that were written first."""

    held: Holdings
    archives: tuple[Path, ...]


def holdings(session: Session, plugin: str) -> Holdings:
    """What this database holds of a plugin, known here or not."""
    binned = func.count(Entry.deleted_at)
    counted = select(func.count(), binned, func.count(Entry.author_id.distinct())).where(Entry.plugin == plugin)
    entries, in_bin, authors = session.execute(counted).one()
    connection = session.connection()
    rows = {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in _own_tables(connection, plugin)
    }
    switches = session.scalars(select(func.count()).select_from(Switch).where(Switch.plugin == plugin)).one()
    versions = inspect(connection).has_table(f"alembic_{plugin}")
    handed_over = session.scalars(select(func.count()).select_from(Snapshot).where(Snapshot.plugin == plugin)).one()
    return Holdings(entries, in_bin, authors, rows, switches, versions, handed_over)


def remove_plugin(
    database: Database, registry: Registry, store: Store, plugin: str, *, archive: Path | None = None,
    rows_too: bool = False,
) -> Removed:  # fmt: skip
    """Erase a plugin's entries, tables and switches; with `archive`, first write one zip for every author into it.

    Raises RemovalRefused while there are entries and no `archive`; while its own tables have rows, or its entries files
    that no archive holds, and not `rows_too`; and for a section or what nobody knows. Nothing is changed then. What it
    says counts nothing: who runs the server needn't know how much people do with it.
    """
    if plugin == CORE or plugin in registry.sections:
        raise RemovalRefused(f"{plugin} is part of the portfolio itself; it can't be removed.")
    if archive is not None and archive.exists() and any(archive.iterdir()):
        raise RemovalRefused(f"{archive} isn't empty. Name a new folder, so that no archive is taken for another.")
    with database.write() as session:
        _keep_others_out(session)
        held = holdings(session, plugin)
        if held.nothing and plugin not in registry.plugins:
            raise RemovalRefused(f"Nothing here is called {plugin}.")
        if held.entries and archive is None:
            raise RemovalRefused(
                f"There are entries written with {plugin}. They are their writers': give everybody an archive first,"
                " with --archive DIR."
            )
        if held.handed_over and archive is None:
            raise RemovalRefused(
                f"With {plugin} texts were handed over. They are their writers': give everybody an archive first, with"
                " --archive DIR."
            )
        if any(held.rows.values()) and not rows_too:  # in which of them, or how many, would say what people do
            raise RemovalRefused(
                "What lies in its own tables is in no archive, such as agreements and what was arranged with it. To"
                " erase that: --rows-too."
            )
        archives, left_out = _write_archives(session, registry, store, plugin, archive) if archive else ((), 0)
        if left_out and not rows_too:
            for path in archives:
                path.unlink()
            raise RemovalRefused(
                "There are files that no archive holds, because they may show pupils or aren't where the portfolio's"
                " files are. To erase them: --rows-too."
            )
        ids = list(session.scalars(select(Entry.id).where(Entry.plugin == plugin)))
        for begin in range(0, len(ids), 500):
            erase_entries(session, ids[begin : begin + 500], clock.now())
        erase_snapshots(session, clock.now(), Snapshot.plugin == plugin)
        _forget_name(session, plugin)
        _drop_tables(session.connection(), plugin)
        add_job(session, SETTLE, {})
    return Removed(held, archives)


def _forget_name(session: Session, plugin: str) -> None:
    """Delete the portfolio's own rows about the plugin: its switches, its news, and whatever else names it."""
    for table in Base.metadata.sorted_tables:
        if table.name in core_tables() and "plugin" in table.c and table.name != Entry.__tablename__:
            session.execute(delete(table).where(table.c.plugin == plugin))
    session.execute(delete(Notice).where(Notice.kind.startswith(f"{plugin}.", autoescape=True)))


def _keep_others_out(session: Session) -> None:
    """On SQLite the transaction itself does; PostgreSQL lets others read on and wait with writing."""
    if session.connection().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE entry, revision, attachment, link, snapshot IN EXCLUSIVE MODE"))


def _own_tables(connection: Connection, plugin: str) -> list[Table]:
    """The plugin's tables as they are, those that refer to others last; never one of the portfolio's own.

    Another plugin's, whose name only begins the same, have a line of migrations of that name.
    """
    core = core_tables()
    names = [name for name in inspect(connection).get_table_names() if name not in core]
    others = [name.removeprefix("alembic_") for name in names if name.startswith(f"alembic_{plugin}_")]
    own = [
        name
        for name in names
        if (name == plugin or name.startswith(f"{plugin}_")) and not name.startswith(tuple(f"{one}_" for one in others))
    ]
    if not own or f"alembic_{plugin}" not in names:  # without a line of its own it made no table
        return []
    found = MetaData()
    found.reflect(connection, only=own)
    return [table for table in found.sorted_tables if table.name in own]


def _drop_tables(connection: Connection, plugin: str) -> None:
    for table in reversed(_own_tables(connection, plugin)):
        table.drop(connection)
    if inspect(connection).has_table(f"alembic_{plugin}"):
        connection.execute(text(f"DROP TABLE {connection.dialect.identifier_preparer.quote(f'alembic_{plugin}')}"))


def _write_archives(
    session: Session, registry: Registry, store: Store, plugin: str, folder: Path
) -> tuple[tuple[Path, ...], int]:
    """One archive for everybody who wrote with the plugin, readable by the operator alone.

    Returns the archives, and how many files are in none of them.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)  # the names of the files are those of people who wrote
    wrote = select(Entry.author_id).where(Entry.plugin == plugin, Entry.deleted_at.is_(None))
    handed_over = select(Snapshot.author_id).where(Snapshot.plugin == plugin)
    authors = session.scalars(
        select(Person).where(or_(Person.id.in_(wrote), Person.id.in_(handed_over))).order_by(Person.id)
    )
    done = [_write_archive(session, registry, store, plugin, folder, person) for person in authors]
    return tuple(path for path, _written in done), sum(len(written.left_out) for _path, written in done)


def _write_archive(
    session: Session, registry: Registry, store: Store, plugin: str, folder: Path, person: Person
) -> tuple[Path, Written]:
    viewer, nobody = Viewer(person.id, person.name, person.language), Relations()
    scope = Scope(session=session, viewer=viewer, relations=nobody, gate=registry.gate_of(nobody))
    path = folder / safe_filename(f"{person.name[:30]} {person.id}", "zip")  # whole, or two of one name are one
    with speaking(person.language), os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        written = pack(scope, gather(scope, with_html=True, plugin=plugin), registry, store, file)
        file.flush()
        os.fsync(file.fileno())
    return path, written
