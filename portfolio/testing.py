"""A pytest plugin for the core and for plugin authors: real databases, factories, an application and a client.

Load it with `pytest_plugins = ["portfolio.testing"]` (an installed package brings it by entry point). Every test that
asks for `database` runs on SQLite and on PostgreSQL; both are made by migrating, once per process, and then copied.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Table, func, inspect, select
from sqlalchemy.orm import Session

from portfolio import clock, migrate
from portfolio.db import Base, Database
from portfolio.entries.models import CIRCLE, JOINT, PERSON, Entry, Portfolio, PortfolioMember, Revision, Share
from portfolio.gate import Gate
from portfolio.people.models import (
    Circle,
    CircleMember,
    Coaching,
    Cohort,
    CohortMember,
    Leadership,
    Person,
    School,
    SchoolRole,
    Switch,
)
from portfolio.people.passwords import set_cost
from portfolio.plugins import load_registry
from portfolio.scope import Relations, Scope, Viewer, open_scope
from portfolio.settings import Settings
from portfolio.testing_databases import Copies, migrated
from portfolio.testing_postgres import server
from portfolio.testing_rules import write_rules_once
from portfolio.testing_templates import compile_templates_once

pytest.register_assert_rewrite("portfolio.testing_contract", "portfolio.testing_ground")

DIALECTS = ("sqlite", "postgresql")
PASSWORD = "samen-delen-2026"
LONG_AGO = dt.date(2020, 8, 1)


def pytest_configure() -> None:
    """Let a password cost a test next to nothing: the same argon2id, with the least it takes; and applications less."""
    write_rules_once()
    compile_templates_once()
    set_cost(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def _sqlite_copies(tmp_path_factory: pytest.TempPathFactory) -> Copies:
    folder = tmp_path_factory.mktemp("databases")
    return Copies(migrated(f"sqlite:///{folder / 'template.sqlite'}"), folder)


@pytest.fixture(scope="session")
def _postgresql_copies(tmp_path_factory: pytest.TempPathFactory) -> Copies:
    return Copies(migrated(server().create_database()), tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def _sqlite_with_plugins(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("databases") / "with-plugins.sqlite"
    return migrated(f"sqlite:///{path}", load_registry(raising=True).folders)


@pytest.fixture(scope="session")
def _postgresql_with_plugins() -> str:
    return migrated(server().create_database(), load_registry(raising=True).folders)


@pytest.fixture(params=DIALECTS)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty, migrated database: once on SQLite, once on PostgreSQL; with the plugins' tables for who has `app`."""
    copies: Copies = request.getfixturevalue(f"_{request.param}_copies")
    with_plugins = "app" in request.fixturenames
    yield copies.make(request.getfixturevalue(f"_{request.param}_with_plugins") if with_plugins else "")
    copies.drop()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session, rolled back at the end unless the test commits."""
    with database.writing() as found:
        yield found


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """Settings of an application on `database`."""
    return Settings(data=tmp_path, database_url=database.url, secret_key="0" * 40, testing=True)


@pytest.fixture
def app(database: Database, settings: Settings) -> Iterator[Any]:
    """The application on `database`, with every section and plugin there is, and the plugins' own tables."""
    from portfolio.app import create_app

    found = create_app(settings, database=database)
    migrate.upgrade(database, migrate.lines(found.registry.folders))
    yield found


@pytest.fixture
def client(app: Any) -> Any:
    """A browser without JavaScript, signed out."""
    return app.test_client()


def sign_in(client: Any, person: Person) -> Any:
    """Have `client` be signed in as `person`, without paying for a password; returns the client."""
    from portfolio.people.sessions import start_sign_in

    app = client.application
    with app.database.write() as session:
        token = start_sign_in(session, person.id, browser="test", now=clock.now(), settings=app.settings)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client


def post(client: Any, url: str, data: dict[str, Any] | None = None, **kw: Any) -> Any:
    """Send a form with the proof against forgery that its page would carry, signed as Flask-WTF does."""
    with client.session_transaction() as cookie:
        raw = cookie.setdefault("csrf_token", secrets.token_hex(20))
    token = URLSafeTimedSerializer(client.application.secret_key, salt="wtf-csrf-token").dumps(raw)
    return client.post(url, data={"csrf_token": token, **(data or {})}, **kw)


def tables_of(session: Session) -> list[Table]:
    """The tables this database has; a plugin that another test loaded may have declared more."""
    there = set(inspect(session.connection()).get_table_names())
    return [table for table in Base.metadata.sorted_tables if table.name in there]


def count_rows(session: Session) -> dict[str, int]:
    """How many rows each table of this database has, by the table's name."""
    return {
        table.name: session.scalars(select(func.count()).select_from(table)).one() for table in tables_of(session)
    }


def open_scope_for(session: Session, person: Person, *, now: dt.datetime | None = None, **gate: Any) -> Scope:
    """A scope for `person`, with the three sections on and what their cohorts switch on.

    `gate` may say what is `always` on, and what more is `installed` than that and what is on for this person.
    """

    def gate_of(relations: Relations) -> Gate:
        always = frozenset(gate.get("always", ("goals", "evidence", "reflections")))
        in_circles = frozenset(gate.get("in_circles", relations.on_by_circle))
        switched = relations.switched_on | (relations.on_by_circle & in_circles)
        installed = always | switched | {plugin for _, plugin in relations.on_at} | set(gate.get("installed", ()))
        return Gate(
            always=always,
            installed=frozenset(installed),
            switched=switched,
            wrote_in=relations.wrote_in,
            switched_at=relations.on_at,
            in_circles=in_circles,
        )

    scope = open_scope(session, Viewer(person.id, person.name, person.language), gate_of, now)
    scope.writing = True
    return scope


def make_school(session: Session, *, name: str = "Lyceum De Papieren Brug") -> School:
    """A school."""
    school = School(name=name)
    session.add(school)
    session.flush()
    return school


def make_person(
    session: Session, *, name: str = "Fenna Voorbeeld", email: str | None = None, school: School | None = None,
    role: str = "teacher", used: bool = True,
) -> Person:  # fmt: skip
    """Somebody with a portfolio of their own; at `school`, if given, in `role`. With used=False only invited."""
    person = Person(name=name, created_at=clock.now())
    address = email or f"{uuid.uuid4().hex[:12]}@example.org"
    person.email, person.invited_email = (address, None) if used else (None, address)
    person.used_at = clock.now() if used else None
    session.add(person)
    session.flush()
    session.add(Portfolio(kind=PERSON, person_id=person.id))
    if school is not None:
        session.add(SchoolRole(person_id=person.id, school_id=school.id, role=role, since=LONG_AGO))
    session.flush()
    return person


def portfolio_of(session: Session, person: Person | None = None, *, circle: Circle | None = None) -> Portfolio:
    """Somebody's own portfolio, or a circle's."""
    whose = Portfolio.circle_id == circle.id if circle else Portfolio.person_id == (person.id if person else None)
    return session.scalars(select(Portfolio).where(whose)).one()


def make_leadership(
    session: Session, leader: Person, teacher: Person, *, school: School | None = None,
    since: dt.date = LONG_AGO, until: dt.date | None = None,
) -> Leadership:  # fmt: skip
    """`leader` is the leader of `teacher`."""
    school = school or make_school(session)
    found = Leadership(leader_id=leader.id, teacher_id=teacher.id, school_id=school.id, since=since, until=until)
    session.add(found)
    session.flush()
    return found


def make_coaching(
    session: Session, coach: Person, teacher: Person, *, since: dt.date = LONG_AGO, until: dt.date | None = None,
    accepted: bool = True,
) -> Coaching:  # fmt: skip
    """`coach` is assigned to `teacher`, who agreed unless told otherwise."""
    found = Coaching(coach_id=coach.id, teacher_id=teacher.id, since=since, until=until)
    found.accepted_at = clock.now() if accepted else None
    session.add(found)
    session.flush()
    return found


def make_circle(
    session: Session, *members: Person, name: str = "Buitenspiegel", since: dt.date = LONG_AGO,
    home: Cohort | None = None,
) -> Circle:  # fmt: skip
    """A circle whose members all accepted, with its portfolio; what is on in its home cohort, is on there."""
    circle = Circle(name=name, created_at=clock.now())
    session.add(circle)
    session.flush()
    session.add(Portfolio(kind=CIRCLE, circle_id=circle.id, cohort_id=home.id if home else None))
    for member in members:
        session.add(CircleMember(circle_id=circle.id, person_id=member.id, since=since, accepted_at=clock.now()))
    session.flush()
    return circle


def make_joint(
    session: Session, *members: Person, since: dt.date = LONG_AGO, home: Cohort | None = None
) -> Portfolio:
    """A joint portfolio of named members; what is on in its home cohort, is on there."""
    found = Portfolio(kind=JOINT, cohort_id=home.id if home else None)
    session.add(found)
    session.flush()
    for member in members:
        session.add(PortfolioMember(portfolio_id=found.id, person_id=member.id, since=since))
    session.flush()
    return found


def make_cohort(session: Session, school: School, *members: Person, since: dt.date = LONG_AGO) -> Cohort:
    """A cohort of a school with members."""
    cohort = Cohort(school_id=school.id, name="Delen van leiderschap 1", since=since)
    session.add(cohort)
    session.flush()
    for member in members:
        session.add(CohortMember(cohort_id=cohort.id, school_id=school.id, person_id=member.id, since=since))
    session.flush()
    return cohort


def make_switch(
    session: Session, cohort: Cohort, plugin: str, *, since: dt.date = LONG_AGO, until: dt.date | None = None,
    after: Switch | None = None,
) -> Switch:  # fmt: skip
    """A plugin is on in a cohort; `after` another switch, whose chain it goes on with."""
    found = Switch(cohort_id=cohort.id, plugin=plugin, since=since, until=until)
    if after is not None:
        found.chain = after.chain
    session.add(found)
    session.flush()
    return found


@dataclass(frozen=True)
class Participant:
    """A teacher with their own portfolio, in a cohort where plugins are on."""

    person: Person
    portfolio: uuid.UUID
    school: School


def make_participant(session: Session, *plugins: str, name: str = "Fenna Voorbeeld") -> Participant:
    """A teacher in a cohort of a school of their own, in which `plugins` are on."""
    school = make_school(session)
    person = make_person(session, name=name, school=school)
    cohort = make_cohort(session, school, person)
    for plugin in plugins:
        make_switch(session, cohort, plugin)
    return Participant(person, portfolio_of(session, person).id, school)


def make_entry(
    session: Session, author: Person, *, kind: str = "goal", plugin: str = "goals", title: str = "Ruimte maken",
    content: dict[str, Any] | None = None, portfolio: Portfolio | None = None, happened_on: dt.date | None = None,
    audience: str = "portfolio", opens_at: dt.datetime | None = None, closes_at: dt.datetime | None = None,
    deleted: bool = False,
) -> Entry:  # fmt: skip
    """An entry with one revision, written straight into the tables. For text use a service instead."""
    now = clock.now()
    portfolio = portfolio or portfolio_of(session, author)
    day = happened_on or clock.day_of(now)
    entry = Entry(
        portfolio_id=portfolio.id, author_id=author.id, plugin=plugin, kind=kind, title=title, happened_on=day,
        audience=audience, opens_at=opens_at, closes_at=closes_at, created_at=now, updated_at=now,
        deleted_at=now if deleted else None,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    session.add(
        Revision(
            entry_id=entry.id, number=1, author_id=author.id, title=title, happened_on=day,
            content=content or {}, sha256="0" * 64, created_at=now,
        )  # fmt: skip
    )
    session.flush()
    return entry


def make_share(
    session: Session, entry: Entry, *, person: Person | None = None, coaching: Coaching | None = None,
    circle: Circle | None = None, since: dt.date = LONG_AGO, until: dt.date | None = None,
    switch: Switch | None = None,
) -> Share:  # fmt: skip
    """A share of an entry with exactly one of person, coaching or circle; of a plugin's entry, made under a switch."""
    found = Share(
        entry_id=entry.id, chain=switch.chain if switch else None, since=since, until=until, shared_at=clock.now(),
        person_id=person.id if person else None,
        coaching_id=coaching.id if coaching else None,
        circle_id=circle.id if circle else None,
    )  # fmt: skip
    session.add(found)
    session.flush()
    return found
