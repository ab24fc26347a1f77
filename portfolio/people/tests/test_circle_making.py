"""The form for a new circle, sent twice."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import func, select

from portfolio.db import Database
from portfolio.people.models import Circle
from portfolio.testing import make_person, post, sign_in


def _circles(database: Database) -> int:
    with database.read() as session:
        return session.scalars(select(func.count()).select_from(Circle)).one()


def _once(html: str) -> str:
    found = re.findall(r'name="once" value="([^"]+)"', html)
    assert len(found) == 1
    return str(found[0])


def test_a_double_click_on_a_new_circle_makes_one_and_other_words_another(app: Any, database: Database) -> None:
    with database.write() as session:
        person = make_person(session)
    client = sign_in(app.test_client(), person)
    token = _once(client.get("/circles").text)
    back = post(client, "/circles", {"name": "", "purpose": "Elkaar bevragen", "once": token})
    assert back.status_code == 422 and _once(back.text) == token
    sent = {"name": "Buitenspiegel", "purpose": "Elkaar bevragen", "once": token}
    first, second = post(client, "/circles", sent), post(client, "/circles", sent)
    assert first.status_code == 303 and first.location == second.location
    assert client.get(second.location).status_code == 200
    assert _circles(database) == 1
    again = post(client, "/circles", sent | {"once": _once(client.get("/circles").text)})
    assert again.location == first.location, "who goes back gets a new form with the old words in it"
    assert post(client, "/circles", sent | {"purpose": "Samen oefenen"}).location != first.location
    assert _circles(database) == 2


def test_who_left_makes_a_new_circle_with_the_same_name(app: Any, database: Database) -> None:
    with database.write() as session:
        person = make_person(session)
    client = sign_in(app.test_client(), person)
    sent = {"name": "Buitenspiegel", "once": _once(client.get("/circles").text)}
    first = post(client, "/circles", sent).location
    assert post(client, f"{first}/leave").status_code == 303
    second = post(client, "/circles", sent).location
    assert client.get(second).status_code == 200 and _circles(database) == 1
