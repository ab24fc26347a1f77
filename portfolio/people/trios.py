"""Trios: two to five people of one school who go through a cohort together. A trio opens nothing to anybody."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portfolio.clock import Ending
from portfolio.errors import NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.people.cohort_members import list_members
from portfolio.people.cohorts import CohortPlace
from portfolio.people.models import CohortMember, Person, Trio, TrioMember
from portfolio.people.organising import check_end, check_period
from portfolio.scope import Scope

NAME_LENGTH = 120
FEWEST, MOST = 2, 5


@dataclass(frozen=True)
class TrioLine(Ending):
    """A trio, and who is or was in it."""

    id: uuid.UUID
    name: str
    since: dt.date
    until: dt.date | None
    names: Sequence[str]


def list_trios(scope: Scope, place: CohortPlace) -> list[TrioLine]:
    """The trios of this school in the cohort, by name. One query."""
    rows = scope.session.execute(
        select(Trio.id, Trio.name, Trio.since, Trio.until, Person.name)
        .join(TrioMember, TrioMember.trio_id == Trio.id)
        .join(CohortMember, CohortMember.id == TrioMember.member_id)
        .join(Person, Person.id == CohortMember.person_id)
        .where(Trio.cohort_id == place.id, Trio.school_id == place.school_id)
        .order_by(Trio.name, Trio.id, Person.name, Person.id)
    )
    found: dict[uuid.UUID, TrioLine] = {}
    for id_, name, since, until, person in rows:
        line = found.setdefault(id_, TrioLine(id_, name, since, until, []))
        found[id_] = TrioLine(id_, name, since, until, [*line.names, person])
    return list(found.values())


def make_trio(
    scope: Scope, place: CohortPlace, name: str, member_ids: Collection[uuid.UUID], since: dt.date,
    last_day: dt.date | None,
) -> None:  # fmt: skip
    """A trio of people who take part through this school. Raises Refused (members, since, last_day), NotVisible."""
    place.check_takes_part()
    here = {one.id: one for one in list_members(scope, place) if one.not_over(scope.today)}
    if not set(member_ids) <= here.keys():
        raise Refused({"members": _("Choose some of these.")})
    if not FEWEST <= len({here[one].person_id for one in member_ids}) <= MOST:
        raise Refused({"members": _("Choose two to five people.")})
    until = check_period(scope, since, last_day)
    trio = Trio(cohort_id=place.id, school_id=place.school_id, name=name, since=since, until=until)
    scope.session.add(trio)
    scope.session.flush()
    scope.session.add_all(TrioMember(trio_id=trio.id, member_id=one) for one in sorted(set(member_ids)))
    scope.session.flush()


def get_trio(scope: Scope, place: CohortPlace, trio_id: uuid.UUID) -> TrioLine:
    """One of this school that isn't over. Raises NotVisible. One query."""
    found = next((one for one in list_trios(scope, place) if one.id == trio_id and one.not_over(scope.today)), None)
    if found is None:
        raise NotVisible(str(trio_id))
    return found


def end_trio(scope: Scope, place: CohortPlace, trio_id: uuid.UUID, last_day: dt.date) -> None:
    """A trio goes on up to and including a day; that it was there is kept. Raises Refused (last_day), NotVisible."""
    trio = get_trio(scope, place, trio_id)
    scope.session.get_one(Trio, trio_id).until = check_end(scope, trio.since, last_day)
    scope.session.flush()


def list_my_trios(scope: Scope) -> dict[uuid.UUID, list[TrioLine]]:
    """The trios the viewer is in today, with the others of today in it, by cohort. One query."""
    mine, my_place, other, theirs = TrioMember, CohortMember, aliased(TrioMember), aliased(CohortMember)
    rows = scope.session.execute(
        select(Trio.cohort_id, Trio.id, Trio.name, Trio.since, Trio.until, Person.name)
        .join(mine, mine.trio_id == Trio.id)
        .join(my_place, my_place.id == mine.member_id)
        .join(other, other.trio_id == Trio.id)
        .join(theirs, theirs.id == other.member_id)
        .join(Person, Person.id == theirs.person_id)
        .where(
            my_place.person_id == scope.me.id,
            theirs.person_id != scope.me.id,
            *(one.running(scope.today) for one in (Trio, my_place, theirs)),
        )
        .order_by(Trio.name, Trio.id, Person.name, Person.id)
    )
    found: dict[uuid.UUID, dict[uuid.UUID, TrioLine]] = {}
    for cohort_id, id_, name, since, until, person in rows:
        trios = found.setdefault(cohort_id, {})
        before = trios[id_].names if id_ in trios else []
        trios[id_] = TrioLine(id_, name, since, until, [*before, person])
    return {cohort_id: list(trios.values()) for cohort_id, trios in found.items()}
