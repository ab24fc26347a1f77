"""How long things stay: what was handed over, with or without a settled report, and the record of what was settled."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from portfolio_plugins.ontwikkelgesprek.models import Agreement, Conversation, LogLine
from sqlalchemy import func, select, update

from portfolio.clock import ZONE, SchoolYear, now, today
from portfolio.entries.models import Snapshot
from portfolio.people.models import Switch


@pytest.fixture
def talk(people: Any) -> str:
    """A conversation of today that is open, with something handed over and a point to talk about."""
    made: str = people.plan("fenna")
    entry = people.write("fenna", "evidence", "De proefweek", story="We deden het.")
    assert people.send("fenna", f"{made}choose/{entry}", {"fields": ["story"]}).status_code == 303
    people.open(made)
    people.send("fenna", f"{made}points", {"text": "Punt van Fenna"})
    people.report(made, "We hebben teruggekeken.")
    agreed = {"agreements-0-text": "Meelopen", "agreements-0-who": "both", "seen": "0"}
    people.send("fenna", f"{made}agreements", agreed)
    return made


@pytest.mark.parametrize(("settled", "days"), [(True, 30), (False, 365)])
def test_after_the_term_the_leader_has_report_and_agreements_wherever_they_look(
    people: Any, talk: str, settled: bool, days: int
) -> None:
    for who in ("fenna", "hanne") if settled else ():
        assert people.answer(who, talk).status_code == 303
    part = people.text_of("teacher_preparation")
    addresses = [talk, f"{talk}read", f"{talk}during", f"{talk}log", f"/p/{people.place}/together", "/together", "/",
                 f"{people.home}{part.id}/", people.own("hanne"), f"{people.home}conversations"]  # fmt: skip
    closed = ("Ik wil starters begeleiden.", "We deden het.", "Punt van Fenna", "Wat Fenna Voorbeeld overhandigt</a>")
    before = [words for words in closed if any(words in people.browser("hanne").get(one).text for one in addresses)]
    assert before == list(closed), "until then they are there to be read"
    with time_machine.travel(now() + dt.timedelta(days=days, minutes=1)):  # no job has run
        hanne, fenna = people.fresh("hanne"), people.fresh("fenna")
        assert [(one, words) for one in addresses for words in closed if words in hanne.get(one).text] == []
        page = hanne.get(talk).text
        assert "We hebben teruggekeken." in page and "Meelopen" in page
        assert "Ze vragen jou." in fenna.get(talk).text and "Ik wil starters begeleiden." in fenna.get(talk).text
        assert hanne.get(f"{people.home}{part.id}/").status_code == 404


@pytest.mark.parametrize("days", [364, 366])
def test_settling_after_a_year_opens_nothing_longer_or_again(people: Any, talk: str, days: int) -> None:
    settled = now() + dt.timedelta(days=days)
    with time_machine.travel(settled, tick=True):
        people.run_upkeep()
        people.browsers.clear()
        assert ("Ik wil starters begeleiden." in people.browser("hanne").get(talk).text) == (days == 364)
        for who in ("fenna", "hanne"):
            assert people.answer(who, talk).status_code == 303
    with time_machine.travel(settled + dt.timedelta(days=2), tick=True):
        people.run_upkeep()
        page = people.fresh("hanne").get(talk).text
        assert "Meelopen" in page and "Ik wil starters begeleiden." not in page and "We deden het." not in page
        with people.database.read() as session:
            told = select(func.count()).select_from(LogLine).where(LogLine.what == "items_gone")
            assert session.scalar(told) == 1


def test_a_school_sets_how_long_things_stay(people: Any, talk: str) -> None:
    with people.database.write() as session:
        session.execute(update(Switch).values(settings={"days": "7", "years": "1"}))
    for who in ("hanne", "fenna"):
        people.answer(who, talk)
    with people.database.read() as session:
        found = session.scalars(select(Conversation)).one()
        closes = dict(session.execute(select(Snapshot.role, Snapshot.closes_at).distinct()).all())
    assert found.items_until == closes["handed"] == found.settled_at + dt.timedelta(days=7)
    year = SchoolYear.of(today()).start_year + 2
    assert closes["record"].astimezone(ZONE).date() == dt.date(year, 8, 1)


def test_what_somebody_saw_differently_goes_with_the_record(people: Any) -> None:
    talk = people.plan()
    people.open(talk)
    people.report(talk)
    people.answer("hanne", talk, "differ", "Ik zie het anders dan jij.")
    people.answer("fenna", talk, "agree", "Zo was het.")
    for who in ("fenna", "hanne"):
        page = people.browser(who).get(talk).text
        assert "Ik zie het anders dan jij." in page and "Zo was het." in page, "the record has both"
    with time_machine.travel(now() + dt.timedelta(days=1500), tick=True):
        people.run_upkeep()
        for who in ("fenna", "hanne"):
            page = people.fresh(who).get(talk).text
            assert "Ik zie het anders" not in page and f'href="{talk}dossier"' not in page
            assert people.fresh(who).get(f"{talk}dossier").status_code == 403, "of nothing there is no dossier"
        with people.database.read() as session:
            kept = session.execute(select(Conversation.teacher_note, Conversation.leader_note)).one()
            assert tuple(kept) == ("", ""), "nowhere else is it kept"
            assert session.scalar(select(func.count()).select_from(Agreement)) == 0


def test_what_was_agreed_opens_no_conversation_after_the_term_whether_the_worker_was_there_or_not(people: Any) -> None:
    first = people.plan()
    people.open(first)
    people.report(first)
    row = {"agreements-0-text": "Twee dagdelen meelopen.", "agreements-0-who": "both", "seen": "0"}
    assert people.send("fenna", f"{first}agreements", row).status_code == 303
    for who in ("hanne", "fenna"):
        people.answer(who, first)
    assert "Twee dagdelen" in people.browser("hanne").get(first).text, "the record has them"
    with time_machine.travel(now() + dt.timedelta(days=300), tick=True):
        people.browsers.clear()
        assert "Twee dagdelen" in people.browser("hanne").get(people.plan(kind="startgesprek")).text
    with time_machine.travel(now() + dt.timedelta(days=1500), tick=True):
        people.browsers.clear()
        next_one = people.plan()
        for who in ("hanne", "fenna"):
            assert "Twee dagdelen" not in people.browser(who).get(next_one).text


def test_agreements_in_a_record_are_shown_in_words(people: Any, talk: str) -> None:
    for who in ("fenna", "hanne"):
        assert people.answer(who, talk).status_code == 303
    page = people.browser("fenna").get("/handed-over").text
    assert "Meelopen" in page and "allebei" in page and "both" not in page
    assert people.browser("hanne").get("/handed-over").status_code == 200, "she has none"
