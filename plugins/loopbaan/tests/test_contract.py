"""The contract that every plugin keeps, and what this one promises besides: few queries after many years."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import portfolio_plugins.loopbaan as plugin
from portfolio_plugins.loopbaan.catalogue import NAME
from sqlalchemy import select

from portfolio.entries.models import Entry, Link
from portfolio.testing import make_share, post
from portfolio.testing_contract import PAGE, WRITE, PluginContract
from portfolio.testing_counting import statements

FOLDER = Path(plugin.__file__).parent
ONE_DAY = {"parts-0-what": "Les", "parts-0-days": "1"}


class TestContract(PluginContract):
    plugin = NAME

    def typed(self, kind, starter=None):
        """Days are a number."""
        return super().typed(kind, starter) | ({"parts-0-days": "3"} if kind.name == "time_division" else {})


def test_no_word_weighs_anybody_and_nothing_asks_for_a_scale():
    words = (FOLDER / "translations" / "nl.po").read_text("utf-8").lower()
    assert (
        re.findall(r"\b(niveau|score|voldoet|compleet|achterstand|beoordeling|beste|u|uw|salaris\w*|schaal)\b", words)
        == []
    )
    from portfolio_plugins.loopbaan.kinds import KINDS

    names = {spec.name for kind in KINDS for spec in kind.fields}
    assert not {name for name in names if "scale" in name or "salary" in name}


def once_of(browser, page):
    """The id that a form signs, so that it is kept once."""
    found = re.search(r'name="once"[^>]*value="([^"]+)"', browser.get(page).text)
    return found[1]


def fill(people, years=15):
    """So many years of roles, two a year, with all that can hang on them; each that can be is shared."""
    written = []
    for number in range(years):
        day = dt.date(2025 - number, 9, 1)
        role = people.write(
            "role_held", f"Rol {number}", day, (day, day.replace(year=day.year + 2)), formality="formal"
        )
        other = people.write("role_held", f"Vraag {number}", day, (day, None), formality="informal", continues=role)
        people.write("orientation", f"Kijken {number}", day, what="day")
        links = {"about_role": role, "goes_with": people.goal(f"Doel {number}")}
        people.write("career_move", f"Beweging {number}", day, what="stay", image="rings", **links)
        people.write("leadership_moment", f"Moment {number}", day, place="formal_one", about_role=other)
        people.write("words_received", f"Woorden {number}", day, words="Dank.", about_role=role)
        week = people.write("time_division", f"Week {number}", day, (day, None), parts=[{"what": "Les", "days": "4"}])
        people.write("energy_note", f"Energie {number}", day, text="Licht.", about_time=week)
        said = people.write("spoken_ambition", f"Ambitie {number}", day, text="Ik wil.")
        people.write("private_ambition", f"Stil {number}", day, text="Ik durf niet.", beneath=said)
        written.append((role, said, week))
    with people.database.write() as session:
        for entry in session.scalars(select(Entry).where(Entry.audience == "portfolio", Entry.plugin == NAME)):
            make_share(session, entry, person=people.ruben, switch=people.switch)
    return written


def test_after_fifteen_years_no_page_asks_more_than_eight_times_nor_a_write_more_than_twelve(people, fenna):
    role, said, week = fill(people)[0]
    own = ["", "moves", "ambition", "time", "places", "everything", "ambition/write", f"ambition/write/{said}",
           f"time/write/{week}", f"{role}/", f"{role}/edit", "new/role_held", "new/career_move"]  # fmt: skip
    for page in [*(people.home + one for one in own), "/"]:
        with statements(people.database) as found:
            answer = fenna.get(page)
        assert answer.status_code == 200, page
        assert len(found) <= PAGE, (page, len(found), "\n".join(found))
    page = fenna.get(people.home).text
    assert all(f"Rol {number}" in page and f"Beweging {number}" in page for number in range(15))
    alone = {half: people.write(half, "Alleen", text="Toen.") for half in ("spoken_ambition", "private_ambition")}
    both = {"title": "Zeggen", "text": "Hardop.", "own-text": "Zacht.", "happened_on": "2026-05-04"}
    seen = {"seen": "1", "own-seen": "1"}
    for page, form in (
        ("ambition/write", both),
        (f"ambition/write/{said}", both | seen),
        (f"ambition/write/{alone['spoken_ambition']}", both | seen | {"title": "Met iets eronder"}),
        (f"ambition/write/{alone['private_ambition']}", both | seen | {"title": "Toch gezegd", "own-text": "Anders."}),
        (f"time/write/{week}", {"happened_on": "2026-05-04", "own-text": "Zwaar.", **seen, **ONE_DAY}),
        ("time/write", {"happened_on": "2026-05-04", "own-text": "Licht, zei ik.", **ONE_DAY}),
    ):
        sent = {"once": once_of(fenna, f"{people.home}{page}")}
        with statements(people.database) as found:
            answer = post(fenna, f"{people.home}{page}", form | sent)
        assert answer.status_code == 303, answer.text
        most = WRITE + page.endswith(str(alone["spoken_ambition"]))  # one half changes, the other is new
        assert len(found) <= most, (page, len(found), "\n".join(found))
    with people.database.read() as session:
        beneath = list(session.scalars(select(Link.to_id).where(Link.type == "beneath")))
    assert alone["spoken_ambition"] in beneath and len(beneath) == 18
