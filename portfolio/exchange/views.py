"""Pages to take one's portfolio along and to bring it back."""

from __future__ import annotations

from flask import Blueprint

from portfolio.access import PERSON, needs
from portfolio.web import render

blueprint = Blueprint("exchange", __name__)


@blueprint.get("/account/take-along")
@needs(PERSON)
def take_along() -> str:
    """What goes into the archive, and what doesn't and why."""
    return render("exchange/take_along.html")
