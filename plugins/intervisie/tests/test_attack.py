"""What an attacker tried on circles and sessions: each was a way in once, or nearly."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from portfolio_plugins.intervisie.settings import NAME
from portfolio_plugins.intervisie.tests.test_live import Table
from sqlalchemy import select

from portfolio.clock import today
from portfolio.entries.models import Entry
from portfolio.testing import post

DAY = dt.timedelta(days=1)
CASE = {"title": "Hoe begrens ik?", "happened_on": "2026-01-01", "seen": "0"}


def id_in(address):
    return uuid.UUID(address.rstrip("/").split("/")[-1])


def advise(people, table, who="daan", text="Tel tot zeven."):
    """Advice of a member to Yara, who has put down her case; its id."""
    answer = post(people.browser(who), f"{table.address}advice", {"advice": text})
    assert answer.status_code == 303, answer.text
    with people.database.read() as session:
        return session.scalars(select(Entry.id).where(Entry.author_id == people.persons[who].id)).one()


@pytest.mark.parametrize("seen", ["--1", "-", "1-", "٣", "-٣", "--"])
def test_no_step_number_breaks_the_page(people, seen):
    table = Table(people)
    table.go("next")
    assert table.do("daan", "turn", way="next", seen=seen).status_code == 303
    assert table.step() in (0, 1)


def test_no_way_but_the_four_moves_a_session(people):
    table = Table(people)
    table.do("daan", "turn", way="zzz", seen="-1")
    assert table.step() == -1


def evaluation(people, table, who):
    form = {"title": "Hoe het was", "happened_on": today().isoformat(), "seen": "0", "helped": "De stilte."}
    answer = post(people.browser(who), f"{table.address}evaluation", form)
    assert answer.status_code == 303, answer.text
    with people.database.read() as session:
        found = session.scalars(select(Entry.id).where(Entry.author_id == people.persons[who].id)).one()
    return f"/p/{people.place}/{NAME}/{found}/"


def test_no_method_tells_an_outsider_that_an_address_is_there(people):
    table = Table(people)
    advice = uuid.uuid4()
    for who in ("hanne", "mirjam", "ruben"):
        for address in (table.address, f"{table.address}state", f"{table.address}advice/{advice}/keep", table.live,
                        f"{table.live}/now", people.group, f"{people.home}sessions/new",
                        f"/circles/{people.circle.id}", f"/circles/{people.circle.id}/home"):  # fmt: skip
            strange = re.sub(str(people.place), str(uuid.uuid4()), address)
            strange = re.sub(str(people.circle.id), str(uuid.uuid4()), strange)
            for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "POST"):
                there = people.browser(who).open(address, method=method)
                nowhere = people.browser(who).open(strange, method=method)
                seen = [(one.status_code, one.headers.get("Allow"), len(one.data)) for one in (there, nowhere)]
                assert seen[0] == seen[1], (who, method, address, seen)
