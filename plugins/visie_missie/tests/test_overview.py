"""What the overview asks: after a year a question, on its day a letter; otherwise nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from portfolio_plugins.visie_missie.service import is_year_past

from portfolio.clock import today

LONG_AGO = dt.timedelta(days=400)
LATELY = dt.timedelta(days=30)


@pytest.mark.parametrize(
    ("then", "now", "past"),
    [
        ("2025-11-23", "2026-11-23", True),
        ("2025-11-24", "2026-11-23", False),
        ("2024-02-29", "2025-02-28", False),
        ("2024-02-29", "2025-03-01", True),
        ("2026-11-23", "2026-11-23", False),
    ],
)
def test_a_year_is_past_on_the_same_day_of_the_next_year(then, now, past):
    assert is_year_past(dt.date.fromisoformat(then), dt.date.fromisoformat(now)) is past


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
