"""What somebody handed over stays theirs to see and take back, also where what they did it with is off or away."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select, update

from portfolio.clock import now
from portfolio.db import Database
from portfolio.entries.models import Snapshot
from portfolio.entries.reading import get_entry
from portfolio.entries.snapshots import (
    Words,
    keep_record,
    list_snapshots,
    open_snapshots,
    settle_snapshots,
    take_snapshot,
)
from portfolio.people.models import Cohort, Person, Switch
from portfolio.scope import Scope, Viewer, open_scope
from portfolio.settings import Settings
from portfolio.testing import make_joint, make_leadership, make_person, post
from tests.demo_loading import NAME
from tests.heron_place import DAY, TITLE, Place, make_place

PAGE = "/handed-over"


@dataclass
class Handed:
    """Fenna handed the place of her heron over to Hanne, who leads her; her first text of it, since then edited."""

    place: Place
    hanne: Person
    joint: uuid.UUID
    about: uuid.UUID

    def scope(self, session: Any, person: Person) -> Scope:
        """At a page of the two, with what is installed and on."""
        found = open_scope(session, Viewer(person.id, person.name, "nl"), self.place.app.registry.gate_of)
        found.writing, found.portfolio_id = True, self.joint
        return found

    def take(self, *, opened: bool = True) -> uuid.UUID:
        """Hand it over, or only choose it."""
        with self.place.database.write() as session:
            scope = self.scope(session, self.place.fenna.person)
            kind = get_entry(scope, self.place.entry).kind
            taken = take_snapshot(scope, self.place.entry, ["place"], self.joint, self.about,
                                  kind=self.place.app.registry.kinds[kind], plugin=NAME)  # fmt: skip
            if opened:
                open_snapshots(scope, self.about)
            return taken

    def reads(self, person: Person) -> list[str]:
        with self.place.database.read() as session:
            found = list_snapshots(self.scope(session, person), self.joint, self.about)
            return sorted(str(one.content["place"]) for one in found)

    def hanne_reads(self) -> list[str]:
        return self.reads(self.hanne)

    def page(self, who: Person | None = None) -> str:
        answer = self.place.browser(who).get(PAGE)
        assert answer.status_code == 200
        return str(answer.text)


@pytest.fixture
def handed(database: Database, settings: Settings) -> Handed:
    place = make_place(database, settings)
    with database.write() as session:
        hanne = make_person(session, name="Hanne Fictema")
        fenna = session.merge(place.fenna.person)
        joint = make_joint(session, fenna, hanne, home=session.scalars(select(Cohort)).one()).id
        make_leadership(session, hanne, fenna, school=None)
    return Handed(place, hanne, joint, uuid.uuid4())


def off(handed: Handed) -> None:
    handed.place.switch_off()


def away(handed: Handed) -> None:
    handed.place.take_away()


@pytest.mark.parametrize("end", [off, away])
def test_where_it_is_off_nobody_else_reads_it_and_its_author_sees_and_takes_it_back(handed: Handed, end: Any) -> None:
    taken = handed.take()
    assert handed.hanne_reads() == ["Op het dak"] and "Hanne Fictema kan dit lezen." in handed.page()
    end(handed)
    assert handed.hanne_reads() == []
    page = handed.page()
    assert "Op het dak" in page and "Hanne Fictema kan dit nu niet lezen" in page
    assert post(handed.place.browser(), f"{PAGE}/{taken}/take-back").status_code == 303
    assert "Op het dak" not in handed.page()
    with handed.place.database.read() as session:
        assert session.scalars(select(Snapshot.id)).all() == []


def test_what_is_chosen_opened_and_settled_is_told_apart(handed: Handed) -> None:
    taken = handed.take(opened=False)
    assert "Bedoeld voor Hanne Fictema" in handed.page()
    with handed.place.database.write() as session:
        scope = handed.scope(session, handed.place.fenna.person)
        assert (open_snapshots(scope, handed.about), settle_snapshots(scope, handed.about, now() + 30 * DAY)) == (1, 1)
    page = handed.page()
    assert "Hanne Fictema kan dit lezen." in page and "wordt het gewist" in page and "/take-back" not in page
    refused = post(handed.place.browser(), f"{PAGE}/{taken}/take-back", follow_redirects=True)
    assert "Dit is vastgesteld" in refused.text and handed.hanne_reads() == ["Op het dak"]
    assert TITLE not in page and "Wat je overhandigde" in handed.place.browser().get("/together").text


def test_its_own_page_names_who_reads_a_copy_and_only_while_they_can(handed: Handed) -> None:
    fenna, alone = handed.place.browser(), "Alleen jij ziet dit zoals het nu is."
    ruben = handed.place.browser(handed.place.ruben)
    taken = handed.take(opened=False)
    assert "Hanne" not in fenna.get(handed.place.at()).text, "only chosen"
    with handed.place.database.write() as session:
        open_snapshots(handed.scope(session, handed.place.fenna.person), handed.about)
    page = fenna.get(handed.place.at()).text
    assert "Hanne Fictema" in page and "wat je overhandigde, zoals het was op" in page and PAGE in page
    assert "Jij en Ruben Voorbeeld zien dit." in page and alone not in page
    assert "Hanne" not in ruben.get(handed.place.at()).text, "who reads it by a share learns only of themself"
    post(fenna, handed.place.at(f"shares/{handed.place.share}/end"))
    assert alone in fenna.get(handed.place.at()).text
    handed.place.switch_off()
    page = fenna.get(handed.place.at()).text
    assert "Hanne" not in page and "Alleen jij ziet dit." in page
    post(fenna, f"{PAGE}/{taken}/take-back")
    assert "Hanne" not in fenna.get(handed.place.at()).text


def test_of_what_was_settled_each_has_their_own_words_while_it_is_off_and_all_of_it_after(handed: Handed) -> None:
    fenna, hanne = handed.place.fenna.person, handed.hanne
    with handed.place.database.write() as session:
        scope, kind = handed.scope(session, fenna), handed.place.app.registry.kinds["heron"]
        words = [Words(kind, one.id, "", None, kind.empty() | {"place": f"Van {one.name}"}) for one in (fenna, hanne)]
        keep_record(scope, words, handed.joint, handed.about, plugin=NAME, closes_at=now() + 900 * DAY)
    all_of_it = ["Van Fenna Voorbeeld", "Van Hanne Fictema"]
    assert handed.reads(fenna) == handed.reads(hanne) == all_of_it
    handed.place.switch_off()
    for person, own, other in ((fenna, *all_of_it), (hanne, *reversed(all_of_it))):
        assert handed.reads(person) == [own]
        page = handed.page(person)
        assert own in page and other not in page and "staat daar uit" in page and "/take-back" not in page
    with handed.place.database.write() as session:
        session.execute(update(Switch).values(until=None))
    assert handed.reads(fenna) == handed.reads(hanne) == all_of_it
