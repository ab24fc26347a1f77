"""The contract with plugins and sections: what they may hand over, and when they are asked.

`AtStart` is asked once. `InPlace` is asked per page and passes the gate. `ForPerson` is never gated: privacy
outlives a switch. Each hook is called at exactly one place.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from flask import Blueprint
    from sqlalchemy.orm import Session

    from portfolio.contributions import About, Candidate, Card, NavItem, NoticeKind, PersonalData, Starter
    from portfolio.entries.cohort_settings import CohortSettings
    from portfolio.entries.kinds import Kind
    from portfolio.events import Event
    from portfolio.people.joint import Together
    from portfolio.scope import Scope

hookspec = pluggy.HookspecMarker("portfolio")
hookimpl = pluggy.HookimplMarker("portfolio")


class AtStart:
    """Asked once, when the application is built."""

    @hookspec
    def blueprint(self) -> Blueprint:
        """Return the plugin's pages as a Flask blueprint with the plugin's own name.

        Its routes lie under /p/<portfolio>/<name>/; every view says what it needs with `@needs(...)`.
        """
        raise NotImplementedError

    @hookspec
    def entry_kinds(self) -> Sequence[type[Kind]]:
        """Return the kinds of entry the plugin brings."""
        raise NotImplementedError

    @hookspec
    def about(self) -> About:
        """Return in plain words what the plugin is for and who would see what, for whoever decides to switch it on."""
        raise NotImplementedError

    @hookspec
    def starters(self) -> Sequence[Starter]:
        """Return ways to begin an entry: methods with steps, ideas. Offered only where the plugin is on."""
        raise NotImplementedError

    @hookspec
    def cohort_settings(self) -> type[CohortSettings]:
        """Return what a school may set when it switches the plugin on, declared with fields as a kind is.

        What counts for the viewer is `scope.settings_for(name, settings)`: the defaults, where nobody set anything.
        """
        raise NotImplementedError

    @hookspec
    def notices(self) -> Sequence[NoticeKind]:
        """Return the kinds of news the plugin has, each with a code of its name, a dot and a word.

        It tells them with `notify` (`portfolio/notices/telling.py`); who gets mail of them, and when, each person says.
        """
        raise NotImplementedError


class InPlace:
    """Asked for a page, where the plugin is on."""

    @hookspec
    def nav_items(self, scope: Scope) -> Sequence[NavItem]:
        """Return the plugin's places in the menu of the viewer's own portfolio."""
        raise NotImplementedError

    @hookspec
    def circle_items(self, scope: Scope, portfolio_id: uuid.UUID) -> Sequence[NavItem]:
        """Return the plugin's places in a circle, for its members: pages under /p/<portfolio_id>/<name>/.

        Their views need `MEMBER`. Asked where the plugin is on in the circle's home cohort.
        """
        raise NotImplementedError

    @hookspec
    def joint_items(self, scope: Scope, portfolio_id: uuid.UUID) -> Sequence[NavItem]:
        """Return the plugin's places in what a teacher and their leader have together, as `circle_items`."""
        raise NotImplementedError

    @hookspec
    def together_cards(self, scope: Scope, places: Sequence[Together]) -> Sequence[Card]:
        """Return what is worth a look on the page of all that the viewer has together with leaders and colleagues led.

        `places` are their joint portfolios in which the plugin is on, each with the other one's name and who leads.
        """
        raise NotImplementedError

    @hookspec
    def cards(self, scope: Scope) -> Sequence[Card]:
        """Return what is worth a look on the owner's overview: facts and questions, no figures of merit."""
        raise NotImplementedError

    @hookspec
    def dossier_candidates(self, scope: Scope) -> Sequence[Candidate]:
        """Return which of the viewer's own entries they may want to hand over in a conversation, and why.

        Each is only offered, with your reason; the teacher chooses it or not, and which of its fields go along.
        """
        raise NotImplementedError

    @hookspec
    def on_event(self, scope: Scope, event: Event) -> None:
        """React to something that happened, in the same transaction; an error undoes only this reaction."""
        raise NotImplementedError


class ForPerson:
    """Asked about a person wherever they are, on or off."""

    @hookspec
    def personal_data(self) -> Sequence[PersonalData]:
        """Return what personal data the plugin keeps, why, for whom and how long."""
        raise NotImplementedError

    @hookspec
    def forget(self, session: Session, person_id: uuid.UUID) -> None:
        """Erase what the plugin keeps of a person outside rows that cascade from person, portfolio or entry."""
        raise NotImplementedError


SPECS = (AtStart, InPlace, ForPerson)
"""The whole contract, in the order in which it is told."""
