"""What can be written here: a version of the statement, an exercise, a letter, a look back and the one sentence."""

from __future__ import annotations

from portfolio.entries.fields import Choice, Day, Line, Prose, Rows, StarterCode, Steps
from portfolio.entries.kinds import Kind, LinkType, field
from portfolio.i18n import lazy_gettext as _l


class Vision(Kind):
    """One version of what somebody stands for and goes for. The next one is an entry of its own that continues it."""

    name = "vision"
    label = _l("Vision")
    label_plural = _l("Visions")
    mark = "lamp"
    title_label = _l("A name for this version")
    title_help = _l("A few words by which you will know it later, such as the year or what moved you.")
    day_label = _l("Written on")
    begins_empty = ("occasion", "changed_because")
    links = (
        LinkType("continues", "vision", _l("Goes on from"), _l("Went on in")),
        LinkType("based_on", "vision_exercise", _l("Built on these exercises"), _l("Used in")),
    )

    one_line: Line = field(
        _l("In one sentence"),
        help=_l("The sentence you would say aloud in the staff room. It may come last."),
        required=False,
    )
    stand_for: Prose = field(
        _l("What I stand for"),
        help=_l("Why are you a teacher, and what won't you give up, even on a Friday afternoon?"),
        required=False,
        rows=8,
    )
    go_for: Prose = field(
        _l("What I go for"),
        help=_l("Picture your school in a few years, when it has gone well. What do you see, and what do you hear?"),
        required=False,
        rows=8,
    )
    good_education: Prose = field(
        _l("What good education is to me"),
        help=_l("Think of one lesson that was right. What made it so?"),
        required=False,
        rows=5,
    )
    colleagues: Prose = field(
        _l("What colleagues may expect of me"),
        help=_l("Something they can notice next week, and something they may remind you of."),
        required=False,
        rows=5,
    )
    let_go: Prose = field(
        _l("What I stop doing"),
        help=_l("Who says yes to something, says no to something else. What may go?"),
        required=False,
        rows=5,
    )
    occasion: Line = field(
        _l("The occasion"),
        help=_l("What made you write it now: a conversation, a change, a quiet holiday?"),
        required=False,
    )
    changed_because: Prose = field(
        _l("What changed, and why"),
        help=_l("Compared to the version before. Whoever you share this version with reads this too."),
        required=False,
        rows=5,
    )


class Exercise(Kind):
    """An exercise on the way to a statement: the steps of one of the starters, or something freer."""

    name = "vision_exercise"
    label = _l("Exercise")
    label_plural = _l("Exercises")
    mark = "seed"
    offered = False
    title_label = _l("A name for this exercise")
    day_label = _l("Written on")

    method: StarterCode = field(_l("Exercise"), required=False)
    moments: Rows = field(
        _l("The moments"),
        help=_l("The high and the low ones, in the order in which they came. A few are enough."),
        required=False,
        columns=(
            ("year", _l("Year")),
            ("event", _l("What happened")),
            ("direction", _l("Did your line go up or down?")),
            ("taught", _l("What it taught you about what you care for")),
        ),
    )
    roles: Rows = field(
        _l("Your roles, after your last day of school"),
        help=_l("Ten years from now they say goodbye to you. What do you hope each of them tells?"),
        required=False,
        columns=(
            ("role", _l("Role, such as teacher or neighbour")),
            ("who", _l("Who speaks")),
            ("say", _l("What they tell")),
        ),
    )
    steps: Steps = field(_l("Steps"), required=False)
    text: Prose = field(
        _l("Your text"),
        help=_l("An exercise of your own, or what you want to add."),
        required=False,
        rows=12,
    )


class Letter(Kind):
    """A letter to oneself, folded until a day. It leaves its writer never."""

    name = "letter_to_myself"
    label = _l("Letter to myself")
    label_plural = _l("Letters to myself")
    mark = "inbox"
    offered = False
    shareable = False
    title_label = _l("On the envelope")
    title_help = _l("For whom you will be then. This you see in your lists; the letter itself stays folded.")
    day_label = _l("Written on")

    text: Prose = field(
        _l("The letter"),
        help=_l("Tell who you are now, what you hope for and what you worry about. Ask yourself a question."),
        required=False,
        rows=16,
    )
    open_on: Day = field(
        _l("Open it on"),
        help=_l("Three years is a good distance; any day will do. Until then the page keeps it folded."),
    )


class Rereading(Kind):
    """A look back at a version after some time: does it still hold?"""

    name = "vision_rereading"
    label = _l("Second reading")
    label_plural = _l("Second readings")
    mark = "history"
    offered = False
    title_label = _l("A name for this look back")
    day_label = _l("Read again on")
    links = (LinkType("looks_back_on", "vision", _l("Looks back on"), _l("Read again")),)

    still_true: Choice = field(
        _l("Is it still true?"),
        help=_l("No answer is better than another. A text that no longer fits has done its work."),
        choices=(("yes", _l("Yes")), ("partly", _l("Partly")), ("no", _l("No"))),
    )
    note: Prose = field(
        _l("What do you notice?"),
        help=_l("Which words still ring, and which would you say differently now?"),
        required=False,
        rows=6,
    )


class OneLine(Kind):
    """The one sentence as an entry of its own, so that it can be shared without the rest."""

    name = "one_line"
    label = _l("One-line sentence")
    label_plural = _l("One-line sentences")
    mark = "wave"
    offered = False
    title_from = ("taken_from", "one_line")
    title_label = _l("Your sentence")
    title_help = _l("This is all that others see when you share it. The version it comes from stays yours.")
    day_label = _l("Written on")
    links = (LinkType("taken_from", "vision", _l("Taken from"), _l("The sentence alone"), many=False),)
