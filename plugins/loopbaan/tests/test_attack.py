"""What an attacker tried on what a teacher and their leader have together: each was a way in once, or nearly."""

from __future__ import annotations

import datetime as dt

import pytest
from portfolio_plugins.loopbaan.tests.test_together import RECOGNITION, entry_in, hanne, joint
from sqlalchemy import select

from portfolio.clock import today
from portfolio.entries.models import Portfolio, PortfolioMember
from portfolio.people import leading
from portfolio.people.models import Leadership, Person, School
from portfolio.testing import make_cohort, make_leadership, make_person, make_school, make_switch, open_scope_for, post

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


def test_a_leader_doesnt_learn_of_another_school_where_a_teacher_works(people, app):
    with people.database.write() as session:
        elsewhere = make_school(session, name="Basisschool Het Luchtkasteel")
        here = session.scalars(select(School).where(School.id != elsewhere.id)).first()
        both = make_person(session, name="Bo Dubbel", school=here)
        leadership = make_leadership(session, people.hanne, both, school=here)
        make_switch(session, make_cohort(session, elsewhere, both), "loopbaan")
    answer = post(people.browser(people.hanne), f"/together/{leadership.id}")
    assert answer.status_code == 422
    with people.database.read() as session:
        assert session.scalars(select(Portfolio.id).where(Portfolio.leadership_id == leadership.id)).all() == []


@pytest.mark.parametrize("ended", ["before", "meanwhile"])
def test_who_opens_it_while_the_leadership_is_shortened_leaves_no_leader_in_it(people, ended, monkeypatch):
    from portfolio.people import joint as service

    with people.database.read() as session:
        leadership = session.scalars(select(Leadership.id).where(Leadership.teacher_id == people.fenna.id)).one()
    lock = service.lock_people

    def late(session, *who, **more):
        """Meanwhile an administrator's page was quicker."""
        if ended == "meanwhile":
            session.execute(
                Leadership.__table__.update().where(Leadership.__table__.c.id == leadership).values(until=today() + DAY)
            )
        return lock(session, *who, **more)

    monkeypatch.setattr(service, "lock_people", late)
    post(people.browser(people.hanne), f"/together/{leadership}")
    if ended == "before":
        end(people, today())
    with people.database.read() as session:
        until = session.scalars(
            select(PortfolioMember.until).where(PortfolioMember.person_id == people.hanne.id)
        ).one()
    assert until == today() + DAY
