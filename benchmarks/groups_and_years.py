"""How fast a live session of eight people, a group's 200 sessions and fifteen years of roles are; on both databases.

    python benchmarks/groups_and_years.py [--databases sqlite] [--rounds N] [--only live,group,years]

One served application (as in `pages.py`: granian, one worker, eight threads). Each line is asked turn by turn with what
it is measured against, in the same run: a list of twenty goals of the same people, or the same page of somebody with
two sessions, with one year. Prints the middle time of one connection, answers per second over eight connections (in a
session eight people, each on their own), their ratios, and `work`: the ratio of processor time in one process, which
what else the machine does hardly changes. Targets, for the work: at most 3 times the list, at most 1.5 times the same
page with little on it, or a reason. Reasons: the picture of the years draws fifteen times as much, twice, and as a
table (2.6); moves, the 2×2, a group's page and one's own list up to twenty things instead of two (1.5-2.0).
"""

from __future__ import annotations

import argparse
import html
import os
import re
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.breakdown import compare_work
from benchmarks.client import Request
from benchmarks.pages import KEY, Case, Result, counted, measure, serving, variables_of
from benchmarks.world import SENTENCES
from portfolio import migrate
from portfolio.app import create_app
from portfolio.db import Database
from portfolio.settings import Settings
from portfolio.testing_postgres import server

if TYPE_CHECKING:
    from benchmarks.groups_world import Someone, World

LIST_TARGET, LITTLE_TARGET = 3.0, 1.5


def page_of(one: Someone, path: str) -> Request:
    """Somebody's page, as it is now."""
    one.browser.get(path)
    return Request(path, one.browser.headers, least_bytes=int(len(one.browser.get(path).encode()) * 0.9))


def queries_of(one: Someone, path: str) -> int:
    """How often a page asks the database."""
    with counted(one.app.database) as found:
        one.browser.client.get(path)
    return len(found)


@dataclass(frozen=True)
class Pair:
    """What to ask of the served application, and the same two in this process where these are pages."""

    case: Case
    visits: tuple[Callable[[], object], ...] = ()


def against(page: str, what: str, one: Someone, path: str, other: Someone, other_path: str) -> Pair:
    """A page against another page."""
    ours = page_of(one, path)
    case = Case(f"{page} / {what}", 0, queries_of(one, path), ours.least_bytes, ours, page_of(other, other_path))
    return Pair(case, (lambda: one.browser.client.get(path), lambda: other.browser.client.get(other_path)))


def live_cases(world: World) -> list[Pair]:
    """Eight people who have the session open and write in it; against their lists of goals."""
    group = world.many
    people = [group.people[0], *group.people[2:], group.people[1]]  # the one on a single connection brings the case
    pages = [one.browser.get(group.live) for one in people]
    headers = [one.browser.headers for one in people]
    anew = [html.unescape(_found(r'hx-get="([^"]+)"', page)) for page in pages]
    old = [re.sub(r"seen=[^&]+", "seen=old", address) for address in anew]
    tokens = [_found(r'name="csrf_token"[^>]*value="([^"]+)"', page) for page in pages]
    onces = [re.search(r'name="once"[^>]*value="([^"]+)"', page) for page in pages]
    said = [0] * len(people)

    def write(what: str, step: str) -> Any:
        def body(number: int) -> str:
            writer = number or 1  # who brings the case asks nothing
            said[number] += 1
            typed = {"what": what, "step": step, "text": f"{SENTENCES[writer % 6]} {said[number]}"}
            once = onces[writer]
            return urlencode(typed | {"csrf_token": tokens[writer], "once": once[1] if once else ""})

        return Request(
            f"{group.live}/lines", {}, status=303, method="POST", body=body,
            headers_of=lambda number: headers[number or 1],
        )  # fmt: skip

    def get(path: str, paths: Sequence[str] = (), status: int = 200, least: int = 1000) -> Request:
        path_of = (lambda number: paths[number]) if paths else None
        return Request(path, {}, status, least, path_of=path_of, headers_of=lambda number: headers[number])

    floor = get("", [f"{one.home}/goals/" for one in people])
    member = people[1]
    polled, shown = (queries_of(member, paths[1]) for paths in (anew, old))
    whole, ask = queries_of(member, group.live), write("question", "vragen")
    length = len(member.browser.get(old[1]).encode())

    def looks(path: str) -> tuple[Callable[[], object], ...]:
        return tuple(lambda at=at: member.browser.client.get(at) for at in (path, f"{member.home}/goals/"))

    return [
        Pair(Case("look, nothing new / list", 0, polled, 0, get("", anew, 204, 0), floor), looks(anew[1])),
        Pair(Case("look, all of it / list", 0, shown, length, get("", old), floor), looks(old[1])),
        Pair(
            Case("the whole page / list", 0, whole, len(pages[1].encode()), get(group.live), floor), looks(group.live)
        ),
        Pair(Case("keep a position / list", 0, 0, 0, write("position", "standpunt"), floor)),
        Pair(Case("24 looks, a question / list", 0, shown, 0, get("", old), floor, then=(*[get("", old)] * 23, ask))),
    ]


def group_cases(world: World) -> list[Pair]:
    """A group's pages and a member's own, against a list and against a group that met twice."""
    many, few = world.many, world.few
    one, other = many.people[2], few.people[1]
    pages = {
        "group": ("{home}/group", "{home}/group"),
        "group, page 10": ("{home}/group?page=10", "{home}/group"),
        "a session": ("{held}", "{held}"),
        "a new pattern": ("{home}/patterns/new", "{home}/patterns/new"),
        "own page": ("{own}/intervisie/", "{own}/intervisie/"),
        "overview": ("/", "/"),
    }
    found = []
    for page, (path, small) in pages.items():
        path = path.format(home=many.home, held=many.held, own=one.home)
        small = small.format(home=few.home, held=few.held, own=other.home)
        found += [against(page, what, one, path, *where) for what, where in _both(one, other, small)]
    return found


def year_cases(world: World) -> list[Pair]:
    """Pages of who has fifteen years, against a list and against who has one."""
    one, other = world.long, world.short
    found = []
    for page, name in (
        ("", "the years"), ("moves", "moves"), ("ambition", "ambition"), ("time", "weeks"), ("places", "2×2")
    ):  # fmt: skip
        small = f"{other.home}/loopbaan/{page}"
        path = f"{one.home}/loopbaan/{page}"
        found += [against(name, what, one, path, *where) for what, where in _both(one, other, small)]
    return found


def _both(one: Someone, other: Someone, small: str) -> list[tuple[str, tuple[Someone, str]]]:
    return [("list", (one, f"{one.home}/goals/")), ("little", (other, small))]


def _found(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found is not None, pattern
    return found[1]


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    served: Result
    work: float | None
    """Processor time of the page, against that of the other."""

    @property
    def target(self) -> float:
        """What the ratios may be."""
        return LITTLE_TARGET if self.served.page.endswith("little") else LIST_TARGET


def show(rows: Sequence[Row]) -> None:
    """Print the table, and what missed its target: by its work, or where that isn't known by its answers per second."""
    print(
        f"\n{'database':<12}{'page / against':<34}{'queries':>8}{'bytes':>8}{'p50 ms':>9}{'against':>9}{'ratio':>7}"
        f"{'req/s':>8}{'against':>9}{'ratio':>7}{'work':>7}"
    )
    missed = []
    for row in rows:
        one, work = row.served, f"{row.work:.2f}" if row.work else ""
        print(
            f"{one.database:<12}{one.page:<34}{one.queries or '':>8}{one.bytes or '':>8}{one.app_ms:>9.2f}"
            f"{one.floor_ms:>9.2f}{one.ratio:>7.2f}{one.app_per_second:>8.0f}{one.floor_per_second:>9.0f}"
            f"{one.ratio_busy:>7.2f}{work:>7}"
        )
        found = row.work or one.ratio_busy
        if found > row.target:
            missed.append(f"{one.database}, {one.page}: {found:.2f}, target {row.target}")
    print(f"\nLoad of the machine afterwards: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")
    print("Missed:\n  " + "\n  ".join(missed) if missed else "Every target is met.")


CASES = {"live": live_cases, "group": group_cases, "years": year_cases}


def main() -> None:
    """Run what the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(CASES))
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that the server stops too
    rows = []
    try:
        for name in asked.databases.split(","):
            with tempfile.TemporaryDirectory(prefix="portfolio-benchmark-") as temporary:
                url = f"sqlite:///{temporary}/portfolio.sqlite" if name == "sqlite" else server().create_database()
                settings = Settings(data=Path(temporary), database_url=url, secret_key=KEY)
                database = Database(url)
                app = create_app(settings, database=database)
                migrate.upgrade(database, migrate.lines(app.registry.folders))
                from benchmarks.groups_world import World  # there are plugins to import from now

                world = World(app)
                with serving("portfolio.wsgi:app", variables_of(settings)) as client:
                    for cases in asked.only.split(","):
                        for pair in CASES[cases](world):
                            served = measure(name, pair.case, client, client, asked.rounds)
                            spent = compare_work(pair.visits) if pair.visits else None
                            rows.append(Row(served, spent[0] / spent[1] if spent else None))
                            print(f"  {name}: {pair.case.page}: {served.ratio:.2f}", file=sys.stderr, flush=True)
                database.close()
    finally:  # also what there was when somebody stopped it
        show(rows)


if __name__ == "__main__":
    main()
