"""The world the benchmark measures in: teachers with many years of entries, and coaches with several teachers.

Written straight into the tables, because ten thousand entries through the services would take minutes.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, insert, select, text
from sqlalchemy.orm import Session

from portfolio import clock
from portfolio.db import Base, Database, new_id
from portfolio.entries.kinds import Kind, sha256_of
from portfolio.entries.models import Comment, Entry, Link, Portfolio, Reading, Rendered, Revision, Share
from portfolio.markdown import RENDERER_VERSION
from portfolio.people.models import (
    Circle,
    CircleMember,
    Coaching,
    Cohort,
    CohortMember,
    Person,
    School,
    SchoolRole,
)
from portfolio.sections.evidence.kinds import Evidence
from portfolio.sections.goals.kinds import Goal
from portfolio.sections.reflections.kinds import Reflection

YEARS = 8
GOALS = 10
"""Of each teacher, whatever the number of entries: the list of ten."""
COLLEAGUES = 3
"""Further teachers of each coach, each with as many entries."""
WRITERS = 8
"""Entries kept apart for the write, so that connections don't edit each other's text."""
SECTION = {"goal": "goals", "evidence": "evidence", "reflection": "reflections"}
SENTENCES = (
    "Vandaag vroeg een leerling waarom wij de les altijd zelf beginnen, en ik had geen antwoord.",
    "In het overleg liet ik een stilte vallen; **Idris** pakte het op en het werd zijn voorstel.",
    "Wat ik anders deed: eerst luisteren, dan samenvatten, pas daarna mijn eigen mening.",
    "De sectie koos voor een *proef van zes weken*, met een vast moment om terug te kijken.",
    "Ik merkte dat ik het lastig vond om het los te laten, en dat het toch goed kwam.",
    "Volgende keer vraag ik het een week eerder, zodat niemand zich overvallen voelt.",
)


@dataclass(frozen=True)
class Measured:
    """What is measured for one number of entries."""

    size: int
    teacher: uuid.UUID
    portfolio: uuid.UUID
    coach: uuid.UUID
    commented: uuid.UUID
    """An entry with ten comments."""
    writable: tuple[uuid.UUID, ...]
    """For the application's writes; the floor writes in `writable_by_floor`."""
    writable_by_floor: tuple[uuid.UUID, ...]


def make_world(database: Database, sizes: Sequence[int]) -> list[Measured]:
    """Fill a migrated, empty database with one coach and four teachers for each size."""
    with database.write() as session:
        school = School(name="Lyceum De Papieren Brug")
        session.add(school)
        session.flush()
        cohort = Cohort(school_id=school.id, name="Delen van leiderschap", since=dt.date(2018, 8, 1))
        session.add(cohort)
        session.flush()
        measured = [_make_size(session, school, cohort, size) for size in sizes]
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return measured


def _make_size(session: Session, school: School, cohort: Cohort, size: int) -> Measured:
    coach = _make_person(session, f"Ruben Coach {size}", school, cohort, "coach")
    circle = Circle(name=f"Buitenspiegel {size}", created_at=clock.now())
    session.add(circle)
    session.flush()
    session.add(Portfolio(kind="circle", circle_id=circle.id))
    found: Measured | None = None
    for number in range(1 + COLLEAGUES):
        name = f"Fenna Voorbeeld {size}" if number == 0 else f"Collega {number} van {size}"
        person = _make_person(session, name, school, cohort, "teacher")
        coaching = Coaching(
            coach_id=coach.id, teacher_id=person.id, school_id=school.id, since=dt.date(2020, 8, 1),
            accepted_at=clock.now(), focus="Ruimte maken",
        )  # fmt: skip
        member = CircleMember(
            circle_id=circle.id, person_id=person.id, since=dt.date(2020, 8, 1), accepted_at=clock.now()
        )
        session.add_all([coaching, member])
        session.flush()
        portfolio = session.execute(select(Portfolio.id).where(Portfolio.person_id == person.id)).scalar_one()
        rows = _Rows(person.id, portfolio, coach.id, coaching.id, circle.id)
        rows.write_all(size)
        rows.insert(session)
        found = found or Measured(
            size, person.id, portfolio, coach.id, rows.commented,
            tuple(rows.evidence[1 : 1 + WRITERS]), tuple(rows.evidence[1 + WRITERS : 1 + 2 * WRITERS]),
        )  # fmt: skip
    assert found is not None
    return found


def _make_person(session: Session, name: str, school: School, cohort: Cohort, role: str) -> Person:
    person = Person(
        name=name, email=f"{uuid.uuid4().hex}@example.org", created_at=clock.now(), used_at=clock.now(),
        last_seen_at=clock.now(),
    )  # fmt: skip
    session.add(person)
    session.flush()
    since = dt.date(2018, 8, 1)
    session.add(Portfolio(kind="person", person_id=person.id))
    session.add(SchoolRole(person_id=person.id, school_id=school.id, role=role, since=since))
    session.add(CohortMember(cohort_id=cohort.id, school_id=school.id, person_id=person.id, since=since))
    session.flush()
    return person


class _Rows:
    """All rows of one teacher, gathered per table."""

    def __init__(
        self, person: uuid.UUID, portfolio: uuid.UUID, coach: uuid.UUID, coaching: uuid.UUID, circle: uuid.UUID
    ) -> None:
        self.person, self.portfolio, self.coach = person, portfolio, coach
        self.coaching, self.circle = coaching, circle
        self.today = clock.today()
        self.now = clock.now()
        self.rows: dict[type[Base], list[dict[str, Any]]] = {
            model: [] for model in (Entry, Revision, Rendered, Share, Link, Comment, Reading)
        }
        self.goals: list[uuid.UUID] = []
        self.evidence: list[uuid.UUID] = []
        self.html: dict[tuple[str, int], dict[str, str]] = {}

    def write_all(self, size: int) -> None:
        """Ten goals spread over the years, and evidence and reflections in turn."""
        step = YEARS * 365 / size
        goal_every = size // GOALS
        for number in range(size):
            kind: type[Kind] = Evidence if number % 2 == 0 else Reflection
            if number % goal_every == goal_every // 2 + 1:
                kind = Goal
            self._write(number, kind, self.today - dt.timedelta(days=int(number * step)))
        for number, goal in enumerate(self.goals):
            for shown_by in self.evidence[number * 3 : number * 3 + 3]:
                self._link(shown_by, goal, "shows")
        for earlier, later in zip(self.goals[1:4], self.goals[:3], strict=True):
            self._link(later, earlier, "continues")
        self._comments()

    @property
    def commented(self) -> uuid.UUID:
        """The entry that gets ten comments."""
        return self.evidence[0]

    def _write(self, number: int, kind: type[Kind], day: dt.date) -> None:
        entry_id = new_id()
        variant = number % 24
        content = kind.empty() | self._texts(kind, variant)
        title = f"{SENTENCES[number % len(SENTENCES)][:44]} {number}"
        state = ("idea", "working", "resting", "reached", "let_go")[number % 5] if kind is Goal else ""
        at = self.now - dt.timedelta(minutes=number * 7)
        latest = 3 if number % 10 == 0 else 1
        self.rows[Entry].append(
            {"id": entry_id, "portfolio_id": self.portfolio, "author_id": self.person, "plugin": SECTION[kind.name],
             "kind": kind.name, "title": title, "happened_on": day, "state": state, "audience": "portfolio",
             "number": latest, "created_at": at, "updated_at": at}
        )  # fmt: skip
        for revision_number in range(1, latest + 1):
            revision_id = new_id()
            self.rows[Revision].append(
                {"id": revision_id, "entry_id": entry_id, "number": revision_number, "author_id": self.person,
                 "title": title, "happened_on": day, "kind_version": kind.version, "content": content,
                 "sha256": sha256_of(title, day, None, None, content, kind.version), "created_at": at}
            )  # fmt: skip
            if (kind.name, variant) not in self.html:
                self.html[kind.name, variant] = kind.html(content)
            self.rows[Rendered].append(
                {"revision_id": revision_id, "renderer": RENDERER_VERSION, "html": self.html[kind.name, variant]}
            )
        if kind is Goal:
            self.goals.append(entry_id)
        elif kind is Evidence:
            self.evidence.append(entry_id)
        if number % 10 == 0:
            self._share(entry_id, day, at, coaching_id=self.coaching)
            if number % 20 == 0:
                self.rows[Reading].append({"entry_id": entry_id, "reader_id": self.coach, "day": self.today})
        if number % 25 == 0:
            self._share(entry_id, day, at, circle_id=self.circle)

    def _texts(self, kind: type[Kind], variant: int) -> dict[str, str]:
        names = {"goal": ("why", "room_for_others"), "evidence": ("story", "pupils_noticed"), "reflection": ("text",)}
        turned = SENTENCES[variant % 6 :] + SENTENCES[: variant % 6]
        paragraphs = [" ".join(turned[: 2 + (variant + part) % 4]) for part in range(3)]
        return {name: "\n\n".join(paragraphs) for name in names[kind.name]}

    def _share(self, entry_id: uuid.UUID, day: dt.date, at: dt.datetime, **reader: uuid.UUID) -> None:
        reached = {"coaching_id": None, "circle_id": None, "person_id": None} | reader
        self.rows[Share].append({"id": new_id(), "entry_id": entry_id, "shared_at": at, "since": day, **reached})

    def _link(self, from_id: uuid.UUID, to_id: uuid.UUID, type_: str) -> None:
        self.rows[Link].append(
            {"id": new_id(), "from_id": from_id, "to_id": to_id, "type": type_, "created_at": self.now}
        )

    def _comments(self) -> None:
        """Ten on one entry; and five other shared entries where the teacher answered last."""
        kinds = ("question", "mirror", "encouragement", "reference")
        for number in range(10):
            self._comment(self.commented, self.coach, number, kind=kinds[number % 4], quote="eerst luisteren")
        shared = [share["entry_id"] for share in self.rows[Share] if share["coaching_id"]]
        shared = [entry_id for entry_id in shared if entry_id != self.commented]
        for number, entry_id in enumerate(shared[:5]):
            asked = self._comment(entry_id, self.coach, 20 + number, kind="question")
            self._comment(entry_id, self.person, 40 + number, reply_to=asked)

    def _comment(self, entry_id: uuid.UUID, author: uuid.UUID, number: int, **more: Any) -> uuid.UUID:
        id_ = new_id()
        values = {"kind": "", "quote": "", "reply_to": None} | more
        at = self.now - dt.timedelta(days=30) + dt.timedelta(minutes=number)
        body = " ".join(SENTENCES[(number + part) % 6] for part in range(3))
        self.rows[Comment].append(
            {"id": id_, "entry_id": entry_id, "author_id": author, "body": body, "written_at": at, **values}
        )
        return id_

    def insert(self, session: Session) -> None:
        """Write them all down."""
        for model, rows in self.rows.items():
            table = model.__table__
            assert isinstance(table, Table)
            for start in range(0, len(rows), 5000):
                session.execute(insert(table), rows[start : start + 5000])
