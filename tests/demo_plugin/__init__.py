"""Herons: a plugin that only the tests use. It answers every hook there is, so each can be seen to be asked."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from portfolio_plugins.demo_plugin import service
from portfolio_plugins.demo_plugin.kinds import Heron, HowMany
from portfolio_plugins.demo_plugin.models import Feather
from sqlalchemy import delete

from portfolio.contributions import (
    About,
    Candidate,
    Card,
    CardLine,
    NavItem,
    NoticeKind,
    PersonalData,
    Starter,
    Step,
)
from portfolio.hookspecs import hookimpl
from portfolio.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from flask import Blueprint
    from sqlalchemy.orm import Session

    from portfolio.entries.cohort_settings import CohortSettings
    from portfolio.entries.kinds import Kind
    from portfolio.events import Event
    from portfolio.people.joint import Together
    from portfolio.scope import Scope


@hookimpl
def blueprint() -> Blueprint:
    """One page of its own, and a form."""
    from portfolio_plugins.demo_plugin.views import blueprint as pages

    return pages


@hookimpl
def entry_kinds() -> Sequence[type[Kind]]:
    """The heron."""
    return [Heron]


@hookimpl
def about() -> About:
    """Herons in plain words."""
    return About(_l("Herons"), _l("To keep which heron you saw, and where."), _l("Only you, until you share one."))


@hookimpl
def starters() -> Sequence[Starter]:
    """One way to begin."""
    return [Starter("standing", "heron", _l("Stand still"), _l("Wait and see"), (Step("wait", _l("What came by?")),))]


@hookimpl
def notices() -> Sequence[NoticeKind]:
    """Somebody saw a heron where the reader takes part."""
    return [NoticeKind("demo_plugin.seen", _l("A heron was seen"), _l("Look up: a heron"), "demo_plugin.feathers")]


@hookimpl
def cohort_settings() -> type[CohortSettings]:
    """How many feathers one keeps."""
    return HowMany


@hookimpl
def nav_items(scope: Scope) -> Sequence[NavItem]:
    """The list of herons."""
    return [NavItem(_l("Herons"), "entries.index", order=50)]


@hookimpl
def circle_items(scope: Scope, portfolio_id: uuid.UUID) -> Sequence[NavItem]:
    """The pond of a circle."""
    return [NavItem(_l("The pond"), "demo_plugin.pond")]


@hookimpl
def joint_items(scope: Scope, portfolio_id: uuid.UUID) -> Sequence[NavItem]:
    """The same pond, for two."""
    return [NavItem(_l("The pond"), "demo_plugin.pond")]


@hookimpl
def together_cards(scope: Scope, places: Sequence[Together]) -> Sequence[Card]:
    """With whom one stands at the pond."""
    return [Card(_l("At the pond"), lines=tuple(CardLine(one.other) for one in places))]


@hookimpl
def cards(scope: Scope) -> Sequence[Card]:
    """The feathers somebody kept."""
    lines = tuple(CardLine(note) for note in service.list_notes(scope))
    return [Card(_l("Feathers"), question=_l("Which one did you keep?"), lines=lines)]


@hookimpl
def dossier_candidates(scope: Scope) -> Sequence[Candidate]:
    """The heron seen last."""
    return [Candidate(entry.id, _l("You saw this one last")) for entry in service.list_herons(scope)]


@hookimpl
def on_event(scope: Scope, event: Event) -> None:
    """A feather for whatever happened."""
    service.keep(scope, type(event).__name__)


@hookimpl
def personal_data() -> Sequence[PersonalData]:
    """What a feather says about its keeper."""
    return [PersonalData(_l("Feathers"), _l("To look back on them"), _l("Only you"), _l("Until you leave"))]


@hookimpl
def forget(session: Session, person_id: uuid.UUID) -> None:
    """Feathers fall off by themselves (they cascade); this does it sooner."""
    session.execute(delete(Feather).where(Feather.person_id == person_id))
