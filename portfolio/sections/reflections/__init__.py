"""Reflections: writing to look back, freely or along the steps of a method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from portfolio.contributions import NavItem, Starter
from portfolio.hookspecs import hookimpl
from portfolio.i18n import lazy_gettext as _l
from portfolio.sections.reflections.kinds import Reflection
from portfolio.sections.reflections.methods import METHODS

if TYPE_CHECKING:
    from portfolio.entries.kinds import Kind
    from portfolio.scope import Scope


@hookimpl
def entry_kinds() -> Sequence[type[Kind]]:
    """The reflection."""
    return [Reflection]


@hookimpl
def starters() -> Sequence[Starter]:
    """The methods."""
    return METHODS


@hookimpl
def nav_items(scope: Scope) -> Sequence[NavItem]:
    """The list of reflections."""
    return [NavItem(_l("Reflections"), "entries.index", order=30, mark="reflection")]
