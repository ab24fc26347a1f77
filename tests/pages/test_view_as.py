"""A page of mine as somebody else gets it is what their own session gets, to the letter; and it leaves nothing behind.

Every address under a portfolio is asked twice: by its owner as another, and by that other. What the other wrote is in
none of the owner's answers, and neither is what the owner may not know of them.
"""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Response, redirect
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter

from portfolio import clock, migrate
from portfolio.access import READ, needs
from portfolio.entries.models import Entry, Link, Reading, Share
from portfolio.people.models import Circle, CircleMember, Coaching, Cohort, Leadership, Person, SignIn
from portfolio.testing import (
    make_circle,
    make_coaching,
    make_entry,
    make_leadership,
    make_share,
    make_switch,
    tables_of,
)
from tests.pages.house import House
from tests.pages.test_access_matrix import ROWS
from tests.pages.world import CANARY

BUNDLED = sorted(folder.parent.name for folder in (Path(__file__).parents[2] / "plugins").glob("*/__init__.py"))
FOREIGN = "nachtegaal"
"""What others wrote."""
AS = re.compile(r"[?&](?:amp;)?seen-as=(?:(?:coach|leader|circle|person)(?:%3A|:)[0-9a-f-]{36}|stranger)")
TOKENS = re.compile(r'name="(csrf_token|once)" value="[^"]*"')
OWN = "/p/{owner_portfolio}/"


@pytest.fixture
def told(house: House) -> Iterator[House]:
    """The world with a reader by name, plugins that are on, and an entry of each kind that three readers get."""
    ids = house.world.ids
    migrate.upgrade(house.app.database, migrate.lines(house.app.registry.folders))
    with house.app.database.write() as session:
        owner, coach, friend = (_get(session, Person, ids[name]) for name in ("owner", "coach", "elsewhere"))
        for name in ("shared", "evidence"):
            make_share(session, _get(session, Entry, ids[name]), person=friend)
        cohort = _get(session, Cohort, ids["cohort"])
        for plugin in BUNDLED:
            switch = make_switch(session, cohort, plugin)
            for kind in house.app.registry.kinds_of(plugin):
                entry = make_entry(session, owner, plugin=plugin, kind=kind.name, title=f"{kind.name} {CANARY}",
                                   content=kind.empty())  # fmt: skip
                ids[f"of_{kind.name}"] = str(entry.id)
                if kind.shareable:
                    make_share(session, entry, coaching=_get(session, Coaching, ids["coaching"]), switch=switch)
                    make_share(session, entry, circle=_get(session, Circle, ids["circle"]), switch=switch)
                    make_share(session, entry, person=friend, switch=switch)
        make_entry(session, coach, title=f"Eigen {FOREIGN}")
        member = select(CircleMember.id).where(
            CircleMember.circle_id == uuid.UUID(ids["circle"]), CircleMember.person_id == uuid.UUID(ids["member"])
        )
        ids["membership"] = str(session.scalars(member).one())
    house.dirty = True
    yield house


def _get(session: Session, model: Any, id_: str) -> Any:
    return session.get_one(model, uuid.UUID(id_))


def readers(house: House) -> dict[str, str]:
    """Roles of the world, and as whom the owner sees her pages as they do."""
    ids = house.world.ids
    return {
        "coach": f"coach:{ids['coaching']}",
        "leader": f"leader:{ids['leadership']}",
        "member": f"circle:{ids['membership']}",
        "elsewhere": f"person:{ids['elsewhere']}",
        "colleague": "stranger",
    }


def addresses(house: House, *, all_of_plugins: bool) -> list[str]:
    """Pages under the owner's portfolio: those of the matrix, each kind's own, perhaps every rule of each plugin."""
    ids, found = house.world.ids, {}
    for row in ROWS:
        if row.method == "GET" and row.address.startswith(OWN):
            found[house.world.address(row.address)] = True
    rules = [rule for rule in house.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    for plugin in BUNDLED:
        entries = [ids[f"of_{kind.name}"] for kind in house.app.registry.kinds_of(plugin)]
        asked = [(rule, entry) for rule in rules if rule.endpoint == "entries.read" for entry in entries]
        more = [rule for rule in rules if rule.endpoint.startswith(("entries.", f"{plugin}."))]
        asked += [(rule, entries[0]) for rule in more if all_of_plugins]
        for rule, entry in asked:
            if "portfolio" not in rule.arguments:
                continue
            values = dict.fromkeys(rule.arguments, entry) | {"portfolio": ids["owner_portfolio"], "section": plugin}
            values |= {name: 1 for name, one in rule._converters.items() if isinstance(one, IntegerConverter)}
            with house.app.test_request_context():
                found[house.app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})] = True
    return list(found)


def seen_as(address: str, code: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}seen-as={code}"


def sheet(text: str) -> str:
    """What a page says of itself, without menu, marks of the preview, and what differs between any two sessions."""
    main = text[text.index('<header class="heading">') : text.index("</main>")].rstrip().removesuffix("</fieldset>")
    return "\n".join(line.strip() for line in TOKENS.sub("", AS.sub("", main)).splitlines() if line.strip())


def rows(house: House) -> dict[str, list[str]]:
    """Everything that lies in the database, but for when the owner herself was last here."""
    hers, found = uuid.UUID(house.world.ids["owner"]), {}
    with house.app.database.read() as session:
        for table in tables_of(session):
            columns = [one for one in table.columns if one.name != "last_seen_at"]
            found[table.name] = sorted(repr(tuple(row)) for row in session.execute(select(*columns)))
        for model, person in ((Person, Person.id), (SignIn, SignIn.person_id)):
            seen = session.execute(select(person, model.last_seen_at).where(person != hers))  # type: ignore[attr-defined]
            found[f"seen {model.__tablename__}"] = sorted(map(repr, seen))
    return found


def test_it_is_what_the_others_own_session_gets_on_every_page_and_nothing_is_written(told: House) -> None:
    owner, before, shown = told.browser("owner"), rows(told), {}
    all_of_it = told.app.database.dialect == "sqlite"  # PostgreSQL answers the same questions: a coach's are enough
    for role, code in readers(told).items() if all_of_it else [("coach", readers(told)["coach"])]:
        for address in addresses(told, all_of_plugins=role == "coach" and all_of_it):
            answer = owner.get(seen_as(address, code))
            assert 'class="as-strip"' in answer.text and answer.text.count("<fieldset class=\"as-page\" disabled") == 1
            assert FOREIGN not in answer.text, (role, address)
            shown[role, address] = (answer.status_code, sheet(answer.text))
    assert rows(told) == before, "looking as somebody else left something behind"
    statuses: dict[str, set[int]] = {}
    for (role, address), (status, text) in shown.items():
        theirs = told.browser(role).get(address)
        assert (status, text) == (theirs.status_code, sheet(theirs.text)), (role, address)
        statuses.setdefault(role, set()).add(status)
    nothing = {role for role, found in statuses.items() if found == {404}}
    assert nothing == ({"leader", "colleague"} if all_of_it else set()) and len(shown) > (200 if all_of_it else 20)
    assert all(found == {200, 403, 404} for role, found in statuses.items() if role not in nothing), statuses
    assert rows(told) != before, "their own reading is noted, so this can see what is"


def test_masthead_menu_and_language_stay_my_own_and_every_way_stays_inside_or_leads_out_plainly(told: House) -> None:
    ids, owner = told.world.ids, told.browser("owner")
    address, code = f"/p/{ids['owner_portfolio']}/goals/{ids['shared']}/", f"coach:{ids['coaching']}"
    mine, seen = owner.get(address).text, owner.get(seen_as(address, code)).text
    menu = re.compile(r'<header class="masthead">.*?</header>.*?<nav class="contents".*?</nav>', re.DOTALL)
    assert TOKENS.sub("", menu.findall(seen)[0]) == TOKENS.sub("", menu.findall(mine)[0])
    assert "As Ruben Voorbeeld gets it" in seen and "You are still yourself" in seen
    inside = seen[seen.index('<fieldset class="as-page"') :]
    inside = inside[: inside.index("</main>")]
    links = {html.unescape(found) for found in re.findall(r'<a [^>]*href="(/[^"]*)"', inside)}
    here = {link for link in links if link.startswith("/p/")}
    assert here and all(AS.search(link) and ids["coaching"] in link for link in here)
    assert not any("seen-as=" in link for link in links - here)
    assert 'name="once" value=""' in inside, "no proof is signed for somebody else"
    gone = owner.get(seen_as(f"/p/{ids['owner_portfolio']}/goals/", code))
    assert gone.status_code == 404 and "For Ruben Voorbeeld this page isn&#39;t there" in gone.text
    hers = owner.get(seen_as(f"{address}edit", code))
    assert hers.status_code == 403 and "itself is yours alone" in hers.text
    led = owner.get(seen_as(address, f"leader:{ids['leadership']}"))
    assert led.status_code == 404 and "Your leader gets nothing" in led.text and CANARY not in sheet(led.text)


def test_only_a_relation_of_mine_that_runs_and_only_on_a_page_of_mine(told: House) -> None:
    ids, owner = told.world.ids, told.browser("owner")
    page = f"/p/{ids['owner_portfolio']}/goals/{ids['shared']}/"
    with told.app.database.write() as session:
        mine = session.scalars(select(CircleMember.id).where(CircleMember.person_id == uuid.UUID(ids["owner"]))).all()
        other = make_leadership(session, *(_get(session, Person, ids[one]) for one in ("leader", "colleague")))
        friends = make_circle(session, *(_get(session, Person, ids[one]) for one in ("coach", "colleague")))
        theirs = session.scalars(select(CircleMember.id).where(CircleMember.circle_id == friends.id)).all()
    bad = ["", "x", "coach", "coach:", "coach:x", "STRANGER", "stranger:", "\x00", "é" * 900]
    bad += [f"coach:{ids[name]}" for name in ("leadership", "proposal", "nobody", "coach")]
    bad += [f"circle:{ids[name]}" for name in ("invited", "asked", "circle")] + [f"circle:{one}" for one in mine]
    bad += [f"person:{ids[name]}" for name in ("coach", "owner", "share")] + [f"circle:{one}" for one in theirs]
    bad += [f"leader:{ids['coaching']}", f"leader:{other.id}", f"stranger:{ids['coaching']}"]
    bad += [f"coach:{ids['coaching'].replace('-', '')}", f"coach:{{{ids['coaching']}}}"]
    for code in bad:
        answer = owner.get(page, query_string={"seen-as": code})
        assert answer.status_code == 404 and "as-strip" not in answer.text, code
    code = f"coach:{ids['coaching']}"
    shared = f"/p/{ids['owner_portfolio']}/goals/{ids['shared']}/"
    for role, address in (("owner", f"/p/{ids['coach_portfolio']}/goals/"), ("owner", "/shared"), ("owner", "/"),
                          ("coach", shared), ("owner", f"/files/{ids['file']}"), ("owner", "/privacy")):  # fmt: skip
        for one in ("stranger", code):
            answer = told.browser(role).get(seen_as(address, one))
            assert answer.status_code == 404 and "as-strip" not in answer.text, (role, address, one)
    assert owner.get(seen_as(page, code)).status_code == 200
    with told.app.database.write() as session:
        for model in (Coaching, Leadership, CircleMember):
            session.execute(update(model).values(until=clock.today()))
        session.execute(update(Share).where(Share.person_id.is_not(None)).values(until=clock.today()))
    ended = [one for one in readers(told).values() if one != "stranger"]
    assert [owner.get(seen_as(page, one)).status_code for one in ended] == [404] * 4
    assert all("as-strip" not in owner.get(seen_as(page, one)).text for one in ended)
    with told.app.database.write() as session:  # of whom I lead I learn nothing, whatever was shared with them before
        session.execute(update(Leadership).values(until=None))
        make_share(session, _get(session, Entry, ids["leaders_own"]), person=_get(session, Person, ids["owner"]))
    led = f"/p/{ids['leader_portfolio']}/goals/{ids['leaders_own']}/?seen-as=person:{ids['owner']}"
    assert "as-strip" not in told.browser("leader").get(led).text
    visitor = told.browser().get(seen_as(page, code))
    assert visitor.status_code == 302 and "seen-as%3Dcoach" in visitor.location


def test_a_form_is_never_sent_as_somebody_else(told: House) -> None:
    before = rows(told)
    for row in ROWS:
        if row.method == "POST" and row.address.startswith(OWN):
            for code in (readers(told)["coach"], "stranger", "x"):
                answer = told.post("owner", seen_as(told.world.address(row.address), code), row.form(told.world))
                assert answer.status_code == 405, (row, code)
    assert rows(told) == before


def test_what_i_may_not_know_of_the_other_is_not_there(told: House) -> None:
    """A text of theirs that is tied to mine, and whose an e-mail address is."""
    ids, owner = told.world.ids, told.browser("owner")
    page = f"/p/{ids['owner_portfolio']}/goals/{ids['shared']}/"
    with told.app.database.write() as session:
        coach, hers = _get(session, Person, ids["coach"]), _get(session, Entry, ids["shared"])
        theirs = make_entry(session, coach, title=f"Gebonden {FOREIGN}")
        third = make_entry(session, _get(session, Person, ids["colleague"]), title=f"Van een ander, {FOREIGN}")
        make_share(session, third, coaching=make_coaching(session, coach, _get(session, Person, ids["colleague"])))
        by_address = make_entry(session, _get(session, Person, ids["owner"]), title="Aan een adres")
        share = make_share(session, by_address, person=coach)
        share.address = str(coach.email)
        ties = [("shows", theirs, hers), ("continues", hers, theirs), ("shows", third, hers), ("replaces", hers, third)]
        for name, one, to in (*ties, ("splits_from", hers, by_address)):
            session.add(Link(from_id=one.id, to_id=to.id, type=name, created_at=clock.now()))
        told_by = f"/p/{ids['owner_portfolio']}/goals/{by_address.id}/"
    code = readers(told)["coach"]
    for address in (page, f"{page}descent"):
        assert told.browser("coach").get(address).text.count(FOREIGN) >= 2
        seen = owner.get(seen_as(address, code))
        assert seen.status_code == 200 and FOREIGN not in seen.text and "Aan een adres" not in seen.text
    assert owner.get(seen_as(told_by, code)).status_code == 404, "whose address that is, isn't told"
    assert told.browser("coach").get(told_by).status_code == 200  # which opens it, and so the owner sees by whom
    seen = owner.get(seen_as(told_by, code))
    assert seen.status_code == 200
    assert "Aan een adres" in owner.get(seen_as(page, code)).text


def test_the_choice_names_those_i_know_and_nobody_by_an_address(told: House) -> None:
    ids, owner = told.world.ids, told.browser("owner")
    page = f"/p/{ids['owner_portfolio']}/goals/{ids['shared']}/"
    strip = re.findall(r'<a class="strip__way" href="([^"]+)"', owner.get(page).text)
    assert len(strip) == 1
    choice = owner.get(html.unescape(strip[0])).text
    names = re.findall(r'<a class="items__name" href="([^"]+)">([^<]+)<', choice)
    assert [name.partition(" ")[0] for _url, name in names] == ["Ruben", "Hanne", "Idris", "Sanne", "A"]
    assert {html.unescape(url) for url, _name in names} == {
        seen_as(page, code.replace(":", "%3A")) for code in readers(told).values()
    }
    with told.app.database.write() as session:
        to_sanne = Share.person_id == uuid.UUID(ids["elsewhere"])
        session.execute(update(Share).where(to_sanne).values(address="s@example.org"))
        session.execute(delete(Reading))
    assert "Sanne" not in owner.get(html.unescape(strip[0])).text
    assert owner.get(seen_as(page, f"person:{ids['elsewhere']}")).status_code == 404
    assert owner.get(f"/view-as?page=/p/{ids['coach_portfolio']}/goals/").status_code == 404
    wrong_ones = ["//example.org/", "https://example.org/", "x", "/view-as", "/p/x/", "\\", "/privacy"]
    for wrong in (*wrong_ones, f"/p/{ids['nobody']}/goals/", f"/p/{ids['owner_portfolio']}/goals"):
        assert owner.get("/view-as", query_string={"page": wrong}).status_code == 404, wrong
    assert "nobody gets yours" in owner.get("/view-as?page=/shared").text


def test_of_a_page_of_several_the_choice_says_who_gets_it_and_the_members_are_not_shown(told: House) -> None:
    ids, owner = told.world.ids, told.browser("owner")
    joint = f"/p/{ids['joint']}/together"
    choice = owner.get(f"/view-as?page={joint}").text
    assert "It comes to Hanne Voorbeeld as it comes to you" in choice and f"leader%3A{ids['leadership']}" not in choice
    hanne = owner.get(seen_as(joint, readers(told)["leader"]))
    assert hanne.status_code == 404 and "as-strip" not in hanne.text
    for role in ("coach", "member", "colleague"):
        seen, theirs = owner.get(seen_as(joint, readers(told)[role])), told.browser(role).get(joint)
        assert seen.status_code == theirs.status_code == 404 and sheet(seen.text) == sheet(theirs.text)
    circle = owner.get(f"/view-as?page=/circles/{ids['circle']}").text
    assert "It comes to Idris Voorbeeld as it comes to you" in circle and "For anybody else this page" in circle


def test_what_is_no_page_is_told_and_not_handed_over(told: House) -> None:
    ids, views = told.world.ids, told.app.view_functions
    real, address = views["entries.descent"], f"/p/{ids['owner_portfolio']}/goals/{ids['shared']}/descent"
    answers = {"sent on to another page": redirect("/shared"), "gets a file": Response(FOREIGN, mimetype="text/plain")}
    try:
        for words, answer in answers.items():
            views["entries.descent"] = needs(READ)(lambda found=answer, **_values: found)
            seen = told.browser("owner").get(seen_as(address, readers(told)["coach"]))
            assert seen.status_code == 200 and words in seen.text and "as-strip" in seen.text
            assert FOREIGN not in seen.text and "Location" not in seen.headers
    finally:
        views["entries.descent"] = real
