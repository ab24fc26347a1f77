"""Stopping mail about news without signing in: by a page with a button, or by a mail program that sends its form."""

from __future__ import annotations

from typing import Any

import pytest

from portfolio import clock
from portfolio.entries.tests.entries_world import World, check_page, words
from portfolio.notices import choosing
from portfolio.notices.kinds import NEVER, NOW, OWN
from portfolio.notices.stopping import find_stopper, stop_address
from portfolio.notices.tests.news_world import notices_of, share
from portfolio.people.closing import close_account
from portfolio.people.models import Person
from portfolio.settings import Settings

pytestmark = pytest.mark.usefixtures("_in_english")
KINDS = list(OWN.values())


def path_of(settings: Settings, person: Person) -> str:
    """Where this person stops it, on this server."""
    return stop_address(settings, person.id).removeprefix(settings.base_url)


def rhythms_of(world: World, person: Person) -> set[str]:
    """How somebody gets mail about all there is."""
    with world.scope(person) as scope:
        return set(choosing.get_choice(scope, KINDS).rhythms.values())


def test_looking_changes_nothing_and_the_button_stops_it(world: World, app: Any, client: Any) -> None:
    share(world, world.write("Kanarie"), "coach")
    path, before = path_of(app.settings, world.ruben), rhythms_of(world, world.ruben)
    page = client.get(path)
    assert page.status_code == 200 and 'method="post"' in page.text
    check_page(page.text)
    assert rhythms_of(world, world.ruben) == before
    for _again in range(2):
        done = client.post(path)
        assert done.status_code == 200 and "no more mail about news" in done.text
        assert rhythms_of(world, world.ruben) == {NEVER}
    assert [notice.mail_due for notice in notices_of(world.database, world.ruben)] == [None]
    assert rhythms_of(world, world.fenna) != {NEVER}
    for found in (page.text, done.text):
        assert "Ruben" not in found and "Kanarie" not in found and "ruben@" not in found


def test_a_mail_program_stops_it_with_its_one_click(world: World, app: Any, client: Any) -> None:
    answer = client.post(path_of(app.settings, world.ruben), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert rhythms_of(world, world.ruben) == {NEVER}


def test_an_account_that_is_gone_gets_the_same_answers(world: World, app: Any, client: Any) -> None:
    paths = [path_of(app.settings, one) for one in (world.ruben, world.yara)]
    with world.database.write() as session:
        close_account(session, app.registry, world.yara.id, clock.now(), clock.today(), comments_too=True)
    for ask in (client.get, client.post):
        there, gone = (ask(path) for path in paths)
        assert there.status_code == gone.status_code == 200
        assert words(there.text) == words(gone.text)


def test_a_word_that_was_not_signed_here_is_nothing(world: World, app: Any, client: Any) -> None:
    path = path_of(app.settings, world.ruben)
    right = path.rpartition("/")[2]
    another = path_of(app.settings, world.yara).rpartition("/")[2]
    mixed = f"{right.partition('.')[0]}.{another.partition('.')[2]}"
    for word in (right[:-1], right[1:], mixed, ".", "x", "x.y", "é.é", right.partition(".")[0], "%00", right + "a"):
        for ask in (client.get, client.post):
            assert ask(f"/news/stop/{word}").status_code == 404, word
    assert find_stopper(app.settings, right) == world.ruben.id
    assert NEVER not in rhythms_of(world, world.ruben)


def test_it_only_stops_mail_about_news_and_can_be_chosen_again(world: World, app: Any, client: Any) -> None:
    client.post(path_of(app.settings, world.ruben))
    with world.scope(world.ruben) as scope:
        choosing.choose(scope, KINDS, choosing.Choice({kind.code: NOW for kind in KINDS}))
    assert rhythms_of(world, world.ruben) == {NOW}
    assert client.get("/account/news").status_code == 302, "the word opens nothing else"
