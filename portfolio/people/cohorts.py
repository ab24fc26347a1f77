"""A school's cohorts: who takes part from when until when, what is on for them, and what is arranged about that.

Configuration only: nothing here says who wrote, or how much, or with what.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from portfolio.clock import Ending
from portfolio.errors import NotVisible, Refused
from portfolio.gate import now_or_last_in_cohort
from portfolio.i18n import LazyText
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.people import switching
from portfolio.people.models import Agreement, Cohort, CohortMember, Person, School, Switch
from portfolio.people.organising import check_administrator, check_end, check_period, list_people_here, overlap
from portfolio.scope import Scope

AGREEMENTS: dict[str, LazyText] = {
    "consent": _l("Consent of the works council"),
    "dpia": _l("Assessment of the risks for privacy (DPIA)"),
    "processing": _l("Agreement with who processes the data"),
}
"""What a school arranges before it switches a plugin on: a reference to where it is found, or "follows"."""
NAME_LENGTH, REFERENCE_LENGTH = 120, 200


@dataclass(frozen=True)
class CohortFacts(Ending):
    """A cohort."""

    id: uuid.UUID
    school_id: uuid.UUID
    school: str
    name: str
    since: dt.date
    until: dt.date | None


@dataclass(frozen=True)
class MemberLine(Ending):
    """Somebody in a cohort, from a day until a day."""

    id: uuid.UUID
    name: str
    since: dt.date
    until: dt.date | None


@dataclass(frozen=True)
class SwitchLine(Ending):
    """A plugin that is, was or will be on in a cohort."""

    id: uuid.UUID
    cohort_id: uuid.UUID
    plugin: str
    since: dt.date
    until: dt.date | None


@dataclass(frozen=True)
class Arranged:
    """What stands about one of AGREEMENTS."""

    what: str
    reference: str
    """"" while it follows."""
    day: dt.date

    @property
    def label(self) -> LazyText | str:
        """Which, in words."""
        return AGREEMENTS.get(self.what, self.what)


_COHORTS = select(Cohort.id, Cohort.school_id, School.name, Cohort.name, Cohort.since, Cohort.until).join(
    School, School.id == Cohort.school_id
)


def list_cohorts(scope: Scope, school_id: uuid.UUID) -> list[CohortFacts]:
    """The cohorts of a school, newest first. One query."""
    check_administrator(scope, school_id)
    rows = scope.session.execute(
        _COHORTS.where(Cohort.school_id == school_id).order_by(Cohort.since.desc(), Cohort.name, Cohort.id)
    )
    return [CohortFacts(*row) for row in rows]


def get_cohort(scope: Scope, school_id: uuid.UUID, cohort_id: uuid.UUID, *, to_change: bool = False) -> CohortFacts:
    """A cohort of a school the viewer administers; `to_change` it keeps others waiting with that. Raises NotVisible."""
    check_administrator(scope, school_id)
    wanted = _COHORTS.where(Cohort.id == cohort_id, Cohort.school_id == school_id)
    row = scope.session.execute(wanted.with_for_update(of=Cohort) if to_change else wanted).one_or_none()
    if row is None:
        raise NotVisible(str(cohort_id))
    return CohortFacts(*row)


def make_cohort(scope: Scope, school_id: uuid.UUID, name: str, since: dt.date, last_day: dt.date | None) -> uuid.UUID:
    """A new cohort of the school; returns its id. Raises Refused (fields since, last_day), NotVisible."""
    check_administrator(scope, school_id)
    until = check_period(scope, since, last_day)
    cohort = Cohort(school_id=school_id, name=name, since=since, until=until)
    scope.session.add(cohort)
    scope.session.flush()
    return cohort.id


def copy_cohort(
    scope: Scope, school_id: uuid.UUID, cohort_id: uuid.UUID, name: str, since: dt.date, last_day: dt.date | None
) -> uuid.UUID:
    """The cohort's next year: a new one with what is on (or was on its last day), settings and what is arranged.

    Its people aren't copied: who takes part is decided anew. What goes on without a gap goes on in the shares too.
    """
    last = get_cohort(scope, school_id, cohort_id, to_change=True).last_day
    copy_id = make_cohort(scope, school_id, name, since, last_day)
    until = last_day + dt.timedelta(days=1) if last_day else None
    switching.copy_switches(scope.session, cohort_id, copy_id, since, until, min(scope.today, last or scope.today))
    arranged = scope.session.scalars(select(Agreement).where(Agreement.cohort_id == cohort_id)).all()
    scope.session.add_all(
        Agreement(cohort_id=copy_id, what=one.what, reference=one.reference, day=one.day) for one in arranged
    )
    scope.session.flush()
    return copy_id


# Members


def list_members(scope: Scope, school_id: uuid.UUID, cohort_id: uuid.UUID) -> list[MemberLine]:
    """Who is, was or will be in the cohort, by name. One query."""
    check_administrator(scope, school_id)
    rows = scope.session.execute(
        select(CohortMember.id, Person.name, CohortMember.since, CohortMember.until)
        .join(Person, Person.id == CohortMember.person_id)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .where(CohortMember.cohort_id == cohort_id, Cohort.school_id == school_id)
        .order_by(Person.name, CohortMember.since, CohortMember.id)
    )
    return [MemberLine(*row) for row in rows]


def add_member(
    scope: Scope, school_id: uuid.UUID, cohort_id: uuid.UUID, person_id: uuid.UUID | None, since: dt.date,
    last_day: dt.date | None,
) -> None:  # fmt: skip
    """Somebody of the school takes part. Raises Refused (fields person, since, last_day), NotVisible."""
    get_cohort(scope, school_id, cohort_id, to_change=True)
    if person_id not in dict(list_people_here(scope, school_id)):
        raise Refused({"person": _("Choose one of these.")})
    until = check_period(scope, since, last_day)
    there = scope.session.execute(
        select(CohortMember.since, CohortMember.until).where(
            CohortMember.cohort_id == cohort_id, CohortMember.person_id == person_id
        )
    )
    if any(overlap(*period, since, until) for period in there):
        raise Refused({"person": _("This person takes part in these days already.")})
    scope.session.add(CohortMember(cohort_id=cohort_id, person_id=person_id, since=since, until=until))
    scope.session.flush()


def end_member(
    scope: Scope, school_id: uuid.UUID, cohort_id: uuid.UUID, member_id: uuid.UUID, last_day: dt.date
) -> None:
    """Somebody takes part up to and including a day. Raises Refused (last_day), NotVisible; also for what is over."""
    get_cohort(scope, school_id, cohort_id, to_change=True)
    member = scope.session.get(CohortMember, member_id)
    if member is None or member.cohort_id != cohort_id or not member.not_over(scope.today):
        raise NotVisible(str(member_id))
    member.until = check_end(scope, member.since, last_day)
    scope.session.flush()


# Switches


def list_switches(scope: Scope, school_id: uuid.UUID, cohort_id: uuid.UUID) -> list[SwitchLine]:
    """What is, was or will be on in the cohort, last begun first. One query."""
    check_administrator(scope, school_id)
    rows = scope.session.execute(
        _SWITCHES.join(Cohort, Cohort.id == Switch.cohort_id)
        .where(Switch.cohort_id == cohort_id, Cohort.school_id == school_id)
        .order_by(Switch.since.desc(), Switch.plugin)
    )
    return [SwitchLine(*row) for row in rows]


_SWITCHES = select(Switch.id, Switch.cohort_id, Switch.plugin, Switch.since, Switch.until)


def switch_on(
    scope: Scope, school_id: uuid.UUID, cohort_id: uuid.UUID, plugin: str, since: dt.date, last_day: dt.date | None,
    plugins: Collection[str],
) -> None:  # fmt: skip
    """Switch one of `plugins` on in the cohort, from today on at the earliest.

    Raises Refused (fields plugin, since, last_day), also as long as something of AGREEMENTS isn't filled in.
    """
    get_cohort(scope, school_id, cohort_id, to_change=True)
    if plugin not in plugins:
        raise Refused({"plugin": _("Choose one of these.")})
    arranged = {one.what for one in list_arranged(scope, [cohort_id]).get(cohort_id, [])}
    if AGREEMENTS.keys() - arranged:
        raise Refused(_("First fill in what is arranged, and what follows. Everybody who takes part reads it."))
    if since < scope.today:
        raise Refused({"since": _("This day has passed. Choose today or a later day.")})
    until = check_period(scope, since, last_day)
    switching.switch_on(scope.session, cohort_id, plugin, since, until)


def switch_off(
    scope: Scope, school_id: uuid.UUID, cohort_id: uuid.UUID, switch_id: uuid.UUID, last_day: dt.date
) -> None:
    """A plugin is on up to and including a day; yesterday ends it at once. Raises Refused (last_day), NotVisible."""
    get_cohort(scope, school_id, cohort_id, to_change=True)
    switch = scope.session.get(Switch, switch_id)
    if switch is None or switch.cohort_id != cohort_id:
        raise NotVisible(str(switch_id))
    if last_day < scope.today - dt.timedelta(days=1):
        raise Refused({"last_day": _("This day has passed. Choose yesterday, today or a later day.")})
    until = check_end(scope, min(switch.since, last_day), last_day)
    switching.end_switch(scope.session, switch_id, until, scope.today)


# What is arranged


def list_arranged(scope: Scope, cohort_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Arranged]]:
    """What is arranged for cohorts, in the order of AGREEMENTS. One query."""
    rows = scope.session.execute(
        select(Agreement.cohort_id, Agreement.what, Agreement.reference, Agreement.day).where(
            Agreement.cohort_id.in_(cohort_ids)
        )
    )
    found: dict[uuid.UUID, list[Arranged]] = {}
    for cohort_id, what, reference, day in rows:
        found.setdefault(cohort_id, []).append(Arranged(what, reference, day))
    order = list(AGREEMENTS)
    return {id_: sorted(some, key=lambda one: order.index(one.what)) for id_, some in found.items()}


def arrange(
    scope: Scope, school_id: uuid.UUID, cohort_id: uuid.UUID, said: Mapping[str, tuple[str, dt.date]]
) -> None:
    """Say where each of AGREEMENTS is found, with its day; an empty reference follows by that day.

    Raises Refused (a field for each, with `_day`) for what would follow on a day that has passed, NotVisible.
    """
    get_cohort(scope, school_id, cohort_id, to_change=True)
    late = [what for what in AGREEMENTS if not said[what][0] and said[what][1] < scope.today]
    if late:
        message = _("This follows, so choose today or a later day; or fill in where it is found.")
        raise Refused({f"{what}_day": message for what in late})
    for what in AGREEMENTS:
        reference, day = said[what]
        row = scope.session.get(Agreement, (cohort_id, what))
        if row is None:
            scope.session.add(Agreement(cohort_id=cohort_id, what=what, reference=reference, day=day))
        else:
            row.reference, row.day = reference, day
    scope.session.flush()


# Who takes part


def list_arranged_about(scope: Scope, plugin: str) -> list[Arranged]:
    """What is arranged about a plugin that is on for the viewer, for each cohort by which it is. One query."""
    order = list(AGREEMENTS)
    rows = scope.session.execute(
        select(Agreement.what, Agreement.reference, Agreement.day)
        .join(Switch, Switch.cohort_id == Agreement.cohort_id)
        .join(CohortMember, CohortMember.cohort_id == Agreement.cohort_id)
        .where(
            CohortMember.person_id == scope.me.id,
            now_or_last_in_cohort(scope.today),
            Switch.plugin == plugin,
            Switch.running(scope.today),
        )
        .distinct()
    )
    return sorted((Arranged(*row) for row in rows), key=lambda one: (order.index(one.what), one.day, one.reference))


def list_mine(scope: Scope) -> list[tuple[CohortFacts, list[SwitchLine], list[Arranged]]]:
    """The cohorts the viewer is in, or was last: each with what is on today and what is arranged. Three queries."""
    rows = scope.session.execute(
        _COHORTS.join(CohortMember, CohortMember.cohort_id == Cohort.id)
        .where(CohortMember.person_id == scope.me.id, now_or_last_in_cohort(scope.today))
        .distinct()
        .order_by(Cohort.since.desc(), Cohort.id)
    )
    cohorts = [CohortFacts(*row) for row in rows]
    ids = [cohort.id for cohort in cohorts]
    running = scope.session.execute(
        _SWITCHES.where(Switch.cohort_id.in_(ids), Switch.running(scope.today)).order_by(Switch.plugin)
    )
    on: dict[uuid.UUID, list[SwitchLine]] = {}
    for row in running:
        on.setdefault(row.cohort_id, []).append(SwitchLine(*row))
    arranged = list_arranged(scope, ids)
    return [(cohort, on.get(cohort.id, []), arranged.get(cohort.id, [])) for cohort in cohorts]
