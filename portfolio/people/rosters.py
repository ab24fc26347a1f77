"""A file of people at a school: held against who is there already, kept to be looked at, and shown again.

Keeping it invites nobody; see roster_importing.py for what happens when somebody says yes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, func, insert, select

from portfolio import once
from portfolio.entries.inputs import clean_line
from portfolio.errors import NotVisible
from portfolio.people.inviting import find_known
from portfolio.people.models import Cohort, Person
from portfolio.people.organising import check_administrator
from portfolio.people.roster import FaultyLine, PersonLine, Problem, Sheet
from portfolio.people.roster_models import Roster, RosterLine
from portfolio.scope import Scope

KEPT = dt.timedelta(days=1)
UNDO_FOR = dt.timedelta(hours=1)
SLOW = dt.timedelta(minutes=5)
PREVIEW, BUSY, DONE, UNDONE = "preview", "busy", "done", "undone"
WAITING, INVITED, KNOWN, OFTEN = "", "invited", "known", "often"
"""What becomes of a line: invited; or left out, because the school has that address by now, or because too many
invitations went there today."""


@dataclass(frozen=True)
class Checked:
    """A file that was held against the school: whom to invite (each with a cohort's id), and what is wrong."""

    people: list[tuple[PersonLine, uuid.UUID | None]]
    faulty: list[FaultyLine]
    unread: list[str]


@dataclass(frozen=True)
class RosterFacts:
    """A file of people, and how far it is."""

    id: uuid.UUID
    by: str
    created_at: dt.datetime
    confirmed_at: dt.datetime | None
    done_at: dt.datetime | None
    undone_at: dt.datetime | None
    faulty: list[FaultyLine]
    unread: list[str]
    outcomes: Counter[str]
    """How many lines for each outcome."""

    @property
    def people(self) -> int:
        """How many the file is about, less those that were taken back."""
        return self.outcomes.total()

    @property
    def state(self) -> str:
        """preview, busy, done or undone."""
        if self.undone_at:
            return UNDONE
        if self.done_at:
            return DONE
        return BUSY if self.confirmed_at else PREVIEW

    @property
    def undo_until(self) -> dt.datetime | None:
        """Until when it can be taken back; None while that isn't known."""
        return self.done_at + UNDO_FOR if self.done_at else None

    def can_be_undone(self, now: dt.datetime) -> bool:
        """Whether it was carried out, or is being, and not longer ago than an hour."""
        return self.state == BUSY or (self.undone_at is None and self.undo_until is not None and now < self.undo_until)

    def is_slow(self, now: dt.datetime) -> bool:
        """It should have been done long ago."""
        return self.state == BUSY and self.confirmed_at is not None and now > self.confirmed_at + SLOW


@dataclass(frozen=True)
class ShownLine:
    """A line of a kept file."""

    number: int
    name: str
    email: str
    role: str
    language: str
    cohort: str
    outcome: str


def check_sheet(scope: Scope, school_id: uuid.UUID, sheet: Sheet) -> Checked:
    """Hold a file against the school's own people and cohorts. Two queries. Raises NotVisible.

    No other school's people are looked at: an address that is known elsewhere is like any other.
    """
    check_administrator(scope, school_id)
    known = find_known(scope, school_id)
    cohorts: dict[str, list[uuid.UUID]] = {}
    running = select(Cohort.name, Cohort.id).where(Cohort.school_id == school_id, Cohort.not_over(scope.today))
    for name, id_ in scope.session.execute(running):
        cohorts.setdefault(clean_line(name).casefold(), []).append(id_)
    checked = Checked([], list(sheet.faulty), sheet.unread)
    for line in sheet.people:
        called = cohorts.get(line.cohort.casefold(), []) if line.cohort else []
        problems = []
        if line.email in known:
            problems.append(Problem("known"))
        if line.cohort and len(called) != 1:
            problems.append(Problem("cohorts" if called else "cohort", line.cohort[:60]))
        if problems:
            checked.faulty.append(FaultyLine(line.number, f"{line.name}, {line.email}", tuple(problems)))
        else:
            checked.people.append((line, called[0] if called else None))
    checked.faulty.sort(key=lambda line: line.number)
    return checked


def keep_roster(
    scope: Scope, school_id: uuid.UUID, checked: Checked, *, form_id: uuid.UUID | None = None
) -> uuid.UUID:
    """Keep a file to be looked at, for a day; returns its id. It takes the place of the viewer's last one here.

    The same sent twice by a form (see once.py) is one. Raises NotVisible.
    """
    check_administrator(scope, school_id)
    lines = [
        {
            "number": line.number, "name": line.name, "email": line.email, "role": line.role,
            "language": line.language, "cohort_id": cohort_id, "outcome": WAITING,
        }
        for line, cohort_id in checked.people
    ]  # fmt: skip
    findings = {"faulty": [_told(line) for line in checked.faulty], "unread": checked.unread}
    told = json.dumps([str(school_id), lines, findings], default=str, sort_keys=True)
    digest = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
    unconfirmed = (
        Roster.school_id == school_id, Roster.made_by == scope.me.id, Roster.confirmed_at.is_(None)
    )  # fmt: skip

    def find_same(since: dt.datetime) -> uuid.UUID | None:
        same = select(Roster.id).where(*unconfirmed, Roster.digest == digest, Roster.created_at >= since)
        return scope.session.scalar(same.limit(1))

    values = {
        "school_id": school_id, "made_by": scope.me.id, "digest": digest, "findings": findings,
        "created_at": scope.now, "ends_at": scope.now + KEPT,
    }  # fmt: skip
    roster_id, written = once.add_row(scope, Roster.__table__, values, form_id, [digest], find_same)
    if written:
        scope.session.execute(delete(Roster).where(*unconfirmed, Roster.id != roster_id))
        if lines:
            scope.rows(insert(RosterLine), [{"roster_id": roster_id, **line} for line in lines])  # type: ignore[arg-type]
    return roster_id


def get_roster(scope: Scope, school_id: uuid.UUID, roster_id: uuid.UUID) -> RosterFacts:
    """A file of people of a school the viewer administers, whoever made it. Two queries. Raises NotVisible."""
    check_administrator(scope, school_id)
    found = _facts(scope, _ROSTERS.where(Roster.id == roster_id, Roster.school_id == school_id))
    if not found:
        raise NotVisible(str(roster_id))
    return found[0]


def list_recent(scope: Scope, school_id: uuid.UUID) -> list[RosterFacts]:
    """What was carried out at the school in the last day, newest first. Two queries."""
    check_administrator(scope, school_id)
    recent = _ROSTERS.where(Roster.school_id == school_id, Roster.confirmed_at.is_not(None))
    return _facts(scope, recent.order_by(Roster.confirmed_at.desc(), Roster.id))


def list_lines(scope: Scope, roster_id: uuid.UUID, *, but: str | None = None) -> list[ShownLine]:
    """The people of a file, in its order; less those with outcome `but`. For who has the roster's facts. One query."""
    statement = (
        select(
            RosterLine.number, RosterLine.name, RosterLine.email, RosterLine.role, RosterLine.language,
            func.coalesce(Cohort.name, ""), RosterLine.outcome,
        )
        .outerjoin(Cohort, Cohort.id == RosterLine.cohort_id)
        .where(RosterLine.roster_id == roster_id)
        .order_by(RosterLine.number)
    )  # fmt: skip
    if but is not None:
        statement = statement.where(RosterLine.outcome != but)
    return [ShownLine(*row) for row in scope.session.execute(statement)]


_ROSTERS = select(
    Roster.id, Person.name, Roster.created_at, Roster.confirmed_at, Roster.done_at, Roster.undone_at, Roster.findings
).join(Person, Person.id == Roster.made_by)


def _facts(scope: Scope, statement: Select[Any]) -> list[RosterFacts]:
    rows = scope.session.execute(statement.where(Roster.ends_at > scope.now)).all()
    counts: dict[uuid.UUID, Counter[str]] = {}
    counted = (
        select(RosterLine.roster_id, RosterLine.outcome, func.count())
        .where(RosterLine.roster_id.in_([row.id for row in rows]))
        .group_by(RosterLine.roster_id, RosterLine.outcome)
    )
    for id_, outcome, number in scope.session.execute(counted):
        counts.setdefault(id_, Counter())[outcome] = number
    return [
        RosterFacts(
            id_, by, created_at, confirmed_at, done_at, undone_at,
            faulty=[_faulty(one) for one in findings["faulty"]],
            unread=findings["unread"],
            outcomes=counts.get(id_, Counter()),
        )
        for id_, by, created_at, confirmed_at, done_at, undone_at, findings in rows
    ]  # fmt: skip


def _told(line: FaultyLine) -> list[Any]:
    return [line.number, line.who, [[problem.code, problem.what] for problem in line.problems]]


def _faulty(told: Sequence[Any]) -> FaultyLine:
    number, who, problems = told
    return FaultyLine(number, who, tuple(Problem(*problem) for problem in problems))
