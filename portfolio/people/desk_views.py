"""Pages of the coach's desk: my teachers, what is new, what waits for an answer; and one teacher."""

from __future__ import annotations

import uuid
from typing import Any

from portfolio.access import PERSON, needs
from portfolio.entries.page_views import page_number
from portfolio.entries.presenting import entry_url, find_kind, state_label
from portfolio.people import desk as service
from portfolio.people.blueprint import blueprint
from portfolio.web import render, this_scope


@blueprint.get("/desk")
@needs(PERSON)
def desk() -> str:
    """The desk of a coach; for who coaches nobody there is none."""
    page = page_number()
    return _render("people/desk.html", desk=service.get_desk(this_scope(), page=page), page=page)


@blueprint.get("/desk/<uuid:person>")
@needs(PERSON)
def desk_teacher(person: uuid.UUID) -> str:
    """What one teacher shares with me."""
    scope = this_scope()
    teacher = service.get_teacher(scope, person)
    page = page_number()
    lines, more = service.list_of_teacher(scope, teacher, page=page)
    return _render("people/desk_teacher.html", teacher=teacher, lines=lines, page=page, more=more)


def _render(template: str, **context: Any) -> str:
    return render(template, entry_url=entry_url, find_kind=find_kind, state_label=state_label, **context)
