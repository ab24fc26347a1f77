"""Hanne leads Fenna and Idris; the two of Hanne and Fenna have opened what is theirs together. Ruben coaches Fenna."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
from portfolio_plugins.ontwikkelgesprek.settings import NAME

from portfolio.clock import now, today
from portfolio.db import Database
from portfolio.entries import writing
from portfolio.entries.kinds import Draft
from portfolio.entries.models import Entry
from portfolio.entries.purging import purge_snapshots
from portfolio.jobs.service import JobContext
from portfolio.people.models import Cohort, Leadership, Person, School
from portfolio.testing import (
    make_circle,
    make_coaching,
    make_cohort,
    make_leadership,
    make_person,
    make_school,
    make_switch,
    open_scope_for,
    portfolio_of,
    post,
    sign_in,
)

NAMES = ("Fenna Voorbeeld", "Idris Verzonnen", "Lotte Proefstra", "Ruben Denkbeeld", "Hanne Fictema")


@dataclass
class People:
    """Who is there, by first name in lower case; and what Fenna and Hanne have together."""

    app: Any
    school: School
    cohort: Cohort
    leadership: Leadership
    place: uuid.UUID = field(default_factory=uuid.uuid4)
    persons: dict[str, Person] = field(default_factory=dict)
    portfolios: dict[str, uuid.UUID] = field(default_factory=dict)
    browsers: dict[str, Any] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        found: Database = self.app.database
        return found

    @property
    def home(self) -> str:
        """Where the pages of the two lie."""
        return f"/p/{self.place}/{NAME}/"

    def own(self, who: str) -> str:
        """Where somebody's own pages lie."""
        return f"/p/{self.portfolios[who]}/{NAME}/"

    def browser(self, who: str) -> Any:
        """Somebody's browser, signed in; "anonymous" isn't."""
        if who == "anonymous":
            return self.app.test_client()
        if who not in self.browsers:
            self.browsers[who] = sign_in(self.app.test_client(), self.persons[who])
        return self.browsers[who]

    def scope(self, session: Any, who: str, *, now: dt.datetime | None = None) -> Any:
        """The scope of somebody at a page of the two."""
        found = open_scope_for(session, session.get_one(Person, self.persons[who].id), now=now)
        found.portfolio_id = self.place
        return found

    def open_together(self, one: str, leadership: Any) -> uuid.UUID:
        """Open what a teacher and their leader have together, as one of them."""
        opened = post(self.browser(one), f"/together/{leadership.id}")
        assert opened.status_code == 303, opened.text
        return uuid.UUID(opened.location.split("/")[2])

    def plan(self, who: str = "fenna", day: dt.date | None = None, **more: str) -> str:
        """A conversation planned by somebody; its address."""
        form = {"kind": "ontwikkelgesprek", "day": (day or today()).isoformat()}
        form |= {"begins_at": "14:30", "place": "Kamer 3"}
        made = post(self.browser(who), f"{self.home}conversations/new", form | more)
        assert made.status_code == 303, made.text
        return str(made.location)

    def prepare(self, talk: str) -> None:
        """Both write something, in their own part."""
        said = {"fenna": {"ambition": "Ik wil starters begeleiden."}, "hanne": {"saw": "Ze vragen jou."}}
        for who, typed in said.items():
            assert self.send(who, f"{talk}prepare", typed).status_code == 303

    def open(self, talk: str) -> None:
        """Both prepare and release."""
        self.prepare(talk)
        for who in ("fenna", "hanne"):
            assert self.send(who, f"{talk}release").status_code == 303

    def report(self, talk: str, text: str = "We hebben teruggekeken.", seen: str = "0") -> Any:
        """Fenna writes or changes the report."""
        return self.send("fenna", f"{talk}report", {"text": text, "happened_on": today().isoformat(), "seen": seen})

    def answer(self, who: str, talk: str, said: str = "agree", note: str = "") -> Any:
        """Somebody answers to what their page shows."""
        seen = re.search(r'name="seen" value="([0-9a-f]{32})"', self.browser(who).get(talk).text)
        return self.send(who, f"{talk}answer", {"answer": said, "note": note, "seen": seen.group(1) if seen else ""})

    def settle(self, talk: str) -> None:
        """Open it, report, and have both agree."""
        self.open(talk)
        assert self.report(talk).status_code == 303
        assert [self.answer(who, talk).status_code for who in ("hanne", "fenna")] == [303, 303]

    def send(self, who: str, address: str, form: dict[str, Any] | None = None) -> Any:
        """A form of somebody's."""
        return post(self.browser(who), address, form or {})

    def write(self, who: str, kind: str, title: str, **content: Any) -> uuid.UUID:
        """An own entry of somebody's."""
        cls = self.app.registry.kinds[kind]
        with self.database.write() as session:
            person = session.get_one(Person, self.persons[who].id)
            scope = open_scope_for(session, person, always=self.app.registry.plugins)
            draft = Draft(title, today(), None, None, cls.empty() | content, 0)
            return writing.create_entry(scope, self.app.registry.owner_of[kind], cls, draft)

    def fresh(self, who: str) -> Any:
        """A browser that signs in now."""
        return sign_in(self.app.test_client(), self.persons[who])

    def run_upkeep(self) -> None:
        """What happens by itself, at this moment."""
        from portfolio_plugins.ontwikkelgesprek import upkeep

        moment = now()
        with self.database.write() as session:
            context = JobContext(self.database, self.app.settings, uuid.uuid4(), None, moment, 1, False)
            upkeep.close_items(session, {}, context)
            purge_snapshots(session, moment)

    def text_of(self, kind: str) -> Entry:
        """The one entry of a kind."""
        from sqlalchemy import select

        with self.database.read() as session:
            return session.scalars(select(Entry).where(Entry.kind == kind)).one()


@pytest.fixture
def people(app: Any) -> People:
    """The world of these tests."""
    with app.database.write() as session:
        school = make_school(session)
        everybody = [make_person(session, name=name, school=school) for name in NAMES]
        fenna, idris, lotte, ruben, hanne = everybody
        mirjam = make_person(session, name="Mirjam Bedacht", school=school, role="administrator")
        cohort = make_cohort(session, school, fenna, idris, lotte, hanne)
        for plugin in (NAME, "visie_missie", "loopbaan"):
            make_switch(session, cohort, plugin)
        leadership = make_leadership(session, hanne, fenna, school=school)
        make_leadership(session, hanne, idris, school=school)
        make_coaching(session, ruben, fenna)
        make_circle(session, fenna, lotte, name="De drie van de koffiehoek")
        found = People(app, school, cohort, leadership)
        for person in (*everybody, mirjam):
            name = person.name.split()[0].lower()
            found.persons[name], found.portfolios[name] = person, portfolio_of(session, person).id
    found.place = found.open_together("hanne", leadership)
    return found
