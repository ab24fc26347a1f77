""" "Who sees this?" names exactly those who can read: in small random worlds, person by person."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from typing import Any

from sqlalchemy.orm import Session

from portfolio import clock
from portfolio.entries.models import Entry
from portfolio.entries.presenting import who_sees
from portfolio.entries.reading import find_entry, get_entry
from portfolio.people.models import CircleMember, Coaching, Person
from portfolio.testing import (
    LONG_AGO,
    make_circle,
    make_coaching,
    make_cohort,
    make_entry,
    make_leadership,
    make_person,
    make_school,
    make_share,
    make_switch,
    open_scope_for,
)

WORLDS = 30
TODAY = clock.today()
DAY = dt.timedelta(days=1)


def _until(chance: random.Random) -> dt.date | None:
    return chance.choice((None, None, None, TODAY + DAY, TODAY, TODAY - DAY))


def _world(session: Session, chance: random.Random, number: int) -> tuple[list[Person], list[Entry]]:
    school = make_school(session)
    people = [make_person(session, name=f"Mens {number}.{one}") for one in range(5)]
    author, others = people[0], people[1:]
    circle = make_circle(session, author, *chance.sample(others, 2), name=f"Kring {number}")
    for member in session.query(CircleMember).filter_by(circle_id=circle.id):
        member.until = _until(chance)
        member.accepted_at = chance.choice((clock.now(), clock.now(), clock.now(), None))
    coachings: list[Coaching] = []
    for coach in chance.sample(others, 2):
        teacher = chance.choice((author, author, *(one for one in others if one is not coach)))
        accepted = chance.random() < 0.8
        coachings.append(make_coaching(session, coach, teacher, until=_until(chance), accepted=accepted))
    for leader in others:
        if chance.random() < 0.25:
            led = chance.choice([one for one in people if one is not leader])
            make_leadership(session, leader, led, school=school, until=_until(chance))
    if chance.random() < 0.5:
        make_switch(session, make_cohort(session, school, author), "elders")
    entries = []
    for _number in range(3):
        moment = clock.now()
        hours: dict[str, Any] = chance.choice(
            (
                {}, {}, {}, {"audience": "author"}, {"opens_at": moment + DAY}, {"closes_at": moment - DAY},
                {"opens_at": moment - DAY, "closes_at": moment + DAY}, {"deleted": True}, {"plugin": "elders"},
            )
        )  # fmt: skip
        entry = make_entry(session, author, **hours)
        for reader in chance.sample([{"person": chance.choice(others)}, *({"coaching": one} for one in coachings),
                                     {"circle": circle}], chance.randint(1, 3)):  # fmt: skip
            make_share(session, entry, since=chance.choice((LONG_AGO, LONG_AGO, TODAY)), until=_until(chance), **reader)
        entries.append(entry)
    session.flush()
    return people, entries


def test_the_strip_names_exactly_those_who_can_read(session: Session) -> None:
    seen: Counter[str] = Counter()
    for number in range(WORLDS):
        people, entries = _world(session, random.Random(number), number)
        scopes = {person.name: open_scope_for(session, person) for person in people}
        for entry in entries:
            who = who_sees(scopes[people[0].name], get_entry(scopes[people[0].name], entry.id))
            named = {line.name for line in who.readers if line.name.startswith("Mens")}
            reading = set()
            for person in people[1:]:
                found = find_entry(scopes[person.name], entry.id)
                seen[found.answer.reason if found else "nobody"] += 1
                if found:
                    reading.add(person.name)
            assert named == reading, f"world {number}, entry {entry.title}: {who}"
            assert not (who.private and reading)
            assert all(name in who.sentence for name in sorted(reading)[: 1 if len(reading) == 1 else 0])
    assert all(seen[rule] >= 3 for rule in ("shared_with_me", "shared_with_coach", "shared_with_circle")), seen
    assert seen["nobody"] > 50
