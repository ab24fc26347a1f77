"""What a school sets when it switches this on: how long a leader reads, and how long a report is kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portfolio.clock import SchoolYear
from portfolio.entries.cohort_settings import CohortSettings
from portfolio.entries.fields import Choice
from portfolio.entries.kinds import field
from portfolio.i18n import lazy_gettext as _l
from portfolio.scope import Scope

NAME = "ontwikkelgesprek"
UNSETTLED = dt.timedelta(days=365)
"""So long the leader reads what was handed over when nothing is ever settled."""


class Settings(CohortSettings):
    """The terms of a conversation."""

    defaults = {"days": "30", "years": "3"}  # noqa: RUF012  # read-only from here on

    days: Choice = field(
        _l("How long after the report is settled does the leader read what was handed over?"),
        help=_l("Then it is erased. The report and the agreements stay."),
        choices=(("7", _l("A week")), ("14", _l("Two weeks")), ("30", _l("Thirty days"))),
    )
    years: Choice = field(
        _l("How long is a settled report kept?"),
        help=_l("Counted in school years, from the one in which it was settled. The teacher has a copy of their own."),
        choices=(("1", _l("One school year")), ("2", _l("Two school years")), ("3", _l("Three school years"))),
    )


@dataclass(frozen=True)
class Terms:
    """Until when two things are kept, counted from the moment at which a report is settled."""

    days: int
    years: int

    def items_until(self, settled_at: dt.datetime) -> dt.datetime:
        """From this moment on the leader reads no more what was handed over."""
        return settled_at + dt.timedelta(days=self.days)

    def record_until(self, settled_on: dt.date) -> dt.date:
        """From this day on the settled report is gone."""
        return SchoolYear(SchoolYear.of(settled_on).start_year + self.years + 1).first_day


def read_terms(scope: Scope) -> Terms:
    """The terms that count in this place. One query."""
    found = scope.settings_for(NAME, Settings)
    return Terms(int(found["days"]), int(found["years"]))
