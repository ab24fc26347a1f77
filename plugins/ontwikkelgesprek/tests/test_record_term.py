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
