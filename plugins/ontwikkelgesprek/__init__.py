"""The development conversation: prepared apart, opened together, with what the teacher chooses to hand over."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from portfolio_plugins.ontwikkelgesprek import reporting
from portfolio_plugins.ontwikkelgesprek.conversations import list_places
from portfolio_plugins.ontwikkelgesprek.kinds import KINDS, Settled
from portfolio_plugins.ontwikkelgesprek.news import NOTICES
from portfolio_plugins.ontwikkelgesprek.settings import Settings
from portfolio_plugins.ontwikkelgesprek.waiting import list_cards, list_coming

from portfolio.contributions import About, Card, NavItem, NoticeKind, PersonalData
from portfolio.hookspecs import hookimpl
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from flask import Blueprint
    from sqlalchemy.orm import Session

    from portfolio.entries.cohort_settings import CohortSettings
    from portfolio.entries.kinds import Kind
    from portfolio.people.joint import Together
    from portfolio.scope import Scope


@hookimpl
def blueprint() -> Blueprint:
    """My own page, and the conversations of a teacher and their leader."""
    from portfolio_plugins.ontwikkelgesprek.views import blueprint as pages

    return pages


@hookimpl
def entry_kinds() -> Sequence[type[Kind]]:
    """Two preparations, the report, the addition, and what was settled."""
    return (*KINDS, Settled)


@hookimpl
def about() -> About:
    """In plain words, for the school that decides to switch it on."""
    return About(
        title=_l("Development conversations"),
        purpose=_l(
            "A teacher and their leader plan a conversation, prepare it apart, and write down together what they agree."
            " The teacher chooses what to hand over. It is no assessment, and feeds none."
        ),
        readers=_l(
            "The teacher and their leader, and nobody else. The leader reads only what the teacher hands over, as it"
            " was then; some weeks after the report is settled that is erased. Who leads the teacher next begins with"
            " nothing."
        ),
    )


@hookimpl
def cohort_settings() -> type[CohortSettings]:
    """How long things are kept."""
    return Settings


@hookimpl
def notices() -> Sequence[NoticeKind]:
    """Planned, released, waiting for an answer, settled: of which conversation, and what, no line says."""
    return NOTICES


@hookimpl
def nav_items(scope: Scope) -> Sequence[NavItem]:
    """My own page."""
    return [NavItem(_l("Development conversations"), "ontwikkelgesprek.index", order=55, mark="together")]


@hookimpl
def joint_items(scope: Scope, portfolio_id: uuid.UUID) -> Sequence[NavItem]:
    """The conversations of the two."""
    return [NavItem(_l("Development conversations"), "ontwikkelgesprek.together", order=20, mark="together")]


@hookimpl
def together_cards(scope: Scope, places: Sequence[Together]) -> Sequence[Card]:
    """Conversations with everybody, one's own preparation, and what was handed to a leader until when."""
    return list_cards(scope, [one.portfolio_id for one in places])


@hookimpl
def cards(scope: Scope) -> Sequence[Card]:
    """A conversation that is planned; otherwise nothing."""
    lines = tuple(list_coming(scope, list_places(scope)))
    return [Card(_("Development conversations"), _("What do you want to say aloud?"), lines, order=44)] if lines else []


@hookimpl
def personal_data() -> Sequence[PersonalData]:
    """What is kept of a conversation."""
    both = _l("The teacher and their leader, and nobody else")
    return [
        PersonalData(
            _l("When you speak with each other, of what kind, where, and what happened to it when"),
            _l("To plan a conversation"),
            both,
            _l("As long as the teacher's account; the leader reads it as long as they lead"),
        ),
        PersonalData(
            _l("Your preparation"),
            _l("To say what you want to say"),
            _l("You alone, until both have released theirs; then the other too"),
            _l("Until you delete it; the leader's reading of it ends some weeks after the report is settled"),
        ),
        PersonalData(
            _l("What you hand over: chosen fields of your own texts, as they were then, with their files"),
            _l("To have your leader read what you want to talk about"),
            both,
            _l("Until you take it back, or some weeks after the report is settled"),
        ),
        PersonalData(
            _l("Report, addition, agreements and what each of you answered; points for the talk"),
            _l("To know what you agreed"),
            both,
            _l("A settled report some school years, as your school says; points some weeks"),
        ),
    ]


@hookimpl
def forget(session: Session, person_id: uuid.UUID) -> None:
    """What a leader answered stands in a row that stays the teacher's: their words go with them."""
    reporting.forget_leader(session, person_id)
