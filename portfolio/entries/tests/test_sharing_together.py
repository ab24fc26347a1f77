""" "Who sees this?" of what lies in a circle's or a joint portfolio: the circle to its members, the members by name."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import select, update

from portfolio import clock
from portfolio.db import Database
from portfolio.entries.models import Portfolio
from portfolio.entries.presenting import Who, who_sees
from portfolio.entries.reading import get_entry
from portfolio.entries.tests.entries_world import World, browser, make_world, words
from portfolio.people.models import CircleMember, Person
from portfolio.testing import make_entry, make_joint


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def _write(world: World, *members: Person) -> tuple[uuid.UUID, str]:
    """An entry of Fenna's, in a joint portfolio of these or else in her circle's; and its address."""
    with world.database.write() as session:
        of_circle = select(Portfolio).where(Portfolio.circle_id == world.circle.id)
        portfolio = make_joint(session, *members) if members else session.scalars(of_circle).one()
        entry = make_entry(session, world.fenna, portfolio=portfolio).id
        return entry, f"/p/{portfolio.id}/goals/{entry}/"


def _who(world: World, entry: uuid.UUID, person: Person) -> Who:
    with world.scope(person) as scope:
        return who_sees(scope, get_entry(scope, entry))


def _names(who: Who) -> list[str]:
    return sorted(line.name for line in who.readers)


def test_a_text_in_a_circle_says_to_its_members_that_the_circle_sees_it(world: World, app: Any) -> None:
    entry, page = _write(world)
    for person in (world.fenna, world.lotte):
        who = _who(world, entry, person)
        assert who.sentence == "You and the circle Buitenspiegel see this." and not who.private
        assert _names(who) == ["Idris Voorbeeld", "Lotte Voorbeeld"]
        html = browser(app, person).get(page).text
        assert "You and the circle Buitenspiegel see this." in words(html) and "Only you see this" not in html


def test_the_top_of_a_page_leads_to_the_circle_a_text_lies_in_and_not_to_its_authors_portfolio(
    world: World, app: Any
) -> None:
    _entry, page = _write(world)
    for person, address in ((world.fenna, page), (world.fenna, f"{page}edit"), (world.lotte, page)):
        html = browser(app, person).get(address).text
        assert f'<a href="/circles/{world.circle.id}">Buitenspiegel</a>' in html
        assert "Portfolio of" not in html


def test_who_has_left_a_circle_learns_that_their_text_is_read_and_by_nobodys_name(world: World) -> None:
    entry, _page = _write(world)
    with world.database.write() as session:
        left = update(CircleMember).where(CircleMember.person_id == world.fenna.id).values(until=clock.today())
        session.execute(left)
    who = _who(world, entry, world.fenna)
    assert who.sentence == "You and the people you wrote it among see this." and not who.private
    assert _names(who) == []


def test_a_text_in_a_circle_with_nobody_else_in_it_is_seen_by_its_author_alone(world: World) -> None:
    entry, _page = _write(world)
    with world.database.write() as session:
        others = update(CircleMember).where(CircleMember.person_id != world.fenna.id).values(until=clock.today())
        session.execute(others)
    who = _who(world, entry, world.fenna)
    assert (who.sentence, who.private) == ("Only you see this.", True)


def test_a_joint_text_names_its_members_to_each_other_the_leader_among_them(world: World, app: Any) -> None:
    entry, page = _write(world, world.fenna, world.hanne, world.idris)
    who = _who(world, entry, world.fenna)
    assert who.sentence.startswith("You, ") and _names(who) == ["Hanne Voorbeeld", "Idris Voorbeeld"]
    assert "named here with you" in who.readers[0].reason
    theirs = _who(world, entry, world.hanne)
    assert "Fenna Voorbeeld" in theirs.sentence and "Idris Voorbeeld" in theirs.sentence
    assert "Hanne" not in theirs.sentence
    assert browser(app, world.hanne).get(page).status_code == 200
