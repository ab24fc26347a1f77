"""Forms that are sent twice, as a browser without scripts sends them: a double click, and going back."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from sqlalchemy import event, func, select

from portfolio.db import Database
from portfolio.entries import commenting
from portfolio.entries.bin import bin_entry
from portfolio.entries.models import Comment, Entry
from portfolio.entries.sharing import share_entry
from portfolio.entries.tests.entries_world import World, address, browser, make_world, words
from portfolio.sections.goals.kinds import Goal
from portfolio.testing import portfolio_of, post

TYPED = {"title": "Ruimte maken", "happened_on": "2026-03-02", "seen": "0", "why": "Omdat het moet"}


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


@pytest.fixture
def fenna(app: Any, world: World) -> Any:
    return browser(app, world.fenna)


def _new(world: World, section: str = "goals", kind: str = "goal") -> str:
    return f"/p/{world.portfolio}/{section}/new/{kind}"


def _once(html: str) -> str:
    """What the forms of a page carry: all the same."""
    found = set(re.findall(r'name="once" value="([^"]+)"', html))
    assert len(found) == 1, found
    return str(found.pop())


def _titles(world: World) -> list[str]:
    with world.database.read() as session:
        return sorted(session.scalars(select(Entry.title)))


def _said(world: World) -> int:
    with world.database.read() as session:
        return session.scalars(select(func.count()).select_from(Comment)).one()


def test_a_double_click_on_a_new_entry_makes_one_and_both_answers_lead_to_it(world: World, fenna: Any) -> None:
    sent = TYPED | {"once": _once(fenna.get(_new(world)).text)}
    first, second = post(fenna, _new(world), sent), post(fenna, _new(world), sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert "Omdat het moet" in fenna.get(second.location).text
    assert _titles(world) == ["Ruimte maken"]


def test_who_goes_back_and_types_more_loses_nothing(world: World, fenna: Any) -> None:
    sent = TYPED | {"once": _once(fenna.get(_new(world)).text)}
    first = post(fenna, _new(world), sent)
    more = [post(fenna, _new(world), sent | {"why": "Omdat het moet, en kan"}) for _click in range(2)]
    assert more[0].location == more[1].location != first.location
    assert "Omdat het moet, en kan" in fenna.get(more[0].location).text
    assert len(_titles(world)) == 2


def test_who_goes_back_and_sends_the_same_again_finds_what_is_there(world: World, fenna: Any) -> None:
    """Browsers fetch the page again and put the typed words in it."""
    tokens = [_once(fenna.get(_new(world)).text) for _visit in range(2)]
    assert tokens[0] != tokens[1]
    first, second = (post(fenna, _new(world), TYPED | {"once": token}) for token in tokens)
    assert first.location == second.location
    assert _titles(world) == ["Ruimte maken"]


def test_the_same_text_with_another_link_is_another_entry(world: World, fenna: Any) -> None:
    older = world.write("Eerder doel")
    sent = TYPED | {"once": _once(fenna.get(_new(world)).text)}
    alone = post(fenna, _new(world), sent)
    linked = [post(fenna, _new(world), sent | {"links-continues": str(older)}) for _click in range(2)]
    assert linked[0].location == linked[1].location != alone.location
    assert "Eerder doel" in fenna.get(linked[0].location).text


def test_a_text_in_the_bin_or_changed_since_is_not_in_the_way(world: World, fenna: Any) -> None:
    sent = TYPED | {"once": _once(fenna.get(_new(world)).text)}
    binned = post(fenna, _new(world), sent).location
    with world.scope(world.fenna) as scope:
        bin_entry(scope, uuid.UUID(binned.rstrip("/").rpartition("/")[2]))
    changed = post(fenna, _new(world), sent).location
    assert changed != binned
    assert post(fenna, f"{changed}edit", TYPED | {"title": "Anders", "seen": "1"}).status_code == 303
    again = post(fenna, _new(world), sent).location
    assert again not in (binned, changed)
    assert _titles(world) == ["Anders", "Ruimte maken", "Ruimte maken"]


@pytest.mark.parametrize("token", [None, "", "x", "a\0b", "x" * 5000, uuid.UUID(int=7).hex, "other's"])
def test_without_an_id_that_is_mine_each_form_makes_something(
    app: Any, world: World, fenna: Any, token: str | None
) -> None:
    if token == "other's":
        other = browser(app, world.yara)
        with world.database.read() as session:
            token = _once(other.get(f"/p/{portfolio_of(session, world.yara).id}/goals/new/goal").text)
    sent = TYPED if token is None else TYPED | {"once": token}
    first, second = post(fenna, _new(world), sent), post(fenna, _new(world), sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location != second.location


def test_a_form_that_comes_back_with_a_message_is_still_the_same_form(app: Any, world: World, fenna: Any) -> None:
    token = _once(fenna.get(_new(world)).text)
    back = post(fenna, _new(world), TYPED | {"title": "", "once": token})
    assert back.status_code == 422 and _once(back.text) == token
    entry, asked = _asked(world)
    ruben = browser(app, world.ruben)
    token = _once(ruben.get(address(world, entry)).text)
    for rest in ("comments", f"comments/{asked}/reply"):
        back = post(ruben, address(world, entry, rest), {"kind": "question", "body": "", "once": token})
        assert back.status_code == 422 and _once(back.text) == token


def _asked(world: World) -> tuple[uuid.UUID, uuid.UUID]:
    """An entry that Ruben reads, and his question about it."""
    entry: uuid.UUID = world.write()
    with world.scope(world.fenna) as scope:
        share_entry(scope, entry, Goal, f"coaching:{world.coaching.id}", None)
    with world.scope(world.ruben) as scope:
        return entry, commenting.add_comment(scope, entry, "question", "Wat houdt je tegen?")


def test_a_comment_sent_twice_is_said_once(app: Any, world: World) -> None:
    entry, _asked_before = _asked(world)
    ruben = browser(app, world.ruben)
    sent = {"kind": "mirror", "body": "Ik hoor twee dingen.", "once": _once(ruben.get(address(world, entry)).text)}
    answers = [post(ruben, address(world, entry, "comments"), sent) for _click in range(2)]
    assert [one.status_code for one in answers] == [303, 303] and answers[0].location == answers[1].location
    assert _said(world) == 2
    back = sent | {"once": _once(ruben.get(address(world, entry)).text)}
    post(ruben, address(world, entry, "comments"), back)
    assert _said(world) == 2, "and who goes back doesn't say it again"
    for other in ({"body": "Ik hoor drie dingen."}, {"kind": "question"}, {"quote": "Ruimte maken"}):
        post(ruben, address(world, entry, "comments"), back | other)
    assert _said(world) == 5, "other words, another kind or a quote is something else"


def test_a_reply_sent_twice_is_said_once_and_after_an_answer_again(app: Any, world: World) -> None:
    entry, asked = _asked(world)
    fenna, ruben = browser(app, world.fenna), browser(app, world.ruben)
    there = address(world, entry, f"comments/{asked}/reply")

    def says(who: Any, body: str, clicks: int = 2) -> None:
        sent = {"body": body, "once": _once(who.get(address(world, entry)).text)}
        assert {post(who, there, sent).status_code for _click in range(clicks)} == {303}

    says(fenna, "Ja.")
    assert _said(world) == 2
    says(fenna, "Ja.")
    assert _said(world) == 2, "going back"
    says(ruben, "En de tijd?")
    says(fenna, "Ja.")
    assert _said(world) == 4, "an answer to something else"
    assert words(fenna.get(address(world, entry)).text).count("Ja.") == 2


def test_the_same_words_in_two_threads_are_two_replies(app: Any, world: World) -> None:
    entry, asked = _asked(world)
    with world.scope(world.ruben) as scope:
        also = commenting.add_comment(scope, entry, "question", "En wie helpt je?")
    fenna = browser(app, world.fenna)
    sent = {"body": "Daar denk ik over na.", "once": _once(fenna.get(address(world, entry)).text)}
    for thread in (asked, also, asked, also):
        post(fenna, address(world, entry, f"comments/{thread}/reply"), sent)
    assert _said(world) == 4


def test_only_forms_for_something_new_carry_an_id(world: World, fenna: Any) -> None:
    entry = world.write()
    assert 'name="once"' not in fenna.get(address(world, entry, "edit")).text
    assert 'name="once"' not in fenna.get(address(world, entry)).text, "nobody said anything yet"


def test_what_was_typed_in_a_page_without_sign_in_is_shown_without_the_id(app: Any, world: World, fenna: Any) -> None:
    sent = TYPED | {"why": "Een lange zin die niet weg mag.", "once": _once(fenna.get(_new(world)).text)}
    signed_out = post(app.test_client(), _new(world), sent)
    assert signed_out.status_code == 401
    assert sent["why"] in signed_out.text and sent["once"] not in signed_out.text


@pytest.mark.parametrize("what", ["entry", "comment", "reply"])
@pytest.mark.parametrize("again", [False, True])
def test_it_takes_no_more_than_twelve_statements(app: Any, world: World, what: str, again: bool) -> None:
    entry, asked = _asked(world)
    client = browser(app, world.ruben if what == "comment" else world.fenna)
    page = _new(world, "reflections", "reflection") if what == "entry" else address(world, entry)
    path = {"entry": page, "comment": f"{page}comments", "reply": f"{page}comments/{asked}/reply"}[what]
    sent = TYPED | {"text": "Terugkijken", "links-looks_back_on": str(entry)} if what == "entry" else {"body": "Ja."}
    sent |= {"kind": "question", "once": _once(client.get(page).text)}
    assert not again or post(client, path, sent).status_code == 303
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "PRAGMA")):
            found.append(statement)

    real = client.post

    def counted(*args: Any, **kw: Any) -> Any:
        event.listen(world.database.engine, "before_cursor_execute", note)
        try:
            return real(*args, **kw)
        finally:
            event.remove(world.database.engine, "before_cursor_execute", note)

    client.post = counted
    assert post(client, path, sent).status_code == 303
    assert 3 <= len(found) <= 12, "\n".join(found)
