"""Planning a session and changing it: the day, the method, who does what, and whether it goes on.

Every member of the group may; who saves on top of another's change is told, and loses nothing.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from portfolio_plugins.intervisie.agreements import place_of
from portfolio_plugins.intervisie.methods import LONGEST_STEP, Method
from portfolio_plugins.intervisie.models import CANCELLED, DONE, OPEN, PLANNED, Line, Meeting, Reveal
from portfolio_plugins.intervisie.news import WAITS
from portfolio_plugins.intervisie.sessions import ROLES, OpenSession, get_session
from sqlalchemy import Uuid, bindparam, select, update

from portfolio import once
from portfolio.entries.field_rows import Links
from portfolio.entries.inputs import clean_line, find_time
from portfolio.entries.models import Share
from portfolio.errors import Conflict, NotVisible, Refused
from portfolio.i18n import gettext as _
from portfolio.notices.telling import notify
from portfolio.people.models import CircleMember, Leadership, Person
from portfolio.scope import Scope

LENGTH = 200
TURNS: Mapping[str, Collection[str]] = {
    PLANNED: (OPEN, CANCELLED),
    OPEN: (DONE, PLANNED),
    DONE: (OPEN,),
    CANCELLED: (PLANNED,),
}
"""From each state the ones that may follow."""
_TABLE: Any = Meeting.__table__
_DAY: Any = bindparam("day")
_MEMBERS = (
    select(Person.id, Person.name)
    .join(CircleMember, CircleMember.person_id == Person.id)
    .where(
        CircleMember.circle_id == bindparam("circle", type_=Uuid()),
        CircleMember.counts(_DAY),
    )
)


@dataclass(frozen=True)
class Plan:
    """What a form said about a session."""

    day: dt.date
    begins_at: str = ""
    place: str = ""
    link: str = ""
    roles: Mapping[str, uuid.UUID] = field(default_factory=dict)
    """Who does what, by name of the role (of ROLES)."""
    minutes: Mapping[str, int] = field(default_factory=dict)
    """Other minutes for steps of the method, by code."""


def plan_session(scope: Scope, plan: Plan, method: Method, days: int, form_id: uuid.UUID | None = None) -> uuid.UUID:
    """Plan a session of the group of this place; its lines and case close `days` days after it. Returns its id.

    The others have news that says nothing but that something waits. The same plan once more is the session that is
    there. Raises Refused (fields as in Plan, and the roles) and NotVisible.
    """
    circle, portfolio = place_of(scope)
    members = _members(scope, circle)
    values = {"portfolio_id": portfolio, **_values(plan, members), "method": method.code}
    alike = (_TABLE.c[name] == value for name, value in values.items())
    same = select(Meeting.id).where(*alike, Meeting.state == PLANNED)

    def find_same(since: dt.datetime) -> uuid.UUID | None:
        return scope.rows(same.limit(1)).scalar()

    frozen = method.with_minutes(_minutes(plan)).frozen()
    values |= {"closes_on": _closes_on(plan.day, days), "frozen": frozen}
    session_id, written = once.add_row(scope, _TABLE, values, form_id, [portfolio, values], find_same)
    if written:
        _tell(scope, members)
    return session_id


def change_session(
    scope: Scope, session_id: uuid.UUID, plan: Plan, method: Method | None, days: int, seen: int
) -> None:
    """Change what was planned; another `method` only before it begins.

    What was written in it keeps the steps it was written for: with lines, or opened positions, the method stays too.
    With another case owner the case, and what that person agreed to, is no longer part of it. Raises Conflict when it
    was changed since number `seen`, with the session as it stands; Refused and NotVisible as `plan_session`.
    """
    circle, _portfolio = place_of(scope)
    session = get_session(scope, session_id)
    members = _members(scope, circle)
    there = frozenset(someone.id for someone in session.roles.values())
    values = _values(plan, members, there)
    kept = session.method
    if method is not None and method.code != kept.code:
        if session.state not in (PLANNED, CANCELLED) or _has_begun(scope, session.id):
            raise Refused({"method": _("It has begun; the method stays as it is.")})
        kept = method
        values |= {"method": method.code, "owner_agrees": False}
    values |= {"frozen": kept.with_minutes(_minutes(plan)).frozen(), "closes_on": _closes_on(plan.day, days)}
    if session.closed or session.state == DONE or _has_begun(scope, session.id):  # as was promised to who wrote in it
        values["closes_on"] = min(values["closes_on"], session.closes_on)
    owner = session.roles.get("case_owner")
    if values["case_owner_id"] != (owner.id if owner else None):
        values |= {"case_id": None, "owner_agrees": False}
    _put(scope, session, values, seen)
    if session.case_id is not None and values["closes_on"] < session.closes_on:
        _close_sooner(scope, session.case_id, circle, values["closes_on"])
    if (session.day, session.begins_at) != (plan.day, plan.begins_at) and plan.day >= scope.today:
        _tell(scope, members)


def agree(scope: Scope, session_id: uuid.UUID, method: str = "") -> None:
    """The case owner wants it held with this method: the one whose code their page had, as far as it said one.

    Raises NotVisible for anybody else, Conflict when it has another by now.
    """
    session = get_session(scope, session_id)
    if not session.has("case_owner", scope.me.id):
        raise NotVisible(str(session_id))
    if method not in ("", session.method.code):
        raise Conflict(session)
    _put(scope, session, {"owner_agrees": True}, session.number)


def change_state(scope: Scope, session_id: uuid.UUID, state: str) -> OpenSession:
    """A session begins, is over, is called off or is planned after all; returns it as it was before.

    What is so already stays so. Raises Refused where it can't be, NotVisible.
    """
    circle, _portfolio = place_of(scope)
    session = get_session(scope, session_id)
    if state == session.state:
        return session
    if state not in TURNS.get(session.state, ()):
        raise Refused(_("This can't be done with a session that is %(state)s.", state=str(session.state_label)))
    if state == OPEN and session.method.consent and not session.owner_agrees:
        raise Refused(_("With this method the case owner first says that they want it this way."))
    if state == PLANNED and session.state == OPEN and _has_begun(scope, session.id):
        raise Refused(_("Something was written in it already, for as long as was said. Plan another session."))
    values: dict[str, Any] = {"state": state}
    if state == PLANNED:
        values |= {"step": -1, "step_began_at": None}
    _put(scope, session, values, session.number)
    if state == CANCELLED and session.day >= scope.today:
        _tell(scope, _members(scope, circle))
    return session


def _put(scope: Scope, session: OpenSession, values: Mapping[str, Any], seen: int) -> None:
    moved = scope.session.execute(
        update(Meeting)
        .where(Meeting.id == session.id, Meeting.number == seen)
        .values(number=seen + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict(get_session(scope, session.id))


def _has_begun(scope: Scope, session_id: uuid.UUID) -> bool:
    lines = select(Line.step).where(Line.session_id == session_id)
    opened = select(Reveal.step).where(Reveal.session_id == session_id)
    return scope.rows(lines.union_all(opened).limit(1)).first() is not None


def _close_sooner(scope: Scope, case_id: uuid.UUID, circle: uuid.UUID, until: dt.date) -> None:
    """A session that moves forward takes the end of its case's share along; only its owner can have it last longer."""
    scope.session.execute(
        update(Share)
        .where(Share.entry_id == case_id, Share.circle_id == circle, Share.until > until)
        .values(until=until)
        .execution_options(synchronize_session=False)
    )


def _members(scope: Scope, circle: uuid.UUID) -> dict[uuid.UUID, Any]:
    return {row.id: row for row in scope.rows(_MEMBERS, {"circle": circle, "day": scope.today})}


def _values(plan: Plan, members: Collection[uuid.UUID], there: Collection[uuid.UUID] = ()) -> dict[str, Any]:
    """The columns of a plan. Raises Refused."""
    known = {*members, *there}
    wrong = {role: _("Choose one of these.") for role, one in plan.roles.items() if one not in known}
    found: dict[str, Any] = {"day": plan.day} | {f"{role}_id": plan.roles.get(role) for role in ROLES}
    for name in ("place", "link"):
        found[name] = clean_line(getattr(plan, name))
        if len(found[name]) > LENGTH:
            wrong[name] = _("Keep it to %(most)s characters.", most=LENGTH)
    found["begins_at"] = find_time(plan.begins_at)
    if found["begins_at"] is None:
        wrong["begins_at"] = _("Write the time like 19:30, or leave it empty.")
    if found["link"] and (problem := Links().problem({"label": "", "url": found["link"]})) is not None:
        wrong["link"] = str(problem)
    if wrong:
        raise Refused(wrong)
    return found


def _minutes(plan: Plan) -> dict[str, int]:
    return {code: minutes for code, minutes in plan.minutes.items() if 0 < minutes <= LONGEST_STEP}


def _closes_on(day: dt.date, days: int) -> dt.date:
    return day + dt.timedelta(days=days + 1)


def _tell(scope: Scope, members: Collection[uuid.UUID]) -> None:
    """Have the others look: their news doesn't say at what, and not from whom.

    Who leads one of them is told nothing.
    """
    leads = select(Leadership.leader_id).where(  # from today, until a job has taken them out of the circle
        Leadership.leader_id.in_(members), Leadership.teacher_id.in_(members), Leadership.running(scope.today)
    )
    _circle, portfolio = place_of(scope)
    notify(scope, WAITS, set(members) - set(scope.session.scalars(leads)), portfolio_id=portfolio)
