"""What is offered for a conversation: the roles that run today and the ambition said last, never what lies beneath."""

from __future__ import annotations

import datetime as dt
from typing import Any

from portfolio_plugins.loopbaan import service

from portfolio.clock import today
from portfolio.testing import open_scope_for

DAY = dt.timedelta(days=1)


def test_roles_that_run_and_the_ambition_said_last_are_offered(people: Any) -> None:
    now = today()
    people.write("role_held", "Voorbij", period=(now - 900 * DAY, now - DAY))
    people.write("role_held", "Straks", period=(now + DAY, None))
    later = people.write("role_held", "Coach van starters", period=(now - 100 * DAY, now))
    first = people.write("role_held", "Voorzitter", period=(now - 400 * DAY, None))
    people.write("spoken_ambition", "Toen", now - 300 * DAY)
    spoken = people.write("spoken_ambition", "Nu", now - 3 * DAY)
    people.write("private_ambition", "Stil")
    with people.database.read() as session:
        found = service.list_candidates(open_scope_for(session, people.fenna))
    assert [one.entry_id for one in found] == [first, later, spoken]
