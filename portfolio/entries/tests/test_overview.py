"""The overview: my years as they were, nothing of others, and an invitation where there is nothing yet."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from portfolio import clock
from portfolio.clock import SchoolYear
from portfolio.db import Database
from portfolio.entries import overview, years
from portfolio.entries.bin import bin_entry
from portfolio.entries.sharing import share_entry
from portfolio.entries.tests.entries_world import World, browser, check_page, make_world, words
from portfolio.entries.writing import change_state
from portfolio.sections.evidence.kinds import Evidence
from portfolio.sections.goals.kinds import Goal


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def _ribbon(world: World, app: Any) -> overview.Ribbon:
    with world.scope(world.fenna) as scope, app.test_request_context():
        return overview.ribbon(scope, overview.read_years(scope))


def test_the_ribbon_has_every_school_year_since_the_first_entry_and_a_quiet_one_is_just_empty(
    world: World, app: Any
) -> None:
    this = SchoolYear.of(clock.today())
    first = SchoolYear(this.start_year - 3)
    world.write("Begin", day=first.first_day)
    world.write("Einde van het jaar", Evidence, day=first.last_day)
    world.write("Nu", day=this.first_day)
    found = _ribbon(world, app)
    assert [year.label for year in found.years] == [SchoolYear(first.start_year + one).label for one in range(4)]
    assert [[mark.title for mark in year.marks] for year in found.years] == [
        ["Begin", "Einde van het jaar"], [], [], ["Nu"],
    ]  # fmt: skip
    begin, end = found.years[0].marks
    assert begin.x == 0 and 0.99 < end.x < 1 and end.kind == "evidence"
    assert [line.label for line in found.lines] == ["Begin", "Nu"]  # goals alone have lines
    page = browser(app, world.fenna).get("/")
    check_page(page.text)
    assert all(year.label in page.text for year in found.years)
    for word in ("streak", "behind", "complete", "progress", "%"):
        assert word not in words(page.text).lower()


def test_a_line_ends_where_its_goal_was_reached_or_let_go(world: World, app: Any) -> None:
    this = SchoolYear.of(clock.today())
    on, done = world.write("Loopt", day=this.first_day), world.write("Klaar", day=this.first_day)
    with world.scope(world.fenna) as scope:
        change_state(scope, on, Goal, "resting", "")
        change_state(scope, done, Goal, "reached", "")
    lines = {line.label: line for line in _ribbon(world, app).lines}
    assert lines["Loopt"].until_x is None
    assert lines["Klaar"].until_x == pytest.approx(max(this.position(clock.today()), 0.02), abs=0.01)


def test_more_than_eight_years_ago_is_left_off_the_ribbon(world: World, app: Any) -> None:
    this = SchoolYear.of(clock.today())
    world.write("Lang geleden", day=dt.date(this.start_year - 9, 10, 1))
    world.write("Net nog", day=dt.date(this.start_year - 7, 8, 1))
    found = _ribbon(world, app)
    assert len(found.years) == years.YEARS
    assert [mark.title for year in found.years for mark in year.marks] == ["Net nog"]


def test_of_a_full_year_the_newest_are_drawn_but_every_goal_and_it_says_so(world: World, app: Any) -> None:
    this = SchoolYear.of(clock.today())
    before = SchoolYear(this.start_year - 1)
    goal = world.write("Doel van toen", day=before.first_day)
    for number in range(years.A_YEAR + 3):
        world.write(f"Moment {number}", Evidence, day=before.first_day + dt.timedelta(days=1 + number))
    world.write("Nu", day=this.first_day)
    full, now = _ribbon(world, app).years
    newest = [f"Moment {number}" for number in range(3, years.A_YEAR + 3)]
    assert [mark.title for mark in full.marks] == ["Doel van toen", *newest] and full.more
    assert [mark.title for mark in now.marks] == ["Nu"] and not now.more
    page = browser(app, world.fenna).get("/")
    check_page(page.text)
    assert "all of it is in your lists" in page.text or "alles staat in je lijsten" in page.text
    assert f"/goals/{goal}/" in page.text


def test_nothing_of_others_and_nothing_from_the_bin_is_on_it(world: World, app: Any) -> None:
    his = world.write("Van Idris", by=world.idris)
    with world.scope(world.idris) as scope:
        share_entry(scope, his, Goal, f"circle:{world.circle.id}", None)
    world.write("Van mij")
    gone = world.write("In de bak")
    with world.scope(world.fenna) as scope:
        bin_entry(scope, gone)
    page = browser(app, world.fenna).get("/").text
    assert "Van mij" in page and "Van Idris" not in page and "In de bak" not in page


def test_an_empty_overview_invites_with_a_question(world: World, app: Any) -> None:
    page = browser(app, world.lotte).get("/")
    check_page(page.text)
    seen = words(page.text)
    assert "Which moment of this week do you want to keep?" in seen
    assert "Your years" not in seen
    for section, kind in (("goals", "goal"), ("evidence", "evidence"), ("reflections", "reflection")):
        assert f"/{section}/new/{kind}" in page.text
    assert browser(app, world.lotte).get("/shared").status_code == 200


def test_a_visitor_is_asked_to_sign_in(world: World, app: Any) -> None:
    assert app.test_client().get("/").headers["Location"].startswith("/sign-in")
