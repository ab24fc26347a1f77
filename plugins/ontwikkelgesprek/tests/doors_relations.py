"""Steps between people: who leads, coaches and leaves, what a school switches, days that pass. See `doors_model.py`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from portfolio_plugins.ontwikkelgesprek.settings import NAME
from portfolio_plugins.ontwikkelgesprek.tests.doors_looking import LookingAround
from portfolio_plugins.ontwikkelgesprek.tests.doors_model import (
    COULD_LEAD,
    FENNA,
    HANNE,
    IDRIS,
    MIRJAM,
    OTTO,
    RUBEN,
    TEACHERS,
    Lead,
)
from sqlalchemy import select, update

from portfolio.clock import today
from portfolio.people import coaching, joint, leading
from portfolio.people.closing import close_account
from portfolio.people.models import Coaching, Switch

which, seldom = st.integers(0, 50), st.integers(0, 11)
TOGETHER = (NAME, "loopbaan")


class Relations(LookingAround):
    """Who is what to whom, over the months."""

    def has_begun(self, number: int, leader_does: bool, how_far: int) -> None:
        """Hanne leads Fenna at the one school and Otto at the other."""
        for leader, school in ((HANNE, 0), (OTTO, 1)):
            self.starts_leading(leader, FENNA, school)
        self.write_something()
        if number % 4 == 3:
            self.has_led_meanwhile()
        self.has_a_conversation(number, leader_does, how_far)

    def has_led_meanwhile(self) -> None:
        """Their coach, who read something: what takes many steps in a row is seldom drawn by itself."""
        read = next((one for one in self.entries if "coach" in one.shares), None)
        if read is not None:
            self.starts_leading(RUBEN, read.author, 0)
            self.leads_no_longer(2, False, 0)

    def has_a_conversation(self, number: int, leader_does: bool, how_far: int) -> None:
        """Of the two, that goes on for a while."""
        raise NotImplementedError

    def write_something(self) -> None:
        """Texts there are to choose from."""

    def starts_leading(self, leader: int, teacher: int, school: int) -> None:
        """From today on: what the two have together ends, and they begin with nothing."""
        if {leader, teacher} & self.gone:
            return
        pair = self.people[leader], self.people[teacher]
        made = self.tries(
            MIRJAM, lambda scope: leading.start_leadership(scope, self.schools[school], *pair, today())
        )
        if not made:
            return
        again = any((one.leader, one.teacher) == (leader, teacher) for one in self.leads)
        lead = Lead(leader, teacher, school, made)
        self.leads.append(lead)
        self.done("leads_again" if again else "a_coach_leads" if leader == RUBEN else "leads")
        if teacher in self.circle_members:
            self.circle_members.discard(leader)
        if leader == RUBEN:
            self.coachings.pop(teacher, None)
        for entry in self.entries:
            if entry.author == teacher:
                entry.shares.pop(str(leader), None)
        self.opens_what_is_theirs(-1, True)

    @rule(leader=which, teacher=which, school=st.booleans(), seldom=seldom)
    def becomes_leader(self, leader: int, teacher: int, school: bool, seldom: int) -> None:
        """The administrator enters a leadership; also of the coach, of a colleague, or once more of the same."""
        taught = TEACHERS[teacher % 2]
        shares = (via for entry in self.entries if entry.author == taught for via in entry.shares)
        read = {RUBEN if via == "coach" else int(via) for via in shares if via != "circle"} & set(COULD_LEAD)
        could = sorted(read) if read and seldom else COULD_LEAD
        if seldom < 3:
            self.starts_leading(could[leader % len(could)], taught, int(school and taught == FENNA))

    @rule(number=which, later=st.booleans(), seldom=seldom)
    def leads_no_longer(self, number: int, later: bool, seldom: int) -> None:
        """A leadership ends, today or in some days; nothing comes back by itself."""
        running = [one for one in self.leads if self.leads_now(one)]
        if not running or seldom > 2:
            return
        lead = running[-1 - number % min(len(running), 2)]
        self.traveller.shift(dt.timedelta(days=1))
        last_day = today() + dt.timedelta(days=3 if later else -1)

        def ends(scope: Any) -> None:
            leading.end_leadership(scope, self.schools[lead.school], lead.id, last_day)

        if self.tries(MIRJAM, ends):
            lead.until = last_day + dt.timedelta(days=1)
            self.done("leads_no_longer")
            if number % 3 == 0 and not later:
                self.starts_leading(lead.leader, lead.teacher, lead.school)

    @rule(number=which, teacher_does=st.booleans())
    def opens_what_is_theirs(self, number: int, teacher_does: bool) -> None:
        """Either opens what the two have together."""
        if not self.leads:
            return
        lead = self.leads[number % len(self.leads)]
        place = self.tries(
            lead.teacher if teacher_does else lead.leader, lambda scope: joint.open_joint(scope, lead.id, TOGETHER)
        )
        if place:
            lead.place = place
            self.done("opens_what_is_theirs")

    @rule(teacher=which, coach=which, seldom=seldom)
    def coach_comes(self, teacher: int, coach: int, seldom: int) -> None:
        """A coach is proposed, a leader too: to a teacher they lead never."""
        taught, coach = TEACHERS[teacher % 2], (RUBEN, HANNE)[coach % 2]
        if seldom > 4 or {coach, taught} & self.gone:
            return
        pair = {"coach_id": self.people[coach], "teacher_id": self.people[taught]}
        led = self.led_by(coach, taught)
        if not self.tries(MIRJAM, lambda scope: coaching.propose(scope, self.schools[0], **pair, since=today())):
            self.done("a_leader_is_no_coach" if led else "is_coach_already")
            return
        assert not led, "a leader is proposed as the coach of the same teacher"
        with self.app.database.read() as session:
            [proposed] = session.scalars(
                select(Coaching.id).where(
                    Coaching.coach_id == self.people[coach], Coaching.teacher_id == self.people[taught],
                    Coaching.accepted_at.is_(None),
                )
            )  # fmt: skip
        if self.tries(taught, lambda scope: coaching.accept(scope, proposed)) and coach == RUBEN:
            self.coachings[taught] = proposed
            self.done("coach_comes")

    @rule(teacher=which, seldom=seldom)
    def coach_goes(self, teacher: int, seldom: int) -> None:
        """A teacher ends a coaching; its shares end with it."""
        taught = TEACHERS[teacher % 2]
        running = self.coachings.get(taught)
        if running and seldom < 2 and self.tries(taught, lambda scope: coaching.end(scope, running)):
            del self.coachings[taught]
            self.done("coach_goes")
            if seldom:
                self.coach_comes(teacher, 0, 0)

    @rule(school=st.booleans(), seldom=seldom)
    def is_switched(self, school: bool, seldom: int) -> None:
        """A school switches the plugin off, or on again without a chain that goes on."""
        which_one = int(school)
        if self.on[which_one] and seldom > 1:
            return
        cohort = self.cohorts[which_one]
        with self.app.database.write() as session:
            if self.on[which_one]:
                there = (Switch.cohort_id == cohort, Switch.plugin == NAME, Switch.running(today()))
                session.execute(update(Switch).where(*there).values(until=today()))
            else:
                session.add(Switch(cohort_id=cohort, plugin=NAME, since=today()))
        self.on[which_one] = not self.on[which_one]
        self.done("is_on_again" if self.on[which_one] else "is_off")

    @rule(days=st.sampled_from((1, 3, 15, 31)), works=st.sampled_from((False, False, False, True)), seldom=seldom)
    def days_go_by(self, days: int, works: bool, seldom: int) -> None:
        """Terms pass; the worker may stand still meanwhile. Seldom, years."""
        days += 1400 * (seldom < 2 and any(talk.settled for talk in self.talks))
        self.traveller.shift(dt.timedelta(days=days))
        if works:
            self.work_is_done()
        self.done("years_go_by" if days > 1000 else "days_go_by_with_a_worker" if works else "days_go_by")

    @rule(person=which, seldom=seldom)
    def account_goes(self, person: int, seldom: int) -> None:
        """Now and then somebody's account is erased, with all their words."""
        who = (FENNA, IDRIS, *COULD_LEAD)[person % 6]
        if who in self.gone or seldom > 0 or self.gone:
            return
        with self.app.database.write() as session:
            close_account(
                session, self.app.registry, self.people[who], dt.datetime.now(dt.UTC), today(), comments_too=True
            )
        self.gone.add(who)
        self.circle_members.discard(who)
        self.done("account_goes")

    def find(self, things: list[Any], number: int) -> Any:
        """One of these, mostly of the latest; None of none."""
        return things[-1 - number % min(len(things), 6 if number % 3 else 3)] if things else None
