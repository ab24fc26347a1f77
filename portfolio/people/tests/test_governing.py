"""The pages of leaders and the board: names of whom one leads, and nothing they write or do."""

from __future__ import annotations

from typing import Any

from portfolio.clock import now, today
from portfolio.db import Database
from portfolio.people.models import Board, BoardRole, Person
from portfolio.testing import (
    LONG_AGO,
    make_circle,
    make_entry,
    make_leadership,
    make_person,
    make_school,
    make_share,
    sign_in,
)


def test_the_leaders_page_names_whom_they_lead_and_nothing_they_write(app: Any, database: Database) -> None:
    with database.write() as session:
        hanne, fenna, idris = (make_person(session, name=name) for name in ("Hanne", "Fenna", "Idris Verzonnen"))
        make_leadership(session, hanne, fenna)
        make_leadership(session, hanne, idris, until=today())
        entry = make_entry(session, fenna, title="Kanarie")
        make_share(session, entry, person=hanne)
        make_share(session, entry, circle=make_circle(session, fenna, name="Onderstroom"))
    page = sign_in(app.test_client(), hanne).get("/leader")
    assert page.status_code == 200 and "Fenna" in page.text and "Only you see this page." in page.text
    assert "What you will never see" in page.text and "Why" in page.text
    for hidden in ("Idris Verzonnen", "Kanarie", "Onderstroom", str(fenna.id)):
        assert hidden not in page.text


def test_the_boards_page_has_no_names_and_no_figures(app: Any, database: Database) -> None:
    with database.write() as session:
        otto = make_person(session, name="Otto Totaal")
        board = Board(name="Stichting Schijnwerelden")
        session.add(board)
        session.flush()
        session.add(BoardRole(person_id=otto.id, board_id=board.id, since=LONG_AGO))
        make_person(session, name="Fenna Voorbeeld", school=make_school(session))
    client = sign_in(app.test_client(), otto)
    page = client.get("/board")
    assert page.status_code == 200 and "What you will never see" in page.text
    assert "Fenna" not in page.text
    assert client.get("/leader").location == "/board"


def test_these_pages_are_there_for_leaders_and_the_board_alone(app: Any, database: Database) -> None:
    with database.write() as session:
        school = make_school(session)
        fenna, hanne, ended = (make_person(session, name=name, school=school) for name in ("Fenna", "Hanne", "Oud"))
        make_leadership(session, hanne, fenna)
        make_leadership(session, ended, fenna, until=today())
        mirjam = make_person(session, name="Mirjam", school=school, role="administrator")
        bare = Person(name="Zonder portfolio", email="bare@example.org", created_at=now())
        session.add(bare)
    for person in (fenna, ended):
        client = sign_in(app.test_client(), person)
        assert client.get("/leader").status_code == client.get("/board").status_code == 404
    assert sign_in(app.test_client(), hanne).get("/board").status_code == 404
    assert sign_in(app.test_client(), mirjam).get("/leader").location == f"/s/{school.id}/"
    assert sign_in(app.test_client(), bare).get("/leader").location == "/circles"
    assert app.test_client().get("/leader").status_code == 302
