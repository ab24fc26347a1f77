"""The one gate: what is on where. Sections are always on; a plugin is on while a switch of a cohort runs.

Like access it has two forms: `state` for the place of this page, `where` for queries across portfolios.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, or_

from portfolio.entries.models import Entry, Portfolio
from portfolio.people.models import CohortMember, Switch

ON, ABSENT = "on", "absent"


@dataclass(frozen=True)
class Gate:
    """What is on for one person: the sections, and the plugins switched on through their cohorts."""

    always: frozenset[str]
    switched: frozenset[str]

    def state(self, plugin: str) -> str:
        """ON or ABSENT in the viewer's own portfolio."""
        return ON if plugin in self.always or plugin in self.switched else ABSENT

    def is_on(self, plugin: str) -> bool:
        """Whether new things can be made with this plugin here."""
        return self.state(plugin) == ON


def on_in_its_portfolio(always: Any, day: Any) -> ColumnElement[bool]:
    """Condition on `entry`: its plugin is on in the portfolio it lies in.

    `always` and `day` are bind parameters: the sections' names (expanding) and today.
    """
    switched = (
        exists()
        .where(
            Portfolio.id == Entry.portfolio_id,
            CohortMember.person_id == Portfolio.person_id,
            CohortMember.running(day),
            Switch.cohort_id == CohortMember.cohort_id,
            Switch.plugin == Entry.plugin,
            Switch.running(day),
        )
        .correlate(Entry)
    )
    return or_(Entry.plugin.in_(always), switched)
