"""What was promised to who writes in a session, and what a session never does: each was a hole once."""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
import uuid

from portfolio_plugins.intervisie import live_service
from portfolio_plugins.intervisie.models import Line, Meeting
from portfolio_plugins.intervisie.tests.test_attack import CASE, id_in
from portfolio_plugins.intervisie.tests.test_live import Table
from portfolio_plugins.intervisie.tests.test_planning import change, day_in
from sqlalchemy import func, insert, select

from portfolio.app import create_app
from portfolio.clock import now, today
from portfolio.notices.models import Notice
from portfolio.people.models import School
from portfolio.testing import make_leadership, post, sign_in


def writing(people):
    """A session at the step in which questions are asked."""
    table = Table(people, method="incident_kort")
    table.go("next")
    step = next(one["code"] for one in meeting(people).frozen["steps"] if "questions" in one["asks"])
    while table.ask("daan", step=step).status_code == 422:
        table.go("next")
    return table, step


def meeting(people):
    with people.database.read() as session:
        return session.scalars(select(Meeting)).one()


def test_nobody_writes_without_end_in_a_session(people):
    table, step = writing(people)
    rows = [
        {"id": uuid.uuid4(), "session_id": meeting(people).id, "author_id": people.persons["daan"].id, "step": step,
         "what": "question", "text": f"Vraag {number}", "mark": "", "written_at": now()}
        for number in range(live_service.MOST_LINES - 1)
    ]  # fmt: skip
    with people.database.write() as session:
        session.execute(insert(Line), rows)
    refused = table.ask("daan", "Nog een?", step=step)
    assert refused.status_code == 422 and "Nog een?" in refused.text and "Haal er eerst een terug" in refused.text
    assert table.ask("noor", "Ik ook?", step=step).status_code == 303, "another person has room of their own"
    assert table.do("daan", f"lines/{rows[0]['id']}/back").status_code == 303
    assert table.ask("daan", "Nog een?", step=step).status_code == 303
    with people.database.read() as session:
        daan = Line.author_id == people.persons["daan"].id
        assert session.scalar(select(func.count()).where(daan)) == live_service.MOST_LINES


def test_what_is_kept_says_that_lines_dont_go_along(people):
    assert "Ze gaan niet mee als je je teksten meeneemt" in people.browser("daan").get("/privacy").text


def test_what_was_written_is_read_no_longer_than_was_said(people):
    table, _step = writing(people)
    closes = meeting(people).closes_on
    refused = post(people.browser("daan"), f"{table.address}state", {"state": "planned"})
    assert refused.status_code in (303, 422) and meeting(people).state == "open"
    roles = {role: str(people.persons[who].id) for role, who in table.roles.items()}
    assert change(people, "daan", table.address, day=day_in(60), **roles).status_code == 303
    assert meeting(people).closes_on == closes
    table.go("end")
    for state in ("open", "planned"):
        post(people.browser("daan"), f"{table.address}state", {"state": state})
    assert change(people, "daan", table.address, day=day_in(90), **roles).status_code == 303
    assert meeting(people).closes_on == closes


def test_a_session_begun_by_mistake_can_be_planned_for_another_day(people):
    table = Table(people, method="incident_kort")
    table.go("next")
    post(people.browser("daan"), f"{table.address}state", {"state": "planned"})
    roles = {role: str(people.persons[who].id) for role, who in table.roles.items()}
    assert change(people, "daan", table.address, day=day_in(60), **roles).status_code == 303
    assert meeting(people).closes_on == today() + dt.timedelta(days=75)


def test_who_puts_a_case_down_or_takes_something_away_while_it_goes_on_is_back_in_it(people):
    table = Table(people)
    case = post(people.browser("yara"), f"{people.own('yara')}new/intervisie_case", CASE).location
    put = post(people.browser("yara"), f"{table.address}case", {"entry": str(id_in(case))})
    assert put.location == table.address, "before it begins: where it is prepared"
    table.go("next")
    put = post(people.browser("yara"), f"{table.address}case", {"entry": str(id_in(case))})
    assert put.location == table.live
    words = {"title": "Tellen", "happened_on": today().isoformat(), "seen": "0"}
    assert post(people.browser("daan"), f"{table.address}take-away", words).location == table.live
    assert f'href="{table.live}"' in people.browser("daan").get(f"{table.address}take-away").text
    table.go("end")
    assert post(people.browser("noor"), f"{table.address}take-away", words).location == table.address


def test_on_the_pages_of_a_group_the_menu_is_at_intervisie(people):
    address = people.plan("fenna")
    for page in (people.group, address, people.own("fenna")):
        text = people.browser("fenna").get(page).text
        current = [part.partition(">")[0] for part in text.split('class="contents__link"')[1:]]
        current = {one for one in current if "aria-current" in one}
        assert len(current) == 1 and people.own("fenna") in current.pop(), page


def test_who_leads_a_member_since_today_gets_no_news_of_a_session(people):
    with people.database.write() as session:
        make_leadership(
            session, people.persons["sem"], people.persons["noor"], school=session.scalars(select(School)).first(),
            since=today(),
        )  # fmt: skip
    people.plan("fenna")
    with people.database.read() as session:
        told = set(session.scalars(select(Notice.person_id)))
    assert told == {people.persons[who].id for who in ("yara", "daan", "noor")}


def test_a_page_that_fails_is_logged_without_its_address(people, caplog, monkeypatch):
    address = people.plan("fenna")
    app = create_app(dataclasses.replace(people.app.settings, testing=False), database=people.database)
    from portfolio_plugins.intervisie import sessions

    def breaks(*_args):
        raise ValueError(address)

    monkeypatch.setattr(sessions, "get_session", breaks)
    browser = sign_in(app.test_client(), people.persons["daan"])
    with caplog.at_level(logging.DEBUG):
        assert browser.get(address).status_code == 500
    assert "ValueError" in caplog.text
    for word in (str(people.place), address.rstrip("/").split("/")[-1], "Daan", str(people.persons["daan"].id)):
        assert word not in caplog.text


def test_no_day_breaks_a_page(people):
    address = people.plan("fenna", case_owner="yara")
    group, yara = people.home, people.own("yara")
    forms = [f"{group}sessions/new", f"{address}edit", f"{address}take-away", f"{address}evaluation",
             f"{group}patterns/new", f"{yara}new/intervisie_case", f"{yara}new/intervisie_take_away"]  # fmt: skip
    for day in ("0001-01-01", "0001-12-31", "9999-01-01", "9999-12-31"):
        for form in forms:
            odd = {
                "title": f"Ooit {day}", "day": day, "happened_on": day, "look_back_on": day, "method": "vrij",
                "seen": "1" if "edit" in form else "0", "minutes-vrij": "5",
            }  # fmt: skip
            for sent in (odd, odd | {"happened_on": today().isoformat()}):
                answer = post(people.browser("yara"), form, sent)
                assert answer.status_code in (303, 409, 422), (form, day, answer.status_code)
    with people.database.read() as session:
        planned = [f"{group}sessions/{one}/" for one in session.scalars(select(Meeting.id))]
    for page in (people.group, *planned, *(f"{one}live" for one in planned), yara, f"{yara}everything", "/"):
        assert people.browser("yara").get(page).status_code in (200, 303), page
