"""What the overview asks: after a year a question, on its day a letter; otherwise nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from portfolio_plugins.visie_missie.service import are_past
from sqlalchemy import update

from portfolio.clock import today
from portfolio.people.models import Switch

LONG_AGO = dt.timedelta(days=400)
LATELY = dt.timedelta(days=30)


@pytest.mark.parametrize(
    ("months", "then", "now", "past"),
    [
        (12, "2025-11-23", "2026-11-23", True),
        (12, "2025-11-24", "2026-11-23", False),
        (12, "2024-02-29", "2025-02-28", False),
        (12, "2024-02-29", "2025-03-01", True),
        (12, "2026-11-23", "2026-11-23", False),
        (6, "2025-12-31", "2026-06-30", False),
        (6, "2025-12-31", "2026-07-01", True),
        (24, "2024-12-02", "2026-12-01", False),
        (24, "2024-12-01", "2026-12-01", True),
    ],
)
def test_months_are_past_on_the_same_day_of_a_month_that_many_later(months, then, now, past):
    assert are_past(months, dt.date.fromisoformat(then), dt.date.fromisoformat(now)) is past


@pytest.mark.parametrize("kept", [{"months": "24"}, {"months": "6"}, {"months": "9"}, {"weeks": "3"}])
def test_a_school_sets_after_how_long_it_is_asked_and_what_it_cannot_set_is_a_year(people, fenna, kept):
    people.write("vision", "Eerste", today() - dt.timedelta(days=300))
    with people.database.write() as session:
        session.execute(update(Switch).values(settings=kept))
    asked = kept == {"months": "6"}
    assert ("Is het nog waar?" in fenna.get("/").text) is asked
    assert ("Er is een half jaar voorbij." in fenna.get(people.home).text) is asked


def test_nothing_is_asked_of_who_wrote_nothing_or_wrote_lately(people, fenna):
    assert "Waar je voor staat" not in fenna.get("/").text
    people.write("vision", "Eerste", today() - LATELY)
    assert "Waar je voor staat" not in fenna.get("/").text


def test_after_a_year_it_asks_whether_it_is_still_true_and_no_more_after_a_look_back(people, fenna):
    version = people.write("vision", "Eerste", today() - LONG_AGO)
    page = fenna.get("/").text
    assert "Is het nog waar?" in page and f"{people.home}again/{version}" in page
    assert "Er is een jaar voorbij." in fenna.get(people.home).text
    people.write("vision_rereading", "Nog waar? Ja.", today() - LATELY, still_true="yes", looks_back_on=version)
    assert "Is het nog waar?" not in fenna.get("/").text
    assert "Er is een jaar voorbij." not in fenna.get(people.home).text


def test_a_look_back_of_more_than_a_year_ago_makes_it_ask_again(people, fenna):
    version = people.write("vision", "Eerste", today() - 2 * LONG_AGO)
    people.write("vision_rereading", "Nog waar? Ja.", today() - LONG_AGO, still_true="yes", looks_back_on=version)
    assert f"{people.home}again/{version}" in fenna.get("/").text
    assert "Er is een jaar voorbij." in fenna.get(people.home).text


@pytest.mark.parametrize(("days", "there"), [(-1, False), (0, True), (29, True), (31, False)])
def test_a_letter_lies_on_the_overview_in_the_month_from_its_day(people, fenna, days, there):
    day = (today() - dt.timedelta(days=days)).isoformat()
    people.write("letter_to_myself", "Voor later", today() - LONG_AGO, text="Dag.", open_on=day)
    assert ("Er ligt een brief voor je" in fenna.get("/").text) is there
