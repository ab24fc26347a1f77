"""Pages of a school's administrator: people, leaders, coaches and the school itself; never what anybody wrote."""

from __future__ import annotations

import uuid

from portfolio.access import ADMINISTRATOR, needs
from portfolio.people.views import blueprint
from portfolio.web import render


@blueprint.get("/s/<uuid:school>/")
@needs(ADMINISTRATOR)
def school(school: uuid.UUID) -> str:
    """The people of the school."""
    return render("people/school.html")
