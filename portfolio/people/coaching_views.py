"""My coaches: an assignment counts when I accept it, and I end it when I want."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash

from portfolio.access import PERSON, needs
from portfolio.errors import Refused
from portfolio.i18n import gettext as _
from portfolio.people import coaching as service
from portfolio.people.blueprint import blueprint
from portfolio.web import render, see, this_scope


@blueprint.get("/coaching")
@needs(PERSON)
def coaching() -> str:
    """My coaches and what was proposed."""
    return _page()


@blueprint.post("/coaching/<uuid:coaching>/accept")
@needs(PERSON)
def accept_coaching(coaching: uuid.UUID) -> Any:
    """Agree; the coach still reads nothing that I don't share."""
    try:
        service.accept(this_scope(), coaching)
    except Refused as refused:
        return _page(refused=refused.errors[""]), 422
    flash(_("Agreed. You can share with this coach from now on; nothing is shared yet."), "success")
    return see("people.coaching")


@blueprint.post("/coaching/<uuid:coaching>/end")
@needs(PERSON)
def end_coaching(coaching: uuid.UUID) -> Any:
    """End it, or don't begin: without a reason."""
    service.end(this_scope(), coaching)
    flash(_("Ended. This coach reads nothing of yours any more."), "success")
    return see("people.coaching")


def _page(*, refused: Any = None) -> str:
    scope = this_scope()
    lines = service.list_my_coaches(scope)
    return render(
        "people/coaching.html",
        coaches=[line for line in lines if line.accepted],
        proposals=[line for line in lines if not line.accepted],
        refused=refused,
    )
