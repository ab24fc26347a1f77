"""The heron as an entry."""

from __future__ import annotations

from portfolio.entries.fields import Line
from portfolio.entries.kinds import Kind, State, field
from portfolio.i18n import lazy_gettext as _l


class Heron(Kind):
    """A heron that somebody saw."""

    name = "heron"
    label = _l("Heron")
    label_plural = _l("Herons")
    states = (State("standing", _l("Standing")), State("flown", _l("Flown")))

    place: Line = field(_l("Where did it stand?"), required=False)
