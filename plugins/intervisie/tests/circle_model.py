"""What is known of a circle over the months: who may read which word, beside the real services, in a few plain sets.

A word is a text that occurs once in the world. Whoever looks around, by the services or by the pages, may find no word
that this model doesn't give them. The steps that change it are in `circle_over_time.py`.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import time_machine
from hypothesis.stateful import RuleBasedStateMachine, initialize
from portfolio_plugins.intervisie import (
    agreements,
    live_reading,
    patterns,
    sessions,
)
from portfolio_plugins.intervisie.settings import NAME
from sqlalchemy import delete, select

from portfolio.access import READ, VISIBLE, parameters
from portfolio.clock import now
from portfolio.entries.models import Entry, Revision
from portfolio.errors import Conflict, NotAllowed, NotVisible, Refused
from portfolio.jobs.loading import load_handlers
from portfolio.jobs.worker import run_pending
from portfolio.notices.models import Mail
from portfolio.people import circles
from portfolio.people.models import Circle, Person, School
from portfolio.scope import Scope, Viewer, open_scope
from portfolio.testing import (
    make_circle,
    make_coaching,
    make_cohort,
    make_person,
    make_school,
    make_switch,
    portfolio_of,
    sign_in,
)

WORD = re.compile(r"kanarie[0-9]+q")
PEOPLE = ("Yara", "Fenna", "Daan", "Noor", "Hanne", "Lotte")
MIRJAM, RUBEN = 6, 7
"""The school's administrator, and a coach of two of them; neither is ever in the circle."""
EXPECTED_NO = (NotVisible, NotAllowed, Refused, Conflict)


@dataclass
class Word:
    """A text that occurs once, and who may read it."""

    readers: Callable[[], set[int]]
    author: int | None = None
    """Whose words these are: when their account goes, so do they."""


@dataclass
class Written:
    """A session, or an entry, as the model knows it."""

    id: uuid.UUID
    closes_on: dt.date
    owner: int | None = None
    kept: bool = False
    parted: bool = False
    """One of the two became the other's leader since."""
    address: str = ""
    opened: set[str] = field(default_factory=set)
    """Steps of a session whose positions were opened."""


@dataclass
class Sightings:
    """What a whole run met: a run in which nobody ever read anything would prove nothing."""

    steps: int = 0
    looks: int = 0
    words: int = 0
    """Words of others that somebody read, as they might."""
    done: set[str] = field(default_factory=set)
    """Steps that went through, by name."""


class KnownCircle(RuleBasedStateMachine):
    """A world with a circle in it, and who may read what there. `app` and `seen` are set by the test that runs it."""

    app: ClassVar[Any]
    seen: ClassVar[Sightings]
    PAGES_EVERY: ClassVar[int] = 70

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC), tick=True)
        self.traveller = self.clock.start()
        self.words: dict[str, Word] = {}
        self.members: set[int] = set()
        self.asked: set[int] = set()
        self.gone: set[int] = set()
        self.leads: dict[tuple[int, int], uuid.UUID] = {}
        self.on = True
        self.sessions: list[Written] = []
        self.advice: list[tuple[int, Written, Written]] = []
        """Who gave it, in which session, and the entry."""
        self.addresses: list[str] = []
        self.steps = 0

    # The world

    @initialize()
    def begin(self) -> None:
        """Two of another school begin a circle; four of this one aren't in it yet."""
        with self.app.database.write() as session:
            school, elsewhere = make_school(session), make_school(session, name="Het Luchtkasteel")
            people = [make_person(session, name=n, school=elsewhere if n == "Yara" else school) for n in PEOPLE]
            people.append(make_person(session, name="Mirjam", school=school, role="administrator"))
            people.append(make_person(session, name="Ruben", school=school, role="coach"))
            cohort = make_cohort(session, school, *people[1:])
            make_switch(session, cohort, NAME)
            circle = make_circle(session, people[0], people[1], name=self.word(self.know_its_name), home=cohort)
            for teacher in (people[1], people[2]):
                make_coaching(session, people[RUBEN], teacher)
            self.people = [person.id for person in people]
            self.own = [portfolio_of(session, person).id for person in people]
            self.school, self.cohort, self.circle = school.id, cohort.id, circle.id
            self.place = portfolio_of(session, circle=circle).id
        self.members = {0, 1}
        self.addresses = [
            f"/circles/{self.circle}", f"/p/{self.place}/{NAME}/group", f"/p/{self.place}/{NAME}/patterns/new",
            f"/p/{self.place}/{NAME}/sessions/new",
        ]  # fmt: skip

    def word(self, readers: Callable[[], set[int]], author: int | None = None) -> str:
        """A new word, for a text that may be read by these."""
        found = f"kanarie{len(self.words)}q"
        self.words[found] = Word(readers, author)
        return found

    def know_its_name(self) -> set[int]:
        """Members, and who is asked in; not who leads somebody in it."""
        led_in = {leader for leader, teacher in self.leads if teacher in self.members}
        return self.members | (self.asked - led_in)

    def scope(self, session: Any, person: int, *, there: bool = True) -> Scope:
        """Somebody at a page of the group, or elsewhere; also who isn't let in."""
        row = session.get_one(Person, self.people[person])
        found = open_scope(session, Viewer(row.id, row.name, row.language), self.app.registry.gate_of)
        found.portfolio_id = self.place if there else None
        found.writing = True
        return found

    def tries(self, person: int, step: Callable[[Scope], Any], *, there: bool = True) -> Any:
        """What the step answers, or None when it was refused or isn't there; nothing is kept of it then."""
        if person in self.gone:
            return None
        try:
            with self.app.database.write() as session:
                answer = step(self.scope(session, person, there=there))
        except EXPECTED_NO:
            return None
        return answer if answer is not None else True

    def somebody(self, drawn: int) -> int:
        """A member in two of three draws, otherwise anybody who could be one."""
        inside = sorted(self.members)
        return inside[drawn // 3 % len(inside)] if drawn % 3 else drawn // 3 % len(PEOPLE)

    # Looking around

    def done(self, step: str) -> None:
        self.seen.done.add(step)

    def check_invariants(self, *args: Any, **more: Any) -> None:
        """After each step somebody looks around."""
        super().check_invariants(*args, **more)
        if not hasattr(self, "place"):
            return
        self.steps += 1
        self.seen.steps += 1
        viewer = self.steps % len(self.people)
        if viewer in self.gone:
            return
        said = self.of_entries(viewer) if self.steps // len(self.people) % 2 else self.of_the_group(viewer)
        self.look(viewer, set(WORD.findall(" ".join(said))))
        if self.steps % self.PAGES_EVERY == 0:
            self.look_at_pages(self.steps // self.PAGES_EVERY % len(self.people))

    def look(self, viewer: int, found: set[str]) -> None:
        """What somebody found is theirs to read; raises AssertionError otherwise."""
        self.seen.looks += 1
        for word in found:
            known = self.words[word]
            readers = known.readers() - self.gone if known.author not in self.gone else set()
            assert viewer in readers, f"{self.people_named(viewer)} reads {word}"
            self.seen.words += known.author != viewer

    def of_entries(self, viewer: int) -> Iterator[str]:
        """Every entry somebody may read, in full, whoever asks for all of them."""
        readable = select(Revision.title, Revision.content).join(
            Entry, (Entry.id == Revision.entry_id) & (Entry.number == Revision.number)
        )
        with self.app.database.read() as session:
            values = parameters(self.scope(session, viewer))
            yield from map(str, session.execute(readable.where(Entry.id.in_(VISIBLE[READ])), values))

    def of_the_group(self, viewer: int) -> Iterator[str]:
        """What the services say of circles, group and sessions to somebody who asks for everything."""
        with self.app.database.read() as session:
            scope = self.scope(session, viewer)
            yield from map(str, circles.list_mine(scope))
            yield from map(str, sessions.list_ahead(scope, [self.place], size=100))
            yield from map(str, sessions.list_past(scope, [self.place], size=100)[0])
            asks: tuple[Callable[[], Any], ...] = (
                lambda: agreements.get_group(scope),
                lambda: patterns.list_patterns(scope),
                *(lambda one=one: live_reading.get_now(scope, one.id) for one in self.sessions[-3:]),
            )
            for ask in asks:
                try:
                    answer = str(ask())
                except NotVisible:
                    continue
                assert viewer in self.members, f"{self.people_named(viewer)} is let in"
                yield answer

    def look_at_pages(self, viewer: int) -> None:
        """The pages somebody has, and every address there is: an outsider gets 404 and not a word."""
        if viewer in self.gone:
            return
        with self.app.database.read() as session:
            browser = sign_in(self.app.test_client(), session.get_one(Person, self.people[viewer]))
        own = ["/", "/shared", "/circles", "/kept", "/coaching", f"/p/{self.own[viewer]}/{NAME}/"]
        if viewer == MIRJAM:
            own += [f"/s/{self.school}", f"/s/{self.school}/cohorts", f"/s/{self.school}/cohorts/{self.cohort}"]
        found: set[str] = set()
        for address in (*own, *self.addresses[:4], *self.addresses[-12:]):
            answer = browser.get(address)
            assert answer.status_code in (200, 302, 303, 404), f"{address} is {answer.status_code}"
            found |= set(WORD.findall(answer.text + str(answer.headers)))
            inside = viewer in self.members and (self.on or address == self.addresses[0])
            if f"/p/{self.place}/" in address or address == self.addresses[0]:
                assert inside or answer.status_code == 404 or self.is_author(viewer, answer.text), address
        self.look(viewer, found)

    def is_author(self, viewer: int, page: str) -> bool:
        """They wrote what is on this page: their own words stay theirs."""
        return any(self.words[word].author == viewer for word in WORD.findall(page))

    def people_named(self, viewer: int) -> str:
        return [*PEOPLE, "Mirjam", "Ruben"][viewer]

    def teardown(self) -> None:
        """At the end nothing of it stood in a mail; and the next run begins with nobody."""
        try:
            load_handlers()
            run_pending(self.app.database, self.app.settings, until=now() + dt.timedelta(minutes=6))
            with self.app.database.write() as session:
                mails = " ".join(f"{mail.subject} {mail.body}" for mail in session.scalars(select(Mail)))
                for table in (Mail, Person, Circle, School):
                    session.execute(delete(table))
            assert WORD.findall(mails) == [], "a mail says it"
        finally:
            self.clock.stop()
