"""What somebody who means harm would try: to learn that the other began, when they were here, or what stays behind."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import replace
from typing import Any

import pytest
from portfolio_plugins.ontwikkelgesprek import items, planning, reporting
from portfolio_plugins.ontwikkelgesprek.conversations import get_talk
from portfolio_plugins.ontwikkelgesprek.models import Conversation
from sqlalchemy import select

from portfolio.clock import today
from portfolio.db import new_id
from portfolio.entries.kinds import Draft
from portfolio.entries.models import Entry, Snapshot
from portfolio.errors import Conflict
from portfolio.exchange import printing
from portfolio.people import limits
from portfolio.people.closing import close_account


def seen(page: str) -> str:
    return re.search(r"now\?seen=([0-9a-f]{32})", page)[1]  # type: ignore[index]


def test_an_open_page_does_not_tell_that_the_other_began_to_prepare(people: Any) -> None:
    talk = people.plan()
    before = {who: seen(people.browser(who).get(f"{talk}during").text) for who in ("fenna", "hanne")}
    people.prepare(talk)
    for who, said in before.items():
        own = people.browser(who).get(f"{talk}during/now", query_string={"seen": said})
        assert own.status_code == 200, "their own part is there now"
        told = seen(own.text)
        other = "hanne" if who == "fenna" else "fenna"
        form = {"saw": "Anders.", "need": "Tijd.", "seen": "1"}
        assert people.send(other, f"{talk}prepare", form).status_code == 303
        assert people.browser(who).get(f"{talk}during/now", query_string={"seen": told}).status_code == 204


def test_a_leader_is_not_told_that_the_teacher_began(people: Any) -> None:
    talk = people.plan()
    said = seen(people.browser("hanne").get(f"{talk}during").text)
    assert people.send("fenna", f"{talk}prepare", {"ambition": "Starters."}).status_code == 303
    assert people.browser("hanne").get(f"{talk}during/now", query_string={"seen": said}).status_code == 204
    later = people.plan(day=today() + dt.timedelta(days=9))
    assert people.browser("hanne").get(f"{later}during/now").status_code == 403, "as the page itself"


def test_a_leader_is_not_told_at_what_hour_or_when_the_teacher_printed(people: Any) -> None:
    talk = people.plan()
    people.settle(talk)
    clock = re.compile(r"\b\d\d[:.]\d\d\b")
    for who in ("fenna", "hanne"):
        main = people.browser(who).get(f"{talk}log").text.partition("<main")[2].partition("</main>")[0]
        assert not clock.search(re.sub(r"<[^>]+>", " ", main)), main
    printed = re.search(r"<code>([0-9a-f]{64})</code>", people.browser("fenna").get(f"{talk}dossier").text)[1]  # type: ignore[index]
    told = people.browser("hanne").get(f"{people.home}check", query_string={"hash": printed}).text
    assert "Ja, " in told and "Afgedrukt op" not in told
    assert "Afgedrukt op" in people.browser("fenna").get(f"{people.home}check", query_string={"hash": printed}).text


def test_the_same_words_for_two_conversations_of_a_day_are_two_texts(people: Any) -> None:
    one, other = people.plan(), people.plan(begins_at="16:00")
    for talk in (one, other):
        page = people.browser("fenna").get(f"{talk}prepare").text
        once = re.search(r'name="once" value="([^"]+)"', page)[1]  # type: ignore[index]
        form = {"ambition": "Volgt.", "once": once}
        assert people.send("fenna", f"{talk}prepare", form).status_code == 303
        assert people.send("fenna", f"{talk}prepare", form).status_code in (303, 409), "sent twice"
    with people.database.read() as session:
        assert len(session.scalars(select(Entry).where(Entry.kind == "teacher_preparation")).all()) == 2
    assert people.send("hanne", f"{one}prepare", {"saw": "Ze vragen jou."}).status_code == 303
    for who in ("fenna", "hanne"):
        assert people.send(who, f"{one}release").status_code == 303
    assert people.send("fenna", f"{other}prepare", {"ambition": "Dit is nog van mij.", "seen": "1"}).status_code == 303
    assert "Dit is nog van mij." not in people.browser("hanne").get(one).text


def notes(people: Any) -> list[tuple[str, str]]:
    with people.database.read() as session:
        return [(one.teacher_note, one.leader_note) for one in session.scalars(select(Conversation))]


def test_a_note_is_kept_in_the_record_alone_and_goes_with_its_writer(people: Any) -> None:
    talk = people.plan()
    people.open(talk)
    people.report(talk)
    people.answer("hanne", talk, "differ", "Zo zei ik het niet.")
    assert notes(people) == [("", "Zo zei ik het niet.")]
    people.answer("fenna", talk, "agree", "Klopt.")
    assert notes(people) == [("", "")]
    for who in ("fenna", "hanne"):
        page = people.browser(who).get(talk).text
        assert "Zo zei ik het niet." in page and "Klopt." in page


def test_of_an_erased_leader_no_note_is_left(people: Any) -> None:
    talk = people.plan()
    people.open(talk)
    people.report(talk)
    people.answer("hanne", talk, "differ", "Zo zei ik het niet.")
    fenna = people.browser("fenna")
    hanne = people.persons["hanne"].id
    with people.database.write() as session:
        close_account(session, people.app.registry, hanne, dt.datetime.now(dt.UTC), today(), comments_too=False)
    assert notes(people) == [("", "")]
    page = fenna.get(talk)
    assert page.status_code == 200 and "Zo zei ik het niet." not in page.text


def test_nobody_fills_the_place_of_the_two(people: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(planning, "MOST", 2)
    monkeypatch.setattr(items, "MOST", 1)
    talk, _other = people.plan(), people.plan(begins_at="16:00")
    form = {"kind": "startgesprek", "day": today().isoformat(), "begins_at": "", "place": ""}
    for _again in range(2):
        refused = people.send("hanne", f"{people.home}conversations/new", form)
        assert refused.status_code == 422 and "Er wachten al 2" in refused.text
    one, two = (people.write("fenna", "goal", title, why="Daarom.") for title in ("Een", "Twee"))
    for fields in (["why"], ["title", "why"]):
        assert people.send("fenna", f"{talk}choose/{one}", {"fields": fields}).status_code == 303, "in place of itself"
    refused = people.send("fenna", f"{talk}choose/{two}", {"fields": ["why"]})
    assert refused.status_code == 422 and "hoogstens 1" in refused.text


def test_printing_stops_nobody_else(people: Any, monkeypatch: Any) -> None:
    talk = people.plan()
    people.open(talk)
    address = f"{talk}dossier.pdf"
    monkeypatch.setattr(printing, "PATIENCE", 0.01)
    with printing._one_at_a_time:
        assert people.browser("hanne").get(address).status_code == 429
    monkeypatch.setattr(limits, "PRINTS_PER_PERSON", replace(limits.PRINTS_PER_PERSON, tries=2))
    assert [people.browser("hanne").get(address).status_code for _one in range(2)] == [200, 429]
    assert people.browser("fenna").get(address).status_code == 200


def test_a_report_from_two_windows_at_once_is_one_and_what_was_typed_comes_back(people: Any) -> None:
    address = people.plan()
    form_id = new_id()

    def keep(text: str, stale: Any = None) -> Any:
        with people.database.write() as session:
            scope = people.scope(session, "fenna")
            talk = stale or get_talk(scope, uuid.UUID(address.rstrip("/").split("/")[-1]))
            reporting.keep_text(scope, talk, None, Draft("Verslag", today(), None, None, {"text": text}, 0), form_id)
            return talk

    stale = keep("Een.")
    keep("Een.", stale)  # the same form, sent twice
    with pytest.raises(Conflict) as conflict:
        keep("Twee.", stale)
    assert conflict.value.current.content == {"text": "Een."}
    with people.database.read() as session:
        assert len(session.scalars(select(Entry).where(Entry.kind == "conversation_report")).all()) == 1


def test_what_was_chosen_can_be_taken_back_also_when_it_was_called_off(people: Any) -> None:
    talk = people.plan()
    goal = people.write("fenna", "goal", "Ruimte", why="Daarom.")
    people.send("fenna", f"{talk}choose/{goal}", {"fields": ["why"]})
    people.send("hanne", f"{talk}state", {"state": "off"})
    button = re.search(r"handed/[0-9a-f-]{36}/withdraw", people.browser("fenna").get(talk).text)
    assert button and people.send("fenna", f"{talk}{button[0]}").status_code == 303
    with people.database.read() as session:
        assert session.scalars(select(Snapshot)).all() == []
