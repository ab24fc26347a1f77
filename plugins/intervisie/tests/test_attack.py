"""What an attacker tried on circles and sessions: each was a way in once, or nearly."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from portfolio_plugins.intervisie.models import Meeting
from portfolio_plugins.intervisie.settings import NAME
from portfolio_plugins.intervisie.tests.test_live import Table
from sqlalchemy import select, update

from portfolio.clock import today
from portfolio.entries.models import Entry, Share
from portfolio.notices.models import Notice
from portfolio.people import leading
from portfolio.people.models import Person, School, Switch
from portfolio.testing import make_leadership, open_scope_for, post

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


def test_only_who_got_advice_keeps_it(people):
    table = Table(people)
    advice = advise(people, table)
    with people.database.write() as session:
        session.add(
            Share(
                entry_id=advice, person_id=people.persons["noor"].id, address="", since=today(), until=today() + DAY,
                shared_at=dt.datetime.now(dt.UTC), chain=session.scalars(select(Share.chain)).first(),
            )
        )  # fmt: skip
    post(people.browser("noor"), f"{table.address}advice/{advice}/keep")
    with people.database.read() as session:
        ends = session.scalars(select(Share.until).where(Share.person_id == people.persons["noor"].id)).all()
    assert ends == [today() + DAY]


@pytest.mark.parametrize("keep", ["1", "0"])
def test_keeping_advice_doesnt_take_away_the_end_that_a_leadership_gave_it(people, keep):
    table = Table(people)
    advice = advise(people, table)
    begins = today() + 2 * DAY
    with people.database.write() as session:
        mirjam = open_scope_for(session, session.get_one(Person, people.persons["mirjam"].id))
        made = make_leadership(
            session, people.persons["daan"], people.persons["yara"], school=session.scalars(select(School)).first(),
            since=begins,
        )  # fmt: skip
        leading.part(session, made.leader_id, made.teacher_id, begins)
        assert mirjam
    post(people.browser("yara"), f"{table.address}advice/{advice}/keep", {"keep": keep})
    with people.database.read() as session:
        assert session.scalars(select(Share.until).where(Share.entry_id == advice)).all() == [begins]


def evaluation(people, table, who):
    form = {"title": "Hoe het was", "happened_on": today().isoformat(), "seen": "0", "helped": "De stilte."}
    answer = post(people.browser(who), f"{table.address}evaluation", form)
    assert answer.status_code == 303, answer.text
    with people.database.read() as session:
        found = session.scalars(select(Entry.id).where(Entry.author_id == people.persons[who].id)).one()
    return f"/p/{people.place}/{NAME}/{found}/"


def test_who_became_a_members_leader_learns_nothing_of_the_circle_from_what_they_wrote_there(people):
    table = Table(people)
    mine = evaluation(people, table, "sem")
    with people.database.write() as session:
        sem, daan = (session.get_one(Person, people.persons[who].id) for who in ("sem", "daan"))
        make_leadership(session, sem, daan, school=session.scalars(select(School)).first())
        leading.part(session, sem.id, daan.id, today())
    assert people.browser("daan").get(mine).status_code == 200
    pages = [people.browser("sem").get(address).text for address in (mine, f"{mine}readings", "/readings")]
    assert "De stilte." in pages[0]
    for page in pages:
        assert "Daan" not in page and "Yara" not in page


def test_who_has_left_says_nothing_new_to_the_circle(people):
    table = Table(people)
    mine = evaluation(people, table, "sem")
    post(people.browser("sem"), f"/circles/{people.circle.id}/leave")
    edit = people.browser("sem").get(f"{mine}edit")
    form = {"title": "Nog iets", "happened_on": today().isoformat(), "seen": "1", "helped": "Ik kijk mee."}
    answer = post(people.browser("sem"), f"{mine}edit", form)
    assert (edit.status_code, answer.status_code) == (403, 403)
    assert "Ik kijk mee." not in people.browser("daan").get(mine).text
    assert people.browser("sem").get(mine).status_code == 200, "it stays theirs to read"
    assert post(people.browser("sem"), f"{mine}delete").status_code in (303, 404)


def test_advice_goes_to_whom_its_page_named(people):
    table = Table(people)
    case = post(people.browser("yara"), f"{people.own('yara')}new/intervisie_case", CASE).location
    post(people.browser("yara"), f"{table.address}case", {"entry": str(id_in(case))})
    assert f'name="to" value="{people.persons["yara"].id}"' in people.browser("daan").get(table.address).text
    with people.database.write() as session:
        session.execute(update(Meeting).values(case_owner_id=people.persons["noor"].id, case_id=None))
    to = str(people.persons["yara"].id)
    for address, name in ((f"{table.address}advice", "advice"), (f"{table.live}/advice", "text")):
        answer = post(people.browser("daan"), address, {name: "Alleen voor jou.", "to": to})
        assert answer.status_code == 422 and "Alleen voor jou." in answer.text
    with people.database.read() as session:
        assert session.scalars(select(Share.id).where(Share.person_id.is_not(None))).all() == []


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


def test_no_member_opens_a_session_again_whose_term_is_over(people):
    table = Table(people)
    table.to(2)
    table.ask("noor")
    with people.database.write() as session:
        session.execute(update(Meeting).values(state="done", day=today() - 15 * DAY, closes_on=today()))
    assert "Wat deed jij" not in table.look("daan")
    page = people.browser("daan").get(f"{table.address}edit").text
    form = {
        "day": (today() + 30 * DAY).isoformat(), "method": "tienstappen",
        "seen": re.search(r'name="seen"[^>]*value="(\d+)"', page)[1], "case_owner": str(people.persons["yara"].id),
        **dict(re.findall(r'name="(minutes-[^"]+)"[^>]*value="(\d+)"', page)),
    }  # fmt: skip
    assert post(people.browser("daan"), f"{table.address}edit", form).status_code == 303
    post(people.browser("daan"), f"{table.address}state", {"state": "open"})
    assert "Wat deed jij" not in table.look("daan")


def test_a_turn_that_is_refused_begins_nothing(people):
    table = Table(people)
    table.do("daan", "turn", way="back", seen="-1")
    with people.database.read() as session:
        assert session.scalars(select(Meeting.state)).one() == "planned"


def test_a_case_owner_agrees_to_the_method_the_page_named_and_no_other(people):
    address = people.plan(method="incident_kort", case_owner="yara")
    with people.database.write() as session:
        frozen = session.scalars(select(Meeting.frozen)).one()
        session.execute(update(Meeting).values(method="dansen", frozen={**frozen, "code": "dansen"}))
    post(people.browser("yara"), f"{address}agree", {"method": "incident_kort"})
    with people.database.read() as session:
        assert session.scalars(select(Meeting.owner_agrees)).one() is False
    post(people.browser("yara"), f"{address}agree", {"method": "dansen"})
    with people.database.read() as session:
        assert session.scalars(select(Meeting.owner_agrees)).one() is True


def test_a_schools_words_are_words_on_every_page(people):
    odd = "<script>alert(1)</script> 50% %(name)s {{ 7*7 }}"
    row = {"method": odd, "nl": odd, "en": odd, "minutes": "5", "asks": "standpunten, vragen"}
    with people.database.write() as session:
        session.execute(update(Switch).values(settings={"days": "14", "methods": [row]}))
    page = people.browser("fenna").get(f"{people.home}sessions/new").text
    code = re.search(r'value="(own_[a-z0-9_]+)"', page)[1]
    table = Table(people, method=code)
    table.do("daan", "turn", way="next", seen="-1")
    table.ask("daan", odd, step="step_1")
    table.ask("daan", odd, step="step_1", what="position")
    table.do("daan", "open", step="step_1")
    agreed = {"agreements": f"{odd} [x](javascript:alert(1))", "seen": "0"}
    post(people.browser("fenna"), f"{people.group}/agreements", agreed)
    live = (table.live, f"{table.live}/now")
    for address in (table.address, f"{table.address}edit", *live, people.group, people.own("daan")):
        answer = people.browser("daan").get(address)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text and 'href="javascript' not in answer.text
        assert "7*7" in answer.text or address == people.own("daan")


def test_a_closed_position_of_one_method_isnt_there_to_be_opened_by_another(people):
    with people.database.write() as session:
        rows = [
            {"method": name, "nl": f"Stap van {name}", "en": "", "minutes": "5", "asks": "standpunten"}
            for name in ("Een", "Twee")
        ]  # fmt: skip
        session.execute(update(Switch).values(settings={"days": "14", "methods": rows}))
    table = Table(people, method="own_een")
    table.go("next")
    table.ask("noor", "Mijn geheim", step="step_1", what="position")
    post(people.browser("daan"), f"{table.address}state", {"state": "planned"})
    page = people.browser("daan").get(f"{table.address}edit").text
    form = {
        "day": (today() + DAY).isoformat(), "method": "own_twee", "minutes-step_1": "5",
        "seen": re.search(r'name="seen"[^>]*value="(\d+)"', page)[1],
    }  # fmt: skip
    assert post(people.browser("daan"), f"{table.address}edit", form).status_code == 422


def test_no_name_of_a_static_file_breaks_or_leaves_its_folder(people):
    browser = people.app.test_client()
    names = (
        "a" * 300, "../models.py", "%2e%2e/models.py", "", "/etc/passwd", "..", "../../loopbaan/views.py", "live.js/x",
    )  # fmt: skip
    for name in names:
        assert browser.get(f"/static/base/x/intervisie/{name}").status_code == 404, name
    with browser.get("/static/base/x/intervisie/live.js") as found:
        assert found.status_code == 200


def test_who_plans_ten_times_fills_nobodys_mailbox(people):
    for day in range(2, 6):
        people.plan(day=(today() + day * DAY).isoformat())
    with people.database.read() as session:
        told = session.scalars(select(Notice.person_id)).all()
    assert len(told) == len(set(told)) == 4
