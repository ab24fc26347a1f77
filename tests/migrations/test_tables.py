"""The tables are what the models say, with every plugin, without it, and by the command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import inspect, text

from portfolio import migrate
from portfolio.db import Base, Database
from portfolio.migrate import CORE, differences, upgrade
from tests.demo_loading import NAME, demo_module
from tests.migrations.steps import DEMO, HEAD, LINES, REBUILD, add_step, content


def test_models_equal_migrations(database):
    demo_module()
    upgrade(database, [HEAD, DEMO])
    assert differences(database, HEAD, LINES) == []
    assert differences(database, DEMO, LINES) == []


def test_up_down_and_up_again(empty):
    demo_module()
    assert upgrade(empty, [HEAD, DEMO]) == [CORE, NAME]
    migrate.downgrade(empty, DEMO)
    with empty.engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        assert "demo_plugin_feather" not in tables and "entry" in tables
    migrate.downgrade(empty, HEAD)
    with empty.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_core", f"alembic_{NAME}"}
    assert upgrade(empty, [HEAD, DEMO]) == [CORE, NAME]
    assert upgrade(empty, [HEAD, DEMO]) == []
    assert differences(empty, HEAD, LINES) == [] and differences(empty, DEMO, LINES) == []


def test_a_deleted_plugin_hinders_nobody(empty, line):
    demo_module()
    upgrade(empty, [line, DEMO])
    add_step(line, REBUILD)
    assert upgrade(empty, [line]) == [CORE]


def test_every_reference_says_what_happens_when_what_it_points_at_is_erased(database):
    """In the models, and in the tables as they are."""
    demo_module()
    upgrade(database, [HEAD, DEMO])
    allowed = {"CASCADE", "SET NULL"}
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            assert key.ondelete in allowed, f"{key.parent}"
            assert key.ondelete == "CASCADE" or key.parent.nullable, f"{key.parent} can't become empty"
    with database.engine.connect() as connection:
        look = inspect(connection)
        keys = [(name, key) for name in look.get_table_names() for key in look.get_foreign_keys(name)]
    assert len(keys) > 40
    assert [(name, key) for name, key in keys if key["options"].get("ondelete") not in allowed] == []


def test_what_hangs_on_a_person_goes_with_them(filled):
    with filled.write() as session:
        session.execute(text("DELETE FROM person"))
        session.execute(text("DELETE FROM circle"))
    left = {name for name, rows in content(filled).items() if rows}
    assert left <= {"portfolio", "mail", "job", "school"}, left  # a joint portfolio is nobody's; the service erases it
    with filled.read() as session:
        assert set(session.scalars(text("SELECT kind FROM portfolio"))) <= {"joint"}


def run_command(database: Database, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The `portfolio` command in a process of its own."""
    settings = {"PORTFOLIO_DATA": str(folder), "PORTFOLIO_DATABASE_URL": database.url}
    return subprocess.run(
        [sys.executable, "-m", "portfolio.cli", *words],
        env={**os.environ, **settings}, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip


def test_db_check_finds_what_differs(database, tmp_path):
    run_command(database, tmp_path, "db", "upgrade")  # the plugins that have tables
    fine = run_command(database, tmp_path, "db", "check")
    assert (fine.returncode, fine.stderr) == (0, ""), fine.stdout
    with database.write() as session:
        session.execute(text("ALTER TABLE entry ADD COLUMN colour TEXT"))
        session.execute(text("DROP INDEX ix_entry_author_id"))
    wrong = run_command(database, tmp_path, "db", "check")
    assert wrong.returncode == 1
    assert "colour" in wrong.stdout and "ix_entry_author_id" in wrong.stdout


def test_db_check_asks_to_upgrade_and_db_upgrade_does(empty, tmp_path):
    asked = run_command(empty, tmp_path, "db", "check")
    assert asked.returncode == 1 and "portfolio db upgrade" in asked.stdout
    upgraded = run_command(empty, tmp_path, "db", "upgrade").stdout
    assert upgraded.startswith("Migrated: core"), "and the plugins that have tables"
    assert run_command(empty, tmp_path, "db", "upgrade").stdout == "Nothing to migrate.\n"
    assert run_command(empty, tmp_path, "db", "check").returncode == 0


def test_the_next_step_can_be_written_from_what_differs(database, line):
    demo_module()
    upgrade(database, [line, DEMO])
    with database.write() as session:
        session.execute(text("DROP INDEX ix_attempt_at"))
        session.execute(text("DROP TABLE demo_plugin_feather"))
    number = len(list(line.versions.glob("[0-9]*.py")))
    written = migrate.write_revision(database, line, "put it back", LINES)
    assert written.name == f"{number + 1:04}_put_it_back.py"
    assert "ix_attempt_at" in written.read_text() and "feather" not in written.read_text(), "its own tables only"
    assert upgrade(database, [line]) == [CORE]
    assert differences(database, line, LINES) == []
