"""How long it takes to invite two thousand people from a file, and to take it back.

    python benchmarks/rosters.py [people] [postgresql]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import func, select

from portfolio import clock, migrate
from portfolio.db import Database
from portfolio.jobs.loading import load_handlers
from portfolio.jobs.worker import run_pending
from portfolio.notices.models import Mail
from portfolio.people import roster_importing, rosters
from portfolio.people.models import Person
from portfolio.people.roster import read_sheet
from portfolio.settings import Settings
from portfolio.testing import make_cohort, make_person, make_school, open_scope_for
from portfolio.testing_postgres import server


def measure(people: int, dialect: str) -> dict[str, float]:
    """Seconds for each step of a file with so many people, half of them in a cohort, at a school of as many."""
    with tempfile.TemporaryDirectory() as folder:
        url = server().create_database() if dialect == "postgresql" else f"sqlite:///{folder}/portfolio.sqlite"
        database = Database(url)
        try:
            migrate.upgrade(database, migrate.lines())
            return _measure(people, database, Settings(data=Path(folder), database_url=url, secret_key="0" * 40))
        finally:
            database.close()


def _measure(people: int, database: Database, settings: Settings) -> dict[str, float]:
    load_handlers()
    with database.write() as session:
        school = make_school(session)
        mirjam = make_person(session, name="Mirjam", school=school, role="administrator")
        make_cohort(session, school)
        cohort = make_cohort(session, school)
        cohort.name = "Delen"
        for number in range(people):
            make_person(session, name=f"Collega {number}", school=school)
    lines = [f"Persoon {n};persoon{n}@example.org;leraar;nl;{'Delen' if n % 2 else ''}" for n in range(people)]
    data = "\r\n".join(["naam;e-mailadres;rol;taal;cohort", *lines]).encode()
    run_pending(database, settings)  # what is periodic
    times = {}

    start = time.perf_counter()
    sheet = read_sheet(data)
    times["read the file"] = time.perf_counter() - start
    start = time.perf_counter()
    with database.write() as session:
        scope = open_scope_for(session, mirjam)
        roster = rosters.keep_roster(scope, school.id, rosters.check_sheet(scope, school.id, sheet))
    times["check and keep it"] = time.perf_counter() - start
    start = time.perf_counter()
    with database.write() as session:
        roster_importing.confirm(open_scope_for(session, mirjam), school.id, roster)
    run_pending(database, settings)
    times["invite everybody, without a mail server"] = time.perf_counter() - start
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Mail)) == people
        assert session.scalar(select(func.count()).where(Person.invited_email.like("persoon%"))) == people
    start = time.perf_counter()
    with database.write() as session:
        assert roster_importing.undo(open_scope_for(session, mirjam, now=clock.now()), school.id, roster) == (people, 0)
    times["take it back"] = time.perf_counter() - start
    return times


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    for what, seconds in measure(asked, sys.argv[2] if len(sys.argv) > 2 else "sqlite").items():
        print(f"{seconds:7.2f} s  {what}")
