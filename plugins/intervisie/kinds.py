"""What can be written here: a case, advice, a take-away, an evaluation of a session, and a pattern across sessions.

Case, advice and take-away lie in their writer's own portfolio and are shared from there; evaluation and pattern lie in
the group's portfolio, for its members.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.entries.fields import Choice, Day, Line, Lines, Prose
from portfolio.entries.kinds import Kind, LinkType, field
from portfolio.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from portfolio.contributions import Starter
    from portfolio.entries.forms import EntryForm


class Case(Kind):
    """A question that somebody brings to a session. Its title is the question."""

    name = "intervisie_case"
    label = _l("Case")
    label_plural = _l("Cases")
    mark = "question"
    title_label = _l("My question, in one sentence")
    title_help = _l(
        "About yourself: “How can I …?” Your question is about what you do, not about what another should do."
    )
    day_label = _l("Written on")
    links = (
        LinkType(
            "grew_from",
            "reflection",
            _l("Grew from these reflections"),
            _l("Became a question for intervisie"),
            invites=_l("Make a question for intervisie of it"),
        ),
    )

    context: Prose = field(
        _l("What is going on?"),
        help=_l("What happened, and what was your own part in it?"),
        required=False,
        rows=7,
    )
    tried: Prose = field(
        _l("What I tried"), help=_l("Also what didn't work, and what you left undone."), required=False, rows=4
    )
    feeling: Prose = field(_l("What it does to me"), required=False, rows=3)
    people: Lines = field(
        _l("Who has a part in it"),
        help=_l("By role, one on each line: a colleague of my team, the parent, I myself. No names."),
        required=False,
    )
    new_question: Line = field(
        _l("My question, anew"),
        help=_l("It often changes while you talk. The first one stays beside it."),
        required=False,
    )

    @classmethod
    def form_class(cls, starter: Starter | None = None) -> type[EntryForm]:
        """The form, which asks for a role where somebody is named."""
        from portfolio_plugins.intervisie.case_forms import guarded

        return guarded(super().form_class(starter))


class Advice(Kind):
    """Advice to one person, in a session: they and its giver read it."""

    name = "intervisie_advice"
    label = _l("Advice")
    label_plural = _l("Advice given")
    mark = "encouragement"
    offered = False
    title_label = _l("In a few words")
    day_label = _l("Advised on")

    text: Prose = field(
        _l("What would you advise?"), help=_l("What would you do yourself, and why?"), required=False, rows=5
    )


class TakeAway(Kind):
    """What somebody takes away from a session. It stays theirs, for as long as they want."""

    name = "intervisie_take_away"
    label = _l("Take-away")
    label_plural = _l("Take-aways")
    mark = "seed"
    offered = False
    title_label = _l("In a few words")
    title_help = _l("By which you will know it later.")
    day_label = _l("Day")

    insight: Prose = field(
        _l("What do I see now that I didn't see before?"),
        help=_l("About yourself or about your work."),
        required=False,
        rows=6,
    )
    recognition: Prose = field(
        _l("What do I know from my own work?"),
        help=_l("In another's story you often hear something of your own."),
        required=False,
        rows=4,
    )
    step: Prose = field(
        _l("My next small step"), help=_l("So small that you can do it this week."), required=False, rows=3
    )
    look_back_on: Day = field(
        _l("I look back at it on"),
        help=_l("On that day your overview asks how it went. Nobody else sees it."),
        required=False,
    )


class Evaluation(Kind):
    """How a session was, by one of its members, for the others."""

    name = "intervisie_evaluation"
    label = _l("Looking back at a session")
    label_plural = _l("Looking back at sessions")
    mark = "mirror"
    offered = False
    title_label = _l("In a few words")
    day_label = _l("Session of")

    helped: Prose = field(_l("What helped?"), required=False, rows=4)
    next_time: Prose = field(_l("What shall we do next time?"), required=False, rows=4)
    safe: Choice = field(
        _l("Could I say what I wanted to say?"),
        required=False,
        choices=(("yes", _l("Yes")), ("better", _l("It can be better")), ("talk", _l("I want to talk about it"))),
    )


class Pattern(Kind):
    """Something that comes back across sessions, in words that tell nothing of one case."""

    name = "intervisie_pattern"
    label = _l("Pattern")
    label_plural = _l("Patterns")
    mark = "compass"
    offered = False
    title_label = _l("What comes back, in one sentence")
    day_label = _l("Seen on")

    text: Prose = field(
        _l("Where do we see it?"),
        help=_l("Leave out whose case it was. What would also help somebody who wasn't there?"),
        required=False,
        rows=6,
    )
