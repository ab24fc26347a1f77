"""The people of the demo world: persons, schools and boards, and their relations in time, all agreed to."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from portfolio.db import new_id
from portfolio.demo import texts
from portfolio.demo.days import Days
from portfolio.demo.tables import Row, Tables
from portfolio.demo.texts import DemoError, When, World
from portfolio.entries.models import CIRCLE, JOINT, PERSON, Portfolio, PortfolioMember
from portfolio.people.models import (
    SCHOOL_ROLES,
    Agreement,
    Board,
    BoardRole,
    Circle,
    CircleMember,
    Coaching,
    Cohort,
    CohortMember,
    Leadership,
    Person,
    School,
    SchoolRole,
    Switch,
    Trio,
    TrioMember,
)

COHORT, COHORT_SCHOOL, COHORT_BEGINS = "Delen van leiderschap", "papieren_brug", When(0, "09-01")
TRIO = "De drie van de Papieren Brug"


@dataclass(frozen=True)
class Agreed:
    """A coaching, from the day the teacher agreed to it."""

    id: uuid.UUID
    since: dt.date


@dataclass
class People:
    """Who is who, by the keys of the texts."""

    persons: dict[str, uuid.UUID] = field(default_factory=dict)
    portfolios: dict[str, uuid.UUID] = field(default_factory=dict)
    """Also those of circles, as `circle:<key>`, and of a teacher and their leader, as `joint:<teacher>`."""
    circles: dict[str, uuid.UUID] = field(default_factory=dict)
    coachings: dict[tuple[str, str], Agreed] = field(default_factory=dict)
    """By coach and teacher."""
    chains: dict[str, uuid.UUID] = field(default_factory=dict)
    """Of the switches of each plugin that is on in the cohort."""
    rows: dict[str, Row] = field(default_factory=dict)

    def was_seen(self, key: str, at: dt.datetime) -> None:
        """Somebody did something at that moment."""
        row = self.rows[key]
        row["last_seen_at"] = max(row["last_seen_at"], at)


def add_people(tables: Tables, world: World, days: Days, password_hash: str) -> People:
    """Add everybody with an account that has been used, and how they stand to each other."""
    people = People()
    schools, boards = _add_schools(tables, world)
    for person in world.persons:
        _add_person(tables, people, person, days, _first_year(world, person), password_hash)
        _add_roles(tables, people, person, days.first_day(_first_year(world, person)), schools, boards)
    school_of = {person.key: schools[person.school] for person in world.persons}
    leaderships = {}
    for led in world.leaderships:
        leaderships[led.leader, led.teacher] = tables.add(
            Leadership,
            leader_id=people.persons[led.leader],
            teacher_id=people.persons[led.teacher],
            school_id=school_of[led.teacher],
            since=days.first_day(led.from_year),
            until=None if led.until_year is None else days.first_day(led.until_year),
        )
    _add_coaches(tables, people, world, days, school_of)
    for coached in world.coachings:
        since = days.happened(days.day(When(coached.from_year, coached.day)))
        coaching_id = tables.add(
            Coaching,
            coach_id=people.persons[coached.coach],
            teacher_id=people.persons[coached.teacher],
            school_id=school_of[coached.teacher],
            since=since,
            until=None,
            accepted_at=days.moment(When(coached.from_year, coached.day), f"{coached.coach} {coached.teacher}"),
        )
        people.coachings[coached.coach, coached.teacher] = Agreed(coaching_id, since)
    for circle in world.circles:
        _add_circle(tables, people, circle, days)
    cohort_id = _add_cohort(tables, people, world, days, schools[COHORT_SCHOOL])
    for joint in world.joints:
        _add_joint(tables, people, joint, days, leaderships[joint.leader, joint.teacher], cohort_id)
    _add_trio(tables)
    return people


def _add_trio(tables: Tables) -> None:
    """Those who take part in the cohort form a trio, from the day that the last of them came."""
    members = tables.rows[CohortMember.__tablename__]
    since = max(member["since"] for member in members)
    place = {name: members[0][name] for name in ("cohort_id", "school_id")}
    trio_id = tables.add(Trio, name=TRIO, since=since, until=None, **place)
    for member in members:
        tables.add_row(TrioMember, {"trio_id": trio_id, "member_id": member["id"]})


def _add_coaches(
    tables: Tables, people: People, world: World, days: Days, school_of: dict[str, uuid.UUID]
) -> None:
    """Who coaches a teacher from elsewhere is a coach at that school too: only those can be proposed."""
    here = {(person.key, school_of[person.key]) for person in world.persons if "coach" in person.roles}
    for coached in sorted(world.coachings, key=lambda coached: coached.from_year):
        place = (coached.coach, school_of[coached.teacher])
        if place in here:
            continue
        here.add(place)
        tables.add(
            SchoolRole,
            person_id=people.persons[coached.coach],
            school_id=place[1],
            role="coach",
            since=days.first_day(coached.from_year),
            until=None,
        )


def _first_year(world: World, person: texts.Person) -> int:
    """The school year in which a teacher came; everybody else was there from the beginning."""
    if "teacher" not in person.roles:
        return 0
    told = [text.year for text in world.texts if text.author == person.key]
    told += [led.from_year for led in world.leaderships if led.teacher == person.key]
    told += [coached.from_year for coached in world.coachings if coached.teacher == person.key]
    told += [circle.from_year for circle in world.circles if person.key in circle.members]
    return min(told, default=0)


def _add_schools(tables: Tables, world: World) -> tuple[dict[str, uuid.UUID], dict[str, uuid.UUID]]:
    """Schools, and the board of each, by the key of the school."""
    named = {name: tables.add(Board, name=name) for name in {school.board: None for school in world.schools}}
    boards = {school.key: named[school.board] for school in world.schools}
    schools = {
        school.key: tables.add(School, name=school.name, board_id=boards[school.key]) for school in world.schools
    }
    return schools, boards


def _add_person(
    tables: Tables, people: People, person: texts.Person, days: Days, year: int, password_hash: str
) -> None:
    made = days.moment(When(year, "08-20"), f"made {person.key}")
    used = made + dt.timedelta(minutes=20)
    row: Row = {
        "name": person.name,
        "email": f"{person.key}@example.org",
        "language": person.language,
        "password_hash": password_hash,
        "created_at": made,
        "used_at": used,
        "last_seen_at": used,
    }
    people.persons[person.key] = row["id"] = new_id()
    people.rows[person.key] = tables.add_row(Person, row)
    people.portfolios[person.key] = tables.add(
        Portfolio, kind=PERSON, person_id=row["id"], circle_id=None, cohort_id=None, leadership_id=None
    )


def _add_roles(
    tables: Tables,
    people: People,
    person: texts.Person,
    since: dt.date,
    schools: dict[str, uuid.UUID],
    boards: dict[str, uuid.UUID],
) -> None:
    who = people.persons[person.key]
    for role in person.roles:
        if role in SCHOOL_ROLES:
            tables.add(
                SchoolRole, person_id=who, school_id=schools[person.school], role=role, since=since, until=None
            )
        elif role == "board":
            tables.add(BoardRole, person_id=who, board_id=boards[person.school], since=since, until=None)
        else:
            raise DemoError(f"{person.key}: nobody knows the role {role}")


def _add_circle(tables: Tables, people: People, circle: texts.Circle, days: Days) -> None:
    when = When(circle.from_year, circle.day)
    day = days.day(when)
    agreed = days.moments(circle.key, [(day, place, key) for place, key in enumerate(("", *circle.members))])
    circle_id = tables.add(Circle, name=circle.name, purpose=circle.purpose, created_at=agreed[""])
    people.circles[circle.key] = circle_id
    place = {"id": new_id(), "kind": CIRCLE, "person_id": None, "circle_id": circle_id}
    row = tables.add_row(Portfolio, place | {"cohort_id": None, "leadership_id": None})
    people.portfolios[f"circle:{circle.key}"] = row["id"]
    for key in circle.members:
        tables.add(
            CircleMember,
            circle_id=circle_id,
            person_id=people.persons[key],
            invited_by=None if key == circle.members[0] else people.persons[circle.members[0]],
            since=days.happened(day),
            until=None,
            accepted_at=agreed[key],
        )


def _add_joint(
    tables: Tables, people: People, joint: texts.Together, days: Days, leadership_id: uuid.UUID, cohort_id: uuid.UUID
) -> None:
    """The joint portfolio of a leadership, whose home is the cohort; either of the two opened it."""
    place = {"cohort_id": cohort_id, "leadership_id": leadership_id}
    portfolio_id = tables.add(Portfolio, kind=JOINT, person_id=None, circle_id=None, **place)
    people.portfolios[f"joint:{joint.teacher}"] = portfolio_id
    since = days.happened(days.day(When(joint.from_year, joint.day)))
    for key in (joint.teacher, joint.leader):
        who = people.persons[key]
        tables.add(PortfolioMember, portfolio_id=portfolio_id, person_id=who, since=since, until=None)


def _add_cohort(tables: Tables, people: People, world: World, days: Days, school_id: uuid.UUID) -> uuid.UUID:
    begins = days.day(COHORT_BEGINS)
    cohort_id = tables.add(Cohort, school_id=school_id, name=COHORT, since=begins, until=None)
    for place in tables.rows[Portfolio.__tablename__]:
        place["cohort_id"] = cohort_id if place["kind"] == CIRCLE else None  # the home of every circle
    for person in world.persons:
        if person.school == COHORT_SCHOOL and "teacher" in person.roles:
            since = max(begins, days.first_day(_first_year(world, person)))
            tables.add(
                CohortMember, cohort_id=cohort_id, school_id=school_id, person_id=people.persons[person.key],
                role="participant", since=since, until=None,
            )  # fmt: skip
    for agreed in world.agreements:
        row = {"what": agreed.what, "reference": agreed.reference, "day": days.day(agreed)}
        tables.add_row(Agreement, {"cohort_id": cohort_id, **row})
    _add_switches(tables, people, world, days, cohort_id)
    return cohort_id


def _add_switches(tables: Tables, people: People, world: World, days: Days, cohort_id: uuid.UUID) -> None:
    """What is on in the cohort. The switches of one plugin have no gap, so they are one chain."""
    last: dict[str, Row] = {}
    for switched in world.switches:
        since = days.happened(days.day(When(switched.from_year, switched.day)))
        if switched.plugin in last:
            last[switched.plugin]["until"] = since
        last[switched.plugin] = tables.add_row(
            Switch,
            {
                "id": new_id(),
                "cohort_id": cohort_id,
                "plugin": switched.plugin,
                "chain": people.chains.setdefault(switched.plugin, new_id()),
                "settings": {},
                "since": since,
                "until": None if switched.until_year is None else days.first_day(switched.until_year),
            },
        )
