"""What is kept no longer than it is good for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func, select

from portfolio.clock import day_of, now
from portfolio.entries.models import Reading
from portfolio.people import links
from portfolio.people.models import Attempt, OneTimeLink, PluginFailure, RecoveryWait, SecurityEvent, SignIn
from portfolio.people.tests.accounts_world import do_jobs, make_paper_person, make_world
from portfolio.testing import make_entry

OLD, YOUNG = 400, 1


def test_what_ended_long_ago_goes_and_the_rest_stays(client: Any, database: Any) -> None:
    world = make_world(database)
    gijs = make_paper_person(database, world)
    with database.write() as session:
        fenna, mirjam = session.merge(world.fenna), session.merge(world.mirjam)
        for days in (OLD, YOUNG):
            then = now() - dt.timedelta(days=days)
            entry = make_entry(session, fenna)
            session.add(Reading(entry_id=entry.id, reader_id=mirjam.id, day=day_of(then)))
            session.add(SecurityEvent(person_id=fenna.id, what="signed-in", at=then))
            links.make_link(session, links.RESET, then, person_id=fenna.id)
            session.add(RecoveryWait(person_id=gijs.id, started_at=then, ends_at=then))
            ends_at = now() + dt.timedelta(days=3) if days == YOUNG else then
            seen = now() if days == YOUNG else then
            session.add(
                SignIn(
                    token_hash=str(days), person_id=fenna.id, created_at=then, last_seen_at=seen, ends_at=ends_at
                )
            )
            session.add(Attempt(key="x", at=then))
            session.add(PluginFailure(plugin="odd", day=day_of(then)))
        session.add(
            SignIn(
                token_hash="idle", person_id=fenna.id, created_at=now(), ends_at=now() + dt.timedelta(days=3),
                last_seen_at=now() - dt.timedelta(hours=3),
            )  # fmt: skip
        )
        session.add(Attempt(key="x", at=now()))
    do_jobs(client)
    with database.read() as session:
        for table in (Reading, SecurityEvent, OneTimeLink, RecoveryWait, SignIn, Attempt, PluginFailure):
            assert session.scalar(select(func.count()).select_from(table)) == 1, table
        assert session.scalars(select(SignIn.token_hash)).one() == str(YOUNG)
