"""Time as people mean it: now in UTC, days in Europe/Amsterdam, school years from 1 August to 31 July."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")


def now() -> dt.datetime:
    """This moment, aware UTC."""
    return dt.datetime.now(dt.UTC)


def day_of(moment: dt.datetime) -> dt.date:
    """The day in Europe/Amsterdam on which `moment` falls."""
    return moment.astimezone(ZONE).date()


def moment_of(day: dt.date, at: dt.time = dt.time.min) -> dt.datetime:
    """The moment at which clocks in Europe/Amsterdam say `at` on that day; midnight unless told. Aware UTC."""
    return dt.datetime.combine(day, at, ZONE).astimezone(dt.UTC)


def today() -> dt.date:
    """Today in Europe/Amsterdam."""
    return day_of(now())


class Ending:
    """Something that runs up to, not including, `until`; None while no end is known."""

    until: dt.date | None

    @property
    def last_day(self) -> dt.date | None:
        """The last day it runs, as shown to people."""
        return None if self.until is None else self.until - dt.timedelta(days=1)

    def not_over(self, day: dt.date) -> bool:
        """Whether it runs on `day` or will later."""
        return self.until is None or self.until > day


@dataclass(frozen=True, order=True)
class SchoolYear:
    """A school year, named by the calendar year in which it starts."""

    start_year: int

    @classmethod
    def of(cls, day: dt.date) -> SchoolYear:
        """The school year in which `day` falls."""
        return cls(day.year if day.month >= 8 else day.year - 1)

    @property
    def first_day(self) -> dt.date:
        return dt.date(self.start_year, 8, 1) if self.start_year >= dt.MINYEAR else dt.date.min

    @property
    def last_day(self) -> dt.date:
        return dt.date(self.start_year + 1, 7, 31) if self.start_year < dt.MAXYEAR else dt.date.max

    @property
    def label(self) -> str:
        """Such as 2026–2027."""
        return f"{self.start_year}–{self.start_year + 1}"

    def position(self, day: dt.date) -> float:
        """Where `day` lies in this year: 0 at its first day, 1 just after its last."""
        return (day - self.first_day).days / ((self.last_day - self.first_day).days + 1)
