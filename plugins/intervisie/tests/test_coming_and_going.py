"""Leaving, becoming somebody's leader, switching off, closing an account: what stays whose, and that nothing tells."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from portfolio_plugins.intervisie.models import SessionEntry
from sqlalchemy import func, select, update

from portfolio.clock import today
from portfolio.entries.models import Entry, Share
from portfolio.people.closing import close_account
from portfolio.people.models import Switch
from portfolio.people.wall import lock_people, part
from portfolio.testing import make_leadership, make_person, make_school, post

QUESTION = "Hoe begrens ik zonder te verliezen?"


@pytest.fixture
def session(people):
    """A session of today with Yara's case, Daan's advice and Noor's looking back."""
    post(people.browser("yara"), f"{people.group}/agreements", {"agreements": "Stil.", "seen": "0"})
    address = people.plan("fenna", day=today().isoformat(), facilitator="fenna", timekeeper="noor")
    form = {"title": QUESTION, "happened_on": today().isoformat(), "seen": "0"}
    case = post(people.browser("yara"), f"{people.own('yara')}new/intervisie_case", form).location
    assert post(people.browser("yara"), f"{address}case", {"entry": case.rstrip("/").split("/")[-1]}).status_code == 303
    assert post(people.browser("daan"), f"{address}advice", {"advice": "Wacht."}).status_code == 303
    words = {"title": "Goed", "helped": "Rust.", "happened_on": today().isoformat(), "seen": "0"}
    assert post(people.browser("noor"), f"{address}evaluation", words).status_code == 303
    return address


def gone_for(people, who, address):
    browser = people.browser(who)
    found = {page: browser.get(page).status_code for page in (people.group, address, f"{address}edit")}
    assert set(found.values()) == {404}, found
    for page in ("/", "/shared", "/circles", people.own(who)):
        text = browser.get(page, follow_redirects=True).text
        assert QUESTION not in text and "Buitenspiegel" not in text and address not in text, page


def test_who_leaves_sees_nothing_of_it_and_takes_their_case_along(people, session):
    assert post(people.browser("yara"), f"/circles/{people.circle.id}/leave").status_code == 303
    yara = people.browser("yara")
    assert yara.get(people.group).status_code == yara.get(session).status_code == 404
    assert QUESTION in yara.get("/shared").text + yara.get("/").text, "her own text stays hers"
    page = people.browser("daan").get(session).text
    assert QUESTION not in page and "Yara Doenalsof" in page, "she was there; her text has gone with her"
    assert "Wacht." in people.browser("daan").get(session).text, "who gave advice still has it"


def test_who_becomes_the_leader_of_a_member_loses_the_group_that_day(people, session):
    with people.database.write() as writing:
        lock_people(writing, people.persons["daan"].id, people.persons["noor"].id)
        make_leadership(writing, people.persons["noor"], people.persons["daan"], since=today())
        part(writing, people.persons["noor"].id, people.persons["daan"].id, today())
    gone_for(people, "noor", session)
    assert QUESTION in people.browser("daan").get(session).text


def test_the_wall_holds_though_no_row_was_changed(people, session):
    with people.database.write() as writing:
        make_leadership(writing, people.persons["noor"], people.persons["daan"], since=today())
    gone_for(people, "noor", session)
    assert post(people.browser("noor"), f"{session}advice", {"advice": "Nog een."}).status_code == 404


def test_off_there_is_no_group_for_anybody_and_each_keeps_what_they_wrote(people, session):
    with people.database.write() as writing:
        writing.execute(update(Switch).values(until=today() - dt.timedelta(days=1)))
    for who in ("yara", "fenna", "daan"):
        browser = people.browser(who)
        assert browser.get(people.group).status_code == browser.get(session).status_code == 404
        assert "/intervisie/group" not in browser.get(f"/circles/{people.circle.id}").text
        assert QUESTION not in browser.get("/shared").text
    yara = people.browser("yara").get(people.own("yara"))
    assert yara.status_code == 200 and QUESTION in yara.text and "/sessions/" not in yara.text
    assert people.browser("fenna").get(people.own("fenna")).status_code == 404, "she wrote nothing: not a trace"


def test_an_account_that_closes_takes_its_words_and_leaves_the_group(people, session):
    with people.database.write() as writing:
        close_account(writing, people.app.registry, people.persons["yara"].id, dt.datetime.now(dt.UTC), today(),
                      comments_too=True)  # fmt: skip
    page = people.browser("daan").get(session)
    assert page.status_code == 200 and QUESTION not in page.text and "Yara" not in page.text
    assert "Stil." in people.browser("daan").get(people.group).text
    for who in ("fenna", "daan", "noor", "sem"):
        with people.database.write() as writing:
            close_account(writing, people.app.registry, people.persons[who].id, dt.datetime.now(dt.UTC), today(),
                          comments_too=True)  # fmt: skip
    with people.database.read() as reading:
        from portfolio_plugins.intervisie.models import Confirmation, Group, Meeting, SessionEntry

        tables = (Meeting, Group, Confirmation, SessionEntry, Entry)
        left = {str(one): reading.scalar(select(func.count()).select_from(one)) for one in tables}
        assert set(left.values()) == {0}, left


def test_what_was_written_in_a_group_comes_back_elsewhere_as_ones_own(people, session):
    noor = people.browser("noor")
    with post(noor, "/account/take-along") as answer:
        archive = answer.get_data()
    with people.database.write() as writing:
        make_person(writing, name="Noor Elders", email="noor.elders@example.org", school=make_school(writing))
        from portfolio.people.models import Person

        elsewhere = writing.scalars(select(Person).where(Person.name == "Noor Elders")).one()
    people.persons["noor2"] = elsewhere
    browser = people.browser("noor2")
    answer = post(browser, "/account/bring-back", {"archive": (io.BytesIO(archive), "mijn.zip")})
    assert answer.status_code == 303, answer.text
    with people.database.read() as reading:
        found = reading.scalars(select(Entry).where(Entry.author_id == elsewhere.id)).one()
    page = browser.get(f"/p/{found.portfolio_id}/intervisie/{found.id}/")
    assert "Rust." in page.text and "Buitenspiegel" not in page.text


def test_what_lies_in_the_group_is_edited_by_its_writer_alone(people, session):
    with people.database.read() as reading:
        entry = reading.scalars(select(Entry).where(Entry.kind == "intervisie_evaluation")).one()
    address = f"{people.home}{entry.id}/"
    assert people.browser("noor").get(f"{address}edit").status_code == 200
    words = {"title": "Goed", "helped": "Rust en thee.", "happened_on": today().isoformat(), "seen": "1"}
    assert post(people.browser("noor"), f"{address}edit", words).status_code == 303
    assert "Rust en thee." in people.browser("daan").get(address).text
    assert post(people.browser("daan"), f"{address}edit", words).status_code == 403
    assert people.browser("hanne").get(address).status_code == 404


def test_the_session_waits_for_who_is_in_the_group_on_their_overview_alone(people, session):
    fenna = people.browser("fenna").get("/").text
    assert "Buitenspiegel" in fenna and "Houd je je aan wat jullie afspraken?" in fenna
    assert "Houd je je aan" not in people.browser("yara").get("/").text, "she wrote them"
    assert "Buitenspiegel" not in people.browser("lotte").get("/").text
    words = {"title": "Tellen", "look_back_on": today().isoformat(), "happened_on": today().isoformat(), "seen": "0"}
    assert post(people.browser("sem"), f"{session}take-away", words).status_code == 303
    assert "Een kleine stap" in people.browser("sem").get("/").text
    assert "Een kleine stap" not in fenna


def test_the_same_words_in_two_sessions_are_advice_to_two_people_and_each_keeps_their_own(people):
    daan, day = people.browser("daan"), today().isoformat()
    words, looks = {"advice": "Begin met luisteren."}, {"title": "Fijn", "happened_on": day, "seen": "0", "safe": "yes"}
    sessions = {owner: people.plan("fenna", day=day, case_owner=owner) for owner in ("yara", "noor")}
    for address in sessions.values():
        once = {"once": re.search(r'name="once"[^>]*value="([^"]+)"', daan.get(f"{address}evaluation").text)[1]}
        for _click in range(2):
            assert post(daan, f"{address}advice", words | once).status_code == 303
            assert post(daan, f"{address}evaluation", looks | once).status_code == 303
    for owner, address in sessions.items():
        browser = people.browser(owner)
        [keep] = re.findall(rf'action="({address}advice/[^"]+/keep)"', browser.get(address).text)
        assert post(browser, keep, {"keep": "1"}).status_code == 303
    with people.database.read() as session:
        entries = {one.id: one for one in session.scalars(select(Entry))}
        shares = {share.person_id: entries[share.entry_id] for share in session.scalars(select(Share))}
        tied = list(session.execute(select(SessionEntry.session_id, SessionEntry.entry_id)))
        assert [share.until for share in session.scalars(select(Share))] == [None, None]
    assert len({one.id for one in shares.values()}) == 2, "each owner has advice of their own"
    assert len(tied) == len(entries) == 4, "each in its own session, once"
