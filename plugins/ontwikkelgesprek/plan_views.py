"""Pages of the two: their conversations, planning one, and one conversation with where it stands."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, request
from portfolio_plugins.ontwikkelgesprek import calendar_file, conversations, log, planning, showing
from portfolio_plugins.ontwikkelgesprek.conversations import get_talk
from portfolio_plugins.ontwikkelgesprek.forms import PlanForm, plan_data
from portfolio_plugins.ontwikkelgesprek.routes import TALK, blueprint

from portfolio.access import MEMBER, needs
from portfolio.entries.forms import show_refusal
from portfolio.entries.page_views import page_number
from portfolio.errors import Conflict, NotAllowed, Refused
from portfolio.i18n import gettext as _
from portfolio.people.joint import get_together
from portfolio.web import render, see, sent_once, this_scope


@blueprint.get("/conversations")
@needs(MEMBER)
def together(portfolio: uuid.UUID) -> str:
    """The conversations of the two, with a way to plan one."""
    scope, page = this_scope(), page_number()
    who = get_together(scope, portfolio)
    talks, more = conversations.list_talks(scope, [portfolio], page=page)
    return render(
        "ontwikkelgesprek/together.html", who=who, talks=talks, more=more, page=page, portfolio_id=portfolio
    )


@blueprint.route("/conversations/new", methods=["GET", "POST"])
@needs(MEMBER)
def plan(portfolio: uuid.UUID) -> Any:
    """Plan a conversation."""
    scope = this_scope()
    who = get_together(scope, portfolio)
    if not who.not_over(scope.today):
        raise NotAllowed("plan")
    form = PlanForm()
    if form.validate_on_submit():
        try:
            made = planning.plan_talk(scope, form.plan, sent_once())
        except Refused as refused:
            show_refusal(form, refused)
        else:
            flash(_("Planned. %(name)s finds it here too.", name=who.other), "success")
            return see("ontwikkelgesprek.talk", portfolio=portfolio, talk=made)
    page = render(
        "ontwikkelgesprek/plan.html", form=form, talk=None, other=who.other, conflict=None, portfolio_id=portfolio
    )
    return page, 422 if form.errors else 200


@blueprint.route(f"{TALK}/edit", methods=["GET", "POST"])
@needs(MEMBER)
def change(portfolio: uuid.UUID, talk: uuid.UUID) -> Any:
    """Change what was planned. Who saves on top of the other's change is told."""
    scope = this_scope()
    found = get_talk(scope, talk)
    if not found.goes_on:
        raise NotAllowed("change")
    form = PlanForm(data=plan_data(found))
    conflict = None
    if form.validate_on_submit():
        try:
            planning.change_plan(scope, talk, form.plan, form.seen.data)
        except Refused as refused:
            show_refusal(form, refused)
        except Conflict as meanwhile:
            conflict, form.seen.data = meanwhile.current, meanwhile.current.number
        else:
            flash(_("Kept."), "success")
            return see("ontwikkelgesprek.talk", portfolio=portfolio, talk=talk)
    page = render(
        "ontwikkelgesprek/plan.html", form=form, talk=found, other=found.other, conflict=conflict,
        portfolio_id=portfolio,
    )  # fmt: skip
    return page, 409 if conflict is not None else 422 if form.errors else 200


@blueprint.post(f"{TALK}/state")
@needs(MEMBER)
def change_state(portfolio: uuid.UUID, talk: uuid.UUID) -> Any:
    """Call it off, or plan it after all."""
    turn = planning.plan_after_all if request.form.get("state") == "on" else planning.call_off
    try:
        turn(this_scope(), talk)
    except Refused as refused:
        flash(refused.message, "warning")
    except Conflict:
        flash(_("Something was changed meanwhile. Look again before you go on."), "warning")
    return see("ontwikkelgesprek.talk", portfolio=portfolio, talk=talk)


@blueprint.get(f"{TALK}/calendar.ics")
@needs(MEMBER)
def calendar(portfolio: uuid.UUID, talk: uuid.UUID) -> Response:
    """The day and the place, for either's calendar."""
    scope = this_scope()
    found = get_talk(scope, talk)
    answer = Response(calendar_file.write_calendar(found, scope.now), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.planned_on.isoformat()}.ics"'
    return answer


@blueprint.get(f"{TALK}/log")
@needs(MEMBER)
def talk_log(portfolio: uuid.UUID, talk: uuid.UUID) -> str:
    """What happened to the conversation."""
    scope = this_scope()
    found = get_talk(scope, talk)
    return showing.page("log", found, lines=log.list_log(scope, talk))
