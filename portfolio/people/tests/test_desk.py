"""The coach's desk: who, what is new, what waits; with as many queries for one entry as for a hundred."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from portfolio.clock import now, today
from portfolio.db import Database
from portfolio.entries.models import Comment, Entry, Reading
from portfolio.errors import NotVisible
from portfolio.people import desk
from portfolio.people.models import Person
from portfolio.testing import (
    make_circle,
    make_coaching,
    make_entry,
    make_leadership,
    make_person,
    make_school,
    make_share,
    open_scope_for,
    sign_in,
)


def say(
    session: Session, entry: Entry, author: Person, *, to: Comment | None = None, minutes: int = 0
) -> Comment:
    found = Comment(
        entry_id=entry.id, author_id=author.id, body="…", kind="" if to else "question",
        reply_to=to.id if to else None, written_at=now() - dt.timedelta(hours=2) + dt.timedelta(minutes=minutes),
    )  # fmt: skip
    session.add(found)
    session.flush()
    return found


def shown(session: Session, coach: Person) -> desk.Desk:
    try:
        return desk.get_desk(open_scope_for(session, coach))
    except NotVisible:
        return desk.Desk([], [], False, [])


def new(session: Session, coach: Person) -> list[str]:
    return [line.entry.title for line in shown(session, coach).new]


def waiting(session: Session, coach: Person) -> list[str]:
    return [line.entry.title for line in shown(session, coach).waiting]


def test_my_teachers_are_those_whose_coaching_runs_and_was_accepted(session: Session) -> None:
    school = make_school(session)
    ruben, fenna, yara, daan = (
        make_person(session, name=name, school=school) for name in ("Ruben", "Fenna", "Yara", "Daan")
    )
    make_coaching(session, ruben, fenna)
    make_coaching(session, ruben, yara, accepted=False)
    make_coaching(session, ruben, daan, until=today())
    led = make_person(session, name="Lotte", school=school)
    make_coaching(session, ruben, led)  # rows that should not be
    make_leadership(session, ruben, led)
    teachers = desk.list_teachers(open_scope_for(session, ruben))
    assert [(one.id, one.name, one.school) for one in teachers] == [(fenna.id, "Fenna", school.name)]
    for other in (yara, daan, led, ruben):
        with pytest.raises(NotVisible):
            desk.get_teacher(open_scope_for(session, ruben), other.id)
    assert desk.list_teachers(open_scope_for(session, fenna)) == []


def test_newly_shared_is_what_i_have_not_opened_since(session: Session) -> None:
    ruben, fenna = make_person(session, name="Ruben"), make_person(session, name="Fenna")
    coaching = make_coaching(session, ruben, fenna)
    entry = make_entry(session, fenna, title="Ruimte maken")
    share = make_share(session, entry, coaching=coaching, since=today() - dt.timedelta(days=3))
    make_entry(session, fenna, title="niet gedeeld")
    assert new(session, ruben) == ["Ruimte maken"]
    session.add(Reading(entry_id=entry.id, reader_id=fenna.id, day=today()))
    session.add(Reading(entry_id=entry.id, reader_id=ruben.id, day=today() - dt.timedelta(days=4)))
    session.flush()
    assert new(session, ruben) == ["Ruimte maken"]  # another reader, and a day before it was shared again
    session.add(Reading(entry_id=entry.id, reader_id=ruben.id, day=share.since))
    session.flush()
    assert new(session, ruben) == []


@pytest.mark.parametrize("how", ["share ended", "coaching ended", "in the bin", "leader", "other coach", "old"])
def test_what_i_may_not_read_is_not_on_the_desk(session: Session, how: str) -> None:
    ruben, fenna = make_person(session, name="Ruben"), make_person(session, name="Fenna")
    coaching = make_coaching(session, ruben, fenna, until=today() if how == "coaching ended" else None)
    if how == "other coach":
        coaching = make_coaching(session, make_person(session, name="Ander"), fenna)
    entry = make_entry(session, fenna, deleted=how == "in the bin")
    share = make_share(session, entry, coaching=coaching, until=today() if how == "share ended" else None)
    if how == "leader":
        make_leadership(session, ruben, fenna)
    if how == "old":
        share.shared_at = now() - desk.RECENT - dt.timedelta(days=1)
        session.flush()
    question = say(session, entry, ruben)
    say(session, entry, fenna, to=question, minutes=1)
    assert new(session, ruben) == []
    assert waiting(session, ruben) == ([entry.title] if how == "old" else [])


def test_an_entry_that_reaches_me_twice_is_there_once_and_others_texts_are_not(session: Session) -> None:
    ruben, fenna, yara = (make_person(session, name=name) for name in ("Ruben", "Fenna", "Yara"))
    coaching = make_coaching(session, ruben, fenna)
    entry = make_entry(session, fenna, title="Twee keer")
    make_share(session, entry, coaching=coaching)
    make_share(session, entry, person=ruben)
    make_share(session, make_entry(session, yara, title="Niet mijn docent"), person=ruben)
    assert new(session, ruben) == ["Twee keer"]


def test_the_last_shared_comes_first_and_twenty_fit_on_a_page(session: Session) -> None:
    ruben, fenna = make_person(session, name="Ruben"), make_person(session, name="Fenna")
    coaching = make_coaching(session, ruben, fenna)
    for number in range(23):
        share = make_share(session, make_entry(session, fenna, title=f"{number:02}"), coaching=coaching)
        share.shared_at = now() - dt.timedelta(hours=number)
    session.flush()
    scope = open_scope_for(session, ruben)
    first, second = desk.get_desk(scope), desk.get_desk(scope, page=2)
    assert [line.entry.title for line in (*first.new, *second.new)] == [f"{number:02}" for number in range(23)]
    assert (len(first.new), first.more, second.more) == (20, True, False)


def test_a_thread_waits_when_its_last_word_is_the_teachers(session: Session) -> None:
    ruben, fenna, yara = (make_person(session, name=name) for name in ("Ruben", "Fenna", "Yara"))
    coaching, other = make_coaching(session, ruben, fenna), make_coaching(session, yara, fenna)
    entry = make_entry(session, fenna, title="Ruimte maken")
    make_share(session, entry, coaching=coaching)
    make_share(session, entry, coaching=other)
    question = say(session, entry, ruben)
    assert waiting(session, ruben) == []
    say(session, entry, fenna, to=question, minutes=1)
    assert waiting(session, ruben) == ["Ruimte maken"]
    assert waiting(session, yara) == []  # not her thread
    say(session, entry, ruben, to=question, minutes=2)
    assert waiting(session, ruben) == []
    say(session, entry, fenna, to=question, minutes=3)
    assert waiting(session, ruben) == ["Ruimte maken"]


def test_a_teachers_page_has_all_that_teacher_shares_and_nothing_of_another(session: Session) -> None:
    ruben, fenna, yara = (make_person(session, name=name) for name in ("Ruben", "Fenna", "Yara"))
    coaching, other = make_coaching(session, ruben, fenna), make_coaching(session, ruben, yara)
    circle = make_circle(session, ruben, fenna)
    days = iter(range(1, 20))

    def entry(author: Person, title: str) -> Entry:
        return make_entry(session, author, title=title, happened_on=today() - dt.timedelta(days=next(days)))

    make_share(session, entry(fenna, "als coach"), coaching=coaching)
    make_share(session, entry(fenna, "bij naam"), person=ruben)
    make_share(session, entry(fenna, "in de kring"), circle=circle)
    make_share(session, entry(fenna, "voorbij"), coaching=coaching, until=today())
    make_share(session, entry(fenna, "verkeerde coaching"), coaching=other)
    make_share(session, entry(yara, "van Yara"), coaching=other)
    entry(fenna, "niet gedeeld")
    scope = open_scope_for(session, ruben)
    lines, more = desk.list_of_teacher(scope, desk.get_teacher(scope, fenna.id))
    assert [line.title for line in lines] == ["als coach", "bij naam", "in de kring"] and not more


def fill(database: Database, many: int) -> tuple[Person, Person]:
    with database.write() as session:
        ruben, fenna = make_person(session, name="Ruben"), make_person(session, name="Fenna")
        coaching = make_coaching(session, ruben, fenna)
        for number in range(many):
            entry = make_entry(session, fenna, title=f"Tekst {number}")
            make_share(session, entry, coaching=coaching)
            question = say(session, entry, ruben)
            say(session, entry, fenna, to=question, minutes=1)
        return ruben, fenna


@pytest.mark.parametrize("many", [1, 60])
def test_the_pages_take_as_many_queries_for_one_entry_as_for_sixty(app: Any, database: Database, many: int) -> None:
    ruben, fenna = fill(database, many)
    client = sign_in(app.test_client(), ruben)
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    for path, most in (("/desk", 6), (f"/desk/{fenna.id}", 4), ("/circles", 3), ("/coaching", 3)):
        asked.clear()
        page = client.get(path)
        found = [sql for sql in asked if not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))]
        assert page.status_code == 200 and len(found) <= most, (path, len(found))
    assert "Tekst 0" in client.get(f"/desk/{fenna.id}?page={(many - 1) // 20 + 1}").text


def test_the_desk_and_a_teachers_page_are_there_for_their_coach_alone(app: Any, database: Database) -> None:
    ruben, fenna = fill(database, 1)
    with database.write() as session:
        stranger, leader = make_person(session, name="Yara"), make_person(session, name="Hanne")
        make_leadership(session, leader, fenna)
    page = sign_in(app.test_client(), ruben).get("/desk")
    assert page.status_code == 200 and "They answered you" in page.text and "Only you see this desk." in page.text
    for one in (fenna, stranger, leader):
        client = sign_in(app.test_client(), one)
        assert client.get("/desk").status_code == 404
        assert client.get(f"/desk/{fenna.id}").status_code == 404
    assert sign_in(app.test_client(), ruben).get(f"/desk/{uuid.uuid4()}").status_code == 404
    assert app.test_client().get("/desk").status_code == 302
