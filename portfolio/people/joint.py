"""What a teacher and their leader have together: a joint portfolio for as long as the one leads the other.

It is the wall's second door. Either opens it; what each writes there both read, and nobody else. When the leadership
ends the leader reads on only what they wrote themself; the teacher keeps all of it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Uuid, bindparam, cast, literal, null, or_, select, union_all, update
from sqlalchemy.orm import Session, aliased

from portfolio.clock import Ending
from portfolio.entries.models import JOINT, Portfolio, PortfolioMember
from portfolio.errors import NotVisible, Refused
from portfolio.gate import now_or_last_in_cohort
from portfolio.i18n import gettext as _
from portfolio.people.models import CohortMember, Leadership, Person, Switch
from portfolio.people.wall import lock_people
from portfolio.scope import Scope

_ME = bindparam("me", type_=Uuid())
_DAY: Any = bindparam("day")


@dataclass(frozen=True)
class Together(Ending):
    """A teacher and a leader, seen by one of the two."""

    leadership_id: uuid.UUID | None
    """None when the other's account is gone, and all that was told of them with it."""
    portfolio_id: uuid.UUID | None
    """None while neither opened it."""
    other: str
    """The name of the other one; empty when that account is gone."""
    i_lead: bool
    since: dt.date
    until: dt.date | None


def _together() -> Any:
    leader, teacher, member = aliased(Person), aliased(Person), aliased(PortfolioMember)
    mine = (member.portfolio_id == Portfolio.id) & (member.person_id == _ME) & member.running(_DAY)
    led = (
        select(
            Leadership.id, member.portfolio_id, leader.id, leader.name, teacher.name, Leadership.since,
            Leadership.until,
        )
        .join(leader, leader.id == Leadership.leader_id)
        .join(teacher, teacher.id == Leadership.teacher_id)
        .outerjoin(Portfolio, Portfolio.leadership_id == Leadership.id)
        .outerjoin(member, mine)
        .where(
            or_(Leadership.leader_id == _ME, Leadership.teacher_id == _ME),
            or_(Leadership.running(_DAY), member.id.is_not(None)),
            leader.used_at.is_not(None),  # what is entered for somebody invited counts for nobody yet
            teacher.used_at.is_not(None),
        )
    )  # fmt: skip
    nobody = cast(null(), Uuid())
    gone = (
        select(nobody, member.portfolio_id, nobody, literal(""), literal(""), member.since, member.until)
        .join(Portfolio, mine)
        .where(Portfolio.kind == JOINT, Portfolio.leadership_id.is_(None))
    )
    return union_all(led, gone)


_TOGETHER = _together()


def list_together(scope: Scope) -> list[Together]:
    """With whom the viewer has or may open something together: their leaders, and whom they lead. One query.

    Also with an earlier leader, whose account may be gone, for the teacher: it stays theirs to read.
    """
    found = [
        Together(
            leadership_id=id_,
            portfolio_id=portfolio,
            other=teacher if leader_id == scope.me.id else leader,
            i_lead=leader_id == scope.me.id,
            since=since,
            until=until,
        )
        for id_, portfolio, leader_id, leader, teacher, since, until in scope.rows(
            _TOGETHER, {"me": scope.me.id, "day": scope.today}
        )
    ]
    return sorted(found, key=lambda one: (-one.since.toordinal(), one.other, str(one.portfolio_id)))


def get_together(scope: Scope, portfolio_id: uuid.UUID) -> Together:
    """One that is open to the viewer. One query. Raises NotVisible."""
    for one in list_together(scope):
        if one.portfolio_id == portfolio_id:
            return one
    raise NotVisible(str(portfolio_id))


def open_joint(scope: Scope, leadership_id: uuid.UUID, plugins: Collection[str]) -> uuid.UUID:
    """The joint portfolio of a leadership of which the viewer is one of the two; made if it wasn't there.

    Its home is the teacher's cohort, by the school of the leadership, in which one of `plugins` is on. Raises
    NotVisible for a leadership that isn't theirs, doesn't run or waits for a yes; Refused when nothing they could do
    together is on.
    """
    found = scope.session.get(Leadership, leadership_id)
    if found is None or scope.me.id not in (found.leader_id, found.teacher_id) or not found.running(scope.today):
        raise NotVisible(str(leadership_id))
    people = lock_people(scope.session, found.leader_id, found.teacher_id)
    scope.session.refresh(found)  # it may have been shortened meanwhile: `leading.end_leadership` locks them too
    if not found.running(scope.today) or any(person.used_at is None for person in people.values()):
        raise NotVisible(str(leadership_id))
    there = scope.session.scalar(select(Portfolio).where(Portfolio.leadership_id == leadership_id))
    home = _find_home(scope, found, plugins)
    if there is not None:
        there.cohort_id = home or there.cohort_id
        return there.id
    if home is None:
        raise Refused(_("There is nothing yet that you could do together here: your school has switched on nothing."))
    made = Portfolio(kind=JOINT, cohort_id=home, leadership_id=leadership_id)
    scope.session.add(made)
    scope.session.flush()
    for person, until in ((found.teacher_id, None), (found.leader_id, found.until)):
        scope.session.add(
            PortfolioMember(portfolio_id=made.id, person_id=person, since=scope.today, until=until)
        )
    scope.session.flush()
    return made.id


def end_with_leadership(session: Session, leadership_id: uuid.UUID, until: dt.date) -> None:
    """The leader takes part up to, not including, `until`; the teacher goes on."""
    leadership = session.get_one(Leadership, leadership_id)
    theirs = select(Portfolio.id).where(Portfolio.leadership_id == leadership_id)
    session.execute(
        update(PortfolioMember)
        .where(PortfolioMember.portfolio_id.in_(theirs), PortfolioMember.person_id == leadership.leader_id)
        .values(until=until)
        .execution_options(synchronize_session=False)
    )


def _find_home(scope: Scope, leadership: Leadership, plugins: Collection[str]) -> uuid.UUID | None:
    """The teacher's cohort in which one of these is on, for the longest time; of those the same school put them in.

    A leader doesn't learn what is on for the teacher at another school, nor that they are at another.
    """
    return scope.session.scalar(
        select(Switch.cohort_id)
        .join(CohortMember, CohortMember.cohort_id == Switch.cohort_id)
        .where(
            CohortMember.person_id == leadership.teacher_id,
            CohortMember.school_id == leadership.school_id,
            now_or_last_in_cohort(scope.today),
            Switch.plugin.in_(plugins),
            Switch.running(scope.today),
        )
        .order_by(Switch.until.is_not(None), Switch.until.desc(), Switch.cohort_id)
        .limit(1)
    )
