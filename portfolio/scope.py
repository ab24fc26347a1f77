"""Scope: who asks, in which relations, at what place and moment. Every service takes one first.

The relations are read once, in one small statement; access rules then get plain ids.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, CursorResult, Uuid, bindparam, cast, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from portfolio import clock
from portfolio.entries.models import Entry, Portfolio, PortfolioMember
from portfolio.gate import Gate, find_settings, home_goes_on, now_or_last_in_cohort
from portfolio.people.models import (
    BoardRole,
    CircleMember,
    Coaching,
    CohortMember,
    Leadership,
    SchoolRole,
    Switch,
)

if TYPE_CHECKING:
    from portfolio.entries.cohort_settings import CohortSettings
    from portfolio.events import Event


@dataclass(frozen=True)
class Viewer:
    """The person who asks."""

    id: uuid.UUID
    name: str
    language: str = "nl"


@dataclass(frozen=True)
class Relations:
    """The relations of one person on one day, as ids."""

    portfolio: uuid.UUID | None = None
    """Their own portfolio."""
    teaches_at: frozenset[uuid.UUID] = frozenset()
    administers: frozenset[uuid.UUID] = frozenset()
    """Schools."""
    boards: frozenset[uuid.UUID] = frozenset()
    coachings: tuple[tuple[uuid.UUID, uuid.UUID], ...] = ()
    """Accepted coachings in which they are the coach, each with the teacher's portfolio."""
    circles: tuple[tuple[uuid.UUID, uuid.UUID], ...] = ()
    """Accepted memberships: circle and its portfolio, less those with somebody they lead."""
    joint: frozenset[uuid.UUID] = frozenset()
    """Joint portfolios of which they are a named member."""
    led: frozenset[uuid.UUID] = frozenset()
    """Persons whose leader they are: the wall."""
    led_portfolios: frozenset[uuid.UUID] = frozenset()
    """What they take part in: their own portfolios, and those of circles and joint ones with one of them."""
    leaders: frozenset[uuid.UUID] = frozenset()
    """Their own leaders."""
    switched_on: frozenset[str] = frozenset()
    """Plugins that are on through one of their cohorts."""
    on_by_circle: frozenset[str] = frozenset()
    """Plugins that are on in a circle they are in; see `Gate.in_circles`."""
    on_at: frozenset[tuple[uuid.UUID, str]] = frozenset()
    """Portfolios of these circles and joint ones, each with a plugin that is on there."""
    wrote_in: frozenset[str] = frozenset()
    """Sections and plugins of what they wrote in their own portfolio, less what is in the bin."""
    coached_by: bool = False

    @property
    def coaching_ids(self) -> list[uuid.UUID]:
        return [coaching for coaching, _ in self.coachings]

    @property
    def circle_ids(self) -> list[uuid.UUID]:
        return [circle for circle, _ in self.circles]

    @property
    def circle_portfolios(self) -> list[uuid.UUID]:
        return [portfolio for _, portfolio in self.circles]


def _wrote_in(me: Any) -> Any:
    """The plugins of the viewer's entries, one by one along the index, and none at the end: a step for each plugin."""
    own = select(Portfolio.id).where(Portfolio.person_id == me).scalar_subquery()
    next_one = (
        select(Entry.plugin)
        .where(Entry.portfolio_id == own, Entry.author_id == me, Entry.deleted_at.is_(None))
        .order_by(Entry.plugin)
        .limit(1)
    )
    found = select(next_one.scalar_subquery().label("plugin")).cte("wrote_in", recursive=True)
    after = next_one.where(Entry.plugin > found.c.plugin).correlate(found).scalar_subquery()
    return found.union(select(after).select_from(found))  # the last step finds none, and so is no new row


def _statement() -> Any:
    me = bindparam("me", type_=Uuid())
    day: BindParameter[dt.date] = bindparam("day")
    nothing = cast(null(), Uuid())
    no_text = literal("")
    own, theirs, group, walled = aliased(Portfolio), aliased(Portfolio), aliased(Portfolio), aliased(Portfolio)
    wrote_in = _wrote_in(me)
    other, named, led = aliased(CircleMember), aliased(PortfolioMember), aliased(Leadership)
    home = aliased(Switch)
    parts = [
        select(literal("own"), own.id, nothing, no_text).where(own.person_id == me),
        select(literal("role"), SchoolRole.school_id, nothing, SchoolRole.role).where(
            SchoolRole.person_id == me, SchoolRole.running(day)
        ),
        select(literal("board"), BoardRole.board_id, nothing, no_text).where(
            BoardRole.person_id == me, BoardRole.running(day)
        ),
        select(literal("coach"), Coaching.id, theirs.id, no_text)
        .join(theirs, theirs.person_id == Coaching.teacher_id)
        .where(Coaching.coach_id == me, Coaching.counts(day)),
        select(literal("coached"), Coaching.id, Coaching.coach_id, no_text).where(
            Coaching.teacher_id == me, Coaching.counts(day)
        ),
        select(literal("circle"), CircleMember.circle_id, group.id, no_text)
        .join(group, group.circle_id == CircleMember.circle_id)
        .where(CircleMember.person_id == me, CircleMember.counts(day)),
        select(literal("walled"), other.circle_id, walled.id, no_text)
        .join(walled, walled.circle_id == other.circle_id)
        .join(led, (led.teacher_id == other.person_id) & (led.leader_id == me))
        .where(other.counts(day), led.running(day)),
        select(literal("led joint"), named.portfolio_id, nothing, no_text)
        .join(led, (led.teacher_id == named.person_id) & (led.leader_id == me))
        .where(named.running(day), led.running(day)),
        select(literal("joint"), PortfolioMember.portfolio_id, nothing, no_text).where(
            PortfolioMember.person_id == me, PortfolioMember.running(day)
        ),
        select(literal("leads"), Leadership.teacher_id, Portfolio.id, no_text)
        .join(Portfolio, Portfolio.person_id == Leadership.teacher_id)
        .where(Leadership.leader_id == me, Leadership.running(day)),
        select(literal("led by"), Leadership.leader_id, nothing, no_text).where(
            Leadership.teacher_id == me, Leadership.running(day)
        ),
        select(literal("switch"), Switch.id, nothing, Switch.plugin)
        .join(CohortMember, CohortMember.cohort_id == Switch.cohort_id)
        .where(CohortMember.person_id == me, now_or_last_in_cohort(day), Switch.running(day)),
        select(literal("circle on"), group.id, CircleMember.circle_id, Switch.plugin)
        .join(group, group.circle_id == CircleMember.circle_id)
        .join(home, home.cohort_id == group.cohort_id)
        .join(Switch, home_goes_on(home, Switch, day))
        .where(CircleMember.person_id == me, CircleMember.counts(day)),
        select(literal("joint on"), theirs.id, nothing, Switch.plugin)
        .join(PortfolioMember, PortfolioMember.portfolio_id == theirs.id)
        .join(home, home.cohort_id == theirs.cohort_id)
        .join(Switch, home_goes_on(home, Switch, day))
        .where(PortfolioMember.person_id == me, PortfolioMember.running(day)),
        select(literal("wrote in"), nothing, nothing, wrote_in.c.plugin).where(wrote_in.c.plugin.is_not(None)),
    ]
    return union_all(*parts)


_RELATIONS = _statement()


def load_relations(session: Session, person_id: uuid.UUID, day: dt.date) -> Relations:
    """The relations of a person on a day, in one statement."""
    found: dict[str, list[tuple[uuid.UUID, uuid.UUID, str]]] = {}
    for what, a, b, text in session.connection().execute(_RELATIONS, {"me": person_id, "day": day}):
        found.setdefault(what, []).append((a, b, text))

    def firsts(what: str) -> frozenset[uuid.UUID]:
        return frozenset(a for a, _, _ in found.get(what, ()))

    def seconds(what: str) -> frozenset[uuid.UUID]:
        return frozenset(b for _, b, _ in found.get(what, ()))

    walled = firsts("walled")
    own = found.get("own")
    return Relations(
        portfolio=own[0][0] if own else None,
        teaches_at=frozenset(a for a, _, role in found.get("role", ()) if role == "teacher"),
        administers=frozenset(a for a, _, role in found.get("role", ()) if role == "administrator"),
        boards=firsts("board"),
        coachings=tuple(sorted((a, b) for a, b, _ in found.get("coach", ()))),
        circles=tuple(sorted({(a, b) for a, b, _ in found.get("circle", ()) if a not in walled})),
        joint=firsts("joint"),
        led=firsts("leads"),
        led_portfolios=seconds("leads") | seconds("walled") | firsts("led joint"),
        leaders=firsts("led by"),
        switched_on=frozenset(text for _, _, text in found.get("switch", ())),
        on_by_circle=frozenset(text for _, _, text in found.get("circle on", ())),
        on_at=frozenset(
            {(a, text) for a, circle, text in found.get("circle on", ()) if circle not in walled}
            | {(a, text) for a, _, text in found.get("joint on", ())}
        ),
        wrote_in=frozenset(text for _, _, text in found.get("wrote in", ())),
        coached_by=bool(found.get("coached")),
    )


@dataclass
class Scope:
    """Who asks what, where and when; with the session of this page or job."""

    session: Session
    viewer: Viewer | None
    relations: Relations
    gate: Gate
    now: dt.datetime = field(default_factory=clock.now)
    portfolio_id: uuid.UUID | None = None
    """The portfolio of the page's address, if it has one."""
    shown_to: uuid.UUID | None = None
    """Who really looks, when it isn't the viewer but the owner of the page, who sees it as the viewer gets it. Then
    only what that owner wrote is fetched: see `may_show`."""
    writing: bool = False
    """The session writes: errors in hooks need a savepoint."""
    on_event: Callable[[Scope, Event], None] | None = None
    after: list[Callable[[Session], None]] = field(default_factory=list)
    """Short writes that outlive the request's outcome, each run after it in a transaction of its own."""

    @property
    def me(self) -> Viewer:
        """The viewer. Raises LookupError when nobody is signed in."""
        if self.viewer is None:
            raise LookupError("nobody is signed in")
        return self.viewer

    @property
    def today(self) -> dt.date:
        """Today in Europe/Amsterdam."""
        return clock.day_of(self.now)

    def circles_with(self, plugin: str) -> list[tuple[uuid.UUID, uuid.UUID]]:
        """The viewer's circles in which a plugin is on, each with its portfolio."""
        return [(circle, own) for circle, own in self.relations.circles if self.gate.is_on_at(own, plugin)]

    def rows(self, statement: Any, values: Mapping[str, Any] | None = None) -> CursorResult[*tuple[Any, ...]]:
        """Run a statement that answers plain rows, never mapped objects, in this page's transaction.

        Straight on the connection: the session's own way costs as much again as a small query.
        """
        if self.writing:
            self.session.flush()
        return self.session.connection().execute(statement, values)

    def settings_for(self, plugin: str, declared: type[CohortSettings]) -> dict[str, Any]:
        """What counts for the viewer of a plugin's settings, by field; of two cohorts, where it is on longest.

        In the place of a circle or a joint portfolio, those of its home. Never fails: what was kept and can't be read
        any more is its default. One query.
        """
        return declared.read(find_settings(self.session, self.me.id, plugin, self.today, self.place))

    @property
    def place(self) -> uuid.UUID | None:
        """The circle's or joint portfolio this page is in; None in one's own, and elsewhere."""
        here = self.portfolio_id
        return here if here in self.relations.circle_portfolios or here in self.relations.joint else None

    @property
    def circle_id(self) -> uuid.UUID | None:
        """The circle whose portfolio this page is in, if it is."""
        return next((circle for circle, own in self.relations.circles if own == self.portfolio_id), None)

    def may_show(self, author_id: uuid.UUID) -> bool:
        """What this person wrote may be on the page; not, when the page is shown to somebody else than the viewer."""
        return self.shown_to is None or author_id == self.shown_to

    def tell(self, event: Event) -> None:
        """Let whoever is on here know, in this transaction, a savepoint each."""
        if self.on_event is not None:
            self.on_event(self, event)


def open_scope(
    session: Session, viewer: Viewer | None, gate_of: Callable[[Relations], Gate], now: dt.datetime | None = None
) -> Scope:
    """A scope for a page, a command or a job: relations and gate as of `now` (this moment by default)."""
    now = now or clock.now()
    relations = load_relations(session, viewer.id, clock.day_of(now)) if viewer else Relations()
    return Scope(session=session, viewer=viewer, relations=relations, gate=gate_of(relations), now=now)
