"""Delete an entry after seeing what goes along; the bin; take back; erase for good."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, request

from portfolio.access import KEEP, PERSON, needs
from portfolio.entries import bin as bins
from portfolio.entries.blueprint import ENTRY, blueprint
from portfolio.entries.presenting import entry_url, find_kind
from portfolio.i18n import gettext as _
from portfolio.web import render, see, this_app, this_scope


@blueprint.route(ENTRY + "/delete", methods=["GET", "POST"])
@needs(KEEP)
def delete(portfolio: uuid.UUID, section: str, entry: uuid.UUID) -> Any:
    """First what goes along; then the bin."""
    days = this_app().settings.bin_days
    if request.method == "GET":
        along = bins.what_goes_along(this_scope(), entry)
        return render("entries/delete.html", entry=g.entry, along=along, days=days, entry_url=entry_url)
    bins.bin_entry(this_scope(), entry)
    flash(_("In the bin. You can take it back for %(days)s days.", days=days), "success")
    return see("entries.bin")


@blueprint.get("/bin")
@needs(PERSON)
def bin() -> str:
    """What I deleted, for thirty days; only I see it."""
    found = bins.list_bin(this_scope())
    return render("entries/bin.html", binned=found, days=this_app().settings.bin_days, find_kind=find_kind)


@blueprint.post("/bin/<uuid:entry>/<any(back, erase):what>")
@needs(KEEP)
def from_bin(entry: uuid.UUID, what: str) -> Any:
    """Take an entry back, or erase it for good."""
    if what == "back":
        bins.take_back(this_scope(), entry)
        flash(_("It is back. Only you see it."), "success")
        opened = g.entry
        return see("entries.read", portfolio=opened.portfolio_id, section=opened.plugin, entry=entry)
    bins.erase_now(this_scope(), entry)
    flash(_("Erased for good."), "success")
    return see("entries.bin")
