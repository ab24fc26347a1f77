"""Yara, Fenna, Daan and two others are a group; Hanne leads Fenna, Mirjam administers her school, Ruben coaches.

Only Fenna's school has it switched on: the others have it by being in the group.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
from portfolio_plugins.intervisie.settings import NAME

from portfolio.clock import today
from portfolio.db import Database
from portfolio.people.models import Circle, Cohort, Person
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

MEMBERS = ("Yara Doenalsof", "Fenna Voorbeeld", "Daan Zogenaamd", "Noor Bedenksel", "Sem Verzinsel")
OTHERS = ("Hanne Fictema", "Mirjam Bedacht", "Ruben Denkbeeld", "Lotte Proefstra")


@dataclass
class People:
    """Who is there, by first name in lower case; and the group."""

    app: Any
    circle: Circle
    cohort: Cohort
    place: uuid.UUID
    """The group's portfolio."""
    persons: dict[str, Person] = field(default_factory=dict)
    portfolios: dict[str, uuid.UUID] = field(default_factory=dict)
    browsers: dict[str, Any] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        found: Database = self.app.database
        return found

    @property
    def group(self) -> str:
        """The first page of the group."""
        return f"{self.home}group"

    @property
    def home(self) -> str:
        """Where the group's pages lie."""
        return f"/p/{self.place}/{NAME}/"

    def own(self, who: str) -> str:
        """Where somebody's own pages lie."""
        return f"/p/{self.portfolios[who]}/{NAME}/"

    def browser(self, who: str) -> Any:
        """Somebody's browser, signed in."""
        if who not in self.browsers:
            self.browsers[who] = sign_in(self.app.test_client(), self.persons[who])
        return self.browsers[who]

    def browsers_of(self, roles: tuple[str, ...]) -> dict[str, Any]:
        """The browser of each; "anonymous" isn't signed in."""
        return {one: self.browser(one) if one in self.persons else self.app.test_client() for one in roles}

    def scope(self, session: Any, who: str, *, now: dt.datetime | None = None) -> Any:
        """The scope of somebody at a page of the group."""
        person = session.get_one(Person, self.persons[who].id)
        found = open_scope_for(session, person, now=now)
        found.portfolio_id = self.place
        return found

    def plan(self, who: str = "fenna", **more: Any) -> str:
        """A session planned by somebody, with roles by first name; its address."""
        for role in ("facilitator", "timekeeper", "case_owner", "observer"):
            if role in more:
                more[role] = str(self.persons[more[role]].id)
        form = {"day": (today() + dt.timedelta(days=7)).isoformat(), "method": "incident_kort", **more}
        answer = post(self.browser(who), f"{self.home}sessions/new", form)
        assert answer.status_code == 303, answer.text
        return str(answer.location)


@pytest.fixture
def people(app: Any) -> People:
    """The world of these tests."""
    with app.database.write() as session:
        school, elsewhere = make_school(session), make_school(session, name="Basisschool Het Luchtkasteel")
        members = [make_person(session, name=name, school=elsewhere) for name in MEMBERS]
        others = [
            make_person(session, name=name, school=school, role="administrator" if "Mirjam" in name else "teacher")
            for name in OTHERS
        ]
        cohort = make_cohort(session, school, members[1], *others)
        make_switch(session, cohort, NAME)
        circle = make_circle(session, *members, home=cohort)
        place = portfolio_of(session, circle=circle)
        found = People(app, circle, cohort, place.id)
        for person in (*members, *others):
            name = person.name.split()[0].lower()
            found.persons[name], found.portfolios[name] = person, portfolio_of(session, person).id
        make_coaching(session, found.persons["ruben"], found.persons["fenna"])
        make_leadership(session, found.persons["hanne"], found.persons["fenna"], school=school)
        session.flush()
        return found
