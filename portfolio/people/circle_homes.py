"""The home of a circle: the cohort whose switches count there. A member chooses one of their own; no school sees it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Uuid, bindparam, select, update

from portfolio.entries.models import Portfolio
from portfolio.errors import NotVisible, Refused
from portfolio.gate import now_or_last_in_cohort
from portfolio.i18n import gettext as _
from portfolio.people.models import Cohort, CohortMember, School, Switch
from portfolio.scope import Scope

_DAY: Any = bindparam("day")
_HOMES = (
    select(Cohort.id, Cohort.name, School.name, Switch.plugin)
    .join(School, School.id == Cohort.school_id)
    .join(CohortMember, CohortMember.cohort_id == Cohort.id)
    .outerjoin(Switch, (Switch.cohort_id == Cohort.id) & Switch.running(_DAY))
    .where(CohortMember.person_id == bindparam("me", type_=Uuid()), now_or_last_in_cohort(_DAY))
    .order_by(Cohort.since.desc(), Cohort.id)
)
_HOME = (
    select(Cohort.id, Cohort.name, School.name)
    .join(School, School.id == Cohort.school_id)
    .join(Portfolio, Portfolio.cohort_id == Cohort.id)
    .where(Portfolio.circle_id == bindparam("circle", type_=Uuid()))
)


@dataclass(frozen=True)
class Home:
    """A cohort that can be the home of a circle."""

    id: uuid.UUID
    cohort: str
    school: str
    plugins: frozenset[str] = frozenset()
    """What is on in it today."""

    @property
    def name(self) -> str:
        """As a list shows it."""
        return f"{self.cohort} ({self.school})"


def list_homes(scope: Scope, plugin: str = "") -> list[Home]:
    """The cohorts the viewer is in, or was last; with `plugin`, where that is on. Last begun first. One query."""
    found: dict[uuid.UUID, Home] = {}
    for id_, cohort, school, on in scope.rows(_HOMES, {"me": scope.me.id, "day": scope.today}):
        before = found[id_].plugins if id_ in found else frozenset()
        found[id_] = Home(id_, cohort, school, before | ({on} if on else set()))
    return [home for home in found.values() if not plugin or plugin in home.plugins]


def find_home(scope: Scope, circle_id: uuid.UUID) -> Home | None:
    """The home a circle of the viewer's has. One query. Raises NotVisible."""
    _check_mine(scope, circle_id)
    row = scope.rows(_HOME, {"circle": circle_id}).one_or_none()
    return Home(*row) if row is not None else None


def choose_home(scope: Scope, circle_id: uuid.UUID, cohort_id: uuid.UUID | None) -> None:
    """From now on the switches of this cohort of the viewer's count in the circle; None has nothing be on there.

    Raises Refused (home) for another cohort, NotVisible for a circle the viewer isn't in.
    """
    _check_mine(scope, circle_id)
    if cohort_id is not None and cohort_id not in {home.id for home in list_homes(scope)}:
        raise Refused({"home": _("Choose one of these.")})
    scope.session.execute(update(Portfolio).where(Portfolio.circle_id == circle_id).values(cohort_id=cohort_id))


def _check_mine(scope: Scope, circle_id: uuid.UUID) -> None:
    if circle_id not in scope.relations.circle_ids:
        raise NotVisible(str(circle_id))
