"""Intervisie: groups across schools that think along with one of them, in sessions that nobody outside learns of."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import url_for
from portfolio_plugins.intervisie.kinds import Advice, Case, Evaluation, Pattern, TakeAway
from portfolio_plugins.intervisie.news import WAITS
from portfolio_plugins.intervisie.settings import NAME, Settings
from portfolio_plugins.intervisie.waiting import AGREEMENTS, LOOK_BACK, SESSION, what_waits

from portfolio.contributions import About, Card, CardLine, NavItem, NoticeKind, PersonalData
from portfolio.hookspecs import hookimpl
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.i18n import show_day

if TYPE_CHECKING:
    from flask import Blueprint

    from portfolio.entries.cohort_settings import CohortSettings
    from portfolio.entries.kinds import Kind
    from portfolio.scope import Scope


@hookimpl
def blueprint() -> Blueprint:
    """My own page, a group with its agreements, and its sessions."""
    from portfolio_plugins.intervisie.views import blueprint as pages

    return pages


@hookimpl
def entry_kinds() -> Sequence[type[Kind]]:
    """A case, advice, a take-away; in the group's portfolio an evaluation and a pattern."""
    return [Case, TakeAway, Advice, Evaluation, Pattern]


@hookimpl
def about() -> About:
    """In plain words, for the school that decides to switch it on."""
    return About(
        title=_l("Intervisie"),
        purpose=_l(
            "A few teachers, also of different schools, think along with one of them about a question from work. They"
            " agree how they go about it, hold sessions step by step, and each keeps what they take away."
        ),
        readers=_l(
            "Only the members of the group; a case closes for them some weeks after its session. Take-aways are their"
            " writer's alone. No leader, school or administrator sees that there is a group or a session."
        ),
    )


@hookimpl
def cohort_settings() -> type[CohortSettings]:
    """How long a case stays open to the group, and a school's own methods."""
    return Settings


@hookimpl
def notices() -> Sequence[NoticeKind]:
    """Something waits in a group; not in which, nor what."""
    return [WAITS]


@hookimpl
def nav_items(scope: Scope) -> Sequence[NavItem]:
    """My own page."""
    return [NavItem(_l("Intervisie"), "intervisie.index", order=50, mark="people")]


@hookimpl
def circle_items(scope: Scope, portfolio_id: uuid.UUID) -> Sequence[NavItem]:
    """The group that this circle is."""
    return [NavItem(_l("Intervisie with this circle"), "intervisie.group", order=50, mark="people")]


@hookimpl
def cards(scope: Scope) -> Sequence[Card]:
    """A session to come, agreements to confirm, a small step to look back at; otherwise nothing."""
    found = what_waits(scope)
    answer = []
    lines = []
    for one in found:
        if one.what == SESSION:
            address = url_for("intervisie.session", portfolio=one.portfolio_id, session=one.id)
            lines.append(CardLine(one.text, address, show_day(one.day)))
        elif one.what == AGREEMENTS:
            address = url_for("intervisie.group", portfolio=one.portfolio_id)
            lines.append(CardLine(one.text, address, _("Do you keep to what you agreed?")))
    if lines:
        answer.append(Card(_("Intervisie"), _("Which question comes home with you?"), tuple(lines[:4]), order=45))
    for one in found:
        if one.what == LOOK_BACK:
            address = url_for("entries.read", portfolio=one.portfolio_id, section=NAME, entry=one.id)
            question = _("You wanted to look back at it. How did it go?")
            answer.append(Card(_("A small step"), question, (CardLine(one.text, address),), order=46))
            break
    return answer


@hookimpl
def personal_data() -> Sequence[PersonalData]:
    """What is kept of a group, its sessions and what people write there."""
    return [
        PersonalData(
            _l("A case you bring: your question and what is going on, with people by their role"),
            _l("To have others think along with you"),
            _l("The members of your group, until some weeks after the session; after that you alone"),
            _l("Until you delete it, or your account"),
        ),
        PersonalData(
            _l("Advice you give or get, and what you take away"),
            _l("To go on with it"),
            _l("Advice: who gave it and who got it. A take-away: you, and whom you share it with"),
            _l("Until its writer deletes it, or their account"),
        ),
        PersonalData(
            _l("What your group agreed, who confirmed it, when it meets and who did what"),
            _l("To prepare and hold a session together"),
            _l("The members of the group"),
            _l("As long as the group is there, or your account"),
        ),
        PersonalData(
            _l("Questions, positions and notes written during a session"),
            _l("To hold the session, step by step"),
            _l(
                "The members of the group; a position only its writer, until all are opened together; a note only its"
                " writer"
            ),
            _l(
                "Erased some weeks after the session. They don't go along when you take your texts with you: what you"
                " want to keep, you write down as what you take away"
            ),
        ),
    ]
