"""What an open page asks for by itself, what stays closed until it is opened, and what a big session costs."""

from __future__ import annotations

import datetime as dt
import html
import re
import uuid

import pytest
import time_machine
from portfolio_plugins.intervisie.models import Line, Meeting, Present
from portfolio_plugins.intervisie.tests.test_live import Table
from sqlalchemy import insert, select, update

from portfolio.clock import now, today
from portfolio.people.models import CircleMember, Person, SignIn
from portfolio.testing import make_leadership, make_person, post, sign_in
from portfolio.testing_counting import statements

POSITION = "Ik zou het laten rusten."


@pytest.fixture
def table(people):
    """A session in ten rounds, in which positions are opened together."""
    return Table(people, method="incident_hendriksen")


def poll(table, who):
    """Where somebody's open page looks next."""
    return html.unescape(re.search(r'hx-get="([^"]+)"', table.look(who))[1])


def ask_now(table, who, address):
    return table.people.browser(who).get(address)


def test_a_position_is_read_by_nobody_else_before_all_are_opened_nor_is_there_a_sign_of_it(table):
    table.to(5)
    before = {who: poll(table, who) for who in ("fenna", "yara", "noor")}
    assert table.ask("daan", POSITION, step="standpunt", what="position").status_code == 303
    assert POSITION in table.look("daan") and "Bewaar, dicht" in table.look("daan")
    for who, address in before.items():
        assert ask_now(table, who, address).status_code == 204, f"nothing changed for {who}"
        assert POSITION not in table.look(who) and poll(table, who) == address
    assert "is nog dicht" in table.look("noor") and "Open alles samen" in table.look("fenna")
    table.do("fenna", "open", step="standpunt")
    assert POSITION in ask_now(table, "noor", before["noor"]).text and "Daan Zogenaamd" in table.look("noor")
    assert POSITION not in table.look("yara"), "who listens reads it when the listening is over"
    table.go("next", "next")
    assert POSITION in table.look("yara") and "is nog dicht" not in table.look("noor")


def test_a_note_of_the_case_owner_changes_no_page_of_another(table):
    table.to(5)
    before = poll(table, "daan")
    table.ask("yara", "Dit raakte me.", what="note")
    assert ask_now(table, "daan", before).status_code == 204
    assert ask_now(table, "yara", poll(table, "yara")).status_code == 204 and "Dit raakte me." in table.look("yara")


def test_a_position_can_be_changed_and_taken_back_until_it_is_opened_and_not_after(table):
    table.to(5)
    table.ask("daan", "Nee.", step="standpunt", what="position")
    table.ask("daan", POSITION, step="standpunt", what="position")
    table.ask("noor", "Weg ermee.", step="standpunt", what="position")
    with table.people.database.write() as session:
        (line,) = session.scalars(select(Line.id).where(Line.text == "Weg ermee."))
    table.do("noor", f"lines/{line}/back")
    assert table.do("noor", "open", step="vragen").status_code == 303
    table.do("daan", "open", step="standpunt")
    page = table.look("sem")
    assert POSITION in page and "Nee." not in page and "Weg ermee." not in page
    late = table.ask("daan", "Te laat.", step="standpunt", what="position")
    assert late.status_code == 422 and "Te laat." in late.text and "Jullie openden ze net." in late.text
    with table.people.database.write() as session:
        (line,) = session.scalars(select(Line.id).where(Line.text == POSITION))
    table.do("daan", f"lines/{line}/back")
    assert POSITION in table.look("sem"), "what all have read isn't taken back"


def test_the_case_owner_writes_no_position_while_listening_and_nobody_before_its_step(table):
    table.to(4)
    assert table.ask("daan", POSITION, step="standpunt", what="position").status_code == 422
    table.go("next")
    assert table.ask("yara", POSITION, step="standpunt", what="position").status_code == 422
    table.do("fenna", "open", step="afloop")
    assert "De groep is niet bij die stap." in table.look("fenna")


def test_an_open_page_gets_what_reads_and_forms_only_when_something_else_is_asked(table):
    table.to(2)
    address = poll(table, "daan")
    assert ask_now(table, "daan", address).get_data() == b"" and ask_now(table, "daan", address).status_code == 204
    table.ask("noor", "Waarom?", step="vragen")
    answer = ask_now(table, "daan", address)
    assert answer.status_code == 200 and "Waarom?" in answer.text
    assert 'id="now"' in answer.text and 'id="course" hx-swap-oob' in answer.text and 'id="write"' not in answer.text
    assert "<html" not in answer.text and "hx-swap-oob" not in table.look("daan")
    table.go("next", "next")
    answer = ask_now(table, "yara", address)
    assert "Je luistert nu" in answer.text and 'id="write" hx-swap-oob' in answer.text
    table.go("end")
    assert "hx-get" not in ask_now(table, "daan", address).text, "when it is over nobody asks any more"


def test_in_a_step_of_days_an_open_page_asks_less_often_and_shows_no_clock(table):
    table.to(2)
    with table.people.database.write() as session:
        session.execute(update(Meeting).values(step_began_at=now() - dt.timedelta(days=2)))
    page = table.look("daan")
    assert "every 30s" in page and "Jullie zijn hiermee bezig sinds" in page and 'id="clock"' not in page


def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(table):
    address = poll(table, "daan")
    hour_ago = now() - dt.timedelta(hours=1)
    with table.people.database.write() as session:
        session.execute(update(SignIn).values(last_seen_at=hour_ago))
    ask_now(table, "daan", address)
    ask_now(table, "daan", f"{table.live}/now")
    with table.people.database.write() as session:
        assert set(session.scalars(select(SignIn.last_seen_at))) == {hour_ago}
        session.execute(update(SignIn).values(last_seen_at=now() - dt.timedelta(days=1)))
    answer = ask_now(table, "daan", address)
    assert (answer.status_code, answer.get_data()) == (401, b""), "and no sign-in page comes into the page"
    assert table.people.browser("daan").get(table.live).status_code == 302


OUTSIDERS = ("hanne", "mirjam", "ruben", "lotte", None)
POSTS = ("turn", "open", "come", "role", "lines", "advice", "question", f"lines/{uuid.UUID(int=1)}/back",
         f"lines/{uuid.UUID(int=1)}/mark")  # fmt: skip


@pytest.mark.parametrize("who", OUTSIDERS)
def test_an_outsider_finds_no_live_session(table, who):
    browser = table.people.browser(who) if who else table.people.app.test_client()
    for page in ("", "/now", "/notes"):
        expected = 404 if who else 401 if page == "/now" else 302
        assert browser.get(f"{table.live}{page}").status_code == expected, page
    for page in POSTS:
        assert post(browser, f"{table.live}/{page}").status_code == (404 if who else 401), page


def test_a_session_of_another_group_or_of_none_isnt_there(table):
    for session in (uuid.UUID(int=7), "01900000-0000-7000-8000-000000000000"):
        live = f"{table.people.home}sessions/{session}/live"
        assert table.people.browser("daan").get(f"{live}/now").status_code == 404
        assert post(table.people.browser("daan"), f"{live}/turn", {"way": "next", "seen": "-1"}).status_code == 404
    own = table.live.replace(str(table.people.place), str(table.people.portfolios["daan"]))
    assert table.people.browser("daan").get(own).status_code == 404


def test_who_becomes_a_members_leader_is_out_at_once_also_of_a_page_that_is_open(table):
    address = poll(table, "daan")
    with table.people.database.write() as session:
        persons = table.people.persons
        make_leadership(
            session, session.get_one(Person, persons["daan"].id), session.get_one(Person, persons["sem"].id)
        )
    assert ask_now(table, "daan", address).status_code == 404
    assert table.do("daan", "turn", way="next", seen="-1").status_code == 404
    assert ask_now(table, "noor", poll(table, "noor")).status_code == 204


def test_after_its_term_nothing_is_read_or_written_here(table):
    table.to(2)
    table.ask("daan", "Waarom?", step="vragen")
    table.ask("yara", "Dit raakte me.", what="note")
    table.go("end")
    notes = f"{table.live}/notes"
    assert "live/notes" in table.look("yara") and "Dit raakte me." in table.people.browser("yara").get(notes).text
    assert "live/notes" not in table.look("daan")
    post(table.people.browser("fenna"), f"{table.address}state", {"state": "open"})
    with table.people.database.write() as session:
        session.execute(update(Meeting).values(closes_on=today()))
    assert "Dit raakte me." not in table.people.browser("yara").get(notes).text
    assert "Waarom?" not in table.look("noor") and table.title("noor") == "De sessie is voorbij"
    assert table.ask("daan", "Nog een", step="vragen").status_code == 422
    table.do("fenna", "turn", way="next", seen="2")
    with table.people.database.write() as session:
        assert session.scalars(select(Meeting.step)).one() == 2


@pytest.fixture
def big(table):
    """Eight people in one session with many lines, and 200 sessions in their group."""
    people = table.people
    with people.database.write() as session:
        more = [make_person(session, name=f"Lid {number}") for number in range(3)]
        for person in more:
            session.add(CircleMember(circle_id=people.circle.id, person_id=person.id, since=today(), accepted_at=now()))
        kept = session.scalars(select(Meeting)).one()
        everybody = [
            *(people.persons[who].id for who in ("yara", "fenna", "daan", "noor", "sem")),
            *(one.id for one in more),
        ]
        days = [{"portfolio_id": kept.portfolio_id, "day": kept.day, "closes_on": kept.closes_on, "method": kept.method,
                 "frozen": kept.frozen, "state": "done"} for _number in range(200)]  # fmt: skip
        session.execute(insert(Meeting), days)
        asked = {"session_id": kept.id, "step": "vragen", "what": "question", "written_at": now()}
        lines = [asked | {"author_id": one, "text": f"Vraag {number}"} for one in everybody[1:] for number in range(10)]
        session.execute(insert(Line), lines)
        session.execute(
            insert(Present), [{"session_id": kept.id, "person_id": one, "came_at": now()} for one in everybody]
        )
    form = {"title": "Hoe begrens ik hem?", "happened_on": "2026-01-01", "seen": "0"}
    case = post(people.browser("yara"), f"{people.own('yara')}new/intervisie_case", form).location
    post(people.browser("yara"), f"{table.address}case", {"entry": case.rstrip("/").split("/")[-1]})
    return table


def test_eight_people_in_one_session_of_two_hundred_stay_within_the_limits(big):
    people, found = big.people, {}

    def count(what, most, ask):
        with statements(people.database) as run:
            answer = ask()
        assert answer.status_code < 400, (what, answer.text)
        if len(run) > most:
            found[what] = run

    big.to(8)
    big.do("daan", "advice", text="Begin met een schrijfronde.")
    for who in ("daan", "yara", "fenna"):
        address = poll(big, who)
        count(f"unchanged {who}", 4, lambda: ask_now(big, who, address))  # noqa: B023 - asked at once
        for page in ("", "/now"):
            count(f"{page} {who}", 8, lambda: people.browser(who).get(f"{big.live}{page}"))  # noqa: B023
    count("notes", 8, lambda: people.browser("yara").get(f"{big.live}/notes"))
    big.go("back", "back", "back")
    count("listening", 8, lambda: people.browser("yara").get(big.live))
    sent = {
        "turn": {"way": "back", "seen": "5"},
        "open": {"step": "standpunt"},
        "come": {},
        "role": {"role": "observer"},
        "lines": {"what": "question", "step": "vragen", "text": "Nog een?", "once": once_of(big)},
    }
    for what, form in sent.items():
        count(what, 12, lambda: big.do("daan", what, **form))  # noqa: B023 - asked at once
    count("advice", 14, lambda: big.do("daan", "advice", text="Wissel de voorzitter."))
    assert found == {}, {what: len(run) for what, run in found.items()}


def once_of(table):
    """The id of a form on a page of Daan's."""
    table.go("back", "back", "back")
    return re.search(r'name="once" value="([^"]+)"', table.look("daan"))[1]


def test_the_times_are_those_of_the_step_and_not_of_the_reload(table):
    with time_machine.travel(dt.datetime(2026, 11, 3, 19, 0, tzinfo=dt.UTC), tick=False) as clock:
        for who in ("fenna", "daan"):
            table.people.browsers[who] = sign_in(table.people.app.test_client(), table.people.persons[who])
        table.to(0)
        assert "Begonnen om 20:00 · 5 minuten · tot 20:05" in table.look("daan")
        clock.shift(dt.timedelta(minutes=4))
        assert 'data-left="60"' in table.look("daan") and "tot 20:05" in table.look("daan")
        clock.shift(dt.timedelta(minutes=3))
        assert 'data-left="-120"' in table.look("daan")
