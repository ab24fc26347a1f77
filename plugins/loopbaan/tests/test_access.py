"""Who gets what of the plugin's own pages; each row written by hand. Only their owner knows that they are there."""

from __future__ import annotations

import pytest
from portfolio_plugins.loopbaan.catalogue import NAME

from portfolio.entries.models import Entry
from portfolio.testing import count_rows, make_entry, make_person, make_share, post
from portfolio.testing_access import ask_rows, forge_rows, list_rowless

ROLES = ("anonymous", "owner", "coach", "circle", "leader", "administrator", "colleague")
"""A visitor; Fenna; two she shares all that can be shared with; her leader; the administrator; somebody else."""
OWN = "302 200 404 404 404 404 404"
ROWS = {
    # route                                anon own coa cir lea adm col
    ("GET", "/"):                         OWN,
    ("GET", "/moves"):                    OWN,
    ("GET", "/ambition"):                 OWN,
    ("GET", "/time"):                     OWN,
    ("GET", "/places"):                   OWN,
    ("GET", "/everything"):               OWN,
    ("GET", "/ambition/write"):           OWN,
    ("POST", "/ambition/write"):          "401 303 404 404 404 404 404",
    ("GET", "/ambition/write/{said}"):    OWN,
    ("POST", "/ambition/write/{said}"):   "401 303 404 404 404 404 404",
    ("GET", "/ambition/write/{unsaid}"):  OWN,
    ("GET", "/ambition/write/{week}"):    "302 404 404 404 404 404 404",
    ("GET", "/ambition/write/{theirs}"):  "302 404 404 404 404 404 404",
    ("POST", "/ambition/write/{theirs}"): "401 404 404 404 404 404 404",
    ("GET", "/time/write"):               OWN,
    ("POST", "/time/write"):              "401 303 404 404 404 404 404",
    ("GET", "/time/write/{week}"):        OWN,
    ("POST", "/time/write/{week}"):       "401 303 404 404 404 404 404",
}  # fmt: skip
ELSEWHERE = {
    ("GET", "/together"), ("GET", "/together/recognise"), ("POST", "/together/recognise"), ("GET", "/together/agree"),
    ("POST", "/together/agree"), ("GET", "/words/<uuid:recognition>"), ("POST", "/words/<uuid:recognition>"),
}  # fmt: skip
"""Between a teacher and their leader: test_together.py has their rows."""
FORM = {"title": "Nieuw", "happened_on": "2026-05-04", "seen": "1", "own-seen": "1", "text": "Wat ik zeg.",
        "own-text": "Wat ik niet zeg.", "parts-0-what": "Les", "parts-0-days": "3"}  # fmt: skip
CANARY = "Kanarievogel"


@pytest.fixture
def browsers(people):
    with people.database.write() as session:
        colleague = make_person(session, name="Yara Doenalsof")
    persons = {"owner": people.fenna, "coach": people.ruben, "circle": people.lotte, "leader": people.hanne,
               "administrator": people.mirjam, "colleague": colleague}  # fmt: skip
    return {"anonymous": people.app.test_client()} | {role: people.browser(one) for role, one in persons.items()}


@pytest.fixture
def ids(people):
    said = people.write("spoken_ambition", "Gezegd", text="Ik wil.")
    week = people.write("time_division", "Week", parts=[{"what": "Les", "days": "4"}])
    found = {
        "said": said,
        "week": week,
        "unsaid": people.write("private_ambition", CANARY, text=f"{CANARY} durft niet.", beneath=said),
        "energy": people.write("energy_note", CANARY, text=f"{CANARY} is moe.", about_time=week),
        "role": people.write("role_held", "Vraagbaak", formality="informal"),
    }
    with people.database.write() as session:
        for name in ("said", "week", "role"):
            for person in (people.ruben, people.lotte):
                make_share(session, session.get_one(Entry, found[name]), person=person, switch=people.switch)
        found["theirs"] = make_entry(session, people.ruben, plugin=NAME, kind="spoken_ambition", title="Van Ruben").id
    return found


def test_each_role_gets_what_its_row_says(people, browsers, ids):
    assert ask_rows(ROWS, {role: browsers[role] for role in ROLES}, page_of(people, ids), lambda role: FORM) == ROWS


def test_a_form_without_its_token_changes_nothing(people, browsers, ids):
    with people.database.read() as session:
        before = count_rows(session)
    rows = {*ROWS, ("POST", "/together/recognise"), ("POST", "/together/agree"), ("POST", "/words/{said}")}
    forged = forge_rows(rows, browsers, page_of(people, ids), lambda role: FORM)
    assert forged and {row: said for row, said in forged.items() if said != {400}} == {}
    with people.database.read() as session:
        assert count_rows(session) == before


def test_every_route_has_a_row(people, ids):
    prefix = f"/p/<uuid:portfolio>/{NAME}"
    rowless = list_rowless(people.app, NAME, ROWS, page_of(people, ids))
    assert {(method, rule.removeprefix(prefix)) for method, rule in rowless} == ELSEWHERE


def page_of(people, ids):
    return lambda address: people.home.rstrip("/") + address.format_map(ids)


def test_what_isnt_said_and_what_a_week_takes_reach_nobody_on_no_page(people, browsers, ids):
    """Not by its address, not beside what it belongs to, not in a list, and there is no way to share it."""
    owner = browsers["owner"]
    shared = [ids["said"], ids["week"], ids["role"]]
    for role in ("coach", "circle", "leader", "administrator", "colleague"):
        browser = browsers[role]
        for name in ("unsaid", "energy"):
            for page in ("", "edit", "texts", "texts/1", "readings", "delete"):
                assert browser.get(f"{people.home}{ids[name]}/{page}").status_code == 404, (role, name, page)
        places = ["/", "/shared", "/desk", f"/desk/{people.fenna.id}", "/circles", f"/circles/{people.circle}",
                  "/leading", "/readings", *(f"{people.home}{one}/" for one in shared)]  # fmt: skip
        found = [place for place in places if CANARY in browser.get(place).text]
        assert found == [], role
    assert all(browsers["coach"].get(f"{people.home}{one}/").status_code == 200 for one in shared), (
        "what is shared is read"
    )
    for name in ("unsaid", "energy"):
        page = owner.get(f"{people.home}{ids[name]}/").text
        assert CANARY in page and 'name="target"' not in page
        for target in ({"target": f"coaching:{people.coaching}"}, {"target": f"circle:{people.circle}"},
                       {"target": "address", "address": people.ruben.email}):  # fmt: skip
            assert post(owner, f"{people.home}{ids[name]}/shares", target | {"last_day": ""}).status_code == 422
    assert CANARY in owner.get(f"{people.home}{ids['said']}/").text, "its owner sees what lies beneath"


def test_the_picture_and_the_pages_with_both_halves_say_who_sees_which(people, browsers, ids):
    for page in ("ambition", "time", f"ambition/write/{ids['said']}", f"time/write/{ids['week']}"):
        text = browsers["owner"].get(people.home + page).text
        assert text.count("Wie ziet dit?") == 3, page
        assert "Alleen jij ziet dit deel; het kan niet worden gedeeld." in text, page
        assert "Lotte Proefstra" in text and "Ruben Denkbeeld" in text, page
