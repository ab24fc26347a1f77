"""At most 8 statements for any page and 12 for a write, however many rows there are."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from portfolio.people.models import Person
from portfolio.testing import make_circle, make_coaching, make_entry, make_share
from portfolio.testing_counting import statements
from tests.pages.conftest import CROWD, make_built
from tests.pages.house import House
from tests.pages.matrix import Row
from tests.pages.test_access_matrix import ROWS, route_of, routes
from tests.pages.test_forgery import actor

PAGE, WRITE = 8, 12
Houses = tuple[House, House]


@pytest.fixture(scope="module", params=["sqlite"])
def houses(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Houses]:
    """The same world twice: with few rows of everything, and with many. On one database: what is asked is the same."""
    found = tuple(
        House(*make_built(request.param, tmp_path_factory.mktemp("count"), crowd=crowd)) for crowd in (1, CROWD)
    )
    yield found  # type: ignore[misc]
    for house in found:
        house.close()


def count(house: House, row: Row) -> list[str]:
    """The statements of a row's request by somebody who may."""
    address = house.world.address(row.address)
    form = row.form(house.world)
    with statements(house.app.database) as found:
        if row.method == "GET":
            answer = house.browser(actor(row)).get(address)
        else:
            answer = house.post(actor(row), address, form)
    assert answer.status_code < 400, f"{row}: {answer.status_code}"
    answer.close()
    return found


DONE = [row for row in ROWS if {"200", "303", "302"} & set(row.by_role.values())]


def test_every_route_is_counted(houses: Houses) -> None:
    counted = {route_of(houses[0], row) for row in DONE}
    assert routes(houses[0]) - counted == {("/mail", "GET"), ("/account/bring-back", "POST")}, "count these too"


@pytest.mark.parametrize("row", DONE, ids=str)
def test_the_number_of_statements_is_small_and_does_not_grow(houses: Houses, row: Row) -> None:
    found = []
    for house in houses:
        house.reset()
        found.append(count(house, row))
    few, many = found
    most = PAGE if row.method == "GET" else WRITE
    told = "\n".join(f"{number} {line[:230]}" for number, line in enumerate(many, 1))
    assert len(many) <= most, f"{row}: {len(many)} statements\n{told}"
    assert len(few) == len(many), f"{row}: {len(few)} with few rows, {len(many)} with many\n{told}"


def test_a_leadership_that_ends_a_circle_a_coaching_and_shares_is_no_more(houses: Houses) -> None:
    row = next(row for row in DONE if row.address == "/s/{school}/leaders" and "understood" in (row.data or {}))
    house = houses[1]
    house.reset()
    with house.app.database.write() as session:
        ids = [uuid.UUID(house.world.ids[name]) for name in ("colleague", "member")]
        leader, teacher = (session.get_one(Person, id_) for id_ in ids)
        both = make_circle(session, leader, teacher)
        make_circle(session, leader, teacher, name="Nog een kring")
        coaching = make_coaching(session, leader, teacher)
        make_share(session, make_entry(session, leader), circle=both)
        make_share(session, make_entry(session, leader), person=teacher)
        make_share(session, make_entry(session, teacher), coaching=coaching)
    found = count(house, row)
    assert any("share" in line and line.startswith("UPDATE") for line in found)
    assert len(found) <= WRITE, "\n".join(f"{number} {line[:230]}" for number, line in enumerate(found, 1))


def test_the_count_sees_every_statement(houses: Houses) -> None:
    database = houses[0].app.database
    with statements(database) as found:
        with database.read() as session:
            for _turn in range(3):
                session.execute(text("SELECT 1"))
        with database.write() as session, session.begin_nested():
            session.execute(text("SELECT 2"))
        with database.aside() as session:
            session.execute(text("SELECT 3"))
    assert found == ["SELECT 1", "SELECT 1", "SELECT 1", "SELECT 2"]


def test_a_page_as_somebody_else_gets_it_costs_two_more(houses: Houses) -> None:
    asked = {}
    for house in houses:
        house.reset()
        ids = house.world.ids
        for code in (f"coach:{ids['coaching']}", f"leader:{ids['leadership']}", "stranger"):
            for path in ("", "descent", "edit"):
                page = f"/p/{ids['owner_portfolio']}/goals/{ids['shared']}/{path}?seen-as={code}"
                with statements(house.app.database) as found:
                    assert house.browser("owner").get(page).status_code < 500
                asked.setdefault((code.partition(":")[0], path), []).append(len(found))
        page = f"/view-as?page=/p/{ids['owner_portfolio']}/goals/"
        with statements(house.app.database) as found:
            assert house.browser("owner").get(page).status_code == 200
        asked.setdefault(("choice", ""), []).append(len(found))
    assert all(few == many for few, many in asked.values()), asked
    assert max(many for _few, many in asked.values()) <= PAGE + 2, asked
    assert asked["choice", ""][0] <= 3, asked
