"""What a teacher and their leader write together: an agreed role, and the leader's recognition. They alone read it.

Neither can be shared by who wrote it. Whether anybody else reads the leader's words is for the teacher to decide, who
can take them up in their own portfolio. No field asks what a week takes, or anything that is the teacher's alone.
"""

from __future__ import annotations

from portfolio.entries.fields import Line, Prose
from portfolio.entries.kinds import Kind, field
from portfolio.i18n import lazy_gettext as _l


class Recognition(Kind):
    """What a leader sees somebody do, in words for them."""

    name = "recognition"
    label = _l("Recognition")
    label_plural = _l("Recognition")
    mark = "encouragement"
    offered = False
    shareable = False
    read_where_it_lies = True
    title_label = _l("About which role or contribution?")
    day_label = _l("Written on")

    words: Prose = field(
        _l("What do you see?"),
        help=_l("Something you noticed, and what it brought others. These are words for a colleague, no verdict."),
        rows=7,
    )


class AgreedRole(Kind):
    """A role as the two of them agreed it."""

    name = "agreed_role"
    label = _l("Agreed role")
    label_plural = _l("Agreed roles")
    mark = "path"
    period = "period"
    offered = False
    shareable = False
    read_where_it_lies = True
    title_label = _l("Which role?")
    day_label = _l("Agreed on")

    days: Line = field(_l("Days per week"), help=_l("About is enough, such as 1 or a half."), required=False)
    mandate: Prose = field(
        _l("What may the teacher decide?"),
        help=_l("Without asking first; and who else is told about it."),
        required=False,
        rows=4,
    )
    room: Prose = field(
        _l("What goes away to make room?"),
        help=_l("A role without room is taken out of somebody's evenings."),
        required=False,
        rows=3,
    )
