"""Switch a plugin on in the demo world, for who is writing it. At a school that takes its own page and its consent."""

from __future__ import annotations

from sqlalchemy import select

from portfolio import clock
from portfolio.db import Database
from portfolio.demo_guard import is_demo_database
from portfolio.people.models import Cohort, CohortMember, Person, Switch
from portfolio.people.switching import switch_on


class NoDemo(Exception):
    """The database isn't a demo, where the people are made up."""


def check_demo(database: Database) -> None:
    """Raises NoDemo for any database but a demo's."""
    if not is_demo_database(database):
        raise NoDemo("This is no demo. At a school, the administrator switches plugins on.")


def switch_on_in_demo(database: Database, plugin: str) -> list[str]:
    """Switch a plugin on from today in every cohort of a demo that hasn't; returns the names of whom it is on for.

    Raises NoDemo for any other database.
    """
    check_demo(database)
    today = clock.today()
    with database.write() as session:
        running = select(Switch.cohort_id).where(Switch.plugin == plugin, Switch.running(today))
        planned = select(Switch.cohort_id).where(Switch.plugin == plugin, Switch.not_over(today))
        for cohort in session.scalars(select(Cohort).where(Cohort.running(today), Cohort.id.not_in(planned))):
            switch_on(session, cohort.id, plugin, today)
        names = select(Person.name).join(CohortMember, CohortMember.person_id == Person.id)
        on = names.where(CohortMember.running(today), CohortMember.cohort_id.in_(running)).distinct()
        return sorted(session.scalars(on))
