"""What tests share in one process: an engine and the ways to build an address, and nothing that a test did."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select
from werkzeug.routing import Map, Rule

from portfolio.people.models import School
from portfolio.testing import DIALECTS, make_school
from portfolio.testing_databases import Copies


@pytest.fixture(params=DIALECTS)
def copies(request: pytest.FixtureRequest) -> Copies:
    found: Copies = request.getfixturevalue(f"_{request.param}_copies").beside
    return found


def test_a_copy_holds_nothing_of_the_one_before_also_while_somebody_still_reads_that(copies: Copies) -> None:
    first = copies.make()
    with first.write() as session:
        make_school(session)
    reading = first.reading()
    assert reading.scalars(select(School)).all()
    second = copies.make()
    with second.read() as session:
        assert session.scalars(select(School)).all() == []
    reading.connection().invalidate()
    assert second.engine is first.engine, "statements are worded once"
    copies.drop()


def test_who_goes_on_listening_hears_nothing_of_a_later_copy(copies: Copies) -> None:
    heard: list[object] = []
    first = copies.make()
    event.listen(first.engine, "before_cursor_execute", lambda *asked: heard.append(asked))
    with copies.make().read() as session:
        session.scalars(select(School)).all()
    assert heard == []
    copies.drop()


def test_only_equal_rules_share_how_their_address_is_built() -> None:
    def address(rule: str, **values: object) -> str:
        return Map([Rule(rule, endpoint="x")]).bind("localhost").build("x", values)

    assert [address("/a/<int:number>", number=1), address("/a/<int:number>", number=2)] == ["/a/1", "/a/2"]
    assert address("/a/<number>", number="é") == "/a/%C3%A9"
    assert address("/b/<int:number>", number=1, page=2) == "/b/1?page=2"
