"""What is sent twice is made once, also when both come at the same moment: on both databases."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from portfolio import once
from portfolio.db import Database, new_id
from portfolio.entries import commenting
from portfolio.entries.models import Comment, Entry, Portfolio, Revision
from portfolio.entries.sharing import share_entry
from portfolio.entries.tests.entries_world import World, draft, later, make_world
from portfolio.entries.writing import create_entry
from portfolio.people.circle_making import make_circle
from portfolio.people.models import Circle, CircleMember, Person
from portfolio.scope import Scope
from portfolio.sections.goals.kinds import Goal

SECRET = "s" * 40
Send = Callable[[Scope, uuid.UUID | None, str], uuid.UUID]


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def _entry(world: World) -> tuple[Person, Any, Send]:
    return world.fenna, Entry, lambda scope, form, text: create_entry(scope, "goals", Goal, draft(text), form_id=form)


def _shared(world: World) -> uuid.UUID:
    entry: uuid.UUID = world.write()
    with world.scope(world.fenna) as scope:
        share_entry(scope, entry, Goal, f"coaching:{world.coaching.id}", None)
    return entry


def _comment(world: World) -> tuple[Person, Any, Send]:
    entry = _shared(world)
    return world.ruben, Comment, lambda scope, form, text: commenting.add_comment(
        scope, entry, "question", text, form_id=form
    )


def _reply(world: World, who: Person) -> tuple[Person, Any, Send]:
    entry = _shared(world)
    with world.scope(world.ruben) as scope:
        asked = commenting.add_comment(scope, entry, "question", "Wat houdt je tegen?")
    return who, Comment, lambda scope, form, text: commenting.reply(scope, entry, asked, text, form_id=form)


def _circle(world: World) -> tuple[Person, Any, Send]:
    return world.fenna, Circle, lambda scope, form, text: make_circle(scope, text, form_id=form)


THINGS = {
    "an entry": _entry,
    "a comment": _comment,
    "the owner's reply": lambda world: _reply(world, world.fenna),
    "the reader's own reply": lambda world: _reply(world, world.ruben),
    "a circle": _circle,
}


def _count(world: World, model: Any) -> int:
    with world.database.read() as session:
        return session.scalars(select(func.count()).select_from(model)).one()


@pytest.mark.parametrize("thing", THINGS)
def test_the_same_words_are_one_thing_and_other_words_another(world: World, thing: str) -> None:
    who, model, send = THINGS[thing](world)
    before, form = _count(world, model), new_id()

    def sent(text: str, form: uuid.UUID | None, **when: Any) -> uuid.UUID:
        with world.scope(who, now=later(**when) if when else None) as scope:
            return send(scope, form, text)

    first = sent("Ruimte", form)
    assert sent("Ruimte", form) == first
    assert sent("Ruimte", new_id(), minutes=5) == first, "who goes back gets a new form with the old words in it"
    assert _count(world, model) == before + 1
    other = sent("Ruimte en rust", form, minutes=6)
    assert other != first and sent("Ruimte en rust", form, minutes=6) == other
    assert _count(world, model) == before + 2
    late = sent("Ruimte en rust", new_id(), minutes=90)
    assert late not in (first, other), "the next day the same words may be meant"
    assert len({first, other, late, sent("Ruimte", None), sent("Ruimte", None)}) == 5, "without a form's id"
    if model is Circle:
        with world.database.read() as session:
            for table in (Portfolio, CircleMember):
                found = session.scalars(select(table.circle_id).where(table.circle_id.in_([first, other]))).all()  # type: ignore[attr-defined]
                assert sorted(found) == sorted([first, other])


@pytest.mark.parametrize("ends", ["kept", "undone"])
@pytest.mark.parametrize("thing", THINGS)
def test_two_at_the_same_moment_are_one(world: World, thing: str, ends: str) -> None:
    """The second begins when the first has written but isn't done; it has to wait, and then knows what came of it."""
    who, model, send = THINGS[thing](world)
    before, form = _count(world, model), new_id()
    made: list[Any] = []

    def again() -> None:
        try:
            with world.scope(who) as scope:
                made.append(send(scope, form, "Ruimte"))
        except BaseException as error:
            made.append(error)

    second = threading.Thread(target=again)
    try:
        with world.scope(who) as scope:
            first = send(scope, form, "Ruimte")
            second.start()
            second.join(0.4)
            assert second.is_alive(), f"it didn't wait: {made}"
            if ends == "undone":
                raise InterruptedError
    except InterruptedError:
        pass
    second.join(20)
    assert made == [first]
    assert _count(world, model) == before + 1


@pytest.mark.parametrize("thing", THINGS)
def test_an_id_that_somebody_else_has_is_not_told_and_not_touched(world: World, thing: str) -> None:
    who, model, send = THINGS[thing](world)
    form = new_id()
    with world.scope(who) as scope:
        taken = send(scope, form, "Ruimte")
    with world.database.write() as session:  # as if it were another's: nobody can make this happen
        found = session.get_one(model, taken)
        if model is Circle:
            session.scalars(select(CircleMember).where(CircleMember.circle_id == taken)).one().person_id = world.yara.id
            session.scalars(select(Portfolio).where(Portfolio.circle_id == taken)).one()
        else:
            found.author_id = world.yara.id
    with world.scope(who) as scope:
        assert send(scope, form, "Ruimte") != taken
    with world.database.read() as session:
        found = session.get_one(model, taken)
        assert model is Circle or found.author_id == world.yara.id


def test_the_id_of_a_form_is_good_for_one_person_and_one_secret() -> None:
    me, form = uuid.uuid4(), new_id()
    token = once.sign(SECRET, me, form)
    assert once.read(SECRET, me, token) == form
    assert once.read(SECRET, uuid.uuid4(), token) is None
    assert once.read("t" * 40, me, token) is None
    for wrong in ("", ".", form.hex, str(form), token[:-1], f"x{token}", "a\0b", "\ud800.x", "é.é", "9" * 5000):
        assert once.read(SECRET, me, wrong) is None, wrong


def test_what_a_form_makes_has_an_id_of_the_right_kind_that_nobody_chooses() -> None:
    me, form = uuid.uuid4(), new_id()
    found = once.id_from(form, me, "entry", ["Ruimte"])
    assert found.version == 7 and found.variant == uuid.RFC_4122
    assert found.int >> 80 == form.int >> 80, "the time at which the form was made"
    others = {
        once.id_from(form, me, "comment", ["Ruimte"]),
        once.id_from(form, me, "entry", ["Rust"]),
        once.id_from(form, uuid.uuid4(), "entry", ["Ruimte"]),
        once.id_from(new_id(), me, "entry", ["Ruimte"]),
        once.id_from(None, me, "entry", ["Ruimte"]),
        form,
    }
    assert len(others | {found}) == 7
    assert once.id_from(form, me, "entry", ["Ruimte"]) == found


def test_an_entry_of_the_same_form_has_one_revision(world: World) -> None:
    who, _model, send = _entry(world)
    form = new_id()
    for _turn in range(3):
        with world.scope(who) as scope:
            send(scope, form, "Ruimte")
    assert (_count(world, Entry), _count(world, Revision)) == (1, 1)
