"""Evidence: a story of something that happened, was made or was said, and the goals it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from portfolio.contributions import NavItem
from portfolio.hookspecs import hookimpl
from portfolio.i18n import lazy_gettext as _l
from portfolio.sections.evidence.kinds import Evidence

if TYPE_CHECKING:
    from portfolio.entries.kinds import Kind
    from portfolio.scope import Scope


@hookimpl
def entry_kinds() -> Sequence[type[Kind]]:
    """The piece of evidence."""
    return [Evidence]


@hookimpl
def nav_items(scope: Scope) -> Sequence[NavItem]:
    """The list of evidence."""
    return [NavItem(_l("Evidence"), "entries.index", order=20, mark="evidence")]
