"""Every form with an entry: a refusal keeps what was typed and says why at its field, and nothing is ever a 500."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import select

from portfolio.db import Database
from portfolio.entries import commenting
from portfolio.entries.models import Entry, Revision
from portfolio.entries.sharing import share_entry
from portfolio.entries.tests.entries_world import World, address, browser, check_page, make_world, words
from portfolio.sections.goals.kinds import Goal
from portfolio.testing import post


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


@pytest.fixture
def thread(world: World) -> tuple[uuid.UUID, uuid.UUID]:
    """An entry the coach reads, and his comment."""
    entry = world.write("Ruimte maken", why="Ik wil ruimte")
    with world.scope(world.fenna) as scope:
        share_entry(scope, entry, Goal, f"coaching:{world.coaching.id}", None)
    with world.scope(world.ruben) as scope:
        return entry, commenting.add_comment(scope, entry, "question", "Waarom?")


def _told(answer: Any, field: str, **typed: str) -> str:
    """The page that came back: 422, a message at `field`, and what was typed."""
    assert answer.status_code == 422
    page = check_page(answer.text)
    assert f"{field}-error" in page.ids
    for name, value in typed.items():
        assert value in page.values[name], f"{name} lost what was typed: {page.values.get(name)}"
    return words(answer.text)


def test_a_share_that_is_refused_keeps_what_was_typed(world: World, app: Any) -> None:
    entry, fenna = world.write(), browser(app, world.fenna)
    where, idris = address(world, entry, "shares"), f"person:{world.idris.id}"
    _told(post(fenna, where, {"target": idris, "last_day": "1-1-2020"}), "last_day", target=idris, last_day="1-1-2020")
    _told(post(fenna, where, {"target": idris, "last_day": "morgen"}), "last_day", target=idris, last_day="morgen")
    _told(post(fenna, where, {"target": "address", "address": "geen"}), "address", target="address", address="geen")
    _told(post(fenna, where, {"address": "hanne@example.org"}), "address", address="hanne@example.org")
    _told(post(fenna, where, {"last_day": "2030-01-01"}), "target", last_day="2030-01-01")
    _told(post(fenna, where, {"target": "person:x", "address": ""}), "target")
    assert post(fenna, where, {"target": idris, "last_day": "3-1-2030"}).status_code == 303


def test_a_day_that_is_no_day_stays_visible_in_the_share_form(world: World, app: Any) -> None:
    entry, fenna = world.write(), browser(app, world.fenna)
    told = post(fenna, address(world, entry, "shares"), {"target": "x", "last_day": "ooit"}).text
    field = next(line for line in told.split("<input") if 'id="last_day"' in line)
    assert 'type="text"' in field  # a date picker would show nothing
    assert 'type="date"' in next(
        line for line in fenna.get(address(world, entry)).text.split("<input") if 'id="last_day"' in line
    )


def test_a_comment_that_is_refused_keeps_what_was_typed(world: World, app: Any, thread: Any) -> None:
    entry, ruben = thread[0], browser(app, world.ruben)
    where = address(world, entry, "comments")
    said = {"kind": "mirror", "body": "Een lang verhaal", "quote": "staat er niet"}
    _told(post(ruben, where, said), "quote", **said)
    _told(post(ruben, where, said | {"body": "", "quote": "Ik wil"}), "body", kind="mirror", quote="Ik wil")
    _told(post(ruben, where, said | {"kind": "cijfer", "quote": ""}), "kind", body="Een lang verhaal")


def test_an_answer_that_is_refused_keeps_what_was_typed(world: World, app: Any, thread: Any) -> None:
    entry, comment = thread
    where = address(world, entry, f"comments/{comment}/reply")
    for person in (world.fenna, world.ruben):
        client = browser(app, person)
        _told(post(client, where, {"body": ""}), f"reply-{comment}")
        _told(post(client, where, {"body": "y" * 5001}), f"reply-{comment}", body="y" * 5001)


def test_a_state_that_is_refused_keeps_what_was_typed(world: World, app: Any) -> None:
    entry, fenna = world.write(), browser(app, world.fenna)
    where = address(world, entry, "state")
    _told(post(fenna, where, {"reason": "Daarom"}), "state", reason="Daarom")
    _told(post(fenna, where, {"state": "af", "reason": "Daarom"}), "state", reason="Daarom")
    _told(post(fenna, where, {"state": "working", "reason": "y" * 2001}), "reason", state="working", reason="y" * 2001)


def test_a_text_with_a_link_that_can_not_be_is_kept_with_the_message(world: World, app: Any) -> None:
    foreign, fenna = world.write(by=world.idris), browser(app, world.fenna)
    data = {"title": "Nieuw", "happened_on": "2026-03-02", "why": "Lang verhaal", "links-continues": str(foreign)}
    told = post(fenna, f"/p/{world.portfolio}/goals/new/goal", data)
    assert told.status_code == 422
    page = check_page(told.text)
    assert page.values["title"] == ["Nieuw"] and page.values["why"] == ["Lang verhaal"]
    assert "Choose one of these." in words(told.text)
    with world.database.read() as session:
        assert session.scalars(select(Entry).where(Entry.author_id == world.fenna.id)).all() == []


def test_an_edit_of_a_stale_text_shows_both_and_can_be_saved_on_top(world: World, app: Any) -> None:
    entry, fenna = world.write("Eerste titel", why="begin"), browser(app, world.fenna)
    where = address(world, entry, "edit")
    form = check_page(fenna.get(where).text).values
    data = {"title": form["title"][0], "happened_on": form["happened_on"][0], "seen": form["seen"][0]}
    assert post(fenna, where, data | {"title": "Titel van A", "why": "tekst van venster A"}).status_code == 303
    data["happened_on"] = "2026-03-03"
    told = post(fenna, where, data | {"title": "Titel van B", "why": "tekst van venster B"})
    assert told.status_code == 409
    page = check_page(told.text)
    assert (page.values["title"], page.values["why"]) == (["Titel van B"], ["tekst van venster B"])
    assert page.values["seen"] == ["2"]
    difference = words(told.text.split("changed meanwhile")[1].split("<form")[0])
    assert "Titel van A" in difference and "Titel van B" in difference
    assert "tekst van venster" in difference
    assert "2 March 2026" in difference and "3 March 2026" in difference
    again = {name: values[-1] for name, values in page.values.items() if name != "csrf_token"}
    assert post(fenna, where, again).status_code == 303
    with world.database.read() as session:
        texts = session.scalars(select(Revision).where(Revision.entry_id == entry).order_by(Revision.number)).all()
    assert [(text.title, text.content["why"]) for text in texts] == [
        ("Eerste titel", "begin"), ("Titel van A", "tekst van venster A"), ("Titel van B", "tekst van venster B"),
    ]  # fmt: skip
