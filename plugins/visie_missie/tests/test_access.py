"""Who gets what of the plugin's own pages; each row written by hand. Only their owner knows that they are there."""

from __future__ import annotations

import pytest
from portfolio_plugins.visie_missie.service import NAME

from portfolio.testing import make_person, make_share
from portfolio.testing_access import ask_rows, list_rowless

ROLES = ("anonymous", "owner", "coach", "leader", "colleague")
"""A visitor; Fenna; her coach, with whom she shares both versions; her leader; somebody in none of her cohorts."""
ROWS = {
    # route                                anon own coa lea col
    ("GET", "/"):                         "302 200 404 404 404",
    ("GET", "/everything"):               "302 200 404 404 404",
    ("GET", "/again/{one}"):              "302 200 404 404 404",
    ("POST", "/again/{one}"):             "401 303 404 404 404",
    ("GET", "/beside/{one}/{other}"):     "302 200 404 404 404",
    ("POST", "/again/{theirs}"):          "401 404 404 404 404",
    ("GET", "/beside/{one}/{theirs}"):    "302 404 404 404 404",
}  # fmt: skip
FORM = {"title": "Nieuw", "happened_on": "2026-05-04", "seen": "0", "still_true": "yes"}


@pytest.fixture
def browsers(people):
    with people.database.write() as session:
        colleague = make_person(session, name="Yara Doenalsof")
    persons = {"owner": people.fenna, "coach": people.ruben, "leader": people.hanne, "colleague": colleague}
    return {"anonymous": people.app.test_client()} | {role: people.browser(one) for role, one in persons.items()}


@pytest.fixture
def ids(people):
    from portfolio.entries.models import Entry
    from portfolio.testing import make_entry

    found = {"one": people.write("vision", "Eerste"), "other": people.write("vision", "Tweede")}
    with people.database.write() as session:
        for entry in found.values():
            make_share(session, session.get_one(Entry, entry), person=people.ruben)
        found["theirs"] = make_entry(session, people.ruben, plugin=NAME, kind="vision", title="Van Ruben").id
    return found


def test_each_role_gets_what_its_row_says(people, browsers, ids):
    assert ask_rows(ROWS, {role: browsers[role] for role in ROLES}, page_of(people, ids), lambda role: FORM) == ROWS


def test_every_route_has_a_row(people, ids):
    assert list_rowless(people.app, NAME, ROWS, page_of(people, ids)) == set()


def page_of(people, ids):
    return lambda address: people.home.rstrip("/") + address.format_map(ids)
