"""The cohorts somebody takes part in: what is on for them by each, what their school arranged, and their trio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portfolio.gate import now_or_last_in_cohort
from portfolio.i18n import LazyText
from portfolio.people.agreements import Arranged, list_arranged
from portfolio.people.cohort_members import ROLES
from portfolio.people.cohort_switches import SWITCHES, SwitchLine
from portfolio.people.cohorts import COHORTS, CohortFacts
from portfolio.people.models import Cohort, CohortMember, Switch
from portfolio.people.trios import TrioLine, list_my_trios
from portfolio.scope import Scope


@dataclass(frozen=True)
class MyCohort:
    """A cohort as who takes part reads it."""

    cohort: CohortFacts
    role: str
    switches: Sequence[SwitchLine]
    arranged: Sequence[Arranged]
    trios: Sequence[TrioLine]

    @property
    def role_name(self) -> LazyText | str:
        """What the viewer is in it, in words."""
        return ROLES.get(self.role, self.role)


def list_mine(scope: Scope) -> list[MyCohort]:
    """The cohorts the viewer is in, or was last: each with what is on today and what is arranged. Four queries."""
    rows = scope.session.execute(
        COHORTS.add_columns(CohortMember.role)
        .join(CohortMember, CohortMember.cohort_id == Cohort.id)
        .where(CohortMember.person_id == scope.me.id, now_or_last_in_cohort(scope.today))
        .order_by(Cohort.since.desc(), Cohort.id, CohortMember.since)
    )
    mine = {row.id: (CohortFacts(*row[:6]), row.role) for row in rows}
    running = scope.session.execute(
        SWITCHES.where(Switch.cohort_id.in_(mine), Switch.running(scope.today)).order_by(Switch.plugin)
    )
    on: dict[object, list[SwitchLine]] = {}
    for row in running:
        on.setdefault(row.cohort_id, []).append(SwitchLine(*row))
    arranged, trios = list_arranged(scope, list(mine)), list_my_trios(scope)
    return [
        MyCohort(cohort, role, on.get(id_, []), arranged.get(id_, []), trios.get(id_, []))
        for id_, (cohort, role) in mine.items()
    ]
