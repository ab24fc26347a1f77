"""Afterwards: writing down what is agreed, and saying that one agrees or sees it differently."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, request
from portfolio_plugins.ontwikkelgesprek import agreements, reporting
from portfolio_plugins.ontwikkelgesprek.conversations import get_talk
from portfolio_plugins.ontwikkelgesprek.kinds import MOST_AGREEMENTS
from portfolio_plugins.ontwikkelgesprek.routes import TALK, blueprint
from portfolio_plugins.ontwikkelgesprek.showing import page
from portfolio_plugins.ontwikkelgesprek.talk_views import talk_page

from portfolio.access import MEMBER, needs
from portfolio.entries.forms import show_refusal
from portfolio.entries.inputs import RowsInput, SeenInput
from portfolio.errors import Conflict, NotAllowed, Refused
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l
from portfolio.people.forms import PlainForm
from portfolio.web import see, this_scope

COLUMNS = (("text", _l("What do you agree?")), ("who", _l("Who does it?")), ("look_back_on", _l("Look back on it on")))


class AgreementsForm(PlainForm):
    """What the two agree, in rows."""

    agreements = RowsInput(_l("Agreements"), columns=COLUMNS, most=MOST_AGREEMENTS)
    seen = SeenInput(default=0)


@blueprint.route(f"{TALK}/agreements", methods=["GET", "POST"])
@needs(MEMBER)
def write_agreements(portfolio: uuid.UUID, talk: uuid.UUID) -> Any:
    """Write down what is agreed. Who saves on top of the other's change is told, and loses nothing."""
    scope = this_scope()
    found = get_talk(scope, talk)
    if not found.can_report:
        raise NotAllowed("agree")
    there = agreements.read_agreements(scope, found)
    rows = [one.row for one in there.now]
    form = AgreementsForm(data={"agreements": rows, "seen": found.agreements_number})
    meanwhile = None
    if form.validate_on_submit():
        try:
            agreements.write_agreements(scope, talk, form.agreements.data, form.seen.data)
        except Refused as refused:
            show_refusal(form, refused)
        except Conflict as conflict:
            current, meanwhile = conflict.current
            form.seen.data = current.agreements_number
        else:
            flash(_("Kept. Both of you are asked to answer to it."), "success")
            return see("ontwikkelgesprek.talk", portfolio=portfolio, talk=talk, _anchor="agreements")
    shown = page("agreements", found, form=form, meanwhile=meanwhile, before=there.before)
    return shown, 409 if meanwhile is not None else 422 if form.errors else 200


@blueprint.post(f"{TALK}/answer")
@needs(MEMBER)
def answer(portfolio: uuid.UUID, talk: uuid.UUID) -> Any:
    """I agree, or I see it differently; about what my page showed."""
    typed = {name: request.form.get(name, "") for name in ("answer", "note", "seen")}
    try:
        settled = reporting.answer(this_scope(), talk, typed["answer"], typed["note"], typed["seen"])
    except Refused as refused:
        return talk_page(talk, errors=refused.errors, typed=typed), 422
    except Conflict:
        return talk_page(talk, typed=typed, changed=True), 409
    flash(
        _("It is settled. Both of you keep reading it here.")
        if settled
        else _("Kept. It is settled when the other has answered too."),
        "success",
    )
    return see("ontwikkelgesprek.talk", portfolio=portfolio, talk=talk)
