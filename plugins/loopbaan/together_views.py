"""Pages between a teacher and their leader: what they agreed, the leader's words, and taking those up."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, request
from portfolio_plugins.loopbaan import together as service
from portfolio_plugins.loopbaan.catalogue import NAME
from portfolio_plugins.loopbaan.kinds import WordsReceived
from portfolio_plugins.loopbaan.routes import blueprint
from portfolio_plugins.loopbaan.shared_kinds import AgreedRole, Recognition

from portfolio.access import MEMBER, OWN_PORTFOLIO, needs
from portfolio.entries.forms import show_refusal
from portfolio.entries.kinds import Kind
from portfolio.entries.presenting import entry_url, facts_of
from portfolio.entries.readers_log import note_reading
from portfolio.errors import Refused
from portfolio.i18n import gettext as _
from portfolio.people.joint import get_together
from portfolio.web import render, see, sent_once, this_scope


@blueprint.get("/together")
@needs(MEMBER)
def together(portfolio: uuid.UUID) -> str:
    """What the two agreed, and the leader's words."""
    scope = this_scope()
    between = service.read_between(scope, portfolio)
    note_reading(scope, *between.roles, *between.words)
    return render(
        "loopbaan/together.html", between=between, portfolio_id=portfolio, facts_of=facts_of, entry_url=entry_url
    )


@blueprint.route("/together/recognise", methods=["GET", "POST"])
@needs(MEMBER)
def recognise(portfolio: uuid.UUID) -> Any:
    """The leader writes what they see somebody do."""
    return _form_between(portfolio, Recognition)


@blueprint.route("/together/agree", methods=["GET", "POST"])
@needs(MEMBER)
def agree(portfolio: uuid.UUID) -> Any:
    """Either writes a role as they agreed it."""
    return _form_between(portfolio, AgreedRole)


@blueprint.route("/words/<uuid:recognition>", methods=["GET", "POST"])
@needs(OWN_PORTFOLIO)
def take_words(portfolio: uuid.UUID, recognition: uuid.UUID) -> Any:
    """The teacher takes the leader's words up, as an entry of their own that they share or not."""
    scope = this_scope()
    given = service.get_recognition(scope, recognition)
    note_reading(scope, given)
    data = WordsReceived.form_data(given.title, scope.today, None, None, WordsReceived.empty() | given.content)
    form = WordsReceived.form_class()(data=data)
    if request.method == "POST":
        form.words.data = given.content["words"]
        if form.validate():
            try:
                kept = service.take_up(scope, given, WordsReceived.from_form(form), sent_once())
            except Refused as error:
                show_refusal(form, error)
            else:
                flash(_("Kept among your own texts. You alone decide who reads it there."), "success")
                return see("entries.read", portfolio=portfolio, section=NAME, entry=kept)
    page = render(
        "loopbaan/take_words.html",
        given=given,
        facts=facts_of(given),
        form=form,
        portfolio_id=portfolio,
        entry_url=entry_url,
    )
    return page, 422 if form.errors else 200


def _form_between(portfolio: uuid.UUID, kind: type[Kind]) -> Any:
    scope = this_scope()
    who = get_together(scope, portfolio)
    service.check_may_write(scope, who, kind)
    form = kind.form_class()(data=kind.form_data("", scope.today, None, None, kind.empty()))
    if request.method == "POST" and form.validate():
        try:
            service.write_between(scope, portfolio, kind, kind.from_form(form), sent_once())
        except Refused as error:
            show_refusal(form, error)
        else:
            flash(_("Kept. %(name)s and you read this, and nobody else.", name=who.other), "success")
            return see("loopbaan.together", portfolio=portfolio)
    page = render("loopbaan/write_together.html", kind=kind, form=form, who=who, portfolio_id=portfolio)
    return page, 422 if form.errors else 200
