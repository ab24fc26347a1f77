"""What leaders and the board can do here, what they will never see, and why."""

from __future__ import annotations

from typing import Any

from portfolio.access import PERSON, needs
from portfolio.errors import NotVisible
from portfolio.people.blueprint import blueprint
from portfolio.people.leading import list_led
from portfolio.web import render, see, this_scope


@blueprint.get("/leader")
@needs(PERSON)
def leader() -> Any:
    """For who leads teachers. Others who have no overview of their own are shown the way to their page."""
    scope = this_scope()
    relations = scope.relations
    if relations.led:
        return render("people/leader.html", led=list_led(scope))
    if relations.boards:
        return see("people.board")
    if relations.administers:
        return see("people.school", school=min(relations.administers))
    if relations.portfolio is None:
        return see("people.circles")
    raise NotVisible("leader")


@blueprint.get("/board")
@needs(PERSON)
def board() -> str:
    """For who works for a school board."""
    if not this_scope().relations.boards:
        raise NotVisible("board")
    return render("people/board.html")
