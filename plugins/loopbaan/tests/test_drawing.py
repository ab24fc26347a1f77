"""The picture of the years, as numbers: nothing lies over something else, and all of it lies on the page."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from portfolio_plugins.loopbaan import drawing
from portfolio_plugins.loopbaan.halves import TimeDivision, read_days
from portfolio_plugins.loopbaan.kinds import CareerMove, RoleHeld
from portfolio_plugins.loopbaan.weeks import draw_weeks

from portfolio.entries.entry_texts import EntryText

TODAY = dt.date(2026, 11, 23)


def text(kind, title, day, since=None, until=None, **content):
    one = uuid.uuid4()
    now = dt.datetime.now(dt.UTC)
    return EntryText(one, one, "loopbaan", kind.name, title, day, since, until, now, one, "Fenna", 1, False, False,
                     kind.empty() | content, {}, 0, 1)  # fmt: skip


def role(title, since, until=None):
    return text(RoleHeld, title, TODAY, since, until, formality="formal")


ROLES = [role(f"Een rol met een naam {n}", dt.date(2011 + n // 2, 8 + n % 2, 1),
              dt.date(2014 + n // 2, 7, 31) if n % 3 else None)
         for n in range(30)]  # fmt: skip
MOVES = [drawing.Happening(dt.date(2012 + n, 3, 1), "rings", text(CareerMove, f"Beweging {n}", dt.date(2012 + n, 3, 1)))
         for n in range(14)]  # fmt: skip


@pytest.mark.parametrize("draw", [drawing.draw_wide, drawing.draw_tall])
@pytest.mark.parametrize(("roles", "moves"), [([], []), (ROLES[:1], []), ([], MOVES[:1]), (ROLES, MOVES)])
def test_everything_lies_on_the_page_and_bands_join(draw, roles, moves):
    years = drawing.years_of(roles, moves, TODAY)
    found = draw(roles, moves, years, TODAY)
    across = draw is drawing.draw_wide
    along = found.width if across else found.height
    assert len(found.lines) == len(roles) and len(found.signs) == len(moves) and len(found.bands) == len(years) >= 4
    assert all(0 <= line.start <= line.end <= along + 8 for line in found.lines)
    assert 0 <= found.now <= along
    for one, following in zip(found.bands, found.bands[1:], strict=False):
        assert abs(one.at + one.room - following.at) < 0.2
    for line in found.lines:
        width = len(line.label) * 6
        left = line.label_x - width if line.anchor == "end" else line.label_x
        assert left >= -1 and left + width <= found.width + 1, line.label


def test_no_two_roles_share_a_lane_at_one_time_nor_two_names_a_place():
    years = drawing.years_of(ROLES, MOVES, TODAY)
    wide = drawing.draw_wide(ROLES, MOVES, years, TODAY)
    taken = [(line.lane, min(line.start, line.label_x), max(line.end, line.label_x)) for line in wide.lines]
    for number, (lane, left, right) in enumerate(taken):
        assert not [one for one in taken[number + 1 :] if one[0] == lane and one[1] < right and one[2] > left]
    tall = drawing.draw_tall(ROLES, MOVES, years, TODAY)
    heights = sorted([line.start for line in tall.lines] + [sign.y for sign in tall.signs])
    assert all(below - above >= 15 for above, below in zip(heights, heights[1:], strict=False))


def test_a_year_on_a_phone_is_as_high_as_its_words_need_and_days_keep_their_order():
    roles = [role("Eerst", dt.date(2024, 9, 1), dt.date(2025, 1, 1)), role("Dan", dt.date(2025, 2, 1))]
    years = drawing.years_of(roles, [], TODAY)
    tall = drawing.draw_tall(roles, [], years, TODAY)
    first, second = tall.lines
    assert first.start < first.end < second.start < second.end
    room = {band.start_year: band.room for band in tall.bands}
    assert room[2024] > room[2023]


def test_weeks_are_bars_on_one_scale_a_year_long_or_less():
    now = [{"what": "Les", "days": "3"}, {"what": "Ontwikkelen", "days": "2"}]
    then = [{"what": "les", "days": "4"}]
    weeks = [
        text(TimeDivision, "Nu", TODAY, dt.date(2026, 3, 1), None, parts=now),
        text(TimeDivision, "Toen", TODAY, dt.date(2024, 8, 1), dt.date(2026, 2, 28), parts=then),
    ]
    found = draw_weeks(weeks, TODAY)
    assert [year.start_year for year, _bars in found] == [2024, 2025, 2026]
    bars = {year.start_year: inside for year, inside in found}
    assert [len(bars[year]) for year in (2024, 2025, 2026)] == [1, 2, 1]
    assert bars[2025][1].since == dt.date(2026, 3, 1) and bars[2026][0].since is None
    assert [part.width for part in bars[2026][0].parts] == [60, 40] and bars[2024][0].parts[0].width == 80
    assert bars[2024][0].parts[0].pattern == bars[2026][0].parts[0].pattern, "the same work looks the same"


@pytest.mark.parametrize(
    ("typed", "days"),
    [("3", 3), ("2,5", 2.5), (" 0.5 ", 0.5), ("een half", None), ("", None), ("1_0", None), ("9" * 20, None)],
)
def test_days_are_read_as_people_write_them(typed, days):
    assert read_days(typed) == days
