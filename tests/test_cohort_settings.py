"""What a school sets when it switches a plugin on: a form from declared fields, kept, copied, read by the plugin."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import select, update

from portfolio.db import Database
from portfolio.entries.cohort_settings import CohortSettings
from portfolio.entries.declaring import KindError
from portfolio.entries.fields import Choice, Line
from portfolio.entries.kinds import field
from portfolio.people.models import Switch
from portfolio.settings import Settings
from portfolio.testing import make_cohort, make_switch, open_scope_for, post
from tests.cohort_school import DAY, NEXT_YEAR, TODAY, School
from tests.demo_loading import NAME


@pytest.fixture
def school(database: Database, settings: Settings) -> School:
    found = School(database, settings)
    found.add(found.fenna)
    found.arrange()
    return found


def kept(school: School) -> list[dict[str, Any]]:
    with school.database.read() as session:
        return list(session.scalars(select(Switch.settings).order_by(Switch.since)))


def read(school: School) -> dict[str, Any]:
    """What counts for Fenna."""
    with school.database.read() as session:
        declared = school.app.registry.settings_of(NAME)
        assert declared is not None
        return open_scope_for(session, school.fenna).settings_for(NAME, declared)


def settings_page(school: School) -> str:
    with school.database.read() as session:
        return f"{school.cohort}switches/{session.scalars(select(Switch.id)).one()}/settings"


def test_the_form_is_there_when_switching_on_and_what_it_says_is_what_counts(school: School) -> None:
    form = school.admin.get(f"{school.cohort}on/{NAME}").text
    assert "How many herons?" in form and "Which pond?" in form
    assert read(school) == {"how_many": "some", "pond": ""}, "nowhere on yet"
    assert school.switch_on(pond="De Vliet").status_code == 303
    assert kept(school) == [{"how_many": "all", "pond": "De Vliet"}]
    assert read(school) == {"how_many": "all", "pond": "De Vliet"}
    for page in (school.admin.get(school.cohort).text, school.browser(school.fenna).get("/cohorts").text):
        assert "How many herons?" in page and "De Vliet" in page


def test_what_cannot_be_set_is_said_at_the_field_and_nothing_typed_is_lost(school: School) -> None:
    for field_name, value, message in (
        ("how_many", "none", "Please choose one of these."),
        ("how_many", "", "Please choose one."),
        ("pond", "x" * 31, "at most 30"),
    ):
        refused = school.switch_on(**{"pond": "De Vliet", field_name: value})
        assert refused.status_code == 422 and f'id="{field_name}-error"' in refused.text, value
        assert message in refused.text.partition(f'id="{field_name}-error"')[2][:400], value
        assert (value if field_name == "pond" else "De Vliet") in refused.text, value
    assert kept(school) == []


def test_other_settings_count_at_once(school: School) -> None:
    school.switch_on()
    page = settings_page(school)
    assert "How many herons?" in school.admin.get(page).text
    assert post(school.admin, page, {"how_many": "some", "pond": "Het Wad"}).status_code == 303
    assert read(school) == {"how_many": "some", "pond": "Het Wad"}
    assert post(school.admin, page, {"how_many": "none"}).status_code == 422


def test_the_next_year_takes_them_along(school: School) -> None:
    school.switch_on(pond="De Vliet", last_day=(NEXT_YEAR.first_day - DAY).isoformat())
    copied = post(school.admin, f"{school.cohort}copy", {"name": "2", "since": NEXT_YEAR.first_day.isoformat()})
    assert copied.status_code == 303
    assert kept(school) == [{"how_many": "all", "pond": "De Vliet"}] * 2


def test_of_two_cohorts_that_count_where_it_is_on_longest(school: School) -> None:
    school.switch_on(pond="Lang")
    with school.database.write() as session:
        other = make_cohort(session, session.merge(school.school), school.fenna)
        make_switch(session, other, NAME, until=TODAY + 10 * DAY).settings = {"pond": "Kort"}
    assert read(school)["pond"] == "Lang"


def test_a_plugin_whose_settings_changed_since_has_its_defaults_and_no_page_fails(school: School) -> None:
    school.switch_on()
    page, fenna = settings_page(school), school.browser(school.fenna)
    long, gone = {"pond": "x" * 31}, {"gone": "x"}
    for before in ({"how_many": "dozens"}, {"how_many": 3, "pond": None}, {"how_many": ""}, long, gone, [], {}):
        with school.database.write() as session:
            session.execute(update(Switch).values(settings=before))
        assert read(school) == {"how_many": "some", "pond": ""}, before
        for browser, address in ((school.admin, school.cohort), (school.admin, page), (fenna, "/cohorts")):
            assert browser.get(address).status_code == 200, (before, address)
    assert post(school.admin, page, {"how_many": "all"}).status_code == 303
    assert read(school) == {"how_many": "all", "pond": ""}


def test_a_plugin_without_settings_has_no_page_for_them(school: School) -> None:
    with school.database.write() as session:
        switch = make_switch(session, session.merge(make_cohort(session, session.merge(school.school))), "weg").id
    assert school.admin.get(f"{school.cohort}switches/{switch}/settings").status_code == 404
    with school.database.write() as session:
        session.execute(update(Switch).values(cohort_id=uuid.UUID(school.cohort.rstrip("/").rpartition("/")[2])))
    assert school.admin.get(f"{school.cohort}switches/{switch}/settings").status_code == 404
    assert school.admin.get(school.cohort).status_code == 200


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"how_many": field("x", choices=(("a", "A"),))}, "no default"),
        ({"how_many": field("x", choices=(("a", "A"),)), "defaults": {"how_many": "b"}}, "can't be kept"),
        ({"how_many": field("x", choices=(("a", "A"),)), "defaults": {"how_many": "a", "gone": "b"}}, "can't be kept"),
        ({"since": field("x", choices=(("a", "A"),)), "defaults": {"since": "a"}}, "can't be called 'since'"),
    ],
)
def test_a_declaration_that_cannot_work_is_refused(body, words) -> None:
    name = next(iter(body))
    with pytest.raises(KindError, match=words):
        type("Wrong", (CohortSettings,), {"__annotations__": {name: Choice}, "__module__": __name__, **body})


def test_a_field_that_may_stay_empty_needs_no_default() -> None:
    body = {"__annotations__": {"pond": Line}, "__module__": __name__, "pond": field("Pond", required=False)}
    assert type("Fine", (CohortSettings,), body).read(None) == {"pond": ""}  # type: ignore[attr-defined]
