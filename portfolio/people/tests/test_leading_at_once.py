"""A share and a leadership that begin at the same moment, on connections of their own."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from portfolio.clock import today
from portfolio.db import Database
from portfolio.entries import sharing
from portfolio.entries.models import Share
from portfolio.errors import Refused
from portfolio.people import leading
from portfolio.people.models import Person
from portfolio.scope import Scope
from portfolio.sections.goals.kinds import Goal
from portfolio.testing import make_entry, make_person, make_school, open_scope_for


@pytest.mark.parametrize("first", ["leadership", "share"])
@pytest.mark.parametrize("by", ["leader", "teacher"])
def test_a_leadership_and_a_share_at_the_same_moment_do_not_pass_each_other(
    database: Database, first: str, by: str
) -> None:
    """The second knows its relations from before; it has to wait for the first, and then see it."""
    with database.write() as session:
        school = make_school(session)
        mirjam, fenna, hanne = (
            make_person(session, name=name, email=f"{name.lower()}@example.org", school=school, role=role)
            for name, role in (("Mirjam", "administrator"), ("Fenna", "teacher"), ("Hanne", "leader"))
        )
        author, reader = (hanne, fenna) if by == "leader" else (fenna, hanne)
        entry = make_entry(session, author).id
    done, both_known, outcomes = threading.Event(), threading.Barrier(2), []

    def share(scope: Scope) -> None:
        sharing.share_entry(scope, entry, Goal, "", None, str(reader.email))

    def lead(scope: Scope) -> None:
        leading.start_leadership(scope, school.id, hanne.id, fenna.id, today())

    def run(who: Person, action: Any, *, wait: bool) -> None:
        try:
            with database.read() as session:
                known = open_scope_for(session, who)
            both_known.wait(20)
            assert not wait or done.wait(20)
            with database.write() as session:
                action(replace(known, session=session))
                if not wait:
                    done.set()
                    time.sleep(0.7)
            outcomes.append("saved")
        except Refused:
            outcomes.append("refused")
        except BaseException as error:
            outcomes.append(repr(error))

    order = [(mirjam, lead), (author, share)]
    order = order if first == "leadership" else order[::-1]
    threads = [threading.Thread(target=run, args=one, kwargs={"wait": one is order[1]}) for one in order]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert outcomes == ["saved", "refused" if first == "leadership" else "saved"]
    with database.read() as session:
        assert session.scalars(select(Share).where(Share.running(today()))).all() == []
