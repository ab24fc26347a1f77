"""Pages of one's own account."""

from __future__ import annotations

from portfolio.access import PUBLIC, needs
from portfolio.people.views import blueprint
from portfolio.web import render


@blueprint.get("/privacy")
@needs(PUBLIC)
def privacy() -> str:
    """What is kept, who sees what, and what nobody can promise."""
    return render("people/privacy.html")
