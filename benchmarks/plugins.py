"""What twenty plugins that are on cost a page, against the same page with none; on both databases.

    python benchmarks/plugins.py [--rounds N] [--plugins N] [--cards N]

Two applications in one process take turns on one database. The plugins are made by `portfolio plugin new`; some (as
many as `--cards`, 5 of 20 unless told) ask the database once each for a card on the overview. Prints the middle time
of each page with and without them, and the ratio, which is to be at most 1.3.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.pages import Browser
from benchmarks.world import Measured, make_world
from portfolio import clock, migrate
from portfolio.app import App, create_app
from portfolio.db import Database
from portfolio.people.models import CohortMember, Switch
from portfolio.scaffolding import make_plugin
from portfolio.settings import Settings
from portfolio.testing_postgres import server

TARGET = 1.3
ENTRIES = 100
CARD = '''

@hookimpl
def cards(scope: Scope) -> Sequence[Card]:
    """The last thing written here, or a question."""
    lines, _more = list_own(scope, "{name}", size=1)
    return [Card("{name}", "Wat wil je vasthouden?", tuple(CardLine(line.title) for line in lines))]
'''


def make_plugins(folder: Path, count: int, cards: int) -> list[str]:
    """So many plugins in a folder, some of them with a card; returns their names."""
    names = [f"onderdeel_{chr(ord('a') + number)}" for number in range(count)]
    for number, name in enumerate(names):
        place = make_plugin(name, folder) / "__init__.py"
        if number >= cards:
            continue
        source = place.read_text(encoding="utf-8")
        imports = "from portfolio.contributions import Card, CardLine\nfrom portfolio.entries.reading import list_own\n"
        head, mark, rest = source.partition("from portfolio.hookspecs")
        place.write_text(head + imports + mark + rest + CARD.format(name=name), encoding="utf-8")
    return names


def switch_on(database: Database, person: uuid.UUID, names: list[str]) -> None:
    """Have them all be on in the cohort somebody is in."""
    with database.write() as session:
        cohort = session.query(CohortMember.cohort_id).filter(CohortMember.person_id == person).scalar()
        session.add_all(Switch(cohort_id=cohort, plugin=name, since=clock.today()) for name in names)


def pages(measured: Measured) -> dict[str, str]:
    """The pages that are compared."""
    home = f"/p/{measured.portfolio}"
    return {"overview": "/", "list": f"{home}/goals/", "entry": f"{home}/evidence/{measured.commented}/"}


def compare(name: str, apps: list[App], measured: Measured, rounds: int) -> list[tuple[str, float, float]]:
    """Of each page: the middle time in ms without plugins and with them, turn by turn."""
    browsers = [Browser(app, measured.teacher) for app in apps]
    found = []
    for page, path in pages(measured).items():
        taken: list[list[float]] = [[], []]
        for number in range(rounds + 5):
            for times, browser in zip(taken, browsers, strict=True):
                started = time.perf_counter()
                browser.get(path)
                if number >= 5:
                    times.append((time.perf_counter() - started) * 1000)
        none, some = map(statistics.median, taken)
        print(f"{name:<12}{page:<10}{none:>9.2f}{some:>9.2f}{some / none:>8.2f}", flush=True)
        found.append((f"{name}, {page}", none, some))
    return found


def main() -> None:
    """Run what the command line asks; the exit code says whether the target was met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=80)
    parser.add_argument("--plugins", type=int, default=20)
    parser.add_argument("--cards", type=int, default=5)
    asked = parser.parse_args()
    found: list[tuple[str, float, float]] = []
    print(f"{'database':<12}{'page':<10}{'none':>9}{asked.plugins:>9}{'ratio':>8}")
    with tempfile.TemporaryDirectory(prefix="portfolio-benchmark-") as temporary:
        place = Path(temporary, "plugins")
        place.mkdir()
        names = make_plugins(place, asked.plugins, asked.cards)
        for name in ("sqlite", "postgresql"):
            url = f"sqlite:///{temporary}/portfolio.sqlite" if name == "sqlite" else server().create_database()
            database = Database(url)
            migrate.upgrade(database, migrate.lines())
            settings = Settings(data=Path(temporary), database_url=url, secret_key="benchmark" * 5)
            measured = make_world(database, [ENTRIES])[0]
            found += compare(name, _both(settings, database, place, measured, names), measured, asked.rounds)
            database.close()
    missed = [f"{page}: {some / none:.2f}" for page, none, some in found if some / none > TARGET]
    print(f"Missed ({TARGET}): " + "; ".join(missed) if missed else "Every target is met.")
    sys.exit(bool(missed))


def _both(settings: Settings, database: Database, place: Path, measured: Measured, names: list[str]) -> list[Any]:
    os.environ.pop("PORTFOLIO_PLUGIN_PATH", None)
    without = create_app(settings, database=database)
    os.environ["PORTFOLIO_PLUGIN_PATH"] = str(place)
    switch_on(database, measured.teacher, names)
    return [without, create_app(settings, database=database)]


if __name__ == "__main__":
    main()
