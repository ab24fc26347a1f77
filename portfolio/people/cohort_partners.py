"""Other schools in a cohort: its home asks, an administrator of the other school says yes, and either can end it.

A partner reads what is on and what is arranged, and puts in its own people. Neither school reads who the other's are.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import case, or_, select, update

from portfolio.clock import Ending
from portfolio.errors import NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.notices.kinds import COHORT
from portfolio.notices.telling import notify
from portfolio.people.cohorts import COHORTS, CohortFacts, CohortPlace
from portfolio.people.models import Cohort, CohortMember, CohortPartner, School, SchoolRole, Trio
from portfolio.people.organising import check_administrator, check_end
from portfolio.scope import Scope


@dataclass(frozen=True)
class PartnerLine(Ending):
    """A school that takes part in a cohort of another, or was asked to."""

    id: uuid.UUID
    school_id: uuid.UUID
    school: str
    since: dt.date
    until: dt.date | None
    accepted: bool


_LINES = select(
    CohortPartner.id,
    CohortPartner.school_id,
    School.name,
    CohortPartner.since,
    CohortPartner.until,
    CohortPartner.accepted_at.is_not(None),
).join(School, School.id == CohortPartner.school_id)


def list_partners(scope: Scope, place: CohortPlace) -> list[PartnerLine]:
    """The other schools of one's own cohort, by name, also those that left. Raises NotVisible. One query."""
    place.check_home()
    rows = scope.session.execute(
        _LINES.where(CohortPartner.cohort_id == place.id).order_by(School.name, CohortPartner.since, CohortPartner.id)
    )
    return [PartnerLine(*row) for row in rows]


def get_partner(scope: Scope, place: CohortPlace, partner_id: uuid.UUID) -> PartnerLine:
    """One that takes part in one's own cohort, or was asked to. Raises NotVisible. One query."""
    place.check_home()
    row = scope.session.execute(
        _LINES.where(
            CohortPartner.id == partner_id,
            CohortPartner.cohort_id == place.id,
            CohortPartner.not_over(scope.today),
        )
    ).one_or_none()
    if row is None:
        raise NotVisible(str(partner_id))
    return PartnerLine(*row)


def list_schools_to_ask(scope: Scope, place: CohortPlace) -> list[tuple[uuid.UUID, str]]:
    """The schools here that could take part: all but the home and who does or was asked. One query."""
    place.check_home()
    there = select(CohortPartner.school_id).where(
        CohortPartner.cohort_id == place.id, CohortPartner.not_over(scope.today)
    )
    rows = scope.session.execute(
        select(School.id, School.name)
        .where(School.id != place.school_id, School.id.not_in(there))
        .order_by(School.name, School.id)
    )
    return [(id_, name) for id_, name in rows]


def ask_school(scope: Scope, place: CohortPlace, school_id: uuid.UUID | None) -> None:
    """Ask a school to take part from today on; its administrators are told. Raises Refused (school), NotVisible."""
    if school_id not in dict(list_schools_to_ask(scope, place)):
        raise Refused({"school": _("Choose one of these.")})
    asked = CohortPartner(cohort_id=place.id, school_id=school_id, since=scope.today)
    scope.session.add(asked)
    scope.session.flush()
    administrators = select(SchoolRole.person_id).where(
        SchoolRole.school_id == school_id, SchoolRole.role == "administrator", SchoolRole.running(scope.today)
    )
    notify(scope, COHORT, scope.session.scalars(administrators), partner_id=asked.id)


def end_partner(scope: Scope, place: CohortPlace, partner_id: uuid.UUID, last_day: dt.date) -> None:
    """A school takes part in one's own cohort up to and including a day; a question is taken back at once.

    Raises Refused (last_day), NotVisible.
    """
    partner = get_partner(scope, place, partner_id)
    if not partner.accepted:
        scope.session.delete(scope.session.get_one(CohortPartner, partner_id))
        scope.session.flush()
        return
    _end(scope, place.id, partner.school_id, partner_id, partner.since, last_day)


# At the other school


def list_elsewhere(scope: Scope, school_id: uuid.UUID) -> list[tuple[CohortFacts, PartnerLine]]:
    """Cohorts of others in which the school takes part, did, or was asked to; questions first. One query."""
    check_administrator(scope, school_id)
    asked = CohortPartner.accepted_at.is_(None)
    rows = scope.session.execute(
        COHORTS.add_columns(CohortPartner.id, CohortPartner.since, CohortPartner.until, asked)
        .join(CohortPartner, CohortPartner.cohort_id == Cohort.id)
        .where(CohortPartner.school_id == school_id)
        .order_by(asked.desc(), CohortPartner.since.desc(), CohortPartner.id)
    )
    found = []
    for row in rows:
        id_, since, until, waits = row[6:]
        found.append((CohortFacts(*row[:6]), PartnerLine(id_, school_id, "", since, until, not waits)))
    return found


def answer(scope: Scope, place: CohortPlace, *, yes: bool) -> None:
    """Say yes or no for the school that was asked. Raises NotVisible when nothing was asked."""
    if place.at_home or place.accepted:
        raise NotVisible(str(place.id))
    asked = scope.session.get_one(CohortPartner, place.partner_id)
    if yes:
        asked.accepted_at = scope.now
    else:
        scope.session.delete(asked)
    scope.session.flush()


def leave(scope: Scope, place: CohortPlace, last_day: dt.date) -> None:
    """One's own school takes part in another's up to and including a day. Raises Refused (last_day), NotVisible."""
    place.check_guest()
    partner = scope.session.get_one(CohortPartner, place.partner_id)
    _end(scope, place.id, place.school_id, partner.id, partner.since, last_day)


def _end(
    scope: Scope, cohort_id: uuid.UUID, school_id: uuid.UUID, partner_id: uuid.UUID, since: dt.date, last_day: dt.date
) -> None:
    """The school's part ends, and with it that of its people and trios; what has been stays known."""
    until = check_end(scope, since, last_day)
    if last_day < scope.today - dt.timedelta(days=1):
        raise Refused({"last_day": _("This day has passed. Choose yesterday, today or a later day.")})
    scope.session.get_one(CohortPartner, partner_id).until = until
    scope.session.flush()
    for table in (CohortMember, Trio):
        scope.session.execute(
            update(table)
            .where(table.cohort_id == cohort_id, table.school_id == school_id)
            .where(or_(table.until.is_(None), table.until > until))
            .values(until=case((table.since > until, table.since), else_=until))
        )
