"""Every route with every method, for every role: exactly what the rows written by hand say."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.routing import Rule

from tests.pages import matrix_cohorts, matrix_entries, matrix_exchange, matrix_notices, matrix_people
from tests.pages.house import House
from tests.pages.matrix import SIGN_IN, Row
from tests.pages.world import ANONYMOUS

ROWS = [*matrix_people.ROWS, *matrix_cohorts.ROWS, *matrix_entries.ROWS, *matrix_exchange.ROWS, *matrix_notices.ROWS]
TYPED = "Hier typte ik een half uur aan"


def routes(house: House) -> set[tuple[str, str]]:
    """Every rule with every method a view of the core answers; a plugin's own rows stand beside the plugin."""
    plugins = house.app.registry.list_switchable()
    return {
        (rule.rule, method)
        for rule in house.app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] not in plugins
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def route_of(house: House, row: Row) -> tuple[str, str] | None:
    """The rule and method that a row's address leads to."""
    adapter = house.app.url_map.bind("localhost")
    try:
        rule, _values = adapter.match(house.world.address(row.address), method=row.method, return_rule=True)
    except NotFound:
        return None
    assert isinstance(rule, Rule)
    return rule.rule, row.method


def ask(house: House, row: Row, role: str) -> Any:
    """The row's request, as `role`."""
    address = house.world.address(row.address)
    if row.method == "GET":
        return house.browser(role).get(address)
    form = row.form(house.world)
    if role == ANONYMOUS:
        form["words"] = TYPED
    return house.post(role, address, form)


def found(answer: Any) -> str:
    """An answer as a row writes it."""
    if answer.status_code == 302 and urlsplit(answer.location).path == "/sign-in":
        return SIGN_IN
    return str(answer.status_code)


def test_every_route_has_a_row_and_every_row_a_route(house: House) -> None:
    leads = {str(row): route_of(house, row) for row in ROWS}
    nowhere = [row for row, route in leads.items() if route is None]
    assert not nowhere, f"no route answers these rows: {nowhere}"
    missing = sorted(routes(house) - {route for route in leads.values() if route})
    assert not missing, f"write down by hand who gets what of: {missing}"


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_role_gets_what_its_row_says(house: House, row: Row) -> None:
    got = {}
    for role in row.by_role:
        house.reset()
        answer = ask(house, row, role)
        got[role] = found(answer)
        if got[role] == SIGN_IN and row.address != "/":
            assert parse_qs(urlsplit(answer.location).query)["next"] == [house.world.address(row.address)]
        if got[role] == "401":
            assert TYPED in answer.text, "what a visitor typed is lost"
        answer.close()
    assert got == row.by_role
