"""Earlier texts: bringing one back, erasing them with the quotes from them, and that nobody else learns of them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import select

from portfolio.db import Database
from portfolio.entries import commenting, history, writing
from portfolio.entries.beside import list_beside
from portfolio.entries.models import Comment, Revision
from portfolio.entries.reading import get_entry
from portfolio.entries.sharing import share_entry
from portfolio.entries.tests.entries_world import World, address, browser, later, make_world, words
from portfolio.errors import NotAllowed, NotVisible
from portfolio.sections.goals.kinds import Goal
from portfolio.testing import post


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def _three_texts(world: World) -> uuid.UUID:
    """An entry with three texts, shared with the coach, who quoted from the first and from the last."""
    entry: uuid.UUID = world.write("Een", why="woorden van toen")
    with world.scope(world.fenna) as scope:
        share_entry(scope, entry, Goal, f"coaching:{world.coaching.id}", None)
    with world.scope(world.ruben, now=later(minutes=1)) as scope:
        commenting.add_comment(scope, entry, "mirror", "over toen", "woorden van toen")
    world.edit(entry, "Twee", 1, why="andere woorden")
    world.edit(entry, "Drie", 2, why="woorden van nu")
    with world.scope(world.ruben, now=later(minutes=2)) as scope:
        commenting.add_comment(scope, entry, "mirror", "over nu", "woorden van nu")
    return entry


def test_an_earlier_text_comes_back_as_a_new_one(world: World) -> None:
    entry = _three_texts(world)
    with world.scope(world.fenna) as scope:
        assert writing.restore_revision(scope, entry, Goal, 1, 3) is True
    with world.scope(world.fenna) as scope:
        found = get_entry(scope, entry)
        assert (found.title, found.content["why"], found.number) == ("Een", "woorden van toen", 4)
        assert [text.number for text in history.list_texts(scope, entry)] == [4, 3, 2, 1]


def test_bringing_back_the_text_that_stands_there_makes_nothing_new(world: World) -> None:
    entry = _three_texts(world)
    with world.scope(world.fenna) as scope:
        assert writing.restore_revision(scope, entry, Goal, 3, 3) is False
        assert len(history.list_texts(scope, entry)) == 3


@pytest.mark.parametrize("number", [0, 4, 10**6, 10**30])
def test_a_text_that_is_not_there_can_not_come_back(world: World, number: int) -> None:
    entry = _three_texts(world)
    with world.scope(world.fenna) as scope, pytest.raises(NotVisible):
        writing.restore_revision(scope, entry, Goal, number, 3)


def test_erasing_earlier_texts_takes_the_quotes_from_them_and_leaves_the_comments(world: World) -> None:
    entry = _three_texts(world)
    with world.scope(world.fenna) as scope:
        assert writing.erase_earlier(scope, entry) == 2
    with world.database.read() as session:
        assert session.scalars(select(Revision.number).where(Revision.entry_id == entry)).all() == [3]
        said = session.execute(select(Comment.body, Comment.quote).order_by(Comment.written_at)).all()
    assert [tuple(row) for row in said] == [("over toen", ""), ("over nu", "woorden van nu")]
    with world.scope(world.fenna) as scope, pytest.raises(NotVisible):
        writing.restore_revision(scope, entry, Goal, 1, 3)
    with world.scope(world.fenna) as scope, pytest.raises(NotVisible):
        history.get_texts(scope, entry, 1)


def test_erasing_leaves_the_texts_of_other_entries(world: World) -> None:
    other = _three_texts(world)
    entry = world.write("Los")
    with world.scope(world.fenna) as scope:
        assert writing.erase_earlier(scope, entry) == 0
        assert len(history.list_texts(scope, other)) == 3


def test_a_reader_gets_no_list_no_text_and_no_way_back(world: World) -> None:
    entry = _three_texts(world)
    for act in (
        lambda scope: history.list_texts(scope, entry),
        lambda scope: history.get_texts(scope, entry, 1),
        lambda scope: writing.restore_revision(scope, entry, Goal, 1, 3),
        lambda scope: writing.erase_earlier(scope, entry),
    ):
        with world.scope(world.ruben) as scope, pytest.raises(NotAllowed):
            act(scope)
        with world.scope(world.yara) as scope, pytest.raises(NotVisible):
            act(scope)


def test_turns_are_for_the_author_alone(world: World) -> None:
    entry = _three_texts(world)
    with world.scope(world.fenna) as scope:
        writing.change_state(scope, entry, Goal, "resting", "even niet")
        assert len(list_beside(scope, get_entry(scope, entry))[1]) == 1
        share_entry(scope, entry, Goal, f"coaching:{world.coaching.id}", None)
    with world.scope(world.ruben) as scope:
        assert list_beside(scope, get_entry(scope, entry))[1] == []


def test_the_pages_show_what_changed_bring_back_and_erase(world: World, app: Any) -> None:
    entry = _three_texts(world)
    fenna = browser(app, world.fenna)
    assert fenna.get(address(world, entry, "texts")).status_code == 200
    then = fenna.get(address(world, entry, "texts/1"))
    assert then.status_code == 200
    assert "woorden van toen" in words(then.text)
    assert "Bring this text back" in then.text
    assert fenna.get(address(world, entry, "texts/1?with=2")).status_code == 200
    assert fenna.get(address(world, entry, "texts/1?with=99")).status_code == 404
    assert post(fenna, address(world, entry, "texts/1/restore")).status_code == 303
    assert "Een" in fenna.get(address(world, entry)).text
    assert post(fenna, address(world, entry, "texts/erase")).status_code == 303
    assert fenna.get(address(world, entry, "texts/1")).status_code == 404
    assert post(fenna, address(world, entry, "texts/1/restore")).status_code == 404


def test_numbers_of_any_size_are_not_found(world: World, app: Any) -> None:
    entry = _three_texts(world)
    fenna = browser(app, world.fenna)
    for number in ("0", "4", "9" * 12, "9" * 30, "9" * 5000):
        assert fenna.get(address(world, entry, f"texts/{number}")).status_code == 404
        assert post(fenna, address(world, entry, f"texts/{number}/restore")).status_code == 404
    for other in ("x", "-1", "9" * 5000, "%00"):
        assert fenna.get(address(world, entry, f"texts/1?with={other}")).status_code in (200, 404)


def test_readers_and_strangers_are_kept_out_of_the_pages(world: World, app: Any) -> None:
    entry = _three_texts(world)
    for person, status in ((world.ruben, 403), (world.yara, 404), (world.hanne, 404)):
        other = browser(app, person)
        for rest in ("texts", "texts/1"):
            assert other.get(address(world, entry, rest)).status_code == status
        for rest in ("texts/1/restore", "texts/erase"):
            assert post(other, address(world, entry, rest)).status_code == status
