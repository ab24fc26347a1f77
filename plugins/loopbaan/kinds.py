"""What can be written here: roles, moves, looking around, moments, words received. What has two halves: halves.py.

No field asks for a salary scale, and nothing here is above or below anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from portfolio_plugins.loopbaan.catalogue import DOMAINS, RoleName, list_roles
from portfolio_plugins.loopbaan.halves import EnergyNote, PrivateAmbition, SpokenAmbition, TimeDivision

from portfolio.entries.fields import Choice, Choices, Day, Line, Lines, Prose
from portfolio.entries.kinds import Kind, LinkType, field
from portfolio.i18n import lazy_gettext as _l
from portfolio.scope import Scope

LEVELS = (
    ("operational", _l("In what we do every day")),
    ("tactical", _l("In how we arrange things together")),
    ("strategic", _l("In where we are going as a school")),
)
PLACES = (
    ("formal_one", _l("A role with a mandate")),
    ("formal_many", _l("A team with a mandate")),
    ("informal_one", _l("Own initiative")),
    ("informal_many", _l("Sharing leadership together")),
)
"""The four fields of the 2×2: formal or informal, one person or several. For a moment or a role, never for a person."""
PLACE_NOTES = {
    "formal_one": _l("It was agreed, and it was one person's."),
    "formal_many": _l("It was agreed, and several people carried it."),
    "informal_one": _l("Nobody had asked for it; one person began."),
    "informal_many": _l("Nobody had handed it out; several people took turns."),
}
IMAGES = (
    ("crossing", _l("Changing surroundings")),
    ("rings", _l("Growing in your craft")),
    ("wider", _l("Reaching further")),
    ("group", _l("Leading a group")),
    ("beside", _l("Roles beside each other")),
    ("open", _l("Teaching and something else")),
)
"""Six images of a working life. They are equal: the page puts them in the order of the alphabet."""
IMAGE_NOTES = {
    "crossing": _l("From one place to another: a school, a subject, an age group."),
    "rings": _l("The same work, and each year a ring: you see more in it, and do it with more ease."),
    "wider": _l("The same concern for more people: your section, your school, several schools."),
    "group": _l("Answering for a team and for what it needs."),
    "beside": _l("One role next to another, each on its own ground."),
    "open": _l("Partly in the classroom, partly elsewhere, with an open door between them."),
}


class RoleHeld(Kind):
    """A role somebody has or had, asked for or grown by itself."""

    name = "role_held"
    label = _l("Role")
    label_plural = _l("Roles")
    mark = "path"
    period = "period"
    title_label = _l("Which role?")
    title_help = _l("Take a name from the list, or use your own words for it.")
    day_label = _l("Written down on")
    begins_empty = ("story", "who_gave", "made_room", "others_now")
    place_notes: ClassVar[Mapping[str, Any]] = PLACE_NOTES
    names_for: ClassVar[Callable[[Scope | None], list[RoleName]]] = staticmethod(list_roles)
    links = (
        LinkType("continues", "role_held", _l("Grew from"), _l("Grew into")),
        LinkType("shown_by", "", _l("Shows in"), _l("Shows something of")),
    )

    formality: Choice = field(
        _l("Is it agreed?"),
        help=_l("Both are real roles. A role that was never agreed may ask just as much."),
        choices=(("formal", _l("Formal: it was agreed with me")), ("informal", _l("Informal: it grew that way"))),
    )
    days: Line = field(
        _l("Days per week"),
        help=_l("About is enough, such as 1 or a half. Leave it empty when nobody counts it."),
        required=False,
    )
    who_gave: Line = field(
        _l("Who gave me this role"),
        help=_l(
            "Who gave it to you: a leader, colleagues who kept coming, you yourself? Name their part, not the person."
        ),
        required=False,
    )
    mandate: Prose = field(
        _l("What I may decide"),
        help=_l("What can you do without asking first, and who knows that?"),
        required=False,
        rows=3,
    )
    story: Prose = field(
        _l("The story"),
        help=_l(
            "How did it begin, and what is it like on an ordinary Thursday? One scene tells more than a task list."
        ),
        required=False,
        rows=8,
    )
    made_room: Prose = field(
        _l("Who made room for it?"),
        help=_l("Somebody took something over, let something go, or just let you."),
        required=False,
        rows=3,
    )
    others_now: Prose = field(
        _l("What do others do now?"),
        help=_l("What did somebody take over, begin or dare since you do this?"),
        required=False,
        rows=3,
    )
    domains: Choices = field(
        _l("What is it about?"),
        help=_l("As many as fit. Together they are the work of teachers."),
        required=False,
        choices=DOMAINS,
    )
    levels: Choices = field(
        _l("Where is it at work?"),
        help=_l("As many as fit. None of them weighs more than another."),
        required=False,
        choices=LEVELS,
    )
    recognised: Lines = field(
        _l("Who recognises me in it"),
        help=_l("One on each line, by the part they have: the section, starting colleagues, pupils."),
        required=False,
    )
    place: Choice = field(
        _l("Where I put this role"),
        help=_l("It is about this role alone, not about you or your school. No field is better than another."),
        required=False,
        choices=PLACES,
    )


class CareerMove(Kind):
    """A turn in a working life, staying included."""

    name = "career_move"
    label = _l("Move")
    label_plural = _l("Moves")
    image_notes: ClassVar[Mapping[str, Any]] = IMAGE_NOTES
    mark = "bridge"
    offered = False
    title_label = _l("In a few words")
    title_help = _l("By which you will know it in your picture.")
    links = (
        LinkType("about_role", "role_held", _l("About this role"), _l("The move")),
        LinkType("goes_with", "", _l("What goes with it"), _l("Goes with")),
    )

    what: Choice = field(
        _l("What was it?"),
        help=_l("Staying is a choice as full as any other."),
        choices=(
            ("stay", _l("Staying")),
            ("explore", _l("Looking around")),
            ("try", _l("Trying out")),
            ("step", _l("A step")),
            ("step_back", _l("A step back")),
        ),
    )
    image: Choice = field(
        _l("Which picture fits?"),
        help=_l("Six pictures, in the order of the alphabet. None of them is further or higher than another."),
        required=False,
        choices=IMAGES,
    )
    before: Line = field(_l("From what"), help=_l("What you did, or where you were."), required=False)
    to: Line = field(
        _l("To what"), help=_l("What you do now, or want to try. After staying: what you stay with."), required=False
    )
    why: Prose = field(
        _l("Why?"),
        help=_l("What pulled, what pushed, and what did you give up for it?"),
        required=False,
        rows=8,
    )


class Orientation(Kind):
    """A look at work one doesn't have."""

    name = "orientation"
    label = _l("Looking around")
    label_plural = _l("Looked around")
    mark = "eye"
    offered = False
    title_label = _l("Where did you look?")
    links = (LinkType("shown_by", "", _l("Shows in"), _l("Shows something of")),)

    what: Choice = field(
        _l("How?"),
        choices=(
            ("day", _l("A day alongside somebody")),
            ("talk", _l("A conversation")),
            ("course", _l("A course")),
            ("other", _l("Otherwise")),
        ),
    )
    company: Line = field(
        _l("With whom"), help=_l("The part they have is enough: a teacher trainer, a team leader."), required=False
    )
    saw: Prose = field(_l("What I saw"), help=_l("Something you didn't know before you went."), required=False, rows=6)
    curious: Choice = field(
        _l("Still curious?"),
        help=_l("Less is as useful an answer as more."),
        required=False,
        choices=(("more", _l("More than before")), ("same", _l("As before")), ("less", _l("Less than before"))),
    )


class LeadershipMoment(Kind):
    """A moment in which somebody shared or took leadership."""

    name = "leadership_moment"
    label = _l("Leadership moment")
    label_plural = _l("Leadership moments")
    place_notes: ClassVar[Mapping[str, Any]] = PLACE_NOTES
    mark = "compass"
    offered = False
    title_label = _l("Call it something")
    links = (LinkType("about_role", "role_held", _l("In this role"), _l("Moments")),)

    scene: Prose = field(
        _l("What happened?"), help=_l("What did you do, and what did you leave?"), required=False, rows=6
    )
    place: Choice = field(
        _l("Where I put this moment"),
        help=_l("Only this moment. Tomorrow's may lie elsewhere, and no field is better than another."),
        choices=PLACES,
    )
    room: Prose = field(
        _l("Who got more room by it, and who got less?"),
        help=_l("The leading of one may stand in the way of another's. Look at both."),
        required=False,
        rows=4,
    )


class WordsReceived(Kind):
    """Words in which somebody was recognised, kept by the one they are about."""

    name = "words_received"
    label = _l("Words I was given")
    label_plural = _l("Words I was given")
    mark = "encouragement"
    offered = False
    title_label = _l("A name for these words")
    day_label = _l("Kept on")
    links = (LinkType("about_role", "role_held", _l("About this role"), _l("Words about it")),)

    words: Prose = field(_l("The words"), help=_l("As they were said or written."), rows=5)
    by: Line = field(_l("Whose words"), help=_l("The part they have is enough."), required=False)
    given_on: Day = field(_l("Said to me on"), required=False, years_ahead=0)
    mine: Prose = field(_l("What they do to me"), required=False, rows=3)


KINDS: tuple[type[Kind], ...] = (
    RoleHeld,
    CareerMove,
    Orientation,
    SpokenAmbition,
    PrivateAmbition,
    TimeDivision,
    EnergyNote,
    LeadershipMoment,
    WordsReceived,
)
