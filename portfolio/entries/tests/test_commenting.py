"""Comments: what a reader may say about which text, who sees it, and what the owner may do with it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import delete, select

from portfolio.db import Database
from portfolio.entries import commenting
from portfolio.entries.bin import what_goes_along
from portfolio.entries.models import Comment
from portfolio.entries.reading import get_entry
from portfolio.entries.sharing import share_entry
from portfolio.entries.tests.entries_world import World, address, browser, check_page, later, make_world, words
from portfolio.errors import NotAllowed, NotVisible, Refused
from portfolio.people.models import Person
from portfolio.sections.goals.kinds import Goal
from portfolio.testing import make_leadership, post

QUOTED = "Ik wil *echt* ruimte maken"


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def _shared(world: World) -> uuid.UUID:
    """An entry that the coach and the circle read."""
    entry: uuid.UUID = world.write("Ruimte maken", why=QUOTED + "\n\nvoor anderen.")
    for target in (f"coaching:{world.coaching.id}", f"circle:{world.circle.id}"):
        with world.scope(world.fenna) as scope:
            share_entry(scope, entry, Goal, target, None)
    return entry


def _say(world: World, who: Person, entry: uuid.UUID, body: str, kind: str = "question", **more: Any) -> uuid.UUID:
    with world.scope(who, now=more.get("now")) as scope:
        return commenting.add_comment(scope, entry, kind, body, more.get("quote", ""))


def _answer(world: World, who: Person, entry: uuid.UUID, to: uuid.UUID, body: str, minutes: int = 1) -> uuid.UUID:
    with world.scope(who, now=later(minutes=minutes)) as scope:
        return commenting.reply(scope, entry, to, body)


def _threads(world: World, who: Person, entry: uuid.UUID) -> list[commenting.Said]:
    with world.scope(who) as scope:
        return commenting.list_comments(scope, get_entry(scope, entry))


def test_a_reader_gives_a_question_a_mirror_an_encouragement_or_a_reference(world: World) -> None:
    entry = _shared(world)
    for minute, kind in enumerate(commenting.KINDS):
        _say(world, world.ruben, entry, f"een {kind}", kind, now=later(minutes=minute))
    said = _threads(world, world.fenna, entry)
    assert [(one.kind, one.body, one.author) for one in said] == [
        (kind, f"een {kind}", "Ruben Voorbeeld") for kind in ("question", "mirror", "encouragement", "reference")
    ]
    assert not any(one.mine or one.read_at or one.hidden or one.text_of for one in said)


def test_a_quote_is_words_a_reader_can_see_in_the_text(world: World) -> None:
    entry = _shared(world)
    _say(world, world.ruben, entry, "dit raakt me", quote="Ik wil  echt\nruimte maken voor anderen.")
    _say(world, world.ruben, entry, "de titel", quote="Ruimte maken")
    assert {one.quote for one in _threads(world, world.ruben, entry)} == {
        "Ik wil echt ruimte maken voor anderen.",
        "Ruimte maken",
    }


@pytest.mark.parametrize(
    ("kind", "body", "quote", "fields"),
    [
        ("question", "hallo", "staat er niet", ["quote"]),
        ("question", "hallo", "x" * 501, ["quote"]),
        ("question", "  \n ", "", ["body"]),
        ("question", "x" * 5001, "", ["body"]),
        ("grade", "een acht", "", ["kind"]),
        ("", "hallo", "", ["kind"]),
        ("\x00", "\x00", "\x00\x01y", ["body", "kind", "quote"]),
    ],
)
def test_a_comment_that_can_not_be_is_refused_at_each_field(
    world: World, kind: str, body: str, quote: str, fields: list[str]
) -> None:
    entry = _shared(world)
    with pytest.raises(Refused) as refused:
        _say(world, world.ruben, entry, body, kind, quote=quote)
    assert sorted(refused.value.errors) == fields
    assert _threads(world, world.fenna, entry) == []


def test_after_an_edit_the_owner_reads_which_text_it_was_about_and_the_reader_sees_no_sign_of_it(
    world: World, app: Any
) -> None:
    entry = _shared(world)
    _say(world, world.ruben, entry, "over het begin", quote="voor anderen")
    ruben, fenna = browser(app, world.ruben), browser(app, world.fenna)
    before = words(ruben.get(address(world, entry)).text)
    assert "about the text of" not in words(fenna.get(address(world, entry)).text)
    world.edit(entry, "Ruimte maken", 1, why="Heel anders", now=later(minutes=3))
    _say(world, world.ruben, entry, "over nu", now=later(minutes=4))
    first, second = _threads(world, world.fenna, entry)
    assert first.text_of is not None and first.number == 1
    assert second.text_of is None and second.number == 2
    for said in _threads(world, world.ruben, entry):
        assert (said.text_of, said.number) == (None, None)
    assert words(fenna.get(address(world, entry)).text).count("about the text of") == 1
    seen = ruben.get(address(world, entry)).text
    assert "about the text of" not in words(seen)
    assert "Earlier texts" not in seen and "/texts" not in seen
    assert "voor anderen" in before and "voor anderen" in words(seen)  # the words he himself quoted


def test_owner_and_reader_answer_each_other_and_answering_is_reading(world: World) -> None:
    entry = _shared(world)
    thread = _say(world, world.ruben, entry, "Waarom nu?")
    assert _threads(world, world.fenna, entry)[0].read_at is None
    _answer(world, world.fenna, entry, thread, "Omdat het kan.", 1)
    _answer(world, world.ruben, entry, thread, "Mooi.", 2)
    for who in (world.fenna, world.ruben):
        (said,) = _threads(world, who, entry)
        assert [(one.author, one.body) for one in said.replies] == [
            ("Fenna Voorbeeld", "Omdat het kan."), ("Ruben Voorbeeld", "Mooi."),
        ]  # fmt: skip
    assert _threads(world, world.fenna, entry)[0].read_at is not None
    for body in (" ", "x" * 5001):
        with pytest.raises(Refused) as refused:
            _answer(world, world.fenna, entry, thread, body)
        assert list(refused.value.errors) == ["body"]


def test_an_answer_written_in_the_same_instant_is_not_lost(world: World) -> None:
    entry, now = _shared(world), later()
    for _time in range(8):
        thread = _say(world, world.ruben, entry, "nu", now=now)
        with world.scope(world.fenna, now=now) as scope:
            commenting.reply(scope, entry, thread, "ook nu")
    assert [len(said.replies) for said in _threads(world, world.fenna, entry)] == [1] * 8


def test_a_reader_sees_only_their_own_threads(world: World) -> None:
    entry = _shared(world)
    of_coach = _say(world, world.ruben, entry, "van Ruben")
    _say(world, world.idris, entry, "van Idris")
    _answer(world, world.fenna, entry, of_coach, "aan Ruben")
    assert [said.body for said in _threads(world, world.ruben, entry)] == ["van Ruben"]
    assert [said.body for said in _threads(world, world.idris, entry)] == ["van Idris"]
    assert _threads(world, world.lotte, entry) == []
    assert {said.body for said in _threads(world, world.fenna, entry)} == {"van Ruben", "van Idris"}
    for act in (
        lambda scope: commenting.reply(scope, entry, of_coach, "mag niet"),
        lambda scope: commenting.take_back(scope, entry, of_coach),
    ):
        with world.scope(world.idris) as scope, pytest.raises(NotVisible):
            act(scope)


def test_a_comment_is_only_found_with_its_own_entry(world: World) -> None:
    entry, other = _shared(world), _shared(world)
    thread = _say(world, world.ruben, entry, "hier")
    for who in (world.fenna, world.ruben):
        for comment in (thread, uuid.uuid4()):
            with world.scope(who) as scope, pytest.raises(NotVisible):
                commenting.reply(scope, other, comment, "daar")
            with world.scope(who) as scope, pytest.raises(NotVisible):
                commenting.take_back(scope, other, comment)
    with world.scope(world.fenna) as scope, pytest.raises(NotVisible):
        commenting.mark_read(scope, other, thread, read=True)
    with world.scope(world.fenna) as scope, pytest.raises(NotVisible):
        commenting.hide(scope, other, thread, hidden=True)


def test_the_owner_marks_as_read_and_folds_away_and_back(world: World) -> None:
    entry = _shared(world)
    thread = _say(world, world.ruben, entry, "Waarom?")
    for read in (True, False):
        with world.scope(world.fenna) as scope:
            commenting.mark_read(scope, entry, thread, read=read)
            commenting.hide(scope, entry, thread, hidden=read)
        (said,) = _threads(world, world.fenna, entry)
        assert (said.read_at is not None, said.hidden) == (read, read)
    for act in (commenting.mark_read, commenting.hide):
        more = {"read": True} if act is commenting.mark_read else {"hidden": True}
        with world.scope(world.ruben) as scope, pytest.raises(NotAllowed):
            act(scope, entry, thread, **more)


def test_a_reader_does_not_learn_that_it_was_read_or_folded_away(world: World, app: Any) -> None:
    entry = _shared(world)
    thread = _say(world, world.ruben, entry, "Waarom?")
    ruben = browser(app, world.ruben)
    before = words(ruben.get(address(world, entry)).text)
    with world.scope(world.fenna) as scope:
        commenting.mark_read(scope, entry, thread, read=True)
        commenting.hide(scope, entry, thread, hidden=True)
    assert words(ruben.get(address(world, entry)).text) == before


def test_a_comment_can_be_taken_back_until_it_is_answered(world: World) -> None:
    entry = _shared(world)
    first, second = _say(world, world.ruben, entry, "eerste"), _say(world, world.ruben, entry, "tweede")
    with world.scope(world.ruben) as scope:
        commenting.take_back(scope, entry, first)
    answer = _answer(world, world.fenna, entry, second, "antwoord", 1)
    with world.scope(world.ruben) as scope, pytest.raises(Refused):
        commenting.take_back(scope, entry, second)
    _answer(world, world.ruben, entry, second, "dank", 2)
    with world.scope(world.fenna) as scope, pytest.raises(Refused):
        commenting.take_back(scope, entry, answer)
    assert [said.body for said in _threads(world, world.fenna, entry)] == ["tweede"]


def test_the_owner_answers_but_opens_no_thread(world: World) -> None:
    entry = _shared(world)
    with pytest.raises(Refused):
        _say(world, world.fenna, entry, "aan mezelf")


def test_without_a_share_there_is_nothing_to_comment_on(world: World) -> None:
    entry = world.write()
    for who in (world.ruben, world.idris, world.hanne):
        with pytest.raises(NotVisible):
            _say(world, who, entry, "hoi")


def test_what_somebody_i_came_to_lead_wrote_with_my_entry_is_gone_for_me(world: World, app: Any) -> None:
    entry = _shared(world)
    hers, his = _say(world, world.idris, entry, "van Idris"), _say(world, world.ruben, entry, "van Ruben")
    with world.database.write() as session:
        make_leadership(session, world.fenna, world.idris, school=world.school)
    assert [said.body for said in _threads(world, world.fenna, entry)] == ["van Ruben"]
    for act in (
        lambda scope: commenting.reply(scope, entry, hers, "toch"),
        lambda scope: commenting.mark_read(scope, entry, hers, read=True),
        lambda scope: commenting.hide(scope, entry, hers, hidden=True),
    ):
        with world.scope(world.fenna) as scope, pytest.raises(NotVisible):
            act(scope)
    with world.scope(world.fenna) as scope:
        assert what_goes_along(scope, entry).comments == 1  # nor is it counted
    assert "van Idris" not in browser(app, world.fenna).get(address(world, entry)).text
    assert his


def test_a_comment_outlives_the_account_of_who_wrote_it(world: World, app: Any) -> None:
    entry = _shared(world)
    thread = _say(world, world.ruben, entry, "Waarom?")
    _answer(world, world.fenna, entry, thread, "Daarom.")
    with world.database.write() as session:
        session.execute(delete(Person).where(Person.id == world.ruben.id))
    (said,) = _threads(world, world.fenna, entry)
    assert (said.author_id, said.author, said.body, len(said.replies)) == (None, "", "Waarom?", 1)
    fenna = browser(app, world.fenna)
    seen = words(fenna.get(address(world, entry)).text)
    assert "An earlier coach" in seen and "Ruben" not in seen
    assert post(fenna, address(world, entry, f"comments/{thread}/reply"), {"body": "Nog iets"}).status_code == 303


def test_the_pages_take_comment_answer_and_what_the_owner_does_with_it(world: World, app: Any) -> None:
    entry = _shared(world)
    ruben, fenna, idris = (browser(app, person) for person in (world.ruben, world.fenna, world.idris))
    said = {"kind": "mirror", "body": "Ik zie je groeien.", "quote": "voor anderen"}
    assert post(ruben, address(world, entry, "comments"), said).status_code == 303
    with world.database.read() as session:
        thread = session.scalars(select(Comment.id)).one()
    check_page(ruben.get(address(world, entry)).text)
    assert post(fenna, address(world, entry, f"comments/{thread}/reply"), {"body": "Dank."}).status_code == 303
    for what in ("read", "unread", "hide", "show"):
        assert post(fenna, address(world, entry, f"comments/{thread}/{what}")).status_code == 303
        assert post(ruben, address(world, entry, f"comments/{thread}/{what}")).status_code == 403
        check_page(fenna.get(address(world, entry)).text)
    assert post(fenna, address(world, entry, f"comments/{thread}/grade")).status_code == 404
    assert post(idris, address(world, entry, f"comments/{thread}/reply"), {"body": "Hoi"}).status_code == 404
    answered = post(ruben, address(world, entry, f"comments/{thread}/take-back"))
    assert answered.status_code == 422
    assert "It has been answered" in words(answered.text)
    told = post(fenna, address(world, entry, "comments"), said)
    assert told.status_code == 422
    assert "a note to yourself is a reflection" in words(told.text)
