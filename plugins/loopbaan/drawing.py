"""Where everything stands in the picture of the years: once along the width of a page, once down a phone.

Arithmetic alone: the template draws, the theme colours. A school year is a piece of ground, a role is a line on a
lane of its own, a move and a key entry are signs. Nothing is counted and nothing lies higher because it is worth more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portfolio_plugins.loopbaan.kinds import CareerMove
from portfolio_plugins.loopbaan.service import begins

from portfolio.clock import SchoolYear
from portfolio.entries.entry_texts import EntryText, OwnLink

WIDTH = 960
LANE, ROW, PILE = 42, 30, 19
"""Of the wide drawing: heights of a role's lane, of a row of signs with words, and of a row of those without."""
LETTER = 7.2
"""About the width of a letter of a label."""
NARROW, GUTTER, TRACK, LINE = 320, 46, 13, 22
"""Of the tall drawing: its width, room for the years, between two lanes, and the height of a line of text."""
FEWEST_YEARS, MOST_YEARS = 4, 50
MOST_SIGNS = 40
"""Besides moves; the newest. All of them are in the table."""


@dataclass(frozen=True)
class Happening:
    """A sign in the picture, and a line in the table: a move or a key entry."""

    day: dt.date
    sign: str
    text: EntryText | OwnLink

    @property
    def is_move(self) -> bool:
        return self.text.kind == CareerMove.name

    @property
    def is_elsewhere(self) -> bool:
        """It was written elsewhere in the portfolio, and is here because a link leads to it."""
        return isinstance(self.text, OwnLink)


@dataclass(frozen=True)
class Band:
    """A school year as ground: where it begins, how much room it has, and what it is called there."""

    label: str
    short: str
    at: float
    room: float
    number: int
    named: bool
    start_year: int


@dataclass(frozen=True)
class Line:
    """A role: from where to where on its lane, and where its name stands."""

    role: EntryText
    label: str
    start: float
    end: float
    lane: float
    open_end: bool
    label_x: float
    label_y: float
    anchor: str = "start"


@dataclass(frozen=True)
class Sign:
    """A move or a key entry, with its words."""

    of: Happening
    label: str
    x: float
    y: float
    label_x: float
    anchor: str = "start"


@dataclass(frozen=True)
class Drawing:
    """One of the two pictures."""

    width: float
    height: float
    ground: float
    bands: Sequence[Band]
    lines: Sequence[Line]
    signs: Sequence[Sign]
    now: float


def years_of(roles: Sequence[EntryText], happenings: Iterable[Happening], today: dt.date) -> list[SchoolYear]:
    """The school years that the picture spans, at least FEWEST_YEARS and at most the last MOST_YEARS."""
    days = [today, *(begins(role) for role in roles), *(one.day for one in happenings)]
    ends = [role.until_on for role in roles if role.until_on and role.until_on <= today + dt.timedelta(days=730)]
    last = max(SchoolYear.of(day).start_year for day in [*days, *ends] if day <= today + dt.timedelta(days=1100))
    first = max(min(SchoolYear.of(day).start_year for day in days), last - MOST_YEARS + 1)
    return [SchoolYear(number) for number in range(min(first, last - FEWEST_YEARS + 1), last + 1)]


def choose_signs(happenings: Sequence[Happening]) -> list[Happening]:
    """Those that have a place in the picture: every move, and the newest of the rest."""
    rest = [one for one in happenings if not one.is_move][-MOST_SIGNS:]
    return sorted([*(one for one in happenings if one.is_move), *rest], key=lambda one: (one.day, one.text.id))


def shorten(words: str, room: float) -> str:
    """Words as they fit in so much room; the whole of them is in the table."""
    most = max(int(room / LETTER), 4)
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def draw_wide(
    roles: Sequence[EntryText], signs: Sequence[Happening], years: Sequence[SchoolYear], today: dt.date
) -> Drawing:
    """The years from left to right."""
    room = WIDTH / len(years)
    step = 1 + len(years) // 19

    def at(day: dt.date) -> float:
        year = SchoolYear.of(day)
        place = year.start_year - years[0].start_year + year.position(day)
        return round(min(max(place, 0), len(years)) * room, 1)

    ends: list[float] = []
    lines = []
    for role in roles:
        start, end = at(begins(role)), at(role.until_on) if role.until_on else at(today)
        end = max(end, start + 6)
        label = shorten(role.title, WIDTH * 0.45)
        left = min(start, WIDTH - len(label) * LETTER)
        lane = _find_lane(ends, left, max(end, left + len(label) * LETTER))
        y = lane * LANE + 30
        over = start + len(label) * LETTER > WIDTH
        lines.append(
            Line(role, label, start, end, y, role.until_on is None, WIDTH if over else start, y - 9,
                 "end" if over else "start")
        )  # fmt: skip
    top = len(ends) * LANE + 14
    rows: list[float] = []
    drawn = []
    for one in [
        *(one for one in signs if one.is_move),
        *(one for one in signs if not one.is_move and not one.is_elsewhere),
    ]:
        x = min(max(at(one.day), 13), WIDTH - 13)
        label = shorten(one.text.title, 240)
        width = len(label) * LETTER * 0.92 + 20
        over = x + width > WIDTH
        left, right = (x - width, x + 14) if over else (x - 14, x + width)
        row = _find_lane(rows, left, right)
        drawn.append(Sign(one, label, x, top + row * ROW + 15, x - 17 if over else x + 17, "end" if over else "start"))
    floor = top + len(rows) * ROW
    piles: list[float] = []
    laid = []
    for one in (one for one in signs if one.is_elsewhere):
        x = min(max(at(one.day), 13), WIDTH - 13)
        laid.append((one, x, _find_lane(piles, x - 7, x - 3)))
    ground = floor + len(piles) * PILE + 10
    drawn += [Sign(one, "", x, ground - 11 - pile * PILE, x) for one, x, pile in laid]
    bands = [
        Band(year.label, _short(year, room), round(number * room, 1), round(room, 1), number,
             (len(years) - 1 - number) % step == 0, year.start_year)
        for number, year in enumerate(years)
    ]  # fmt: skip
    return Drawing(WIDTH, ground + 26, ground, bands, lines, drawn, at(today))


def _short(year: SchoolYear, room: float) -> str:
    """A school year as it fits: 2026–2027, 2026–27 or ’26."""
    if room > 84:
        return year.label
    start, end = year.start_year, year.start_year + 1
    return f"{start}–{end % 100:02}" if room > 56 else f"’{start % 100:02}"


def _find_lane(ends: list[float], left: float, right: float) -> int:
    """The first lane that is free from `left` on; it is taken up to `right`."""
    free = next((lane for lane, end in enumerate(ends) if end + 12 <= left), len(ends))
    ends[free : free + 1] = [right]
    return free


def draw_tall(
    roles: Sequence[EntryText], signs: Sequence[Happening], years: Sequence[SchoolYear], today: dt.date
) -> Drawing:
    """The years from top to bottom; each has the room that its words need, so days are not to scale."""
    beginnings: dict[int, list[tuple[dt.date, int, EntryText | Happening | None]]] = {}
    beginnings.setdefault(SchoolYear.of(today).start_year, []).append((today, 2, None))
    for role in roles:
        beginnings.setdefault(SchoolYear.of(begins(role)).start_year, []).append((begins(role), 0, role))
    for one in signs:
        beginnings.setdefault(SchoolYear.of(one.day).start_year, []).append((one.day, 1, one))
    bands, places, marks = [], [], []
    top = 0.0
    for number, year in enumerate(years):
        inside = sorted(beginnings.get(year.start_year, ()), key=lambda found: found[:2])
        room = max(len(inside) * LINE + 12, 30)
        bands.append(Band(year.label, str(year.start_year), top, room, number, True, year.start_year))
        places.append((year.first_day, top))
        for place, (day, _rank, what) in enumerate(inside):
            y = top + 6 + LINE * (place + 0.5)
            places.append((day, y))
            if what is not None:
                marks.append((y, what))
        top += room
    places.append((years[-1].last_day + dt.timedelta(days=1), top))

    def at(day: dt.date) -> float:
        before = [place for place in places if place[0] <= day] or places[:1]
        after = [place for place in places if place[0] > day] or places[-1:]
        (day_a, a), (day_b, b) = before[-1], after[0]
        span = (day_b - day_a).days
        return round(a + (b - a) * (day - day_a).days / span, 1) if span > 0 else a

    ends: list[float] = []
    laid = []
    for y, what in marks:
        if isinstance(what, EntryText):
            end = max(at(what.until_on) if what.until_on else at(today), y + 8)
            laid.append((what, y, end, _find_lane(ends, y, end)))
    tracks = min(len(ends), 8)
    text_x = GUTTER + TRACK * tracks + 14
    fits = NARROW - text_x
    lines = [
        Line(role, shorten(role.title, fits * 1.08), y, end, GUTTER + TRACK * (min(lane, 7) + 0.5),
             role.until_on is None, text_x, y + 4.5)
        for role, y, end, lane in laid
    ]  # fmt: skip
    drawn = [
        Sign(what, shorten(what.text.title, (fits - 24) * 1.08), text_x + 9, y, text_x + 24)
        for y, what in marks
        if isinstance(what, Happening)
    ]
    return Drawing(NARROW, top + 4, top, bands, lines, drawn, at(today))
