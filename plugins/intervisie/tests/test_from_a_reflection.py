"""A reflection of one's own can become a question for intervisie: the way is there for its writer, where it is on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from portfolio.clock import today
from portfolio.people.models import Coaching, Switch
from portfolio.testing import post

WORDS = "Maak er een vraag voor intervisie van"


def test_the_way_from_a_reflection_to_a_case_is_its_writers_where_intervisie_is_on(people: Any) -> None:
    fenna, ruben = people.browser("fenna"), people.browser("ruben")
    typed = {"title": "Ik vul de stilte", "happened_on": today().isoformat(), "seen": "0", "text": "Alweer."}
    home = f"/p/{people.portfolios['fenna']}"
    reflection = post(fenna, f"{home}/reflections/new/reflection", typed).location
    with people.database.read() as session:
        coaching = session.query(Coaching.id).scalar()
    assert post(fenna, f"{reflection}shares", {"target": f"coaching:{coaching}"}).status_code == 303
    page = fenna.get(reflection).text
    assert WORDS in page
    address = page.partition(f"{home}/intervisie/new/intervisie_case?")[2].partition('"')[0]
    form = fenna.get(f"{home}/intervisie/new/intervisie_case?{address}").text
    assert "Ik vul de stilte" in form, "it is linked, and its words aren't copied"
    shared = ruben.get(reflection)
    assert shared.status_code == 200 and WORDS not in shared.text, "a reader has no such way"
    with people.database.write() as session:
        session.execute(update(Switch).values(until=today()))
    assert WORDS not in fenna.get(reflection).text
