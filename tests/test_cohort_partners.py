"""A cohort with another school in it: asked, a yes or no, each its own people, and what leaving ends and keeps."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import func, select, update

from portfolio.db import Database
from portfolio.errors import NotVisible, Refused
from portfolio.notices.models import Notice
from portfolio.people import cohort_members, cohort_partners, cohorts, trios
from portfolio.people.models import CohortMember, CohortPartner, Person, SchoolRole, Trio
from portfolio.settings import Settings
from portfolio.testing import make_entry, make_person, make_school, open_scope_for, portfolio_of, post
from tests.cohort_school import DAY, TODAY, School
from tests.demo_loading import NAME


class Two(School):
    """Beside Mirjam's school, Het Verre Veld: Sanne administers it, Yara and Bram teach there."""

    def __init__(self, database: Database, settings: Settings) -> None:
        super().__init__(database, settings)
        with database.write() as session:
            other = make_school(session, name="Het Verre Veld")
            self.other = other.id
            self.yara = make_person(session, name="Yara Denkbeeld", school=other)
            self.bram = make_person(session, name="Bram Denkbeeld", school=other)
            sanne = make_person(session, name="Sanne Denkbeeld", school=other, role="administrator")
            self.yara_portfolio = portfolio_of(session, self.yara).id
            for person in (self.yara, self.bram, sanne):
                person.language = "en"
        self.sanne, self.sanne_id = self.browser(sanne), sanne.id
        self.theirs = self.cohort.replace(str(self.id), str(self.other))

    def ask(self) -> Any:
        """Mirjam asks Het Verre Veld."""
        return post(self.admin, f"{self.cohort}partners/new", {"school": str(self.other)})

    def take_part(self) -> None:
        """Asked, answered, arranged and on; Yara is in, through her school."""
        assert self.ask().status_code == 303
        assert post(self.sanne, f"{self.theirs}accept").status_code == 303
        assert (self.arrange().status_code, self.switch_on().status_code) == (303, 303)
        assert self.put_in(self.yara) == 303

    def put_in(self, who: Any, **changed: str) -> int:
        """Sanne puts somebody in; the answer's status."""
        data = {"person": str(who.id), "role": "participant", "since": TODAY.isoformat()} | changed
        return post(self.sanne, f"{self.theirs}members/new", data).status_code

    def rows(self, table: Any) -> list[Any]:
        """All rows of a table."""
        with self.database.read() as session:
            return list(session.scalars(select(table).order_by(table.since, table.id)))


@pytest.fixture
def two(database: Database, settings: Settings) -> Two:
    return Two(database, settings)


def test_a_school_takes_part_after_a_yes_of_its_own_administrator(two: Two) -> None:
    assert "Het Verre Veld" in two.admin.get(f"{two.cohort}partners/new").text
    assert two.sanne.get(two.theirs).status_code == 404
    assert two.ask().status_code == 303
    assert two.ask().status_code == 422, "asked already"
    with two.database.read() as session:
        assert session.scalars(select(Notice.person_id)).all() == [two.sanne_id]
    assert "A school asks whether yours takes part in a cohort" in two.sanne.get("/news").text
    assert "no answer yet" in two.admin.get(two.cohort).text
    assert "asks whether your school takes part" in two.sanne.get(f"/s/{two.other}/cohorts").text
    assert "asks your school to take part" in two.sanne.get(two.theirs).text
    assert two.put_in(two.yara) == 404, "not before the yes"
    assert post(two.sanne, f"{two.theirs}accept").status_code == 303
    assert post(two.sanne, f"{two.theirs}accept").status_code == 404
    assert two.put_in(two.yara) == 303


def test_the_services_themselves_refuse_what_the_pages_do_not_offer(two: Two) -> None:
    two.ask()
    two.add(two.fenna)
    [fennas] = two.rows(CohortMember)
    with two.database.write() as session:
        scope = open_scope_for(session, session.get_one(Person, two.sanne_id))
        place = cohorts.get_place(scope, two.other, fennas.cohort_id)
        with pytest.raises(NotVisible):
            cohort_members.add_member(scope, place, two.yara.id, "participant", TODAY, None)
        with pytest.raises(NotVisible):
            trios.make_trio(scope, place, "Twee", [], TODAY, None)
        cohort_partners.answer(scope, place, yes=True)
        place = cohorts.get_place(scope, two.other, fennas.cohort_id)
        for who in (two.yara, two.bram):
            cohort_members.add_member(scope, place, who.id, "participant", TODAY, None)
        ours = [one.id for one in cohort_members.list_members(scope, place)]
        with pytest.raises(Refused):
            trios.make_trio(scope, place, "Drie", [*ours, fennas.id], TODAY, None)
        trios.make_trio(scope, place, "Twee", ours, TODAY, None)
        assert [one.names for one in trios.list_trios(scope, place)] == [["Bram Denkbeeld", "Yara Denkbeeld"]]


def test_what_the_home_switches_on_is_on_for_the_others_people_and_they_read_what_is_arranged(two: Two) -> None:
    two.take_part()
    page = two.sanne.get(two.theirs).text
    assert "Herons" in page and "Besluit PMR 12" in page and "How many herons?" in page
    yara = two.browser(two.yara)
    assert "Herons" in yara.get("/").text and "Besluit PMR 12" in yara.get("/cohorts").text
    assert yara.get(f"/p/{two.yara_portfolio}/{NAME}/new/heron").status_code == 200
    assert "Herons" not in two.browser(two.bram).get("/").text


def test_each_school_reads_of_its_own_people_alone(two: Two) -> None:
    two.take_part()
    two.add(two.fenna)
    home, other = two.admin.get(two.cohort).text, two.sanne.get(two.theirs).text
    assert two.fenna.name in home and "Yara" not in home and "Het Verre Veld" in home
    assert "Yara" in other and two.fenna.name not in other and "Mirjam" not in other
    for page in ("members/new", "trios/new"):
        assert "Yara" not in two.admin.get(f"{two.cohort}{page}").text
        assert two.fenna.name not in two.sanne.get(f"{two.theirs}{page}").text
    assert two.put_in(two.idris) == 422, "not a person of this school"
    assert two.add(two.yara) == 422


def test_a_no_leaves_nothing_and_a_question_can_be_taken_back(two: Two) -> None:
    two.ask()
    assert post(two.sanne, f"{two.theirs}decline").status_code == 303
    assert two.rows(CohortPartner) == []
    two.ask()
    [asked] = two.rows(CohortPartner)
    assert post(two.admin, f"{two.cohort}partners/{asked.id}/end", {"last_day": TODAY.isoformat()}).status_code == 303
    assert two.rows(CohortPartner) == []
    assert two.sanne.get(two.theirs).status_code == 404


@pytest.mark.parametrize("who", ["the home", "the school itself"])
def test_a_school_that_leaves_takes_its_people_and_trios_out_and_what_has_been_stays(two: Two, who: str) -> None:
    two.take_part()
    two.add(two.fenna)
    assert two.put_in(two.bram, since=(TODAY + 60 * DAY).isoformat()) == 303
    with two.database.write() as session:
        for table in (CohortPartner, CohortMember):
            session.execute(update(table).where(table.since == TODAY).values(since=TODAY - 90 * DAY))
        entry = make_entry(session, session.merge(two.yara), plugin=NAME, kind="heron", title="Een reiger").id
        cohort = session.scalars(select(CohortPartner.cohort_id)).one()
        session.add(Trio(cohort_id=cohort, school_id=two.other, name="Twee", since=TODAY - 90 * DAY))
    [partner] = two.rows(CohortPartner)
    browser, page = (two.admin, f"{two.cohort}partners/{partner.id}/end") if who == "the home" else (
        two.sanne, f"{two.theirs}leave")  # fmt: skip
    assert browser.get(page).status_code == 200
    assert post(browser, page, {"last_day": (TODAY - 5 * DAY).isoformat()}).status_code == 422
    last = TODAY + 10 * DAY
    assert post(browser, page, {"last_day": last.isoformat()}).status_code == 303
    assert {(one.person_id, one.last_day) for one in two.rows(CohortMember)} == {
        (two.fenna.id, None), (two.yara.id, last), (two.bram.id, TODAY + 59 * DAY),
    }, "who would have come later never did"  # fmt: skip
    assert [one.last_day for one in (*two.rows(CohortPartner), *two.rows(Trio))] == [last, last]
    assert two.put_in(two.bram, since=(last + DAY).isoformat()) == 422
    assert post(browser, page, {"last_day": (TODAY - DAY).isoformat()}).status_code == 303
    assert (two.sanne.get(two.theirs).status_code, two.put_in(two.bram)) == (404, 404)
    assert "Delen 1" in two.sanne.get(f"/s/{two.other}/cohorts").text, "that it took part stays known"
    yara = two.browser(two.yara)
    assert yara.get(f"/p/{two.yara_portfolio}/{NAME}/{entry}/").status_code == 200
    with two.database.read() as session:
        assert session.scalar(select(func.count()).select_from(CohortMember)) == 3


def test_nobody_of_a_school_that_left_is_touched_by_the_home_afterwards(two: Two) -> None:
    two.take_part()
    [member] = two.rows(CohortMember)
    end = {"last_day": TODAY.isoformat()}
    assert post(two.admin, f"{two.cohort}members/{member.id}/end", end).status_code == 404
    assert post(two.sanne, f"{two.theirs}members/{member.id}/end", end).status_code == 303
    assert post(two.sanne, f"{two.theirs}members/{uuid.uuid4()}/end", end).status_code == 404


def test_a_school_learns_nothing_of_who_takes_part_through_the_other(two: Two) -> None:
    """Fenna works at both: each puts her in, and neither reads that the other did."""
    two.take_part()
    assert two.add(two.fenna) == 303
    with two.database.write() as session:
        session.add(SchoolRole(person_id=two.fenna.id, school_id=two.other, role="teacher", since=TODAY))
    assert two.put_in(two.fenna) == 303
    assert two.put_in(two.fenna) == 422, "twice through one school"
    assert two.browser(two.fenna).get("/cohorts").text.count("Delen 1") == 1
