"""Goals: what a person wants to learn or change, with a first step that is their own, and where a goal comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from portfolio.contributions import NavItem
from portfolio.hookspecs import hookimpl
from portfolio.i18n import lazy_gettext as _l
from portfolio.sections.goals.kinds import Goal

if TYPE_CHECKING:
    from portfolio.entries.kinds import Kind
    from portfolio.scope import Scope


@hookimpl
def entry_kinds() -> Sequence[type[Kind]]:
    """The goal."""
    return [Goal]


@hookimpl
def nav_items(scope: Scope) -> Sequence[NavItem]:
    """The list of goals."""
    return [NavItem(_l("Goals"), "entries.index", order=10, mark="goal")]
