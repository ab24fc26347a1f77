"""A private PostgreSQL server for the tests, in a temporary folder and reached by a socket in it.

Each process has its own, started at the first use (about two seconds) and gone with the process however that ends;
so workers of pytest-xdist share nothing. Nothing is ever flushed to disk: it is for tests alone.
"""

from __future__ import annotations

import atexit
import functools
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import psycopg
from psycopg import sql

START_SECONDS = 60
ROOM = 4 << 30
"""Bytes free in memory, to work there."""
SUPERUSER = "postgres"
UNSAFE_BUT_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")

# The shell holds the server as its child and ends it when our end of the pipe closes, which also a kill -9 does.
KEEPER = 'folder=$1; shift; "$@" & read -r _; kill -INT $!; wait $!; rm -rf "$folder"'


class PostgresMissing(RuntimeError):
    """This machine has no PostgreSQL server; the message says what to install."""


class PostgresServer:
    """One running server. Use `server()` for the one of this process; make another only to test this class."""

    def __init__(self) -> None:
        """Make the data folder and start. Raises PostgresMissing or RuntimeError with the server's own words."""
        programs = find_server_programs()
        if programs is None:
            raise PostgresMissing("No PostgreSQL server found: install it (Debian: apt-get install postgresql)")
        self.folder = Path(tempfile.mkdtemp(prefix="portfolio-pg-", dir=_place()))
        self._identity = _unprivileged_identity()
        if account := self._identity.get("user"):
            shutil.chown(self.folder, account)
        data = self.folder / "data"
        initdb = [f"{programs}/initdb", "-D", str(data), "-U", SUPERUSER, "--auth=trust", "--no-sync", "-E", "UTF8"]
        made = subprocess.run(
            [*initdb, "--locale=C.UTF-8"], cwd=self.folder, capture_output=True, text=True, **self._identity
        )
        if made.returncode:
            shutil.rmtree(self.folder)
            raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")
        options = [f"-c{option}" for option in (*UNSAFE_BUT_QUICK, "shared_buffers=64MB", "max_connections=200")]
        with (self.folder / "log").open("wb") as log:
            self._keeper = subprocess.Popen(
                ["/bin/sh", "-c", KEEPER, "sh", str(self.folder), f"{programs}/postgres", "-D", str(data)]
                + ["-k", str(self.folder), "-c", "listen_addresses=", *options],
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for pytest, which then ends the server in peace
                **self._identity,
            )
        self._wait_until_it_answers()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def url(self, database: str) -> str:
        """Return SQLAlchemy's address of a database on this server."""
        return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={self.folder}"

    def create_database(self, template: str | None = None, url: str | None = None) -> str:
        """Make a database, empty or as a copy of the one at the address `template`; returns its address.

        Nothing may be connected to the template meanwhile: dispose of its engine first. It gets the address `url`,
        if given, of a database that was dropped.
        """
        name = _name_in(url) if url else f"test_{uuid4().hex}"
        source = _name_in(template) if template else "template0"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source))
        with self._connect() as connection:
            if connection.info.server_version >= 150_000:  # as older ones do: for a small one in half the time
                create += sql.SQL(" STRATEGY file_copy")
            connection.execute(create)
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove the database at `url`, if it is there, also while something is connected to it."""
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_name_in(url)))
        with self._connect() as connection:
            connection.execute(drop)

    def kill(self) -> None:
        """Kill the server without warning, as a power cut would; what was left of it is removed."""
        os.kill(int((self.folder / "data/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        self.stop()

    def stop(self) -> None:
        """Stop the server and remove its folder; does nothing the second time."""
        if self._keeper.stdin and not self._keeper.stdin.closed:
            self._keeper.stdin.close()
        self._keeper.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user=SUPERUSER, dbname="postgres", autocommit=True)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return self._connect().close()
            except psycopg.OperationalError:
                started = (self.folder / "data/postmaster.pid").exists()
                if time.monotonic() > deadline or (not started and self._has_given_up()):
                    log = (self.folder / "log").read_text()
                    self.stop()
                    raise RuntimeError(f"PostgreSQL did not start:\n{log}") from None
                time.sleep(0.05)

    def _has_given_up(self) -> bool:
        return "FATAL" in (self.folder / "log").read_text()


def server() -> PostgresServer:
    """Return the server of this process, started at the first call and stopped when the process ends."""
    return _server_of(os.getpid())


def find_server_programs() -> Path | None:
    """Return the folder of `initdb` and `postgres`: that on the PATH, else the newest that Debian installed."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    versions = {int(found.parts[4]): found.parent for found in Path("/usr/lib/postgresql").glob("[0-9]*/bin/initdb")}
    return versions[max(versions)] if versions else None


@functools.cache
def _server_of(pid: int) -> PostgresServer:  # noqa: ARG001 - a forked process gets its own
    started = PostgresServer()
    atexit.register(started.stop)
    return started


def _unprivileged_identity() -> dict[str, Any]:
    """Arguments for subprocess: PostgreSQL refuses to run as root, so root starts it as somebody else."""
    if os.geteuid() != 0:
        return {}
    import pwd  # not on Windows, where this file must still be importable

    accounts = {account.pw_name: account for account in pwd.getpwall()}
    account = accounts.get("postgres") or accounts["nobody"]
    return {"user": account.pw_name, "group": account.pw_gid, "extra_groups": []}


def _place() -> str | None:
    """Memory where there is room: a new database is hundreds of files. Else /tmp: a socket needs a short path."""
    memory = "/dev/shm"
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM:
        return memory
    return "/tmp" if os.path.isdir("/tmp") else None


def _name_in(url: str) -> str:
    found = re.fullmatch(r"postgresql\+psycopg://[^/]*/(\w+)\?host=.*", url)
    if found is None:
        raise ValueError(f"not an address of this server: {url}")
    return found[1]
