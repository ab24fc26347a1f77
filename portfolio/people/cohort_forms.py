"""Forms about cohorts: a new one, who takes part, what is on, and what is arranged."""

from __future__ import annotations

import datetime as dt

from wtforms import SelectField

from portfolio.entries.inputs import AtMost, DayInput, LineInput, Needed
from portfolio.i18n import lazy_gettext as _l
from portfolio.people.cohorts import NAME_LENGTH, REFERENCE_LENGTH
from portfolio.people.forms import PlainForm
from portfolio.people.relation_forms import NeededDay, Picked


def _last_day() -> DayInput:
    return DayInput(_l("Up to and including"), description=_l("Leave empty if you don't know yet."))


class CohortForm(PlainForm):
    """A new cohort, or the next year of one."""

    name = LineInput(_l("Name of the cohort"), [Needed(), AtMost(NAME_LENGTH)])
    since = NeededDay(_l("From"))
    last_day = _last_day()


class MemberForm(PlainForm):
    """Who takes part, from when until when."""

    person = Picked(_l("Who takes part"))
    since = NeededDay(_l("From"))
    last_day = _last_day()


class SwitchForm(PlainForm):
    """What is switched on, from when until when."""

    plugin = SelectField(_l("What to switch on"), validate_choice=False, choices=[])
    since = NeededDay(_l("From"))
    last_day = _last_day()


class ArrangedForm(PlainForm):
    """What is arranged: for each a reference, or nothing while it follows; and a day."""

    consent = LineInput(_l("Consent of the works council"), [AtMost(REFERENCE_LENGTH)])
    consent_day = NeededDay(_l("Day"))
    dpia = LineInput(_l("Assessment of the risks for privacy (DPIA)"), [AtMost(REFERENCE_LENGTH)])
    dpia_day = NeededDay(_l("Day"))
    processing = LineInput(_l("Agreement with who processes the data"), [AtMost(REFERENCE_LENGTH)])
    processing_day = NeededDay(_l("Day"))

    def said(self) -> dict[str, tuple[str, dt.date]]:
        """What was filled in, once it has been found right."""
        names = ("consent", "dpia", "processing")
        return {name: (self[name].data or "", self[f"{name}_day"].day) for name in names}
