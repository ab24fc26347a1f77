"""One-time links work once: also when many browsers send them at the same moment."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from sqlalchemy import select

from portfolio.clock import now
from portfolio.errors import TooManyAttempts
from portfolio.people import limits, links
from portfolio.people.models import OneTimeLink
from portfolio.people.tests.accounts_world import make_world


def test_a_link_works_once_and_then_says_that_it_was_used(database: Any) -> None:
    world = make_world(database)
    with database.write() as session:
        token = links.make_link(session, links.RESET, now(), person_id=world.fenna.id, data={"a": "b"})
        assert session.scalars(select(OneTimeLink.token_hash)).one() != token
    with database.write() as session:
        found = links.use_link(session, links.RESET, token, now())
        assert (found.person_id, found.data) == (world.fenna.id, {"a": "b"})
    with database.write() as session, pytest.raises(links.LinkGone) as gone:
        links.use_link(session, links.RESET, token, now())
    assert gone.value.link.state == links.USED


def test_a_link_is_only_for_its_purpose_and_until_its_end(database: Any) -> None:
    world = make_world(database)
    with database.write() as session:
        token = links.make_link(session, links.RESET, now(), person_id=world.fenna.id)
        later = now() + dt.timedelta(hours=2, seconds=1)
        for purpose, moment, state in (
            (links.INVITATION, now(), links.UNKNOWN),
            (links.RESET, later, links.ENDED),
            (links.RESET, now(), links.OPEN),
        ):
            assert links.find_link(session, purpose, token, moment).state == state
        with pytest.raises(links.LinkGone):
            links.use_link(session, links.RESET, token, later)


def test_a_use_that_is_rolled_back_was_none(database: Any) -> None:
    world = make_world(database)
    with database.write() as session:
        token = links.make_link(session, links.RESET, now(), person_id=world.fenna.id)
    with database.writing() as session:
        links.use_link(session, links.RESET, token, now())
        session.rollback()
    with database.write() as session:
        links.use_link(session, links.RESET, token, now())


def _at_once(number: int, work: Any) -> list[Any]:
    """What `work` answered, called by so many threads at the same moment."""
    start, answers = threading.Barrier(number), []

    def run() -> None:
        start.wait()
        answers.append(work())

    threads = [threading.Thread(target=run) for _number in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_eight_browsers_at_the_same_moment_one_gets_the_link(database: Any) -> None:
    world = make_world(database)
    for _round in range(5):
        with database.write() as session:
            token = links.make_link(session, links.RESET, now(), person_id=world.fenna.id)

        def use(token: str = token) -> bool:
            try:
                with database.write() as session:
                    links.use_link(session, links.RESET, token, now())
                return True
            except links.LinkGone:
                return False

        assert sorted(_at_once(8, use)) == [False] * 7 + [True]


def test_the_limit_holds_for_tries_at_the_same_moment(database: Any) -> None:
    def attempt() -> bool:
        try:
            limits.count_attempt(database, now(), (limits.SIGN_IN_PER_ADDRESS_AND_ACCOUNT, "x"))
            return True
        except TooManyAttempts:
            return False

    assert sum(_at_once(12, attempt)) == 7
