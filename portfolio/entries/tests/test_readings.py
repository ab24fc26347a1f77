"""The access log: one row per reader, entry and day, for the owner alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from portfolio import clock
from portfolio.db import Database
from portfolio.entries.models import Attachment, Reading
from portfolio.entries.readers_log import PAGE, list_readings, purge_readings
from portfolio.entries.sharing import share_entry
from portfolio.entries.tests.entries_world import DAY, World, address, browser, check_page, make_world, words
from portfolio.sections.goals.kinds import Goal
from portfolio.testing import make_entry, post


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def _rows(world: World) -> list[tuple[Any, Any, dt.date]]:
    with world.database.read() as session:
        return [tuple(row) for row in session.execute(select(Reading.entry_id, Reading.reader_id, Reading.day))]


def test_a_reading_is_noted_once_a_day_for_a_reader_and_never_for_oneself(world: World, app: Any) -> None:
    entry = world.write("Gelezen")
    with world.scope(world.fenna) as scope:
        share_entry(scope, entry, Goal, f"coaching:{world.coaching.id}", None)
    ruben, fenna = browser(app, world.ruben), browser(app, world.fenna)
    for _time in range(3):
        assert ruben.get(address(world, entry)).status_code == 200
        assert fenna.get(address(world, entry)).status_code == 200
    assert _rows(world) == [(entry, world.ruben.id, clock.today())]
    with world.database.write() as session:
        session.get_one(Reading, (entry, world.ruben.id, clock.today())).day = clock.today() - DAY
    ruben.get(address(world, entry))
    assert len(_rows(world)) == 2


def test_every_way_to_the_text_is_a_reading(world: World, app: Any) -> None:
    ruben = browser(app, world.ruben)

    def shared() -> Any:
        entry = world.write("Gelezen")
        with world.scope(world.fenna) as scope:
            share_entry(scope, entry, Goal, f"coaching:{world.coaching.id}", None)
        return entry

    refused, line, pictured = shared(), shared(), shared()
    with world.database.write() as session:
        file = Attachment(
            entry_id=pictured, filename="bord.txt", media_type="text/plain", size=1, sha256="0", pupils="no",
            added_at=clock.now(),
        )  # fmt: skip
        session.add(file)
        session.flush()
        app.store.put(file.id.hex, b"x")
    answer = post(ruben, address(world, refused, "comments"), {"kind": "question", "body": ""})
    assert answer.status_code == 422 and "Gelezen" in answer.text
    assert ruben.get(address(world, line, "descent")).status_code == 200
    assert ruben.get(f"/files/{file.id}").status_code == 200
    assert {row[0] for row in _rows(world)} == {refused, line, pictured}


def test_who_may_not_read_leaves_no_reading(world: World, app: Any) -> None:
    entry = world.write()
    for person in (world.ruben, world.hanne, world.yara):
        assert browser(app, person).get(address(world, entry)).status_code == 404
    app.test_client().get(address(world, entry))
    assert _rows(world) == []


def test_the_list_is_plain_and_only_the_owners(world: World, app: Any) -> None:
    entry, other, his = world.write("Van mij"), world.write("Ook van mij"), world.write("Van Idris", by=world.idris)
    with world.database.write() as session:
        for one, reader, days in ((entry, world.ruben, 0), (entry, world.idris, 2), (other, world.lotte, 1),
                                  (his, world.ruben, 0)):  # fmt: skip
            session.add(Reading(entry_id=one, reader_id=reader.id, day=clock.today() - days * DAY))
    with world.scope(world.fenna) as scope:
        rows, more = list_readings(scope)
        assert [(row.reader, row.title) for row in rows] == [
            ("Ruben Voorbeeld", "Van mij"), ("Lotte Voorbeeld", "Ook van mij"), ("Idris Voorbeeld", "Van mij"),
        ]  # fmt: skip
        assert not more and not any(row.handed for row in rows)
        assert [row.reader for row in list_readings(scope, entry_id=entry)[0]] == ["Ruben Voorbeeld", "Idris Voorbeeld"]
        assert list_readings(scope, entry_id=his) == ([], False)
    fenna = browser(app, world.fenna)
    for page in ("/readings", address(world, entry, "readings")):
        seen = fenna.get(page)
        check_page(seen.text)
        assert "Ruben Voorbeeld" in words(seen.text) and "Van Idris" not in seen.text
    ruben = browser(app, world.ruben)
    assert "Van mij" not in ruben.get("/readings").text
    assert ruben.get(address(world, entry, "readings")).status_code == 404


def test_a_long_list_goes_on_another_page(world: World, app: Any) -> None:
    with world.database.write() as session:
        entry = make_entry(session, world.fenna).id
        for days in range(PAGE + 1):
            session.add(Reading(entry_id=entry, reader_id=world.ruben.id, day=clock.today() - days * DAY))
    with world.scope(world.fenna) as scope:
        first, more = list_readings(scope)
        second, no_more = list_readings(scope, page=2)
    assert (len(first), more, len(second), no_more) == (PAGE, True, 1, False)
    fenna = browser(app, world.fenna)
    for page in ("2", "0", "-1", "x", "9" * 400, "%00", "²"):
        assert fenna.get(f"/readings?page={page}").status_code == 200


def test_a_reading_is_forgotten_after_its_days(world: World) -> None:
    entry, today = world.write(), clock.today()
    with world.database.write() as session:
        for days in (364, 365, 366):
            session.add(Reading(entry_id=entry, reader_id=world.ruben.id, day=today - days * DAY))
        session.flush()
        purge_readings(session, today, 365)
    assert sorted(day for _entry, _reader, day in _rows(world)) == [today - 365 * DAY, today - 364 * DAY]
