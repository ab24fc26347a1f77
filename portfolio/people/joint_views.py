"""Pages of what a teacher and their leader have together."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash

from portfolio import menu
from portfolio.access import MEMBER, PERSON, needs
from portfolio.entries.page_views import page_number
from portfolio.entries.presenting import entry_url, find_kind, state_label
from portfolio.entries.reading import list_there
from portfolio.errors import Refused
from portfolio.i18n import gettext as _
from portfolio.people import joint as service
from portfolio.people.blueprint import blueprint
from portfolio.web import render, see, this_app, this_scope


@blueprint.get("/together")
@needs(PERSON)
def together() -> str:
    """With whom I have, or can open, something together."""
    return _together()


@blueprint.post("/together/<uuid:leadership>")
@needs(PERSON)
def open_joint(leadership: uuid.UUID) -> Any:
    """Open it; the other finds it in their menu, and reads it."""
    try:
        made = service.open_joint(this_scope(), leadership, this_app().registry.list_answering("joint_items"))
    except Refused as refused:
        return _together(refused=refused.errors[""]), 422
    flash(_("It is open. What either of you writes here, both of you read."), "success")
    return see("people.joint", portfolio=made)


@blueprint.get("/p/<uuid:portfolio>/together")
@needs(MEMBER)
def joint(portfolio: uuid.UUID) -> str:
    """What the two of us wrote here, and what we can do here."""
    scope, page = this_scope(), page_number()
    one = service.get_together(scope, portfolio)
    lines, more = list_there(scope, portfolio, page=page)
    return render(
        "people/joint.html",
        one=one,
        doors=menu.list_joint_items(portfolio),
        lines=lines,
        page=page,
        more=more,
        entry_url=entry_url,
        find_kind=find_kind,
        state_label=state_label,
    )


def _together(refused: Any = None) -> str:
    scope = this_scope()
    found = service.list_together(scope)
    cards = [card for _name, some in this_app().registry.ask_about("together_cards", scope, found) for card in some]
    return render(
        "people/together.html", found=found, cards=sorted(cards, key=lambda card: card.order), refused=refused
    )
