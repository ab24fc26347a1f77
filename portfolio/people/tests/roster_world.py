"""A school with a file of people to invite, for the tests of that."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portfolio.clock import now
from portfolio.db import Database
from portfolio.jobs.worker import run_pending
from portfolio.people import roster_importing, rosters
from portfolio.people.models import Person, School
from portfolio.people.roster import read_sheet
from portfolio.people.tests.accounts_world import World, make_world
from portfolio.settings import Settings
from portfolio.testing import open_scope_for


def sheet_of(*names: str, more: str = "") -> str:
    """A file with these people, each at an address of their own."""
    return "naam;e-mail\n" + "".join(f"{name};{name.lower()}@example.org\n" for name in names) + more


@dataclass
class Office:
    """What an administrator does with files, each step a transaction."""

    database: Database
    settings: Settings
    world: World

    @property
    def school(self) -> School:
        """Mirjam's school."""
        return self.world.school

    def do(self, what: Any, *args: Any, by: Person | None = None, at: dt.datetime | None = None, **more: Any) -> Any:
        """A service of hers (or another's) about her school."""
        with self.database.write() as session:
            return what(open_scope_for(session, by or self.world.mirjam, now=at), self.school.id, *args, **more)

    def look(self, text: str, *, by: Person | None = None, form_id: uuid.UUID | None = None) -> uuid.UUID:
        """Keep a file to be looked at."""
        checked = self.do(rosters.check_sheet, read_sheet(text.encode()), by=by)
        found: uuid.UUID = self.do(rosters.keep_roster, checked, by=by, form_id=form_id)
        return found

    def confirm(self, text: str, *, by: Person | None = None) -> uuid.UUID:
        """Look at a file and say yes."""
        roster = self.look(text, by=by)
        self.do(roster_importing.confirm, roster, by=by)
        return roster

    def facts(self, roster: uuid.UUID, **more: Any) -> rosters.RosterFacts:
        """How far it is."""
        found: rosters.RosterFacts = self.do(rosters.get_roster, roster, **more)
        return found

    def undo(self, roster: uuid.UUID, **more: Any) -> tuple[int, int]:
        """Take it back."""
        found: tuple[int, int] = self.do(roster_importing.undo, roster, **more)
        return found

    def work(self, after: dt.timedelta | None = None) -> None:
        """Let a worker do what is due, or would be after a while."""
        run_pending(self.database, self.settings, now() + after if after else None)

    def invited(self) -> list[str]:
        """The addresses of who has not begun, each as often as there is a row of it."""
        with self.database.read() as session:
            found = session.scalars(select(Person.invited_email).where(Person.invited_email.is_not(None)))
            return sorted(str(address) for address in found)


def make_office(database: Database, settings: Settings) -> Office:
    """The school of the tests of accounts."""
    return Office(database, settings, make_world(database))
