"""What is known of a leader's two doors over the years: who may read which word, in a few plain sets.

A word is a text that occurs once in the world. Whoever looks around, by the services or by the pages, may find no word
that this model doesn't give them. It is written from what is promised, not from the code. `doors_looking.py` looks
around, and the steps that change it are in `doors_over_time.py`.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize
from portfolio_plugins.ontwikkelgesprek.settings import NAME

from portfolio.clock import SchoolYear, now, today
from portfolio.errors import Conflict, NotAllowed, NotVisible, Refused
from portfolio.people.models import Person, SchoolRole
from portfolio.scope import Scope, Viewer, open_scope
from portfolio.testing import (
    make_circle,
    make_coaching,
    make_cohort,
    make_person,
    make_school,
    make_switch,
    portfolio_of,
)

WORD = re.compile(r"kanarie[0-9]+q")
PEOPLE = ("Fenna", "Idris", "Hanne", "Otto", "Ruben", "Lotte", "Mirjam")
FENNA, IDRIS, HANNE, OTTO, RUBEN, LOTTE, MIRJAM = range(7)
"""Fenna teaches at two schools; Idris teaches; Hanne and Otto lead; Ruben coaches; Lotte is in a circle with the
teachers; Mirjam administers both schools. Ruben and Lotte become leaders now and then.
"""
TEACHERS, COULD_LEAD = (FENNA, IDRIS), (HANNE, OTTO, RUBEN, LOTTE)
TEACHER, LEADER = "teacher", "leader"
LONG_AGO = dt.date(2020, 8, 1)
EXPECTED_NO = (NotVisible, NotAllowed, Refused, Conflict)
DAYS, YEARS = 30, 3
"""What a school gets that sets nothing: how long handed things are read, and how long a settled report is kept."""


@dataclass
class Word:
    """A text that occurs once: whose it is, and what it stands in, each with who reads that at this moment."""

    author: int | None
    stands_in: list[Callable[[], set[int]]] = field(default_factory=list)
    step: str = ""
    """That wrote it."""


@dataclass
class Lead:
    """The one leads the other; with what they have together, once somebody opened that."""

    leader: int
    teacher: int
    school: int
    id: uuid.UUID
    until: dt.date | None = None
    place: uuid.UUID | None = None


@dataclass
class Own:
    """An entry in a teacher's own portfolio; `says` is its words by field, as they are now."""

    author: int
    kind: type[Any]
    id: uuid.UUID
    says: dict[str, str]
    number: int = 1
    shares: dict[str, tuple[uuid.UUID, object]] = field(default_factory=dict)
    """By whom it reaches: the share's id, and what it hangs on."""
    binned: bool = False


@dataclass
class Handed:
    """Something a teacher chose for a conversation."""

    id: uuid.UUID
    entry: Own
    withdrawn: bool = False
    opened: bool = False


@dataclass
class Text:
    """A preparation, report or addition."""

    id: uuid.UUID
    words: list[str]
    number: int = 1
    binned: bool = False


@dataclass
class Talk:
    """A conversation as the model knows it."""

    lead: Lead
    id: uuid.UUID
    released: set[str] = field(default_factory=set)
    opened: bool = False
    cancelled: bool = False
    parts: dict[str, Text] = field(default_factory=dict)
    afterwards: dict[str, Text] = field(default_factory=dict)
    """Report and addition, by side."""
    handed: list[Handed] = field(default_factory=list)
    agreed: str = ""
    notes: dict[str, str] = field(default_factory=dict)
    room: str = ""
    points: dict[str, int] = field(default_factory=dict)
    items_until: dt.datetime | None = None
    record_until: dt.date | None = None

    @property
    def settled(self) -> bool:
        return self.items_until is not None

    def side(self, side: str) -> int:
        """Who has that side."""
        return self.lead.leader if side == LEADER else self.lead.teacher


@dataclass
class Sightings:
    """What a whole run met: a run in which nobody ever read anything would prove nothing."""

    steps: int = 0
    looks: int = 0
    pages: int = 0
    words: int = 0
    """Words of others that somebody read, as they might."""
    through_a_door: int = 0
    """Of these, those that somebody who leads their writer read."""
    done: dict[str, int] = field(default_factory=dict)
    """Steps that went through, by name."""
    wrong: list[str] = field(default_factory=list)
    """What was found that nobody should read."""


class KnownDoors(RuleBasedStateMachine):
    """A world with teachers and leaders in it, and who may read what. `app` and `seen` are set by the test."""

    app: ClassVar[Any]
    seen: ClassVar[Sightings]

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC), tick=True)
        self.traveller = self.clock.start()
        self.words: dict[str, Word] = {}
        self.gone: set[int] = set()
        self.leads: list[Lead] = []
        self.talks: list[Talk] = []
        self.entries: list[Own] = []
        self.on = [True, True]
        self.circle_members = {FENNA, IDRIS, LOTTE}
        self.coachings: dict[int, uuid.UUID] = {}
        """By teacher: that of Ruben, while it runs."""
        self.addresses: list[str] = []

    @initialize(number=st.integers(0, 50), leader_does=st.booleans(), how_far=st.integers(0, 9))
    def begin(self, number: int, leader_does: bool, how_far: int) -> None:
        """Ruben coaches both teachers, Lotte is in their circle; they begin with a conversation."""
        with self.app.database.write() as session:
            schools = [make_school(session), make_school(session, name="Het Luchtkasteel")]
            people = [make_person(session, name=name, school=schools[0]) for name in PEOPLE[:-1]]
            people.append(make_person(session, name=PEOPLE[-1], school=schools[0], role="administrator"))
            for one, role in ((FENNA, "teacher"), (HANNE, "teacher"), (OTTO, "teacher"), (MIRJAM, "administrator")):
                session.add(SchoolRole(person_id=people[one].id, school_id=schools[1].id, role=role, since=LONG_AGO))
            for one in (RUBEN, HANNE):
                session.add(SchoolRole(person_id=people[one].id, school_id=schools[0].id, role="coach", since=LONG_AGO))
            cohorts = [make_cohort(session, schools[0], people[FENNA], people[IDRIS], people[LOTTE])]
            cohorts.append(make_cohort(session, schools[1], people[FENNA]))
            for cohort in cohorts:
                for plugin in (NAME, "loopbaan"):
                    make_switch(session, cohort, plugin)
            circle = make_circle(session, *(people[one] for one in sorted(self.circle_members)))
            self.coachings = {one: make_coaching(session, people[RUBEN], people[one]).id for one in TEACHERS}
            self.people = [person.id for person in people]
            self.emails = [person.email or "" for person in people]
            self.own = [portfolio_of(session, person).id for person in people]
            self.schools, self.cohorts = [one.id for one in schools], [one.id for one in cohorts]
            self.circle = circle.id
        self.has_begun(number, leader_does, 9 - how_far)

    def has_begun(self, number: int, leader_does: bool, how_far: int) -> None:
        """What else there is at the beginning."""

    # Who reads what

    def leads_now(self, lead: Lead) -> bool:
        """The one still leads the other."""
        return not {lead.leader, lead.teacher} & self.gone and (lead.until is None or today() < lead.until)

    def led_by(self, viewer: int, author: int) -> bool:
        """The wall: the one leads the other, anywhere."""
        return any(self.leads_now(one) for one in self.leads if (one.leader, one.teacher) == (viewer, author))

    def both(self, talk: Talk) -> set[int]:
        """Who takes part in what the two have together, where the plugin is on there; it goes with the teacher."""
        if not self.on[talk.lead.school] or talk.lead.teacher in self.gone:
            return set()
        return {talk.lead.teacher} | ({talk.lead.leader} if self.leads_now(talk.lead) else set())

    def items_open(self, talk: Talk) -> bool:
        """The term of what was handed over hasn't passed."""
        return talk.items_until is None or now() < talk.items_until

    def record_kept(self, talk: Talk) -> bool:
        """Neither has that of what was settled."""
        return talk.record_until is None or today() < talk.record_until

    def of_part(self, talk: Talk, side: str, text: Text) -> set[int]:
        """The other reads a preparation once both are open; the teacher's until the term."""
        shut = text.binned or not talk.opened or (side == TEACHER and not self.items_open(talk))
        return set() if shut else self.both(talk)

    def of_handed(self, talk: Talk, one: Handed) -> set[int]:
        """The leader reads it once it is open, while it isn't taken back, until the term."""
        return self.both(talk) if one.opened and not one.withdrawn and self.items_open(talk) else set()

    def of_own(self, entry: Own, name: str, word: str) -> set[int]:
        """Whom a teacher shares an entry with reads what it says now; nobody who leads them does, by whatever way."""
        if entry.says.get(name) != word or entry.binned:
            return set()
        found: set[int] = set()
        for via, (_id, hangs_on) in entry.shares.items():
            if via == "coach":
                found |= {RUBEN} if self.coachings.get(entry.author) == hangs_on else set()
            elif via == "circle":
                found |= self.circle_members if entry.author in self.circle_members else set()
            else:
                found.add(int(via))
        return {one for one in found if not self.led_by(one, entry.author)}

    def readers_of(self, word: Word) -> set[int]:
        """Who may read a word now. It goes with its writer's account."""
        if word.author in self.gone:
            return set()
        found = set() if word.author is None else {word.author}
        return found.union(*(stands() for stands in word.stands_in)) - self.gone

    def word(self, author: int | None, *stands_in: Callable[[], set[int]]) -> str:
        """A new word."""
        found = f"kanarie{len(self.words)}q"
        self.words[found] = Word(author, list(stands_in), sys._getframe(1).f_code.co_name)
        return found

    def settle(self, talk: Talk) -> None:
        """Both have answered: terms begin, report and addition are their writers' and the record is both's."""
        moment = now()
        talk.items_until = moment + dt.timedelta(days=DAYS)
        talk.record_until = SchoolYear(SchoolYear.of(today()).start_year + YEARS + 1).first_day

    # Doing something

    def scope(self, session: Any, person: int, place: uuid.UUID | None = None) -> Scope:
        """Somebody at a page of a place, or elsewhere; also who isn't let in there."""
        row = session.get_one(Person, self.people[person])
        found = open_scope(session, Viewer(row.id, row.name, row.language), self.app.registry.gate_of)
        found.portfolio_id, found.writing = place, True
        return found

    def tries(self, person: int, step: Callable[[Scope], Any], place: uuid.UUID | None = None) -> Any:
        """What the step answers, or None when it was refused or isn't there; nothing is kept of it then."""
        if person in self.gone:
            return None
        try:
            with self.app.database.write() as session:
                answer = step(self.scope(session, person, place))
        except EXPECTED_NO:
            return None
        return answer if answer is not None else True

    def done(self, step: str) -> None:
        self.seen.done[step] = self.seen.done.get(step, 0) + 1
