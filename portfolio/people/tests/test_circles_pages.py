"""The pages of circles, as a browser without scripts walks them."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest

from portfolio.db import Database
from portfolio.people.circles import APART
from portfolio.people.models import Circle, CircleMember, Person
from portfolio.testing import (
    make_circle,
    make_coaching,
    make_entry,
    make_leadership,
    make_person,
    make_share,
    post,
    sign_in,
)


def person(database: Database, name: str, **kw: Any) -> Person:
    with database.write() as session:
        return make_person(session, name=name, **kw)


def test_making_a_circle_asking_somebody_in_accepting_sharing_and_leaving(app: Any, database: Database) -> None:
    fenna, ruben = person(database, "Fenna Voorbeeld"), person(database, "Ruben Denkbeeld")
    with database.write() as session:
        make_coaching(session, ruben, fenna)
    mine, theirs = sign_in(app.test_client(), fenna), sign_in(app.test_client(), ruben)
    made = post(mine, "/circles", {"name": "Buitenspiegel", "purpose": "Elkaar bevragen"})
    assert made.status_code == 303
    address = made.location
    page = mine.get(address).text
    assert "Buitenspiegel" in page and "Only you see this page" in page and "Ruben Denkbeeld" in page
    assert theirs.get(address).status_code == 404
    assert post(mine, f"{address}/invitations", {"person": str(ruben.id), "email": ""}).status_code == 303
    assert "Asked, no answer yet" in mine.get(address).text
    asked = theirs.get("/circles").text
    assert "Fenna Voorbeeld asks you." in asked
    accept = re.search(r'action="(/circles/invitations/[^"]+/accept)"', asked)
    assert accept and post(theirs, accept[1]).location == address
    with database.write() as session:
        circle = session.get_one(Circle, uuid.UUID(address.rsplit("/", 1)[1]))
        make_share(session, make_entry(session, fenna, title="Ruimte maken"), circle=circle)
    shown = theirs.get(address).text
    assert "Ruimte maken" in shown and "You and Fenna Voorbeeld see this page." in shown
    assert post(theirs, f"{address}/leave").status_code == 303
    assert theirs.get(address).status_code == 404
    assert "Ruben Denkbeeld" not in re.sub(r"<option.*?</option>", "", mine.get(address).text)


def test_a_form_that_came_back_says_why_and_keeps_what_was_typed(app: Any, database: Database) -> None:
    fenna = person(database, "Fenna", email="fenna@example.org")
    with database.write() as session:
        circle = make_circle(session, fenna)
    client = sign_in(app.test_client(), fenna)
    back = post(client, "/circles", {"name": "", "purpose": "Een plan dat blijft staan"})
    assert back.status_code == 422
    assert "Please write something here." in back.text and "Een plan dat blijft staan" in back.text
    long = post(client, "/circles", {"name": "x" * 81, "purpose": "y" * 501})
    assert long.status_code == 422 and "x" * 81 in long.text and "y" * 501 in long.text
    for data, words in (
        ({"person": "", "email": ""}, "Choose whom you invite"),
        ({"person": "", "email": "geen adres"}, "This is not an e-mail address."),
        ({"person": "", "email": "fenna@example.org"}, "This is your own address."),
        ({"person": str(uuid.uuid4()), "email": ""}, "Choose one of these."),
        ({"person": "x", "email": ""}, "Choose one of these."),
        ({"person": str(uuid.uuid4()), "email": "a@example.org"}, "not both"),
        ({}, "Choose whom you invite"),
        ({"email": "\x00\r\n@"}, "This is not an e-mail address."),
    ):
        answer = post(client, f"/circles/{circle.id}/invitations", data)
        assert answer.status_code == 422 and words in answer.text, data


def test_the_wall_answers_with_its_one_wording_on_both_pages(app: Any, database: Database) -> None:
    fenna, hanne, yara = (person(database, name) for name in ("Fenna", "Hanne", "Yara"))
    with database.write() as session:
        circle = make_circle(session, yara, hanne)
        make_leadership(session, hanne, fenna)
        waiting = CircleMember(circle_id=circle.id, person_id=fenna.id, since=circle.created_at.date())
        session.add(waiting)
        session.flush()
        invitation = waiting.id
    wording = str(APART).replace("'", "&#39;")
    refused = post(sign_in(app.test_client(), fenna), f"/circles/invitations/{invitation}/accept")
    assert refused.status_code == 422 and wording in refused.text
    with database.write() as session:
        session.delete(session.get_one(CircleMember, invitation))
    asked = post(sign_in(app.test_client(), yara), f"/circles/{circle.id}/invitations", {"email": fenna.email})
    assert asked.status_code == 422 and wording in asked.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("post", "/invitations"),
        ("post", "/leave"),
        ("post", f"/invitations/{uuid.UUID(int=7)}/withdraw"),
    ],
)
def test_outsiders_invited_ones_and_leaders_learn_nothing_of_a_circle(
    app: Any, database: Database, method: str, path: str
) -> None:
    fenna, invited, leader, outsider = (person(database, name) for name in ("Fenna", "Yara", "Hanne", "Daan"))
    with database.write() as session:
        circle = make_circle(session, fenna, leader, name="Onderstroom")  # rows that should not be
        session.add(CircleMember(circle_id=circle.id, person_id=invited.id, since=circle.created_at.date()))
        make_leadership(session, leader, fenna)
    missing = f"/circles/{uuid.uuid4()}{path}"
    for one in (invited, leader, outsider):
        client = sign_in(app.test_client(), one)
        send = client.get if method == "get" else lambda url, client=client: post(client, url)
        found, nothing = send(f"/circles/{circle.id}{path}"), send(missing)
        assert found.status_code == nothing.status_code == 404
        assert "Onderstroom" not in found.text
        if one is not invited:
            assert "Onderstroom" not in client.get("/circles").text
    assert "Onderstroom" in sign_in(app.test_client(), fenna).get("/circles").text


def test_who_is_signed_out_is_asked_to_sign_in(client: Any) -> None:
    assert client.get("/circles").status_code == 302
    assert post(client, "/circles", {"name": "x"}).status_code == 401
