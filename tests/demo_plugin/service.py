"""Keeping feathers, and finding them again."""

from __future__ import annotations

from portfolio_plugins.demo_plugin.models import Feather
from sqlalchemy import select

from portfolio.scope import Scope


def keep(scope: Scope, note: str) -> None:
    """Keep a feather of the viewer."""
    scope.session.add(Feather(person_id=scope.me.id, note=note))
    scope.session.flush()


def list_notes(scope: Scope) -> list[str]:
    """What the viewer kept."""
    return list(scope.session.scalars(select(Feather.note).where(Feather.person_id == scope.me.id)))
