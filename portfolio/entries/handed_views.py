"""What I handed over: to see who reads it, and to take it back, also where its plugin is off."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash

from portfolio.access import PERSON, needs
from portfolio.entries import handed_over as service
from portfolio.entries.blueprint import blueprint
from portfolio.entries.page_views import page_number
from portfolio.entries.presenting import facts_of_snapshot, find_kind, in_a_row, section_title
from portfolio.entries.snapshots import withdraw_snapshot
from portfolio.errors import Refused
from portfolio.i18n import gettext as _
from portfolio.web import render, see, this_scope


@blueprint.get("/handed-over")
@needs(PERSON)
def handed_over() -> str:
    """What I handed over or chose to, and my words in what was settled, as they were then."""
    page = page_number()
    found, more = service.list_handed_over(this_scope(), page)
    return render(
        "entries/handed_over.html",
        found=found,
        page=page,
        more=more,
        facts_of=facts_of_snapshot,
        find_kind=find_kind,
        section_title=section_title,
        in_a_row=in_a_row,
    )


@blueprint.post("/handed-over/<uuid:snapshot>/take-back")
@needs(PERSON)
def take_handed_back(snapshot: uuid.UUID) -> Any:
    """It is gone, for everybody, from this moment."""
    try:
        withdraw_snapshot(this_scope(), snapshot)
    except Refused as refused:
        flash(refused.message, "warning")
    else:
        flash(_("Taken back. Nobody can read it any more."), "success")
    return see("entries.handed_over")
