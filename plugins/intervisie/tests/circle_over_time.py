"""A circle over the months, as a machine of random steps: who comes and goes, leads, leaves; what is written meanwhile.

After each step somebody looks around, by the services and now and then by the pages: see `circle_model.py`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from portfolio_plugins.intervisie import agreements, live_service, planning, sessions, texts
from portfolio_plugins.intervisie.kinds import Case, Evaluation, Pattern, TakeAway
from portfolio_plugins.intervisie.methods import BUNDLED, POSITIONS, QUESTIONS
from portfolio_plugins.intervisie.models import OPEN, PLANNED, POSITION, QUESTION, Meeting
from portfolio_plugins.intervisie.settings import NAME
from portfolio_plugins.intervisie.tests.circle_model import MIRJAM, PEOPLE, KnownCircle, Written
from sqlalchemy import select, update

from portfolio.clock import today
from portfolio.entries.kinds import Draft
from portfolio.entries.writing import create_entry
from portfolio.errors import NotVisible
from portfolio.people import circles, leading
from portfolio.people.closing import close_account
from portfolio.people.models import CircleMember, Person, Switch
from portfolio.people.wall import lock_people
from portfolio.scope import Scope

DAYS, MOST_STEPS = 14, 12
who, which, seldom = st.integers(0, 47), st.integers(0, 50), st.integers(0, 9)
METHODS = [method for method in BUNDLED if method.code in ("incident_kort", "incident_hendriksen")]


class CircleOverTime(KnownCircle):
    """The steps."""

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
