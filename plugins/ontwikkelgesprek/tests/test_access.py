"""Who gets what of every address; each row written by hand. An outsider's answer is as for what isn't there."""

from __future__ import annotations

import re
import uuid

import pytest
from portfolio_plugins.ontwikkelgesprek.settings import NAME
from sqlalchemy import update

from portfolio.clock import today
from portfolio.entries.models import PortfolioMember
from portfolio.people.models import Leadership
from portfolio.testing import make_joint, make_leadership
from portfolio.testing_access import ask_rows, list_rowless
from portfolio.testing_contract import PAGE, WRITE
from portfolio.testing_counting import statements

SETTLES = 6
"""Statements that settling takes besides: once in a conversation, a row for each writer's words."""
ROLES = ("anonymous", "fenna", "hanne", "idris", "lotte", "ruben", "mirjam")
"""A visitor; the teacher; her leader; another teacher Hanne leads; her circle; her coach; the administrator."""
ROWS = {
    # route                                              anon tea lea oth cir coa adm
    ("GET", "{fenna}"):                                 "302 200 404 404 404 404 404",
    ("GET", "{fenna}everything"):                       "302 200 404 404 404 404 404",
    ("GET", "{place}"):                                 "302 404 404 404 404 404 404",
    ("GET", "{place}conversations"):                    "302 200 200 404 404 404 404",
    ("GET", "{place}conversations/new"):                "302 200 200 404 404 404 404",
    ("POST", "{place}conversations/new"):               "401 303 303 404 404 404 404",
    ("GET", "{shut}"):                                  "302 200 200 404 404 404 404",
    ("GET", "{shut}calendar.ics"):                      "302 200 200 404 404 404 404",
    ("GET", "{shut}log"):                               "302 200 200 404 404 404 404",
    ("GET", "{shut}edit"):                              "302 200 200 404 404 404 404",
    ("POST", "{shut}edit"):                             "401 303 409 404 404 404 404",
    ("GET", "{shut}prepare"):                           "302 200 200 404 404 404 404",
    ("POST", "{shut}prepare"):                          "401 303 303 404 404 404 404",
    ("GET", "{shut}read"):                              "302 200 403 404 404 404 404",
    ("GET", "{shut}choose"):                            "302 200 403 404 404 404 404",
    ("GET", "{shut}choose/{entry}"):                    "302 200 403 404 404 404 404",
    ("POST", "{shut}choose/{entry}"):                   "401 303 403 404 404 404 404",
    ("POST", "{shut}handed/{item}/anew"):               "401 303 403 404 404 404 404",
    ("GET", "{shut}dossier"):                           "302 403 403 404 404 404 404",
    ("POST", "{shut}release"):                          "401 303 303 404 404 404 404",
    ("GET", "{open}"):                                  "302 200 200 404 404 404 404",
    ("GET", "{open}prepare"):                           "302 403 403 404 404 404 404",
    ("POST", "{open}take-back"):                        "401 303 303 404 404 404 404",
    ("POST", "{open}state"):                            "401 303 303 404 404 404 404",
    ("GET", "{open}choose"):                            "302 403 403 404 404 404 404",
    ("GET", "{open}read"):                              "302 200 200 404 404 404 404",
    ("GET", "{open}during"):                            "302 200 200 404 404 404 404",
    ("GET", "{open}during/now"):                        "401 200 200 404 404 404 404",
    ("POST", "{open}points"):                           "401 303 303 404 404 404 404",
    ("POST", "{open}points/{point}/remove"):            "401 303 404 404 404 404 404",
    ("GET", "{open}report"):                            "302 200 403 404 404 404 404",
    ("POST", "{open}report"):                           "401 303 403 404 404 404 404",
    ("GET", "{open}addition"):                          "302 403 200 404 404 404 404",
    ("POST", "{open}addition"):                         "401 403 303 404 404 404 404",
    ("GET", "{open}agreements"):                        "302 200 200 404 404 404 404",
    ("POST", "{open}agreements"):                       "401 303 409 404 404 404 404",
    ("POST", "{open}answer"):                           "401 409 409 404 404 404 404",
    ("POST", "{open}handed/{handed}/withdraw"):         "401 303 404 404 404 404 404",
    ("GET", "{open}dossier"):                           "302 200 200 404 404 404 404",
    ("GET", "{open}dossier.pdf"):                       "302 200 200 404 404 404 404",
    ("GET", "{place}check"):                            "302 200 200 404 404 404 404",
    ("GET", "{place}conversations/{strange}/"):         "302 404 404 404 404 404 404",
    ("GET", "{elsewhere}conversations/{id}/"):          "302 404 404 404 404 404 404",
}  # fmt: skip


@pytest.fixture
def ids(people):
    """One conversation in preparation, one that opened; something chosen in both."""
    entry = people.write("fenna", "evidence", "De proefweek", story="We deden het.")
    shut, opened = people.plan("fenna"), people.plan("hanne", kind="loopbaangesprek")
    found = {"entry": entry, "shut": shut, "open": opened}
    for name, talk in (("item", shut), ("handed", opened)):
        assert people.send("fenna", f"{talk}choose/{entry}", {"fields": ["story"]}).status_code == 303
        found[name] = re.search(r"/handed/([0-9a-f-]{36})/withdraw", people.browser("fenna").get(talk).text).group(1)
    people.prepare(shut)
    people.open(opened)
    people.send("fenna", f"{opened}points", {"text": "Het rooster"})
    page = people.browser("fenna").get(f"{opened}during").text
    found["point"] = re.search(r"/points/([0-9a-f-]{36})/remove", page).group(1)
    return found | {
        "place": people.home, "fenna": people.own("fenna"), "strange": uuid.uuid4(),
        "elsewhere": f"/p/{uuid.uuid4()}/{NAME}/", "id": shut.rstrip("/").split("/")[-1],
    }  # fmt: skip


def form_of(role):
    """What fits every form, so that a refusal is about who asks."""
    return {
        "kind": "startgesprek", "day": today().isoformat(), "place": role, "seen": "1" if role == "plan" else "",
        "happened_on": today().isoformat(), "text": f"Van {role}.", "saw": role, "proud_of": role, "fields": "story",
        "agreements-0-text": role, "agreements-0-who": "both", "answer": "agree", "state": "off",
    }  # fmt: skip


def asked(people, ids, rows):
    """What each gets, with a form that says which text it saw where that is asked."""
    browsers = {who: people.browser(who) for who in ROLES}
    found = {}
    for method, address in rows:
        seen = "1" if address.endswith(("edit", "prepare")) else "0"
        row = ask_rows(
            [(method, address)], browsers, lambda one: one.format_map(ids),
            lambda who, seen=seen: form_of(who) | {"seen": seen},
        )  # fmt: skip
        found |= row
    return found


def test_each_role_gets_what_its_row_says(people, ids):
    got = asked(people, ids, ROWS)
    assert {row: said for row, said in got.items() if said != ROWS[row]} == {}


def test_every_route_has_a_row(people, ids):
    assert list_rowless(people.app, NAME, ROWS, lambda address: address.format_map(ids)) == set()


def test_a_conversation_is_there_for_its_own_two_alone(people, ids):
    """Hanne and Idris have a place too; neither finds Fenna's conversation in it, and Fenna isn't in it."""
    from sqlalchemy import select

    with people.database.read() as session:
        other = session.scalars(select(Leadership).where(Leadership.teacher_id == people.persons["idris"].id)).one()
    home = f"/p/{people.open_together('hanne', other)}/{NAME}/"
    for who in ("hanne", "idris", "fenna"):
        page = f"{home}conversations/{ids['id']}/"
        assert people.browser(who).get(page).status_code == 404
        assert people.send(who, f"{page}release").status_code == 404
    assert "Idris" not in people.browser("fenna").get(people.own("fenna")).text


def test_who_leads_no_longer_reads_what_they_wrote_and_who_leads_next_begins_with_nothing(people, ids):
    hanne = people.browser("hanne")
    people.send("hanne", f"{ids['open']}addition", {"text": "Ik herken dit."})
    addition = people.text_of("conversation_addition")
    with people.database.write() as session:
        session.execute(update(Leadership).values(until=today()))
        session.execute(
            update(PortfolioMember).where(PortfolioMember.person_id == people.persons["hanne"].id).values(until=today())
        )
        lotte = make_leadership(session, people.persons["lotte"], people.persons["fenna"], school=people.school)
    assert hanne.get(ids["open"]).status_code == 404 and hanne.get(f"{ids['open']}read").status_code == 404
    assert "We deden het." not in hanne.get(people.own("hanne")).text
    assert hanne.get(f"{people.home}{addition.id}/").status_code == 200, "their own words stay theirs"
    assert "Aanvulling" in hanne.get(people.own("hanne")).text
    page = people.browser("fenna").get(ids["open"]).text
    assert "Alleen jij ziet deze pagina" in page and "/report" not in page
    assert people.report(ids["open"]).status_code == 403
    place = people.open_together("lotte", lotte)
    assert place != people.place
    empty = people.browser("lotte").get(f"/p/{place}/{NAME}/conversations").text
    assert "/conversations/0" not in empty and people.browser("lotte").get(ids["open"]).status_code == 404


def test_in_a_joint_portfolio_without_a_leader_nothing_can_be_planned(people):
    with people.database.write() as session:
        one, two = people.persons["idris"], people.persons["lotte"]
        place = make_joint(session, one, two, home=people.cohort)
        home = f"/p/{place.id}/{NAME}/conversations/new"
    form = {"kind": "startgesprek", "day": today().isoformat()}
    assert people.send("idris", home, form).status_code == 403


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # what is asked is the same
def test_no_page_asks_more_than_eight_times_nor_a_write_more_than_twelve(people, ids):
    for number in range(6):
        entry = people.write("fenna", "goal", f"Doel {number}", why="Daarom.")
        people.send("fenna", f"{ids['shut']}choose/{entry}", {"fields": ["title", "why"]})
    people.report(ids["open"])
    for who in ("fenna", "hanne"):
        pages = [address for method, address in ROWS if method == "GET" and "strange" not in address]
        for address in [*pages, "/", "/together"]:
            with statements(people.database) as found:
                answer = people.browser(who).get(address.format_map(ids))
            if answer.status_code == 200:
                assert len(found) <= PAGE, (who, address, len(found), "\n".join(found))
    for who, address, form in (
        ("fenna", "{place}conversations/new", form_of("a")), ("fenna", "{shut}choose/{entry}", {"fields": "title"}),
        ("fenna", "{shut}release", {}), ("hanne", "{shut}release", {}), ("hanne", "{open}points", {"text": "Nog een"}),
        ("hanne", "{open}addition", {"text": "Ja."}), ("fenna", "{open}agreements", form_of("a") | {"seen": "0"}),
    ):  # fmt: skip
        with statements(people.database) as found:
            assert people.send(who, address.format_map(ids), form).status_code == 303, address
        most = WRITE + address.endswith("choose/{entry}")  # what was chosen before goes
        assert len(found) <= most, (address, len(found), "\n".join(found))
    for who in ("fenna", "hanne"):
        with statements(people.database) as found:
            people.browser(who).get(ids["open"])
        page = len(found)
        with statements(people.database) as found:
            assert people.answer(who, ids["open"]).status_code == 303
        asks = len(found) - page  # people.answer reads the page first
        most = WRITE + (SETTLES if who == "hanne" else 0)  # who answers last, settles
        assert asks <= most, (who, asks, "\n".join(found))
