"""A small school for the tests of accounts: people with real passwords, and an administrator."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portfolio.db import Database
from portfolio.jobs.loading import load_handlers
from portfolio.jobs.worker import run_pending
from portfolio.notices.models import Mail
from portfolio.people.models import Person, School
from portfolio.people.passwords import hash_password
from portfolio.testing import PASSWORD, make_person, make_school, post

load_handlers()
NEW = "vier losse woorden hier"


@functools.cache
def known_hash() -> str:
    """The hash of PASSWORD, made once: argon2 is slow on purpose."""
    return hash_password(PASSWORD)


@dataclass(frozen=True)
class World:
    """Who there is."""

    fenna: Person
    mirjam: Person
    school: School


def make_world(database: Database) -> World:
    """Fenna, a teacher, and Mirjam, administrator of her school; both sign in with PASSWORD."""
    with database.write() as session:
        school = make_school(session)
        fenna = make_person(session, name="Fenna Voorbeeld", email="fenna@example.org", school=school)
        mirjam = make_person(
            session, name="Mirjam Denkbeeld", email="mirjam@example.org", school=school, role="administrator"
        )
        fenna.password_hash = mirjam.password_hash = known_hash()
        fenna.language = mirjam.language = "en"
    return World(fenna, mirjam, school)


def make_paper_person(database: Database, world: World, *, name: str = "Gijs Papier", used: bool = True) -> Person:
    """Somebody at the school without e-mail, with the sign-in name gijs."""
    with database.write() as session:
        person = make_person(session, name=name, school=session.merge(world.school), used=used)
        person.email, person.sign_in_name, person.password_hash = None, "gijs", known_hash() if used else ""
        person.language = "en"
    return person


def log_in(client: Any, who: str, password: str = PASSWORD, **more: str) -> Any:
    """Sign in by the form."""
    client.set_cookie("language", "en")
    return post(client, "/sign-in", {"email": who, "password": password, **more})


def is_signed_in(client: Any) -> bool:
    """Whether the account page opens."""
    return bool(client.get("/account").status_code == 200)


def mails(database: Database) -> list[Mail]:
    """What lies in the outbox, oldest first."""
    with database.read() as session:
        return list(session.scalars(select(Mail).order_by(Mail.created_at, Mail.id)))


def do_jobs(client: Any) -> None:
    """Let the worker do what is due."""
    run_pending(client.application.database, client.application.settings)


def link_in(text: str) -> str:
    """The path of the link in a mail."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found is not None, text
    return found[1]
