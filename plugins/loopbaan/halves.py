"""What has two halves, each an entry with its own readers: one that can be shared, and one that can't.

ambition: what somebody says, and what lies beneath it · time: how a week is divided, and what it gives and takes
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portfolio.entries.field_rows import Rows
from portfolio.entries.fields import Choice, Day, Line, Prose
from portfolio.entries.kinds import Kind, LinkType, field
from portfolio.i18n import lazy_gettext as _l


class DayRows(Rows):
    """What somebody does in a week: a name and a number of days."""

    def problem(self, row: Mapping[str, str]) -> Any:
        """A row needs both, and a week has seven days."""
        if not row["what"]:
            return _l("Say what you do with these days.")
        days = read_days(row["days"])
        if days is None or not 0 < days <= 7:
            return _l("“%(what)s”: write the days as a number from a quarter to 7, such as 3 or 2,5.", what=row["what"])
        return None


def read_days(text: str) -> float | None:
    """A number of days as people write it: 3, 2,5 or 2.5; None when it is no number."""
    try:
        return float(text.strip().replace(",", ".")) if len(text) < 10 and "_" not in text else None
    except ValueError:
        return None


class SpokenAmbition(Kind):
    """An ambition as its owner says it, or means to."""

    name = "spoken_ambition"
    label = _l("Ambition")
    label_plural = _l("Ambitions")
    mark = "comment"
    offered = False
    title_label = _l("In one sentence")
    title_help = _l("Whoever you share this part with sees this sentence first.")
    day_label = _l("Written on")

    text: Prose = field(
        _l("How I say it"),
        help=_l("As you would say it aloud: what do you want, from when, and what do you ask of the other?"),
        required=False,
        rows=7,
    )
    sharpness: Choice = field(
        _l("How clear is it by now?"),
        help=_l("Vague is fine. It may go back too."),
        required=False,
        choices=(
            ("vague", _l("Vague: I feel something")),
            ("explored", _l("Explored: I have looked around")),
            ("worded", _l("In words: I can say it")),
            ("spoken", _l("Spoken: I have said it to somebody")),
        ),
    )
    spoken_to: Line = field(
        _l("Said to"), help=_l("The part they have is enough. Leave it empty when you haven't yet."), required=False
    )
    spoken_on: Day = field(_l("Said on"), required=False, years_ahead=1)
    first_move: Prose = field(
        _l("My first move"), help=_l("Something you can do yourself, soon, and small."), required=False, rows=3
    )
    need: Prose = field(_l("What I need"), help=_l("From whom, and by when?"), required=False, rows=3)


class PrivateAmbition(Kind):
    """What lies beneath an ambition. It leaves its writer never."""

    name = "private_ambition"
    label = _l("Ambition, for yourself")
    label_plural = _l("Ambitions, for yourself")
    mark = "lock"
    offered = False
    shareable = False
    title_label = _l("A name for your lists")
    day_label = _l("Written on")
    links = (LinkType("beneath", "spoken_ambition", _l("Lies beneath"), _l("Beneath it"), many=False),)

    text: Prose = field(
        _l("What you don't say yet"),
        help=_l("What do you really want, what are you afraid of, and what would you miss?"),
        required=False,
        rows=7,
    )


class TimeDivision(Kind):
    """How somebody's week was divided in a period."""

    name = "time_division"
    label = _l("My week")
    label_plural = _l("My weeks")
    mark = "timeline"
    period = "period"
    offered = False
    title_label = _l("A name for this week")
    day_label = _l("Written down on")

    parts: DayRows = field(
        _l("What I do, and how many days"),
        help=_l("These are no hours to answer for: about is enough."),
        columns=(("what", _l("What")), ("days", _l("Days per week"))),
        most=12,
    )
    fte: Line = field(
        _l("Size of my job"), help=_l("Such as 0,8. Skip it when it doesn't matter to you."), required=False
    )


class EnergyNote(Kind):
    """What a week gives and takes. It leaves its writer never."""

    name = "energy_note"
    label = _l("Energy")
    label_plural = _l("Energy notes")
    mark = "lamp"
    offered = False
    shareable = False
    title_label = _l("A name for your lists")
    day_label = _l("Written on")
    links = (LinkType("about_time", "time_division", _l("About this week"), _l("What it gives and takes"), many=False),)

    text: Prose = field(
        _l("What gives you energy, and what takes it?"),
        help=_l("Nobody measures this. After a year you read it again."),
        required=False,
        rows=5,
    )
