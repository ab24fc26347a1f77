"""Roles and trios in a cohort: words on a page. They open nothing, and who leaves was there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from portfolio.db import Database
from portfolio.people.models import CohortMember, Trio, TrioMember
from portfolio.settings import Settings
from portfolio.testing import make_entry, make_person, post
from tests.cohort_school import DAY, TODAY, School


@pytest.fixture
def school(database: Database, settings: Settings) -> School:
    found = School(database, settings)
    assert (found.add(found.fenna), found.add(found.idris, role="coach")) == (303, 303)
    return found


def members(school: School) -> dict[Any, str]:
    with school.database.read() as session:
        return {one.person_id: str(one.id) for one in session.scalars(select(CohortMember))}


def make(school: School, *ids: str, since: dt.date = TODAY) -> Any:
    data = {"name": "De brug over", "members": list(ids), "since": since.isoformat()}
    return post(school.admin, f"{school.cohort}trios/new", data)


def test_as_what_somebody_takes_part_is_said_to_them_and_to_their_administrator(school: School) -> None:
    assert "Coach" in school.admin.get(school.cohort).text
    assert "Coach" in school.browser(school.idris).get("/cohorts").text
    assert "Participant" in school.browser(school.fenna).get("/cohorts").text
    with school.database.write() as session:
        noor = make_person(session, name="Noor Voorbeeld", school=session.merge(school.school))
    assert school.add(noor, role="boss") == 422


def test_who_is_in_a_trio_reads_with_whom_and_that_it_opens_nothing(school: School) -> None:
    assert make(school, *members(school).values()).status_code == 303
    mine = school.browser(school.fenna).get("/cohorts").text
    assert "You form a trio with Idris Voorbeeld." in mine and "Nobody reads anything of another" in mine
    page = school.admin.get(school.cohort).text
    assert "De brug over" in page and "Nobody reads anything of another" in page
    with school.database.write() as session:
        entry = make_entry(session, session.merge(school.fenna), title="Van mij alleen").id
    idris = school.browser(school.idris)
    assert idris.get(f"/p/{school.portfolio}/goals/{entry}/").status_code == 404
    assert "Van mij alleen" not in idris.get("/").text + idris.get("/shared").text


def test_a_trio_is_of_two_to_five_people_of_this_school_who_take_part(school: School) -> None:
    ids = members(school)
    with school.database.write() as session:
        cohort = session.scalars(select(CohortMember.cohort_id)).first()
        many = []
        for number in range(4):
            person = make_person(session, name=f"Collega {number}", school=session.merge(school.school))
            many.append(CohortMember(cohort_id=cohort, school_id=school.id, person_id=person.id, since=TODAY))
        again = CohortMember(cohort_id=cohort, school_id=school.id, person_id=school.fenna.id, since=TODAY + 99 * DAY)
        session.add_all([*many, again])
        session.flush()
        more, twice = [str(one.id) for one in many], str(again.id)
    for wrong in ([], [ids[school.fenna.id]], [ids[school.fenna.id], twice], [*ids.values(), *more],
                  [*ids.values(), "x"], [*ids.values(), str(school.id)]):  # fmt: skip
        refused = make(school, *wrong)
        assert refused.status_code == 422 and "De brug over" in refused.text, wrong
        assert 'id="members-error"' in refused.text, wrong
    assert make(school, *ids.values(), *more[:3]).status_code == 303


def test_a_trio_ends_and_so_does_somebodys_part_in_it_but_that_they_were_in_it_stays(school: School) -> None:
    ids = members(school)
    make(school, *ids.values())
    with school.database.write() as session:
        for table in (CohortMember, Trio):
            for one in session.scalars(select(table)):
                one.since = TODAY - 30 * DAY
        trio = session.scalars(select(Trio.id)).one()
    end = f"{school.cohort}members/{ids[school.idris.id]}/end"
    assert post(school.admin, end, {"last_day": (TODAY - DAY).isoformat()}).status_code == 303
    assert "You form a trio" not in school.browser(school.fenna).get("/cohorts").text
    assert "You form a trio" not in school.browser(school.idris).get("/cohorts").text
    page = f"{school.cohort}trios/{trio}/end"
    assert post(school.admin, page, {"last_day": (TODAY - DAY).isoformat()}).status_code == 303
    assert post(school.admin, page, {"last_day": TODAY.isoformat()}).status_code == 404, "over is over"
    assert "De brug over: " in school.admin.get(school.cohort).text
    with school.database.read() as session:
        assert len(session.scalars(select(TrioMember)).all()) == 2
