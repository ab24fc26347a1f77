"""Two administrators at one cohort at the same moment, on connections of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from portfolio import clock
from portfolio.errors import Refused
from portfolio.people import cohorts
from portfolio.people.models import Agreement, CohortMember, Switch
from portfolio.scope import Scope
from portfolio.testing import make_cohort, make_person, make_school, open_scope_for

TODAY = clock.today()


@pytest.mark.parametrize("what", ["arrange", "add_member", "switch_on"])
def test_what_two_do_at_once_is_done_once(database: Any, what: str) -> None:
    with database.write() as session:
        school = make_school(session)
        mirjam = make_person(session, school=school, role="administrator")
        teacher, cohort = make_person(session, school=school).id, make_cohort(session, school).id
        for name in cohorts.AGREEMENTS if what != "arrange" else ():
            session.add(Agreement(cohort_id=cohort, what=name, reference="12", day=TODAY))
    said = cohorts.AGREEMENTS
    acts: dict[str, Callable[[Scope], None]] = {
        "switch_on": lambda scope: cohorts.switch_on(scope, school.id, cohort, "x", TODAY, None, ["x"]),
        "add_member": lambda scope: cohorts.add_member(scope, school.id, cohort, teacher, TODAY, None),
        "arrange": lambda scope: cohorts.arrange(scope, school.id, cohort, dict.fromkeys(said, ("12", TODAY))),
    }
    outcomes: list[BaseException] = []

    def act() -> None:
        try:
            with database.write() as session:
                acts[what](open_scope_for(session, mirjam))
        except BaseException as error:
            outcomes.append(error)

    other = threading.Thread(target=act)
    with database.write() as session:
        acts[what](open_scope_for(session, mirjam))
        other.start()
        other.join(0.5)  # it has looked at what it may see, or waits
    other.join(30)
    assert [type(one) for one in outcomes] == ([] if what == "arrange" else [Refused])
    with database.read() as session:
        found = [session.scalars(select(func.count()).select_from(one)).one() for one in (Switch, CohortMember)]
        assert found == [int(what == "switch_on"), int(what == "add_member")]
