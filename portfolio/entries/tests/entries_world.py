"""A small world for the tests of entries: a teacher with coach, circle, leader and strangers, and their browsers."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from portfolio import clock
from portfolio.db import Database
from portfolio.entries.kinds import Draft, Kind
from portfolio.entries.writing import create_entry, edit_entry
from portfolio.people.models import Circle, Coaching, Person, School
from portfolio.scope import Scope
from portfolio.sections.evidence.kinds import Evidence
from portfolio.sections.goals.kinds import Goal
from portfolio.sections.reflections.kinds import Reflection
from portfolio.testing import (
    make_circle,
    make_coaching,
    make_leadership,
    make_person,
    make_school,
    open_scope_for,
    portfolio_of,
    sign_in,
)

SECTION = {Goal: "goals", Evidence: "evidence", Reflection: "reflections"}
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class World:
    """Who there is. Fenna writes; Ruben coaches her, Hanne leads her, Idris and Lotte are in her circle."""

    database: Database
    school: School
    fenna: Person
    idris: Person
    lotte: Person
    ruben: Person
    hanne: Person
    yara: Person
    """Knows nobody here."""
    daan: Person
    """Is led by Fenna."""
    coaching: Coaching
    circle: Circle
    portfolio: uuid.UUID
    """Fenna's."""

    @contextmanager
    def scope(self, person: Person, *, now: dt.datetime | None = None) -> Iterator[Scope]:
        """A write transaction of `person`, committed at the end."""
        with self.database.write() as session:
            yield open_scope_for(session, person, now=now)

    def write(self, title: str = "Ruimte maken", kind: type[Kind] = Goal, by: Person | None = None, **more: Any) -> Any:
        """A new entry of Fenna's (or of `by`), written by the service; returns its id. `more` is content."""
        now = more.pop("now", None)
        with self.scope(by or self.fenna, now=now) as scope:
            return create_entry(scope, SECTION[kind], kind, draft(title, kind, **more))

    def edit(self, entry: uuid.UUID, title: str, seen: int, kind: type[Kind] = Goal, **more: Any) -> bool:
        """Save an edit of Fenna's."""
        now = more.pop("now", None)
        with self.scope(self.fenna, now=now) as scope:
            return edit_entry(scope, entry, kind, draft(title, kind, seen=seen, **more))


def draft(
    title: str = "Ruimte maken", kind: type[Kind] = Goal, *, seen: int = 0, day: dt.date | None = None, **more: Any
) -> Draft:
    """What a form would hold."""
    return Draft(title, day or dt.date(2026, 3, 2), None, None, kind.empty() | more, seen)


def make_world(database: Database) -> World:
    """The people and their relations; everybody reads English."""
    with database.write() as session:
        school = make_school(session)

        def person(name: str, **more: Any) -> Person:
            found = make_person(session, name=f"{name} Voorbeeld", email=f"{name.lower()}@example.org", **more)
            found.language = "en"
            return found

        fenna, idris, lotte = (person(name, school=school) for name in ("Fenna", "Idris", "Lotte"))
        ruben, hanne, yara, daan = person("Ruben"), person("Hanne", school=school), person("Yara"), person("Daan")
        coaching = make_coaching(session, ruben, fenna)
        circle = make_circle(session, fenna, idris, lotte)
        make_leadership(session, hanne, fenna, school=school)
        make_leadership(session, fenna, daan, school=school)
        portfolio = portfolio_of(session, fenna).id
    return World(database, school, fenna, idris, lotte, ruben, hanne, yara, daan, coaching, circle, portfolio)


def browser(app: Any, person: Person) -> Any:
    """A browser that is signed in as `person`."""
    return sign_in(app.test_client(), person)


def address(world: World, entry: uuid.UUID, rest: str = "", section: str = "goals") -> str:
    """The address of an entry of Fenna's, or of a page about it."""
    return f"/p/{world.portfolio}/{section}/{entry}/{rest}"


def later(days: int = 0, **more: float) -> dt.datetime:
    """Some time from now."""
    return clock.now() + dt.timedelta(days=days, **more)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.pointed: list[str] = []
        self.invalid: list[dict[str, str | None]] = []
        self.values: dict[str, list[str]] = {}
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        for name in ("aria-describedby", "aria-labelledby", "for"):
            self.pointed += (found.get(name) or "").split()
        if "aria-invalid" in found:
            self.invalid.append(found)
        if tag == "textarea":
            self._area = str(found.get("name"))
            self.values.setdefault(self._area, []).append("")
        if tag == "input" and (found.get("type") not in ("radio", "checkbox") or "checked" in found):
            self.values.setdefault(str(found.get("name")), []).append(found.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:  # the first line end after the tag is no text
            self.values[self._area][-1] = re.sub(r"^\r?\n", "", self.values[self._area][-1])
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.values[self._area][-1] += data


def read_page(html: str) -> _Page:
    """What a page holds: ids, what points at them, invalid controls, and the values in its forms."""
    page = _Page()
    page.feed(html)
    return page


def check_page(html: str) -> _Page:
    """The page, after making sure that ids are unique, what is pointed at is there, and wrong controls say why."""
    page = read_page(html)
    twice = {one for one in page.ids if page.ids.count(one) > 1}
    assert not twice, f"ids twice: {twice}"
    assert set(page.pointed) <= set(page.ids), f"pointed at, not there: {set(page.pointed) - set(page.ids)}"
    for control in page.invalid:
        described = (control.get("aria-describedby") or "").split()
        assert any(one.endswith("-error") for one in described), f"wrong, without saying why: {control}"
    return page


def words(html: str) -> str:
    """The visible words of a page, with single spaces."""
    import html as entities

    text = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(entities.unescape(re.sub(r"<[^>]+>", " ", text)).split())
