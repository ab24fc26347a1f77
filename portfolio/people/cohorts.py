"""A school's cohorts, its own and those of others it takes part in; and the next year of one.

Configuration only: nothing here says who wrote, or how much, or with what.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from portfolio.clock import Ending
from portfolio.errors import NotVisible
from portfolio.people import switching
from portfolio.people.models import Agreement, Cohort, CohortPartner, School
from portfolio.people.organising import check_administrator, check_period
from portfolio.scope import Scope

NAME_LENGTH = 120


@dataclass(frozen=True)
class CohortFacts(Ending):
    """A cohort, and the school that is its home."""

    id: uuid.UUID
    school_id: uuid.UUID
    school: str
    name: str
    since: dt.date
    until: dt.date | None


@dataclass(frozen=True)
class CohortPlace(Ending):
    """A cohort as an administrator of `school_id` has to do with it: as its home, or as a school that takes part."""

    cohort: CohortFacts
    school_id: uuid.UUID
    partner_id: uuid.UUID | None = None
    """None at home."""
    accepted: bool = True
    """The school said yes; its people can take part."""
    until: dt.date | None = None
    """The school takes part up to, not including, this day."""

    @property
    def id(self) -> uuid.UUID:
        """Of the cohort."""
        return self.cohort.id

    @property
    def at_home(self) -> bool:
        """It's the school's own cohort: it decides what is on."""
        return self.partner_id is None

    def check_home(self) -> None:
        """Raises NotVisible for a cohort of another school."""
        if not self.at_home:
            raise NotVisible(str(self.id))

    def check_guest(self) -> None:
        """Raises NotVisible but for a school that said yes to another's cohort."""
        if self.at_home or not self.accepted:
            raise NotVisible(str(self.id))

    def check_takes_part(self) -> None:
        """Raises NotVisible while the school was only asked."""
        if not self.accepted:
            raise NotVisible(str(self.id))


COHORTS = select(Cohort.id, Cohort.school_id, School.name, Cohort.name, Cohort.since, Cohort.until).join(
    School, School.id == Cohort.school_id
)
"""Rows of CohortFacts."""


def list_cohorts(scope: Scope, school_id: uuid.UUID) -> list[CohortFacts]:
    """The school's own cohorts, newest first. One query."""
    check_administrator(scope, school_id)
    rows = scope.session.execute(
        COHORTS.where(Cohort.school_id == school_id).order_by(Cohort.since.desc(), Cohort.name, Cohort.id)
    )
    return [CohortFacts(*row) for row in rows]


def get_place(scope: Scope, school_id: uuid.UUID, cohort_id: uuid.UUID) -> CohortPlace:
    """A cohort of a school the viewer administers, or one the school takes part in or was asked for.

    In a write it keeps others waiting with the same cohort. Raises NotVisible. One query.
    """
    check_administrator(scope, school_id)
    partner = and_(
        CohortPartner.cohort_id == Cohort.id,
        CohortPartner.school_id == school_id,
        CohortPartner.running(scope.today),
    )
    wanted = (
        COHORTS.add_columns(CohortPartner.id, CohortPartner.accepted_at, CohortPartner.until)
        .outerjoin(CohortPartner, partner)
        .where(Cohort.id == cohort_id, or_(Cohort.school_id == school_id, CohortPartner.id.is_not(None)))
    )
    row = scope.session.execute(wanted.with_for_update(of=Cohort) if scope.writing else wanted).first()
    if row is None:
        raise NotVisible(str(cohort_id))
    facts, (partner_id, accepted_at, until) = CohortFacts(*row[:6]), row[6:]
    if facts.school_id == school_id:
        return CohortPlace(facts, school_id)
    return CohortPlace(facts, school_id, partner_id, accepted_at is not None, until)


def get_home(scope: Scope, school_id: uuid.UUID, cohort_id: uuid.UUID) -> CohortPlace:
    """A cohort of the school's own. Raises NotVisible. One query."""
    place = get_place(scope, school_id, cohort_id)
    place.check_home()
    return place


def get_guest(scope: Scope, school_id: uuid.UUID, cohort_id: uuid.UUID) -> CohortPlace:
    """A cohort of another in which the school takes part. Raises NotVisible. One query."""
    place = get_place(scope, school_id, cohort_id)
    place.check_guest()
    return place


def make_cohort(scope: Scope, school_id: uuid.UUID, name: str, since: dt.date, last_day: dt.date | None) -> uuid.UUID:
    """A new cohort of the school; returns its id. Raises Refused (fields since, last_day), NotVisible."""
    check_administrator(scope, school_id)
    until = check_period(scope, since, last_day)
    cohort = Cohort(school_id=school_id, name=name, since=since, until=until)
    scope.session.add(cohort)
    scope.session.flush()
    return cohort.id


def copy_cohort(
    scope: Scope, place: CohortPlace, name: str, since: dt.date, last_day: dt.date | None
) -> uuid.UUID:
    """The cohort's next year: a new one with what is on (or was on its last day), settings and what is arranged.

    Its people and other schools aren't copied: who takes part is decided anew. What goes on without a gap goes on in
    the shares too.
    """
    place.check_home()
    last = place.cohort.last_day
    copy_id = make_cohort(scope, place.school_id, name, since, last_day)
    until = last_day + dt.timedelta(days=1) if last_day else None
    switching.copy_switches(scope.session, place.id, copy_id, since, until, min(scope.today, last or scope.today))
    arranged = scope.session.scalars(select(Agreement).where(Agreement.cohort_id == place.id)).all()
    scope.session.add_all(
        Agreement(cohort_id=copy_id, what=one.what, reference=one.reference, day=one.day) for one in arranged
    )
    scope.session.flush()
    return copy_id
