"""The pages of a statement: as it stands, two versions side by side, one read again, and all there is."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, request
from portfolio_plugins.visie_missie import service
from portfolio_plugins.visie_missie.kinds import Exercise, Letter, Rereading, Vision

from portfolio.access import OWN_PORTFOLIO, needs
from portfolio.entries.forms import show_refusal
from portfolio.entries.page_views import render_everything
from portfolio.entries.presenting import entry_url, facts_of, find_kind, in_a_row
from portfolio.entries.reading import list_own
from portfolio.errors import Refused
from portfolio.i18n import gettext as _
from portfolio.web import render, see, sent_once, this_app, this_scope

blueprint = Blueprint(service.NAME, __name__)


@blueprint.get("/")
@needs(OWN_PORTFOLIO)
def index(portfolio: uuid.UUID) -> str:
    """The statement as it stands, to be read aloud; or an empty page with a question."""
    scope = this_scope()
    statement = service.read_statement(scope)
    return render(
        "visie_missie/index.html",
        statement=statement,
        facts=facts_of(statement.current) if statement.current else (),
        kind=Vision,
        exercises=this_app().registry.starters_for(scope, Exercise.name),
        letter=Letter,
        portfolio_id=portfolio,
        entry_url=entry_url,
        find_kind=find_kind,
        in_a_row=in_a_row,
    )


@blueprint.route("/again/<uuid:version>", methods=["GET", "POST"])
@needs(OWN_PORTFOLIO)
def reread(portfolio: uuid.UUID, version: uuid.UUID) -> Any:
    """Read a version again, and say whether it is still true."""
    scope = this_scope()
    opened = service.get_version(scope, version)
    form = Rereading.form_class()(data=Rereading.form_data("", scope.today, None, None, Rereading.empty()))
    if request.method == "POST":
        _give_title(form)
        if form.validate():
            try:
                kept = service.keep_rereading(scope, opened, Rereading.from_form(form), sent_once())
            except Refused as error:
                show_refusal(form, error)
            else:
                flash(_("Kept. Only you see this, until you share it."), "success")
                return see("entries.read", portfolio=portfolio, section=service.NAME, entry=kept)
    page = render(
        "visie_missie/reread.html",
        version=opened,
        facts=facts_of(opened),
        form=form,
        portfolio_id=portfolio,
        entry_url=entry_url,
    )
    return page, 422 if form.errors else 200


@blueprint.get("/beside/<uuid:earlier>/<uuid:later>")
@needs(OWN_PORTFOLIO)
def beside(portfolio: uuid.UUID, earlier: uuid.UUID, later: uuid.UUID) -> str:
    """Two versions side by side, field by field; the older one first, however they were asked for."""
    scope = this_scope()
    found = sorted(
        (service.get_version(scope, one) for one in (earlier, later)),
        key=lambda version: (version.happened_on, version.created_at),
    )
    then, now = found
    shown = [{fact.name: fact for fact in facts_of(version)} for version in found]
    contents = [Vision.upgrade(dict(version.content), version.kind_version) for version in found]
    others, _more = list_own(scope, kinds=[Vision.name])
    return render(
        "visie_missie/beside.html",
        then=then,
        now=now,
        rows=[(spec.label, [facts.get(spec.name) for facts in shown]) for spec in Vision.fields],
        difference=Vision.difference(*contents),
        others=[line for line in others if line.id not in (then.id, now.id)],
        portfolio_id=portfolio,
        entry_url=entry_url,
    )


@blueprint.get("/everything")
@needs(OWN_PORTFOLIO)
def everything(portfolio: uuid.UUID) -> str:
    """All that was written here, newest first."""
    return render_everything(service.NAME, _("What do you hope a pupil still remembers of your lessons in ten years?"))


def _give_title(form: Any) -> None:
    """The answer is what a look back is known by in lists; nobody needs to think of a name for it."""
    answers = dict(Rereading.still_true.choices)
    title = _("Still true? %(answer)s.", answer=answers.get(form.still_true.data, ""))
    form.title.data, form.title.raw_data = title, [title]

