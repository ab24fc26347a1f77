"""The forms about a conversation that are no entry's. Every text is cleaned as it comes in."""

from __future__ import annotations

from typing import Any

from portfolio_plugins.ontwikkelgesprek.conversations import Talk
from portfolio_plugins.ontwikkelgesprek.kinds import TALKS
from portfolio_plugins.ontwikkelgesprek.planning import LENGTH, Plan
from wtforms import SelectField

from portfolio.clock import today
from portfolio.entries.inputs import AtMost, NotBefore, SeenInput, select_choices, years_from
from portfolio.i18n import lazy_gettext as _l
from portfolio.people.forms import FactInput, PlainForm
from portfolio.people.relation_forms import NeededDay


class PlanForm(PlainForm):
    """A conversation, planned or changed."""

    kind = SelectField(_l("What kind of conversation?"), validate_choice=False, choices=select_choices(TALKS.items()))
    day = NeededDay(_l("Day"))
    begins_at = FactInput(_l("Time"), [AtMost(20)], description=_l("Such as 14:30. May stay empty."))
    place = FactInput(_l("Place"), [AtMost(LENGTH)])
    seen = SeenInput(default=0)

    def validate_day(self, field: Any) -> None:
        """Within a year from now."""
        NotBefore(lambda: years_from(today(), 1), _l("This day is more than a year away."))(self, field)

    @property
    def plan(self) -> Plan:
        """What it says, once it has been found right as far as a form can tell."""
        return Plan(self.kind.data or "", self.day.day, self.begins_at.data or "", self.place.data or "")


def plan_data(talk: Talk) -> dict[str, Any]:
    """What to fill that form with."""
    return {
        "kind": talk.kind, "day": talk.planned_on, "begins_at": talk.begins_at, "place": talk.place,
        "seen": talk.number,
    }  # fmt: skip
