"""What somebody writes here. From the fields come form, page, checks, history, search text, export and import."""

from __future__ import annotations

from portfolio.entries.fields import Line, Prose
from portfolio.entries.kinds import Kind, field
from portfolio.i18n import lazy_gettext as _l


class NewPlugin(Kind):
    """Say what it is to the person who writes it."""

    name = "new_plugin"
    label = _l("New plugin")
    label_plural = _l("New plugin")

    words: Prose = field(_l("What do you want to hold on to?"))
    next_step: Line = field(_l("What will you do with it?"), required=False)
