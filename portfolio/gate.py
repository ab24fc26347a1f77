"""The one gate: what is on where. Sections are always on; a plugin is on while a switch of a cohort runs.

Like access it has two forms: `Gate` for the viewer's own portfolio, `on_in_its_portfolio` for queries across them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased

from portfolio.among import any_of
from portfolio.entries.models import Entry, Portfolio
from portfolio.people.models import CohortMember, Switch


@dataclass(frozen=True)
class Gate:
    """What is on for one person: the sections, and the plugins switched on through their cohorts."""

    always: frozenset[str]
    switched: frozenset[str]

    def is_on(self, plugin: str) -> bool:
        """Whether the plugin is there in the viewer's own portfolio."""
        return plugin in self.always or plugin in self.switched


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


def on_in_its_portfolio(always: Any, day: Any) -> ColumnElement[bool]:
    """Condition on `entry`: its plugin is on in the portfolio it lies in.

    `always` and `day` are bind parameters: `names` of the sections, and today.
    """
    switched = (
        exists()
        .where(
            Portfolio.id == Entry.portfolio_id,
            CohortMember.person_id == Portfolio.person_id,
            now_or_last_in_cohort(day),
            Switch.cohort_id == CohortMember.cohort_id,
            Switch.plugin == Entry.plugin,
            Switch.running(day),
        )
        .correlate(Entry)
    )
    return or_(any_of(Entry.plugin, always), switched)
