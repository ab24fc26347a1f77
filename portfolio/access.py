"""Who may do what: the table, in two forms that are proved equal, and what a view says it needs.

`can(scope, action, facts)` answers for one entry, with its reason; `visible(...)` is the same as a query. Default
is deny. Above all stands the wall: while A leads B, A gets nothing that B wrote or takes part in. It lies in the
relations (circles with somebody I lead are left out when they are loaded) and in the condition each rule adds.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Select, Uuid, bindparam, exists, or_, select, union

from portfolio.among import any_of, ids, none_of
from portfolio.entries.models import Entry, Portfolio, Share
from portfolio.gate import on_in_its_portfolio, share_is_awake
from portfolio.people.models import CircleMember, Coaching
from portfolio.scope import Scope

READ, COMMENT, WRITE, KEEP = "read", "comment", "write", "keep"
"""READ: the current text. COMMENT: read and answer. WRITE: edit, share, link. KEEP: bin, erase, unshare, see history.

The last two are its author's alone; KEEP also where its plugin is off, where there is nothing new.
"""


@dataclass(frozen=True)
class ShareFacts:
    """A share as far as access needs it."""

    person_id: uuid.UUID | None
    coaching_id: uuid.UUID | None
    circle_id: uuid.UUID | None
    running: bool
    awake: bool
    """Its plugin has been on ever since it was made or confirmed."""
    owner_in_circle: bool
    """The entry's author is a member of that circle today."""


@dataclass(frozen=True)
class EntryFacts:
    """What the rules look at of one entry."""

    id: uuid.UUID
    portfolio_id: uuid.UUID
    author_id: uuid.UUID
    audience: str
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    deleted: bool
    plugin_on: bool
    """The plugin is on in the portfolio the entry lies in."""
    shares: tuple[ShareFacts, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One way to an entry: the same sentence as a test and as a query of entry ids."""

    name: str
    test: Callable[[Scope, EntryFacts], bool]
    where: Select[Any]


_ME = bindparam("me", type_=Uuid())
_DAY: BindParameter[dt.date] = bindparam("day")
_NOW: BindParameter[dt.datetime] = bindparam("now")
_LED = ids("led")
_LED_PORTFOLIOS = ids("led_portfolios")


def is_open(scope: Scope, facts: EntryFacts) -> bool:
    """Whether others can reach it at all: not in the bin, meant for them, within its hours, and its plugin is on."""
    return (
        not facts.deleted
        and facts.audience == "portfolio"
        and (facts.opens_at is None or facts.opens_at <= scope.now)
        and (facts.closes_at is None or facts.closes_at > scope.now)
        and facts.plugin_on
    )


_ON = on_in_its_portfolio()
THERE: tuple[ColumnElement[bool], ...] = (
    Entry.deleted_at.is_(None),
    Entry.audience == "portfolio",
    or_(Entry.opens_at.is_(None), Entry.opens_at <= _NOW),
    or_(Entry.closes_at.is_(None), Entry.closes_at > _NOW),
)
OPEN = (*THERE, _ON)
"""The same as conditions on `entry`; they take `now`, `day` and what the gate has. A share must be awake instead."""


def _outside_wall(scope: Scope, facts: EntryFacts) -> bool:
    """Neither written by somebody the viewer leads, nor in a portfolio such a person takes part in."""
    return facts.author_id not in scope.relations.led and facts.portfolio_id not in scope.relations.led_portfolios


_OUTSIDE_WALL: tuple[ColumnElement[bool], ...] = (
    none_of(Entry.author_id, _LED),
    none_of(Entry.portfolio_id, _LED_PORTFOLIOS),
)


def _author(scope: Scope, facts: EntryFacts) -> bool:
    return facts.author_id == scope.me.id


def takes_part(scope: Scope, portfolio_id: uuid.UUID) -> bool:
    """The portfolio is the viewer's own, or that of a circle, or a joint one, in which they take part today."""
    relations = scope.relations
    return portfolio_id in (relations.portfolio, *relations.circle_portfolios, *relations.joint)


def _author_goes_on(scope: Scope, facts: EntryFacts) -> bool:
    """Where its plugin is off, or who wrote it takes part no more, nothing is added to it: not by its author either."""
    return facts.author_id == scope.me.id and takes_part(scope, facts.portfolio_id) and facts.plugin_on


_TAKES_PART = or_(
    Entry.portfolio_id.in_(select(Portfolio.id).where(Portfolio.person_id == _ME)),
    any_of(Entry.portfolio_id, ids("circle_portfolios")),
    any_of(Entry.portfolio_id, ids("joint")),
)


def _circle_member(scope: Scope, facts: EntryFacts) -> bool:
    mine = scope.relations.circle_portfolios
    return facts.portfolio_id in mine and is_open(scope, facts) and _outside_wall(scope, facts)


def _joint_member(scope: Scope, facts: EntryFacts) -> bool:
    """The wall's second door: a named member of a joint portfolio."""
    return facts.portfolio_id in scope.relations.joint and is_open(scope, facts)


def _shared_with_me(scope: Scope, facts: EntryFacts) -> bool:
    return (
        any(share.running and share.awake and share.person_id == scope.me.id for share in facts.shares)
        and is_open(scope, facts)
        and _outside_wall(scope, facts)
    )


def _shared_with_coach(scope: Scope, facts: EntryFacts) -> bool:
    mine = set(scope.relations.coachings)
    return (
        any(
            share.running and share.awake and (share.coaching_id, facts.portfolio_id) in mine for share in facts.shares
        )
        and is_open(scope, facts)
        and _outside_wall(scope, facts)
    )


def _shared_with_circle(scope: Scope, facts: EntryFacts) -> bool:
    mine = set(scope.relations.circle_ids)
    return (
        any(
            share.running and share.awake and share.owner_in_circle and share.circle_id in mine
            for share in facts.shares
        )
        and is_open(scope, facts)
        and _outside_wall(scope, facts)
    )


def owner_in_circle() -> ColumnElement[bool]:
    """Condition on `share` and `entry`: the entry's author is a member of the share's circle today."""
    return (
        exists()
        .where(
            CircleMember.circle_id == Share.circle_id,
            CircleMember.person_id == Entry.author_id,
            CircleMember.counts(_DAY),
        )
        .correlate(Share, Entry)
    )


def _of_coached_teacher() -> ColumnElement[bool]:
    """The coaching is that of the portfolio's own teacher: two flat id lists would lose the pairing."""
    return (
        exists()
        .where(
            Coaching.id == Share.coaching_id,
            Portfolio.person_id == Coaching.teacher_id,
            Portfolio.id == Entry.portfolio_id,
        )
        .correlate(Share, Entry)
    )


_SHARED = (
    select(Entry.id)
    .join(Share, Share.entry_id == Entry.id)
    .where(Share.running(_DAY), *THERE, share_is_awake(), *_OUTSIDE_WALL)
)

AUTHOR = Rule("author", _author, select(Entry.id).where(Entry.author_id == _ME))
AUTHOR_GOES_ON = Rule("author", _author_goes_on, AUTHOR.where.where(_TAKES_PART, _ON))
CIRCLE_MEMBER = Rule(
    "circle_member",
    _circle_member,
    select(Entry.id).where(any_of(Entry.portfolio_id, ids("circle_portfolios")), *OPEN, *_OUTSIDE_WALL),
)
JOINT_MEMBER = Rule(
    "joint_member", _joint_member, select(Entry.id).where(any_of(Entry.portfolio_id, ids("joint")), *OPEN)
)
SHARED_WITH_ME = Rule("shared_with_me", _shared_with_me, _SHARED.where(Share.person_id == _ME))
SHARED_WITH_COACH = Rule(
    "shared_with_coach",
    _shared_with_coach,
    _SHARED.where(any_of(Share.coaching_id, ids("coachings")), _of_coached_teacher()),
)
SHARED_WITH_CIRCLE = Rule(
    "shared_with_circle",
    _shared_with_circle,
    _SHARED.where(any_of(Share.circle_id, ids("circles")), owner_in_circle()),
)

SHARED_RULES = (SHARED_WITH_ME, SHARED_WITH_COACH, SHARED_WITH_CIRCLE)
TABLE: dict[str, tuple[Rule, ...]] = {
    READ: (AUTHOR, CIRCLE_MEMBER, JOINT_MEMBER, *SHARED_RULES),
    COMMENT: (AUTHOR_GOES_ON, *SHARED_RULES),
    WRITE: (AUTHOR_GOES_ON,),
    KEEP: (AUTHOR,),
}


@dataclass(frozen=True)
class Answer:
    """Whether, and by which rule."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


def can(scope: Scope, action: str, facts: EntryFacts) -> Answer:
    """Whether the viewer may do `action` with this entry, and the name of the rule that says so."""
    if scope.viewer is None:
        return Answer(False)
    for rule in TABLE[action]:
        if rule.test(scope, facts):
            return Answer(True, rule.name)
    return Answer(False)


def ids_by(rules: tuple[Rule, ...]) -> Any:
    """A query of the entry ids these rules open; run it with `parameters(scope)`. Build once, at import."""
    return union(*(rule.where for rule in rules)) if len(rules) > 1 else rules[0].where


VISIBLE = {action: ids_by(rules) for action, rules in TABLE.items()}
"""Entry ids per action, to be used as `Entry.id.in_(VISIBLE[READ])`."""
SHARED_TO_VIEWER = ids_by(SHARED_RULES)
"""Ids of what others shared with the viewer, by person, coaching or circle."""


def parameters(scope: Scope) -> dict[str, Any]:
    """The viewer's relations as parameters of the statements above."""
    relations = scope.relations
    return {
        "me": scope.me.id,
        "day": scope.today,
        "now": scope.now,
        **scope.gate.parameters,
        "led": sorted(relations.led),
        "led_portfolios": sorted(relations.led_portfolios),
        "circle_portfolios": relations.circle_portfolios,
        "joint": sorted(relations.joint),
        "coachings": relations.coaching_ids,
        "circles": relations.circle_ids,
    }


View = TypeVar("View", bound=Callable[..., Any])

PUBLIC, PERSON, ADMINISTRATOR, CIRCLE = "public", "person", "administrator", "circle"
OWN_PORTFOLIO, OWN_ENTRIES, MEMBER = "own portfolio", "own entries", "member"
NEEDS = frozenset({PUBLIC, PERSON, ADMINISTRATOR, CIRCLE, OWN_PORTFOLIO, OWN_ENTRIES, MEMBER, *TABLE})


def needs(what: str) -> Callable[[View], View]:
    """Say what a view needs; a view that doesn't is an error when the application is built.

    public: nothing. person: somebody signed in. administrator: of the address's <school>. own portfolio: the
    address's <portfolio> is the viewer's. own entries: the same, also where the plugin is off and they wrote with it.
    circle: a member of the address's <circle>. member: the address's <portfolio> is that of a circle, or a joint one,
    in which the viewer takes part. read, comment, write, keep: that action on the address's <entry>, which is of the
    section or plugin whose page it is.
    """
    if what not in NEEDS:
        raise ValueError(f"nobody knows the need {what!r}; known are {', '.join(sorted(NEEDS))}")

    def mark(view: View) -> View:
        view.needs = what  # type: ignore[attr-defined]
        return view

    return mark
