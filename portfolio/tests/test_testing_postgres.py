"""The private PostgreSQL server: databases that are separate, copies that are equal, and nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from portfolio.testing_postgres import PostgresServer, server


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as started:
        yield started


def run(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_databases_are_separate(postgres: PostgresServer) -> None:
    one, other = postgres.create_database(), postgres.create_database()
    run(one, "CREATE TABLE note (text text)")
    assert run(one, "SELECT count(*) FROM note") == [(0,)]
    with pytest.raises(psycopg.errors.UndefinedTable):
        run(other, "SELECT count(*) FROM note")


def test_a_copy_has_what_its_template_has_and_goes_its_own_way(postgres: PostgresServer) -> None:
    template = postgres.create_database()
    run(template, "CREATE TABLE note (text text)")
    run(template, "INSERT INTO note VALUES ('één')")
    copy = postgres.create_database(template)
    run(copy, "INSERT INTO note VALUES ('twee')")
    assert run(copy, "SELECT text FROM note ORDER BY 1 DESC") == [("één",), ("twee",)]
    assert run(template, "SELECT text FROM note") == [("één",)]


def test_a_database_in_use_can_be_dropped(postgres: PostgresServer) -> None:
    url = postgres.create_database()
    with psycopg.connect(url.replace("+psycopg", "")):
        postgres.drop_database(url)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        run(url, "SELECT 1")


def test_text_is_utf8_and_knows_capitals_beyond_ascii(postgres: PostgresServer) -> None:
    assert run(postgres.create_database(), "SELECT lower('ÉÉN Ĳ')") == [("één ĳ",)]


def test_an_address_of_another_kind_is_refused(postgres: PostgresServer) -> None:
    with pytest.raises(ValueError, match="not an address"):
        postgres.drop_database("sqlite:///portfolio.sqlite")


def test_the_process_has_one_server() -> None:
    assert server() is server()


def test_a_stopped_server_leaves_nothing(tmp_path: Path) -> None:
    started = PostgresServer()
    folder, pid = started.folder, postmaster(started.folder)
    started.stop()
    started.stop()
    assert not folder.exists()
    assert not is_running(pid)


def test_a_killed_server_leaves_nothing() -> None:
    started = PostgresServer()
    started.kill()
    assert not started.folder.exists()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_server_ends_with_its_process(how: signal.Signals) -> None:
    program = (
        "import signal, time; from portfolio.testing_postgres import server;"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"  # who runs in the background inherits none
        "print(server().folder, flush=True); time.sleep(99)"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert owner.stdout
    with owner, owner.stdout:
        folder = Path(owner.stdout.readline().strip())
        pid = postmaster(folder)
        assert is_running(pid)
        owner.send_signal(how)
    deadline = time.monotonic() + 20
    while (folder.exists() or is_running(pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()
    assert not is_running(pid)


def postmaster(folder: Path) -> int:
    return int((folder / "data/postmaster.pid").read_text().split()[0])


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
