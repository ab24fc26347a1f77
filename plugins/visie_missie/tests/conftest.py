"""Fenna writes, Ruben coaches her, Hanne leads her; all three are in a cohort where the plugin is on."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from portfolio_plugins.visie_missie.service import NAME

from portfolio.clock import today
from portfolio.db import Database
from portfolio.entries import writing
from portfolio.entries.kinds import Draft
from portfolio.people.models import Person
from portfolio.testing import (
    make_coaching,
    make_cohort,
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
    ruben: Person
    hanne: Person
    portfolio: uuid.UUID

    @property
    def database(self) -> Database:
        found: Database = self.app.database
        return found

    @property
    def home(self) -> str:
        """The first page of the plugin in Fenna's portfolio."""
        return f"/p/{self.portfolio}/{NAME}/"

    def next(self, version: Any) -> str:
        """The form of a version that goes on from this one."""
        return f"{self.home}new/vision?from={version}&as=continues"

    def browser(self, person: Person) -> Any:
        """Somebody's browser, signed in."""
        return sign_in(self.app.test_client(), person)

    def write(self, kind: str, title: str, day: dt.date | None = None, **rest: Any) -> uuid.UUID:
        """Something Fenna wrote; of `rest`, ids are links and the other values are content."""
        cls = self.app.registry.kinds[kind]
        links = {name: [value] for name, value in rest.items() if isinstance(value, uuid.UUID)}
        content = {name: value for name, value in rest.items() if name not in links}
        with self.database.write() as session:
            scope = open_scope_for(session, session.get_one(Person, self.fenna.id))
            draft = Draft(title, day or today(), None, None, cls.empty() | content, 0)
            return writing.create_entry(scope, NAME, cls, draft, links=links)



@pytest.fixture
def people(app: Any) -> People:
    """The world of these tests."""
    with app.database.write() as session:
        school = make_school(session)
        fenna, ruben, hanne = (
            make_person(session, name=name, school=school)
            for name in ("Fenna Voorbeeld", "Ruben Denkbeeld", "Hanne Fictema")
        )
        make_switch(session, make_cohort(session, school, fenna, ruben, hanne), NAME)
        make_coaching(session, ruben, fenna)
        make_leadership(session, hanne, fenna, school=school)
        return People(app, fenna, ruben, hanne, portfolio_of(session, fenna).id)


@pytest.fixture
def fenna(people: People) -> Any:
    """Fenna's browser."""
    return people.browser(people.fenna)
