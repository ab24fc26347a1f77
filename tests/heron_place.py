"""Somebody wrote with a plugin and shared it; then the plugin is switched off, or its folder goes."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text, update

from portfolio import clock
from portfolio.app import App, create_app
from portfolio.db import Database
from portfolio.entries.models import Share
from portfolio.people.models import Coaching, Person, Switch
from portfolio.settings import Settings
from portfolio.testing import make_coaching, make_person, post, sign_in
from tests.demo_loading import NAME, Teacher, demo_app, make_teacher

TITLE = "Een reiger aan de waterkant"
DAY = dt.timedelta(days=1)


@dataclass
class Place:
    """Fenna wrote a heron twice over and shared it with Ruben, her coach; he asked something."""

    app: App
    settings: Settings
    fenna: Teacher
    ruben: Person
    coaching: Coaching
    entry: uuid.UUID
    share: uuid.UUID
    comment: str

    @property
    def database(self) -> Database:
        return self.app.database

    def at(self, rest: str = "") -> str:
        """The address of the heron, or of a page about it."""
        return f"/p/{self.fenna.portfolio}/{NAME}/{self.entry}/{rest}"

    def browser(self, who: Any = None) -> Any:
        return sign_in(self.app.test_client(), who or self.fenna.person)

    def switch_off(self) -> None:
        with self.database.write() as session:
            session.execute(update(Switch).values(until=clock.today() - DAY))

    def take_away(self) -> None:
        """The folder goes; the switch runs on."""
        self.app = create_app(self.settings, database=self.database)


def make_place(database: Database, settings: Settings) -> Place:
    """The people, the heron and what was said."""
    app = demo_app(database, settings)
    fenna = make_teacher(database)
    client = sign_in(app.test_client(), fenna.person)
    typed = {"title": TITLE, "happened_on": "2026-05-04", "seen": "0", "place": "In de sloot"}
    kept = post(client, f"/p/{fenna.portfolio}/{NAME}/new/heron", typed)
    entry = uuid.UUID(kept.location.rstrip("/").rpartition("/")[2])
    post(client, f"{kept.location}edit", typed | {"seen": "1", "place": "Op het dak"})
    with database.write() as session:
        ruben = make_person(session, name="Ruben Voorbeeld")
        coaching = make_coaching(session, ruben, fenna.person)
    post(client, f"{kept.location}shares", {"target": f"coaching:{coaching.id}"})
    question = {"kind": "question", "body": "Hoe lang?"}
    asked = post(sign_in(app.test_client(), ruben), f"{kept.location}comments", question)
    assert asked.status_code == 303
    with database.read() as session:
        share = session.scalars(select(Share.id)).one()
        comment = str(session.execute(text("SELECT id FROM comment")).scalar_one())
    return Place(app, settings, fenna, ruben, coaching, entry, share, str(uuid.UUID(comment)))
