"""A working life in school: roles asked for or grown, turns and staying, ambition, the week, and who made room."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import url_for
from portfolio_plugins.loopbaan import service, together
from portfolio_plugins.loopbaan.catalogue import RoleNames
from portfolio_plugins.loopbaan.kinds import KINDS
from portfolio_plugins.loopbaan.shared_kinds import AgreedRole, Recognition

from portfolio.contributions import About, Candidate, Card, CardLine, NavItem, PersonalData
from portfolio.entries.presenting import entry_url
from portfolio.hookspecs import hookimpl
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.i18n import show_day

if TYPE_CHECKING:
    from flask import Blueprint

    from portfolio.entries.cohort_settings import CohortSettings
    from portfolio.entries.kinds import Kind
    from portfolio.people.joint import Together
    from portfolio.scope import Scope


@hookimpl
def blueprint() -> Blueprint:
    """The picture of the years, moves, ambition, weeks, the 2×2, and a list of everything."""
    from portfolio_plugins.loopbaan import pair_views, together_views, views
    from portfolio_plugins.loopbaan.routes import blueprint as pages

    assert pair_views and together_views and views  # they bring the pages
    return pages


@hookimpl
def entry_kinds() -> Sequence[type[Kind]]:
    """Roles, moves, ambition in two parts, weeks with their energy, moments, words; and what two people agree."""
    return (*KINDS, Recognition, AgreedRole)


@hookimpl
def about() -> About:
    """In plain words, for the school that decides to switch it on."""
    return About(
        title=_l("Career path"),
        purpose=_l(
            "A teacher keeps the roles they have and had, formal and informal, and the turns between them, staying"
            " included. The years become a picture. There is no ladder in it, and nothing is compared."
        ),
        readers=_l(
            "Only the teacher, until they share something with whom they choose. What somebody keeps to themselves"
            " (an ambition not yet said, what a week takes) can't be shared at all. The school doesn't see who writes"
            " here. A leader reads nothing of it; what the two write together, both of them read and nobody else."
        ),
    )


@hookimpl
def cohort_settings() -> type[CohortSettings]:
    """Names of roles that a school knows itself."""
    return RoleNames


@hookimpl
def nav_items(scope: Scope) -> Sequence[NavItem]:
    """The picture of the years."""
    return [NavItem(_l("Career path"), "loopbaan.index", order=50, mark="path")]


@hookimpl
def joint_items(scope: Scope, portfolio_id: uuid.UUID) -> Sequence[NavItem]:
    """What a teacher and their leader agreed, and the leader's words."""
    return [NavItem(_l("Roles and recognition"), "loopbaan.together")]


@hookimpl
def together_cards(scope: Scope, places: Sequence[Together]) -> Sequence[Card]:
    """For a leader: the recognition they wrote, and for whom."""
    names = {one.portfolio_id: one.other for one in places if one.i_lead}
    lines = tuple(
        CardLine(one.title, entry_url(one), f"{names[one.portfolio_id]}, {show_day(one.happened_on)}")
        for one in together.list_recognised(scope, [place for place in names if place])
    )
    return [Card(_("Recognition you wrote"), lines=lines, order=50)] if lines else []


@hookimpl
def cards(scope: Scope) -> Sequence[Card]:
    """About a role that was written down more than a year ago: a question."""
    role = service.what_to_ask(scope)
    if role is None:
        return []
    action = CardLine(_("Look at your years"), url_for("loopbaan.index", portfolio=scope.relations.portfolio))
    line = CardLine(role.title, entry_url(role))
    return [
        Card(_("A role of yours"), _("What do others do now, since you have this role?"), (line,), action, order=50)
    ]


@hookimpl
def dossier_candidates(scope: Scope) -> Sequence[Candidate]:
    """The roles that run, and the ambition as it is said; never what lies beneath it."""
    return service.list_candidates(scope)


@hookimpl
def personal_data() -> Sequence[PersonalData]:
    """What a path says about its writer."""
    return [
        PersonalData(
            _l("Roles, moves, what you looked at, leadership moments and words you were given"),
            _l("To see your own years, and to choose what comes next"),
            _l("Only you, and whom you share a text with"),
            _l("Until you delete it, or your account"),
        ),
        PersonalData(
            _l("Your ambition as you say it, and how your week is divided"),
            _l("To bring it from vague to spoken, when you want to"),
            _l("Only you, and whom you share a text with"),
            _l("Until you delete it, or your account"),
        ),
        PersonalData(
            _l("What you don't say yet, and what your week gives and takes"),
            _l("To be honest with yourself"),
            _l("You alone: it can't be shared"),
            _l("Until you delete it, or your account"),
        ),
        PersonalData(
            _l("A role that you and your leader agreed, and what your leader recognised in words"),
            _l("To agree on what a role asks, and to be seen in it"),
            _l("Your leader and you, and nobody else"),
            _l("Until who wrote it deletes it, or their account"),
        ),
    ]
