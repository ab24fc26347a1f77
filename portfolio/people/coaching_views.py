"""My coaches: an assignment counts when I accept it, and I end it when I want."""

from __future__ import annotations

from portfolio.access import PERSON, needs
from portfolio.people.views import blueprint
from portfolio.web import render


@blueprint.get("/coaching")
@needs(PERSON)
def coaching() -> str:
    """My coaches and what was proposed."""
    return render("people/coaching.html")
