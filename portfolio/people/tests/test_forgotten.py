"""A forgotten password: the same answer for everybody, a link that works once, and every sign-in ends."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func, select, update

from portfolio.clock import now
from portfolio.jobs.models import Job
from portfolio.people.models import OneTimeLink, SecurityEvent
from portfolio.people.tests.accounts_world import (
    NEW,
    do_jobs,
    is_signed_in,
    link_in,
    log_in,
    mails,
    make_paper_person,
    make_world,
)
from portfolio.testing import PASSWORD, post, sign_in

BOTH = {"password": NEW, "password_again": NEW}


def _link(client: Any, database: Any, who: str = "fenna@example.org") -> str:
    assert post(client, "/forgot", {"email": who}).status_code == 303
    do_jobs(client)
    return link_in(mails(database)[-1].body)


def test_the_answer_is_the_same_either_way_and_mail_goes_only_to_an_account(client: Any, database: Any) -> None:
    world = make_world(database)
    make_paper_person(database, world)
    pages = set()
    for who in ("fenna@example.org", "nobody@example.org", "gijs", "not an address"):
        answer = post(client, "/forgot", {"email": who})
        assert (answer.status_code, answer.location) == (303, "/forgot/sent")
        pages.add(client.get(answer.location).text.replace("\n", ""))
    assert len(pages) <= 2  # apart from the proof against forgery
    with database.read() as session:
        assert session.scalar(select(func.count()).where(Job.kind == "send-reset")) == 4
    do_jobs(client)
    assert [mail.to_address for mail in mails(database)] == ["fenna@example.org"]


def test_the_mail_is_in_the_persons_language_not_the_askers(client: Any, database: Any) -> None:
    make_world(database)
    client.set_cookie("language", "nl")
    _link(client, database)
    assert mails(database)[0].subject == "Choose a new password"


def test_a_new_password_ends_every_sign_in_and_the_link_works_once(client: Any, database: Any, app: Any) -> None:
    world = make_world(database)
    elsewhere = sign_in(app.test_client(), world.fenna)
    first, second = _link(client, database), _link(client, database)
    assert client.get(first).status_code == 200
    assert post(client, first, {"password": "kort", "password_again": "kort"}).status_code == 422
    assert post(client, first, BOTH).location == "/sign-in"
    assert not is_signed_in(elsewhere)
    for path in (first, second):  # one reset is enough: the other link stops too
        assert post(client, path, BOTH).status_code == 410
        assert client.get(path).status_code == 410
    assert log_in(client, "fenna@example.org", PASSWORD).status_code == 422
    assert log_in(client, "fenna@example.org", NEW).status_code == 303
    assert mails(database)[-1].subject == "Your password was changed"
    with database.read() as session:
        assert "password-reset" in session.scalars(select(SecurityEvent.what)).all()


def test_a_link_ends_after_two_hours(client: Any, database: Any) -> None:
    make_world(database)
    path = _link(client, database)
    with database.write() as session:
        ends_at = session.scalars(select(OneTimeLink.ends_at)).one()
        assert dt.timedelta(minutes=119) < ends_at - now() <= dt.timedelta(hours=2)
        session.execute(update(OneTimeLink).values(ends_at=now()))
    assert client.get(path).status_code == 410


def test_asking_is_limited_alike_for_known_and_unknown(client: Any, database: Any) -> None:
    make_world(database)
    for who in ("fenna@example.org", "nobody@example.org"):
        answers = [post(client, "/forgot", {"email": who}).status_code for _number in range(6)]
        assert answers == [303] * 5 + [429]


def test_no_mail_tells_what_anybody_wrote_and_none_goes_to_the_school(client: Any, database: Any) -> None:
    make_world(database)
    _link(client, database)
    assert {mail.to_address for mail in mails(database)} == {"fenna@example.org"}


def test_hostile_addresses_get_an_answer(client: Any, database: Any) -> None:
    for who in ("", "\x00", "x" * 300):
        assert post(client, "/forgot", {"email": who}).status_code == 422
    assert client.get("/reset/" + "x" * 500).status_code == 410
    assert client.get("/reset/%00").status_code == 410
