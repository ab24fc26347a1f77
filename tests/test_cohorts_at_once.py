"""Two administrators at one cohort at the same moment, on connections of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from portfolio import clock
from portfolio.errors import Refused
from portfolio.people import agreements, cohort_members, cohort_switches
from portfolio.people.cohorts import get_home
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
        for name in agreements.AGREEMENTS if what != "arrange" else ():
            session.add(Agreement(cohort_id=cohort, what=name, reference="12", day=TODAY))
    said = dict.fromkeys(agreements.AGREEMENTS, ("12", TODAY))
    acts: dict[str, Callable[[Scope, Any], None]] = {
        "switch_on": lambda scope, place: cohort_switches.switch_on(scope, place, "x", TODAY, None, ["x"]),
        "add_member": lambda scope, place: cohort_members.add_member(scope, place, teacher, "participant", TODAY, None),
        "arrange": lambda scope, place: agreements.arrange(scope, place, said),
    }

    def do(session: Any) -> None:
        scope = open_scope_for(session, mirjam)
        acts[what](scope, get_home(scope, school.id, cohort))

    outcomes: list[BaseException] = []

    def act() -> None:
        try:
            with database.write() as session:
                do(session)
        except BaseException as error:
            outcomes.append(error)

    other = threading.Thread(target=act)
    with database.write() as session:
        do(session)
        other.start()
        other.join(0.5)  # it has looked at what it may see, or waits
    other.join(30)
    assert [type(one) for one in outcomes] == ([] if what == "arrange" else [Refused])
    with database.read() as session:
        found = [session.scalars(select(func.count()).select_from(one)).one() for one in (Switch, CohortMember)]
        assert found == [int(what == "switch_on"), int(what == "add_member")]
