"""Forms about cohorts: a new one, what is on, what is arranged, who takes part, trios and other schools."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from wtforms import SelectField

from portfolio.entries.inputs import AtMost, ChoicesInput, DayInput, Needed, select_choices
from portfolio.i18n import lazy_gettext as _l
from portfolio.people import trios
from portfolio.people.agreements import AGREEMENTS, REFERENCE_LENGTH
from portfolio.people.cohort_members import ROLES
from portfolio.people.cohorts import NAME_LENGTH
from portfolio.people.forms import FactInput, PlainForm
from portfolio.people.relation_forms import NeededDay, Picked

if TYPE_CHECKING:
    from portfolio.entries.cohort_settings import CohortSettings
    from portfolio.entries.field_types import FieldSpec


def _last_day() -> DayInput:
    return DayInput(_l("Up to and including"), description=_l("Leave empty if you don't know yet."))


class CohortForm(PlainForm):
    """A new cohort, or the next year of one."""

    name = FactInput(_l("Name of the cohort"), [Needed(), AtMost(NAME_LENGTH)])
    since = NeededDay(_l("From"))
    last_day = _last_day()


class MemberForm(PlainForm):
    """Who takes part, as what, from when until when."""

    person = Picked(_l("Who takes part"))
    role = SelectField(_l("As"), choices=select_choices(ROLES.items()), validate_choice=False, default="participant")
    since = NeededDay(_l("From"))
    last_day = _last_day()


class PeriodForm(PlainForm):
    """From when until when."""

    since = NeededDay(_l("From"))
    last_day = _last_day()


class SchoolToAskForm(PlainForm):
    """Which school to ask."""

    school = Picked(_l("School"))


class ArrangedForm(PlainForm):
    """What is arranged: for each a reference, or nothing while it follows; and a day."""

    consent = FactInput(AGREEMENTS["consent"], [AtMost(REFERENCE_LENGTH)])
    consent_day = NeededDay(_l("Day"))
    dpia = FactInput(AGREEMENTS["dpia"], [AtMost(REFERENCE_LENGTH)])
    dpia_day = NeededDay(_l("Day"))
    processing = FactInput(AGREEMENTS["processing"], [AtMost(REFERENCE_LENGTH)])
    processing_day = NeededDay(_l("Day"))

    def said(self) -> dict[str, tuple[str, dt.date]]:
        """What was filled in, once it has been found right."""
        return {what: (self[what].data or "", self[f"{what}_day"].day) for what in AGREEMENTS}


def trio_form(people: Sequence[tuple[uuid.UUID, str]]) -> PlainForm:
    """A new trio, to be chosen from people who take part."""
    choices = select_choices((str(id_), name) for id_, name in people)
    parts: dict[str, Any] = {
        "name": FactInput(_l("Name of the trio"), [Needed(), AtMost(trios.NAME_LENGTH)]),
        "members": ChoicesInput(
            _l("Who are in it"), [Needed()], description=_l("Two to five people."), choices=choices, default=()
        ),
        "since": NeededDay(_l("From")),
        "last_day": _last_day(),
    }
    made: PlainForm = type("TrioForm", (PlainForm,), parts)()
    return made


def settings_form(settings: type[CohortSettings] | None, base: type[PlainForm] = PlainForm) -> type[PlainForm]:
    """The form of a plugin's settings, below the fields of another form."""
    fields = settings.fields if settings is not None else ()
    return _settings_form(fields, base)  # type: ignore[arg-type]  # a class is hashable


@lru_cache(maxsize=256)
def _settings_form(fields: tuple[FieldSpec, ...], base: type[PlainForm]) -> type[PlainForm]:
    parts: dict[str, Any] = {}
    for spec in fields:
        parts |= spec.type.form_fields(spec, None)
    return type(f"{base.__name__}WithSettings", (base,), parts)
