"""A process of its own for tests of what happens when several are at it at once: writing, reading, migrating.

Prints "ready" when it could begin, begins at a line on its standard input, and prints what it saw as JSON.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


class Processes:
    """Several processes that begin together; none outlives the `with`."""

    def __init__(self, tasks: Sequence[Sequence[str]]) -> None:
        self._all = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.busy", *map(str, task)],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
            for task in tasks
        ]  # fmt: skip

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._all:
            process.kill()
            process.communicate()

    def run(self, seconds: float) -> list[dict[str, Any]]:
        """Let all begin, and return what each saw. Raises AssertionError with the words of one that failed."""
        for process in self._all:
            self.wait_for(process, "ready")
        for process in self._all:
            process.stdin.write("go\n")
            process.stdin.flush()
        found = []
        for process in self._all:
            out, err = process.communicate(timeout=seconds)
            assert process.returncode == 0, err
            found.append({**json.loads(out), "stderr": err})
        return found

    def kill_at(self, word: str) -> None:
        """Let the first begin, and kill it without warning when it says `word`."""
        process = self._all[0]
        self.wait_for(process, "ready")
        process.stdin.write("go\n")
        process.stdin.flush()
        self.wait_for(process, word)
        process.kill()
        process.wait()

    @staticmethod
    def wait_for(process: subprocess.Popen[str], word: str) -> None:
        """Read on until the process says `word`. Raises AssertionError when it ends before."""
        while (line := process.stdout.readline().strip()) != word:
            assert line or process.poll() is None, process.stderr.read()


def main() -> None:
    """Do one task: work URL FOLDER ROLE PERSON SECONDS, or migrate URL VERSIONS."""
    task, *arguments = sys.argv[1:]
    begin = {"work": _work, "migrate": _migrate}[task](*arguments)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    json.dump(begin(), sys.stdout)


def _migrate(url: str, versions: str) -> Any:
    from portfolio import migrate
    from portfolio.db import Database

    database = Database(url)
    return lambda: {"moved": migrate.upgrade(database, [migrate.Line(migrate.CORE, Path(versions))])}


def _work(url: str, folder: str, role: str, person_id: str, seconds: str) -> Any:
    import uuid

    from sqlalchemy import event

    from portfolio.app import create_app
    from portfolio.people.models import Person
    from portfolio.settings import Settings
    from portfolio.testing import portfolio_of, sign_in

    app = create_app(Settings(data=Path(folder), database_url=url, secret_key="0" * 40))
    with app.database.read() as session:
        person = session.get_one(Person, uuid.UUID(person_id))
        home = f"/p/{portfolio_of(session, person).id}/goals"
    client = sign_in(app.test_client(), person)
    token = re.search('name="csrf_token" value="([^"]+)"', client.get(f"{home}/new/goal").text)[1]
    waits: list[float] = []

    @event.listens_for(app.database.engine, "begin", insert=True)
    def asks_to_begin(connection: Any) -> None:
        connection.info["asked"] = time.monotonic()

    @event.listens_for(app.database.engine, "begin")
    def begins(connection: Any) -> None:
        waits.append(time.monotonic() - connection.info["asked"])

    @event.listens_for(app.database.engine, "before_cursor_execute")
    def before(connection: Any, *rest: Any) -> None:
        connection.info["asked"] = time.monotonic()

    @event.listens_for(app.database.engine, "after_cursor_execute")
    def after(connection: Any, *rest: Any) -> None:
        waits.append(time.monotonic() - connection.info["asked"])

    def write(number: int) -> int:
        typed = {"title": f"Doel {number}", "happened_on": "2026-05-04", "seen": "0", "csrf_token": token}
        return client.post(f"{home}/new/goal", data=typed).status_code

    def read(number: int) -> int:
        return client.get("/" if number % 2 else f"{home}/").status_code

    def begin() -> dict[str, Any]:
        waits.clear()
        statuses: dict[str, int] = {}
        requests: list[float] = []
        end = time.monotonic() + float(seconds)
        number = 0
        while time.monotonic() < end:
            started = time.monotonic()
            status = (write if role == "write" else read)(number)
            requests.append(time.monotonic() - started)
            statuses[str(status)] = statuses.get(str(status), 0) + 1
            number += 1
        return {"role": role, "statuses": statuses, "longest_wait": max(waits), "longest_request": max(requests)}

    return begin


if __name__ == "__main__":
    main()
