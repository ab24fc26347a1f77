"""Keeping feathers, and finding them again."""

from __future__ import annotations

import uuid

from portfolio_plugins.demo_plugin.kinds import Heron, HowMany
from portfolio_plugins.demo_plugin.models import Feather
from sqlalchemy import select

from portfolio.entries.kinds import Draft
from portfolio.entries.reading import EntryLine, list_own
from portfolio.entries.writing import create_entry
from portfolio.scope import Scope


def keep(scope: Scope, note: str) -> None:
    """Keep a feather of the viewer."""
    scope.session.add(Feather(person_id=scope.me.id, note=note))
    scope.session.flush()


def list_notes(scope: Scope) -> list[str]:
    """What the viewer kept."""
    return list(scope.session.scalars(select(Feather.note).where(Feather.person_id == scope.me.id)))


def list_herons(scope: Scope) -> list[EntryLine]:
    """The viewer's last heron."""
    return list_own(scope, "demo_plugin", size=1)[0]


def how_many(scope: Scope) -> str:
    """How many one may keep in this place, and in which pond."""
    settings = scope.settings_for("demo_plugin", HowMany)
    return f"{settings['how_many']} {settings['pond']}"


def see_heron(scope: Scope, portfolio_id: uuid.UUID, title: str) -> uuid.UUID:
    """Write a heron in a circle's or joint portfolio."""
    draft = Draft(title, scope.today, None, None, Heron.empty(), 0)
    return create_entry(scope, "demo_plugin", Heron, draft, portfolio_id=portfolio_id)
