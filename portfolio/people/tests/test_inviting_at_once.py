"""Two administrators who do something about one invitation at the same moment, on connections of their own."""

from __future__ import annotations

import threading
from typing import Any

from portfolio.people import inviting
from portfolio.people.tests.accounts_world import mails, make_world
from portfolio.testing import open_scope_for

BASE = "http://127.0.0.1:8000"
OLD, NEW = "getypt@example.org", "bedoeld@example.org"


def test_a_link_sent_again_while_the_address_is_mended_goes_to_the_new_address(database: Any) -> None:
    """At the old one somebody would begin an account that has the new one's address."""
    world = make_world(database)
    with database.write() as session:
        scope = open_scope_for(session, world.mirjam)
        person = inviting.invite_person(scope, "Yara", OLD, base_url=BASE, school_id=world.school.id)[0]
    outcomes: list[Any] = []

    def renew() -> None:
        try:
            with database.write() as session:
                inviting.renew_invitation(open_scope_for(session, world.mirjam), person, base_url=BASE)
        except BaseException as error:
            outcomes.append(error)

    other = threading.Thread(target=renew)
    with database.write() as session:
        scope = open_scope_for(session, world.mirjam)
        inviting.correct_invited(scope, person, name="Yara", email=NEW, base_url=BASE)
        other.start()
        other.join(0.7)  # it has looked at what it may see, and waits
    other.join(30)
    assert outcomes == []
    assert [mail.to_address for mail in mails(database)] == [OLD, NEW, NEW]
