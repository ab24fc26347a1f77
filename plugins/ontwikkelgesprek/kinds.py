"""What the two write about a conversation: each a preparation, the teacher the report, the leader an addition.

All of it lies in their joint portfolio, where nobody else is. No field grades anybody, and none asks about health.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portfolio_plugins.ontwikkelgesprek.models import AGREE, BOTH, DIFFER, LEADER, TEACHER

from portfolio.contributions import Starter
from portfolio.entries.field_types import FieldSpec, Shown
from portfolio.entries.fields import Choice, Prose, Rows
from portfolio.entries.inputs import find_day
from portfolio.entries.kinds import Kind, field
from portfolio.i18n import lazy_gettext as _l
from portfolio.i18n import show_day

MOST_AGREEMENTS = 12
WHO = {TEACHER: _l("the teacher"), LEADER: _l("the leader"), BOTH: _l("both")}
"""Who does what was agreed."""
TALKS = {
    "ontwikkelgesprek": _l("Development conversation"),
    "startgesprek": _l("Starting conversation"),
    "doelstellingengesprek": _l("Conversation about goals"),
    "voortgangsgesprek": _l("Progress conversation"),
    "loopbaangesprek": _l("Career conversation"),
    "functioneringsgesprek": _l("Conversation about how work goes"),
    "exitgesprek": _l("Conversation at leaving"),
}
"""Kinds of conversation, the usual one first. None of them is an assessment, and none will be."""


class _Text(Kind):
    """What all four have in common."""

    name = "ontwikkelgesprek_text"
    label = label_plural = _l("Text")
    mark = "people"
    offered = False
    shareable = False
    read_where_it_lies = True
    title_label = _l("A name for your lists")
    day_label = _l("Written on")


class _Preparation(_Text):
    """What one of the two prepares. It is its writer's alone until both have released theirs."""

    name = "ontwikkelgesprek_preparation"

    @classmethod
    def audience(cls) -> str:
        """The writer, until `preparing` opens both parts at once."""
        return "author"


class TeacherPreparation(_Preparation):
    """The teacher's part."""

    name = "teacher_preparation"
    label = _l("Preparation of the teacher")
    label_plural = _l("Preparations of the teacher")

    looking_back: Prose = field(
        _l("What do you look back on?"), help=_l("What has the year asked of you?"), required=False, rows=5
    )
    proud_of: Prose = field(_l("What are you proud of?"), required=False, rows=4)
    difficult: Prose = field(
        _l("What was hard?"), help=_l("As far as you want to talk about it here."), required=False, rows=4
    )
    ambition: Prose = field(
        _l("What do you want to say aloud?"), help=_l("An ambition, a doubt, a wish."), required=False, rows=4
    )
    need: Prose = field(_l("What do you need?"), help=_l("From whom, and by when?"), required=False, rows=3)
    question: Prose = field(_l("What do you ask of your leader?"), required=False, rows=3)


class LeaderPreparation(_Preparation):
    """The leader's part."""

    name = "leader_preparation"
    label = _l("Preparation of the leader")
    label_plural = _l("Preparations of the leader")

    saw: Prose = field(
        _l("What did you see in the work?"),
        help=_l("Something you noticed yourself, and what it brought others. No verdict."),
        required=False,
        rows=6,
    )
    question: Prose = field(_l("What do you ask?"), required=False, rows=4)
    offer: Prose = field(
        _l("What can you offer?"), help=_l("Time, room, a word with somebody."), required=False, rows=4
    )


class Report(_Text):
    """The report, by the teacher."""

    name = "conversation_report"
    label = _l("Report")
    label_plural = _l("Reports")
    day_label = _l("Held on")

    text: Prose = field(
        _l("What did you talk about?"),
        help=_l("Short is fine: what you looked back on, what was said, what you see differently."),
        rows=12,
    )


class Addition(_Text):
    """What the leader adds to the report."""

    name = "conversation_addition"
    label = _l("Addition")
    label_plural = _l("Additions")

    text: Prose = field(_l("What do you add?"), help=_l("The report stays as it is; this stands under it."), rows=6)


class AgreementRows(Rows):
    """What was agreed, who does it and when to look back on it: kept by code and day, shown in words."""

    def __init__(self) -> None:
        columns = (("text", _l("What")), ("who", _l("Who")), ("look_back_on", _l("Look back on")))
        super().__init__(columns=columns, most=MOST_AGREEMENTS)

    def show(self, spec: FieldSpec, value: Any, html: Mapping[str, str], starter: Starter | None) -> tuple[Shown, ...]:
        return super().show(spec, [row | _in_words(row) for row in value], html, starter)


def _in_words(row: Mapping[str, str]) -> dict[str, str]:
    day = find_day(row["look_back_on"])
    return {"who": str(WHO.get(row["who"], row["who"])), "look_back_on": show_day(day) if day else ""}


class Settled(_Text):
    """What somebody answered and, in the teacher's, the agreements. Kept by `records`, never typed."""

    name = "conversation_settled"
    label = _l("Settled")
    label_plural = _l("Settled")
    day_label = _l("Settled on")

    answer: Choice = field(
        _l("Answer"), required=False, choices=((AGREE, _l("I agree")), (DIFFER, _l("I see it differently")))
    )
    note: Prose = field(_l("In your own words"), required=False, rows=3)
    agreements: AgreementRows = field(_l("Agreements"), required=False)


KINDS = (TeacherPreparation, LeaderPreparation, Report, Addition)
"""What the two write."""
