"""Pages of circles: mine, one circle, inviting, accepting, leaving."""

from __future__ import annotations

import uuid

from portfolio.access import CIRCLE, PERSON, needs
from portfolio.people.views import blueprint
from portfolio.web import render


@blueprint.get("/circles")
@needs(PERSON)
def circles() -> str:
    """The circles I am in, and the invitations that wait for me."""
    return render("people/circles.html")


@blueprint.get("/circles/<uuid:circle>")
@needs(CIRCLE)
def circle(circle: uuid.UUID) -> str:
    """One circle: who is in, and what they share here."""
    return render("people/circle.html")
