"""New plugin: say here in a sentence what it is for. What follows is all that it hands to the portfolio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from portfolio_plugins.new_plugin.kinds import NewPlugin

from portfolio.contributions import About, NavItem, PersonalData
from portfolio.hookspecs import hookimpl
from portfolio.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from portfolio.entries.kinds import Kind
    from portfolio.scope import Scope


@hookimpl
def entry_kinds() -> Sequence[type[Kind]]:
    """What can be written here."""
    return [NewPlugin]


@hookimpl
def about() -> About:
    """In plain words, for the school that decides to switch it on."""
    return About(
        title=_l("New plugin"),
        purpose=_l("A place to write down what you want to hold on to."),
        readers=_l("Only you, until you share something."),
    )


@hookimpl
def nav_items(scope: Scope) -> Sequence[NavItem]:
    """The list of what somebody wrote here."""
    return [NavItem(_l("New plugin"), "entries.index", order=100)]


@hookimpl
def personal_data() -> Sequence[PersonalData]:
    """What is kept, for the privacy page."""
    return [
        PersonalData(
            what=_l("What you write under “New plugin”"),
            purpose=_l("To come back to it, alone or with whom you choose"),
            readers=_l("You, and whom you share it with"),
            kept=_l("Until you delete it or close your account"),
        )
    ]
