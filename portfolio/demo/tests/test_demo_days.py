"""Days of the demo world, whatever the day it is loaded."""

from __future__ import annotations

import datetime as dt

from portfolio.clock import ZONE
from portfolio.demo.days import Days
from portfolio.demo.texts import When, read_world

A_YEAR = [dt.date(2026, 8, 1) + dt.timedelta(days=place) for place in range(366)]


def everything_that_happens() -> list[When]:
    found: list[When] = []
    for text in read_world().texts:
        found += [text, *text.states, *text.revisions, *text.shares, *text.comments]
        found += [reply for comment in text.comments for reply in comment.replies]
    return found


def test_the_last_year_of_the_demo_is_the_current_school_year() -> None:
    assert Days(dt.date(2026, 11, 20)).day(When(5, "08-25")) == dt.date(2026, 8, 25)
    assert Days(dt.date(2027, 7, 31)).day(When(5, "03-01")) == dt.date(2027, 3, 1)
    assert Days(dt.date(2027, 8, 1)).day(When(0, "07-31")) == dt.date(2023, 7, 31)


def test_after_mid_november_everything_lies_on_its_own_day() -> None:
    days = Days(dt.date(2026, 11, 16))
    for when in everything_that_happens():
        assert days.happened(days.day(when)) == days.day(when), when


def test_on_any_day_all_has_happened_before_and_in_its_order() -> None:
    told = everything_that_happens()
    for today in A_YEAR:
        days = Days(today)
        meant = sorted(days.day(when) for when in told)
        happened = [days.happened(day) for day in meant]
        assert happened == sorted(happened), today
        assert happened[-1] < today
        assert all(at <= day for at, day in zip(happened, meant, strict=True)), today
        assert happened[-1] - happened[0] > dt.timedelta(days=5 * 355), today
        last_year = {at for at, day in zip(happened, meant, strict=True) if day >= days.first_day(5)}
        assert len(last_year) > 10, f"{today}: not all on one day"


def test_moments_of_a_story_keep_their_order_within_a_day_and_lie_in_the_daytime() -> None:
    days = Days(dt.date(2026, 11, 20))
    day = dt.date(2026, 10, 1)
    events = [(day, 3, "third"), (day, 1, "first"), (day - dt.timedelta(days=1), 9, "before"), (day, 2, "second")]
    moments = days.moments("a key", events)
    assert sorted(moments, key=lambda name: moments[name]) == ["before", "first", "second", "third"]
    assert all(8 <= moment.astimezone(ZONE).hour < 20 for moment in moments.values())
    assert moments == days.moments("a key", events)
    assert moments != days.moments("another key", events)
