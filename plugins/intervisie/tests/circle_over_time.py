"""A circle over the months, as a machine of random steps: who comes and goes, leads, leaves; what is written meanwhile.

Beside the real services it keeps a model of its own, in a few plain sets: who may read which word. A word is a text
that occurs once in the world. After each step somebody looks around, by the services and now and then by the pages,
and may find no word the model doesn't give them.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from portfolio_plugins.intervisie import (
    agreements,
    live_reading,
    live_service,
    patterns,
    planning,
    sessions,
    texts,
)
from portfolio_plugins.intervisie.kinds import Case, Evaluation, Pattern, TakeAway
from portfolio_plugins.intervisie.methods import BUNDLED, POSITIONS, QUESTIONS
from portfolio_plugins.intervisie.models import OPEN, PLANNED, POSITION, QUESTION, Meeting
from portfolio_plugins.intervisie.settings import NAME
from sqlalchemy import delete, select, update

from portfolio.access import READ, VISIBLE, parameters
from portfolio.clock import today
from portfolio.entries.kinds import Draft
from portfolio.entries.models import Entry, Revision
from portfolio.entries.writing import create_entry
from portfolio.errors import Conflict, NotAllowed, NotVisible, Refused
from portfolio.notices.models import Mail
from portfolio.people import circles, leading
from portfolio.people.closing import close_account
from portfolio.people.models import Circle, CircleMember, Person, School, Switch
from portfolio.people.wall import lock_people
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
DAYS, MOST_STEPS = 14, 12
who, which, seldom = st.integers(0, 47), st.integers(0, 50), st.integers(0, 9)
METHODS = [method for method in BUNDLED if method.code in ("incident_kort", "incident_hendriksen")]
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


class CircleOverTime(RuleBasedStateMachine):
    """The steps. `app` and `seen` are set by the test that runs it."""

    app: ClassVar[Any]
    seen: ClassVar[Sightings]
    PAGES_EVERY: ClassVar[int] = 40

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

    # Coming and going

    @rule(inviter=who, guest=who)
    def invites(self, inviter: int, guest: int) -> None:
        """Somebody is asked in."""
        inviter, guest = self.somebody(inviter), guest % len(PEOPLE)
        if guest in self.gone:
            return
        with self.app.database.read() as session:
            email = session.get_one(Person, self.people[guest]).email
        if self.tries(inviter, lambda scope: circles.invite(scope, self.circle, None, email or ""), there=False):
            self.asked.add(guest)
            self.done("invites")

    @rule(guest=who)
    def accepts(self, guest: int) -> None:
        """An invitation that waits is accepted."""
        guest %= len(PEOPLE)
        with self.app.database.read() as session:
            waiting = session.scalars(
                select(CircleMember.id).where(
                    CircleMember.person_id == self.people[guest], CircleMember.accepted_at.is_(None)
                )
            ).all()
        for membership in waiting:
            if self.tries(guest, lambda scope, one=membership: circles.accept(scope, one), there=False):
                self.members.add(guest)
                self.asked.discard(guest)
                self.done("accepts")

    @rule(person=who, seldom=seldom)
    def leaves(self, person: int, seldom: int) -> None:
        """Somebody goes."""
        person = self.somebody(person)
        if seldom > 2 or len(self.members) == 1:
            return
        if self.tries(person, lambda scope: circles.leave(scope, self.circle), there=False):
            self.members.discard(person)
            self.done("leaves")

    @rule(leader=who, teacher=who, seldom=seldom)
    def becomes_leader(self, leader: int, teacher: int, seldom: int) -> None:
        """The administrator enters a leadership from today on: the leader is out of the circle at once."""
        leader, teacher = self.somebody(leader), self.somebody(teacher)
        if seldom > 1 or leader == teacher or {leader, teacher} & self.gone:
            return
        pair = [self.people[leader], self.people[teacher]]

        def starts(scope: Scope) -> uuid.UUID:
            lock_people(scope.session, *pair)
            return leading.start_leadership(scope, self.school, *pair, today())

        made = self.tries(MIRJAM, starts, there=False)
        if made:
            self.leads[leader, teacher] = made
            if teacher in self.members:
                self.members.discard(leader)
            for giver, _session, one in self.advice:
                if {giver, one.owner} == {leader, teacher}:
                    one.parted = True
            self.done("becomes_leader")
            if seldom:
                self.leads_no_longer(0)

    @rule(number=which)
    def leads_no_longer(self, number: int) -> None:
        """A day later a leadership has ended; nothing comes back by itself."""
        if self.leads:
            self.traveller.shift(dt.timedelta(days=1))
            pair = sorted(self.leads)[number % len(self.leads)]
            yesterday = today() - dt.timedelta(days=1)

            def ends(scope: Scope) -> None:
                leading.end_leadership(scope, self.school, self.leads[pair], yesterday)

            if self.tries(MIRJAM, ends, there=False):
                del self.leads[pair]
                self.done("leads_no_longer")

    @rule(seldom=seldom)
    def is_switched(self, seldom: int) -> None:
        """The school switches it off, or on again without a chain that goes on."""
        if self.on and seldom:
            return
        with self.app.database.write() as session:
            if self.on:
                session.execute(update(Switch).where(Switch.cohort_id == self.cohort).values(until=today()))
            else:
                switch = Switch(cohort_id=self.cohort, plugin=NAME, since=today())
                session.add(switch)
        self.on = not self.on
        self.done("is_switched")

    @rule(days=st.sampled_from((1, 3, 15)))
    def days_go_by(self, days: int) -> None:
        """Terms expire."""
        self.traveller.shift(dt.timedelta(days=days))
        self.done("days_go_by")

    @rule(person=who, seldom=seldom)
    def account_goes(self, person: int, seldom: int) -> None:
        """Now and then somebody's account is erased, with all their words."""
        person = self.somebody(person)
        if person in self.gone or seldom or len(self.gone) > 1 or not self.members - {person}:
            return
        with self.app.database.write() as session:
            close_account(
                session, self.app.registry, self.people[person], dt.datetime.now(dt.UTC), today(), comments_too=True
            )
        self.gone.add(person)
        self.members.discard(person)
        self.leads = {pair: id_ for pair, id_ in self.leads.items() if person not in pair}
        self.done("account_goes")

    # Writing

    @rule(person=who)
    def agrees(self, person: int) -> None:
        """Agreements are written anew."""
        person = self.somebody(person)
        words = self.word(lambda: set(self.members))

        def change(scope: Scope) -> None:
            agreements.change_agreements(scope, words, agreements.get_group(scope).number)

        if self.tries(person, change):
            self.done("agrees")

    @rule(person=who, owner=who, ahead=st.integers(0, 5))
    def plans(self, person: int, owner: int, ahead: int) -> None:
        """A session is planned, with who brings the question."""
        person = self.somebody(person)
        owner, place = self.somebody(owner), self.word(lambda: set(self.members))
        roles = {"case_owner": self.people[owner]} if owner not in self.gone else {}
        day = today() + dt.timedelta(days=ahead)
        plan = planning.Plan(day, place=place, roles=roles)
        made = self.tries(person, lambda scope: planning.plan_session(scope, plan, METHODS[ahead % 2], DAYS))
        if made:
            address = f"/p/{self.place}/{NAME}/sessions/{made}/"
            self.sessions.append(Written(made, day + dt.timedelta(days=DAYS + 1), owner, address=address))
            self.addresses.append(address)
            self.done("plans")
            self.brings_a_case(3 * sorted(self.members).index(owner) + 1 if owner in self.members else 0, -1)
            self.advises(person, -1)
            self.keeps_advice(-1)
            self.meets_live(person, owner, -1, written=ahead > 2)

    @rule(person=who, number=which)
    def brings_a_case(self, person: int, number: int) -> None:
        """Somebody writes a case and gives it to a session."""
        person = self.somebody(person)
        if not self.sessions:
            return
        meeting = self.sessions[number % len(self.sessions)]
        case = Written(uuid.UUID(int=0), meeting.closes_on, person)

        def readers() -> set[int]:
            return {person} | (self.members if case.kept and today() < case.closes_on else set())

        word = self.word(readers, person)
        made = self.tries(
            person, lambda scope: create_entry(scope, NAME, Case, draft(Case, f"Hoe kan ik {word}?")), there=False
        )
        if made:
            case.id, case.address = made, f"/p/{self.own[person]}/{NAME}/{made}/"
            self.addresses.append(case.address)
            case.kept = bool(self.tries(person, lambda scope: texts.put_down_case(scope, meeting.id, made)))
            self.done("brings_a_case" if case.kept else "writes_a_case")

    @rule(person=who, number=which)
    def advises(self, person: int, number: int) -> None:
        """Advice to who brings the question, alone."""
        person = self.somebody(person)
        if not self.sessions:
            return
        meeting = self.sessions[number % len(self.sessions)]
        with self.app.database.read() as session:
            owner_id = session.get_one(Meeting, meeting.id).case_owner_id
        owner = self.people.index(owner_id) if owner_id else None
        one = Written(uuid.UUID(int=0), meeting.closes_on, owner)

        def readers() -> set[int]:
            open_ = (one.kept or today() < one.closes_on) and not one.parted
            return {person} | ({one.owner} if open_ and one.owner is not None else set())

        made = self.tries(person, lambda scope: texts.give_advice(scope, meeting.id, self.word(readers, person)))
        if made:
            one.id, one.address = made, f"/p/{self.own[person]}/{NAME}/{made}/"
            self.advice.append((person, meeting, one))
            self.addresses.append(one.address)
            self.done("advises")

    @rule(person=who, writer=who, number=which, written=st.booleans())
    def meets_live(self, person: int, writer: int, number: int, written: bool) -> None:
        """A session goes on to where it asks questions or positions; somebody writes one, perhaps they are opened."""
        if not self.sessions:
            return
        person, writer = self.somebody(person), self.somebody(writer)
        meeting = self.sessions[number % len(self.sessions)]
        asked, what = (POSITIONS, POSITION) if written else (QUESTIONS, QUESTION)
        code = self.tries(person, lambda scope: goes_on(scope, meeting.id, asked))
        if not isinstance(code, str):
            return

        def readers() -> set[int]:
            seen = {writer} if what == POSITION and code not in meeting.opened else self.members
            return seen & self.members if today() < meeting.closes_on else set()

        word = self.word(readers, writer)
        if self.tries(writer, lambda scope: live_service.write_line(scope, meeting.id, what, code, word)):
            self.done(f"writes_a_{what}")
        if what == POSITION and number % 4 == 1:
            meeting.opened.add(code)
            if not self.tries(person, lambda scope: live_service.reveal(scope, meeting.id, code)):
                meeting.opened.discard(code)

    @rule(number=which)
    def keeps_advice(self, number: int) -> None:
        """Who got advice keeps it."""
        if self.advice:
            _giver, meeting, one = self.advice[number % len(self.advice)]
            if one.owner is not None and self.tries(
                one.owner, lambda scope: texts.keep_advice(scope, meeting.id, one.id)
            ):
                one.kept = True
                self.done("keeps_advice")

    @rule(person=who, number=which)
    def takes_away(self, person: int, number: int) -> None:
        """A take-away is its writer's alone."""
        person = self.somebody(person)
        if self.sessions:
            meeting = self.sessions[number % len(self.sessions)]
            text = draft(TakeAway, self.word(lambda: {person}, person))
            if self.tries(person, lambda scope: texts.write_take_away(scope, meeting.id, text)):
                self.done("takes_away")

    @rule(person=who, number=which)
    def writes_to_the_group(self, person: int, number: int) -> None:
        """A pattern, or how a session was."""
        person = self.somebody(person)
        word = self.word(lambda: {person} | self.members, person)
        if number % 2 and self.sessions:
            meeting = self.sessions[number % len(self.sessions)]
            made = self.tries(person, lambda scope: texts.write_evaluation(scope, meeting.id, draft(Evaluation, word)))
        else:
            made = self.tries(person, lambda scope: texts.write_pattern(scope, draft(Pattern, word), []))
        if made:
            self.addresses.append(f"/p/{self.place}/{NAME}/{made}/")
            self.done("writes_to_the_group")

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
            with self.app.database.write() as session:
                mails = " ".join(f"{mail.subject} {mail.body}" for mail in session.scalars(select(Mail)))
                for table in (Mail, Person, Circle, School):
                    session.execute(delete(table))
            assert WORD.findall(mails) == [], "a mail says it"
        finally:
            self.clock.stop()


def goes_on(scope: Scope, session_id: uuid.UUID, asked: str) -> str:
    """Have a session begin and go on to a step that asks for this; its code. Raises NotVisible when none does."""
    if sessions.get_session(scope, session_id).state == PLANNED:
        planning.change_state(scope, session_id, OPEN)
    for _ in range(MOST_STEPS):
        session = sessions.get_session(scope, session_id)
        if session.current is not None and asked in session.current.asks:
            return session.current.code
        live_service.turn(scope, session_id, "next", session.step)
    raise NotVisible(asked)


def draft(kind: Any, title: str) -> Draft:
    """A text of a kind with nothing but a title."""
    return Draft(title, today(), None, None, kind.empty(), 0)


STEPS_THERE_ARE = {
    "accepts", "account_goes", "advises", "agrees", "becomes_leader", "brings_a_case", "days_go_by", "invites",
    "is_switched", "keeps_advice", "leads_no_longer", "leaves", "plans", "takes_away", "writes_a_case",
    "writes_a_position", "writes_a_question", "writes_to_the_group",
}  # fmt: skip
"""By the names in `Sightings.done`."""
