"""Two for the tests of handing over: a teacher and her leader, with what they have together."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from portfolio.db import Database
from portfolio.entries.snapshots import SnapshotText, list_snapshots, open_snapshots, take_snapshot
from portfolio.entries.tests.entries_world import draft
from portfolio.entries.writing import create_entry
from portfolio.people.models import Person
from portfolio.scope import Scope
from portfolio.sections.goals.kinds import Goal
from portfolio.testing import make_cohort, make_joint, make_leadership, make_person, make_school, open_scope_for

HOLDER = "goals"
"""Whose the snapshots are: a section is always on."""


@dataclass
class Two:
    """Fenna and Hanne, who leads her."""

    database: Database
    fenna: Person
    hanne: Person
    place: uuid.UUID
    about: uuid.UUID
    goal: uuid.UUID
    """Fenna's."""

    @contextmanager
    def scope(self, person: Person, now: dt.datetime | None = None) -> Iterator[Scope]:
        """A write transaction of `person` in what they have together, with what outlives it."""
        with self.database.write() as session:
            scope = open_scope_for(session, person, now=now)
            scope.portfolio_id = self.place
            yield scope
            for write in scope.after:
                write(session)

    def take(self, *fields: str, note: str = "", entry: uuid.UUID | None = None) -> uuid.UUID:
        """Fenna hands over fields of her goal."""
        with self.scope(self.fenna) as scope:
            found = entry or self.goal
            return take_snapshot(scope, found, fields, self.place, self.about, note, kind=Goal, plugin=HOLDER)

    def opened(self, *fields: str, **more: Any) -> uuid.UUID:
        """The same, open to Hanne."""
        found = self.take(*fields, **more)
        with self.scope(self.fenna) as scope:
            open_snapshots(scope, self.about)
        return found

    def read(self, person: Person, now: dt.datetime | None = None) -> list[SnapshotText]:
        """What somebody reads."""
        with self.scope(person, now) as scope:
            return list_snapshots(scope, self.place, self.about)


def make_two(database: Database) -> Two:
    """The two, and a goal of Fenna's."""
    with database.write() as session:
        school = make_school(session)
        fenna, hanne = (make_person(session, name=name, school=school) for name in ("Fenna", "Hanne"))
        make_leadership(session, hanne, fenna, school=school)
        place = make_joint(session, fenna, hanne, home=make_cohort(session, school, fenna)).id
        scope = open_scope_for(session, fenna)
        goal = create_entry(scope, "goals", Goal, draft("Ruimte maken", why="Om **hen**.", first_step="Zwijgen."))
    return Two(database, fenna, hanne, place, uuid.uuid4(), goal)
