"""Two things at the same moment: handing over while both open, and taking back while it is settled."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from portfolio_plugins.ontwikkelgesprek import items, preparing, reporting, showing
from portfolio_plugins.ontwikkelgesprek.conversations import get_talk
from portfolio_plugins.ontwikkelgesprek.models import Conversation
from sqlalchemy import select

from portfolio.entries.models import Snapshot
from portfolio.errors import NotAllowed, Refused
from portfolio.sections.goals.kinds import Goal

SOON = 0.3
"""Seconds in which the other gets as far as it can."""


@pytest.fixture
def talk(people: Any) -> uuid.UUID:
    """A conversation of today with something chosen."""
    address = people.plan()
    goal = people.write("fenna", "goal", "Ruimte", why="Daarom.")
    assert people.send("fenna", f"{address}choose/{goal}", {"fields": ["why"]}).status_code == 303
    people.prepare(address)
    return uuid.UUID(address.rstrip("/").split("/")[-1])


def beside(people: Any, who: str, act: Callable[[Any], Any]) -> tuple[threading.Thread, list[Any]]:
    """Somebody else does this at the same time, in a transaction of their own; what came of it."""
    outcome: list[Any] = []

    def run() -> None:
        try:
            with people.database.write() as session:
                outcome.append(act(people.scope(session, who)))
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(SOON)
    return thread, outcome


def test_what_is_chosen_while_both_open_is_open_too_or_not_chosen(people: Any, talk: uuid.UUID) -> None:
    other = people.write("fenna", "goal", "Nog een", why="Ook.")
    assert people.send("fenna", f"{people.home}conversations/{talk}/release").status_code == 303
    with people.database.write() as session:
        scope = people.scope(session, "fenna")
        found = get_talk(scope, talk, lock=True)
        thread, outcome = beside(people, "hanne", lambda hers: preparing.release(hers, talk))
        items.choose(scope, found, other, Goal, ["why"], "")
    thread.join()
    assert outcome == [True]
    with people.database.read() as session:
        assert all(one.opened_at for one in session.scalars(select(Snapshot)))
        assert len(session.scalars(select(Snapshot)).all()) == 2
    with people.database.write() as session, pytest.raises(NotAllowed):
        scope = people.scope(session, "fenna")
        items.choose(scope, get_talk(scope, talk, lock=True), other, Goal, ["why"], "")


def test_what_is_taken_back_while_it_is_settled_is_gone_or_stays_and_neither_fails(
    people: Any, talk: uuid.UUID
) -> None:
    address = f"{people.home}conversations/{talk}/"
    for who in ("fenna", "hanne"):
        people.send(who, f"{address}release")
    people.report(address)
    people.answer("fenna", address)

    def take_back(scope: Any) -> str:
        found = get_talk(scope, talk)
        (item,) = items.list_handed(scope, found)
        items.take_back(scope, found, item.id)
        return "gone"

    with people.database.write() as session:
        scope = people.scope(session, "hanne")
        get_talk(scope, talk, lock=True)
        seen = showing.look_at(scope, talk).version
        thread, outcome = beside(people, "fenna", take_back)
        assert reporting.answer(scope, talk, "agree", "", seen)
    thread.join()
    with people.database.read() as session:
        left = session.scalars(select(Snapshot).where(Snapshot.role == "handed")).all()
        assert session.scalars(select(Conversation)).one().settled_at is not None
    (result,) = outcome
    if result == "gone":
        assert left == []
    else:
        assert isinstance(result, Refused) and [one.settled_at is None for one in left] == [False]
