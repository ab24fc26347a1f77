"""Migrations: safe to run at once, to interrupt and to repeat; nothing is lost; models and tables agree."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, MetaData, event, inspect, select, text

from portfolio import migrate
from portfolio.clock import now
from portfolio.db import Base, Database
from portfolio.entries.models import Attachment, Comment, Link, Reading, Rendered, Revision, StateChange
from portfolio.jobs.models import Job
from portfolio.migrate import CORE, HERE, Line, MigrationError, differences, is_current, upgrade
from portfolio.notices.models import Mail
from portfolio.testing import DIALECTS, make_circle, make_coaching, make_entry, make_joint, make_person, make_share
from portfolio.testing_postgres import server
from tests.busy import Processes
from tests.demo_loading import FOLDER, NAME, demo_module

HEAD = Line(CORE, HERE / "versions")
DEMO = Line(NAME, FOLDER / "migrations")
LINES = [CORE, NAME]
REBUILD = """
    with op.batch_alter_table("entry", recreate="auto") as batch:
        batch.add_column(sa.Column("mood", sa.Text(), nullable=True))
        batch.alter_column("state", type_=sa.String(60), existing_type=sa.String(40), existing_nullable=False)
"""


@pytest.fixture(params=DIALECTS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it."""
    url = f"sqlite:///{tmp_path / 'empty.sqlite'}" if request.param == "sqlite" else server().create_database()
    found = Database(url)
    yield found
    found.close()
    if request.param == "postgresql":
        server().drop_database(url)


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """The core's own line, in a folder where a test may add steps."""
    shutil.copytree(HEAD.versions, tmp_path / "versions", ignore=shutil.ignore_patterns("__pycache__"))
    return Line(CORE, tmp_path / "versions")


@pytest.fixture
def filled(database: Database) -> Database:
    """Every table that hangs on an entry has rows."""
    with database.write() as session:
        fenna, lotte, ruben = (make_person(session, name=name) for name in ("Fenna", "Lotte", "Ruben"))
        coaching, circle = make_coaching(session, ruben, fenna), make_circle(session, fenna, lotte)
        entries = [make_entry(session, fenna, title=f"Doel {number}") for number in range(20)]
        make_entry(session, lotte, portfolio=make_joint(session, fenna, lotte))
        for entry in entries:
            make_share(session, entry, coaching=coaching)
            make_share(session, entry, circle=circle)
            make_share(session, entry, person=lotte)
            about = session.scalars(select(Revision.id).where(Revision.entry_id == entry.id)).one()
            facts = {"entry_id": entry.id, "author_id": fenna.id, "happened_on": dt.date(2026, 5, 4)}
            session.add_all(
                [
                    Rendered(revision_id=about, renderer=1, html={"why": "<p>x</p>"}),
                    Revision(number=2, title="Anders", content={}, sha256="1" * 64, created_at=now(), **facts),
                    StateChange(before="idea", after="working", at=now(), **facts),
                    Comment(entry_id=entry.id, revision_id=about, author_id=ruben.id, body="?", written_at=now()),
                    Link(from_id=entry.id, to_id=entries[0].id, type="continues", created_at=now()),
                    Attachment(
                        entry_id=entry.id, filename="a.png", media_type="image/png", size=1, sha256="2", added_at=now()
                    ),
                    Reading(entry_id=entry.id, reader_id=ruben.id, day=dt.date(2026, 5, 4)),
                ]
            )
        session.add(Job(kind="x", payload={}))
        session.add(Mail(to_address="a@example.org", subject="x", body="y", language="nl", created_at=now()))
    return database


def add_step(line: Line, up: str, *, head: str = "", down: str = "    pass") -> None:
    """A planted step at the end of a line."""
    number = len(list(line.versions.glob("[0-9]*.py")))
    (line.versions / f"{number + 1:04}_planted.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n\n"
        f'revision = "{line.name}_{number + 1:04}"\ndown_revision = "{line.name}_{number:04}"\n{head}\n'
        f"def upgrade():\n{up}\n\ndef downgrade():\n{down}\n"
    )


def content(database: Database) -> dict[str, list[Any]]:
    """Every row of every table; columns that a test adds are left out."""
    found = MetaData()
    with database.engine.connect() as connection:
        found.reflect(connection)
        return {
            name: sorted(
                str(row) for row in connection.execute(select(*(one for one in table.c if one.name != "mood")))
            )
            for name, table in found.tables.items()
            if not name.startswith("alembic_")
        }


# Nothing is lost


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


# Models and tables


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
    assert run_command(empty, tmp_path, "db", "upgrade").stdout == "Migrated: core.\n"
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
