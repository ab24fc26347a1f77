"""What somebody wrote, as an entry's page shows it: every type of field can be read, and an address can be opened."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portfolio.db import Database
from portfolio.entries.presenting import plain_facts
from portfolio.entries.tests.all_of_it import FULL, METHOD, AllOfIt
from portfolio.entries.tests.entries_world import World, address, browser, make_world, words
from portfolio.i18n import show_size, speaking
from portfolio.sections.evidence.kinds import Evidence


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def test_the_page_of_evidence_leads_to_where_it_can_be_seen(world: World, app: Any) -> None:
    addresses = (("Het verslag", "https://voorbeeld.example/a?b=1&c=2"), ("", "http://b.example"))
    links = [{"label": label, "url": url} for label, url in addresses]
    entry = world.write("Een krukje", Evidence, links_out=links)
    html = browser(app, world.fenna).get(address(world, entry, section="evidence")).text
    rel = 'rel="noopener noreferrer nofollow"'
    assert f'<a href="https://voorbeeld.example/a?b=1&amp;c=2" {rel}>Het verslag</a>' in html
    assert f'<a href="http://b.example" {rel}>http://b.example</a>' in html


def test_a_page_shows_every_type_of_field(app: Any) -> None:
    with app.test_request_context():
        parts = app.themes.environment("base", app.jinja_env).get_template("entries/_parts.html").module
        shown = words(parts.facts(AllOfIt.show(FULL, AllOfIt.html(FULL), METHOD)))
    wanted = ("Een zin", "vet", "twee", "Yes, really", "2027", "Lotte · koffie", "stilte", "Verslag", "laatst", "oud")
    assert [word for word in wanted if word not in shown] == []


def test_sizes_are_written_in_the_readers_language_and_the_most_is_what_was_set(world: World, app: Any) -> None:
    entry = world.write()
    page = browser(app, world.fenna).get(address(world, entry)).text
    assert "of at most 10 MB." in page
    app.settings = replace(app.settings, upload_bytes=2_621_440)
    assert "of at most 2.5 MB." in browser(app, world.fenna).get(address(world, entry)).text
    with speaking("nl"):
        assert [show_size(size) for size in (1, 5000, 2_621_440)] == ["1 kB", "5 kB", "2,5 MB"]


def test_rows_of_an_unknown_kind_are_shown_by_their_words() -> None:
    content = {"moments": [{"year": "1998", "event": "De brug ging open", "taught": ""}], "tags": ["a"], "no": []}
    shown = {fact.name: fact for fact in plain_facts(content)}
    assert set(shown) == {"moments", "tags"}
    rows = shown["moments"]
    assert rows.shape == "rows" and [[words for _name, words in row] for row in rows.value] == [
        ["1998", "De brug ging open"]
    ]
