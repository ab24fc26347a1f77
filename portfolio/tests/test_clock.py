"""Days are those of Amsterdam, school years begin in August."""

import datetime as dt

import pytest

from portfolio.clock import SchoolYear, day_of, moment_of, now, today


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-01-31T22:59:59", "2026-01-31"),
        ("2026-01-31T23:00:00", "2026-02-01"),
        ("2026-07-31T21:59:59", "2026-07-31"),
        ("2026-07-31T22:00:00", "2026-08-01"),
    ],
)
def test_a_day_ends_at_midnight_in_amsterdam_in_winter_and_in_summer(moment, day):
    assert day_of(dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)) == dt.date.fromisoformat(day)


def test_a_time_of_the_day_is_the_one_on_the_clocks_of_amsterdam_in_winter_and_in_summer():
    winter, summer = moment_of(dt.date(2026, 1, 31)), moment_of(dt.date(2026, 7, 31), dt.time(14, 30))
    assert [one.isoformat() for one in (winter, summer)] == ["2026-01-30T23:00:00+00:00", "2026-07-31T12:30:00+00:00"]


def test_now_is_aware_and_today_is_its_day():
    assert now().utcoffset() == dt.timedelta(0)
    assert abs((today() - day_of(now())).days) <= 1


@pytest.mark.parametrize(
    ("day", "label"), [("2026-07-31", "2025–2026"), ("2026-08-01", "2026–2027"), ("2027-01-01", "2026–2027")]
)
def test_a_school_year_begins_on_the_first_of_august(day, label):
    year = SchoolYear.of(dt.date.fromisoformat(day))
    assert year.label == label
    assert year.first_day <= dt.date.fromisoformat(day) <= year.last_day


@pytest.mark.parametrize("start", [2023, 2024])
def test_a_day_has_its_place_in_the_year_also_in_a_leap_year(start):
    year = SchoolYear(start)
    assert year.position(year.first_day) == 0
    assert 0.99 < year.position(year.last_day) < 1
    assert year.position(SchoolYear(start + 1).first_day) == 1
    assert SchoolYear(start) < SchoolYear(start + 1)
