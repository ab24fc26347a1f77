"""The reflection as an entry: a text, or the steps of the method it began with."""

from __future__ import annotations

from portfolio.entries.fields import Prose, StarterCode, Steps
from portfolio.entries.kinds import Kind, LinkType, field
from portfolio.i18n import lazy_gettext as _l


class Reflection(Kind):
    """A person looks back, and writes down what they see."""

    name = "reflection"
    label = _l("Reflection")
    label_plural = _l("Reflections")
    mark = "reflection"
    title_label = _l("What are you looking back on?")
    title_help = _l("A few words are enough. You can change them when you have written.")
    day_label = _l("Written on")
    links = (LinkType("looks_back_on", "", _l("Looks back on"), _l("Looked back on in")),)

    method: StarterCode = field(_l("Method"), required=False)
    steps: Steps = field(_l("Steps"), required=False)
    text: Prose = field(
        _l("Your text"),
        help=_l("Begin anywhere. You may stop halfway; it will still be here."),
        required=False,
        rows=14,
    )
