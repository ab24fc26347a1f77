"""Vision and mission: what you stand for and go for, version after version, and what you make of it a year later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import url_for
from portfolio_plugins.visie_missie import service
from portfolio_plugins.visie_missie.exercises import EXERCISES
from portfolio_plugins.visie_missie.kinds import Exercise, Letter, OneLine, Rereading, Vision

from portfolio.contributions import About, Candidate, Card, CardLine, NavItem, PersonalData, Starter
from portfolio.hookspecs import hookimpl
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from flask import Blueprint

    from portfolio.entries.cohort_settings import CohortSettings
    from portfolio.entries.kinds import Kind
    from portfolio.scope import Scope


@hookimpl
def blueprint() -> Blueprint:
    """The statement as it stands, two versions side by side, reading one again, and a list of everything."""
    from portfolio_plugins.visie_missie.views import blueprint as pages

    return pages


@hookimpl
def entry_kinds() -> Sequence[type[Kind]]:
    """A version of the statement, exercises, a letter, a look back, and the one sentence."""
    return [Vision, Exercise, Letter, Rereading, OneLine]


@hookimpl
def about() -> About:
    """In plain words, for the school that decides to switch it on."""
    return About(
        title=_l("Vision and mission"),
        purpose=_l(
            "A teacher puts into words what they stand for and go for, and reads it again after a year."
            " Each version stays beside the next; exercises help when the words won't come."
        ),
        readers=_l(
            "Only the teacher, until they share a version, or its one sentence alone, with whom they choose."
            " The school doesn't see who writes here."
        ),
    )


@hookimpl
def starters() -> Sequence[Starter]:
    """The exercises."""
    return EXERCISES


@hookimpl
def cohort_settings() -> type[CohortSettings]:
    """How long it takes before a version is asked about."""
    return service.HowOften


@hookimpl
def nav_items(scope: Scope) -> Sequence[NavItem]:
    """The statement."""
    return [NavItem(_l("Vision and mission"), "visie_missie.index", order=40, mark="lamp")]


@hookimpl
def cards(scope: Scope) -> Sequence[Card]:
    """After a long time without a look: a question. On the day of a letter: the letter."""
    portfolio, found = scope.relations.portfolio, service.what_waits(scope)
    answer = []
    if found.version is not None:
        again = url_for("visie_missie.reread", portfolio=portfolio, version=found.version.id)
        action = CardLine(_("Read it again"), again)
        line = CardLine(found.version.title, url_for("visie_missie.index", portfolio=portfolio))
        answer.append(Card(_("What you stand for"), _("Is it still true?"), (line,), action, order=40))
    if found.letter is not None:
        address = url_for("entries.read", portfolio=portfolio, section="visie_missie", entry=found.letter.id)
        line = CardLine(found.letter.title, address)
        answer.append(Card(_("There is a letter for you"), _("You wrote it yourself. What did you hope for?"), (line,)))
    return answer


@hookimpl
def dossier_candidates(scope: Scope) -> Sequence[Candidate]:
    """The one sentence of the version that stands."""
    return service.list_candidates(scope)


@hookimpl
def personal_data() -> Sequence[PersonalData]:
    """What a vision says about its writer, beliefs included."""
    return [
        PersonalData(
            _l("What you stand for and go for, with earlier versions, exercises, letters and looks back"),
            _l("To find words for what you hold on to, and to see them change. It may show your belief or conviction."),
            _l("Only you, and whom you share a text with; a letter to yourself stays with you alone"),
            _l("Until you delete it, or your account"),
        )
    ]
