"""What leaders and the board can do here, what they will never see, and why."""

from __future__ import annotations

from portfolio.access import PERSON, needs
from portfolio.people.views import blueprint
from portfolio.web import render


@blueprint.get("/leader")
@needs(PERSON)
def leader() -> str:
    """For who leads teachers."""
    return render("people/leader.html")


@blueprint.get("/board")
@needs(PERSON)
def board() -> str:
    """For who works for a school board."""
    return render("people/board.html")
