"""Weeks as bars: per school year what somebody did with their days, all on one scale."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portfolio_plugins.loopbaan.halves import read_days
from portfolio_plugins.loopbaan.service import begins

from portfolio.clock import SchoolYear
from portfolio.entries.entry_texts import EntryText

MOST_YEARS = 50
TONES = 6
"""How many tones and patterns there are; with more names they come round again, and the words stay."""


@dataclass(frozen=True)
class Part:
    """A piece of a week's bar."""

    what: str
    days: str
    x: float
    width: float
    pattern: int


@dataclass(frozen=True)
class Bar:
    """A week as it was in (a part of) a school year."""

    text: EntryText
    parts: Sequence[Part]
    since: dt.date | None
    """Within the year, when it began later than that."""


def say_week(parts: Sequence[Mapping[str, str]]) -> str:
    """A week in a line, such as "3 teaching, 2 developing"; at most as long as a title."""
    return ", ".join(f"{part['days']} {part['what']}".strip() for part in parts)[:200].strip()


def draw_weeks(weeks: Sequence[EntryText], today: dt.date) -> list[tuple[SchoolYear, list[Bar]]]:
    """Per school year, oldest first, a bar for each week that held in it; all on one scale of days."""
    totals = [sum(read_days(row["days"]) or 0 for row in week.content["parts"]) for week in weeks]
    most = max([5.0, *totals])
    names = list(dict.fromkeys(row["what"].casefold() for week in reversed(weeks) for row in week.content["parts"]))
    found: dict[int, list[Bar]] = {}
    for week in sorted(weeks, key=begins):
        first = SchoolYear.of(begins(week)).start_year
        last = SchoolYear.of(week.until_on or max(today, begins(week))).start_year
        for year in range(max(first, last - MOST_YEARS), last + 1):
            x, parts = 0.0, []
            for row in week.content["parts"]:
                width = round((read_days(row["days"]) or 0) / most * 100, 2)
                parts.append(
                    Part(row["what"], row["days"], round(x, 2), width, names.index(row["what"].casefold()) % TONES)
                )
                x += width
            begun = begins(week) if begins(week) > SchoolYear(year).first_day else None
            found.setdefault(year, []).append(Bar(week, parts, begun))
    return [(SchoolYear(year), found[year]) for year in sorted(found)]
