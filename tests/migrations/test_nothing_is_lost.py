"""Migrating loses nothing: not by a rebuild, an interruption, a step with a fault, or six processes at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, inspect, text

from portfolio import migrate
from portfolio.db import Database
from portfolio.migrate import CORE, MigrationError, differences, is_current, upgrade
from tests.busy import Processes
from tests.migrations.steps import HEAD, LINES, REBUILD, add_step, content


def test_a_batch_rebuild_of_entry_on_a_filled_database_loses_nothing(filled, line):
    before = content(filled)
    assert all(
        before[name]
        for name in ("entry", "revision", "rendered", "share", "comment", "link", "attachment", "reading",
                     "state_change")
    )  # fmt: skip
    add_step(line, REBUILD)
    assert upgrade(filled, [line]) == [CORE]
    assert content(filled) == before
    assert is_current(filled, line)
    with filled.engine.connect() as connection:
        assert "mood" in {column["name"] for column in inspect(connection).get_columns("entry")}
    told = str(differences(filled, line, LINES))
    assert told.count("mood") == 1 and "ForeignKey" not in told and "Index" not in told, told
    with filled.write() as session:  # and erasing an entry still takes along what hangs on it
        session.execute(text("DELETE FROM entry"))
    after = content(filled)
    assert [name for name in ("revision", "share", "comment", "link", "reading", "rendered") if after[name]] == []


def test_the_counting_finds_a_rebuild_with_foreign_keys_on(filled, line, monkeypatch):
    """The trap itself: without the guard SQLite deletes every child row of the table that is rebuilt."""
    if filled.dialect != "sqlite":
        pytest.skip("PostgreSQL rebuilds no tables")

    @contextmanager
    def careless(database: Database) -> Iterator[Connection]:
        connection = database._writing.connect()
        yield connection
        connection.close()

    monkeypatch.setattr(Database, "connect_for_migration", careless)
    before = content(filled)
    add_step(line, REBUILD)
    with pytest.raises(MigrationError, match=r"the number of rows would change in .*revision"):
        upgrade(filled, [line])
    assert content(filled) == before
    assert not is_current(filled, line)


@pytest.mark.parametrize(
    ("up", "head", "words"),
    [
        ('    op.execute("DELETE FROM revision WHERE number = 2")', "", "rows would change in revision"),
        ('    op.drop_table("reading")', "", "rows would change in reading"),
        ('    op.rename_table("reading", "reads")', "", "rows would change in reading"),
    ],
)
def test_a_step_that_changes_rows_without_saying_so_is_refused(filled, line, up, head, words):
    before = content(filled)
    add_step(line, up, head=head)
    with pytest.raises(MigrationError, match=words):
        upgrade(filled, [line])
    assert content(filled) == before
    assert not is_current(filled, line)


def test_a_step_that_adds_rows_without_saying_so_is_refused_where_nobody_else_can_have(filled, line):
    if filled.dialect != "sqlite":
        pytest.skip("on PostgreSQL somebody else may have added them")
    add_step(line, "    op.execute(\"INSERT INTO installation VALUES ('a', 'b')\")")
    with pytest.raises(MigrationError, match="rows would change in installation"):
        upgrade(filled, [line])


def test_a_step_that_erases_more_than_it_says_is_refused(filled, line):
    """On PostgreSQL what hangs on the erased rows went too; on SQLite it would dangle."""
    before = content(filled)
    add_step(line, '    op.execute("DELETE FROM entry")', head='changes_rows = ["entry"]')
    with pytest.raises(MigrationError, match="revision"):
        upgrade(filled, [line])
    assert content(filled) == before


def test_a_step_that_leaves_references_to_nothing_is_refused(filled, line):
    if filled.dialect != "sqlite":
        pytest.skip("PostgreSQL never lets go of its references")
    before = content(filled)
    add_step(line, '    op.execute("DELETE FROM entry")', head='changes_rows = ["entry"]')
    with pytest.raises(MigrationError, match=r"dangling references in .*revision"):
        upgrade(filled, [line])
    assert content(filled) == before


def test_a_step_that_says_so_may_change_rows(filled, line):
    add_step(line, '    op.drop_table("reading")', head='changes_rows = ["reading"]')
    assert upgrade(filled, [line]) == [CORE]
    assert "reading" not in content(filled)


def test_what_others_write_meanwhile_is_no_loss(filled, line):
    """On PostgreSQL people go on working: a row more is no row lost."""
    if filled.dialect != "postgresql":
        pytest.skip("on SQLite nobody else writes during a migration")
    outside = Database(filled.url)
    seen = []

    @event.listens_for(filled.engine, "before_cursor_execute")
    def meanwhile(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "ADD COLUMN mood" in statement and not seen:
            seen.append(statement)
            with outside.write() as session:
                session.execute(text("INSERT INTO installation VALUES ('a', 'b')"))

    add_step(line, '    op.add_column("entry", sa.Column("mood", sa.Text(), nullable=True))')
    try:
        assert upgrade(filled, [line]) == [CORE]
    finally:
        outside.close()
    assert seen and len(content(filled)["installation"]) == 1


# Interrupted, and at once


def test_an_upgrade_that_was_killed_halfway_can_be_run_again(filled, line):
    before = content(filled)
    pause = "    import sys, time\n    sys.stdout.write('halfway\\n')\n    sys.stdout.flush()\n    time.sleep(60)\n"
    add_step(line, f"{REBUILD}\n{pause}")
    with Processes([["migrate", filled.url, str(line.versions)]]) as processes:
        processes.kill_at("halfway")
    assert not is_current(filled, line)
    assert content(filled) == before
    next(line.versions.glob("*_planted.py")).unlink()
    add_step(line, REBUILD)
    assert upgrade(filled, [line]) == [CORE]
    assert content(filled) == before
    assert is_current(filled, line)


def test_an_upgrade_that_fails_at_any_statement_changes_nothing_and_can_be_run_again(empty):
    total = len(_statements(empty.engine, lambda: upgrade(empty, [HEAD])))
    migrate.downgrade(empty, HEAD)
    assert total > 60
    for broken in range(1, total, 9):
        with pytest.raises(OSError, match="the disk is full"):
            _statements(empty.engine, lambda: upgrade(empty, [HEAD]), fail_at=broken)
        with empty.engine.connect() as connection:
            assert set(inspect(connection).get_table_names()) <= {"alembic_core"}, broken
    assert upgrade(empty, [HEAD]) == [CORE]
    assert is_current(empty, HEAD) and differences(empty, HEAD, LINES) == []


def test_a_rebuild_that_fails_at_any_statement_loses_nothing(filled, line):
    before = content(filled)
    add_step(line, REBUILD)
    for broken in range(1, 500):
        try:
            _statements(filled.engine, lambda: upgrade(filled, [line]), fail_at=broken)
            break
        except OSError:
            assert content(filled) == before, broken
    assert broken > 3
    assert content(filled) == before and is_current(filled, line)


def _statements(engine: Engine, act: Any, fail_at: int = 0) -> list[str]:
    """The statements by which `act` changes something; the one at `fail_at` fails instead."""
    found: list[str] = []

    def before(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.split()[0].upper() in ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE"):
            found.append(statement)
            if len(found) == fail_at:
                raise OSError("the disk is full")

    event.listen(engine, "before_cursor_execute", before)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", before)
    return found


def test_six_processes_migrating_an_empty_database_at_once_all_succeed(empty):
    with Processes([["migrate", empty.url, str(HEAD.versions)]] * 6) as processes:
        seen = processes.run(200)
    assert [one["moved"] for one in seen].count([CORE]) == 1
    assert is_current(empty, HEAD) and differences(empty, HEAD, LINES) == []


def test_six_processes_migrating_a_filled_database_at_once_all_succeed(filled, line):
    before = content(filled)
    add_step(line, REBUILD)
    with Processes([["migrate", filled.url, str(line.versions)]] * 6) as processes:
        seen = processes.run(200)
    assert [one["moved"] for one in seen].count([CORE]) == 1
    assert content(filled) == before and is_current(filled, line)
