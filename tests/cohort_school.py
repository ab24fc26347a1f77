"""A school with an administrator, two teachers and a cohort, made through the pages; and how they are used."""

from __future__ import annotations

import datetime as dt
from typing import Any

from portfolio import clock
from portfolio.db import Database
from portfolio.settings import Settings
from portfolio.testing import make_person, make_school, portfolio_of, post, sign_in
from tests.demo_loading import NAME, demo_app

TODAY = clock.today()
DAY = dt.timedelta(days=1)
NEXT_YEAR = clock.SchoolYear(clock.SchoolYear.of(TODAY).start_year + 1)
FOLLOWS = {
    "consent": "Besluit PMR 12", "consent_day": "2026-06-01", "dpia": "", "dpia_day": (TODAY + 30 * DAY).isoformat(),
    "processing": "Overeenkomst 7", "processing_day": "2026-05-01",
}  # fmt: skip


class School:
    """Mirjam administers a school at which Fenna and Idris teach; the demo plugin is installed."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.app = demo_app(database, settings)
        self.database = database
        with database.write() as session:
            school = make_school(session)
            self.school, self.id = school, school.id
            self.fenna = make_person(session, school=school)
            self.idris = make_person(session, name="Idris Voorbeeld", school=school)
            self.mirjam = make_person(session, name="Mirjam Voorbeeld", school=school, role="administrator")
            self.portfolio = portfolio_of(session, self.fenna).id
            for person in (self.fenna, self.idris, self.mirjam):
                person.language = "en"
        self.admin = self.browser(self.mirjam)
        made = post(self.admin, f"/s/{self.id}/cohorts", {"name": "Delen 1", "since": TODAY.isoformat()})
        assert made.status_code == 303, made.text
        self.cohort = made.location

    def browser(self, who: Any) -> Any:
        """Somebody's browser, signed in."""
        return sign_in(self.app.test_client(), who)

    def add(self, who: Any, **changed: str) -> int:
        """Somebody takes part from today on; the answer's status."""
        data = {"person": str(who.id), "role": "participant", "since": TODAY.isoformat()} | changed
        return post(self.admin, f"{self.cohort}members/new", data).status_code

    def arrange(self, **changed: str) -> Any:
        """Say what is arranged."""
        return post(self.admin, f"{self.cohort}arranged", FOLLOWS | changed)

    def switch_on(self, **changed: str) -> Any:
        """Switch the demo plugin on."""
        data = {"since": TODAY.isoformat(), "how_many": "all"} | changed
        return post(self.admin, f"{self.cohort}on/{NAME}", data)
