"""The coach's desk: my teachers, what is new, what waits for an answer."""

from __future__ import annotations

import uuid

from portfolio.access import PERSON, needs
from portfolio.people.views import blueprint
from portfolio.web import render


@blueprint.get("/desk")
@needs(PERSON)
def desk() -> str:
    """The desk of a coach."""
    return render("people/desk.html")


@blueprint.get("/desk/<uuid:person>")
@needs(PERSON)
def desk_teacher(person: uuid.UUID) -> str:
    """What one teacher shares with me."""
    return render("people/desk_teacher.html")
