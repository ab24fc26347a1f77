"""Databases to migrate: an empty one, one in which everything stands, and a line that a test may go on."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from portfolio.clock import now
from portfolio.db import Database
from portfolio.entries.models import Attachment, Comment, Link, Reading, Rendered, Revision, StateChange
from portfolio.jobs.models import Job
from portfolio.migrate import CORE, Line
from portfolio.notices.models import Mail, NewsSetting, Notice
from portfolio.testing import DIALECTS, make_circle, make_coaching, make_entry, make_joint, make_person, make_share
from portfolio.testing_postgres import server
from tests.migrations.steps import HEAD


@pytest.fixture(params=DIALECTS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it."""
    url = f"sqlite:///{tmp_path / 'empty.sqlite'}" if request.param == "sqlite" else server().create_database()
    found = Database(url)
    yield found
    found.close()
    if request.param == "postgresql":
        server().drop_database(url)


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """The core's own line, in a folder where a test may add steps."""
    shutil.copytree(HEAD.versions, tmp_path / "versions", ignore=shutil.ignore_patterns("__pycache__"))
    return Line(CORE, tmp_path / "versions")


@pytest.fixture
def filled(database: Database) -> Database:
    """Every table that hangs on an entry has rows."""
    with database.write() as session:
        fenna, lotte, ruben = (make_person(session, name=name) for name in ("Fenna", "Lotte", "Ruben"))
        coaching, circle = make_coaching(session, ruben, fenna), make_circle(session, fenna, lotte)
        entries = [make_entry(session, fenna, title=f"Doel {number}") for number in range(20)]
        make_entry(session, lotte, portfolio=make_joint(session, fenna, lotte))
        for entry in entries:
            make_share(session, entry, coaching=coaching)
            make_share(session, entry, circle=circle)
            make_share(session, entry, person=lotte)
            about = session.scalars(select(Revision.id).where(Revision.entry_id == entry.id)).one()
            facts = {"entry_id": entry.id, "author_id": fenna.id, "happened_on": dt.date(2026, 5, 4)}
            session.add_all(
                [
                    Rendered(revision_id=about, renderer=1, html={"why": "<p>x</p>"}),
                    Revision(number=2, title="Anders", content={}, sha256="1" * 64, created_at=now(), **facts),
                    StateChange(before="idea", after="working", at=now(), **facts),
                    Comment(entry_id=entry.id, revision_id=about, author_id=ruben.id, body="?", written_at=now()),
                    Link(from_id=entry.id, to_id=entries[0].id, type="continues", created_at=now()),
                    Attachment(
                        entry_id=entry.id, filename="a.png", media_type="image/png", size=1, sha256="2", added_at=now()
                    ),
                    Reading(entry_id=entry.id, reader_id=ruben.id, day=dt.date(2026, 5, 4)),
                ]
            )
        told = {"person_id": fenna.id, "kind": "comment", "entry_id": entries[0].id, "actor_id": ruben.id}
        session.add(Notice(bundle="x", since=now(), at=now(), **told))
        session.add(NewsSetting(person_id=fenna.id, rhythms={"comment": "now"}))
        session.add(Job(kind="x", payload={}))
        session.add(Mail(to_address="a@example.org", subject="x", body="y", language="nl", created_at=now()))
    return database
