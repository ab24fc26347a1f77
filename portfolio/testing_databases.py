"""One database after another for the tests, each a copy of a filled one, at the same address and through one engine.

So SQLAlchemy words a statement once for all tests of a process, not once for each: that was a sixth of their time.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from portfolio import migrate
from portfolio.db import Database
from portfolio.testing_postgres import server

LISTENED = ("begin", "commit", "rollback", "before_execute", "before_cursor_execute", "after_cursor_execute")


def migrated(url: str, folders: Iterable[tuple[str, Path]] = ()) -> str:
    """Make the tables at an address, with those of plugins in `folders`, and let go of it; returns the address."""
    database = Database(url)
    migrate.upgrade(database, migrate.lines(folders))
    if database.dialect == "sqlite":
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return url


class Copies:
    """Copies of the database at the address `template`, one at a time; on SQLite they lie in `folder`."""

    def __init__(self, template: str, folder: Path) -> None:
        self._template = template
        self._folder = folder
        self._kept: Database | None = None
        self._listeners = 0

    @cached_property
    def beside(self) -> Copies:
        """Copies of the same, for a second database at the same time."""
        return Copies(self._template, self._folder)

    def make(self, template: str = "") -> Database:
        """A fresh copy, of another `template` if told; the one before it is gone. Nothing may be connected to that."""
        self.drop()
        template = template or self._template
        if template.startswith("postgresql"):
            url = server().create_database(template, self._kept.url if self._kept else None)
        else:
            path = self._folder / f"copy-{id(self):x}.sqlite"
            shutil.copy(template.removeprefix("sqlite:///"), path)
            url = f"sqlite:///{path}"
        if self._kept is None or _count_listeners(self._kept) != self._listeners:
            self._kept = Database(url)  # a new one too where a test still listens to the engine
            self._listeners = _count_listeners(self._kept)
        return self._kept

    def drop(self) -> None:
        """Let the copy go, if there is one."""
        if self._kept is None:
            return
        self._kept.close()
        if self._kept.dialect == "postgresql":
            server().drop_database(self._kept.url)
        else:
            path = self._kept.url.removeprefix("sqlite:///")
            for left in (path, f"{path}-wal", f"{path}-shm"):
                Path(left).unlink(missing_ok=True)


def _count_listeners(database: Database) -> int:
    return sum(len(getattr(database.engine.dispatch, name)) for name in LISTENED)
