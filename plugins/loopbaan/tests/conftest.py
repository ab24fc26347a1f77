"""Fenna and Idris write; Ruben coaches Fenna, Hanne leads both, Lotte is in a circle with Fenna, Mirjam administers."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from portfolio_plugins.loopbaan.catalogue import NAME

from portfolio.clock import today
from portfolio.db import Database
from portfolio.entries import writing
from portfolio.entries.kinds import Draft
from portfolio.people.models import Person, Switch
from portfolio.testing import (
    make_circle,
    make_coaching,
    make_cohort,
    make_entry,
    make_leadership,
    make_person,
    make_school,
    make_switch,
    open_scope_for,
    portfolio_of,
    sign_in,
)


@dataclass
class People:
    """Who is there, and their pages."""

    app: Any
    fenna: Person
    idris: Person
    lotte: Person
    ruben: Person
    hanne: Person
    mirjam: Person
    portfolio: uuid.UUID
    circle: uuid.UUID
    coaching: uuid.UUID
    switch: Switch
    """Under which what is shared is read."""

    @property
    def database(self) -> Database:
        found: Database = self.app.database
        return found

    @property
    def home(self) -> str:
        """The first page of the plugin in Fenna's portfolio."""
        return f"/p/{self.portfolio}/{NAME}/"

    def browser(self, person: Person) -> Any:
        """Somebody's browser, signed in."""
        return sign_in(self.app.test_client(), person)

    def home_of(self, person: Person) -> str:
        """The first page of the plugin in somebody's portfolio."""
        with self.database.read() as session:
            return f"/p/{portfolio_of(session, person).id}/{NAME}/"

    def write(
        self,
        kind: str,
        title: str,
        day: dt.date | None = None,
        period: tuple[dt.date | None, dt.date | None] = (None, None),
        **rest: Any,
    ) -> uuid.UUID:
        """Something Fenna wrote; of `rest`, ids are links and the other values are content."""
        cls = self.app.registry.kinds[kind]
        links = {name: [value] for name, value in rest.items() if isinstance(value, uuid.UUID)}
        content = {name: value for name, value in rest.items() if name not in links}
        with self.database.write() as session:
            scope = open_scope_for(session, session.get_one(Person, self.fenna.id))
            draft = Draft(title, day or today(), *period, cls.empty() | content, 0)
            return writing.create_entry(scope, NAME, cls, draft, links=links)

    def goal(self, title: str) -> uuid.UUID:
        """A goal of Fenna's."""
        with self.database.write() as session:
            return make_entry(session, session.get_one(Person, self.fenna.id), title=title).id


@pytest.fixture
def people(app: Any) -> People:
    """The world of these tests."""
    with app.database.write() as session:
        school = make_school(session)
        names = ("Fenna Voorbeeld", "Idris Verzonnen", "Lotte Proefstra", "Ruben Denkbeeld", "Hanne Fictema")
        fenna, idris, lotte, ruben, hanne = (make_person(session, name=name, school=school) for name in names)
        mirjam = make_person(session, name="Mirjam Bedacht", school=school, role="administrator")
        switch = make_switch(session, make_cohort(session, school, fenna, idris, lotte, ruben, hanne), NAME)
        coaching = make_coaching(session, ruben, fenna)
        for teacher in (fenna, idris):
            make_leadership(session, hanne, teacher, school=school)
        circle = make_circle(session, fenna, idris, lotte, name="De drie van de koffiehoek")
        portfolio = portfolio_of(session, fenna).id
        everybody = (fenna, idris, lotte, ruben, hanne, mirjam)
        return People(app, *everybody, portfolio, circle.id, coaching.id, switch)


@pytest.fixture
def fenna(people: People) -> Any:
    """Fenna's browser."""
    return people.browser(people.fenna)
