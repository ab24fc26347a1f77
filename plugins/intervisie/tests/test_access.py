"""Who gets what of every address; each row written by hand. An outsider's answer is as for what isn't there."""

from __future__ import annotations

import uuid

import pytest
from portfolio_plugins.intervisie.settings import NAME

from portfolio.clock import today
from portfolio.testing import count_rows, make_circle, portfolio_of, post
from portfolio.testing_access import ask_rows, forge_rows, list_rowless

ROLES = ("anonymous", "yara", "daan", "sem", "hanne", "mirjam", "ruben")
"""A visitor; the case owner; a member; who has left the group; Fenna's leader; her administrator; her coach."""
ROWS = {
    # route                                                   anon own mem ex  lea adm coa
    ("GET", "{yara}cases/{case}/bring"):                     "302 200 403 404 404 404 404",
    ("GET", "{place}group"):                                 "302 200 200 404 404 404 404",
    ("GET", "{place}group/agreements"):                      "302 200 200 404 404 404 404",
    ("POST", "{place}group/agreements"):                     "401 303 409 404 404 404 404",
    ("POST", "{place}group/confirm"):                        "401 303 303 404 404 404 404",
    ("GET", "{place}sessions/new"):                          "302 200 200 404 404 404 404",
    ("POST", "{place}sessions/new"):                         "401 303 303 404 404 404 404",
    ("GET", "{place}sessions/{session}/"):                   "302 200 200 404 404 404 404",
    ("GET", "{place}sessions/{session}/edit"):               "302 200 200 404 404 404 404",
    ("POST", "{place}sessions/{session}/edit"):              "401 422 422 404 404 404 404",
    ("GET", "{place}sessions/{session}/case"):               "302 200 200 404 404 404 404",
    ("POST", "{place}sessions/{session}/case"):              "401 303 422 404 404 404 404",
    ("POST", "{place}sessions/{session}/advice"):            "401 422 303 404 404 404 404",
    ("POST", "{place}sessions/{session}/advice/{advice}/keep"): "401 303 404 404 404 404 404",
    ("GET", "{place}sessions/{session}/take-away"):          "302 200 200 404 404 404 404",
    ("POST", "{place}sessions/{session}/take-away"):         "401 303 303 404 404 404 404",
    ("GET", "{place}sessions/{session}/evaluation"):         "302 200 200 404 404 404 404",
    ("POST", "{place}sessions/{session}/evaluation"):        "401 303 303 404 404 404 404",
    ("GET", "{place}patterns/new"):                          "302 200 200 404 404 404 404",
    ("POST", "{place}patterns/new"):                         "401 303 303 404 404 404 404",
    ("POST", "{place}sessions/{session}/agree"):             "401 303 404 404 404 404 404",
    ("POST", "{place}sessions/{session}/case/back"):         "401 303 404 404 404 404 404",
    ("POST", "{place}sessions/{session}/state"):             "401 303 303 404 404 404 404",
    ("GET", "{yara}"):                                       "302 200 404 404 404 404 404",
    ("GET", "{yara}everything"):                             "302 200 404 404 404 404 404",
    ("GET", "{yara}group"):                                  "302 404 404 404 404 404 404",
    ("GET", "{place}"):                                      "302 404 404 404 404 404 404",
    ("GET", "{elsewhere}group"):                             "302 404 404 404 404 404 404",
    ("GET", "{place}sessions/{strange}/"):                   "302 404 404 404 404 404 404",
    ("GET", "{elsewhere}sessions/{session}/"):               "302 404 404 404 404 404 404",
}  # fmt: skip


@pytest.fixture
def ids(people):
    """A session today with Yara's case and Noor's advice; Sem was in the group and has gone."""
    session = people.plan("fenna", day=today().isoformat())
    form = {"title": "Hoe begrens ik?", "happened_on": today().isoformat(), "seen": "0"}
    case = post(people.browser("yara"), f"{people.own('yara')}new/intervisie_case", form).location
    case = case.rstrip("/").split("/")[-1]
    assert post(people.browser("yara"), f"{session}case", {"entry": case}).status_code == 303
    assert post(people.browser("noor"), f"{session}advice", {"advice": "Wacht even."}).status_code == 303
    page = people.browser("yara").get(session).text
    advice = page.split('id="advice-')[2 if 'id="advice-title"' in page else 1][:36]
    assert post(people.browser("sem"), f"/circles/{people.circle.id}/leave").status_code == 303
    return {
        "place": people.home, "session": session.rstrip("/").split("/")[-1], "case": case, "advice": advice,
        "yara": people.own("yara"), "strange": uuid.uuid4(), "elsewhere": f"/p/{uuid.uuid4()}/{NAME}/",
    }  # fmt: skip


def form_of(ids, role):
    """What fits every form, so that a refusal is about who asks."""
    return {
        "agreements": f"Van {role}.", "seen": "0", "day": today().isoformat(), "method": "vrij", "place": role,
        "entry": ids["case"], "advice": f"Van {role}.", "title": f"Van {role}", "happened_on": today().isoformat(),
        "state": "planned",
    }  # fmt: skip


def page_of(ids):
    return lambda address: address.format_map(ids)


def test_each_role_gets_what_its_row_says(people, ids):
    got = ask_rows(ROWS, people.browsers_of(ROLES), page_of(ids), lambda role: form_of(ids, role))
    assert {row: said for row, said in got.items() if said != ROWS[row]} == {}


def test_a_form_without_its_token_changes_nothing(people, ids):
    browsers = people.browsers_of(("yara", "daan", "sem", "hanne"))
    with people.database.read() as session:
        before = count_rows(session)
    forged = forge_rows(ROWS, browsers, page_of(ids), lambda role: form_of(ids, role))
    assert forged and {row: said for row, said in forged.items() if said != {400}} == {}
    with people.database.read() as session:
        assert count_rows(session) == before


def test_every_route_but_those_of_the_live_session_has_a_row(people, ids):
    rowless = list_rowless(people.app, NAME, ROWS, page_of(ids))
    assert {rule for _method, rule in rowless if "/live" not in rule} == set()


def test_a_session_is_only_there_in_its_own_group(people, ids):
    """Lotte and Daan have another group; Lotte is a member of that, and guesses."""
    from portfolio_plugins.intervisie.sessions import list_ahead, list_past
    from portfolio_plugins.intervisie.texts import list_written

    with people.database.write() as session:
        other = make_circle(session, people.persons["daan"], people.persons["lotte"], name="Ander", home=people.cohort)
        place = portfolio_of(session, circle=other).id
    home = f"/p/{place}/{NAME}/"
    assert people.browser("lotte").get(f"{home}group").status_code == 200
    for method, address in ROWS:
        if "{session}" in address:
            page = address.format_map(ids | {"place": home, "elsewhere": home})
            for who in ("lotte", "daan"):
                browser = people.browser(who)
                answer = browser.get(page) if method == "GET" else post(browser, page, form_of(ids, who))
                assert answer.status_code == 404, (who, method, page)
    with people.database.read() as session:
        lotte = people.scope(session, "lotte")
        assert list_ahead(lotte, [people.place, place]) == [] and list_past(lotte, [people.place])[0] == []
        daan = people.scope(session, "daan")
        assert len(list_ahead(daan, [people.place, place])) == 1
        with_case = type("Opened", (), {"id": uuid.UUID(ids["session"])})()
        assert list_written(lotte, with_case) == [] and list_written(daan, with_case) == []
