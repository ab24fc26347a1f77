"""Planning: roles, a method that asks consent, a session that moves with its case, and what a school sets for it."""

from __future__ import annotations

import datetime as dt
import re

from portfolio_plugins.intervisie.models import DONE, Meeting
from sqlalchemy import func, select, update

from portfolio.clock import today
from portfolio.entries.models import Share
from portfolio.testing import post


def day_in(days):
    return (today() + dt.timedelta(days=days)).isoformat()


def change(people, who, address, **values):
    page = people.browser(who).get(f"{address}edit").text
    tags = re.findall(r"<input[^>]+>", page)
    minutes = {re.search(r'name="([^"]+)"', tag)[1]: re.search(r'value="([^"]*)"', tag)[1]
               for tag in tags if 'name="minutes-' in tag}  # fmt: skip
    seen = re.search(r'name="seen" value="(\d+)"', page)[1]
    form = {"day": day_in(7), "method": "incident_kort", "seen": seen, **minutes, **values}
    return post(people.browser(who), f"{address}edit", form)


def test_only_members_have_a_part_and_a_time_is_a_time(people):
    new = f"{people.home}sessions/new"
    for wrong in ({"facilitator": str(people.persons["hanne"].id)}, {"begins_at": "half acht"}, {"day": "morgen"},
                  {"link": "javascript:alert(1)"}, {"method": "dansen"}, {"day": day_in(500)}):  # fmt: skip
        form = {"day": day_in(3), "method": "vrij", "place": "Bij ons"} | wrong
        answer = post(people.browser("daan"), new, form)
        assert answer.status_code == 422 and "Bij ons" in answer.text, wrong
    with people.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Meeting)) == 0
    once = re.search(r'name="once" value="([^"]+)"', people.browser("daan").get(new).text)[1]
    form = {"day": day_in(3), "method": "vrij", "once": once}
    twice = {post(people.browser("daan"), new, form).location for _ in range(2)}
    assert len(twice) == 1, "the same plan once more is the session that is there"


def test_with_the_gossip_method_the_case_owner_first_says_that_they_want_it(people):
    assert "Beter pas na een paar sessies samen." in people.browser("daan").get(f"{people.home}sessions/new").text
    address = people.plan("daan", method="roddel", case_owner="yara")
    begin = {"state": "open"}
    post(people.browser("fenna"), f"{address}state", begin)
    assert "Begin de sessie" in people.browser("fenna").get(address).text, "not yet"
    assert post(people.browser("fenna"), f"{address}agree").status_code == 404
    assert "Ja, ik wil het zo" in people.browser("yara").get(address).text
    assert post(people.browser("yara"), f"{address}agree").status_code == 303
    assert post(people.browser("fenna"), f"{address}state", begin).location.endswith("/live")
    with people.database.write() as session:
        for number in range(3):
            session.add(Meeting(portfolio_id=people.place, day=today() - dt.timedelta(days=number + 30), state=DONE,
                                closes_on=today(), method="vrij", frozen={"code": "vrij"}))  # fmt: skip
    assert "Beter pas na" not in people.browser("daan").get(f"{people.home}sessions/new").text


def test_a_session_that_moves_never_has_a_case_read_longer_than_its_owner_said(people):
    address = people.plan("fenna", day=day_in(7))
    form = {"title": "Hoe dan?", "happened_on": today().isoformat(), "seen": "0"}
    case = post(people.browser("yara"), f"{people.own('yara')}new/intervisie_case", form).location
    case_id = case.rstrip("/").split("/")[-1]
    post(people.browser("yara"), f"{address}case", {"entry": case_id})

    def until():
        with people.database.read() as session:
            return (session.scalars(select(Share.until)).one() - today()).days

    yara = str(people.persons["yara"].id)
    assert until() == 7 + 15
    assert change(people, "daan", address, day=day_in(2), case_owner=yara).status_code == 303
    assert until() == 2 + 15, "sooner: it closes sooner"
    assert change(people, "daan", address, day=day_in(9), case_owner=yara).status_code == 303
    assert until() == 2 + 15, "later: that is up to her"
    assert "De sessie is verplaatst." in people.browser("yara").get(address).text
    assert post(people.browser("yara"), f"{address}case", {"entry": case_id}).status_code == 303
    assert until() == 9 + 15
    assert change(people, "daan", address, day=day_in(9), case_owner=str(people.persons["noor"].id)).status_code == 303
    assert "Hoe dan?" not in people.browser("daan").get(address).text, "another brings the question now"


def test_somebody_elses_case_cant_be_brought_nor_one_to_a_session_that_is_over(people):
    address = people.plan("fenna", case_owner="yara")
    form = {"title": "Hoe dan?", "happened_on": today().isoformat(), "seen": "0"}
    mine = post(people.browser("daan"), f"{people.own('daan')}new/intervisie_case", form).location.rstrip("/")
    answer = post(people.browser("daan"), f"{address}case", {"entry": mine.split("/")[-1]})
    assert answer.status_code == 422 and "Yara Doenalsof brengt de vraag in" in answer.text
    assert post(people.browser("yara"), f"{address}case", {"entry": mine.split("/")[-1]}).status_code == 404
    take = post(people.browser("yara"), f"{people.own('yara')}new/intervisie_take_away", form).location.rstrip("/")
    assert post(people.browser("yara"), f"{address}case", {"entry": take.split("/")[-1]}).status_code == 404
    with people.database.write() as session:
        session.execute(update(Meeting).values(closes_on=today(), case_owner_id=None))
    over = post(people.browser("daan"), f"{address}case", {"entry": mine.split("/")[-1]})
    assert over.status_code == 422 and "voorbij" in over.text
    with people.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Share)) == 0
