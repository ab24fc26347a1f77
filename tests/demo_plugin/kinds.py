"""The heron as an entry."""

from __future__ import annotations

from portfolio.entries.cohort_settings import CohortSettings
from portfolio.entries.fields import Choice, Line
from portfolio.entries.kinds import Kind, State, field
from portfolio.i18n import lazy_gettext as _l


class Heron(Kind):
    """A heron that somebody saw."""

    name = "heron"
    label = _l("Heron")
    label_plural = _l("Herons")
    states = (State("standing", _l("Standing")), State("flown", _l("Flown")))

    place: Line = field(_l("Where did it stand?"), required=False)


class HowMany(CohortSettings):
    """What a school sets about herons."""

    defaults = {"how_many": "some"}  # noqa: RUF012  # read-only from here on

    how_many: Choice = field(_l("How many herons?"), choices=(("some", _l("Some")), ("all", _l("All"))))
    pond: Line = field(_l("Which pond?"), required=False, most=30)
