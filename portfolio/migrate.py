"""Migrations: one line of its own per plugin, so that a deleted folder breaks nobody else's upgrade.

Each line has its version table `alembic_<plugin>`; all share `migrations/env.py`. A line is upgraded in one
transaction: on PostgreSQL under an advisory lock, on SQLite in BEGIN IMMEDIATE with foreign keys off (a batch rebuild
with them on deletes every child row), checked before the commit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from portfolio import models as models
from portfolio.db import Base, Database

HERE = Path(__file__).parent / "migrations"
CORE = "core"
LOCK = 0x6C656164


class MigrationError(RuntimeError):
    """A migration that would lose rows or leave dangling references; nothing was changed."""


@dataclass(frozen=True)
class Line:
    """One line of migrations: the core's, or a plugin's."""

    name: str
    versions: Path

    @property
    def version_table(self) -> str:
        return f"alembic_{self.name}"

    def owns(self, table: str, plugins: Iterable[str]) -> bool:
        """Whether a table belongs to this line: a plugin's tables carry its name as prefix."""
        if table.startswith("alembic_"):
            return False
        if self.name == CORE:
            return not any(table == plugin or table.startswith(f"{plugin}_") for plugin in plugins)
        return table == self.name or table.startswith(f"{self.name}_")


def lines(plugin_folders: Iterable[tuple[str, Path]] = ()) -> list[Line]:
    """The core's line first, then each plugin's that has one."""
    found = [Line(CORE, HERE / "versions")]
    for name, folder in plugin_folders:
        if (folder / "migrations").is_dir():
            found.append(Line(name, folder / "migrations"))
    return found


def config_for(line: Line, connection: Connection | None = None, plugins: Iterable[str] = ()) -> Config:
    """Alembic's configuration for one line, on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("version_locations", str(line.versions))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(connection=connection, line=line, plugins=tuple(plugins))
    return config


def upgrade(database: Database, wanted: Iterable[Line], revision: str = "head") -> list[str]:
    """Bring every line to `revision`; returns the names of the lines that moved.

    Safe to run from several processes at once, and again after an interruption.
    Raises MigrationError when a step would lose rows or break references.
    """
    wanted = list(wanted)
    return [line.name for line in wanted if _upgrade_line(database, line, revision, [w.name for w in wanted])]


def _upgrade_line(database: Database, line: Line, revision: str, plugins: list[str]) -> bool:
    if revision == "head" and is_current(database, line):
        return False
    with database.connect_for_migration() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        version = _version(connection, line)
        before = _row_counts(connection)
        config = config_for(line, connection, plugins)
        command.upgrade(config, revision)
        after = _row_counts(connection)
        allowed = _declared_changes(config, version, _version(connection, line))
        lost = [name for name, rows in before.items() if name not in allowed and after.get(name, 0) < rows]
        if database.dialect == "sqlite":  # elsewhere people may be writing meanwhile: a row more says nothing
            lost += [name for name, rows in after.items() if name not in allowed and rows > before.get(name, rows)]
        if lost:
            raise MigrationError(f"{line.name}: the number of rows would change in {', '.join(sorted(lost))}")
        if database.dialect == "sqlite":
            dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if dangling:
                raise MigrationError(f"{line.name}: dangling references in {sorted({row[0] for row in dangling})}")
        moved = _version(connection, line) != version
        connection.commit()
    return moved


def downgrade(database: Database, line: Line, revision: str = "base", plugins: Iterable[str] = ()) -> None:
    """Take one line back; for the plugin contract, and to take a plugin's tables away."""
    with database.connect_for_migration() as connection:
        command.downgrade(config_for(line, connection, plugins), revision)
        connection.commit()


def is_current(database: Database, line: Line) -> bool:
    """Whether a line is at its newest revision."""
    heads = set(ScriptDirectory.from_config(config_for(line)).get_heads())
    with database.engine.connect() as connection:
        return set(_version(connection, line)) == heads


def differences(database: Database, line: Line, plugins: Iterable[str]) -> list[Any]:
    """What the models say and the tables of one line do not, or the other way round; empty when they agree."""
    names = [name for name in plugins if name != CORE]
    with database.engine.connect() as connection:

        def mine(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
            return line.owns(str(name), names) if kind == "table" else True

        options = {"version_table": line.version_table, "include_object": mine, "compare_type": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


def _version(connection: Connection, line: Line) -> tuple[str, ...]:
    return MigrationContext.configure(connection, opts={"version_table": line.version_table}).get_current_heads()


def _row_counts(connection: Connection) -> dict[str, int]:
    names = [name for name in inspect(connection).get_table_names() if not name.startswith("alembic_")]
    quote = connection.dialect.identifier_preparer.quote
    return {name: int(connection.execute(text(f"SELECT count(*) FROM {quote(name)}")).scalar_one()) for name in names}


def _declared_changes(config: Config, before: tuple[str, ...], after: tuple[str, ...]) -> set[str]:
    """Tables of which the steps just taken say, in `changes_rows`, that their number of rows may change."""
    script = ScriptDirectory.from_config(config)
    steps = script.iterate_revisions(after or "base", before or "base")
    return {name for step in steps for name in getattr(step.module, "changes_rows", ())}


def write_revision(database: Database, line: Line, message: str, plugins: Iterable[str] = ()) -> Path:
    """Write the next step of a line from what the models say and a current database lacks; for developers."""
    with database.connect_for_migration() as connection:
        number = f"{len(list(line.versions.glob('[0-9]*.py'))) + 1:04}"
        config = config_for(line, connection, plugins)
        config.set_main_option("file_template", f"{number}_%%(slug)s")
        made = command.revision(config, message, autogenerate=True, rev_id=f"{line.name}_{number}")
        return Path(made.path)  # type: ignore[union-attr]
