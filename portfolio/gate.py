"""The one gate: what is on where. Sections are always on; a plugin is on while a switch of a cohort runs.

In somebody's own portfolio that is a cohort they are in, or were last. What has pages in circles is on there too by the
home cohort of a circle they are in, so that a member from elsewhere can write for it. In a circle's or joint portfolio
it is the home cohort, for all alike.
Like access it has two forms: `Gate` for the viewer's places, `on_in_its_portfolio` for queries across portfolios.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Uuid, and_, bindparam, exists, or_, select, true
from sqlalchemy.orm import Session, aliased

from portfolio.among import any_of, names
from portfolio.entries.models import Entry, Portfolio, Share, Snapshot
from portfolio.people.models import CircleMember, CohortMember, Switch

_DAY: BindParameter[dt.date] = bindparam("day")
_ALWAYS = names("always")
_INSTALLED = names("installed")
_IN_CIRCLES = names("in_circles")


class State(StrEnum):
    """What a section or plugin is in somebody's own portfolio."""

    ON = "on"
    KEPT = "kept"
    """Off, but they wrote with it: they alone read, take along and delete that; nothing new."""
    ABSENT = "absent"
    """Off, and nothing of theirs: not a trace."""


@dataclass(frozen=True)
class Gate:
    """What is on for one person: the sections, and the plugins switched on through their cohorts and circles."""

    always: frozenset[str]
    installed: frozenset[str]
    """Sections and plugins there are. One whose folder is away, or that broke at start, is on nowhere."""
    switched: frozenset[str]
    """Plugins, in the viewer's own portfolio."""
    wrote_in: frozenset[str]
    """With these the viewer wrote entries in their own portfolio."""
    switched_at: frozenset[tuple[uuid.UUID, str]] = frozenset()
    """Circle's and joint portfolios the viewer takes part in, each with a plugin that is on there."""
    in_circles: frozenset[str] = frozenset()
    """Plugins that have pages in circles."""

    def state(self, plugin: str) -> State:
        """What this plugin is in the viewer's own portfolio."""
        if plugin in self.always or (plugin in self.switched and plugin in self.installed):
            return State.ON
        return State.KEPT if plugin in self.wrote_in else State.ABSENT

    def is_on(self, plugin: str) -> bool:
        """Whether the plugin is there in the viewer's own portfolio, for reading and for new things."""
        return self.state(plugin) is State.ON

    def is_on_at(self, portfolio_id: uuid.UUID, plugin: str) -> bool:
        """Whether the plugin is there in a circle's or joint portfolio the viewer takes part in."""
        return plugin in self.always or ((portfolio_id, plugin) in self.switched_at and plugin in self.installed)

    def list_kept(self) -> list[str]:
        """Plugins that are off here and with which the viewer wrote, in alphabetical order."""
        return sorted(plugin for plugin in self.wrote_in if self.state(plugin) is State.KEPT)

    @property
    def parameters(self) -> dict[str, list[str]]:
        """What `on_in_its_portfolio` takes, besides the `day`."""
        return {
            "always": sorted(self.always),
            "installed": sorted(self.installed),
            "in_circles": sorted(self.in_circles),
        }


def now_or_last_in_cohort(day: Any) -> ColumnElement[bool]:
    """Condition on `cohort_member`: a cohort they are in on `day` or, being in none, were last in.

    Who has finished a programme goes on writing while its switch runs. A membership that ended on the day it began
    never ran.
    """
    later = aliased(CohortMember)
    ended_later = (
        exists()
        .where(
            later.person_id == CohortMember.person_id,
            later.since <= day,
            or_(later.until.is_(None), and_(later.until > CohortMember.until, later.until > later.since)),
        )
        .correlate(CohortMember)
    )
    ended = and_(CohortMember.since <= day, CohortMember.until > CohortMember.since, ~ended_later)
    return or_(CohortMember.running(day), ended)


def home_goes_on(home: Any, switch: Any, day: Any) -> ColumnElement[bool]:
    """Condition on a switch of a home cohort and one that runs on `day`: it is that one, or goes on with its chain.

    So next year's copy of a cohort goes on for circles that had the earlier one as their home.
    """
    return and_(switch.chain == home.chain, switch.running(day))


def on_in_its_portfolio() -> ColumnElement[bool]:
    """Condition on `entry`: its plugin is on in the portfolio it lies in. Takes `Gate.parameters` and the `day`."""
    return _always_or(_is_switched_on(Entry))


def on_where_it_was_handed_over() -> ColumnElement[bool]:
    """Condition on `snapshot`: the plugin it names is on in the joint portfolio it lies in. Takes the same."""
    home = aliased(Switch)
    switched = (
        exists()
        .where(
            Portfolio.id == Snapshot.portfolio_id,
            home.cohort_id == Portfolio.cohort_id,
            Switch.plugin == Snapshot.plugin,
            home_goes_on(home, Switch, _DAY),
        )
        .correlate(Snapshot)
    )
    return _always_or(switched, Snapshot.plugin)


def share_is_awake() -> ColumnElement[bool]:
    """Condition on `entry` and `share`: the same, and the switch it was made or confirmed under goes on."""
    return _always_or(_is_switched_on(Entry, Share, where=(Switch.chain == Share.chain,)))


def chain_runs() -> ColumnElement[bool]:
    """Condition on `share`: the switch it was made or confirmed under is on for its owner; installed or not.

    Takes the `day`.
    """
    made_under = (Entry.id == Share.entry_id, Switch.chain == Share.chain)
    return _is_switched_on(Share, where=made_under, in_circles=true())


def chain_for(person_id: uuid.UUID, plugin: str, day: dt.date) -> Any:
    """The chain a new share of somebody's entry names, as a value of any statement: of those that are on for them, the
    one that runs longest; NULL where there is none.

    Their own cohorts come before the homes of their circles.
    """
    return _CHAINS.params(person=person_id, plugin=plugin, day=day).scalar_subquery()


def find_settings(
    session: Session, person_id: uuid.UUID, plugin: str, day: dt.date, portfolio_id: uuid.UUID | None = None
) -> Any:
    """What a school set about a plugin, by the switch a new share would name; None where it is on for them nowhere.

    Of a circle's or joint portfolio, if that is given: by the switch of its home that runs longest.
    """
    values = {"plugin": plugin, "day": day, "portfolio" if portfolio_id else "person": portfolio_id or person_id}
    row = session.connection().execute(_SETTINGS_AT if portfolio_id else _CHAIN, values).first()
    return row.settings if row is not None else None


def settings_here() -> Any:
    """The same for a person, as a column of any query. Takes `plugin`, `day` and `person`; where it is off it is NULL.

    For what is asked on every overview, where one more query would be one too many.
    """
    return _CHAIN.with_only_columns(Switch.settings).scalar_subquery()


def _always_or(switched: ColumnElement[bool], plugin: Any = Entry.plugin) -> ColumnElement[bool]:
    return or_(any_of(plugin, _ALWAYS), and_(any_of(plugin, _INSTALLED), switched))


def _is_switched_on(
    *outer: Any, where: tuple[ColumnElement[bool], ...] = (), in_circles: ColumnElement[bool] | None = None
) -> ColumnElement[bool]:
    """A switch runs by which the entry's plugin is on where it lies; each of the three ways is a query of its own."""
    home = aliased(Switch)
    plugin = (Portfolio.id == Entry.portfolio_id, Switch.plugin == Entry.plugin, *where)
    by_cohort = (
        CohortMember.person_id == Portfolio.person_id,
        now_or_last_in_cohort(_DAY),
        Switch.cohort_id == CohortMember.cohort_id,
        Switch.running(_DAY),
    )
    by_home = (home.cohort_id == Portfolio.cohort_id, home_goes_on(home, Switch, _DAY))
    by_circle = (
        any_of(Entry.plugin, _IN_CIRCLES) if in_circles is None else in_circles,
        *_on_in_a_circle_of(Portfolio.person_id),
    )
    return or_(*(exists().where(*plugin, *way).correlate(*outer) for way in (by_cohort, by_home, by_circle)))


def _on_in_a_circle_of(person: Any) -> tuple[Any, ...]:
    """Conditions on a switch: it counts in a circle that this person is in today."""
    group, home = aliased(Portfolio), aliased(Switch)
    return (
        CircleMember.person_id == person,
        CircleMember.counts(_DAY),
        group.circle_id == CircleMember.circle_id,
        home.cohort_id == group.cohort_id,
        home_goes_on(home, Switch, _DAY),
    )


def _longest(switches: Any) -> Any:
    return switches.order_by(Switch.until.is_not(None), Switch.until.desc(), Switch.chain).limit(1)


def _chain() -> Any:
    person = bindparam("person", type_=Uuid())
    own = exists().where(
        CohortMember.cohort_id == Switch.cohort_id, CohortMember.person_id == person, now_or_last_in_cohort(_DAY)
    )
    of_circle = exists().where(*_on_in_a_circle_of(person))
    found = select(Switch.chain, Switch.settings).where(
        Switch.plugin == bindparam("plugin"), Switch.running(_DAY), or_(own, of_circle)
    )
    return _longest(found.order_by(own.desc()))


def _settings_at() -> Any:
    home = aliased(Switch)
    found = (
        select(Switch.settings)
        .join(home, home_goes_on(home, Switch, _DAY))
        .join(Portfolio, Portfolio.cohort_id == home.cohort_id)
        .where(Portfolio.id == bindparam("portfolio", type_=Uuid()), Switch.plugin == bindparam("plugin"))
    )
    return _longest(found)


_CHAIN = _chain()
_CHAINS = _CHAIN.with_only_columns(Switch.chain)
_SETTINGS_AT = _settings_at()
