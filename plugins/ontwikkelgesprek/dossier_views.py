"""The dossier of a conversation, as a page and as a PDF; and the page where a printed fingerprint is checked."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, request
from portfolio_plugins.ontwikkelgesprek import dossier
from portfolio_plugins.ontwikkelgesprek.dossier_prints import note_print
from portfolio_plugins.ontwikkelgesprek.routes import TALK, blueprint
from portfolio_plugins.ontwikkelgesprek.showing import page

from portfolio.access import MEMBER, needs
from portfolio.entries.snapshot_files import read_bytes
from portfolio.errors import NotVisible, Refused
from portfolio.exchange.printing import PrintFile, for_paper, make_pdf, why_no_printer
from portfolio.files import MissingFile
from portfolio.people import limits
from portfolio.people.joint import get_together
from portfolio.web import render, this_app, this_scope

ON_PAPER = 100 * 1024 * 1024
"""Bytes of all pictures in one PDF together."""


@blueprint.get(f"{TALK}/dossier")
@needs(MEMBER)
def show_dossier(portfolio: uuid.UUID, talk: uuid.UUID) -> str:
    """Everything the viewer may read of it on one page, to be printed or kept."""
    scope = this_scope()
    found = dossier.read_dossier(scope, talk)
    note_print(scope, found)
    return _page("dossier", found, can_print=not why_no_printer())


@blueprint.get(f"{TALK}/dossier.pdf")
@needs(MEMBER)
def dossier_pdf(portfolio: uuid.UUID, talk: uuid.UUID) -> Response:
    """The same as a tagged PDF. Reading alone: it takes seconds, and nothing waits for it."""
    if why_no_printer():
        raise NotVisible("pdf")
    scope = this_scope()
    found = dossier.read_dossier(scope, talk)
    limits.count_attempt(this_app().database, scope.now, (limits.PRINTS_PER_PERSON, str(scope.me.id)))
    html = _page("dossier_paper", found)
    answer = Response(make_pdf(html, _files(found), this_app().themes.static_file), mimetype="application/pdf")
    name = f"dossier-{found.talk.planned_on.isoformat()}-{found.short}.pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    note_print(scope, found)
    return answer


@blueprint.get("/check")
@needs(MEMBER)
def check(portfolio: uuid.UUID) -> Any:
    """Whether a fingerprint on paper is that of a dossier of the two, and whether that still reads the same."""
    scope = this_scope()
    typed = request.args.get("hash", "")[:500]
    context: dict[str, Any] = {"typed": typed, "found": None, "asked": False, "errors": {}}
    status = 200
    if typed.strip():
        try:
            context |= {"found": dossier.check(scope, typed), "asked": True}
        except Refused as refused:
            context["errors"], status = refused.errors, 422
    found = context["found"]
    other = found.talk.other if found else get_together(scope, portfolio).other
    return render("ontwikkelgesprek/check.html", other=other, portfolio_id=portfolio, **context), status


def _page(template: str, found: dossier.Dossier, **more: Any) -> str:
    return page(template, found.talk, dossier=found, written=found.written, now=this_scope().now, **more)


def _files(found: dossier.Dossier) -> dict[str, PrintFile]:
    """The pictures that were handed over, by their address on the page; one whose bytes are gone is left out, and what
    is more than fits in memory: its description stands there."""
    app, files, room = this_app(), {}, ON_PAPER
    for file in (file for one in found.items for file in one.files if file.is_picture and not file.locked):
        try:
            data = read_bytes(app.store, file)
        except MissingFile:
            continue
        room -= len(data)
        if room < 0:
            break
        files[app.url_for("entries.handed_file", file=file.id)] = PrintFile(data, file.media_type)
    return for_paper(files)
