"""What an attacker tried on what a teacher and their leader have together: each was a way in once, or nearly."""

from __future__ import annotations

import datetime as dt

from portfolio_plugins.loopbaan.tests.test_together import RECOGNITION, entry_in, hanne, joint
from sqlalchemy import select

from portfolio.clock import today
from portfolio.people import leading
from portfolio.people.models import Leadership, Person
from portfolio.testing import open_scope_for, post

DAY = dt.timedelta(days=1)
__all__ = ["hanne", "joint"]


def end(people, last_day):
    """Mirjam ends Hanne's leadership of Fenna."""
    with people.database.write() as session:
        scope = open_scope_for(session, session.get_one(Person, people.mirjam.id))
        found = session.scalars(select(Leadership).where(Leadership.teacher_id == people.fenna.id)).one()
        leading.end_leadership(scope, found.school_id, found.id, last_day)


def test_a_leader_doesnt_learn_when_a_teacher_was_here(people, fenna, hanne, joint):
    post(hanne, f"{joint}together/recognise", RECOGNITION)
    assert RECOGNITION["title"] in fenna.get(f"{joint}together").text
    words = entry_in(people, "recognition")
    for address in ("/readings", f"{joint}{words}/readings"):
        page = hanne.get(address)
        assert page.status_code == 200 and "Fenna Voorbeeld</td>" not in page.text


def test_when_it_is_over_what_a_leader_wrote_stays_as_it_was(people, fenna, hanne, joint):
    post(hanne, f"{joint}together/recognise", RECOGNITION)
    words = entry_in(people, "recognition")
    end(people, today() - DAY)
    form = {**RECOGNITION, "words": "Ik neem het terug.", "seen": "1"}
    assert hanne.get(f"{joint}{words}/").status_code == 200, "her own words she may read"
    assert post(hanne, f"{joint}{words}/edit", form).status_code == 403
    assert "Ik neem het terug." not in fenna.get(f"{joint}together").text
