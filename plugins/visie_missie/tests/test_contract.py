"""What every plugin promises: off is off, every word in Dutch, few queries, its data declared, nothing left behind."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import portfolio_plugins.visie_missie as plugin
import pytest
from portfolio_plugins.visie_missie.service import NAME
from sqlalchemy import select, update

from portfolio.clock import today
from portfolio.db import Base
from portfolio.entries.models import Entry
from portfolio.messages import find_messages, missing
from portfolio.people.models import Switch
from portfolio.testing import make_person, make_share, portfolio_of, post

FOLDER = Path(plugin.__file__).parent
PAGE, WRITE = 8, 12


@pytest.fixture
def off(people):
    """The plugin was on, and is off since yesterday; one version is there."""
    version = people.write("vision", "Niemand onzichtbaar", stand_for="Gezien.")
    with people.database.write() as session:
        session.execute(update(Switch).values(until=today() - dt.timedelta(days=1)))
    return version


def test_off_is_404_on_every_route_and_method(people, fenna, off):
    values = {"portfolio": people.portfolio, "version": off, "earlier": off, "later": off}
    with people.app.test_request_context():
        rules = [rule for rule in people.app.url_map.iter_rules() if rule.endpoint.startswith(f"{NAME}.")]
        pages = [
            people.app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments}) for rule in rules
        ]
    assert len(pages) == 5
    pages += [f"{people.home}new/{kind.name}" for kind in plugin.entry_kinds()]
    for page in pages:
        for method in ("GET", "HEAD", "OPTIONS"):
            assert fenna.open(page, method=method).status_code == 404, (method, page)
        assert post(fenna, page, {"title": "x", "still_true": "yes"}).status_code == 404, page


def test_off_leaves_no_trace_in_menu_or_overview_but_her_text_is_hers(people, fenna, off):
    home = fenna.get("/").text
    assert f'href="{people.home}"' not in home and "/new/vision" not in home
    page = fenna.get(f"{people.home}{off}/")
    assert page.status_code == 200 and "Gezien." in page.text
    links = [link for link in re.findall(r'href="([^"]+)"', page.text) if f"/{NAME}/" in link]
    assert [link for link in links if str(off) not in link] == []
    for gone in ("next/", "again/", "beside/"):
        assert gone not in page.text


def test_for_who_never_had_it_nothing_is_there(people):
    with people.database.write() as session:
        stranger = make_person(session, name="Yara Doenalsof")
        portfolio = portfolio_of(session, stranger).id
    browser = people.browser(stranger)
    assert "Visie en missie" not in browser.get("/").text
    assert browser.get(f"/p/{portfolio}/{NAME}/").status_code == 404


def test_every_word_has_its_dutch_and_none_is_left_over():
    assert [message.id for message in missing(FOLDER)] == []
    from babel.messages.pofile import read_po

    with (FOLDER / "translations" / "nl.po").open("rb") as file:
        known = {message.id for message in read_po(file, locale="nl") if message.id}
    assert known == {message.id for message in find_messages(FOLDER) if message.id}


def test_no_word_weighs_anybody():
    words = (FOLDER / "translations" / "nl.po").read_text("utf-8").lower()
    assert re.findall(r"\b(niveau|score|voldoet|compleet|achterstand|beoordeling|beste|u|uw)\b", words) == []


def test_what_is_kept_is_told_on_the_privacy_page(people):
    assert all(fact.what and fact.purpose and fact.readers and fact.kept for fact in plugin.personal_data())
    page = people.app.test_client().get("/privacy", headers={"Accept-Language": "nl"}).text
    assert "Waar je voor staat en voor gaat" in page


def test_it_has_no_tables_and_a_readme():
    assert [name for name in Base.metadata.tables if name.startswith(NAME)] == []
    assert (FOLDER / "README.md").read_text("utf-8").startswith("# ")


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
    pages = ["", "everything", f"next/{one}", f"again/{one}", f"beside/{one}/{other}", f"{one}/", f"{one}/edit"]
    for page in [*(people.home + page for page in pages), "/"]:
        with people.counted() as found:
            assert fenna.get(page).status_code == 200
        # The trunk's form looks for what is linked once per kind of link, also where it isn't of that kind.
        most = PAGE + 1 if page.endswith("/edit") else PAGE
        assert len(found) <= most, (page, len(found), "\n".join(found))
    form = {"happened_on": "2026-05-04", "seen": "0", "title": "Nieuw", "links-continues": str(one), "still_true": "no"}
    with people.counted() as before:  # `post` opens a page first
        fenna.get("/privacy")
    for page in (f"{people.home}next/{one}", f"{people.home}again/{one}"):
        with people.counted() as found:
            assert post(fenna, page, form).status_code == 303
        assert len(found) - len(before) <= WRITE, (page, len(found), "\n".join(found))
