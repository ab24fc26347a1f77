"""A plugin that was switched off, or whose folder is away: what somebody wrote with it stays theirs alone."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from sqlalchemy import select, text, update

from portfolio import clock
from portfolio.db import Database
from portfolio.entries.kinds import Draft
from portfolio.entries.models import Entry, Share
from portfolio.entries.reading import get_entry
from portfolio.entries.sharing import share_entry
from portfolio.entries.writing import create_entry, edit_entry
from portfolio.errors import NotAllowed, NotVisible
from portfolio.gate import State
from portfolio.people.models import Switch
from portfolio.scope import _RELATIONS
from portfolio.settings import Settings
from portfolio.testing import make_entry, open_scope_for, post
from tests.demo_loading import NAME, demo_app, make_teacher
from tests.heron_place import TITLE, Place, make_place

MESSAGE = "Wat jij hebt geschreven blijft van jou"


@pytest.fixture
def place(database: Database, settings: Settings) -> Place:
    return make_place(database, settings)


def off(place: Place) -> None:
    place.switch_off()


def away(place: Place) -> None:
    place.take_away()


ENDS = pytest.mark.parametrize("end", (off, away))


# Its author reads, takes along and deletes


@ENDS
def test_its_author_reads_it_with_a_kind_word_and_finds_the_way_to_it(place: Place, end: Any) -> None:
    end(place)
    fenna = place.browser()
    menu = fenna.get("/").text
    assert 'href="/kept"' in menu and "Wat van jou blijft" in menu
    index = f"/p/{place.fenna.portfolio}/{NAME}/"
    found = fenna.get("/kept").text
    assert index in found and MESSAGE in found
    for address in (index, place.at()):
        page = fenna.get(address)
        assert page.status_code == 200
        assert TITLE in page.text and MESSAGE in page.text
    page = fenna.get(place.at()).text
    assert "Op het dak" in page and "Hoe lang?" in page
    assert "Alleen jij ziet dit" in page and "/edit" not in page and "<textarea" not in page
    assert f"shares/{place.share}/end" in page and 'name="target"' not in page
    assert "/new/" not in fenna.get(index).text


def test_the_message_says_why(place: Place) -> None:
    place.switch_off()
    assert "Je school gebruikt ‘Reigers’ dit schooljaar niet." in place.browser().get(place.at()).text
    place.take_away()
    page = place.browser().get(place.at()).text
    assert "Je school gebruikt" not in page and f"Het onderdeel waarmee ‘{NAME}’ is geschreven is er niet meer" in page


@ENDS
def test_its_earlier_texts_are_there_to_read_and_to_erase(place: Place, end: Any) -> None:
    end(place)
    fenna = place.browser()
    assert fenna.get(place.at("texts")).status_code == 200
    earlier = fenna.get(place.at("texts/1"))
    assert earlier.status_code == 200 and "In de sloot" in earlier.text and "/restore" not in earlier.text
    assert fenna.get(place.at("readings")).status_code == 200
    assert post(fenna, place.at("texts/erase")).status_code == 303
    assert fenna.get(place.at("texts/1")).status_code == 404


@ENDS
def test_it_goes_along_in_the_archive(place: Place, end: Any) -> None:
    end(place)
    assert TITLE in archive_of(place.browser())


def archive_of(client: Any) -> str:
    """What somebody's archive holds as data."""
    answer = post(client, "/account/take-along")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        found = archive.read("portfolio.json").decode()
    answer.close()
    return found


@ENDS
def test_it_is_deleted_taken_back_and_erased_for_good(place: Place, end: Any) -> None:
    end(place)
    fenna = place.browser()
    assert fenna.get(place.at("delete")).status_code == 200
    assert post(fenna, place.at("delete")).status_code == 303
    assert TITLE in fenna.get("/bin").text
    assert "/kept" not in fenna.get("/").text, "what is in the bin is found there"
    assert post(fenna, f"/bin/{place.entry}/back").status_code == 303
    assert post(fenna, place.at("delete")).status_code == 303
    assert post(fenna, f"/bin/{place.entry}/erase").status_code == 303
    with place.database.read() as session:
        assert session.get(Entry, place.entry) is None


@ENDS
def test_sharing_is_stopped_and_comments_are_folded_away(place: Place, end: Any) -> None:
    end(place)
    fenna = place.browser()
    assert post(fenna, place.at(f"comments/{place.comment}/hide")).status_code == 303
    assert post(fenna, place.at(f"shares/{place.share}/end")).status_code == 303
    with place.database.read() as session:
        assert session.get_one(Share, place.share).until == clock.today()


# Nothing new


@ENDS
def test_nothing_is_added_to_it(place: Place, end: Any) -> None:
    end(place)
    fenna = place.browser()
    assert fenna.get(place.at("edit")).status_code == 403
    typed = {"title": "Anders", "happened_on": "2026-05-04", "seen": "2", "place": "Elders"}
    forms: dict[str, dict[str, Any]] = {
        "edit": typed,
        "state": {"state": "flown"},
        "texts/1/restore": {},
        "shares": {"address": "lotte@example.org"},
        f"comments/{place.comment}/reply": {"body": "Een uur."},
        "comments": {"kind": "mirror", "body": "Ik weer."},
        "files": {"pupils": "no", "file": (io.BytesIO(b"Een veer.\n"), "veer.txt")},
    }
    assert {name: post(fenna, place.at(name), form).status_code for name, form in forms.items()} == dict.fromkeys(
        forms, 403
    )
    assert fenna.get(f"/p/{place.fenna.portfolio}/{NAME}/new/heron").status_code == 404
    assert post(fenna, f"/p/{place.fenna.portfolio}/{NAME}/new/heron", typed | {"seen": "0"}).status_code == 404
    with place.database.read() as session:
        entry = session.get_one(Entry, place.entry)
        assert (entry.title, entry.number, entry.state) == (TITLE, 2, "standing")
        assert session.scalars(select(Share.id)).all() == [place.share]


@ENDS
def test_the_plugins_own_pages_are_not_there(place: Place, end: Any) -> None:
    end(place)
    fenna = place.browser()
    for page in ("feathers", "nest"):
        assert fenna.get(f"/p/{place.fenna.portfolio}/{NAME}/{page}").status_code == 404
        assert post(fenna, f"/p/{place.fenna.portfolio}/{NAME}/{page}").status_code == 404
    assert post(fenna, place.at("fly")).status_code == 404
    assert "Reigers</span>" not in fenna.get("/").text, "its own line in the menu"
    assert "Veren" not in fenna.get("/").text, "its card"


def test_a_page_that_its_plugin_made_for_it_is_shown_plainly(place: Place) -> None:
    assert 'action="fly"' in place.browser().get(place.at()).text
    place.switch_off()
    assert 'action="fly"' not in place.browser().get(place.at()).text


@ENDS
def test_it_isnt_told_what_happens(place: Place, end: Any) -> None:
    end(place)
    with place.database.read() as session:
        before = session.execute(text("SELECT count(*) FROM demo_plugin_feather")).scalar_one()
    post(place.browser(), place.at("delete"))
    with place.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM demo_plugin_feather")).scalar_one() == before


def test_where_it_is_on_that_page_does_write(place: Place) -> None:
    assert post(place.browser(), place.at("fly")).status_code == 303


def test_services_refuse_it_too(place: Place) -> None:
    place.switch_off()
    heron = place.app.registry.kinds["heron"]
    draft = Draft("Anders", dt.date(2026, 5, 4), None, None, heron.empty(), 2)
    with place.database.write() as session:
        scope = open_scope_for(session, place.fenna.person, installed=[NAME])
        assert scope.gate.state(NAME) is State.KEPT
        assert get_entry(scope, place.entry).plugin_on is False
        with pytest.raises(NotAllowed):
            edit_entry(scope, place.entry, heron, draft)
        with pytest.raises(NotAllowed):
            share_entry(scope, place.entry, heron, f"coaching:{place.coaching.id}", None)
        with pytest.raises(NotVisible):
            create_entry(scope, NAME, heron, draft)


# Nobody else


@ENDS
def test_nobody_else_sees_a_trace_of_it(place: Place, end: Any) -> None:
    ruben = place.browser(place.ruben)
    assert ruben.get(place.at()).status_code == 200
    assert TITLE in ruben.get("/shared").text
    desk = f"/desk/{place.fenna.id}"
    assert TITLE in ruben.get(desk).text
    end(place)
    ruben = place.browser(place.ruben)
    for rest in ("", "descent", "edit", "texts", "delete"):
        assert ruben.get(place.at(rest)).status_code == 404, rest
    assert post(ruben, place.at("comments"), {"kind": "mirror", "body": "Nog iets."}).status_code == 404
    for page in ("/shared", "/desk", desk, "/", "/kept"):
        shown = ruben.get(page)
        assert shown.status_code == 200, page
        assert TITLE not in shown.text and "eiger" not in shown.text, page
    assert TITLE not in archive_of(ruben)


def test_who_wrote_nothing_with_it_has_no_trace_of_it(place: Place) -> None:
    place.switch_off()
    other = make_teacher(place.database, on=False, name="Idris Voorbeeld")
    idris = place.browser(other.person)
    assert 'href="/kept"' not in idris.get("/").text
    assert "Alles waarmee je schreef is hier in gebruik." in idris.get("/kept").text
    assert idris.get(f"/p/{other.portfolio}/{NAME}/").status_code == 404


@ENDS
def test_switched_on_again_or_put_back_it_goes_on_as_before(place: Place, end: Any) -> None:
    end(place)
    with place.database.write() as session:
        session.execute(update(Switch).values(until=None))
    place.app = demo_app(place.database, place.settings)
    fenna = place.browser()
    assert fenna.get(place.at("edit")).status_code == 200
    assert MESSAGE not in fenna.get(place.at()).text
    assert 'href="/kept"' not in fenna.get("/").text


def test_an_entry_of_somebody_elses_in_my_portfolio_keeps_nothing_for_me(place: Place) -> None:
    place.switch_off()
    other = make_teacher(place.database, on=False, name="Idris Voorbeeld")
    with place.database.write() as session:
        session.execute(update(Entry).values(portfolio_id=other.portfolio))
    assert place.browser(other.person).get(f"/p/{other.portfolio}/{NAME}/").status_code == 404


def test_what_is_kept_is_found_by_the_index(place: Place) -> None:
    if place.database.dialect != "sqlite":
        pytest.skip("PostgreSQL reads a table of one row as it lies")
    with place.database.read() as session:
        query = _RELATIONS.compile(session.get_bind(), compile_kwargs={"literal_binds": False})
        known = query.params | {"me": place.fenna.id.hex, "day": "2026-05-04"}
        values = tuple(known[name] for name in query.positiontup or ())
        raw = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)
        plan = [row[-1] for row in raw if "entry" in row[-1]]
    assert plan and all("ix_entry_portfolio_id_plugin_happened_on_id" in line for line in plan), plan


def test_the_plugins_own_pages_take_no_entry_of_another_plugin(place: Place) -> None:
    """By a section's entry, which is always on, what is off would be there after all."""
    with place.database.write() as session:
        goal = make_entry(session, session.merge(place.fenna.person)).id
    at = f"/p/{place.fenna.portfolio}/{NAME}/{goal}/fly"
    assert post(place.browser(), at).status_code == 404, "on"
    off(place)
    assert post(place.browser(), at).status_code == 404
