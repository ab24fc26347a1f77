"""How fast the pages are, against a floor that does the least a page can do; on both databases.

    python benchmarks/pages.py [--quick] [--sizes 100,1000,10000] [--only overview,list] [--json FILE]

Runs the application and `floor.py` side by side under the same granian (one worker, eight threads), turn by turn, so
that whatever else the machine does hits both. Prints for each page the middle time of one connection (p50), answers
per second over eight connections, the ratio to the floor, the queries, and how much slower the page got from the
fewest to the most entries. Targets: pages at most 3 times the floor, a write at most 2.5, growth at most 1.2.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import event

from benchmarks import floor
from benchmarks.breakdown import break_down
from benchmarks.client import Client, Request, Timing
from benchmarks.world import Measured, make_world
from portfolio import clock, migrate
from portfolio.app import App, create_app
from portfolio.db import Database
from portfolio.people.sessions import start_sign_in
from portfolio.settings import Settings
from portfolio.testing_postgres import server

PAGES = ("overview", "entry", "list", "desk", "write")
TARGETS = {"write": 2.5}
PAGE_TARGET, GROWTH_TARGET = 3.0, 1.2
CONNECTIONS = 8
KEY = "benchmark-benchmark-benchmark-benchmark!"
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Result:
    """One line of the table."""

    database: str
    page: str
    size: int
    queries: int
    bytes: int
    app_ms: float
    floor_ms: float
    app_per_second: float
    floor_per_second: float
    parts: dict[str, float] = field(default_factory=dict)
    """Milliseconds per part of the page, measured in one process; see breakdown.py."""

    @property
    def ratio(self) -> float:
        """Of the middle times over one connection."""
        return self.app_ms / self.floor_ms

    @property
    def target(self) -> float:
        """What the ratio may be."""
        return TARGETS.get(self.page, PAGE_TARGET)

    @property
    def ratio_busy(self) -> float:
        """Of the answers per second over eight connections."""
        return self.floor_per_second / self.app_per_second


class Browser:
    """A signed-in person: for the application in this process, and as headers for the served one."""

    def __init__(self, app: App, person: Any) -> None:
        self.client = app.test_client()
        with app.database.write() as session:
            self.token = start_sign_in(
                session, person, browser="benchmark", now=clock.now(), settings=app.settings
            )
        with self.client.session_transaction() as cookie:
            cookie["_user_id"] = self.token
            cookie["_fresh"] = True
        self.get("/")  # gets the token against forgery into the session

    def get(self, path: str) -> str:
        """The page as this person gets it. Raises RuntimeError when it isn't one."""
        answer = self.client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
        return answer.get_data(as_text=True)

    @property
    def headers(self) -> dict[str, str]:
        """What a browser sends to the served application, and to the floor."""
        cookie = self.client.get_cookie("portfolio")
        assert cookie is not None
        return {"Cookie": f"portfolio={cookie.value}; floor={self.token}", "Accept-Language": "nl"}


@dataclass
class Case:
    """One page at one size: what to ask of each server."""

    page: str
    size: int
    queries: int
    length: int
    ours: Request
    floors: Request
    visit: Callable[[], object] | None = None
    """The page once more, in this process."""
    then: tuple[Request, ...] = ()
    """What is asked of ours in turn with it."""


class Workshop:
    """One database with its world, the pages made into templates for the floor, and both servers."""

    def __init__(self, name: str, url: str, folder: Path, sizes: list[int]) -> None:
        self.name, self.url, self.folder = name, url, folder
        self.database = Database(url)
        migrate.upgrade(self.database, migrate.lines())
        self.settings = Settings(data=folder, database_url=url, secret_key=KEY)
        self.app = create_app(self.settings, database=self.database)
        self.world = make_world(self.database, sizes)
        self.facts: dict[str, Any] = {"database_url": url, "pages": {}}
        (folder / "templates").mkdir(parents=True)

    def cases(self, wanted: list[str]) -> list[Case]:
        """What to measure; writes the floor's templates on the way."""
        found = []
        for measured in self.world:
            teacher, coach = Browser(self.app, measured.teacher), Browser(self.app, measured.coach)
            home = f"/p/{measured.portfolio}"
            places = {
                "overview": (teacher, "/", None),
                "entry": (teacher, f"{home}/evidence/{measured.commented}/", measured.commented),
                "list": (teacher, f"{home}/goals/", None),
                "desk": (coach, "/desk", None),
            }
            for page, (browser, path, entry) in places.items():
                if page in wanted:
                    found.append(self._reading(page, measured, browser, path, entry))
            if "write" in wanted:
                found.append(self._writing(measured, teacher))
        (self.folder / "floor.json").write_text(json.dumps(self.facts))
        return found

    def _reading(self, page: str, measured: Measured, browser: Browser, path: str, entry: Any) -> Case:
        browser.get(path)
        with counted(self.database) as statements:
            html = browser.get(path)
        me = measured.coach if page == "desk" else measured.teacher
        marks = max(html.count("<use "), 1)
        values = floor.values_for(me, measured.portfolio, entry, marks)
        with self.database.reading() as session:
            answers = [session.execute(query, values).all() for query in floor.QUERIES[page]]
        name = f"{page}-{measured.size}"
        (self.folder / "templates" / f"{name}.html").write_text(floor.floor_template(html, answers))
        self.facts["pages"][name] = {
            "portfolio": str(measured.portfolio), "entry": str(entry) if entry else None, "marks": marks,
        }  # fmt: skip
        length = len(html.encode())
        return Case(
            page, measured.size, len(statements), length,
            Request(path, browser.headers, least_bytes=int(length * 0.98)),
            Request(f"/{page}/{measured.size}", browser.headers, least_bytes=int(length * 0.9)),
            lambda: browser.get(path),
        )  # fmt: skip

    def _writing(self, measured: Measured, browser: Browser) -> Case:
        """Saving an edit: each connection has an entry of its own, and every save differs from the one before."""
        addresses = [f"/p/{measured.portfolio}/evidence/{entry}/edit" for entry in measured.writable]
        page = browser.get(addresses[0])
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found is not None
        seen = [int(_hidden(browser.get(address), "seen")) for address in addresses]
        saves = [0] * len(addresses)

        def form(number: int) -> str:
            saves[number] += 1
            typed = {
                "csrf_token": found[1], "title": f"Bewaard voor de {saves[number]}e keer",
                "happened_on": clock.today().isoformat(), "seen": str(seen[number]),
                "story": f"Versie {saves[number]}. " + "Wat ik anders deed: eerst luisteren, dan samenvatten. " * 12,
                "evidence_kind": "noticed_moment", "pupils_noticed": "", "links_out": "",
            }  # fmt: skip
            return urlencode(typed)

        def save(number: int) -> str:
            body = form(number)
            seen[number] += 1
            return body

        headers = dict(browser.headers)
        with counted(self.database) as statements:
            answer = browser.client.post(
                addresses[0], data=save(0), content_type="application/x-www-form-urlencoded"
            )
        if answer.status_code != 303:
            raise RuntimeError(f"the write: {answer.status_code}\n{answer.get_data(as_text=True)[:3000]}")
        return Case(
            "write", measured.size, len(statements), 0,
            Request("", headers, status=303, method="POST", body=save, path_of=lambda number: addresses[number]),
            Request(
                "", headers, status=303, method="POST", body=form,
                path_of=lambda number: f"/write/{measured.writable_by_floor[number]}",
            ),
        )  # fmt: skip

    @contextmanager
    def served(self) -> Iterator[tuple[Client, Client]]:
        """Both servers running, each with a client."""
        floor_at = {"FLOOR": str(self.folder)}
        with (
            serving("portfolio.wsgi:app", variables_of(self.settings) | floor_at) as ours,
            serving("benchmarks.floor:app", floor_at) as floors,
        ):
            yield ours, floors


def variables_of(settings: Settings) -> dict[str, str]:
    """The environment in which the served application has these settings."""
    return {
        "PORTFOLIO_DATA": str(settings.data),
        "PORTFOLIO_DATABASE_URL": settings.database_url,
        "PORTFOLIO_SECRET_KEY": settings.secret_key,
    }


@contextmanager
def serving(target: str, variables: dict[str, str]) -> Iterator[Client]:
    """A server running, with a client."""
    port = _free_port()
    process = _start(target, port, variables)
    try:
        _wait_for(port, process)
        client = Client(port)
        yield client
        client.close()
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page) or re.search(
        rf'value="([^"]*)"[^>]*name="{name}"', page
    )
    assert found is not None, name
    return found[1]


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements run meanwhile, without savepoints and what begins a transaction."""
    found: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")):
            found.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def _start(target: str, port: int, variables: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads",
         str(CONNECTIONS), "--no-ws", "--host", HOST, "--port", str(port), "--log-level", "error", target],
        cwd=Path(__file__).resolve().parent.parent,
        env={key: value for key, value in os.environ.items() if not key.startswith("PORTFOLIO_")} | variables,
        start_new_session=True,
    )  # fmt: skip


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            client = Client(port)
            client.run(Request("/healthz", {}), connections=1, each=1)
            return client.close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server on port {port} did not start") from None
            time.sleep(0.1)


def measure(name: str, case: Case, ours: Client, floors: Client, rounds: int) -> Result:
    """Rounds of the application and the floor in turn: first over one connection, then over eight."""
    pairs = ((ours, (case.ours, *case.then)), (floors, (case.floors,)))
    for client, asked in pairs:
        client.run(*asked, connections=CONNECTIONS, each=8)
    single, busy = (Timing(), Timing()), (Timing(), Timing())
    for _ in range(rounds):
        for timing, (client, asked) in zip(single, pairs, strict=True):
            timing.add(*client.run(*asked, connections=1, each=25))
    for _ in range(rounds):
        for timing, (client, asked) in zip(busy, pairs, strict=True):
            timing.add(*client.run(*asked, connections=CONNECTIONS, each=10))
    return Result(
        name, case.page, case.size, case.queries, case.length,
        single[0].p50 * 1000, single[1].p50 * 1000, busy[0].per_second, busy[1].per_second,
    )  # fmt: skip


def show(results: list[Result]) -> None:
    """The table, and what missed its target."""
    print(
        f"\n{'database':<11}{'page':<10}{'entries':>8}{'queries':>8}{'bytes':>8}"
        f"{'p50 ms':>9}{'floor':>8}{'ratio':>7}{'req/s':>8}{'floor':>8}{'ratio':>7}{'growth':>8}"
    )
    first: dict[tuple[str, str], Result] = {}
    missed = []
    for one in sorted(results, key=lambda one: (one.database, PAGES.index(one.page), one.size)):
        base = first.setdefault((one.database, one.page), one)
        growth = one.app_ms / base.app_ms
        print(
            f"{one.database:<11}{one.page:<10}{one.size:>8}{one.queries:>8}{one.bytes:>8}"
            f"{one.app_ms:>9.2f}{one.floor_ms:>8.2f}{one.ratio:>7.2f}"
            f"{one.app_per_second:>8.0f}{one.floor_per_second:>8.0f}{one.ratio_busy:>7.2f}"
            f"{growth:>8.2f}"
        )
        if one.ratio > one.target:
            parts = ", ".join(f"{name} {taken:.2f}" for name, taken in one.parts.items())
            missed.append(
                f"{one.database}, {one.page}, {one.size}: {one.ratio:.2f} times the floor, target {one.target}"
                + (f"\n    in ms, overlapping: {parts}" if parts else "")
            )
        if growth > GROWTH_TARGET:
            missed.append(f"{one.database}, {one.page}: growth {growth:.2f} at {one.size}, target {GROWTH_TARGET}")
    print(f"\nLoad of the machine afterwards: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")
    print("Missed:\n  " + "\n  ".join(missed) if missed else "Every target is met.")


def main() -> None:
    """Run what the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="100 and 10,000 entries, fewer rounds")
    parser.add_argument("--sizes", default="", help="entries per person, such as 100,1000,10000")
    parser.add_argument("--only", default=",".join(PAGES), help="pages, such as overview,write")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--json", type=Path, help="also write the numbers to this file")
    asked = parser.parse_args()
    sizes = [int(size) for size in (asked.sizes or ("100,10000" if asked.quick else "100,1000,10000")).split(",")]
    rounds = asked.rounds or (3 if asked.quick else 8)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that the servers stop too
    results: list[Result] = []
    for name in asked.databases.split(","):
        with tempfile.TemporaryDirectory(prefix="portfolio-benchmark-") as temporary:
            folder = Path(temporary)
            url = f"sqlite:///{folder / 'portfolio.sqlite'}" if name == "sqlite" else server().create_database()
            started = time.monotonic()
            workshop = Workshop(name, url, folder, sizes)
            cases = workshop.cases(asked.only.split(","))
            print(f"{name}: the world was made in {time.monotonic() - started:.0f} s", file=sys.stderr)
            with workshop.served() as (ours, floors):
                for case in cases:
                    result = measure(name, case, ours, floors, rounds)
                    if result.ratio > result.target and case.visit is not None:
                        result = replace(result, parts=break_down(case.visit))
                    results.append(result)
                    so_far = f"{result.page} with {result.size}: {result.app_ms:.2f} ms, {result.ratio:.2f} floors"
                    print(f"  {so_far}", file=sys.stderr, flush=True)
            workshop.database.close()
    show(results)
    if asked.json:
        lines = [asdict(one) | {"ratio": one.ratio, "ratio_busy": one.ratio_busy} for one in results]
        asked.json.write_text(json.dumps(lines, indent=1))


if __name__ == "__main__":
    main()
