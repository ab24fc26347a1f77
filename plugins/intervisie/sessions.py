"""Reading sessions: one with its method and who does what, those of a group, and those of all the viewer's groups."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portfolio_plugins.intervisie.agreements import place_of
from portfolio_plugins.intervisie.methods import Method, MethodStep, thaw
from portfolio_plugins.intervisie.models import CANCELLED, DONE, OPEN, PLANNED, Meeting
from portfolio_plugins.intervisie.settings import NAME
from sqlalchemy import Uuid, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from portfolio.among import any_of, ids
from portfolio.entries.models import Portfolio
from portfolio.errors import NotVisible
from portfolio.i18n import lazy_gettext as _l
from portfolio.people.models import Circle, Person
from portfolio.scope import Scope

ROLES = ("facilitator", "timekeeper", "case_owner", "observer")
ROLE_LABELS = {
    "facilitator": _l("Facilitator"),
    "timekeeper": _l("Timekeeper"),
    "case_owner": _l("Case owner"),
    "observer": _l("Observer"),
}
STATE_LABELS = {PLANNED: _l("planned"), OPEN: _l("going on"), DONE: _l("held"), CANCELLED: _l("called off")}
PAGE = 20
_DAY: Any = bindparam("day")


@dataclass(frozen=True)
class SessionLine:
    """A session in a list."""

    id: uuid.UUID
    portfolio_id: uuid.UUID
    group: str
    day: dt.date
    begins_at: str
    state: str
    title: Any
    """Of its method."""
    owner: str
    """Who brings the case; empty while nobody does."""
    mine: bool
    """The viewer is the case owner."""

    @property
    def state_label(self) -> Any:
        """The state in words; nothing while it is planned."""
        return "" if self.state == PLANNED else STATE_LABELS.get(self.state, "")


@dataclass(frozen=True)
class Someone:
    """Who has a part in a session."""

    id: uuid.UUID
    name: str


@dataclass(frozen=True)
class OpenSession:
    """One session, as members of its group see it."""

    id: uuid.UUID
    portfolio_id: uuid.UUID
    number: int
    day: dt.date
    closes_on: dt.date
    begins_at: str
    place: str
    link: str
    method: Method
    state: str
    owner_agrees: bool
    case_id: uuid.UUID | None
    step: int
    step_began_at: dt.datetime | None
    today: dt.date
    roles: Mapping[str, Someone] = field(default_factory=dict)
    """By name of the role (of ROLES); only those that somebody has."""

    @property
    def closed(self) -> bool:
        """Its term is over: lines are gone, and case and advice are closed to the others."""
        return self.today >= self.closes_on

    @property
    def last_day(self) -> dt.date:
        """The last day on which the others read the case."""
        return self.closes_on - dt.timedelta(days=1)

    @property
    def current(self) -> MethodStep | None:
        """The step it is at."""
        return self.method.find_step(self.step)

    @property
    def state_label(self) -> Any:
        """The state in words."""
        return STATE_LABELS.get(self.state, "")

    def has(self, role: str, person_id: uuid.UUID) -> bool:
        """Whether this person has that role."""
        found = self.roles.get(role)
        return found is not None and found.id == person_id


_COLUMNS = (
    Meeting.id, Meeting.portfolio_id, Meeting.number, Meeting.day, Meeting.closes_on, Meeting.begins_at, Meeting.place,
    Meeting.link, Meeting.frozen, Meeting.state, Meeting.owner_agrees, Meeting.case_id, Meeting.step,
    Meeting.step_began_at,
)  # fmt: skip


def _one_statement() -> Any:
    statement = select(*_COLUMNS).where(
        Meeting.id == bindparam("session", type_=Uuid()),
        Meeting.portfolio_id == bindparam("portfolio", type_=Uuid()),
    )
    for role in ROLES:
        person = aliased(Person)
        statement = statement.outerjoin(person, person.id == getattr(Meeting, f"{role}_id"))
        statement = statement.add_columns(person.id.label(f"{role}_id"), person.name.label(f"{role}_name"))
    return statement


_ONE = _one_statement()
_LINES = (
    select(
        Meeting.id, Meeting.portfolio_id, Circle.name, Meeting.day, Meeting.begins_at, Meeting.state,
        Meeting.frozen["title"].label("title"), Person.name.label("owner"), Meeting.case_owner_id,
    )
    .join(Portfolio, Portfolio.id == Meeting.portfolio_id)
    .join(Circle, Circle.id == Portfolio.circle_id)
    .outerjoin(Person, Person.id == Meeting.case_owner_id)
    .where(any_of(Meeting.portfolio_id, ids("portfolios")))
)  # fmt: skip
_COMING = and_(Meeting.day >= _DAY, Meeting.state.in_((PLANNED, OPEN)))
_OVER = or_(Meeting.day < _DAY, Meeting.state.in_((DONE, CANCELLED)))
_AHEAD = _LINES.where(_COMING).order_by(Meeting.day, Meeting.begins_at, Meeting.id).limit(bindparam("limit"))
_PAST = (
    _LINES.where(_OVER)
    .order_by(Meeting.day.desc(), Meeting.begins_at.desc(), Meeting.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_NAMED = (
    select(Portfolio.id, Circle.name)
    .join(Circle, Circle.id == Portfolio.circle_id)
    .where(any_of(Portfolio.id, ids("portfolios")))
    .order_by(Circle.name, Portfolio.id)
)
_HELD = (
    select(func.count())
    .select_from(Meeting)
    .where(Meeting.portfolio_id == bindparam("portfolio", type_=Uuid()), Meeting.state == DONE)
)


def get_session(scope: Scope, session_id: uuid.UUID) -> OpenSession:
    """A session of the group of this place. One query. Raises NotVisible."""
    _circle, portfolio = place_of(scope)
    row = scope.rows(_ONE, {"session": session_id, "portfolio": portfolio}).one_or_none()
    if row is None:
        raise NotVisible(str(session_id))
    facts = {column.key: getattr(row, column.key) for column in _COLUMNS}
    method = thaw(facts.pop("frozen"))
    people = {role: (getattr(row, f"{role}_id"), getattr(row, f"{role}_name")) for role in ROLES}
    roles = {role: Someone(id_, name) for role, (id_, name) in people.items() if id_ is not None}
    return OpenSession(**facts, method=method, today=scope.today, roles=roles)


def list_ahead(scope: Scope, portfolios: list[uuid.UUID], *, size: int = PAGE) -> list[SessionLine]:
    """What is planned from today on in these groups, the first one first. One query."""
    values = {"portfolios": _mine(scope, portfolios), "day": scope.today, "limit": size}
    return [_line(scope, row) for row in scope.rows(_AHEAD, values)]


def list_past(
    scope: Scope, portfolios: list[uuid.UUID], *, page: int = 1, size: int = PAGE
) -> tuple[list[SessionLine], bool]:
    """What these groups held or called off, the last one first: one page, and whether there is another. One query."""
    values = {
        "portfolios": _mine(scope, portfolios), "day": scope.today, "limit": size + 1, "offset": (page - 1) * size,
    }  # fmt: skip
    rows = [_line(scope, row) for row in scope.rows(_PAST, values)]
    return rows[:size], len(rows) > size


def count_held(scope: Scope) -> int:
    """How often the group of this place met, for a method that asks it. One query. Raises NotVisible."""
    _circle, portfolio = place_of(scope)
    return int(scope.rows(_HELD, {"portfolio": portfolio}).scalar_one())


def list_groups(scope: Scope) -> list[uuid.UUID]:
    """The portfolios of the viewer's circles in which this is on. No query."""
    return [portfolio for _circle, portfolio in scope.circles_with(NAME)]


def name_groups(scope: Scope) -> list[tuple[uuid.UUID, str]]:
    """The viewer's groups by name, each by its portfolio. One query."""
    found = scope.rows(_NAMED, {"portfolios": list_groups(scope)})
    return [(row.id, row.name) for row in found]


def _mine(scope: Scope, portfolios: list[uuid.UUID]) -> list[uuid.UUID]:
    """Those among them that are the viewer's groups: whatever a caller asks, nobody gets another's."""
    return sorted(set(portfolios) & set(list_groups(scope)))


def _line(scope: Scope, row: Any) -> SessionLine:
    return SessionLine(
        row.id, row.portfolio_id, row.name, row.day, row.begins_at, row.state,
        thaw({"code": "", "title": row.title}).title, row.owner or "", row.case_owner_id == scope.me.id,
    )  # fmt: skip
