"""The world of `groups_and_years.py`: two groups with sessions, and two people with years of roles behind them.

Written through the services where there are any, so that a text is rendered as it is in use.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from portfolio_plugins.intervisie.methods import BUNDLED
from portfolio_plugins.intervisie.models import DONE, OPEN, QUESTION, Line, Meeting, Present, SessionEntry
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from benchmarks.pages import Browser
from benchmarks.world import SENTENCES
from portfolio import clock
from portfolio.app import App
from portfolio.entries.kinds import Draft
from portfolio.entries.writing import create_entry
from portfolio.people.models import Cohort, CohortMember, Person
from portfolio.testing import (
    make_circle,
    make_cohort,
    make_person,
    make_school,
    make_switch,
    open_scope_for,
    portfolio_of,
)

PEOPLE, SESSIONS, FEW_SESSIONS, YEARS, LINES = 8, 200, 2, 15, 70
METHOD, QUESTIONS, POSITIONS = "incident_hendriksen", "vragen", "standpunt"
"""The live session's method, a step of it for questions, and the one it is at."""
WORDS = " ".join(SENTENCES)
SINCE = dt.date(2020, 8, 1)


class Someone:
    """A person, what they write, and their browser."""

    def __init__(self, app: App, session: Session, person: Person, cohort: Cohort) -> None:
        self.app, self.person = app, person
        member = CohortMember(cohort_id=cohort.id, school_id=cohort.school_id, person_id=person.id, since=SINCE)
        session.add(member)
        self.home = f"/p/{portfolio_of(session, person).id}"
        self.found: Browser | None = None

    def write(
        self,
        session: Session,
        plugin: str,
        kind: str,
        title: str,
        day: dt.date,
        *,
        place: uuid.UUID | None = None,
        period: tuple[dt.date | None, dt.date | None] = (None, None),
        links: dict[str, list[uuid.UUID]] | None = None,
        **content: Any,
    ) -> uuid.UUID:
        """An entry, as the services write it."""
        cls = self.app.registry.kinds[kind]
        if "place_in" in content:
            content["place"] = content.pop("place_in")
        scope = open_scope_for(session, self.person)
        draft = Draft(title, day, *period, cls.empty() | content, 0)
        return create_entry(scope, plugin, cls, draft, portfolio_id=place, links=links)

    @property
    def browser(self) -> Browser:
        """Signed in."""
        self.found = self.found or Browser(self.app, self.person.id)
        return self.found


class Group:
    """Eight people, where their pages lie, a session that goes on and one that was held."""

    def __init__(self, people: Sequence[Someone], home: str, live: uuid.UUID, held: uuid.UUID) -> None:
        self.people, self.home = people, home
        self.live, self.held = f"{home}/sessions/{live}/live", f"{home}/sessions/{held}/"


class World:
    """Two groups of eight with their sessions, and two people with their years; each with twenty goals."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.today = clock.today()
        with app.database.write() as session:
            school = make_school(session)
            cohort = make_cohort(session, school)
            for name in ("intervisie", "loopbaan"):
                make_switch(session, cohort, name)
            self.many = self._group(session, school, cohort, SESSIONS)
            self.few = self._group(session, school, cohort, FEW_SESSIONS)
            self.long = self._years(session, school, cohort, YEARS)
            self.short = self._years(session, school, cohort, 1)
        with app.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))

    def _person(self, session: Session, name: str, school: Any, cohort: Cohort) -> Someone:
        found = Someone(self.app, session, make_person(session, name=name, school=school), cohort)
        for number in range(20):
            found.write(session, "goals", "goal", f"Doel {number}", self.today, why=WORDS)
        return found

    def _group(self, session: Session, school: Any, cohort: Cohort, sessions: int) -> Group:
        """Eight people; of each session a take-away and an evaluation, a pattern for every ten, and one going on."""
        people = [self._person(session, f"Lid {number} van {sessions}", school, cohort) for number in range(PEOPLE)]
        circle = make_circle(session, *(one.person for one in people), home=cohort)
        place = portfolio_of(session, circle=circle).id
        method = next(method for method in BUNDLED if method.code == METHOD)
        found = []
        for number in range(sessions):
            writer, day = people[number % PEOPLE], self.today - dt.timedelta(days=8 * (number + 1))
            kept = Meeting(
                portfolio_id=place, day=day, closes_on=day + dt.timedelta(days=28), method=METHOD,
                frozen=method.frozen(), state=DONE, case_owner_id=writer.person.id,
            )  # fmt: skip
            session.add(kept)
            session.flush()
            found.append(kept.id)
            for kind, where in (("take_away", None), ("evaluation", place)):
                name = f"intervisie_{kind}"
                entry = writer.write(session, "intervisie", name, f"Van {number}", day, place=where)
                session.add(SessionEntry(session_id=kept.id, entry_id=entry, what=kind))
        for first in range(0, sessions, 10):
            entry = people[0].write(
                session, "intervisie", "intervisie_pattern", f"Patroon {first}", self.today, place=place, text=WORDS
            )
            tied = [SessionEntry(session_id=one, entry_id=entry, what="pattern") for one in found[first : first + 10]]
            session.add_all(tied)
        live = Meeting(
            portfolio_id=place, day=self.today, closes_on=self.today + dt.timedelta(days=28), method=METHOD,
            frozen=method.frozen(), state=OPEN, case_owner_id=people[0].person.id, facilitator_id=people[1].person.id,
            step=[step.code for step in method.steps].index(POSITIONS), step_began_at=clock.now(),
        )  # fmt: skip
        session.add(live)
        session.flush()
        here = {"session_id": live.id, "step": QUESTIONS, "what": QUESTION, "text": SENTENCES[0]}
        lines = [
            here | {"author_id": people[1 + number % (PEOPLE - 1)].person.id, "written_at": clock.now()}
            for number in range(LINES)
        ]
        session.execute(insert(Line), lines)
        there = [{"session_id": live.id, "person_id": one.person.id, "came_at": clock.now()} for one in people]
        session.execute(insert(Present), there)
        return Group(people, f"/p/{place}/intervisie", live.id, found[0])

    def _years(self, session: Session, school: Any, cohort: Cohort, years: int) -> Someone:
        """Of each year two roles, a move, and one of all else that stands in the picture; a week and its energy."""
        found = self._person(session, f"Fenna {years}", school, cohort)

        def write(kind: str, title: str, day: dt.date, **content: Any) -> uuid.UUID:
            return found.write(session, "loopbaan", kind, title, day, **content)

        for number in range(years):
            day = self.today.replace(day=1) - dt.timedelta(days=365 * number)
            ended = day + dt.timedelta(days=700) if number > 1 else None
            role = write("role_held", f"Rol {number}", day, period=(day, ended), formality="formal", story=WORDS)
            write("role_held", f"Vraag {number}", day, period=(day, ended), links={"continues": [role]}, story=WORDS)
            write("career_move", f"Beweging {number}", day, links={"about_role": [role]}, image="rings", why=WORDS)
            write("orientation", f"Kijken {number}", day, what="day", saw=WORDS)
            write("leadership_moment", f"Moment {number}", day, place_in="formal_one", scene=WORDS)
            write("words_received", f"Woorden {number}", day, words=WORDS)
            said = write("spoken_ambition", f"Ambitie {number}", day, text=WORDS)
            write("private_ambition", f"Stil {number}", day, links={"beneath": [said]}, text=WORDS)
            parts = [{"what": "Lesgeven", "days": "3"}, {"what": "Ontwikkelen", "days": "1"}]
            week = write("time_division", f"Week {number}", day, period=(day, ended), parts=parts)
            write("energy_note", f"Energie {number}", day, links={"about_time": [week]}, text=WORDS)
        return found
