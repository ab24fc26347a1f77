"""The one gate: what is on where. Sections are always on; a plugin is on while a switch of a cohort runs.

Like access it has two forms: `Gate` for the viewer's own portfolio, `on_in_its_portfolio` for queries across them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Exists, Uuid, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from portfolio.among import any_of, names
from portfolio.entries.models import Entry, Portfolio, Share
from portfolio.people.models import CohortMember, Switch

_DAY: BindParameter[dt.date] = bindparam("day")
_ALWAYS = names("always")
_INSTALLED = names("installed")


class State(StrEnum):
    """What a section or plugin is in somebody's own portfolio."""

    ON = "on"
    KEPT = "kept"
    """Off, but they wrote with it: they alone read, take along and delete that; nothing new."""
    ABSENT = "absent"
    """Off, and nothing of theirs: not a trace."""


@dataclass(frozen=True)
class Gate:
    """What is on for one person: the sections, and the plugins switched on through their cohorts."""

    always: frozenset[str]
    installed: frozenset[str]
    """Sections and plugins there are. One whose folder is away, or that broke at start, is on nowhere."""
    switched: frozenset[str]
    wrote_in: frozenset[str]
    """With these the viewer wrote entries in their own portfolio."""

    def state(self, plugin: str) -> State:
        """What this plugin is in the viewer's own portfolio."""
        if plugin in self.always or (plugin in self.switched and plugin in self.installed):
            return State.ON
        return State.KEPT if plugin in self.wrote_in else State.ABSENT

    def is_on(self, plugin: str) -> bool:
        """Whether the plugin is there in the viewer's own portfolio, for reading and for new things."""
        return self.state(plugin) is State.ON

    def list_kept(self) -> list[str]:
        """Plugins that are off here and with which the viewer wrote, in alphabetical order."""
        return sorted(plugin for plugin in self.wrote_in if self.state(plugin) is State.KEPT)

    @property
    def parameters(self) -> dict[str, list[str]]:
        """What `on_in_its_portfolio` takes, besides the `day`."""
        return {"always": sorted(self.always), "installed": sorted(self.installed)}


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


def on_in_its_portfolio() -> ColumnElement[bool]:
    """Condition on `entry`: its plugin is on in the portfolio it lies in. Takes `Gate.parameters` and the `day`."""
    return _always_or(_is_switched_on().correlate(Entry))


def share_is_awake() -> ColumnElement[bool]:
    """Condition on `entry` and `share`: the same, and the switch it was made or confirmed under goes on."""
    return _always_or(_is_switched_on().where(Switch.chain == Share.chain).correlate(Entry, Share))


def chain_runs() -> ColumnElement[bool]:
    """Condition on `share`: the switch it was made or confirmed under is on for its owner; installed or not.

    Takes the `day`.
    """
    return _is_switched_on().where(Entry.id == Share.entry_id, Switch.chain == Share.chain).correlate(Share)


def find_chain(session: Session, person_id: uuid.UUID, plugin: str, day: dt.date) -> uuid.UUID | None:
    """The chain a new share of somebody's entry names: of those that are on for them, the one that runs longest."""
    values = {"person": person_id, "plugin": plugin, "day": day}
    return session.connection().execute(_CHAIN, values).scalar()


def find_settings(session: Session, person_id: uuid.UUID, plugin: str, day: dt.date) -> Any:
    """What a school set about a plugin, by the switch a new share would name; None where it is on for them nowhere."""
    values = {"person": person_id, "plugin": plugin, "day": day}
    row = session.connection().execute(_CHAIN, values).one_or_none()
    return row.settings if row is not None else None


def _always_or(switched: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(any_of(Entry.plugin, _ALWAYS), and_(any_of(Entry.plugin, _INSTALLED), switched))


def _is_switched_on() -> Exists:
    return exists().where(
        Portfolio.id == Entry.portfolio_id,
        CohortMember.person_id == Portfolio.person_id,
        now_or_last_in_cohort(_DAY),
        Switch.cohort_id == CohortMember.cohort_id,
        Switch.plugin == Entry.plugin,
        Switch.running(_DAY),
    )


_CHAIN = (
    select(Switch.chain, Switch.settings)
    .join(CohortMember, CohortMember.cohort_id == Switch.cohort_id)
    .where(
        CohortMember.person_id == bindparam("person", type_=Uuid()),
        now_or_last_in_cohort(_DAY),
        Switch.plugin == bindparam("plugin"),
        Switch.running(_DAY),
    )
    .order_by(Switch.until.is_not(None), Switch.until.desc(), Switch.chain)
    .limit(1)
)
