"""A new entry that begins with the words of another of its kind: only with one's own, and only with its words."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from portfolio.db import Database
from portfolio.entries.declaring import KindError, field
from portfolio.entries.fields import Prose
from portfolio.entries.kinds import Kind
from portfolio.entries.sharing import share_entry
from portfolio.entries.tests.entries_world import World, address, browser, check_page, make_world
from portfolio.sections.evidence.kinds import Evidence
from portfolio.sections.goals.kinds import Goal
from portfolio.testing import post


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def new(world: World, before: Any, as_: str = "continues") -> str:
    return f"/p/{world.portfolio}/goals/new/goal?from={before}&as={as_}"


def test_it_begins_with_the_words_and_the_link_and_leaves_the_first_alone(world: World, app: Any) -> None:
    first, fenna = world.write("Ruimte maken", why="Ik wil ruimte."), browser(app, world.fenna)
    page = fenna.get(new(world, first)).text
    values = check_page(page).values
    assert values["why"] == ["Ik wil ruimte."] and values["title"] == [""]
    assert f'name="links-continues" value="{first}" checked' in page
    form = {"title": "Verder", "happened_on": "2026-03-02", "why": "Anders.", "links-continues": str(first)}
    answer = post(fenna, new(world, first), form)
    assert answer.status_code == 303
    assert "Ruimte maken" in fenna.get(answer.location).text, "the link"
    assert "Ik wil ruimte." in fenna.get(address(world, first, "")).text


def test_what_is_not_ones_own_entry_of_the_kind_is_an_empty_page(world: World, app: Any) -> None:
    secret = "Niet van jou."
    theirs = world.write("Van Idris", why=secret, by=world.idris)
    with world.scope(world.idris) as scope:
        share_entry(scope, theirs, Goal, f"circle:{world.circle.id}", None)
    evidence, binned = world.write("Bewijs", Evidence, story=secret), world.write("Weg", why=secret)
    fenna = browser(app, world.fenna)
    post(fenna, address(world, binned, "delete"))
    for one in (theirs, evidence, binned, uuid.uuid4(), "geen id"):
        page = fenna.get(new(world, one))
        assert page.status_code == 200 and secret not in page.text and '" checked>' not in page.text, one
    assert '" checked>' not in fenna.get(new(world, world.write(why="Ja."), as_="geen_soort")).text


def test_a_title_comes_from_a_link_there_is() -> None:
    with pytest.raises(KindError, match="'nowhere', which is no link"):

        class Wrong(Kind):
            name, label, label_plural = "wrong", "Wrong", "Wrong"
            title_from = ("nowhere", "words")


def test_a_kind_says_which_fields_begin_empty() -> None:
    with pytest.raises(KindError, match="'nothing', which is no field"):

        class Wrong(Kind):
            name, label, label_plural = "wrong", "Wrong", "Wrong"
            begins_empty = ("nothing",)
            words: Prose = field("Words")
