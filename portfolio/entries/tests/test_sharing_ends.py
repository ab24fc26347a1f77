"""When a share ends, whatever ends it, the entry is gone for that reader: page, comments, files, line and old links."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from sqlalchemy import select, update

from portfolio import clock
from portfolio.db import Database
from portfolio.entries.models import Attachment, Comment, Share
from portfolio.entries.sharing import end_share, share_entry
from portfolio.entries.tests.entries_world import World, address, browser, make_world
from portfolio.people import circles, coaching, wall
from portfolio.people.models import Person
from portfolio.sections.goals.kinds import Goal
from portfolio.testing import make_leadership, open_scope_for, post


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def _date_passes(world: World) -> None:
    with world.database.write() as session:
        session.execute(update(Share).values(until=clock.today()))


def _owner_stops(world: World) -> None:
    with world.scope(world.fenna) as scope:
        share = scope.session.scalars(select(Share)).one()
        end_share(scope, share.entry_id, share.id)


def _coaching_ends(world: World) -> None:
    with world.scope(world.fenna) as scope:
        coaching.end(scope, world.coaching.id)


def _reader_leaves(world: World) -> None:
    with world.scope(world.idris) as scope:
        circles.leave(scope, world.circle.id)


def _owner_leaves(world: World) -> None:
    with world.scope(world.fenna) as scope:
        circles.leave(scope, world.circle.id)


def _idris_becomes_leader(world: World) -> None:
    with world.database.write() as session:
        make_leadership(session, world.idris, world.fenna, school=world.school, since=clock.today())
        wall.part(session, world.idris.id, world.fenna.id, clock.today())


def _ruben_becomes_leader_by_rows_alone(world: World) -> None:
    with world.database.write() as session:
        make_leadership(session, world.ruben, world.fenna, school=world.school, since=clock.today())


ENDS = {
    "date": ("person", "idris", _date_passes),
    "word": ("person", "idris", _owner_stops),
    "coaching": ("coaching", "ruben", _coaching_ends),
    "reader leaves": ("circle", "idris", _reader_leaves),
    "owner leaves": ("circle", "idris", _owner_leaves),
    "leadership, by person": ("person", "idris", _idris_becomes_leader),
    "leadership, by circle": ("circle", "idris", _idris_becomes_leader),
    "leadership, by coaching": ("coaching", "ruben", _ruben_becomes_leader_by_rows_alone),
}


def _share(world: World, entry: uuid.UUID, via: str) -> None:
    target = {"person": world.idris.id, "coaching": world.coaching.id, "circle": world.circle.id}[via]
    with world.scope(world.fenna) as scope:
        share_entry(scope, entry, Goal, f"{via}:{target}", None)


def _answers(reader: Any, world: World, entry: uuid.UUID, file: uuid.UUID, comment: uuid.UUID) -> list[int]:
    pages = [address(world, entry), address(world, entry, "descent"), f"/files/{file}"]
    said = {"kind": "mirror", "body": "x"}
    return [
        *(reader.get(page).status_code for page in pages),
        post(reader, address(world, entry, "comments"), said).status_code,
        post(reader, address(world, entry, f"comments/{comment}/reply"), said).status_code,
    ]


@pytest.mark.parametrize("end", ENDS)
def test_what_ends_a_share_takes_the_entry_from_its_reader_everywhere(world: World, app: Any, end: str) -> None:
    via, name, act = ENDS[end]
    person: Person = getattr(world, name)
    entry, fenna, reader = world.write("Een kanarie"), browser(app, world.fenna), browser(app, person)
    post(fenna, address(world, entry, "files"), {"pupils": "no", "file": (io.BytesIO(b"Tekst.\n"), "a.txt")})
    _share(world, entry, via)
    post(reader, address(world, entry, "comments"), {"kind": "question", "body": "Waarom?"})
    with world.database.read() as session:
        file, comment = session.scalars(select(Attachment.id)).one(), session.scalars(select(Comment.id)).one()
    assert _answers(reader, world, entry, file, comment) == [200, 200, 200, 303, 303]
    assert "Een kanarie" in reader.get("/shared").text
    act(world)
    assert _answers(reader, world, entry, file, comment) == [404] * 5
    for page in ("/shared", "/", "/circles"):
        assert "Een kanarie" not in reader.get(page, follow_redirects=True).text
    assert person.name not in fenna.get(address(world, entry)).text.split('class="strip__body"')[0]


def test_a_leadership_ends_what_both_shared_with_each_other(world: World) -> None:
    mine, his = world.write(), world.write(by=world.idris)
    _share(world, mine, "person")
    with world.scope(world.idris) as scope:
        share_entry(scope, his, Goal, f"person:{world.fenna.id}", None)
    _idris_becomes_leader(world)
    with world.database.read() as session:
        assert {share.until for share in session.scalars(select(Share))} == {clock.today()}


def test_a_circle_share_follows_the_members_of_the_day(world: World, app: Any) -> None:
    entry = world.write()
    _share(world, entry, "circle")
    _reader_leaves(world)
    assert browser(app, world.lotte).get(address(world, entry)).status_code == 200
    with world.database.write() as session:
        scope = open_scope_for(session, world.fenna)
        circles.invite(scope, world.circle.id, None, "yara@example.org")
    yara = browser(app, world.yara)
    assert yara.get(address(world, entry)).status_code == 404  # invited is not yet a member
    with world.scope(world.yara) as scope:
        _mine, invitations = circles.list_mine(scope)
        circles.accept(scope, invitations[0].id)
    assert yara.get(address(world, entry)).status_code == 200
