"""Who takes part in a cohort. Each school puts in and takes out its own people, and reads of nobody else."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select

from portfolio.clock import Ending
from portfolio.errors import NotVisible, Refused
from portfolio.i18n import LazyText
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.people.cohorts import CohortPlace
from portfolio.people.models import CohortMember, Person
from portfolio.people.organising import check_end, check_period, list_people_here, overlap
from portfolio.scope import Scope

ROLES: dict[str, LazyText] = {
    "participant": _l("Participant"),
    "coach": _l("Coach"),
    "programme_leader": _l("Programme leader"),
}
"""What somebody is in a cohort. A word: what is on is on for each of them, and none reads more than another."""


@dataclass(frozen=True)
class MemberLine(Ending):
    """Somebody in a cohort, from a day until a day."""

    id: uuid.UUID
    person_id: uuid.UUID
    name: str
    role: str
    since: dt.date
    until: dt.date | None

    @property
    def role_name(self) -> LazyText | str:
        """What they are in it, in words."""
        return ROLES.get(self.role, self.role)


_LINES = select(
    CohortMember.id, Person.id, Person.name, CohortMember.role, CohortMember.since, CohortMember.until
).join(Person, Person.id == CohortMember.person_id)


def list_members(scope: Scope, place: CohortPlace) -> list[MemberLine]:
    """Who is, was or will be in the cohort through this school, by name. One query."""
    rows = scope.session.execute(
        _LINES.where(CohortMember.cohort_id == place.id, CohortMember.school_id == place.school_id).order_by(
            Person.name, CohortMember.since, CohortMember.id
        )
    )
    return [MemberLine(*row) for row in rows]


def get_member(scope: Scope, place: CohortPlace, member_id: uuid.UUID) -> MemberLine:
    """Somebody whom this school put in, and who isn't out yet. Raises NotVisible. One query."""
    row = scope.session.execute(
        _LINES.where(
            CohortMember.id == member_id,
            CohortMember.cohort_id == place.id,
            CohortMember.school_id == place.school_id,
            CohortMember.not_over(scope.today),
        )
    ).one_or_none()
    if row is None:
        raise NotVisible(str(member_id))
    return MemberLine(*row)


def add_member(
    scope: Scope, place: CohortPlace, person_id: uuid.UUID | None, role: str, since: dt.date, last_day: dt.date | None
) -> None:
    """Somebody of the school takes part. Raises Refused (fields person, role, since, last_day), NotVisible."""
    place.check_takes_part()
    if person_id not in dict(list_people_here(scope, place.school_id)):
        raise Refused({"person": _("Choose one of these.")})
    if role not in ROLES:
        raise Refused({"role": _("Choose one of these.")})
    until = check_period(scope, since, last_day)
    if place.until is not None:
        until = min(until or place.until, place.until)
        if since >= until:
            raise Refused({"since": _("By this day your school doesn't take part any more.")})
    there = scope.session.execute(
        select(CohortMember.since, CohortMember.until).where(
            CohortMember.cohort_id == place.id,
            CohortMember.school_id == place.school_id,  # through another school: that isn't this one's to know
            CohortMember.person_id == person_id,
        )
    )
    if any(overlap(*period, since, until) for period in there):
        raise Refused({"person": _("This person takes part in these days already.")})
    scope.session.add(
        CohortMember(
            cohort_id=place.id, school_id=place.school_id, person_id=person_id, role=role, since=since, until=until
        )
    )
    scope.session.flush()


def end_member(scope: Scope, place: CohortPlace, member_id: uuid.UUID, last_day: dt.date) -> None:
    """Somebody takes part up to and including a day. Raises Refused (last_day), NotVisible."""
    member = get_member(scope, place, member_id)
    until = check_end(scope, member.since, last_day)
    if place.until is not None:
        until = min(until, place.until)
    scope.session.get_one(CohortMember, member_id).until = until
    scope.session.flush()
