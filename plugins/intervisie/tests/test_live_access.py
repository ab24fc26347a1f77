"""Who gets what of every address of a live session, each row by hand. Whatever a form sends, no page breaks."""

from __future__ import annotations

import uuid

import pytest
from portfolio_plugins.intervisie.models import Line
from portfolio_plugins.intervisie.settings import NAME
from portfolio_plugins.intervisie.tests.test_access import page_of
from portfolio_plugins.intervisie.tests.test_live import Table
from sqlalchemy import select

from portfolio.testing import count_rows, post
from portfolio.testing_access import ask_rows, forge_rows, list_rowless

ROLES = ("anonymous", "yara", "daan", "sem", "hanne", "mirjam", "ruben")
"""A visitor; the case owner; a member; who has left the group; Fenna's leader; her administrator; her coach."""
ROWS = {
    # route                                 anon own mem ex  lea adm coa
    ("GET", "{live}"):                     "302 200 200 404 404 404 404",
    ("GET", "{live}/now"):                 "401 200 200 404 404 404 404",
    ("GET", "{live}/notes"):               "302 200 404 404 404 404 404",
    ("POST", "{live}/turn"):               "401 303 303 404 404 404 404",
    ("POST", "{live}/open"):               "401 303 303 404 404 404 404",
    ("POST", "{live}/come"):               "401 303 303 404 404 404 404",
    ("POST", "{live}/role"):               "401 303 303 404 404 404 404",
    ("POST", "{live}/lines"):              "401 422 303 404 404 404 404",
    ("POST", "{live}/lines/{line}/mark"):  "401 303 303 404 404 404 404",
    ("POST", "{live}/lines/{line}/back"):  "401 303 303 404 404 404 404",
    ("POST", "{live}/advice"):             "401 422 303 404 404 404 404",
    ("POST", "{live}/question"):           "401 303 404 404 404 404 404",
    ("GET", "{strange}"):                  "302 404 404 404 404 404 404",
    ("POST", "{strange}/turn"):            "401 404 404 404 404 404 404",
    ("GET", "{elsewhere}"):                "302 404 404 404 404 404 404",
    ("GET", "{elsewhere}/now"):            "401 404 404 404 404 404 404",
}  # fmt: skip
FORM = {"way": "back", "seen": "2", "step": "vragen", "role": "observer", "what": "question", "text": "Waarom toch?"}


@pytest.fixture
def ids(people):
    """A session at its third step with Yara's case and Noor's question; Sem was in the group and has gone."""
    table = Table(people)
    case = post(people.browser("yara"), f"{people.own('yara')}new/intervisie_case", CASE).location
    post(people.browser("yara"), f"{table.address}case", {"entry": case.rstrip("/").split("/")[-1]})
    table.to(2)
    table.ask("noor")
    assert post(people.browser("sem"), f"/circles/{people.circle.id}/leave").status_code == 303
    with people.database.write() as session:
        line = session.scalars(select(Line.id)).one()
    session_id = table.address.rstrip("/").split("/")[-1]
    return {
        "live": table.live, "line": line, "strange": table.live.replace(session_id, str(uuid.uuid4())),
        "elsewhere": table.live.replace(str(people.place), str(uuid.uuid4())),
    }  # fmt: skip


CASE = {"title": "Hoe begrens ik?", "happened_on": "2026-01-01", "seen": "0"}


def test_each_role_gets_what_its_row_says(people, ids):
    browsers = people.browsers_of(ROLES)
    got = ask_rows(ROWS, browsers, page_of(ids), lambda role: FORM | {"text": f"Waarom, vraagt {role}?"})
    assert {row: said for row, said in got.items() if said != ROWS[row]} == {}


def test_a_form_without_its_token_changes_nothing(people, ids):
    browsers = people.browsers_of(("yara", "daan", "sem", "hanne"))
    with people.database.read() as session:
        before = count_rows(session)
    forged = forge_rows(ROWS, browsers, page_of(ids), lambda role: FORM)
    assert forged and {row: said for row, said in forged.items() if said != {400}} == {}
    with people.database.read() as session:
        assert count_rows(session) == before


def test_every_route_of_the_live_session_has_a_row(people, ids):
    rowless = list_rowless(people.app, NAME, ROWS, page_of(ids))
    assert {rule for _method, rule in rowless if "/live" in rule} == set()


def test_whatever_a_form_sends_no_page_breaks(people, ids):
    odd = ["", " ", "x" * 30_000, "\x00\x1b", "-1", "99999999999999999999", "²", "<script>alert(1)</script>", "é" * 250]
    names = ["way", "seen", "step", "role", "what", "text", "mark", "once", "from"]
    addresses = [address.format_map(ids) for method, address in ROWS if method == "POST"]
    for address in addresses:
        for value in odd:
            answer = post(people.browser("daan"), address, dict.fromkeys(names, value))
            assert answer.status_code in (303, 404, 422), (address, value[:20], answer.status_code)
            assert "<script>alert" not in answer.text
    for query in ("seen=%00", "part=%F0%9F", "seen=a&seen=b", "part=" + "x" * 3000):
        assert people.browser("daan").get(f"{ids['live']}/now?{query}").status_code == 200
    assert "<script>alert" not in people.browser("yara").get(ids["live"]).text
