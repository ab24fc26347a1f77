"""The goal as an entry: why, a first step of one's own, and room for others."""

from __future__ import annotations

from portfolio.entries.fields import Choice, Day, Line, Prose
from portfolio.entries.kinds import Kind, LinkType, State, field
from portfolio.i18n import lazy_gettext as _l


class Goal(Kind):
    """Something a person wants to learn or change. It is never finished by a system, only by its writer."""

    name = "goal"
    label = _l("Goal")
    label_plural = _l("Goals")
    mark = "goal"
    title_label = _l("What do you want to learn or change?")
    title_help = _l("One sentence with a verb in it. You can say it differently later; the earlier words are kept.")
    day_label = _l("Written down on")
    states = (
        State("idea", _l("Idea")),
        State("working", _l("Working on it")),
        State("resting", _l("Resting")),
        State("reached", _l("Reached")),
        State("let_go", _l("Let go")),
    )
    links = (
        LinkType("continues", "goal", _l("Continues"), _l("Continued by")),
        LinkType("splits_from", "goal", _l("Splits from"), _l("Split into")),
        LinkType("replaces", "goal", _l("Replaces"), _l("Replaced by")),
    )

    why: Prose = field(
        _l("Why does this matter to you?"),
        help=_l("What happened that made you want this? What would you like others to notice?"),
        required=False,
        rows=6,
    )
    first_step: Line = field(
        _l("What is your own first step?"),
        help=_l("Something small that you can do yourself, without waiting for anyone."),
        required=False,
        most=500,
    )
    influence: Choice = field(
        _l("How near is it?"),
        help=_l("Both are fine. What you can influence is where your step begins."),
        required=False,
        choices=(("influence", _l("I have influence on this")), ("concern", _l("This concerns me"))),
    )
    room_for_others: Prose = field(
        _l("What do you leave so that somebody else can pick it up?"),
        help=_l("Sharing leadership is also making room."),
        required=False,
        rows=4,
    )
    look_back_on: Day = field(
        _l("When do you want to look back?"),
        help=_l("A day that suits you. Nothing turns red when it has passed."),
        required=False,
    )
