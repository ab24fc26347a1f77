"""The contract that every plugin keeps, and what this one promises besides: no trace where it is off, few queries."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import portfolio_plugins.visie_missie as plugin
import pytest
from portfolio_plugins.visie_missie.service import NAME
from sqlalchemy import select, update

from portfolio.clock import today
from portfolio.entries.models import Entry
from portfolio.people.models import Switch
from portfolio.testing import make_share, post
from portfolio.testing_contract import PAGE, WRITE, PluginContract
from portfolio.testing_counting import statements

FOLDER = Path(plugin.__file__).parent


class TestContract(PluginContract):
    plugin = NAME


@pytest.fixture
def off(people):
    """The plugin was on, and is off since yesterday; one version is there."""
    version = people.write("vision", "Niemand onzichtbaar", stand_for="Gezien.")
    with people.database.write() as session:
        session.execute(update(Switch).values(until=today() - dt.timedelta(days=1)))
    return version


def test_off_leaves_no_trace_in_menu_or_overview_but_her_text_is_hers(people, fenna, off):
    home = fenna.get("/").text
    assert f'href="{people.home}"' not in home and "/new/vision" not in home
    page = fenna.get(f"{people.home}{off}/")
    assert page.status_code == 200 and "Gezien." in page.text
    links = [link for link in re.findall(r'href="([^"]+)"', page.text) if f"/{NAME}/" in link]
    assert {link for link in links if str(off) not in link} == {people.home}, "the list of what she wrote"
    for gone in ("new/", "again/", "beside/"):
        assert gone not in page.text


def test_off_its_first_page_is_the_list_of_what_she_keeps_and_nobody_elses(people, fenna, off):
    page = fenna.get(people.home)
    assert page.status_code == 200 and "Niemand onzichtbaar" in page.text and "Hiervoor" not in page.text
    assert "dit schooljaar niet" in page.text and "/new/" not in page.text
    assert post(fenna, people.home).status_code == fenna.open(people.home, method="OPTIONS").status_code == 404
    for person in (people.ruben, people.hanne):
        assert people.browser(person).get(people.home).status_code == 404
    assert people.browser(people.ruben).get("/").status_code == 200
    assert fenna.get(f"{people.home}everything").status_code == 404


def test_no_word_weighs_anybody():
    words = (FOLDER / "translations" / "nl.po").read_text("utf-8").lower()
    assert re.findall(r"\b(niveau|score|voldoet|compleet|achterstand|beoordeling|beste|u|uw)\b", words) == []


@pytest.fixture
def much(people):
    """Twenty versions with all that can hang on them; the newest first."""
    versions, exercise = [], people.write("vision_exercise", "Oefening", today() - dt.timedelta(days=500))
    for number in reversed(range(20)):
        day, before = today() - dt.timedelta(days=400 + number), versions[-1:]
        links = {"continues": before[0]} if before else {}
        text = {"one_line": "Kort.", "stand_for": "Gezien."}
        versions.append(people.write("vision", f"Versie {number}", day, based_on=exercise, **text, **links))
        people.write("one_line", f"Zin {number}", day, taken_from=versions[-1])
        people.write("vision_exercise", f"Oefening {number}", day)
        people.write("letter_to_myself", f"Brief {number}", day, open_on=today().isoformat())
    for number in range(10):
        day = today() - dt.timedelta(days=380 + number)
        people.write("vision_rereading", f"Nog waar? {number}", day, still_true="yes", looks_back_on=versions[-1])
    return versions[::-1]


def test_no_page_asks_more_than_eight_times_nor_a_write_more_than_twelve(people, fenna, much):
    one, other = much[0], much[1]
    with people.database.write() as session:  # each is shared, so that readers are looked up too
        for entry in session.scalars(select(Entry).where(Entry.audience == "portfolio")):
            make_share(session, entry, person=people.ruben)
    pages = ["", "everything", f"again/{one}", f"beside/{one}/{other}", f"{one}/", f"{one}/edit"]
    for page in [*(people.home + page for page in pages), people.next(one), "/"]:
        with statements(people.database) as found:
            assert fenna.get(page).status_code == 200
        assert len(found) <= PAGE, (page, len(found), "\n".join(found))
    form = {"happened_on": "2026-05-04", "seen": "0", "title": "Nieuw", "links-continues": str(one), "still_true": "no"}
    for page in (people.next(one), f"{people.home}again/{one}"):
        with statements(people.database) as found:
            assert post(fenna, page, form).status_code == 303
        assert len(found) <= WRITE, (page, len(found), "\n".join(found))
