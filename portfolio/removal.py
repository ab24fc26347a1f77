"""Take a plugin's entries and tables out of a database for good, once everybody who wrote with it has an archive.

It needs the database only, so it also works when the plugin's folder is gone. All of it is one transaction: nobody
writes between the archives and the erasure, and an error leaves everything as it was.
"""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, delete, func, inspect, select, text
from sqlalchemy.orm import Session

from portfolio import clock
from portfolio.db import Base, Database
from portfolio.entries.bin import erase_entries
from portfolio.entries.models import Entry
from portfolio.exchange.archive import Contents
from portfolio.exchange.going import Gathered, gather, pack
from portfolio.filenames import safe_filename
from portfolio.files import Store
from portfolio.i18n import speaking
from portfolio.jobs.service import add_job
from portfolio.migrate import CORE
from portfolio.people.closing import SETTLE
from portfolio.people.models import Person, Switch
from portfolio.plugins import Registry
from portfolio.scaffolding import core_tables
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

    @property
    def nothing(self) -> bool:
        """Whether the database knows nothing of it."""
        return not (self.entries or self.rows or self.switches or self.version_table)


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
    return Holdings(entries, in_bin, authors, rows, switches, versions)


def remove_plugin(
    database: Database, registry: Registry, store: Store, plugin: str, *, archive: Path | None = None,
    rows_too: bool = False,
) -> Removed:  # fmt: skip
    """Erase a plugin's entries, tables and switches; with `archive`, first write one zip for every author into it.

    Raises RemovalRefused while there are entries and no `archive`, while its own tables have rows and not `rows_too`,
    and for a section or what nobody knows. Nothing is changed then.
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
                f"There are entries written with {plugin}: {held.entries}, by {held.authors} of its writers. They are"
                " theirs: give everybody an archive first, with --archive DIR."
            )
        filled = {name: rows for name, rows in held.rows.items() if rows}
        if filled and not rows_too:
            told = ", ".join(f"{name} ({rows})" for name, rows in filled.items())
            raise RemovalRefused(f"Its own tables have rows that no archive holds: {told}. To erase them: --rows-too.")
        archives = _write_archives(session, registry, store, plugin, archive) if archive is not None else ()
        ids = list(session.scalars(select(Entry.id).where(Entry.plugin == plugin)))
        for begin in range(0, len(ids), 500):
            erase_entries(session, ids[begin : begin + 500], clock.now())
        _forget_name(session, plugin)
        _drop_tables(session.connection(), plugin)
        add_job(session, SETTLE, {})
    return Removed(held, archives)


def _forget_name(session: Session, plugin: str) -> None:
    """Delete the portfolio's own rows about the plugin: its switches, and whatever else names it."""
    for table in Base.metadata.sorted_tables:
        if table.name in core_tables() and "plugin" in table.c and table.name != Entry.__tablename__:
            session.execute(delete(table).where(table.c.plugin == plugin))


def _keep_others_out(session: Session) -> None:
    """On SQLite the transaction itself does; PostgreSQL lets others read on and wait with writing."""
    if session.connection().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE entry, revision, attachment, link IN EXCLUSIVE MODE"))


def _own_tables(connection: Connection, plugin: str) -> list[Table]:
    """The plugin's tables as they are, those that refer to others last.

    Another plugin's, whose name only begins the same, have a line of migrations of that name.
    """
    names = inspect(connection).get_table_names()
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
) -> tuple[Path, ...]:
    """One archive for everybody who wrote with the plugin, readable by the operator alone; returns the files."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authors = session.scalars(
        select(Person)
        .where(Person.id.in_(select(Entry.author_id).where(Entry.plugin == plugin, Entry.deleted_at.is_(None))))
        .order_by(Person.id)
    )
    return tuple([_write_archive(session, registry, store, plugin, folder, person) for person in authors])


def _write_archive(
    session: Session, registry: Registry, store: Store, plugin: str, folder: Path, person: Person
) -> Path:
    viewer, nobody = Viewer(person.id, person.name, person.language), Relations()
    scope = Scope(session=session, viewer=viewer, relations=nobody, gate=registry.gate_of(nobody))
    path = folder / safe_filename(f"{person.name} {person.id}", "zip")
    with speaking(person.language), os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        pack(scope, _of_plugin(gather(scope, with_html=True), plugin), registry, store, file)
        file.flush()
        os.fsync(file.fileno())
    return path


def _of_plugin(gathered: Gathered, plugin: str) -> Gathered:
    """Only what was written with the plugin, and the links in between: the rest stays where it is."""
    kinds = {name: known for name, known in gathered.kinds.items() if known.plugin == plugin}
    entries = [entry for entry in gathered.contents.entries if entry.kind in kinds]
    ids = {entry.id for entry in entries}
    links = [link for link in gathered.contents.links if link.from_id in ids and link.to_id in ids]
    return Gathered(
        contents=Contents.model_construct(entries=entries, links=links),
        kinds=kinds,
        elsewhere={name: where for name, where in gathered.elsewhere.items() if uuid.UUID(name) in ids},
        left_out=[one for one in gathered.left_out if one.entry_id in ids],
        keys=gathered.keys,
        html=gathered.html,
    )
