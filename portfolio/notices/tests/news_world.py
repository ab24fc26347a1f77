"""The small world of the entries, with what its people do to each other, and what each finds in their news."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

from sqlalchemy import select

from portfolio.db import Database
from portfolio.entries import commenting, sharing
from portfolio.entries.tests.entries_world import World, browser, words
from portfolio.jobs.worker import run_pending
from portfolio.notices.models import Mail, Notice
from portfolio.people.models import Person
from portfolio.sections.goals.kinds import Goal
from portfolio.settings import Settings

NEWS = re.compile(r'<li class="news__line[^>]*>(.*?)</li>', re.DOTALL)


def say(world: World, by: Person, entry: uuid.UUID, body: str = "Waarom?", *, now: dt.datetime | None = None) -> Any:
    """Somebody writes about an entry; returns the comment's id."""
    with world.scope(by, now=now) as scope:
        return commenting.add_comment(scope, entry, "question", body)


def share(world: World, entry: uuid.UUID, target: str, *, now: dt.datetime | None = None) -> uuid.UUID:
    """Fenna shares an entry with `coach` or `circle`; returns the share's id."""
    code = {"coach": f"coaching:{world.coaching.id}", "circle": f"circle:{world.circle.id}"}[target]
    with world.scope(world.fenna, now=now) as scope:
        return sharing.share_entry(scope, entry, Goal, code, None)


def read_news(app: Any, person: Person) -> list[str]:
    """The lines somebody finds, in English; they are read then."""
    page = browser(app, person).get("/news")
    assert page.status_code == 200
    return [words(line) for line in NEWS.findall(page.text)]


def texts(lines: list[str]) -> list[str]:
    """Of lines, what they say: without "new" and the moment."""
    return [re.sub(r"( new)? \d+ \w+ \d{4}, \d\d:\d\d$", "", line) for line in lines]


def notices_of(database: Database, person: Person) -> list[Notice]:
    """The rows, whether or not they are shown."""
    with database.read() as session:
        return list(session.scalars(select(Notice).where(Notice.person_id == person.id)))


def mails_to(database: Database, settings: Settings, person: Person, *, until: dt.datetime) -> list[Mail]:
    """All mails somebody was ever sent by the moment `until`, by workers that did all there was to do."""
    run_pending(database, settings, until=until)
    run_pending(database, settings, until=until)
    with database.read() as session:
        return list(session.scalars(select(Mail).where(Mail.person_id == person.id).order_by(Mail.created_at)))
