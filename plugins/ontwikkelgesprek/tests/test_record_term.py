"""What was settled lies in the record alone, so that all of it goes when the record's term is over."""

from __future__ import annotations

import datetime as dt
from typing import Any

import time_machine
from portfolio_plugins.ontwikkelgesprek.models import Agreement, Conversation
from sqlalchemy import func, select

from portfolio.clock import now


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
            assert "Ik zie het anders" not in people.fresh(who).get(talk).text
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
    with time_machine.travel(now() + dt.timedelta(days=300), tick=True):
        people.browsers.clear()
        assert "Twee dagdelen" in people.browser("hanne").get(people.plan(kind="startgesprek")).text
    with time_machine.travel(now() + dt.timedelta(days=1500), tick=True):
        people.browsers.clear()
        next_one = people.plan()
        for who in ("hanne", "fenna"):
            assert "Twee dagdelen" not in people.browser(who).get(next_one).text
