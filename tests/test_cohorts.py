"""A school's cohorts: who takes part, what is on, what is arranged, and their next year; configuration only."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select, update

from portfolio.db import Database
from portfolio.i18n import show_day
from portfolio.people.models import Agreement, Cohort, CohortMember, Switch
from portfolio.people.switching import note_failure
from portfolio.settings import Settings
from portfolio.testing import make_entry, make_person, make_school, make_switch, post
from tests.cohort_school import DAY, FOLLOWS, NEXT_YEAR, TODAY, School
from tests.demo_loading import NAME


@pytest.fixture
def school(database: Database, settings: Settings) -> School:
    return School(database, settings)


def test_what_a_school_switches_on_is_there_for_who_takes_part_and_nobody_else(school: School) -> None:
    assert (school.add(school.fenna), school.arrange().status_code, school.switch_on().status_code) == (303, 303, 303)
    fenna, idris = school.browser(school.fenna), school.browser(school.idris)
    form = fenna.get(f"/p/{school.portfolio}/{NAME}/new/heron")
    assert form.status_code == 200 and "Herons" in fenna.get("/").text
    assert "Herons" not in idris.get("/").text and 'href="/cohorts"' not in idris.get("/").text


def test_what_is_arranged_is_read_before_any_form(school: School) -> None:
    school.add(school.fenna)
    school.arrange()
    school.switch_on()
    fenna = school.browser(school.fenna)
    assert 'href="/cohorts"' in fenna.get("/").text
    for page in ("/cohorts", f"/p/{school.portfolio}/{NAME}/new/heron"):
        text = fenna.get(page).text
        assert "Besluit PMR 12" in text and "Overeenkomst 7" in text and "follows before" in text, page
    page = fenna.get(f"/p/{school.portfolio}/{NAME}/new/heron").text
    assert page.index("Besluit PMR 12") < page.index('name="title"')
    assert "Besluit PMR 12" not in fenna.get(f"/p/{school.portfolio}/goals/new/goal").text
    mine = fenna.get("/cohorts").text
    assert "To keep which heron you saw, and where." in mine and "Only you, until you share one." in mine


def test_nothing_is_switched_on_before_it_is_said_what_is_arranged(school: School) -> None:
    refused = school.switch_on()
    assert refused.status_code == 422 and "First fill in what is arranged" in refused.text
    late = school.arrange(dpia_day=(TODAY - DAY).isoformat())
    assert late.status_code == 422 and "This follows, so choose today" in late.text
    assert school.switch_on().status_code == 422
    assert school.arrange().status_code == 303
    assert school.arrange(dpia="DPIA 3").status_code == 303
    assert school.switch_on().status_code == 303
    with school.database.read() as session:
        said = session.execute(select(Agreement.what, Agreement.reference).order_by(Agreement.what)).all()
        assert said == [("consent", "Besluit PMR 12"), ("dpia", "DPIA 3"), ("processing", "Overeenkomst 7")]


def test_the_page_says_in_plain_words_what_would_be_on(school: School) -> None:
    page = school.admin.get(f"{school.cohort}on").text
    assert "To keep which heron you saw, and where." in page and "Only you, until you share one." in page


def test_who_switched_it_on_is_told_that_it_broke_and_when(school: School, database: Database) -> None:
    school.arrange()
    school.switch_on()
    assert "broke on" not in school.admin.get(school.cohort).text
    with database.write() as session:
        for day in (TODAY, TODAY - DAY, TODAY):
            note_failure(session, NAME, day)
        note_failure(session, "another", TODAY + DAY)
    assert f"broke on {show_day(TODAY)}" in school.admin.get(school.cohort).text


def test_switched_off_it_is_kept_for_who_wrote(school: School) -> None:
    school.add(school.fenna)
    school.arrange()
    school.switch_on()
    with school.database.write() as session:
        session.execute(update(Switch).values(since=TODAY - 10 * DAY))
        entry = make_entry(session, session.merge(school.fenna), plugin=NAME, kind="heron", title="Een reiger").id
        switch = session.scalars(select(Switch.id)).one()
    end = f"{school.cohort}switches/{switch}/end"
    too_late = post(school.admin, end, {"last_day": (TODAY - 2 * DAY).isoformat()})
    assert too_late.status_code == 422
    assert post(school.admin, end, {"last_day": (TODAY - DAY).isoformat()}).status_code == 303
    fenna = school.browser(school.fenna)
    assert "doesn't use “Herons” this school year" in fenna.get(f"/p/{school.portfolio}/{NAME}/{entry}/").text.replace(
        "&#39;", "'"
    )
    assert fenna.get(f"/p/{school.portfolio}/{NAME}/new/heron").status_code == 404


def test_the_administrator_reads_nothing_of_what_is_written(school: School) -> None:
    school.add(school.fenna)
    school.arrange()
    school.switch_on()
    school.admin.get(school.cohort)  # says "saved" for the last time
    before = school.admin.get(school.cohort).text
    with school.database.write() as session:
        for number in range(7):
            make_entry(session, session.merge(school.fenna), plugin=NAME, kind="heron", title=f"Geheim {number}")
    after = school.admin.get(school.cohort).text
    strip = lambda page: [line for line in page.splitlines() if "csrf" not in line]  # noqa: E731
    assert strip(before) == strip(after), "not a word, not a number differs"


def test_the_next_year_takes_along_what_is_on_and_arranged_but_nobody(school: School) -> None:
    school.add(school.fenna)
    school.arrange()
    school.switch_on(last_day=(NEXT_YEAR.first_day - DAY).isoformat())
    with school.database.write() as session:
        session.execute(update(Switch).values(settings={"kleur": "blauw"}))
    page = school.admin.get(f"{school.cohort}copy").text
    assert NEXT_YEAR.first_day.isoformat() in page
    data = {"name": "Delen 2", "since": NEXT_YEAR.first_day.isoformat(), "last_day": NEXT_YEAR.last_day.isoformat()}
    made = post(school.admin, f"{school.cohort}copy", data)
    assert made.status_code == 303
    with school.database.read() as session:
        copy = session.get_one(Cohort, uuid.UUID(made.location.rstrip("/").rpartition("/")[2]))
        old, new = session.scalars(select(Switch).order_by(Switch.since))
        assert (new.cohort_id, new.plugin, new.settings) == (copy.id, NAME, {"kleur": "blauw"})
        assert (new.since, new.last_day, new.chain) == (NEXT_YEAR.first_day, NEXT_YEAR.last_day, old.chain)
        assert len(session.scalars(select(Agreement).where(Agreement.cohort_id == copy.id)).all()) == 3
        assert not session.scalars(select(CohortMember).where(CohortMember.cohort_id == copy.id)).all()


def test_a_next_year_after_a_gap_is_a_chain_of_its_own(school: School) -> None:
    school.arrange()
    school.switch_on(last_day=(NEXT_YEAR.first_day - 2 * DAY).isoformat())
    post(school.admin, f"{school.cohort}copy", {"name": "Delen 2", "since": NEXT_YEAR.first_day.isoformat()})
    with school.database.read() as session:
        assert len(set(session.scalars(select(Switch.chain)))) == 2


def test_a_copy_made_late_takes_along_what_was_on_till_the_end_and_not_what_was_off_by_then(school: School) -> None:
    with school.database.write() as session:
        cohort = session.scalars(select(Cohort)).one()
        cohort.since, cohort.until = TODAY - 300 * DAY, TODAY - 3 * DAY
        make_switch(session, cohort, "till_the_end", until=TODAY - 3 * DAY)
        make_switch(session, cohort, "off_before", until=TODAY - 30 * DAY)
    assert post(school.admin, f"{school.cohort}copy", {"name": "2", "since": TODAY.isoformat()}).status_code == 303
    with school.database.read() as session:
        assert list(session.scalars(select(Switch.plugin).where(Switch.since == TODAY))) == ["till_the_end"]


def test_who_takes_part_is_of_the_school_and_once_at_a_time(school: School, database: Database) -> None:
    with database.write() as session:
        stranger = make_person(session, name="Yara Voorbeeld")
    assert school.add(stranger) == 422
    assert (school.add(school.fenna), school.add(school.fenna)) == (303, 422)
    with database.read() as session:
        member = session.scalars(select(CohortMember)).one()
    end = f"{school.cohort}members/{member.id}/end"
    assert post(school.admin, end, {"last_day": (TODAY - DAY).isoformat()}).status_code == 422
    assert post(school.admin, end, {"last_day": TODAY.isoformat()}).status_code == 303
    with database.read() as session:
        assert session.get_one(CohortMember, member.id).last_day == TODAY


def test_another_schools_administrator_gets_nowhere(school: School, database: Database) -> None:
    with database.write() as session:
        other = make_school(session, name="Elders")
        nina = make_person(session, name="Nina Voorbeeld", school=other, role="administrator")
        theirs = Cohort(school_id=other.id, name="Van hen", since=TODAY)
        session.add(theirs)
        session.flush()
        other_id, theirs_id = other.id, theirs.id
    browser = school.browser(nina)
    for address in (school.cohort, f"{school.cohort}copy", school.cohort.replace(str(school.id), str(other_id))):
        assert browser.get(address).status_code == 404
    for page, data in (("members/new", {"person": str(school.fenna.id), "since": TODAY.isoformat()}),
                       (f"on/{NAME}", {"since": TODAY.isoformat()}),
                       ("arranged", FOLLOWS)):  # fmt: skip
        assert post(browser, f"{school.cohort}{page}", data).status_code == 404
        assert post(school.admin, f"/s/{school.id}/cohorts/{theirs_id}/{page}", data).status_code == 404


def test_what_is_over_is_not_begun_again_by_its_end(school: School) -> None:
    """Who has left the school would take part again."""
    school.add(school.fenna)
    with school.database.write() as session:
        member = session.scalars(select(CohortMember)).one()
        member.since, member.until = TODAY - 9 * DAY, TODAY
    end = f"{school.cohort}members/{member.id}/end"
    assert post(school.admin, end, {f"end-{member.id}-last_day": (TODAY + DAY).isoformat()}).status_code == 404
