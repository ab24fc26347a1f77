"""Days of the demo world, moved so that its last school year is the current one, and times of day for what happened.

What happened in the last year is told as lying between 1 August and 15 November. Loaded before those days are over, it
is pressed together, in its order, into the time until yesterday. What was only intended (a look-back, the end of a
share) stays where it is, and may lie ahead.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Hashable, Iterable
from typing import TypeVar

from portfolio.clock import SchoolYear, moment_of
from portfolio.demo.texts import When

LAST_YEAR = 5
LAST_HAPPENED = (11, 15)
"""Month and day in the last year after which nothing is told to have happened."""
SUMMER = (7, 6)
"""Month and day from which nothing is told to have happened in the school year that then ends."""
ROOM = dt.timedelta(days=60)
"""What is pressed together gets at least so many days, as far as the summer before has them."""
MINUTES_APART = 11

Name = TypeVar("Name", bound=Hashable)


class Days:
    """The calendar of one loading, on the day `today`."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self.yesterday = today - dt.timedelta(days=1)
        self._year = SchoolYear.of(today)
        start = self._year.start_year
        self._first, self._last = self._year.first_day, dt.date(start, *LAST_HAPPENED)
        self._begin = max(dt.date(start, *SUMMER), min(self._first, self.yesterday - ROOM))

    def day(self, when: When) -> dt.date:
        """The day that is meant."""
        month, day = map(int, when.day.split("-"))
        year = self._year.start_year - LAST_YEAR + when.year
        return dt.date(year if month >= self._first.month else year + 1, month, day)

    def first_day(self, year: int) -> dt.date:
        """The first day of a school year of the demo."""
        return self.day(When(year, "08-01"))

    def happened(self, meant: dt.date) -> dt.date:
        """The day on which it happened: the day that is meant, or earlier, so that it is not after yesterday."""
        if meant >= self._first and self._last > self.yesterday:
            share = (meant - self._first) / (self._last - self._first)
            meant = self._begin + dt.timedelta(days=int(share * (self.yesterday - self._begin).days))
        return min(meant, self.yesterday)

    def moments(self, key: str, events: Iterable[tuple[dt.date, int, Name]]) -> dict[Name, dt.datetime]:
        """When each event of one story happened, in the daytime and always the same for the same `key`.

        An event is the day that is meant, its rank among those of one day, and its name.
        """
        found: dict[Name, dt.datetime] = {}
        turns: dict[dt.date, int] = {}
        for meant, _rank, name in sorted(events, key=lambda event: event[:2]):
            day = self.happened(meant)
            turn = turns[day] = turns.get(day, -1) + 1
            found[name] = _moment(day, f"{key} {day}", turn)
        return found

    def moment(self, when: When, key: str) -> dt.datetime:
        """When one thing happened."""
        return _moment(self.happened(self.day(when)), key, 0)


def _moment(day: dt.date, key: str, turn: int) -> dt.datetime:
    chance = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big")
    minutes = 8 * 60 + chance % (8 * 60) + turn * MINUTES_APART
    at = dt.time(minutes // 60, minutes % 60)
    return moment_of(day, at)
