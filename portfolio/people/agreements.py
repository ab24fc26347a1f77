"""What a school arranges before it switches a plugin on: where each thing is found, for everybody who takes part."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from portfolio.errors import Refused
from portfolio.gate import now_or_last_in_cohort
from portfolio.i18n import LazyText
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.people.cohorts import CohortPlace
from portfolio.people.models import Agreement, CohortMember, Switch
from portfolio.scope import Scope

AGREEMENTS: dict[str, LazyText] = {
    "consent": _l("Consent of the works council"),
    "dpia": _l("Assessment of the risks for privacy (DPIA)"),
    "processing": _l("Agreement with who processes the data"),
}
"""What a school arranges before it switches a plugin on: a reference to where it is found, or "follows"."""
REFERENCE_LENGTH = 200


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


def arrange(scope: Scope, place: CohortPlace, said: Mapping[str, tuple[str, dt.date]]) -> None:
    """Say where each of AGREEMENTS is found, with its day; an empty reference follows by that day.

    Raises Refused (a field for each, with `_day`) for what would follow on a day that has passed, NotVisible.
    """
    place.check_home()
    late = [what for what in AGREEMENTS if not said[what][0] and said[what][1] < scope.today]
    if late:
        message = _("This follows, so choose today or a later day; or fill in where it is found.")
        raise Refused({f"{what}_day": message for what in late})
    for what in AGREEMENTS:
        reference, day = said[what]
        row = scope.session.get(Agreement, (place.id, what))
        if row is None:
            scope.session.add(Agreement(cohort_id=place.id, what=what, reference=reference, day=day))
        else:
            row.reference, row.day = reference, day
    scope.session.flush()


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
